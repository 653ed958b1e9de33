/**
 * The ordered form of numbers: text whose byte order is the numbers' order.
 *
 * - It consists of ASCII letters and digits only, so no separator occurs in it.
 * - It covers every number that DynamoDB can hold, exactly, and parses back.
 * - No form is the beginning of another one. So whatever follows it in a key never changes the order.
 *
 * **The form of a positive number**
 *
 * 1. From 1E-9 up to, not including, 1E+23: a letter for the count of digits before the point (`c` one,
 *    `d` two, … `y` twenty-three), those digits, the fraction, and `e` (end). Below one, the digit before
 *    the point is `0`.
 * 2. Larger: `z`, the count of digits before the point in three digits, the significant digits as a fraction, `e`.
 * 3. Smaller: `b`, 130 plus the exponent in three digits (the number is 0.ddd… × 10^exponent), the
 *    significant digits as a fraction, `e`.
 *
 * A fraction is written in groups of three digits, each with `p` (point) before it, the last one filled with
 * zeros; no fraction is nothing. Zero is `a`.
 *
 * **The form of a negative number** is that of its opposite in the mirror: each digit `d` becomes `9 - d`, each
 * letter becomes the upper-case letter from the other end of the alphabet (`a` → `Z`, `b` → `Y`, … `z` → `A`).
 *
 * **Descending**: the ascending form of the opposite number.
 *
 * | number  | ascending    | descending   |
 * | ------- | ------------ | ------------ |
 * | -1e125  | `A873K899V`  | `z126p100e`  |
 * | -1      | `X8V`        | `c1e`        |
 * | -1e-130 | `Y998K899V`  | `b001p100e`  |
 * | 0       | `a`          | `a`          |
 * | 1e-130  | `b001p100e`  | `Y998K899V`  |
 * | 9       | `c9e`        | `X0V`        |
 * | 10      | `d10e`       | `W89V`       |
 * | 10.25   | `d10p250e`   | `W89K749V`   |
 * | 1e125   | `z126p100e`  | `A873K899V`  |
 *
 * Why it sorts: the first letter orders by sign and size, the digits after it are as many in both numbers that
 * share it, and after each group `e` (nothing more) is below `p` (more). The mirror turns all of this round.
 */
import * as decimal from "../decimal.ts"

// The exponent (see `Decimal`) of 1E-9, and of the largest numbers below 1E+23.
const minPlainExponent = -8
const maxPlainExponent = 23
const tinyOffset = 130

// "b" + digits before the point: "c" for one … "y" for twenty-three.
const countLetter = (count: number): string => String.fromCharCode(98 + count)

const groups = (fraction: string): string => {
  let out = ""
  for (let i = 0; i < fraction.length; i += 3) {
    out += "p" + fraction.slice(i, i + 3).padEnd(3, "0")
  }
  return out
}

const encodePositive = (digits: string, exponent: number): string => {
  if (exponent > maxPlainExponent) {
    return "z" + String(exponent).padStart(3, "0") + groups(digits) + "e"
  }
  if (exponent < minPlainExponent) {
    return "b" + String(tinyOffset + exponent).padStart(3, "0") + groups(digits) + "e"
  }
  if (exponent <= 0) {
    return "c0" + groups("0".repeat(-exponent) + digits) + "e"
  }
  return countLetter(exponent) + digits.slice(0, exponent).padEnd(exponent, "0") + groups(digits.slice(exponent)) + "e"
}

/** Digits d → 9 - d; letters a-z ↔ Z-A. Its own inverse. */
const mirror = (text: string): string => {
  let out = ""
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    // 48 + 57 = "0" + "9"; 65 + 122 = "A" + "z" = "Z" + "a".
    out += String.fromCharCode((char <= 57 ? 105 : 187) - char)
  }
  return out
}

/** The ordered form of a number that is in DynamoDB's range. */
export const fromDecimal = (number: decimal.Decimal): string => {
  if (number.digits === "") {
    return "a"
  }
  const positive = encodePositive(number.digits, number.exponent)
  return number.negative ? mirror(positive) : positive
}

/** The ordered form of decimal text; `undefined` where DynamoDB cannot hold the number. */
export const encode = (text: string, descending: boolean): string | undefined => {
  // Positive integers of ordinary size are most of what is ever written.
  if (!descending && text.length <= maxPlainExponent && text > "0" && text < ":" && decimal.isPlainInteger(text)) {
    return countLetter(text.length) + text + "e"
  }
  const number = decimal.parse(text)
  if (number === undefined || !decimal.inRange(number)) {
    return undefined
  }
  return fromDecimal(descending ? decimal.negate(number) : number)
}

const positiveForm = /^(?:b(\d{3})|z(\d{3})|([c-y])(\d+))((?:p\d{3})*)e$/

const decodePositive = (text: string): decimal.Decimal | undefined => {
  const match = positiveForm.exec(text)
  if (match === null) {
    return undefined
  }
  const [, tiny, huge, , whole = "", fraction = ""] = match
  const digits = whole + fraction.replaceAll("p", "")
  const exponent = tiny !== undefined ? Number(tiny) - tinyOffset : huge !== undefined ? Number(huge) : whole.length
  return decimal.parse(`0.${digits}E${exponent}`)
}

/** The decimal text of an ordered form; `undefined` where it is not one, written exactly as `encode` writes it. */
export const decode = (text: string, descending: boolean): string | undefined => {
  if (text === "a") {
    return "0"
  }
  const negative = text.charCodeAt(0) < 97
  const positive = decodePositive(negative ? mirror(text) : text)
  if (positive === undefined || !decimal.inRange(positive)) {
    return undefined
  }
  const written = negative ? decimal.negate(positive) : positive
  // One number has one form: other counts, groups of zeros and the like are not ours.
  return fromDecimal(written) === text ? decimal.format(descending ? decimal.negate(written) : written) : undefined
}
