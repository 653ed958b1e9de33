/**
 * The links that give a node of a schema its form in DynamoDB, and the marks by which
 * the fast path knows them again.
 */
import * as Exit from "effect/Exit"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { AttributeValue } from "../../Attribute.ts"
import { optional, optionalAs, withEncoding } from "./ast.ts"
import type { Leaf } from "./leaf.ts"
import { isRefusal, type Refusal, toIssue } from "./refusal.ts"
import { absent, marshal, type SetType, unmarshal, WireSet } from "./wire.ts"

/**
 * Where a value stands, which decides how its absence is stored:
 * - `field`: `undefined` and an empty set are stored as nothing;
 * - `option`: as in a field, but what cannot be told from `None` is refused;
 * - `element`: in a list, a record or anything else: `undefined` is NULL, an empty set is refused.
 */
export type Position = "field" | "option" | "element"

/** How a field of a struct is read and written where there is nothing. */
export interface FieldRules {
  /** Its attribute may be missing, and then so is the field. */
  readonly isOptional: boolean
  /** NULL is a value of its own; else it reads as nothing. */
  readonly admitsNull: boolean
  /** Nothing reads as `undefined`. */
  readonly admitsUndefined: boolean
  /** Nothing reads as the empty set. */
  readonly set: SetType | undefined
}

/** What a link of ours does. */
export type Mark =
  | { readonly _tag: "Leaf"; readonly leaf: Leaf }
  | { readonly _tag: "Field"; readonly rules: FieldRules }
  | { readonly _tag: "OptionField"; readonly value: SchemaAST.AST; readonly admitsNull: () => boolean }
  | { readonly _tag: "Set"; readonly type: SetType; readonly element: SchemaAST.AST; readonly position: Position }
  | { readonly _tag: "Rename"; readonly stored: ReadonlyMap<string, string> }

const marks = new WeakMap<object, Mark>()

export const markOf = (link: SchemaAST.Link): Mark | undefined => marks.get(link.transformation)

export const marked = (
  transformation: SchemaAST.Link["transformation"],
  mark: Mark
): SchemaAST.Link["transformation"] => {
  marks.set(transformation, mark)
  return transformation
}

/** Any value in wire form. */
export const wire = new SchemaAST.Unknown()
export const optionalWire = optional(new SchemaAST.Unknown())

/** A schema that cannot be stored. The message says where and why. */
export const refuse = (path: ReadonlyArray<string>, why: string): never => {
  throw new Error(
    path.length === 0
      ? `The schema cannot be stored: ${why}`
      : `The schema cannot be stored at ${path.join(".")}: ${why}`
  )
}

/** A refusal as the failure of a getter. */
export const settle = <A>(
  value: A | Refusal,
  input: unknown,
  options: SchemaAST.ParseOptions
): Exit.Exit<A, SchemaIssue.Issue> =>
  isRefusal(value) ? Exit.fail(toIssue(value, input, options)) : Exit.succeed(value)

/** Gives a node the natural form that a leaf describes. */
export const withLeaf = <A extends SchemaAST.AST>(ast: A, leaf: Leaf): A => {
  const transformation = SchemaTransformation.transformEffect<unknown, unknown>({
    decode: (input, options) => settle(leaf.decode(looseAttribute(input)), input, options),
    encode: (value, options) => {
      const attribute = leaf.encode(value)
      return settle(isRefusal(attribute) ? attribute : unmarshal(attribute), value, options)
    }
  })
  return withEncoding(ast, [new SchemaAST.Link(optionalAs(wire, ast), marked(transformation, { _tag: "Leaf", leaf }))])
}

/** Wire form as an attribute value; what DynamoDB could not hold is left for the leaf to refuse. */
const looseAttribute = (input: unknown): AttributeValue => {
  if (input === undefined) return absent
  if (input instanceof WireSet) return { [input.type]: [...input.values] } as never
  const attribute: unknown = marshal(input)
  return typeof attribute !== "object" || attribute === null || isRefusal(attribute)
    ? ({} as never)
    : (attribute as AttributeValue)
}
