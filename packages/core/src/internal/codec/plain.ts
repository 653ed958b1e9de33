/**
 * Attribute values without a schema.
 */
import * as BigDecimal from "effect/BigDecimal"
import type { AttributeValue, Item } from "../../Attribute.ts"
import { exactOfText, textOfBigDecimal, textOfBigInt, textOfNumber } from "./number.ts"
import { isRefusal, Refusal } from "./refusal.ts"
import {
  assign,
  emptySetRefusal,
  illFormed,
  illFormedName,
  isDescriptor,
  isSole,
  isWellFormed,
  maxDepth,
  type SetType,
  tooDeep
} from "./wire.ts"

const malformed = new Refusal("Expected an attribute value that DynamoDB knows, with one descriptor")
const mixedSet = new Refusal("Expected a set of strings, of numbers or of binaries: DynamoDB has no other")
const duplicates = new Refusal("Expected distinct elements: DynamoDB holds these as the same")
const invalidDate = new Refusal("Expected a valid date")
const unsupported = new Refusal(
  "Expected a value with a form of its own in DynamoDB: a string, number, bigint, BigDecimal, boolean, null, " +
    "Uint8Array, Set, array or plain object"
)

/** What an attribute value holds, as plain JavaScript. */
export const toPlain = (attribute: AttributeValue, depth = 0): unknown => {
  if (depth > maxDepth) return tooDeep
  if (typeof attribute !== "object" || attribute === null) return malformed
  for (const type in attribute) {
    const raw: unknown = attribute[type as never]
    if (raw === undefined || !isDescriptor(type)) continue
    if (!isSole(attribute, type as never)) return malformed
    switch (type) {
      case "S":
        return typeof raw === "string" ? raw : malformed
      case "N":
        return typeof raw === "string" ? exactOfText(raw) : malformed
      case "BOOL":
        return typeof raw === "boolean" ? raw : malformed
      case "NULL":
        return raw === true ? null : malformed
      case "B":
        return raw instanceof Uint8Array ? raw : malformed
      case "SS":
        return toSet(raw, (element) => (typeof element === "string" ? element : malformed))
      case "NS":
        return toSet(raw, (element) => (typeof element === "string" ? exactOfText(element) : malformed))
      case "BS":
        return toSet(raw, (element) => (element instanceof Uint8Array ? element : malformed))
      case "L":
        return toArray(raw, depth)
      case "M":
        return typeof raw === "object" && raw !== null && !Array.isArray(raw)
          ? itemToPlain(raw as Item, depth + 1)
          : malformed
      default:
        return malformed
    }
  }
  return malformed
}

const toSet = (raw: unknown, element: (raw: unknown) => unknown): unknown => {
  if (!Array.isArray(raw)) return malformed
  const out = new Set<unknown>()
  for (const one of raw) {
    const value = element(one)
    if (isRefusal(value)) return value
    out.add(value)
  }
  return out
}

const toArray = (raw: unknown, depth: number): unknown => {
  if (!Array.isArray(raw)) return malformed
  const out: Array<unknown> = []
  for (let i = 0; i < raw.length; i++) {
    const value = toPlain(raw[i], depth + 1)
    if (isRefusal(value)) return value.at(i)
    out.push(value)
  }
  return out
}

/** The attributes of an item or a map, as a plain object. */
export const itemToPlain = (item: Item, depth = 0): unknown => {
  const out = {}
  for (const name of Object.keys(item)) {
    const attribute = item[name]
    if (attribute === undefined) continue
    const value = toPlain(attribute, depth)
    if (isRefusal(value)) return value.at(name)
    assign(out, name, value)
  }
  return out
}

/** Whether an object is nothing but its properties. */
export const isPlainObject = (u: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(u)
  // An object of another realm has another Object.prototype, which also ends there.
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

/** Plain JavaScript as an attribute value. */
export const fromPlain = (value: unknown, depth = 0): AttributeValue | Refusal => {
  switch (typeof value) {
    case "string":
      return isWellFormed(value) ? { S: value } : illFormed
    case "number":
      return numeric(textOfNumber(value))
    case "bigint":
      return numeric(textOfBigInt(value))
    case "boolean":
      return { BOOL: value }
    case "object":
      break
    default:
      return unsupported
  }
  if (value === null) return { NULL: true }
  if (depth > maxDepth) return tooDeep
  if (Array.isArray(value)) return fromArray(value, depth)
  if (value instanceof Uint8Array) return { B: value }
  if (value instanceof Set) return fromSet(value)
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? invalidDate : { S: value.toISOString() }
  }
  if (BigDecimal.isBigDecimal(value)) return numeric(textOfBigDecimal(value))
  if (!isPlainObject(value)) return unsupported
  const M = itemFromPlain(value, depth + 1)
  return isRefusal(M) ? M : { M }
}

const numeric = (text: string | Refusal): AttributeValue | Refusal => (isRefusal(text) ? text : { N: text })

const fromArray = (values: ReadonlyArray<unknown>, depth: number): AttributeValue | Refusal => {
  const L: Array<AttributeValue> = []
  for (let i = 0; i < values.length; i++) {
    const element = fromPlain(values[i], depth + 1)
    if (isRefusal(element)) return element.at(i)
    L.push(element)
  }
  return { L }
}

const fromSet = (values: ReadonlySet<unknown>): AttributeValue | Refusal => {
  if (values.size === 0) return emptySetRefusal
  let type: SetType | undefined
  const elements: Array<string | Uint8Array> = []
  for (const value of values) {
    const element = Array.isArray(value) || value instanceof Set ? mixedSet : fromPlain(value)
    if (isRefusal(element)) return element
    const [descriptor, raw] =
      "S" in element
        ? (["SS", element.S] as const)
        : "N" in element
          ? (["NS", element.N] as const)
          : "B" in element
            ? (["BS", element.B] as const)
            : [undefined, ""]
    if (descriptor === undefined || (type !== undefined && type !== descriptor)) return mixedSet
    type = descriptor
    elements.push(raw)
  }
  if (hasDuplicates(elements)) return duplicates
  // `type` says which of the three the elements are.
  return { [type!]: elements } as never
}

/** The properties of an object as attributes; `undefined` is absent. */
export const itemFromPlain = (value: object, depth = 0): Item | Refusal => {
  const out: Item = {}
  for (const name of Object.keys(value)) {
    const property: unknown = value[name as never]
    if (property === undefined) continue
    if (!isWellFormed(name)) return illFormedName
    const attribute = fromPlain(property, depth)
    if (isRefusal(attribute)) return attribute.at(name)
    assign(out, name, attribute)
  }
  return out
}

/** Whether DynamoDB would hold two elements of a set as the same. */
export const hasDuplicates = (elements: ReadonlyArray<string | Uint8Array>): boolean => {
  const seen = new Set<string>()
  for (const element of elements) seen.add(typeof element === "string" ? element : element.join())
  return seen.size !== elements.length
}

export { duplicates, malformed }
