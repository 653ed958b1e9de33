/**
 * Instants as text in ISO 8601, in UTC and with milliseconds where we write them.
 *
 * `Date`'s own functions take several times as long: they read any text that a date was ever written in, and write
 * through a formatter. What is not plain is left to them.
 */
import { Refusal } from "./refusal.ts"

// A year, a month or a day, or a time with its offset: a time without one means another instant in every place.
const instant =
  /^(?:\d{4}|[+-]\d{6})(?:-\d{2}(?:-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?))?)?)?$/
const notAnInstant = new Refusal("Expected a date in ISO 8601, with its offset where there is a time (S)")

const dayMillis = 86_400_000
// Of 400 years, after which the calendar repeats itself.
const daysInEra = 146_097
// From the first of March of the year 0, so that a leap day is the last of its year, to 1970.
const daysToEpoch = 719_468

/** Milliseconds since 1970 of a date in ISO 8601. */
export const instantOfText = (text: string): number | Refusal => {
  const plain = instantOfPlainText(text)
  // Only NaN is not itself.
  if (plain === plain) return plain
  if (!instant.test(text)) return notAnInstant
  const millis = Date.parse(text)
  return Number.isNaN(millis) ? notAnInstant : millis
}

/** Milliseconds since 1970, as text. Throws where `Date` does. */
export const textOfInstant = (millis: number): string =>
  // The years 0 to 9999.
  Number.isInteger(millis) && millis >= -62_167_219_200_000 && millis < 253_402_300_800_000
    ? textOfPlainInstant(millis)
    : new Date(millis).toISOString()

/** Two digits at a place, or NaN. */
const twoDigits = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}

/** Of `YYYY-MM-DDTHH:mm:ss.sssZ`, as `Date` writes it, where all parts are in their range; NaN for any other text. */
const instantOfPlainText = (text: string): number => {
  if (
    text.length !== 24 ||
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(10) !== 84 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58 ||
    text.charCodeAt(19) !== 46 ||
    text.charCodeAt(23) !== 90
  ) {
    return NaN
  }
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  const milli = twoDigits(text, 20) * 10 + (twoDigits(text, 21) % 10)
  // NaN is in no range. The end of a month is left to `Date`: most days are not.
  const isPlain =
    year >= 1 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    (day <= 28 || (day <= 30 && month !== 2)) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    milli >= 0
  return isPlain ? daysOf(year, month, day) * dayMillis + ((hour * 60 + minute) * 60 + second) * 1000 + milli : NaN
}

/** Days since 1970: https://howardhinnant.github.io/date_algorithms.html#days_from_civil */
const daysOf = (year: number, month: number, day: number): number => {
  const marchYear = month > 2 ? year : year - 1
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * daysInEra + dayOfEra - daysToEpoch
}

const padded = (count: number, length: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, n) => String(n).padStart(length, "0"))
const two = padded(100, 2)

const textOfPlainInstant = (millis: number): string => {
  const days = Math.floor(millis / dayMillis)
  const inDay = millis - days * dayMillis
  const seconds = Math.floor(inDay / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const milli = inDay - seconds * 1000
  const tens = Math.floor(milli / 10)
  return `${dateOf(days)}T${two[hours]}:${two[minutes - hours * 60]}:${two[seconds - minutes * 60]}.${two[tens]}${milli - tens * 10}Z`
}

/** The inverse of `daysOf`, as text. */
const dateOf = (days: number): string => {
  const fromMarch = days + daysToEpoch
  const era = Math.floor(fromMarch / daysInEra)
  const dayOfEra = fromMarch - era * daysInEra
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  const year = yearOfEra + era * 400 + (month > 2 ? 0 : 1)
  const century = Math.floor(year / 100)
  return `${two[century]}${two[year - century * 100]}-${two[month]}-${two[day]}`
}
