/**
 * The fast path of structs.
 */
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue, Item } from "../../Attribute.ts"
import { decodeBy, encodeBy } from "./compileScalars.ts"
import { nullIsNothing } from "./fieldRules.ts"
import { type FieldRules, markOf } from "./link.ts"
import { type Failed, failed, invalid, make, missing, type Node, unknown } from "./node.ts"
import { makeShape } from "./shape.ts"
import { isSoleM } from "./sole.ts"
import { absent, assign, isSole, type SetType } from "./wire.ts"

/** One field of a struct, compiled. */
export interface FieldNode {
  /** An attribute, or `undefined` where the item has none, to a value, `missing` or a failure. */
  readonly decode: (attribute: AttributeValue | undefined) => unknown
  readonly encode: (value: unknown) => AttributeValue | undefined | Failed
  readonly encodeMissing: () => AttributeValue | undefined | Failed
}

/** The same in parts, from which a struct chooses: the node that follows the field's rules about absence. */
interface FieldParts extends Node {
  /** That `encode` and `encodeMissing` give nothing is a failure. */
  readonly isRequired: boolean
}

/** The rules that `derive.ts` gave a field, if any. */
export const rulesOf = (type: SchemaAST.AST): FieldRules | undefined => {
  let current = type
  while (current.encoding !== undefined) {
    const last = current.encoding[current.encoding.length - 1]!
    const mark = markOf(last)
    if (mark?._tag === "Field") return mark.rules
    current = last.to
  }
  return undefined
}

/** Compiles a field with its rules about absence. */
export const compileField = (type: SchemaAST.AST, compile: (ast: SchemaAST.AST) => Node): FieldNode => {
  const { decode, decodeMissing, encode, encodeMissing, isRequired } = compileParts(type, compile)
  const stored = (attribute: AttributeValue | undefined | Failed) =>
    attribute === undefined && isRequired ? invalid : attribute
  return {
    decode: (attribute) => (attribute === undefined ? decodeMissing() : decode(attribute)),
    encode: (value) => stored(encode(value)),
    encodeMissing: () => stored(encodeMissing())
  }
}

const compileParts = (type: SchemaAST.AST, compile: (ast: SchemaAST.AST) => Node): FieldParts => {
  const node = compile(type)
  const rules = rulesOf(type)
  const { decode, encode, encodeMissing } = node
  const isOptional = SchemaAST.isOptional(type)
  const decodeNothing =
    rules === undefined || rules.isOptional
      ? node.decodeMissing
      : () =>
          rules.admitsUndefined
            ? decode(absent)
            : rules.set === undefined
              ? node.decodeMissing()
              : decode({ [rules.set]: [] } as never)
  const decodeMissing = isOptional
    ? decodeNothing
    : () => {
        const value = decodeNothing()
        return value === missing ? invalid : value
      }
  // The node's own functions: most fields cost no call of their own.
  if (rules === undefined) return { decode, decodeMissing, encode, encodeMissing, isRequired: true }
  return {
    decode: (attribute) => {
      const { NULL } = attribute as { readonly NULL?: unknown }
      if (NULL === true && isSole(attribute, "NULL") && nullIsNothing(rules)) {
        return decodeMissing()
      }
      const value = decode(attribute)
      return value === missing && !isOptional ? invalid : value
    },
    decodeMissing,
    encode: (value) => {
      const attribute = encode(value)
      return attribute === undefined || failed(attribute) || !isEmptySet(attribute) ? attribute : undefined
    },
    encodeMissing,
    isRequired: false
  }
}

// Properties read as if all had them: looking for them first costs more where most have not.
export const isEmptySet = (attribute: AttributeValue): boolean => {
  const { BS, NS, SS } = attribute as { readonly [T in SetType]?: ReadonlyArray<unknown> }
  return SS?.length === 0 || NS?.length === 0 || BS?.length === 0
}

