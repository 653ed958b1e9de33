/**
 * Items as DynamoDB has them in JSON: `{"id":{"S":"a"},"age":{"N":"42"}}`, binary as base64. Nothing is lost in it.
 *
 * See [data type descriptors](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html#Programming.LowLevelAPI.DataTypeDescriptors).
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import type { Item } from "@effect-dynamo/client/DynamoClient"
import { printableJson } from "../table.ts"
import { base64, fromBase64 } from "./base64.ts"

/** One line of JSON. */
export const toDynamoText = (item: Item): string =>
  // What has no binary the platform writes as it stands, and faster.
  printableJson(JSON.stringify(Object.values(item).some(hasBinary) ? toDynamoJson(item) : item))

const hasBinary = (value: AttributeValue): boolean =>
  value.B !== undefined ||
  value.BS !== undefined ||
  (value.M !== undefined && Object.values(value.M).some(hasBinary)) ||
  (value.L !== undefined && value.L.some(hasBinary))

/** What JSON can hold. By entries, since an attribute may be called `__proto__`. */
export const toDynamoJson = (item: Item): unknown =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, wireValue(value)]))

const wireValue = (value: AttributeValue): unknown => {
  if (value.B !== undefined) return { B: base64(value.B) }
  if (value.BS !== undefined) return { BS: value.BS.map(base64) }
  if (value.M !== undefined) return { M: toDynamoJson(value.M) }
  if (value.L !== undefined) return { L: value.L.map(wireValue) }
  return value
}

/** Whether parsed JSON is an object. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === "string"

/**
 * Reads an item out of parsed JSON, which becomes the item: binary is put in its place. Throws a `SyntaxError` that names
 * the attribute where it is none.
 */
export const fromDynamoJson = (json: unknown): Item => {
  if (!isObject(json)) throw new SyntaxError("The item is no object")
  readItem(json, "")
  return json as Item // looked through
}

const readItem = (item: Record<string, unknown>, path: string): void => {
  for (const name of Object.keys(item)) readValue(item[name], path === "" ? name : `${path}.${name}`)
}

const readValue = (value: unknown, path: string): void => {
  const mistake = (why: string) => new SyntaxError(`The attribute "${path}" ${why}`)
  const types = isObject(value) ? Object.keys(value) : []
  const [type] = types
  if (!isObject(value) || types.length !== 1 || type === undefined) {
    throw mistake('is no value of DynamoDB JSON, such as {"S":"text"}')
  }
  const content = value[type]
  const expect = (right: boolean, what: string) => {
    if (!right) throw mistake(`is no ${type}: it takes ${what}`)
  }
  switch (type) {
    case "S":
      return expect(isText(content), "text")
    case "N":
      return expect(isText(content), 'a number in quotes, as "42"')
    case "BOOL":
      return expect(typeof content === "boolean", "true or false")
    case "NULL":
      return expect(content === true, "true")
    case "B":
      value["B"] = bytesOf(content)
      return expect(value["B"] !== undefined, "base64")
    case "SS":
    case "NS":
      return expect(Array.isArray(content) && content.every(isText), "texts")
    case "BS":
      value["BS"] = Array.isArray(content) ? content.map(bytesOf) : []
      return expect(Array.isArray(content) && content.every((one) => bytesOf(one) !== undefined), "texts of base64")
    case "L":
      expect(Array.isArray(content), "a list")
      if (Array.isArray(content)) content.forEach((element, index) => readValue(element, `${path}[${index}]`))
      return
    case "M":
      expect(isObject(content), "an object")
      if (isObject(content)) readItem(content, path)
      return
    default:
      throw mistake(`has the type "${type}"; DynamoDB has S, N, B, BOOL, NULL, L, M, SS, NS and BS`)
  }
}

const bytesOf = (content: unknown): Uint8Array | undefined => (isText(content) ? fromBase64(content) : undefined)
