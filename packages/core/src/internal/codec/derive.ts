/**
 * Derives, from a schema's AST, the AST whose encoded side is DynamoDB's (as `wire.ts`
 * writes it), the way Schema derives its canonical JSON codec: explicit encodings are
 * followed to their last link, and the node there is given DynamoDB's natural form.
 *
 * Schema's own parser over the derived AST is the reference of this codec. The links
 * that are ours carry a mark, from which `compile.ts` makes the fast path.
 */
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"
import {
  admitsNull,
  admitsUndefined,
  customAnnotation,
  declarationName,
  encodedEnd,
  isPlainEnd,
  mapEncodedEnd,
  naturalForms,
  optional,
  optionalAs,
  setMember,
  withEncoding
} from "./ast.ts"
import { deriveDeclaration } from "./deriveDeclaration.ts"
import { optionalOnly, rulesOf, withFieldRules } from "./fieldRules.ts"
import * as leaves from "./leaf.ts"
import { marked, type Position, refuse, withLeaf } from "./link.ts"
import { Refusal, toIssue } from "./refusal.ts"
import { isRecord, unmarshal } from "./wire.ts"

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
  if (isStoredAsIs(ast)) return ast
  const known = memo[position].get(ast)
  if (known !== undefined) return known
  const derived = mapEncodedEnd(ast, (end) => natural(end, position, path))
  memo[position].set(ast, derived)
  // What is derived already stays as it is.
  if (derived !== ast) memo[position].set(derived, derived)
  return derived
}

/** Most of what is stored is, so that nothing is looked up for it: its own form is DynamoDB's. */
const isStoredAsIs = (ast: SchemaAST.AST): boolean =>
  ast.encoding === undefined && (ast._tag === "String" || ast._tag === "Boolean")

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
      return ast.encodingChecks !== undefined && ast.annotations?.[customAnnotation] === undefined
        ? encodedFirst(ast, position, path)
        : deriveDeclaration(ast, { derive, element }, position, path)
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
  if (!isPlainEnd(encodedEnd(ast)) && !isOpen(ast) && admitsNullEagerly(ast) && admitsUndefinedEagerly(ast)) {
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
  if (isStoredAsIs(type) && !SchemaAST.isOptional(type)) return type
  const known = derivedFields.get(type)
  if (known !== undefined) return known
  const derived = deriveFieldAnew(type, path)
  derivedFields.set(type, derived)
  return derived
}

const derivedFields = new WeakMap<SchemaAST.AST, SchemaAST.AST>()

const deriveFieldAnew = (type: SchemaAST.AST, path: ReadonlyArray<string>): SchemaAST.AST => {
  const end = encodedEnd(type)
  if (SchemaAST.isDeclaration(end) && declarationName(end) === "Option" && !SchemaAST.isOptional(end)) {
    return mapEncodedEnd(type, () => optionField(end, path))
  }
  const derived = derive(type, "field", path)
  if (isPlainEnd(end) && !SchemaAST.isOptional(end)) return derived
  if (!SchemaAST.isOptional(end) && !hasSuspend(end) && !admitsUndefined(end) && setMember(end) === undefined) {
    return derived
  }
  return withFieldRules(derived, isPlainEnd(end) ? optionalOnly : rulesOf(end))
}

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
