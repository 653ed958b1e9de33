/**
 * The fields of a struct: how each reads and writes nothing, and under which name it is stored.
 */
import * as Option from "effect/Option"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { admitsNull, admitsUndefined, mapEncodedEnd, setMember, withEncoding } from "./ast.ts"
import { type FieldRules, marked, optionalWire, wire } from "./link.ts"
import { isRecord, type SetType, WireSet } from "./wire.ts"

/** The rules of an optional field that holds nothing but values. */
export const optionalOnly: FieldRules = { isOptional: true, admitsNull: false, admitsUndefined: false, set: undefined }

/** The rules of a field whose explicit encodings end in this node. A suspended schema is only asked when a value comes. */
export const rulesOf = (end: SchemaAST.AST): FieldRules => {
  let nullable: boolean | undefined
  let undefinable: boolean | undefined
  let set: SetType | false | undefined
  return {
    isOptional: SchemaAST.isOptional(end),
    get admitsNull() {
      return (nullable ??= admitsNull(end))
    },
    get admitsUndefined() {
      return (undefinable ??= admitsUndefined(end))
    },
    get set() {
      set ??= setMember(end) ?? false
      return set === false ? undefined : set
    }
  }
}

const links = new WeakMap<FieldRules, SchemaAST.Link>()

/** Makes a derived field follow its rules. */
export const withFieldRules = (derived: SchemaAST.AST, rules: FieldRules): SchemaAST.AST => {
  let link = links.get(rules)
  if (link === undefined) links.set(rules, (link = linkOf(rules)))
  const encoding: SchemaAST.Encoding = [link]
  return mapEncodedEnd(derived, (end) => withEncoding(end, encoding))
}

const linkOf = (rules: FieldRules): SchemaAST.Link => {
  const nothing = (): Option.Option<unknown> =>
    rules.isOptional
      ? Option.none()
      : rules.admitsUndefined
        ? Option.some(undefined)
        : rules.set === undefined
          ? Option.none()
          : Option.some(new WireSet(rules.set, []))
  const transformation = SchemaTransformation.transformOptional<unknown, unknown>({
    decode: (input) => (Option.isNone(input) || (input.value === null && nullIsNothing(rules)) ? nothing() : input),
    encode: Option.filter((value) => value !== undefined && !(value instanceof WireSet && value.values.length === 0))
  })
  return new SchemaAST.Link(optionalWire, marked(transformation, { _tag: "Field", rules }))
}

/** Whether a stored NULL reads as nothing. */
export const nullIsNothing = (rules: FieldRules): boolean =>
  (rules.isOptional || rules.admitsUndefined) && !rules.admitsNull

/** Stores the fields of a struct under other names. */
export const withStoredNames = (ast: SchemaAST.Objects, stored: ReadonlyMap<string, string>): SchemaAST.AST => {
  const pairs = ast.propertySignatures.map(
    ({ name }) => [String(name), stored.get(String(name)) ?? String(name)] as const
  )
  const transformation = SchemaTransformation.transform<unknown, unknown>({
    decode: (record) =>
      isRecord(record)
        ? pick(
            record,
            pairs.map(([field, name]) => [name, field])
          )
        : record,
    encode: (record) => (isRecord(record) ? pick(record, pairs) : record)
  })
  return withEncoding(ast, [new SchemaAST.Link(wire, marked(transformation, { _tag: "Rename", stored }))])
}

const pick = (record: object, names: ReadonlyArray<readonly [from: string, to: string]>): object => {
  const out = Object.create(null) as { [name: string]: unknown }
  for (const [from, to] of names) if (Object.hasOwn(record, from)) out[to] = record[from as never]
  return out
}
