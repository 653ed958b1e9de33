/**
 * The fast path of values that hold no others.
 */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue } from "../../Attribute.ts"
import type { Leaf } from "./leaf.ts"
import * as leaves from "./leaf.ts"
import { markOf } from "./link.ts"
import { type Failed, invalid, make, type Node } from "./node.ts"
import { numberOfText, textOfNumber } from "./number.ts"
import { checked, runsOf } from "./parse.ts"
import { isRefusal } from "./refusal.ts"
import { isSoleBOOL, isSoleN, isSoleS } from "./sole.ts"
import { absent, isSole, isWellFormed } from "./wire.ts"

const decodeString: Node["decode"] = (attribute) => {
  const text = (attribute as { readonly S?: unknown }).S
  return typeof text === "string" && isSoleS(attribute) ? text : invalid
}

const encodeString: Node["encode"] = (value) =>
  typeof value === "string" && isWellFormed(value) ? { S: value } : invalid

export const string: Node = make(decodeString, encodeString)

export const boolean: Node = make(
  (attribute) => {
    const value = (attribute as { readonly BOOL?: unknown }).BOOL
    return typeof value === "boolean" && isSoleBOOL(attribute) ? value : invalid
  },
  (value) => (typeof value === "boolean" ? { BOOL: value } : invalid)
)

export const nothing: Node = make(
  (attribute) =>
    (attribute as { readonly NULL?: unknown }).NULL === true && isSole(attribute, "NULL") ? null : invalid,
  (value) => (value === null ? { NULL: true } : invalid)
)

// Stored as nothing: the field it stands in reads nothing as undefined.
export const undefinedNode: Node = make(
  (attribute) => (attribute === absent ? undefined : invalid),
  (value) => (value === undefined ? undefined : invalid)
)

export const literal = (expected: SchemaAST.LiteralValue): Node => {
  const node = typeof expected === "boolean" ? boolean : string
  return make(
    (attribute) => (node.decode(attribute) === expected ? expected : invalid),
    (value) => (value === expected ? node.encode(value) : invalid)
  )
}

/** One of several strings. */
export const oneOf = (allowed: ReadonlySet<unknown>): Node =>
  make(
    (attribute) => {
      const text = string.decode(attribute)
      return allowed.has(text) ? text : invalid
    },
    (value) => (allowed.has(value) ? string.encode(value) : invalid)
  )

// What `leaves.number` says, without asking it in three steps: most leaves are numbers.
const decodeNumber: Node["decode"] = (attribute) => {
  const text = (attribute as { readonly N?: unknown }).N
  return typeof text === "string" && isSoleN(attribute) ? readNumber(text) : invalid
}

const encodeNumber: Node["encode"] = (value) => {
  const text = writeNumber(value)
  return typeof text === "string" ? { N: text } : invalid
}

const number: Node = make(decodeNumber, encodeNumber)

const readNumber = (text: string): number | typeof invalid => {
  const n = numberOfText(text)
  return typeof n === "number" ? n : invalid
}

const writeNumber = (value: unknown): string | typeof invalid => {
  if (typeof value !== "number") return invalid
  const text = textOfNumber(value)
  return typeof text === "string" ? text : invalid
}

// The check of `Schema.Finite`. DynamoDB has no other numbers, so that none is read and none is written.
const [isFinite] = runsOf(Schema.Finite.ast.checks)

/** The node of a leaf. */
export const compileLeaf = (ast: SchemaAST.AST, leaf: Leaf): Node =>
  leaf === leaves.number ? checked(ast, number, isFinite) : checked(ast, ofLeaf(leaf))

/**
 * The same of strings and numbers in a set, which holds their text: no attribute value is made for each. `undefined` where
 * the schema is of another kind.
 */
export const compilePlainMember = (ast: SchemaAST.AST): Node<string | Uint8Array> | undefined => {
  if (ast.encoding === undefined) return ast._tag === "String" ? checked(ast, stringMember) : undefined
  const [link] = ast.encoding
  const mark = ast.encoding.length === 1 ? markOf(link) : undefined
  return mark?._tag === "Leaf" && mark.leaf === leaves.number ? checked(ast, numberMember, isFinite) : undefined
}

const stringMember = make<string | Uint8Array>(
  (text) => (typeof text === "string" ? text : invalid),
  (value) => (typeof value === "string" && isWellFormed(value) ? value : invalid)
)

const numberMember = make<string | Uint8Array>(
  (text) => (typeof text === "string" ? readNumber(text) : invalid),
  writeNumber
)

const ofLeaf = (leaf: Leaf): Node =>
  make(
    (attribute) => {
      const value = leaf.decode(attribute)
      return isRefusal(value) ? invalid : value
    },
    (value) => {
      if (!leaf.is(value)) return invalid
      const attribute = leaf.encode(value)
      return isRefusal(attribute) ? invalid : attribute === absent ? undefined : attribute
    }
  )

/**
 * Calls of a node's functions. The two kinds of which most attributes are get calls of their own, which the engine
 * inlines; it cannot where a loop calls whatever function it is given.
 */
export const decodeBy = (decode: Node["decode"], attribute: AttributeValue): unknown =>
  decode === decodeString
    ? decodeString(attribute)
    : decode === decodeNumber
      ? decodeNumber(attribute)
      : decode(attribute)

export const encodeBy = (encode: Node["encode"], value: unknown): AttributeValue | undefined | Failed =>
  encode === encodeString ? encodeString(value) : encode === encodeNumber ? encodeNumber(value) : encode(value)
