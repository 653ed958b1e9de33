/**
 * Attribute values as plain JavaScript, so that Schema's own parser can walk them
 * and say where something is wrong in terms of attributes: maps are objects, lists
 * are arrays, `S`, `BOOL`, `NULL` and `B` are what they hold. Numbers and sets,
 * which JavaScript would mistake for something else, are instances of classes.
 *
 * Nothing is lost either way: `marshal(unmarshal(x))` is `x`.
 */
import type { AttributeValue, Item } from "../../Attribute.ts"
import { isRefusal, Refusal } from "./refusal.ts"

/** The one descriptor of an attribute value. */
export type AttributeType = "S" | "N" | "B" | "BOOL" | "NULL" | "L" | "M" | "SS" | "NS" | "BS"

/** DynamoDB's three set types. */
export type SetType = "SS" | "NS" | "BS"

/** A number as DynamoDB writes it. */
export class WireNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** The elements of a set as DynamoDB holds them. */
export class WireSet {
  readonly type: SetType
  readonly values: ReadonlyArray<string | Uint8Array>
  constructor(type: SetType, values: ReadonlyArray<string | Uint8Array>) {
    this.type = type
    this.values = values
  }
}

/** What cannot be understood: no descriptor that we know, two of them, or the wrong thing in one. Fits no schema. */
export class Malformed {
  readonly attribute: unknown
  constructor(attribute: unknown) {
    this.attribute = attribute
  }
}

/** Stands for `undefined` where a field's attribute is absent. It has no descriptor, so nothing else reads it. */
export const absent: AttributeValue = Object.freeze({}) as never

/**
 * DynamoDB allows 32 levels and says so itself; this only keeps the stack from
 * overflowing on values without end.
 */
export const maxDepth = 100

export const tooDeep = new Refusal("Nested too deeply: DynamoDB holds up to 32 levels")
const illFormed = new Refusal("Expected well-formed Unicode: the string holds half of a surrogate pair")
const illFormedName = new Refusal("Expected a well-formed attribute name: it holds half of a surrogate pair")
const emptySetRefusal = new Refusal("An empty set cannot be stored here: DynamoDB has none")
const noUndefined = new Refusal("undefined cannot be stored here")
const unknownValue = new Refusal("Expected a value that DynamoDB can hold")

const descriptors: ReadonlySet<string> = new Set(["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"])

/**
 * Whether a property of an attribute value is one of its descriptors. Others beside a descriptor mean nothing: clients
 * must ignore `__type` in a union, say Smithy's
 * [JSON protocols](https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#shape-serialization).
 */
export const isDescriptor = (key: string): boolean => descriptors.has(key)

/** Whether the value has no descriptor beside `type`. */
export const isSole = (attribute: object, type: AttributeType): boolean => {
  for (const key in attribute) {
    if (key !== type && attribute[key as never] !== undefined && isDescriptor(key)) return false
  }
  return true
}

// `String.prototype.isWellFormed` is in every engine we support, but not yet in the configured lib.
const wellFormed = (String.prototype as unknown as { readonly isWellFormed: (this: string) => boolean }).isWellFormed

export const isWellFormed = (text: string): boolean => wellFormed.call(text)

/** Sets a property as data, whatever its name. */
export const assign = (target: object, name: string, value: unknown): void => {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
  } else {
    target[name as never] = value as never
  }
}

const isStrings = (u: unknown): u is ReadonlyArray<string> => Array.isArray(u) && u.every((x) => typeof x === "string")
const isBinaries = (u: unknown): u is ReadonlyArray<Uint8Array> =>
  Array.isArray(u) && u.every((x) => x instanceof Uint8Array)
const isMap = (u: unknown): u is { readonly [name: string]: unknown } =>
  typeof u === "object" && u !== null && !Array.isArray(u) && !(u instanceof Uint8Array)

