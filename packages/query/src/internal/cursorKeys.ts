/**
 * Keys as text, exactly: those that a place in a read is made of.
 */
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** A key attribute: its name, its type, and its text. Numbers stay the text that they are. */
const KeyAttribute = /*#__PURE__*/ Schema.Tuple([
  Schema.String,
  /*#__PURE__*/ Schema.Literals(["S", "N", "B"]),
  Schema.String
])

/** The key attributes of one place. */
export const Key = /*#__PURE__*/ Schema.Array(KeyAttribute)

type Key = typeof Key.Type

/** What stands for a key in a text. */
export const toText = (key: Item): Key =>
  Object.entries(key).flatMap(([name, value]): Key => {
    if ("S" in value) return [[name, "S", value.S]]
    if ("N" in value) return [[name, "N", value.N]]
    // DynamoDB has keys of these three types only.
    return "B" in value ? [[name, "B", Base64Url.encode(value.B)]] : []
  })

/** The key that stands in a text. */
export const fromText = (key: Key): Option.Option<Item> => {
  const item: Item = {}
  for (const [name, type, text] of key) {
    const value = valueOf(type, text)
    if (value === undefined) return Option.none()
    item[name] = value
  }
  return Option.some(item)
}

const valueOf = (type: "S" | "N" | "B", text: string): AttributeValue | undefined => {
  if (type === "S") return { S: text }
  if (type === "N") return { N: text }
  const bytes = Base64Url.decode(text)
  return Result.isSuccess(bytes) ? { B: bytes.success } : undefined
}
