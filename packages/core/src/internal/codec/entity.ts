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
import { type Codec, type Eager, exitOf, makeLazyCodec } from "./codec.ts"
import { compileConstruct, type Construct } from "./construct.ts"
import { derive } from "./derive.ts"
import { withStoredNames } from "./fieldRules.ts"
import { kindOf, literalsOf } from "./kind.ts"
import { type Failed, failed, unknown } from "./node.ts"
import { epochSeconds } from "./timeToLive.ts"
import { isSurelyStored } from "./surely.ts"
import { type AttemptingCodec, ofLazy } from "./value.ts"

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
  /** One of them, without making the others. */
  readonly field: (name: string) => FieldCodec | undefined
  /** The one that is stored under a name. */
  readonly fieldStoredAs: (attribute: string) => FieldCodec | undefined
  /** A value from what the schema's constructor takes: defaults filled in, checked. */
  readonly make: (input: unknown) => Eager<unknown>
  /** The attributes of the fields, in an object made for the caller. */
  readonly encode: (value: unknown) => Eager<Item>
  /** From an item with the attributes of key-only fields put in. Other attributes are ignored. */
  readonly decode: (item: Item) => Eager<unknown>
  /**
   * The fast path of `make`: what is made if it encodes (see `construct.ts`), or a failure (`failed`), of which `make`
   * knows more.
   */
  readonly attemptMake: (input: unknown) => unknown
  /** The fast path of `encode`, or a failure. */
  readonly attemptEncode: Codec["attemptEncode"]
  /** The fast path of `decode`, or a failure. */
  readonly attemptDecode: Codec["attemptDecode"]
}

/** Makes the codec of a struct or class. Throws where it cannot be stored. */
export const makeEntityCodec = (
  schema: Schema.Constraint & { readonly fields: Schema.Struct.Fields },
  options: EntityCodecOptions
): EntityCodec => {
  const ast = withTimeToLive(schema.ast, options.timeToLive)
  const { propertySignatures } = storedStruct(ast)
  const isRenamed = Object.keys(options.rename).length > 0
  const storedOf = (name: string): string => (isRenamed ? storedName(name, options) : name)
  for (const { name } of propertySignatures) {
    if (name === "__proto__" || storedOf(String(name)) === "__proto__") {
      throw new Error(
        'A field cannot be named, or stored as, "__proto__": JavaScript takes that for an object\'s prototype; ' +
          "give it another name"
      )
    }
  }
  // What cannot be stored is refused here; what surely can is derived when it is first used.
  if (!isSurelyStored(ast)) derive(ast)
  const made = new Map<string, FieldCodec>()
  const fieldAt = (i: number): FieldCodec => {
    const { name: property, type } = propertySignatures[i]!
    const name = String(property)
    let field = made.get(name)
    if (field === undefined) {
      const derived = () => storedStruct(derive(ast)).propertySignatures[i]!.type
      field = new Field(name, storedOf(name), type, derived, name === options.timeToLive)
      made.set(name, field)
    }
    return field
  }
  const fieldWhere = (holds: (name: string) => boolean): FieldCodec | undefined => {
    const i = propertySignatures.findIndex(({ name }) => holds(String(name)))
    return i < 0 ? undefined : fieldAt(i)
  }
  let fields: ReadonlyMap<string, FieldCodec> | undefined
  const storedNames = () => new Map(propertySignatures.map(({ name }) => [String(name), storedOf(String(name))]))
  const codec = makeLazyCodec(() =>
    isRenamed
      ? mapEncodedEnd(derive(ast), (end) => (SchemaAST.isObjects(end) ? withStoredNames(end, storedNames()) : end))
      : derive(ast)
  )
  const unwritten = [...options.keyOnly].map(storedOf)
  let make: ReturnType<typeof SchemaParser.makeEffect> | undefined
  let construct: Construct | undefined
  return {
    get fields() {
      return (fields ??= new Map(propertySignatures.map(({ name }, i) => [String(name), fieldAt(i)])))
    },
    field: (name) => made.get(name) ?? fieldWhere((other) => other === name),
    fieldStoredAs: (attribute) => fieldWhere((name) => storedOf(name) === attribute),
    make: (input) =>
      Effect.mapErrorEager((make ??= SchemaParser.makeEffect(schema))(input), (issue) => new Schema.SchemaError(issue)),
    encode:
      unwritten.length === 0
        ? codec.encode
        : (value) => Effect.mapEager(codec.encode(value), (item) => without(item, unwritten)),
    decode: codec.decode,
    attemptMake: (input) => {
      // The constructor meets the same exception and makes a defect of it.
      // oxlint-disable-next-line house/no-try -- a user's default or getter may throw
      try {
        return (construct ??= compileConstruct(schema))(input)
      } catch {
        return unknown
      }
    },
    attemptEncode:
      unwritten.length === 0
        ? codec.attemptEncode
        : (value): Item | Failed => {
            const item = codec.attemptEncode(value)
            return failed(item) ? item : without(item, unwritten)
          },
    attemptDecode: codec.attemptDecode
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

/** A field. What is asked of few fields is found out when it is asked for: a cold start pays for no more. */
class Field implements FieldCodec {
  readonly name: string
  readonly stored: string
  readonly ast: SchemaAST.AST
  private readonly end: SchemaAST.AST
  private readonly isTimeToLive: boolean
  private readonly derived: () => SchemaAST.AST
  private made: AttemptingCodec | undefined
  private nullable: boolean | undefined

  constructor(name: string, stored: string, type: SchemaAST.AST, derived: () => SchemaAST.AST, isTimeToLive: boolean) {
    this.name = name
    this.stored = stored
    this.ast = type
    this.end = encodedEnd(type)
    this.isTimeToLive = isTimeToLive
    this.derived = derived
  }
  private get codec(): AttemptingCodec {
    return (this.made ??= ofLazy(this.derived, this.name))
  }
  get optional(): boolean {
    return SchemaAST.isOptional(this.ast)
  }
  get kind(): FieldKind {
    return this.isTimeToLive ? "number" : kindOf(this.end)
  }
  get admitsNull(): boolean {
    return (this.nullable ??= admitsNull(this.end))
  }
  get isSet(): boolean {
    return setMember(this.end) !== undefined
  }
  get hasDefault(): boolean {
    return !this.optional && SchemaAST.isOptional(this.end)
  }
  get literals(): ReadonlyArray<string> | undefined {
    return literalsOf(this.end)
  }
  // They are handed around by themselves.
  readonly encode: FieldCodec["encode"] = (value) => this.codec.encode(value)
  readonly decode: FieldCodec["decode"] = (attribute) => this.codec.decode(attribute)
  readonly encodeKey: FieldCodec["encodeKey"] = (value) => {
    const attempted = this.codec.attemptEncode(value)
    if (!failed(attempted)) return Result.succeed(attempted)
    const encoded = exitOf(this.codec.encode(value))
    if (encoded === undefined) return Result.fail("its schema needs an effect or a service to encode it")
    return Exit.match(encoded, {
      onSuccess: (attribute) => Result.succeed(attribute),
      onFailure: (cause) => Result.fail(reasonOf(cause))
    })
  }
}
