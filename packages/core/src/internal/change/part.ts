/**
 * Parts of an item that an update changes: where they stand, how values there are
 * written, and what of them can be changed at all.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue } from "../../Attribute.ts"
import type { Path } from "../../Expression.ts"
import { admitsNull, admitsUndefined, declarationName, encodedEnd } from "../codec/ast.ts"
import type { Eager } from "../codec/codec.ts"
import { derive, deriveField } from "../codec/derive.ts"
import type { FieldCodec } from "../codec/entity.ts"
import { Refusal, toIssue } from "../codec/refusal.ts"
import { ofDerived, type ValueCodec } from "../codec/value.ts"
import { admits, isAlike } from "./admits.ts"
import { kindOf } from "../codec/kind.ts"
import { element, inside, property, type Step } from "../condition/navigate.ts"

/** A part of an item: a field, or what stands in one. */
export interface Part {
  /** Where it is stored. */
  readonly path: Path
  /** The same as the schema names it. */
  readonly names: ReadonlyArray<string | number>
  /** The field, where it is a whole one. */
  readonly field: FieldCodec | undefined
  /** Its schema; `undefined` where anything may stand. */
  readonly ast: SchemaAST.AST | undefined
  /** A value as it stands there; `undefined` where it is stored as nothing. An `Exit` where nothing waits. */
  readonly encode: (value: unknown) => Eager<AttributeValue | undefined>
  /** Nothing may stand there, or NULL: no part of it can be changed then. */
  readonly mayLack: boolean
  /** It can be removed alone. */
  readonly isRemovable: boolean
  /** Why there is no such part, in a sentence without its end. */
  readonly problem: string | undefined
  /** Why it can be read but not changed. */
  readonly unwritable: string | undefined
}

const fields = new WeakMap<FieldCodec, Part>()

/** A field as a part of its item: made once, for its schema is looked through. */
export const ofField = (field: FieldCodec): Part => {
  let part = fields.get(field)
  if (part === undefined) fields.set(field, (part = makeField(field)))
  return part
}

const makeField = (field: FieldCodec): Part => ({
  path: [field.stored],
  names: [field.name],
  field,
  ast: field.ast,
  encode: (value) => field.encode(value),
  // An item that lacks a field with a default is given it first.
  mayLack: field.optional || (field.hasDefault ? admitsNothing(field.ast) : lacks(field.ast)),
  isRemovable: field.optional,
  problem: undefined,
  unwritable: undefined
})

/** A field that there is not, or that is no attribute. */
export const missing = (name: string, problem: string): Part => ({
  path: [name],
  names: [name],
  field: undefined,
  ast: undefined,
  encode: nothing,
  mayLack: false,
  isRemovable: false,
  problem,
  unwritable: undefined
})

const nothing = () => Exit.succeed(undefined)

/** The value under a name of a map. */
export const get = (part: Part, name: string): Part => {
  const { ast } = part
  const step = ast === undefined ? { stored: name, ast } : found(() => property(ast, name))
  const isEntry = ast !== undefined && step?.ast !== undefined && !hasProperty(ast, name)
  return below(part, name, step, {
    codec: (of) => (isEntry ? entryCodec(of, name) : ofDerived(deriveField(of, []), name)),
    mayLack: isEntry || (step?.ast !== undefined && (SchemaAST.isOptional(encodedEnd(step.ast)) || lacks(step.ast))),
    isRemovable: isEntry || step?.ast === undefined || SchemaAST.isOptional(step.ast),
    isShared: ast === undefined || isShared(ast, "Objects", (member) => property(member, name))
  })
}

/** The element at a position of a list. */
export const at = (part: Part, position: number): Part => {
  const { ast } = part
  const isPosition = Number.isSafeInteger(position) && position >= 0
  const step = !isPosition
    ? undefined
    : ast === undefined
      ? { stored: position, ast }
      : found(() => element(ast, position))
  const made = below(part, position, step, {
    codec: (of) => entryCodec(of, position),
    mayLack: step?.ast !== undefined && lacks(step.ast),
    isRemovable: ast === undefined || !isInTuple(ast, position),
    isShared: ast === undefined || isShared(ast, "Arrays", (member) => element(member, position))
  })
  return isPosition
    ? made
    : { ...made, problem: part.problem ?? `a position in a list is a whole number from 0, not ${position}` }
}

interface Below {
  readonly codec: (ast: SchemaAST.AST) => ValueCodec
  readonly mayLack: boolean
  readonly isRemovable: boolean
  /** It is the same in all that may stand above it. */
  readonly isShared: boolean
}

