/**
 * The codec of an entity: a struct or class as an item, and each of its fields alone.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import type { AttributeValue, Item } from "../../Attribute.ts"
import type { FieldKind } from "../keys/model.ts"
import { admitsNull, encodedEnd, mapEncodedEnd, setMember } from "./ast.ts"
import { type Eager, exitOf, makeLazyCodec } from "./codec.ts"
import { derive } from "./derive.ts"
import { withStoredNames } from "./fieldRules.ts"
import { kindOf, literalsOf } from "./kind.ts"
import { epochSeconds } from "./timeToLive.ts"
import { isSurelyStored } from "./surely.ts"
import { ofLazy } from "./value.ts"

export { renamesOf } from "./renames.ts"

export interface EntityCodecOptions {
  /** Stored names by field; a field that is not named is stored under its own. */
  readonly rename: Readonly<Record<string, string>>
  /** Fields that live in keys alone: read, never written. */
  readonly keyOnly: ReadonlySet<string>
  /** The field that DynamoDB reads as the item's time to live. */
  readonly timeToLive: string | undefined
}

/** One field of an entity. */
export interface FieldCodec {
  /** The schema's field name. */
  readonly name: string
  /** The stored attribute name. */
  readonly stored: string
  /** A value may lack the field. */
  readonly optional: boolean
  /** The kind of text or attribute it gives in a key. */
  readonly kind: FieldKind
  /** `null` is one of its values, or stored for one of them. */
  readonly admitsNull: boolean
  /** Stored as one of DynamoDB's sets, so that an empty one is stored as nothing. */
  readonly isSet: boolean
  /** An item without the attribute gives the field a value all the same: `decode(undefined)`. */
  readonly hasDefault: boolean
  /** The strings it can be, where it is a literal or a union of them. */
  readonly literals: ReadonlyArray<string> | undefined
  /** The field's schema, before anything of ours. */
  readonly ast: SchemaAST.AST
  /** As stored; `undefined` where it is stored as nothing. An `Exit` where nothing waits. */
  readonly encode: (value: unknown) => Eager<AttributeValue | undefined>
  /** From the stored attribute, or from there being none. `undefined` where the field is absent. */
  readonly decode: (attribute: AttributeValue | undefined) => Eager<unknown>
  /** For keys: at once, or why not. The reason never holds the value. */
  readonly encodeKey: (value: unknown) => Result.Result<AttributeValue | undefined, string>
}

export interface EntityCodec {
  /** By field name, in the order of the schema. */
  readonly fields: ReadonlyMap<string, FieldCodec>
  /** A value from what the schema's constructor takes: defaults filled in, checked. */
  readonly make: (input: unknown) => Eager<unknown>
  /** The attributes of the fields, in an object made for the caller. */
  readonly encode: (value: unknown) => Eager<Item>
  /** From an item with the attributes of key-only fields put in. Other attributes are ignored. */
  readonly decode: (item: Item) => Eager<unknown>
}

