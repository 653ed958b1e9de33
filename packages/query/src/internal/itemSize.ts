/**
 * How large DynamoDB counts an item to be, in bytes: names and values in UTF-8.
 *
 * See [the sizes of items](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"

/** An item's size: about what DynamoDB counts, which says itself that its numbers' sizes are approximate. */
export const itemSize = (item: { readonly [name: string]: AttributeValue }): number => {
  let size = 0
  for (const name in item) size += utf8Length(name) + valueSize(item[name]!)
  return size
}

/** A list or a map costs this by itself, and one byte more for each element. */
const containerSize = 3

/** The size of an attribute's value, without its name. */
export const valueSize = (value: AttributeValue): number => {
  if ("S" in value) return utf8Length(value.S)
  if ("N" in value) return numberSize(value.N)
  if ("B" in value) return value.B.byteLength
  if ("L" in value) return value.L.reduce((size, element) => size + 1 + valueSize(element), containerSize)
  if ("M" in value) return containerSize + Object.keys(value.M).length + itemSize(value.M)
  if ("SS" in value) return value.SS.reduce((size, text) => size + utf8Length(text), 0)
  if ("NS" in value) return value.NS.reduce((size, number) => size + numberSize(number), 0)
  if ("BS" in value) return value.BS.reduce((size, bytes) => size + bytes.byteLength, 0)
  return 1 // BOOL and NULL
}

/** A byte for every two significant digits, one more, and one for a minus sign. */
const numberSize = (text: string): number => {
  const digits = text
    .replace(/[eE].*$/, "")
    .replace(/[-+.]/g, "")
    .replace(/^0+|0+$/g, "").length
  return Math.ceil(digits / 2) + 1 + (text.startsWith("-") ? 1 : 0)
}

const utf8Length = (text: string): number => {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    // Each half of a surrogate pair is two of the pair's four bytes.
    length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return length
}