/** Whether a value in wire form is a map. */
export const isRecord = (wire: unknown): wire is { readonly [name: string]: unknown } =>
  isMap(wire) && !(wire instanceof WireNumber || wire instanceof WireSet || wire instanceof Malformed)

/** Reads an attribute value. What is malformed stays as it is, inside `Malformed`. */
export const unmarshal = (attribute: unknown, depth = 0): unknown => {
  if (attribute === absent) return undefined
  if (!isMap(attribute) || depth > maxDepth) return new Malformed(attribute)
  let type: string | undefined
  for (const key of Object.keys(attribute)) {
    if (attribute[key] === undefined || !isDescriptor(key)) continue
    if (type !== undefined) return new Malformed(attribute)
    type = key
  }
  const raw = type === undefined ? undefined : attribute[type]
  switch (type) {
    case "S":
      return typeof raw === "string" ? raw : new Malformed(attribute)
    case "N":
      return typeof raw === "string" ? new WireNumber(raw) : new Malformed(attribute)
    case "BOOL":
      return typeof raw === "boolean" ? raw : new Malformed(attribute)
    case "NULL":
      return raw === true ? null : new Malformed(attribute)
    case "B":
      return raw instanceof Uint8Array ? raw : new Malformed(attribute)
    case "SS":
    case "NS":
      return isStrings(raw) ? new WireSet(type, raw) : new Malformed(attribute)
    case "BS":
      return isBinaries(raw) ? new WireSet(type, raw) : new Malformed(attribute)
    case "L":
      return Array.isArray(raw) ? raw.map((element) => unmarshal(element, depth + 1)) : new Malformed(attribute)
    case "M":
      return isMap(raw) ? unmarshalMap(raw, depth) : new Malformed(attribute)
    default:
      return new Malformed(attribute)
  }
}

// Without a prototype: an absent attribute called `constructor` must not be found there.
const unmarshalMap = (map: { readonly [name: string]: unknown }, depth: number): object => {
  const out = Object.create(null) as { [name: string]: unknown }
  for (const name of Object.keys(map)) {
    const attribute = map[name]
    if (attribute !== undefined) out[name] = unmarshal(attribute, depth + 1)
  }
  return out
}

/** Reads a whole item. */
export const unmarshalItem = (item: Item): unknown => (isMap(item) ? unmarshalMap(item, 0) : new Malformed(item))

/** Writes an attribute value, or says what DynamoDB cannot hold and where. */
export const marshal = (wire: unknown, depth = 0): AttributeValue | Refusal => {
  switch (typeof wire) {
    case "string":
      return isWellFormed(wire) ? { S: wire } : illFormed
    case "boolean":
      return { BOOL: wire }
    case "undefined":
      return noUndefined
    case "object":
      break
    default:
      return unknownValue
  }
  if (wire === null) return { NULL: true }
  if (depth > maxDepth) return tooDeep
  if (wire instanceof WireNumber) return { N: wire.text }
  if (wire instanceof Uint8Array) return { B: wire }
  if (wire instanceof WireSet) {
    if (wire.values.length === 0) return emptySetRefusal
    if (wire.type === "SS" && !wire.values.every((text) => isWellFormed(String(text)))) return illFormed
    // The class keeps type and elements together.
    return { [wire.type]: [...wire.values] } as never
  }
  // Malformed values are only met on the way in, where their reader judges them.
  if (wire instanceof Malformed) return wire.attribute as never
  if (Array.isArray(wire)) {
    const L: Array<AttributeValue> = []
    for (let i = 0; i < wire.length; i++) {
      const element = marshal(wire[i], depth + 1)
      if (isRefusal(element)) return element.at(i)
      L.push(element)
    }
    return { L }
  }
  const M: Item = {}
  for (const name of Object.keys(wire)) {
    if (!isWellFormed(name)) return illFormedName
    const value = marshal(wire[name as never], depth + 1)
    if (isRefusal(value)) return value.at(name)
    assign(M, name, value)
  }
  return { M }
}

export { emptySetRefusal, illFormed, illFormedName }