const below = (
  part: Part,
  key: string | number,
  step: Step | undefined,
  { codec, isRemovable, isShared, mayLack }: Below
): Part => {
  let made: ValueCodec | undefined
  return {
    // Every path begins with an attribute's name.
    path: [...part.path, step?.stored ?? key] as unknown as Path,
    names: [...part.names, key],
    field: undefined,
    ast: step?.ast,
    encode: (value) => (made ??= codec(step?.ast ?? anything)).encode(value),
    mayLack,
    isRemovable,
    problem: part.problem ?? (step === undefined ? "there is no such part" : undefined),
    unwritable:
      part.unwritable ??
      (part.mayLack
        ? `there may be no ${part.names.join(".")} to change a part of, and DynamoDB makes none on the way; ` +
          `set ${part.names.join(".")} as a whole`
        : isShared
          ? undefined
          : `which of several types ${part.names.join(".")} has is not known, and not all of them have the same ` +
            `there; set ${part.names.join(".")} as a whole`)
  }
}

/** Whether a part is the same in all members of a union: what stands beside it fits then, whichever it is. */
const isShared = (
  ast: SchemaAST.AST,
  container: "Objects" | "Arrays",
  step: (member: SchemaAST.AST) => Step | undefined
): boolean => {
  const members = membersOf(ast).filter((member) => member._tag === container || isOpen(member))
  if (members.length < 2) return true
  const [first, ...others] = members.map((member) => found(() => step(member)))
  return others.every((other) => {
    if (first?.ast === undefined || other?.ast === undefined) return false
    return first.stored === other.stored && isAlike(first.ast, other.ast)
  })
}

/** What may stand there, each looked into. */
const membersOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  const from = inside(ast)
  return SchemaAST.isUnion(from) ? from.types.flatMap(membersOf) : [from]
}

/** Whether what stands in one part may be copied to another one: no codec looks at it on the way. */
export const canCopy = (to: Stored, from: Stored): boolean =>
  isInSeconds(to) === isInSeconds(from) && admits(to.ast ?? anything, present(from.ast ?? anything))

type Stored = Pick<Part, "ast" | "field">

/** Whether it is a time to live, which is a number although its schema says otherwise. */
const isInSeconds = ({ field }: Stored): boolean => field?.kind === "number" && kindOf(field.ast) !== "number"

/** DynamoDB copies nothing that is not there. */
const present = (ast: SchemaAST.AST): SchemaAST.AST => {
  if (!SchemaAST.isUnion(ast) || ast.encoding !== undefined || ast.checks !== undefined) return ast
  const types = ast.types.filter((type) => !SchemaAST.isUndefined(type))
  return types.length === 1 ? types[0]! : new SchemaAST.Union(types)
}

const anything = new SchemaAST.Unknown()

/** What refuses to be looked into throws where it says so. */
const found = (find: () => Step | undefined): Step | undefined => Result.getOrUndefined(Result.try(find))

/** Whether a struct has the property by itself, and not as one of a record's entries. */
const hasProperty = (ast: SchemaAST.AST, name: string): boolean => {
  const from = inside(ast)
  if (SchemaAST.isUnion(from)) return from.types.some((type) => hasProperty(type, name))
  return SchemaAST.isObjects(from) && from.propertySignatures.some((property) => property.name === name)
}

const isInTuple = (ast: SchemaAST.AST, position: number): boolean => {
  const from = inside(ast)
  if (SchemaAST.isUnion(from)) return from.types.some((type) => isInTuple(type, position))
  return SchemaAST.isArrays(from) && position < from.elements.length + Math.max(0, from.rest.length - 1)
}

/** Whether no map or list may stand where this schema's value does. */
const lacks = (ast: SchemaAST.AST): boolean => {
  const end = encodedEnd(ast)
  return admitsNothing(ast) || (!isOpen(end) && !SchemaAST.isDeclaration(end) && SchemaAST.isOptional(end))
}

/** Whether one of its values is stored as NULL or nothing. */
const admitsNothing = (ast: SchemaAST.AST): boolean => {
  const end = encodedEnd(ast)
  if (isOpen(end)) return false
  if (SchemaAST.isDeclaration(end)) return declarationName(end) === "Option"
  return admitsNull(end) || admitsUndefined(end)
}

const isOpen = (ast: SchemaAST.AST): boolean =>
  ast._tag === "Unknown" || ast._tag === "Any" || ast._tag === "ObjectKeyword"

/** In a list or a record something stands under each key: nothing cannot be written, nor can an empty set. */
const entryCodec = (ast: SchemaAST.AST, key: string | number): ValueCodec => {
  const codec = ofDerived(derive(ast), key)
  return {
    decode: codec.decode,
    encode: (value) =>
      Effect.flatMapEager(codec.encode(value), (stored) =>
        stored === undefined || isEmptySet(stored)
          ? Exit.fail(new Schema.SchemaError(toIssue(noValue.at(key))))
          : Exit.succeed(stored)
      )
  }
}

const noValue = new Refusal("Expected a value that can stand in a list or a record; remove the entry instead")

const isEmptySet = (value: AttributeValue): boolean =>
  ("SS" in value && value.SS.length === 0) ||
  ("NS" in value && value.NS.length === 0) ||
  ("BS" in value && value.BS.length === 0)
