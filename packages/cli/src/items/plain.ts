/**
 * Items as plain JSON, for people: `{"id":"a","age":42}`. Numbers keep all their digits, both ways.
 *
 * Plain JSON has no sets and no binary. They can be shown, but what is read back is a list or a text: `lossIn` tells.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import type { Item } from "@effect-dynamo/client/DynamoClient"
import * as Result from "effect/Result"
import { printableJson } from "../table.ts"
import { base64 } from "./base64.ts"
import { jsonMistake } from "./jsonMistake.ts"

/** One line of JSON. Sets are written as arrays, binary as base64. */
export const toPlainText = (item: Item): string => {
  let text = "{"
  for (const name of Object.keys(item)) {
    text += `${text === "{" ? "" : ","}${JSON.stringify(name)}:${textOf(item[name]!)}`
  }
  return printableJson(text + "}")
}

/** One value, as it stands in the JSON of an item. */
export const textOf = (value: AttributeValue): string => {
  if (value.S !== undefined) return JSON.stringify(value.S)
  if (value.N !== undefined) return numberText(value.N)
  if (value.BOOL !== undefined) return String(value.BOOL)
  if (value.M !== undefined) return toPlainText(value.M)
  if (value.L !== undefined) return `[${value.L.map(textOf).join(",")}]`
  if (value.SS !== undefined) return JSON.stringify(value.SS)
  if (value.NS !== undefined) return `[${value.NS.map(numberText).join(",")}]`
  if (value.B !== undefined) return JSON.stringify(base64(value.B))
  if (value.BS !== undefined) return JSON.stringify(value.BS.map(base64))
  return "null"
}

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** Other ways to write a number, which DynamoDB takes and does not give back. */
const otherNumber = /^\s*(?:\+|(-))?0*(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/

const numberText = (text: string): string => {
  if (jsonNumber.test(text)) return text
  const parts = otherNumber.exec(text)
  if (parts === null) return JSON.stringify(text)
  const [, sign = "", whole = "", fraction = "", exponent] = parts
  return `${sign}${whole || "0"}${fraction && `.${fraction}`}${exponent === undefined ? "" : `e${exponent}`}`
}

/** The path of the first attribute that plain JSON cannot bring back as it was: a set, or binary. */
export const lossIn = (item: Item): string | undefined => {
  for (const name of Object.keys(item)) {
    const found = lossInValue(item[name]!)
    if (found !== undefined) return name + found
  }
  return undefined
}

const lossInValue = (value: AttributeValue): string | undefined => {
  if (value.SS !== undefined || value.NS !== undefined || value.B !== undefined || value.BS !== undefined) return ""
  if (value.M !== undefined) {
    const inside = lossIn(value.M)
    return inside === undefined ? undefined : `.${inside}`
  }
  for (const [index, element] of (value.L ?? []).entries()) {
    const inside = lossInValue(element)
    if (inside !== undefined) return `[${index}]${inside}`
  }
  return undefined
}

/** What the language gives a reviver beside key and value: https://tc39.es/proposal-json-parse-with-source */
interface Source {
  /** The text itself, of anything but an object or an array. */
  readonly source: string
}

/** From the inside out, so that what is in an object or an array has been seen before it. */
const attributeOf = (_key: string, value: unknown, { source }: Source): AttributeValue => {
  switch (typeof value) {
    case "string":
      return { S: value }
    case "number":
      return { N: source }
    case "boolean":
      return { BOOL: value }
    default:
      if (value === null) return { NULL: true }
      // An object or an array of what this function has given.
      return Array.isArray(value) ? { L: value } : { M: value as Item }
  }
}

/**
 * Reads an object. Throws a `SyntaxError` of what else there is. Of a name that is there twice, the last counts, as JSON has
 * it everywhere.
 */
export const fromPlainText = (text: string): Item => {
  const parsed = Result.try({
    // The types do not know of the third argument yet.
    try: () => JSON.parse(text, attributeOf as (key: string, value: unknown) => unknown) as AttributeValue,
    catch: (error) => new SyntaxError(jsonMistake(error), { cause: error })
  })
  const value = Result.getOrThrowWith(parsed, (mistake) => mistake)
  if (value.M === undefined) throw new SyntaxError("It is JSON, but no object")
  return value.M
}
