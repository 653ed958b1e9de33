/**
 * How large DynamoDB counts items to be, in bytes: their names and values, texts in UTF-8.
 *
 * `Attribute.size` and `Attribute.itemSize` are the same for applications. This module needs nothing but itself, so that
 * whatever sends items can measure them.
 *
 * See [the sizes of items](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 *
 * @module
 * @since 0.1.0
 */
import { isPlainInteger, parse } from "./internal/decimal.ts"
import { byteLength } from "./internal/keys/utf8.ts"

/**
 * An attribute value, as far as its size goes: this library's and the AWS SDK's are.
 *
 * @category models
 * @since 0.1.0
 */
export interface Value {
  readonly S?: string | undefined
  readonly N?: string | undefined
  readonly B?: Uint8Array | undefined
  readonly BOOL?: boolean | undefined
  readonly NULL?: boolean | undefined
  readonly L?: ReadonlyArray<Value> | undefined
  readonly M?: Item | undefined
  readonly SS?: ReadonlyArray<string> | undefined
  readonly NS?: ReadonlyArray<string> | undefined
  readonly BS?: ReadonlyArray<Uint8Array> | undefined
}

/**
 * An item, as far as its size goes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item {
  readonly [name: string]: Value
}

/**
 * The size of one attribute of an item: its name and its value.
 *
 * @category models
 * @since 0.1.0
 */
export interface AttributeSize {
  /** The attribute's name, as stored. */
  readonly name: string
  /** In bytes. */
  readonly size: number
}

/**
 * The largest item that DynamoDB takes: 400 KB.
 *
 * @category sizes
 * @since 0.1.0
 */
export const largestItem = 400 * 1024

/**
 * An item's size: of all of its attributes, keys included.
 *
 * @category sizes
 * @since 0.1.0
 */
export const ofItem = (item: Item): number => ofAttributes(item, 0)

const ofAttributes = (item: Item, each: number): number => {
  let size = 0
  for (const name in item) {
    const value: Value | undefined = item[name]
    // Programs without types leave attributes undefined, which are not sent.
    if (value !== undefined) size += each + ofText(name) + ofValue(value)
  }
  return size
}

/** A list or a map costs this by itself. */
const containerSize = 3

/** And so does each of its elements. */
const elementSize = 1

/**
 * The size of an attribute's value, without its name.
 *
 * @category sizes
 * @since 0.1.0
 */
export const ofValue = (value: Value): number => {
  if (value.S !== undefined) return ofText(value.S)
  if (value.N !== undefined) return numberSize(value.N)
  if (value.M !== undefined) return containerSize + ofAttributes(value.M, elementSize)
  if (value.L !== undefined) return containerSize + sum(value.L, ofElement)
  if (value.B !== undefined) return value.B.byteLength
  if (value.SS !== undefined) return sum(value.SS, ofText)
  if (value.NS !== undefined) return sum(value.NS, numberSize)
  if (value.BS !== undefined) return sum(value.BS, ofBytes)
  return 1 // BOOL and NULL
}

const ofElement = (value: Value): number => elementSize + ofValue(value)
const ofBytes = (bytes: Uint8Array): number => bytes.byteLength

/**
 * What an item is at most as large as, found without looking into its texts. For whether it may be too large.
 *
 * @category sizes
 * @since 0.1.0
 */
export const boundOfItem = (item: Item): number => boundOfAttributes(item, 0)

const boundOfAttributes = (item: Item, each: number): number => {
  let bound = 0
  for (const name in item) {
    const value: Value | undefined = item[name]
    if (value !== undefined) bound += each + name.length * 3 + boundOfValue(value)
  }
  return bound
}

const boundOfValue = (value: Value): number => {
  // A unit of UTF-16 is three bytes of UTF-8 at most.
  if (value.S !== undefined) return value.S.length * 3
  if (value.N !== undefined) return boundOfNumber(value.N)
  if (value.M !== undefined) return containerSize + boundOfAttributes(value.M, elementSize)
  if (value.L !== undefined) return containerSize + sum(value.L, boundOfElement)
  if (value.SS !== undefined) return sum(value.SS, boundOfText)
  if (value.NS !== undefined) return sum(value.NS, boundOfNumber)
  return ofValue(value)
}

const boundOfElement = (value: Value): number => elementSize + boundOfValue(value)
const boundOfText = (text: string): number => text.length * 3
const boundOfNumber = (text: string): number => text.length + 2

const sum = <A>(all: ReadonlyArray<A>, sizeOf: (one: A) => number): number => {
  let size = 0
  for (let i = 0; i < all.length; i++) size += sizeOf(all[i]!)
  return size
}

/**
 * The largest attributes of an item, the largest first.
 *
 * **Example** (What makes an item large)
 *
 * ```ts
 * import { ItemSize } from "@effect-dynamo/core"
 *
 * ItemSize.largestAttributes({ id: { S: "a" }, body: { S: "text" }, n: { N: "1" } }, 1)
 * // => [{ name: "body", size: 8 }]
 * ```
 *
 * @category sizes
 * @since 0.1.0
 */
export const largestAttributes = (item: Item, atMost: number): ReadonlyArray<AttributeSize> =>
  Object.entries(item)
    .map(([name, value]) => ({ name, size: ofText(name) + ofValue(value) }))
    .sort((a, b) => b.size - a.size)
    .slice(0, atMost)

/**
 * A byte for the exponent, one for each pair of digits, and one that ends a negative number unless it is of the longest.
 * The pairs are those of base 100: where the decimal point stands decides whether the first digit is one by itself.
 */
const numberSize = (text: string): number => {
  if (isPlainInteger(text)) return integerSize(text)
  const number = parse(text)
  return number === undefined ? 1 : sizeOfDigits(number.digits.length, number.exponent, number.negative)
}

/** The same for what nearly every number is. */
const integerSize = (text: string): number => {
  const negative = text.charCodeAt(0) === 45
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 48) end--
  const sign = negative ? 1 : 0
  return sizeOfDigits(Math.max(0, end - sign), text.length - sign, negative)
}

/** Of so many digits, the first of which is so far before the decimal point. */
const sizeOfDigits = (digits: number, exponent: number, negative: boolean): number => {
  if (digits === 0) return 1
  const alone = Math.abs(exponent % 2)
  const pairs = Math.ceil((digits + alone) / 2)
  return 1 + pairs + (negative && pairs < mostPairs ? 1 : 0)
}

/** Of 38 digits, of which the first and the last are by themselves. */
const mostPairs = 20

/**
 * The size of a text in UTF-8.
 *
 * @category sizes
 * @since 0.1.0
 */
export const ofText = (text: string): number => (text.length < isLong ? byteLength(text) : ofLongText(text))

/** From how many characters on the platform counts faster. */
const isLong = 256

// Every platform has it; its type is none of the language's own.
declare const TextEncoder: new () => {
  readonly encodeInto: (text: string, bytes: Uint8Array) => { readonly written: number }
}

const encoder = /*#__PURE__*/ new TextEncoder()

/** How many characters are written at a time, over those before them: only their number is wanted. */
const partLength = 4096
const scratch = /*#__PURE__*/ new Uint8Array(partLength * 3)

const ofLongText = (text: string): number => {
  let size = 0
  for (let at = 0; at < text.length;) {
    const last = at + partLength - 1
    // Both halves of a surrogate pair are in one part.
    const end = (text.charCodeAt(last) & 0xfc00) === 0xd800 ? last : last + 1
    size += encoder.encodeInto(text.slice(at, end), scratch).written
    at = end
  }
  return size
}
