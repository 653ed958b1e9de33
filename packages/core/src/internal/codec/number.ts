/**
 * JavaScript's numbers as DynamoDB's, exactly or not at all.
 */
import * as BigDecimal from "effect/BigDecimal"
import * as decimal from "../decimal.ts"
import { isRefusal, Refusal } from "./refusal.ts"

const notANumber = new Refusal("Expected a number that DynamoDB can hold (N)")
const notFinite = new Refusal("Expected a finite number: DynamoDB has neither NaN nor infinities")
const outOfRange = new Refusal("Expected a number in DynamoDB's range: 0, or a magnitude from 1E-130 to 9.99E+125")
const tooPrecise = new Refusal(
  "Expected a number that DynamoDB can hold: up to 38 significant digits, magnitude from 1E-130 to 9.99E+125"
)
const inexact = new Refusal(
  "The stored number is more exact than a JavaScript number; read it with Schema.BigInt or Schema.BigDecimal"
)
const notAnInteger = new Refusal("Expected an integer; read it with Schema.Number or Schema.BigDecimal")

export const textOfNumber = (n: number): string | Refusal => {
  if (n === 0) return "0"
  const magnitude = n < 0 ? -n : n
  // Where JavaScript writes no exponent, its text is plain and in range.
  if (magnitude >= 1e-6 && magnitude < 1e21) return String(n)
  return decimal.normalize(String(n)) ?? (Number.isFinite(n) ? outOfRange : notFinite)
}

const powersOfTen: ReadonlyArray<number> = Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * A plain decimal of up to 15 characters, which nearly every number is; NaN for any other text.
 *
 * So few digits make an integer that is exact, and so is its power of ten: dividing them rounds once, as `Number` does.
 * And so few digits come out of a double as they went in. This saves writing the number only to compare it, which costs
 * more than reading it.
 */
const shortDecimal = (text: string): number => {
  const { length } = text
  if (length > 15) return NaN
  const isNegative = text.charCodeAt(0) === 45
  const start = isNegative ? 1 : 0
  let n = 0
  let i = start
  let digit = -1
  for (; i < length; i++) {
    digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) break
    n = n * 10 + digit
  }
  if (i === start) return NaN
  if (i < length) {
    // -2 is the point.
    if (digit !== -2) return NaN
    const point = i
    for (i++; i < length; i++) {
      digit = text.charCodeAt(i) - 48
      if (digit < 0 || digit > 9) return NaN
      n = n * 10 + digit
    }
    n /= powersOfTen[length - point - 1]!
  }
  // DynamoDB has no -0.
  return isNegative && n !== 0 ? -n : n
}

export const numberOfText = (text: string): number | Refusal => {
  const short = shortDecimal(text)
  // Only NaN is not itself.
  if (short === short) return short
  const n = Number(text)
  // NaN and the infinities are the only numbers that are not themselves less themselves.
  if (String(n) === text && n - n === 0) return n
  const exact = decimal.normalize(text)
  if (exact === undefined) return notANumber
  return exact === decimal.normalize(String(n)) ? (n === 0 ? 0 : n) : inexact
}

export const textOfBigInt = (n: bigint): string | Refusal => decimal.normalize(String(n)) ?? tooPrecise

export const bigIntOfText = (text: string): bigint | Refusal => {
  const exact = decimal.normalize(text)
  if (exact === undefined) return notANumber
  return exact.includes(".") ? notAnInteger : BigInt(exact)
}

export const textOfBigDecimal = (n: BigDecimal.BigDecimal): string | Refusal =>
  decimal.normalize(`${n.value}E${-n.scale}`) ?? tooPrecise

export const bigDecimalOfText = (text: string): BigDecimal.BigDecimal | Refusal => {
  const exact = decimal.normalize(text)
  return exact === undefined ? notANumber : BigDecimal.fromStringUnsafe(exact)
}

/** A number as exactly as JavaScript has it: `number`, else `bigint`, else `BigDecimal`. */
export const exactOfText = (text: string): number | bigint | BigDecimal.BigDecimal | Refusal => {
  const n = numberOfText(text)
  if (!isRefusal(n)) return n
  const exact = decimal.normalize(text)
  if (exact === undefined) return notANumber
  return exact.includes(".") ? BigDecimal.fromStringUnsafe(exact) : BigInt(exact)
}
