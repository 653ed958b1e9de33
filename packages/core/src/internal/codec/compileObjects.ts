/**
 * The fast path of structs.
 */
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue, Item } from "../../Attribute.ts"
import { nullIsNothing } from "./fieldRules.ts"
import { type FieldRules, markOf } from "./link.ts"
import { type Failed, failed, invalid, make, missing, type Node } from "./node.ts"
import { absent, assign, isSole } from "./wire.ts"

/** One field of a struct, compiled. */
export interface FieldNode {
  /** An attribute, or `undefined` where the item has none, to a value, `missing` or a failure. */
  readonly decode: (attribute: AttributeValue | undefined) => unknown
  readonly encode: (value: unknown) => AttributeValue | undefined | Failed
  readonly encodeMissing: () => AttributeValue | undefined | Failed
}

/** The rules that `derive.ts` gave a field, if any. */
const rulesOf = (type: SchemaAST.AST): FieldRules | undefined => {
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
  const node = compile(type)
  const rules = rulesOf(type)
  const { decode, encode } = node
  const isOptional = SchemaAST.isOptional(type)
  const decodeMissing =
    rules === undefined || rules.isOptional
      ? node.decodeMissing
      : () =>
          rules.admitsUndefined
            ? decode(absent)
            : rules.set === undefined
              ? node.decodeMissing()
              : decode({ [rules.set]: [] } as never)
  const decodeAbsent = isOptional
    ? decodeMissing
    : () => {
        const value = decodeMissing()
        return value === missing ? invalid : value
      }
  const required = (attribute: AttributeValue | undefined | Failed) => (attribute === undefined ? invalid : attribute)
  if (rules === undefined) {
    return {
      decode: (attribute) => (attribute === undefined ? decodeAbsent() : decode(attribute)),
      encode: (value) => required(encode(value)),
      encodeMissing: () => required(node.encodeMissing())
    }
  }
  return {
    decode: (attribute) => {
      if (attribute === undefined) return decodeAbsent()
      if ("NULL" in attribute && attribute.NULL === true && isSole(attribute, "NULL") && nullIsNothing(rules)) {
        return decodeAbsent()
      }
      const value = decode(attribute)
      return value === missing && !isOptional ? invalid : value
    },
    encode: (value) => {
      const attribute = encode(value)
      return attribute === undefined || failed(attribute) || !isEmptySet(attribute) ? attribute : undefined
    },
    encodeMissing: node.encodeMissing
  }
}

const isEmptySet = (attribute: AttributeValue): boolean =>
  ("SS" in attribute && attribute.SS.length === 0) ||
  ("NS" in attribute && attribute.NS.length === 0) ||
  ("BS" in attribute && attribute.BS.length === 0)

/** Compiles a struct; `stored` names its attributes where they differ from its fields. */
export const compileObjects = (
  ast: SchemaAST.Objects,
  compile: (ast: SchemaAST.AST) => Node,
  stored?: ReadonlyMap<string, string>
): Node => {
  const names: Array<string> = []
  const attributes: Array<string> = []
  const fields: Array<FieldNode> = []
  for (const { name, type } of ast.propertySignatures) {
    // Other names are refused when the schema is derived.
    names.push(name as string)
    attributes.push(stored?.get(name as string) ?? (name as string))
    fields.push(compileField(type, compile))
  }
  const count = fields.length
  // What every object has of itself is no attribute.
  const inherited = attributes.map((attribute) => attribute in Object.prototype)
  const isProto = names.map((name) => name === "__proto__")
  return make(
    (attribute) => {
      const map = (attribute as { readonly M?: unknown }).M
      if (typeof map !== "object" || map === null || Array.isArray(map) || !isSole(attribute, "M")) return invalid
      const out: { [name: string]: unknown } = {}
      for (let i = 0; i < count; i++) {
        const attributeName = attributes[i]!
        const value = fields[i]!.decode(
          inherited[i] && !Object.hasOwn(map, attributeName) ? undefined : (map as Item)[attributeName]
        )
        if (failed(value)) return value
        if (value !== missing) {
          if (isProto[i]) assign(out, "__proto__", value)
          else out[names[i]!] = value
        }
      }
      return out
    },
    (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid
      const M: Item = {}
      for (let i = 0; i < count; i++) {
        const name = names[i]!
        const property: unknown = isProto[i] && !Object.hasOwn(value, name) ? undefined : value[name as never]
        const attribute =
          property === undefined && !(isProto[i] ? Object.hasOwn(value, name) : name in value)
            ? fields[i]!.encodeMissing()
            : fields[i]!.encode(property)
        if (failed(attribute)) return attribute
        if (attribute !== undefined) assign(M, attributes[i]!, attribute)
      }
      return { M }
    }
  )
}