/** Compiles a struct; `stored` names its attributes where they differ from its fields. */
export const compileObjects = (
  ast: SchemaAST.Objects,
  compile: (ast: SchemaAST.AST) => Node,
  stored?: ReadonlyMap<string, string>
): Node => {
  // Other names are refused when the schema is derived.
  const names = ast.propertySignatures.map(({ name }) => name as string)
  const attributes = stored === undefined ? names : names.map((name) => stored.get(name) ?? name)
  const fields = ast.propertySignatures.map(({ type }) => compileParts(type, compile))
  const compiled = [...names, ...attributes].some((name) => name in Object.prototype) ? withAnyNames : withPlainNames
  return compiled(names, attributes, fields)
}

// Arrays of functions spare the loops a step for each field.
const withPlainNames = (
  names: ReadonlyArray<string>,
  attributes: ReadonlyArray<string>,
  fields: ReadonlyArray<FieldParts>
): Node => {
  const count = fields.length
  const Value = makeShape()
  const Stored = makeShape()
  const decode = fields.map((field) => field.decode)
  const encode = fields.map((field) => field.encode)
  const read = (map: unknown): unknown => {
    if (typeof map !== "object" || map === null || Array.isArray(map)) return invalid
    const out = new Value(false)
    for (let i = 0; i < count; i++) {
      const attribute = (map as Item)[attributes[i]!]
      const value = attribute === undefined ? fields[i]!.decodeMissing() : decodeBy(decode[i]!, attribute)
      if (value === invalid || value === unknown) return value
      if (value !== missing) out[names[i]!] = value
    }
    return out
  }
  const write = (value: unknown): Item | Failed => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid
    // The properties that follow are attributes.
    const out = new Stored(false) as Item
    for (let i = 0; i < count; i++) {
      const name = names[i]!
      const property: unknown = value[name as never]
      const attribute =
        property === undefined && !(name in value) ? fields[i]!.encodeMissing() : encodeBy(encode[i]!, property)
      if (attribute === invalid || attribute === unknown) return attribute
      if (attribute !== undefined) out[attributes[i]!] = attribute
      else if (fields[i]!.isRequired) return invalid
    }
    return out
  }
  return {
    ...make(
      (attribute) => (isSoleM(attribute) ? read((attribute as { readonly M?: unknown }).M) : invalid),
      (value) => {
        const M = write(value)
        return failed(M) ? M : { M }
      }
    ),
    item: { decode: read, encode: write }
  }
}

/** The same where names are among those that every object has of itself, which are neither fields nor attributes. */
const withAnyNames = (
  names: ReadonlyArray<string>,
  attributes: ReadonlyArray<string>,
  fields: ReadonlyArray<FieldParts>
): Node => {
  const inherited = attributes.map((attribute) => attribute in Object.prototype)
  const isProto = names.map((name) => name === "__proto__")
  return make(
    (attribute) => {
      const map = (attribute as { readonly M?: unknown }).M
      if (typeof map !== "object" || map === null || Array.isArray(map) || !isSoleM(attribute)) return invalid
      const out = {}
      for (let i = 0; i < fields.length; i++) {
        const name = attributes[i]!
        const inner = inherited[i] && !Object.hasOwn(map, name) ? undefined : (map as Item)[name]
        const value = inner === undefined ? fields[i]!.decodeMissing() : fields[i]!.decode(inner)
        if (failed(value)) return value
        if (value !== missing) assign(out, names[i]!, value)
      }
      return out
    },
    (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid
      const M: Item = {}
      for (let i = 0; i < fields.length; i++) {
        const name = names[i]!
        const { encode, encodeMissing, isRequired } = fields[i]!
        const property: unknown = isProto[i] && !Object.hasOwn(value, name) ? undefined : value[name as never]
        const attribute =
          property === undefined && !(isProto[i] ? Object.hasOwn(value, name) : name in value)
            ? encodeMissing()
            : encode(property)
        if (failed(attribute)) return attribute
        if (attribute !== undefined) assign(M, attributes[i]!, attribute)
        else if (isRequired) return invalid
      }
      return { M }
    }
  )
}
