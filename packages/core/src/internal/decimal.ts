/**
 * Exact decimals, as DynamoDB has them: up to 38 significant digits, magnitudes
 * from 1E-130 to 9.99…9E+125, and zero.
 *
 * See [Number](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number).
 */

/**
 * The value is ±0.d₁d₂d₃… × 10^exponent. `digits` has no leading and no trailing
 * zeros, so every value has one form. Zero is `{ negative: false, digits: "", exponent: 0 }`.
 */
export interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

/** The most significant digits that DynamoDB keeps. */
export const maxDigits = 38

// In this form 1E-130 is 0.1 × 10^-129, and 9.99…E+125 is 0.999… × 10^126.
export const minExponent = -129
export const maxExponent = 126

export const zero: Decimal = { negative: false, digits: "", exponent: 0 }

const syntax = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/**
 * Reads decimal text: sign, leading and trailing zeros and an exponent are all
 * allowed (`-1.50`, `00042`, `.5`, `5.`, `1E+20`). Anything else is `undefined`:
 * no digits, blanks, `NaN`, `Infinity`, other radixes.
 */
export const parse = (text: string): Decimal | undefined => {
  const match = syntax.exec(text)
  if (match === null) {
    return undefined
  }
  const whole = match[2] ?? ""
  const fraction = match[3] ?? ""
  const all = whole + fraction
  if (all === "") {
    return undefined
  }
  let start = 0
  while (start < all.length && all.charCodeAt(start) === 48) {
    start++
  }
  if (start === all.length) {
    return zero
  }
  let end = all.length
  while (all.charCodeAt(end - 1) === 48) {
    end--
  }
  const shift = match[4] === undefined ? 0 : Number(match[4])
  return { negative: match[1] === "-", digits: all.slice(start, end), exponent: whole.length - start + shift }
}

/** Whether DynamoDB can hold the number exactly. */
export const inRange = (decimal: Decimal): boolean =>
  decimal.digits.length <= maxDigits && decimal.exponent >= minExponent && decimal.exponent <= maxExponent

/**
 * Plain decimal text: no exponent, no leading or trailing zeros, no `-0`. Its length grows with
 * the exponent: ask `inRange` before where the number comes from outside.
 */
export const format = (decimal: Decimal): string => {
  const { digits, exponent, negative } = decimal
  if (digits === "") {
    return "0"
  }
  const sign = negative ? "-" : ""
  if (exponent <= 0) {
    return `${sign}0.${"0".repeat(-exponent)}${digits}`
  }
  if (exponent >= digits.length) {
    return sign + digits + "0".repeat(exponent - digits.length)
  }
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`
}

/** Whether text is an integer of at most 38 digits in plain form already: what nearly every number is. */
export const isPlainInteger = (text: string): boolean => {
  const start = text.charCodeAt(0) === 45 ? 1 : 0
  const length = text.length - start
  if (length < 1 || length > maxDigits) {
    return false
  }
  const first = text.charCodeAt(start)
  if (first < 49 || first > 57) {
    return text === "0"
  }
  for (let i = start + 1; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char < 48 || char > 57) {
      return false
    }
  }
  return true
}

/** Plain decimal text of a number that DynamoDB can hold; `undefined` if it is not one. */
export const normalize = (text: string): string | undefined => {
  if (isPlainInteger(text)) {
    return text
  }
  const decimal = parse(text)
  return decimal === undefined || !inRange(decimal) ? undefined : format(decimal)
}

export const negate = (decimal: Decimal): Decimal =>
  decimal.digits === "" ? decimal : { ...decimal, negative: !decimal.negative }

const compareMagnitude = (a: Decimal, b: Decimal): -1 | 0 | 1 => {
  if (a.exponent !== b.exponent) {
    return a.exponent < b.exponent ? -1 : 1
  }
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -1 : 1
}

/** Orders two numbers by value. */
export const compare = (a: Decimal, b: Decimal): -1 | 0 | 1 => {
  const signA = a.digits === "" ? 0 : a.negative ? -1 : 1
  const signB = b.digits === "" ? 0 : b.negative ? -1 : 1
  if (signA !== signB) {
    return signA < signB ? -1 : 1
  }
  return signA === 0 ? 0 : signA > 0 ? compareMagnitude(a, b) : compareMagnitude(b, a)
}
