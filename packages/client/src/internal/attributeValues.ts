/**
 * Attribute values compared, and numbers added, as DynamoDB does it.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import type { Item } from "./operations.ts"

/**
 * Whether two values are equal: numbers by value, sets without order. What is no value, or is in a form that is not
 * known, equals nothing.
 */
export const sameValue = (a: AttributeValue | undefined, b: AttributeValue | undefined): boolean => {
  if (a === undefined || b === undefined) return false
  if (a.S !== undefined) return a.S === b.S
  if (a.N !== undefined) return sameNumber(a.N, b.N)
  if (a.B !== undefined) return sameBytes(a.B, b.B)
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL
  if (a.NULL !== undefined) return a.NULL === b.NULL
  if (a.L !== undefined) return b.L !== undefined && sameList(a.L, b.L)
  if (a.M !== undefined) return b.M !== undefined && sameItem(a.M, b.M)
  return isSet(a) && holdsAll(a, b) && holdsAll(b, a)
}

/** Whether two items have the same attributes with the same values. */
export const sameItem = (a: Item, b: Item): boolean => {
  const names = namesOf(a)
  return names.length === namesOf(b).length && names.every((name) => sameValue(a[name], b[name]))
}

/** Whether two values are known to differ: scalars alone, so that nothing is taken for different that DynamoDB finds equal. */
export const isOther = (a: AttributeValue, b: AttributeValue): boolean => isScalar(a) && isScalar(b) && !sameValue(a, b)

/** Whether a value is a set. */
export const isSet = (value: AttributeValue): boolean =>
  value.SS !== undefined || value.NS !== undefined || value.BS !== undefined

/** Whether a set has all members of another one of its type. */
export const holdsAll = (value: AttributeValue | undefined, members: AttributeValue): boolean => {
  const has = memberTest(value, members)
  return has !== undefined && has.members.every(has.isIn)
}

/** Whether a set has none of the members of another one of its type. */
export const holdsNone = (value: AttributeValue | undefined, members: AttributeValue): boolean => {
  const has = memberTest(value, members)
  return has !== undefined && !has.members.some(has.isIn)
}

/** The members as one text each, and whether one of them is in a set; `undefined` where the types differ. */
const memberTest = (value: AttributeValue | undefined, members: AttributeValue) => {
  const [set, asked] = [value === undefined ? undefined : textsOf(value), textsOf(members)]
  if (set === undefined || asked === undefined || set.type !== asked.type) return undefined
  const texts = new Set(set.texts)
  return { members: asked.texts, isIn: (text: string) => texts.has(text) }
}

const textsOf = ({ BS, NS, SS }: AttributeValue) => {
  if (SS !== undefined) return { type: "SS", texts: SS }
  if (NS !== undefined) return { type: "NS", texts: NS.map(numberText) }
  if (BS !== undefined) return { type: "BS", texts: BS.map((bytes) => Array.from(bytes).join()) }
  return undefined
}

const sameList = (a: ReadonlyArray<AttributeValue>, b: ReadonlyArray<AttributeValue>): boolean =>
  a.length === b.length && a.every((value, i) => sameValue(value, b[i]))

// What is undefined is not sent.
const namesOf = (item: Item): ReadonlyArray<string> => Object.keys(item).filter((name) => item[name] !== undefined)

// What is given for bytes may be something that only the SDK takes for them.
const sameBytes = (a: unknown, b: unknown): boolean =>
  a instanceof Uint8Array && b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i])

const isScalar = ({ BOOL, N, NULL, S }: AttributeValue): boolean =>
  S !== undefined || BOOL !== undefined || NULL !== undefined || (N !== undefined && parse(N) !== undefined)

// -----------------------------------------------------------------------------
// Numbers
// -----------------------------------------------------------------------------

/** `digits` × 10^`exponent`, without zeros at the end of the digits. */
interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

// What DynamoDB can hold has exponents of three digits at most.
const syntax = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/

/** `undefined` where the text is no number that DynamoDB can hold. */
const parse = (text: string): Decimal | undefined => {
  const [, sign, whole = "", fraction = "", exponent = "0"] = syntax.exec(text) ?? []
  const all = whole + fraction
  if (all === "" || all.length > 300) return undefined
  const digits = all.replace(/0+$/, "")
  if (digits === "") return { digits: 0n, exponent: 0 }
  const value = BigInt(digits)
  return {
    digits: sign === "-" ? -value : value,
    exponent: value === 0n ? 0 : Number(exponent) - fraction.length + (all.length - digits.length)
  }
}

const format = ({ digits, exponent }: Decimal): string => `${digits}E${exponent}`

/** A number's one text. What is no number stays as it is, for DynamoDB to refuse. */
const numberText = (text: string): string => {
  const decimal = parse(text)
  return decimal === undefined ? text : format(decimal)
}

const sameNumber = (a: string, b: string | undefined): boolean => b !== undefined && numberText(a) === numberText(b)

/** The exact sum of two numbers, or difference; `undefined` where DynamoDB, which keeps 38 digits, may not have it exactly. */
export const sumOf = (a: string, b: string, sign: 1 | -1): string | undefined => {
  const [left, right] = [parse(a), parse(b)]
  if (left === undefined || right === undefined) return undefined
  const exponent = Math.min(left.exponent, right.exponent)
  const at = (decimal: Decimal) => decimal.digits * 10n ** BigInt(decimal.exponent - exponent)
  const sum = at(left) + BigInt(sign) * at(right)
  const significant = String(sum).replace(/^-/, "").replace(/0+$/, "")
  return significant.length > 38 ? undefined : `${sum}E${exponent}`
}