/** Makes the codec of a struct or class. Throws where it cannot be stored. */
export const makeEntityCodec = (
  schema: Schema.Constraint & { readonly fields: Schema.Struct.Fields },
  options: EntityCodecOptions
): EntityCodec => {
  const ast = withTimeToLive(schema.ast, options.timeToLive)
  const { propertySignatures } = storedStruct(ast)
  const stored = new Map(propertySignatures.map(({ name }) => [String(name), storedName(String(name), options)]))
  for (const [name, attribute] of stored) {
    if (name === "__proto__" || attribute === "__proto__") {
      throw new Error(
        'A field cannot be named, or stored as, "__proto__": JavaScript takes that for an object\'s prototype; ' +
          "give it another name"
      )
    }
  }
  // What cannot be stored is refused here; what surely can is derived when it is first used.
  if (!isSurelyStored(ast)) derive(ast)
  const fields = new Map<string, FieldCodec>()
  propertySignatures.forEach(({ name: property, type }, i) => {
    const name = String(property)
    const derived = () => storedStruct(derive(ast)).propertySignatures[i]!.type
    fields.set(name, makeFieldCodec(name, stored.get(name)!, type, derived, name === options.timeToLive))
  })
  const codec = makeLazyCodec(() =>
    Object.keys(options.rename).length === 0
      ? derive(ast)
      : mapEncodedEnd(derive(ast), (end) => (SchemaAST.isObjects(end) ? withStoredNames(end, stored) : end))
  )
  const unwritten = [...options.keyOnly].map((field) => stored.get(field)).filter((name) => name !== undefined)
  let construct: ReturnType<typeof SchemaParser.makeEffect> | undefined
  return {
    fields,
    make: (input) =>
      Effect.mapErrorEager(
        (construct ??= SchemaParser.makeEffect(schema))(input),
        (issue) => new Schema.SchemaError(issue)
      ),
    encode:
      unwritten.length === 0
        ? codec.encode
        : (value) => Effect.mapEager(codec.encode(value), (item) => without(item, unwritten)),
    decode: codec.decode
  }
}

const storedName = (field: string, options: EntityCodecOptions): string =>
  Object.hasOwn(options.rename, field) ? options.rename[field]! : field

const without = (item: Item, names: ReadonlyArray<string>): Item => {
  for (const name of names) delete item[name]
  return item
}

/** The struct that is stored: the schema itself, or what a class is made of. */
const storedStruct = (ast: SchemaAST.AST): SchemaAST.Objects => {
  const end = encodedEnd(ast)
  if (!SchemaAST.isObjects(end) || end.indexSignatures.length > 0) {
    throw new Error("An entity takes a struct or a class: its attributes must be known by name")
  }
  return end
}

const withTimeToLive = (ast: SchemaAST.AST, field: string | undefined): SchemaAST.AST => {
  if (field === undefined) return ast
  return mapEncodedEnd(ast, (end) =>
    SchemaAST.isObjects(end)
      ? new SchemaAST.Objects(
          end.propertySignatures.map((property) =>
            property.name === field
              ? new SchemaAST.PropertySignature(field, timeToLive(field, property.type))
              : property
          ),
          end.indexSignatures,
          end.annotations,
          end.checks,
          end.encoding,
          end.context,
          end.encodingChecks
        )
      : end
  )
}

const timeToLive = (field: string, type: SchemaAST.AST): SchemaAST.AST => {
  const inSeconds = epochSeconds(type)
  if (inSeconds === undefined) {
    throw new Error(
      `The time-to-live field "${field}" cannot be stored as epoch seconds: it takes a Date, a DateTime, ` +
        `a number or bigint of seconds, or a string that is an ISO date`
    )
  }
  return inSeconds
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const reasonOf = (cause: Cause.Cause<Schema.SchemaError>): string => {
  const error = Cause.findErrorOption(cause)
  return (Option.isSome(error) ? format(error.value.issue).issues[0]?.message : undefined) ?? "its encoding failed"
}

const makeFieldCodec = (
  name: string,
  stored: string,
  type: SchemaAST.AST,
  derived: () => SchemaAST.AST,
  isTimeToLive: boolean
): FieldCodec => {
  const end = encodedEnd(type)
  const { decode, encode } = ofLazy(derived, name)
  const optional = SchemaAST.isOptional(type)
  return {
    name,
    stored,
    optional,
    kind: isTimeToLive ? "number" : kindOf(end),
    admitsNull: admitsNull(end),
    isSet: setMember(end) !== undefined,
    hasDefault: !optional && SchemaAST.isOptional(end),
    literals: literalsOf(end),
    ast: type,
    encode,
    decode,
    encodeKey: (value) => {
      const encoded = exitOf(encode(value))
      if (encoded === undefined) return Result.fail("its schema needs an effect or a service to encode it")
      return Exit.match(encoded, {
        onSuccess: (attribute) => Result.succeed(attribute),
        onFailure: (cause) => Result.fail(reasonOf(cause))
      })
    }
  }
}
