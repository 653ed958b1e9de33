/**
 * Derives, from a schema's AST, the AST whose encoded side is DynamoDB's (as `wire.ts`
 * writes it), the way Schema derives its canonical JSON codec: explicit encodings are
 * followed to their last link, and the node there is given DynamoDB's natural form.
 *
 * Schema's own parser over the derived AST is the reference of this codec. The links
 * that are ours carry a mark, from which `compile.ts` makes the fast path.
 *
 * @internal
 */
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaGetter from "effect/SchemaGetter"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { AttributeValue } from "../../Attribute.ts"
import {
  admitsNull,
  admitsUndefined,
  customAnnotation,
  declarationName,
  encodedEnd,
  mapEncodedEnd,
  naturalForms,
  optional,
  optionalAs,
  setMember,
  setType,
  withEncoding
} from "./ast.ts"
import * as leaves from "./leaf.ts"
import type { Leaf } from "./leaf.ts"
import { duplicates, hasDuplicates } from "./plain.ts"
import { isRefusal, Refusal, toIssue } from "./refusal.ts"
import { absent, emptySetRefusal, isRecord, marshal, type SetType, unmarshal, WireNumber, WireSet } from "./wire.ts"

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

const marked = (transformation: SchemaAST.Link["transformation"], mark: Mark): SchemaAST.Link["transformation"] => {
  marks.set(transformation, mark)
  return transformation
}

const wire = new SchemaAST.Unknown()
const optionalWire = optional(new SchemaAST.Unknown())

/** A schema that cannot be stored. The message says where and why. */
const refuse = (path: ReadonlyArray<string>, why: string): never => {
  throw new Error(
    path.length === 0
      ? `The schema cannot be stored: ${why}`
      : `The schema cannot be stored at ${path.join(".")}: ${why}`
  )
}

const settle = <A>(
  value: A | Refusal,
  input: unknown,
  options: SchemaAST.ParseOptions
): Exit.Exit<A, SchemaIssue.Issue> =>
  isRefusal(value) ? Exit.fail(toIssue(value, input, options)) : Exit.succeed(value)

