import * as Predicate from "effect/Predicate"
import type { Fields, Shape } from "./shapes.ts"

// JSON has no bytes: DynamoDB writes them as base64. Requests and answers are walked for their sake alone, and only
// where their text shows that there may be any.

type Members = Record<string, unknown>

const isMembers = (u: unknown): u is Members => Predicate.isObject(u)

const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")

const fromBase64 = (text: string): Uint8Array => {
  const bytes = Buffer.from(text, "base64")
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Whether a request's text holds bytes, which `JSON.stringify` writes as objects. May be wrong about a map called `B`. */
export const mayHoldBytes = (text: string): boolean => holdsQuoted(text, 'B":{') || holdsQuoted(text, 'BS":[{')

/** Whether an answer's text holds base64, with spaces in it or not. */
export const mayHoldBase64 = (text: string): boolean => holdsQuoted(text, 'B"') || holdsQuoted(text, 'BS"')

/** Whether a text holds this after a quote. JSON is full of quotes: to look for the letter is forty times as fast. */
const holdsQuoted = (text: string, what: string): boolean => {
  for (let at = text.indexOf(what); at > 0; at = text.indexOf(what, at + 1)) if (text[at - 1] === '"') return true
  return false
}

/** A request with base64 in place of its bytes. The request itself is the caller's, and stays as it is. */
export const encodeBytes = (fields: Fields, input: object): object => encodeFields(fields, { ...input })

const encodeFields = (fields: Fields, copy: Members): Members => {
  for (const name in fields) {
    const shape = fields[name]
    if (shape !== undefined && copy[name] !== undefined) copy[name] = encode(shape, copy[name])
  }
  return copy
}

const encode = (shape: Shape, u: unknown): unknown => {
  switch (shape.kind) {
    case "value":
      return isMembers(u) ? encodeValue(u) : u
    case "list":
      return Array.isArray(u) ? u.map((element) => encode(shape.of, element)) : u
    case "map":
      return isMembers(u) ? mapValues(u, (element) => encode(shape.of, element)) : u
    case "fields":
      return isMembers(u) ? encodeFields(shape.fields, { ...u }) : u
  }
}

const encodeValue = (value: Members): Members => {
  const { B, BS, L, M } = value
  if (B instanceof Uint8Array) return { B: toBase64(B) }
  if (Array.isArray(BS)) return { BS: BS.map((bytes) => (bytes instanceof Uint8Array ? toBase64(bytes) : bytes)) }
  if (Array.isArray(L)) return { L: L.map((element) => (isMembers(element) ? encodeValue(element) : element)) }
  if (isMembers(M)) return { M: mapValues(M, (element) => (isMembers(element) ? encodeValue(element) : element)) }
  return value
}

// Object.fromEntries defines what assignment would not: an attribute may be called `__proto__`.
const mapValues = (members: Members, f: (value: unknown) => unknown): Members =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, f(value)]))

/** Puts bytes in place of the base64 of an answer, which was just parsed and is nobody else's. */
export const decodeBytes = (fields: Fields, members: Members): void => {
  for (const name in fields) {
    const shape = fields[name]
    if (shape !== undefined && members[name] !== undefined) decode(shape, members[name])
  }
}

const decode = (shape: Shape, u: unknown): void => {
  if (!Predicate.isObjectOrArray(u)) return
  switch (shape.kind) {
    case "value":
      return decodeValue(u)
    case "list":
    case "map":
      for (const element of Object.values(u)) decode(shape.of, element)
      return
    case "fields":
      return isMembers(u) ? decodeBytes(shape.fields, u) : undefined
  }
}

const decodeValue = (u: unknown): void => {
  if (!isMembers(u)) return
  if (typeof u.B === "string") u.B = fromBase64(u.B)
  else if (Array.isArray(u.BS)) u.BS = u.BS.map((text) => (typeof text === "string" ? fromBase64(text) : text))
  else if (Array.isArray(u.L)) for (const element of u.L) decodeValue(element)
  else if (isMembers(u.M)) for (const element of Object.values(u.M)) decodeValue(element)
}