/** Gives a node the natural form that a leaf describes. */
const withLeaf = <A extends SchemaAST.AST>(ast: A, leaf: Leaf): A => {
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

const memo: { readonly [P in Position]: WeakMap<SchemaAST.AST, SchemaAST.AST> } = {
  field: new WeakMap(),
  option: new WeakMap(),
  element: new WeakMap()
}

/** The AST whose encoded side is DynamoDB's. Throws where the schema cannot be stored. */
export const derive = (
  ast: SchemaAST.AST,
  position: Position = "element",
  path: ReadonlyArray<string> = []
): SchemaAST.AST => {
  const known = memo[position].get(ast)
  if (known !== undefined) return known
  const derived = mapEncodedEnd(ast, (end) => natural(end, position, path))
  memo[position].set(ast, derived)
  // What is derived already stays as it is.
  memo[position].set(derived, derived)
  return derived
}

const natural = (ast: SchemaAST.AST, position: Position, path: ReadonlyArray<string>): SchemaAST.AST => {
  switch (ast._tag) {
    case "String":
    case "TemplateLiteral":
    case "Boolean":
    case "Null":
    case "Never":
      return ast
    case "Undefined":
    case "Void":
      return position === "element"
        ? withEncoding(ast, [new SchemaAST.Link(optionalAs(SchemaAST.null, ast), undefinedToNull)])
        : ast
    case "Number":
      return withLeaf(ast, leaves.number)
    case "BigInt":
      return withLeaf(ast, leaves.bigint)
    case "Literal":
      return typeof ast.literal === "number" || typeof ast.literal === "bigint"
        ? withLeaf(ast, leaves.numericLiterals([ast.literal]))
        : ast
    case "Enum":
      return enumeration(ast)
    case "Symbol":
    case "UniqueSymbol":
      // Their canonical JSON codec is text.
      return Schema.toCodecJson(Schema.make<Schema.Top>(ast)).ast
    case "Unknown":
    case "Any":
      return withLeaf(ast, leaves.unknown)
    case "ObjectKeyword":
      return withLeaf(ast, leaves.objectKeyword)
    case "Arrays":
      return arrays(ast, path)
    case "Objects":
      return objects(ast, path)
    case "Union":
      return union(ast, position, path)
    case "Suspend":
      return new SchemaAST.Suspend(
        () => derive(ast.thunk(), position, path),
        ast.annotations,
        undefined,
        undefined,
        ast.context
      )
    case "Declaration":
      return declaration(ast, position, path)
  }
}

const undefinedToNull = SchemaTransformation.transform<undefined, null>({
  decode: () => undefined,
  encode: () => null
})

const enumeration = (ast: SchemaAST.Enum): SchemaAST.AST => {
  const numbers = ast.enums.map(([, value]) => value).filter((value) => typeof value === "number")
  if (numbers.length === 0) return ast
  const numeric = leaves.numericLiterals(numbers)
  if (numbers.length === ast.enums.length) return withLeaf(ast, numeric)
  const texts = new Set<unknown>(ast.enums.map(([, value]) => value).filter((value) => typeof value === "string"))
  const other = new Refusal("Expected a member of the enum")
  return withLeaf(ast, {
    is: (u): u is unknown => texts.has(u) || numeric.is(u),
    encode: (value) => (typeof value === "string" ? { S: value } : numeric.encode(value)),
    decode: (attribute) => {
      const value = unmarshal(attribute)
      return typeof value === "string" ? (texts.has(value) ? value : other) : numeric.decode(attribute)
    }
  })
}

/**
 * Checks of the encoded side speak of the schema's own encoded values, so they must run
 * before those get DynamoDB's form.
 */
const encodedFirst = (ast: SchemaAST.AST, position: Position, path: ReadonlyArray<string>): SchemaAST.AST =>
  withEncoding(ast, [
    new SchemaAST.Link(derive(SchemaAST.toEncoded(ast), position, path), SchemaTransformation.passthrough())
  ])

const element = (ast: SchemaAST.AST, path: ReadonlyArray<string>): SchemaAST.AST => {
  if (!isOpen(ast) && admitsNullEagerly(ast) && admitsUndefinedEagerly(ast)) {
    refuse(path, "null and undefined are both NULL here, so they could not be told apart; allow one of them")
  }
  return derive(ast, "element", path)
}

const isOpen = (ast: SchemaAST.AST): boolean => {
  const { _tag } = encodedEnd(ast)
  return _tag === "Unknown" || _tag === "Any"
}

// A suspended schema may not exist yet: what it admits is only asked for when a value comes.
const hasSuspend = (ast: SchemaAST.AST): boolean => {
  const end = encodedEnd(ast)
  return SchemaAST.isSuspend(end) || (SchemaAST.isUnion(end) && end.types.some(hasSuspend))
}
const admitsNullEagerly = (ast: SchemaAST.AST): boolean => !hasSuspend(ast) && admitsNull(ast)
const admitsUndefinedEagerly = (ast: SchemaAST.AST): boolean => !hasSuspend(ast) && admitsUndefined(ast)

const arrays = (ast: SchemaAST.Arrays, path: ReadonlyArray<string>): SchemaAST.AST =>
  ast.encodingChecks !== undefined
    ? encodedFirst(ast, "element", path)
    : new SchemaAST.Arrays(
        ast.isMutable,
        ast.elements.map((type, i) => element(type, [...path, String(i)])),
        ast.rest.map((type) => element(type, [...path, "[]"])),
        ast.annotations,
        ast.checks,
        undefined,
        ast.context
      )

const objects = (ast: SchemaAST.Objects, path: ReadonlyArray<string>): SchemaAST.AST => {
  if (ast.encodingChecks !== undefined) return encodedFirst(ast, "element", path)
  // The empty struct takes anything that is not null.
  if (ast.propertySignatures.length === 0 && ast.indexSignatures.length === 0) return withLeaf(ast, leaves.notNullish)
  return new SchemaAST.Objects(
    ast.propertySignatures.map((property) => {
      if (typeof property.name !== "string") {
        return refuse(path, `an attribute's name is a string, but a field is named ${String(property.name)}`)
      }
      return new SchemaAST.PropertySignature(property.name, deriveField(property.type, [...path, property.name]))
    }),
    ast.indexSignatures.map((index) => {
      if (SchemaAST.isSymbol(encodedEnd(index.parameter))) refuse(path, "an attribute's name is a string, not a symbol")
      return new SchemaAST.IndexSignature(index.parameter, element(index.type, [...path, "*"]))
    }),
    ast.annotations,
    ast.checks,
    undefined,
    ast.context,
    [isMap]
  )
}

// To Schema, a number or a set in wire form is an object too.
const isMap = Schema.makeFilter<unknown>((input) => isRecord(input), { expected: "a map (M)" })

/** A field of a struct: as an element, and besides there may be nothing. */
export const deriveField = (type: SchemaAST.AST, path: ReadonlyArray<string>): SchemaAST.AST => {
  const end = encodedEnd(type)
  if (SchemaAST.isDeclaration(end) && declarationName(end) === "Option" && !SchemaAST.isOptional(end)) {
    return mapEncodedEnd(type, () => optionField(end, path))
  }
  const derived = derive(type, "field", path)
  if (!SchemaAST.isOptional(end) && !hasSuspend(end) && !admitsUndefined(end) && setMember(end) === undefined) {
    return derived
  }
  return withFieldRules(derived, lazyRules(end))
}

const lazyRules = (end: SchemaAST.AST): FieldRules => {
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

const withFieldRules = (derived: SchemaAST.AST, rules: FieldRules): SchemaAST.AST => {
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
  return mapEncodedEnd(derived, (end) =>
    withEncoding(end, [new SchemaAST.Link(optionalWire, marked(transformation, { _tag: "Field", rules }))])
  )
}

/** Whether a stored NULL reads as nothing. */
export const nullIsNothing = (rules: FieldRules): boolean =>
  (rules.isOptional || rules.admitsUndefined) && !rules.admitsNull

/** An `Option` that is a field by itself: its value, or nothing. */
const optionField = (ast: SchemaAST.Declaration, path: ReadonlyArray<string>): SchemaAST.AST => {
  const value = ast.typeParameters[0]!
  const encoded = SchemaAST.toEncoded(value)
  const nullable = () => admitsNull(encoded)
  const notNone = new Refusal("Some(undefined) cannot be told from None, which is stored as nothing")
  const inner = withFieldRules(optional(derive(encoded, "option", path)), {
    isOptional: true,
    admitsUndefined: false,
    set: undefined,
    get admitsNull() {
      return nullable()
    }
  })
  const transformation = SchemaTransformation.makeTransformation<Option.Option<unknown>, unknown>({
    decode: SchemaGetter.transformOptional((input) => Option.some(input)),
    encode: SchemaGetter.transformOptionalEffect((option, options) => {
      const some = Option.flatten(option)
      return Option.isSome(some) && some.value === undefined
        ? Exit.fail(toIssue(notNone, option, options))
        : Exit.succeed(some)
    })
  })
  return withEncoding(ast, [
    new SchemaAST.Link(
      inner,
      marked(transformation, { _tag: "OptionField", value: derive(value, "option", path), admitsNull: nullable })
    )
  ])
}

const union = (ast: SchemaAST.Union, position: Position, path: ReadonlyArray<string>): SchemaAST.AST => {
  if (ast.encodingChecks !== undefined) return encodedFirst(ast, position, path)
  const seen = new Map<string, string>()
  for (const form of ast.types.flatMap(naturalForms)) {
    const other = seen.get(form.type)
    if (other !== undefined && other !== form.of) {
      refuse(
        path,
        `${other} and ${form.of} are both stored as ${form.type}, so this union could not be read back; ` +
          `tag its members, or give one of them an encoding of its own`
      )
    }
    seen.set(form.type, form.of)
  }
  return new SchemaAST.Union(
    ast.types.map((type) => derive(type, position, path)),
    ast.options,
    ast.annotations,
    ast.checks,
    undefined,
    ast.context
  )
}

const declaration = (ast: SchemaAST.Declaration, position: Position, path: ReadonlyArray<string>): SchemaAST.AST => {
  const leaf = ast.annotations?.[customAnnotation]
  // Only Attribute.make writes this annotation.
  if (leaf !== undefined) return withLeaf(ast, leaf as Leaf)
  if (ast.encodingChecks !== undefined) return encodedFirst(ast, position, path)
  switch (declarationName(ast)) {
    case "Date":
      return withLeaf(ast, leaves.date)
    case "DateTimeUtc":
      return withLeaf(ast, leaves.dateTimeUtc)
    case "DateTimeZoned":
      return withLeaf(ast, leaves.dateTimeZoned)
    case "Duration":
      return withLeaf(ast, leaves.duration)
    case "BigDecimal":
      return withLeaf(ast, leaves.bigDecimal)
    case "Uint8Array":
      return withLeaf(ast, leaves.binary)
    case "Json":
    case "MutableJson":
      return withLeaf(ast, leaves.json)
    case "ReadonlySet":
      return set(ast, position, path)
    case "Redacted":
      return redacted(ast, position, path)
    case "Option":
      return canonicalOption(ast, path)
  }
  const getLink = ast.annotations?.["toCodecJson"] ?? ast.annotations?.["toCodec"]
  const link =
    typeof getLink === "function"
      ? (getLink(ast.typeParameters.map((type) => Schema.make(SchemaAST.toEncoded(type)))) as
          | SchemaAST.Link
          | undefined)
      : undefined
  return link === undefined
    ? refuse(
        path,
        "its type has no form that is known; give it one with Attribute.make, or an encoding with Schema.encodeTo"
      )
    : withEncoding(ast, [new SchemaAST.Link(optionalAs(derive(link.to, position, path), ast), link.transformation)])
}

/** A set: DynamoDB's own where it has one for such elements, else a list. */
const set = (ast: SchemaAST.Declaration, position: Position, path: ReadonlyArray<string>): SchemaAST.AST => {
  const item = ast.typeParameters[0]!
  const type = setType(item)
  const encodedItem = SchemaAST.toEncoded(item)
  const ofArray = SchemaTransformation.transform<ReadonlySet<unknown>, ReadonlyArray<unknown>>({
    decode: (values) => new Set(values),
    encode: (values) => [...values]
  })
  if (type === undefined) {
    const list = new SchemaAST.Arrays(false, [], [element(encodedItem, [...path, "[]"])])
    return withEncoding(ast, [new SchemaAST.Link(optionalAs(list, ast), ofArray)])
  }
  const elements = new SchemaAST.Arrays(false, [], [derive(encodedItem, "element", path)], undefined, undefined, [
    new SchemaAST.Link(wire, elementsOf(type, position))
  ])
  return withEncoding(ast, [
    new SchemaAST.Link(
      optionalAs(elements, ast),
      marked(ofArray, { _tag: "Set", type, element: derive(item, "element", path), position })
    )
  ])
}

const expectedSet: { readonly [T in SetType]: Refusal } = {
  SS: new Refusal("Expected a set of strings (SS)"),
  NS: new Refusal("Expected a set of numbers (NS)"),
  BS: new Refusal("Expected a set of binaries (BS)")
}

/** A set as DynamoDB holds it, and its elements in wire form. */
const elementsOf = (type: SetType, position: Position) =>
  SchemaTransformation.transformEffect<ReadonlyArray<unknown>, unknown>({
    decode: (input, options) =>
      settle(
        input instanceof WireSet && input.type === type
          ? input.values.map((value) => (type === "NS" ? new WireNumber(String(value)) : value))
          : expectedSet[type],
        input,
        options
      ),
    encode: (elements, options) => {
      const values = elements.map((value) =>
        value instanceof WireNumber ? value.text : (value as string | Uint8Array)
      )
      return settle(
        values.length === 0 && position !== "field"
          ? emptySetRefusal
          : hasDuplicates(values)
            ? duplicates
            : new WireSet(type, values),
        elements,
        options
      )
    }
  })

/** A redacted value is stored as what it hides. */
const redacted = (ast: SchemaAST.Declaration, position: Position, path: ReadonlyArray<string>): SchemaAST.AST => {
  const payload = (ast.annotations?.["representation"] as { readonly payload?: { readonly label?: string } | null })
    .payload
  const inner = derive(SchemaAST.toEncoded(ast.typeParameters[0]!), position, path)
  const transformation = SchemaTransformation.transform<Redacted.Redacted<unknown>, unknown>({
    decode: (value) => Redacted.make(value, { label: payload?.label }),
    encode: Redacted.value
  })
  return withEncoding(ast, [new SchemaAST.Link(optionalAs(inner, ast), transformation)])
}

/** An `Option` that is no field by itself: `{ _tag, value }`. */
const canonicalOption = (ast: SchemaAST.Declaration, path: ReadonlyArray<string>): SchemaAST.AST => {
  const inner = element(SchemaAST.toEncoded(ast.typeParameters[0]!), path)
  const forms = new SchemaAST.Union([
    new SchemaAST.Objects(
      [
        new SchemaAST.PropertySignature("_tag", new SchemaAST.Literal("Some")),
        new SchemaAST.PropertySignature("value", inner)
      ],
      []
    ),
    new SchemaAST.Objects([new SchemaAST.PropertySignature("_tag", new SchemaAST.Literal("None"))], [])
  ])
  const transformation = SchemaTransformation.transform<
    Option.Option<unknown>,
    { readonly _tag: "Some"; readonly value: unknown } | { readonly _tag: "None" }
  >({
    decode: (form) => (form._tag === "None" ? Option.none() : Option.some(form.value)),
    encode: (option) => (Option.isSome(option) ? { _tag: "Some", value: option.value } : { _tag: "None" })
  })
  return withEncoding(ast, [new SchemaAST.Link(optionalAs(forms, ast), transformation)])
}

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
