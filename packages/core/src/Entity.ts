/**
 * Entities: a schema, a table, and keys.
 *
 * An entity says how values of a schema stand in a table. Make one as a class
 * ({@link Class}) or from any struct schema ({@link make}); the builders take
 * either. What cannot work is refused by the compiler, or, where types cannot see
 * it, when the entity is made.
 *
 * @module
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import type { Item } from "./Attribute.ts"
import type * as DynamoConfig from "./DynamoConfig.ts"
import type { DecodeError, EncodeError, KeyError } from "./DynamoError.ts"
import { markDefault } from "./internal/codec/defaults.ts"
import * as definition_ from "./internal/entity/definition.ts"
import * as ItemSize from "./ItemSize.ts"
import type * as Key from "./Key.ts"
import type * as Index from "./Index.ts"
import * as ResolvedEntity from "./ResolvedEntity.ts"
import type * as Table from "./Table.ts"

/**
 * What marks a value as an entity.
 *
 * @category type ids
 * @since 0.1.0
 */
export const TypeId = definition_.TypeId

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * What an entity was declared with, as types see it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Declaration<out Name, out F, out R, out T, out PK, out SK, out IX, out M> {
  readonly name: Name
  readonly fields: F
  /** Stored names by field name, where `Schema.encodeKeys` renames. */
  readonly renames: R
  readonly table: T
  readonly partitionKey: PK
  readonly sortKey: SK
  readonly indexes: IX
  /** What the library keeps by itself. */
  readonly managed: M
}

/**
 * What the library keeps of an entity by itself, as types see it: the names of fields, and
 * the services that `beforeWrite` asks for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Managed<out Version, out CreatedAt, out UpdatedAt, out Unique, out Services> {
  readonly version: Version
  readonly createdAt: CreatedAt
  readonly updatedAt: UpdatedAt
  readonly unique: Unique
  readonly services: Services
}

/**
 * Any entity.
 *
 * @category models
 * @since 0.1.0
 */
export interface Any {
  // Not by the constant's name: where something else is given for an entity, errors show this one.
  readonly "~@effect-dynamo/core/Entity": Declaration<
    string,
    Schema.Struct.Fields,
    unknown,
    Table.Table,
    unknown,
    unknown,
    unknown,
    AnyManaged
  >
  readonly Type: unknown
  readonly Encoded: unknown
  readonly DecodingServices: unknown
  readonly EncodingServices: unknown
  readonly "~type.make.in": unknown
}

type AnyManaged = Managed<unknown, unknown, unknown, unknown, unknown>

/**
 * An entity that is a class: its instances are the values.
 *
 * @category models
 * @since 0.1.0
 */
export interface Class<Self, Name extends string, G extends Given, T, PK, SK, IX, M> extends Schema.Class<
  Self,
  StructOf<G>,
  {}
> {
  readonly [TypeId]: Declaration<Name, FieldsOf<G>, RenamesOf<G>, T, PK, SK, IX, M>
}

/**
 * An entity over a struct schema.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entity<
  out Name extends string,
  out S extends Schema.Constraint,
  out T,
  out PK,
  out SK,
  out IX,
  out M
> {
  readonly [TypeId]: Declaration<Name, FieldsOf<S>, RenamesOf<S>, T, PK, SK, IX, M>
  readonly name: Name
  readonly schema: S
  readonly Type: S["Type"]
  readonly Encoded: S["Encoded"]
  readonly DecodingServices: S["DecodingServices"]
  readonly EncodingServices: S["EncodingServices"]
  readonly "~type.make.in": S["~type.make.in"]
}

/**
 * A schema with fields: a struct or a class.
 *
 * @category models
 * @since 0.1.0
 */
export interface Struct extends Schema.Constraint {
  readonly fields: Schema.Struct.Fields
}

/**
 * What a class is made from: fields, a struct, or a struct with renamed keys.
 *
 * @category models
 * @since 0.1.0
 */
export type Given = Schema.Struct.Fields | PlainStruct | Renamed

/** A struct, and not a class, which has fields too but is made into another schema by annotations. */
interface PlainStruct extends Struct {
  readonly Rebuild: Struct
}

/** What `Schema.encodeKeys` makes of a struct. */
interface Renamed extends Schema.Constraint {
  readonly from: PlainStruct
  readonly to: PlainStruct
}

/**
 * The struct of what a class is made from.
 *
 * @category models
 * @since 0.1.0
 */
export type StructOf<G> = G extends Struct
  ? G
  : G extends Schema.Struct.Fields
    ? Schema.Struct<G>
    : G extends Schema.encodeKeys<infer S, infer _>
      ? S
      : never

/**
 * The fields themselves, or those of a struct, a class, or either with renamed keys.
 *
 * @category models
 * @since 0.1.0
 */
export type FieldsOf<S> = S extends { readonly fields: infer F extends Schema.Struct.Fields }
  ? F
  : S extends Schema.Struct.Fields
    ? S
    : S extends Schema.encodeKeys<infer B, infer _>
      ? B["fields"]
      : never

/**
 * Stored names by field name, where `Schema.encodeKeys` renames.
 *
 * @category models
 * @since 0.1.0
 */
export type RenamesOf<S> = S extends Renamed ? (S extends Schema.encodeKeys<infer _, infer M> ? M : {}) : {}

/** What a key can be made of. */
type Scalar = Numeric | string | boolean | Date | DateTime.DateTime

type Numeric = number | bigint | BigDecimal.BigDecimal

type Present<A> = Exclude<A, undefined | null>

/** The field's name, if its values, or what those are encoded as, are of some type. */
type NameIf<S extends Schema.Constraint, A, Name> =
  Present<S["Type"]> extends A | Option.Option<A> ? Name : Present<S["Encoded"]> extends A ? Name : never

/** Fields by what they can be in a key. An interface, so that errors show the names and not where they come from. */
interface KeyFields<F extends Schema.Struct.Fields> {
  readonly part: { [K in keyof F]-?: NameIf<F[K], Scalar, K> }[keyof F] & string
  readonly number: { [K in keyof F]-?: NameIf<F[K], Numeric, K> }[keyof F] & string
  readonly attribute: { [K in keyof F]-?: NameIf<F[K], Scalar | Uint8Array, K> }[keyof F] & string
}

/**
 * The fields that can be part of a composite key: their values, or what those are
 * encoded as, are text, numbers, booleans or points in time.
 *
 * @category models
 * @since 0.1.0
 */
export type KeyFieldNames<F extends Schema.Struct.Fields> = KeyFields<F>["part"]

/**
 * The fields that can be written in numeric order: `Key.ordered`, `Key.padded` and their like in templates.
 *
 * @category models
 * @since 0.1.0
 */
export type NumberFieldNames<F extends Schema.Struct.Fields> = KeyFields<F>["number"]

/**
 * The fields that can be a key attribute by themselves: those of {@link KeyFieldNames}, and binary.
 *
 * @category models
 * @since 0.1.0
 */
export type AttributeFieldNames<F extends Schema.Struct.Fields> = KeyFields<F>["attribute"]

/**
 * What a primary key of an entity with these fields can be.
 *
 * @category models
 * @since 0.1.0
 */
export type PrimaryKey<F extends Schema.Struct.Fields> = Key.PrimaryDeclaration<
  KeyFieldNames<F>,
  NumberFieldNames<F>,
  FieldAttribute<F>
>

/**
 * What the key of an access pattern can be.
 *
 * @category models
 * @since 0.1.0
 */
export type IndexKey<F extends Schema.Struct.Fields> = Key.Declaration<
  KeyFieldNames<F>,
  NumberFieldNames<F>,
  FieldAttribute<F>
>

/** A key attribute that is a field. An interface, so that which fields can be one is asked only where there is one. */
interface FieldAttribute<F extends Schema.Struct.Fields> extends Key.Attribute<string> {
  readonly name: AttributeFieldNames<F>
}

/**
 * An access pattern: an index of the table, and what its key is made of.
 *
 * A key attribute that is a field of the entity, or a key of the table or of another
 * index, need not be said.
 *
 * @category models
 * @since 0.1.0
 */
export interface IndexOptions<F extends Schema.Struct.Fields, I extends string> {
  /** The table's index; may be left out where the access pattern has its name. */
  readonly index?: OneOf<I, "the table has no indexes"> | undefined
  readonly partitionKey?: IndexKey<F> | Refused<FieldAlone> | undefined
  readonly sortKey?: IndexKey<F> | Refused<FieldAlone> | undefined
  /** The item is in the index only where each of these fields has one of the values. */
  readonly when?: { readonly [K in keyof F]?: ReadonlyArray<F[K]["Type"]> } | undefined
}

/**
 * Configuration of one entity: beats every level below it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Config extends DynamoConfig.Options {
  /** What the marker attribute holds; the entity's name unless told. */
  readonly entityType?: string | undefined
}

/**
 * How an entity stands in its table.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<F extends Schema.Struct.Fields, T, PK, SK, IX, V, C, U, Q, R> {
  readonly table: T
  readonly partitionKey: PK
  /** Without one, in a table that has a sort key, it is the entity's name, lower-cased. */
  readonly sortKey?: SK | undefined
  /** Access patterns by name. */
  readonly indexes?: (IX & CheckedIndexes<IX, T>) | undefined
  /** Fields that live in the keys alone and are parsed back from them. */
  readonly keyOnly?: ReadonlyArray<KeyFieldNames<F>> | undefined
  /**
   * A field that counts the writes of an item, for optimistic locking. A put of a value without
   * one (or of 0) creates the item, of another only replaces the one that has it; each write
   * adds 1. Updates and deletes ask for one with `ifVersion`.
   */
  readonly version?:
    | (V extends NumberFieldNames<F> ? V : OneOf<NumberFieldNames<F>, "no field is a number">)
    | undefined
  /** A field that holds when the item was first put. Written in UTC; as a number, in milliseconds since 1970. */
  readonly createdAt?: (C extends KeyFieldNames<F> ? C : KeyFieldNames<F>) | undefined
  /** A field that holds when the item was last written, by a put or an update. Written as `createdAt` is. */
  readonly updatedAt?: (U extends KeyFieldNames<F> ? U : KeyFieldNames<F>) | undefined
  /**
   * The field that is the table's time-to-live attribute: an item whose time has passed, which
   * DynamoDB may take days to remove, does not exist for reads and conditions.
   */
  readonly timeToLive?: (keyof F & string) | undefined
  /**
   * Fields, or several fields together, that no two items may have the same values of. An item
   * of the table stands guard for each, written in one transaction with the entity's own.
   */
  readonly unique?: (Q extends UniqueFields<F> ? Q : UniqueFields<F>) | undefined
  /** What is done to each value before it is put: keys of its own, timestamps, defaults. Updates do not run it. */
  readonly beforeWrite?:
    | ((value: Schema.Struct.MakeIn<F>) => Effect.Effect<Schema.Struct.MakeIn<F>, EncodeError, R>)
    | undefined
  readonly config?: Config | undefined
}

/** One of these fields, or that there is none. */
type OneOf<Names, None extends string> = [Names] extends [never] ? Refused<None> : Names

/**
 * What is unique: fields, or several fields together.
 *
 * @category models
 * @since 0.1.0
 */
export type UniqueFields<F extends Schema.Struct.Fields> = ReadonlyArray<
  KeyFieldNames<F> | ReadonlyArray<KeyFieldNames<F>>
>

/**
 * Why something cannot be declared so: it stands in the place of what there would be to declare.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refused<out Why extends string> {
  readonly "cannot be declared so": Why
}

/**
 * Refuses access patterns that name no index of the table, and options that there are not.
 *
 * @category models
 * @since 0.1.0
 */
export type CheckedIndexes<IX, T> = {
  readonly [N in keyof IX]: keyof IX[N] extends keyof IndexOptions<{}, string>
    ? "index" extends keyof IX[N]
      ? unknown
      : N extends TableIndexNames<T>
        ? unknown
        : { readonly index: OneOf<TableIndexNames<T>, "the table has no indexes"> }
    : { readonly [K in Exclude<keyof IX[N], keyof IndexOptions<{}, string>>]: never }
}

/**
 * The names of a table's indexes.
 *
 * @category models
 * @since 0.1.0
 */
export type TableIndexNames<T> = T extends Table.Table<string, infer O> ? keyof Table.Indexes<O> & string : never

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/** What a table takes as an entity's sort key: nothing, where it has none. */
type SortDeclaration<F extends Schema.Struct.Fields, T> =
  T extends Table.Table<string, { readonly sortKey: null }>
    ? Refused<"the table has no sort key">
    : PrimaryKey<F> | Refused<FieldAlone>

/** Stands beside what a key can be, for errors to show it: `partitionKey: "id"` is to be `["id"]`. */
type FieldAlone = "a field alone is no key: put it into a list, or use Key.template or Key.attribute"

/** What a class that forgot to name itself is told. */
type MissingSelf = 'Missing `Self` - use `class User extends Entity.Class<User>("User")(...)`'

/**
 * An entity as a class, as `Schema.Class` makes one: `new` validates and fills in
 * defaults, the builders take instances and give instances.
 *
 * Throws, with what and why, where the declaration cannot work.
 *
 * **Example** (A user)
 *
 * ```ts
 * import { Schema } from "effect"
 * import { Entity, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   email: Schema.String,
 *   role: Entity.withDefault(Schema.String, "user")
 * }, {
 *   table: Table.make("users"),
 *   partitionKey: ["id"],
 *   sortKey: ["email"]
 * }) {
 *   get display() {
 *     return `${this.id} <${this.email}>`
 *   }
 * }
 * new User({ id: "user-123", email: "john@example.com" }).role // => "user"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const Class: {
  <Self = never, const Name extends string = string>(
    name: Name
  ): {
    <
      const G extends Given,
      T extends Table.Table,
      const PK extends PrimaryKey<FieldsOf<G>> | Refused<FieldAlone>,
      const SK extends SortDeclaration<FieldsOf<G>, T> = never,
      const IX extends Readonly<Record<string, IndexOptions<FieldsOf<G>, TableIndexNames<T>>>> = {},
      const V = never,
      const C = never,
      const U = never,
      const Q = never,
      W = never
    >(
      fields: G,
      options: Options<FieldsOf<G>, T, PK, SK, IX, V, C, U, Q, W>
    ): [Self] extends [never] ? MissingSelf : Class<Self, Name, G, T, PK, SK, IX, Managed<V, C, U, Q, W>>
  }
} = ((name: string) => (schema: Schema.Struct.Fields | Schema.Constraint, options: definition_.Options) =>
  // The type above says what comes of which arguments.
  makeClass(name, schema, options)) as never

const makeClass = (
  name: string,
  given: Schema.Struct.Fields | Schema.Constraint,
  options: definition_.Options
): unknown => {
  const schema = Schema.isSchema(given) ? given : Schema.Struct(given as Schema.Struct.Fields)
  // Refuses what cannot work before there is a class: the struct stands for it.
  const checked = definition_.make(name, schema, options)
  ResolvedEntity.check(checked)
  const Base = Schema.Class<object>(name)(checked.schema as Schema.Struct<Schema.Struct.Fields>)
  let definition: definition_.Definition | undefined
  // Read on the class that extends this one: its instances are the values.
  return Object.defineProperty(Base, TypeId, {
    get(this: definition_.Definition["schema"]) {
      return (definition ??= definition_.withSchema(checked, this))
    }
  })
}

/**
 * An entity over a struct schema: its values are plain objects.
 *
 * Throws, with what and why, where the declaration cannot work.
 *
 * **Example** (A session)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Table } from "effect-dynamo"
 *
 * const Session = Entity.make("Session", {
 *   schema: Schema.Struct({ token: Schema.String, userId: Schema.String }),
 *   table: Table.make("sessions", { sortKey: null }),
 *   partitionKey: ["token"]
 * })
 * type SessionItem = typeof Session.Type
 * const session: SessionItem = { token: "t1", userId: "u1" }
 * Effect.runSync(Entity.key(Session, session)) // => { pk: { S: "token#t1#session" } }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <
  const Name extends string,
  S extends Schema.Constraint,
  T extends Table.Table,
  const PK extends PrimaryKey<FieldsOf<S>> | Refused<FieldAlone>,
  const SK extends SortDeclaration<FieldsOf<S>, T> = never,
  const IX extends Readonly<Record<string, IndexOptions<FieldsOf<S>, TableIndexNames<T>>>> = {},
  const V = never,
  const C = never,
  const U = never,
  const Q = never,
  W = never
>(
  name: Name,
  options: Options<FieldsOf<S>, T, PK, SK, IX, V, C, U, Q, W> & { readonly schema: S }
): Entity<Name, S, T, PK, SK, IX, Managed<V, C, U, Q, W>> => {
  const definition = definition_.make(name, options.schema, options as never)
  ResolvedEntity.check(definition)
  // What remains of the type is phantom.
  return { [TypeId]: definition, name, schema: options.schema } as never
}

/**
 * A field with a default: filled in when a value is made, and when a stored item
 * lacks the field. The default is a value, or a thunk or an Effect that gives one
 * each time.
 *
 * **Example** (A role, and a list of its own for each value)
 *
 * ```ts
 * import { Schema } from "effect"
 * import { Entity } from "effect-dynamo"
 *
 * const Member = Schema.Struct({
 *   role: Entity.withDefault(Schema.String, "user"),
 *   tags: Entity.withDefault(Schema.Array(Schema.String), () => [])
 * })
 * Member.make({}) // => { role: "user", tags: [] }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const withDefault = <S extends Schema.Constraint & Schema.WithoutConstructorDefault>(
  schema: S,
  value: NoInfer<S["Type"]> | (() => NoInfer<S["Type"]>) | Effect.Effect<NoInfer<S["Type"]>>
): withDefault<S> => {
  // An Effect among the values of a schema cannot be told from one that makes them.
  const effect: Effect.Effect<S["Type"]> = Effect.isEffect(value)
    ? (value as Effect.Effect<S["Type"]>)
    : typeof value === "function"
      ? Effect.sync(value as () => S["Type"])
      : Effect.succeed(value)
  const decoding =
    typeof value === "function" && !Effect.isEffect(value)
      ? decodingThunk(schema, value as () => S["Type"])
      : Schema.withDecodingDefaultTypeKey<S>(effect)(schema)
  markDefault(decoding.ast)
  return Schema.withConstructorDefault<Schema.withDecodingDefaultTypeKey<S>>(
    // The default is of the schema's type, which is what a constructor takes of it at the least.
    effect as Effect.Effect<never>
  )(decoding)
}

/** As `Schema.withDecodingDefaultTypeKey`, but at once: an Effect would keep the whole item off the codec's fast path. */
const decodingThunk = <S extends Schema.Constraint>(
  schema: S,
  thunk: () => S["Type"]
): Schema.withDecodingDefaultTypeKey<S> =>
  Schema.optionalKey(Schema.toType(schema)).pipe(
    Schema.decodeTo(Schema.toType(schema), {
      decode: SchemaGetter.transformOptional(Option.orElseSome(thunk)),
      encode: SchemaGetter.passthrough()
    }),
    Schema.encodeTo(Schema.optionalKey(schema))
    // Made of the same schemas in the same way.
  ) as unknown as Schema.withDecodingDefaultTypeKey<S>

/**
 * The schema that {@link withDefault} makes.
 *
 * @category models
 * @since 0.1.0
 */
export type withDefault<S extends Schema.Constraint & Schema.WithoutConstructorDefault> = Schema.withConstructorDefault<
  Schema.withDecodingDefaultTypeKey<S>
>

// -----------------------------------------------------------------------------
// Keys and items
// -----------------------------------------------------------------------------

/**
 * The table's key of an item, as DynamoDB takes it, under the configuration in force.
 *
 * **Example** (A key for code that talks to the SDK)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Table } from "effect-dynamo"
 *
 * const User = Entity.make("User", {
 *   schema: Schema.Struct({ id: Schema.String, email: Schema.String }),
 *   table: Table.make("users"),
 *   partitionKey: ["id"],
 *   sortKey: ["email"]
 * })
 * Effect.runSync(Entity.key(User, { id: "user-123", email: "john@example.com" }))
 * // => { pk: { S: "id#user-123#user" }, sk: { S: "john@example.com" } }
 * ```
 *
 * @category keys
 * @since 0.1.0
 */
export const key = <E extends Any>(entity: E, key: KeyOf<E>): Effect.Effect<Item, KeyError> =>
  ResolvedEntity.use(entity, "Entity.key", (resolved, table) =>
    ResolvedEntity.primaryKey(resolved, key as never, { operation: "Entity.key", table })
  )

/**
 * A value as the item that a put writes: attributes, marker, and every key.
 *
 * @category items
 * @since 0.1.0
 */
export const encode = <E extends Any>(
  entity: E,
  value: PutInput<E>
): Effect.Effect<Item, EncodeError | KeyError, E["EncodingServices"] | WriteServicesOf<E>> =>
  itemFor("Entity.encode", entity, value)

const itemFor = <E extends Any>(
  operation: string,
  entity: E,
  value: PutInput<E>
): Effect.Effect<Item, EncodeError | KeyError, E["EncodingServices"] | WriteServicesOf<E>> =>
  // The codec asks for the services that the schema's type says it asks for.
  Effect.withFiber((fiber): Effect.Effect<Item, EncodeError | KeyError, unknown> => {
    const found = ResolvedEntity.fromFiber(entity, operation, fiber)
    if (Exit.isExit(found)) return found
    const where = { operation, table: found.tableName }
    const now = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()
    return Effect.mapEager(ResolvedEntity.makePutItem(found.entity, value, where, now), ({ item }) => item)
  }) as Effect.Effect<Item, EncodeError | KeyError, E["EncodingServices"] | WriteServicesOf<E>>

/**
 * How large DynamoDB counts the item that a put of a value writes, in bytes: its attributes, marker and keys, names
 * included. It takes items of 409,600 at most, and a write of one costs a unit for each 1,024 begun.
 *
 * **Details**
 *
 * What a global index holds of an item counts by itself, for that index; so do the guards of unique fields, which are
 * items of their own. For storage DynamoDB adds 100 bytes to each item. See
 * [the sizes of items](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 *
 * **Example** (The size of a user)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Table } from "effect-dynamo"
 *
 * const User = Entity.make("User", {
 *   schema: Schema.Struct({ id: Schema.String, name: Schema.String }),
 *   table: Table.make("users", { sortKey: null }),
 *   partitionKey: ["id"]
 * })
 * // { pk: "id#a#user", _type: "User", id: "a", name: "Zoë" }
 * Effect.runSync(Entity.size(User, { id: "a", name: "Zoë" })) // => 31
 * ```
 *
 * @category items
 * @since 0.1.0
 */
export const size = <E extends Any>(
  entity: E,
  value: PutInput<E>
): Effect.Effect<number, EncodeError | KeyError, E["EncodingServices"] | WriteServicesOf<E>> =>
  Effect.mapEager(itemFor("Entity.size", entity, value), ItemSize.ofItem)

/**
 * A stored item as a value of the entity. Attributes it does not know are left out.
 *
 * Fails with a `DecodeError` where the item is another entity's, or does not fit.
 *
 * @category items
 * @since 0.1.0
 */
export const decode = <E extends Any>(
  entity: E,
  item: StoredItem
): Effect.Effect<E["Type"], DecodeError | KeyError, E["DecodingServices"]> =>
  ResolvedEntity.use(entity, "Entity.decode", (resolved, table) =>
    // The codec makes values of the schema's type, and refuses what is no attribute value.
    ResolvedEntity.decodeMine(resolved, item as Item, { operation: "Entity.decode", table })
  ) as Effect.Effect<E["Type"], DecodeError | KeyError, E["DecodingServices"]>

/**
 * The names of an entity's fields.
 *
 * @category getters
 * @since 0.1.0
 */
export const fieldNames = (entity: Any): ReadonlyArray<string> =>
  Object.keys(ResolvedEntity.definitionOf(entity).schema.fields)

/**
 * Whether a value is an entity.
 *
 * @category guards
 * @since 0.1.0
 */
export const isEntity = (u: unknown): u is Any => Predicate.hasProperty(u, TypeId)

/**
 * An item as the AWS SDK types what it read: attribute values, and whatever a later
 * DynamoDB may add, which is refused when decoded.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoredItem {
  readonly [name: string]: object
}

// -----------------------------------------------------------------------------
// Types of keys
// -----------------------------------------------------------------------------

/**
 * The value of a field in a key: never absent.
 *
 * @category models
 * @since 0.1.0
 */
export type FieldType<E extends Any, K> = K extends keyof E["Type"] ? Exclude<E["Type"][K], undefined | null> : never

/**
 * The fields of the partition key, in order.
 *
 * @category models
 * @since 0.1.0
 */
export type PartitionParts<E extends Any> = Key.PartsOf<E[typeof TypeId]["partitionKey"]>

/**
 * The fields of the sort key, in order; none where it is the entity's name.
 *
 * @category models
 * @since 0.1.0
 */
export type SortParts<E extends Any> = Key.PartsOf<E[typeof TypeId]["sortKey"]>

/**
 * The fields of an entity's primary key.
 *
 * @category models
 * @since 0.1.0
 */
export type KeyNames<E extends Any> = Key.NamesOf<PartitionParts<E>> | Key.NamesOf<SortParts<E>>

/**
 * An entity's primary key, by its fields.
 *
 * @category models
 * @since 0.1.0
 */
export type KeyOf<
  E extends Any,
  // A parameter: only then do editors lead from a field of a key to that of the schema.
  Names extends keyof E["Type"] = KeyNames<E> & keyof E["Type"]
> = { readonly [K in Names]-?: Exclude<E["Type"][K], undefined | null> }

/**
 * Whether the entity's table has a sort key.
 *
 * @category models
 * @since 0.1.0
 */
export type HasSortKey<E extends Any> =
  E[typeof TypeId]["table"] extends Table.Table<string, { readonly sortKey: null }> ? false : true

// -----------------------------------------------------------------------------
// Types of what is kept
// -----------------------------------------------------------------------------

/**
 * The field that counts the writes of an entity's items; `never` where there is none.
 *
 * @category models
 * @since 0.1.0
 */
export type VersionOf<E extends Any> = E[typeof TypeId]["managed"]["version"]

/**
 * The field that holds when an item was last written; `never` where there is none.
 *
 * @category models
 * @since 0.1.0
 */
export type UpdatedAtOf<E extends Any> = E[typeof TypeId]["managed"]["updatedAt"]

/**
 * What is unique among an entity's items; `never` where nothing is.
 *
 * @category models
 * @since 0.1.0
 */
export type UniqueOf<E extends Any> = E[typeof TypeId]["managed"]["unique"]

/**
 * The services that an entity's `beforeWrite` asks for.
 *
 * @category models
 * @since 0.1.0
 */
export type WriteServicesOf<E extends Any> = E[typeof TypeId]["managed"]["services"]

/**
 * What a put takes: what the entity's constructor takes, without what is filled in.
 *
 * @category models
 * @since 0.1.0
 */
export type PutInput<E extends Any> = [FilledNames<E>] extends [never]
  ? E["~type.make.in"]
  : WithoutFilled<E["~type.make.in"], FilledNames<E>>

type FilledNames<E extends Any> = E[typeof TypeId]["managed"]["version" | "createdAt" | "updatedAt"]

type WithoutFilled<In, Names> = Omit<In, Names & string> & Partial<Pick<In, Names & keyof In>>

// -----------------------------------------------------------------------------
// Types of access patterns
// -----------------------------------------------------------------------------

/**
 * The options of the entity's table.
 *
 * @category models
 * @since 0.1.0
 */
export type TableOptionsOf<E extends Any> = E[typeof TypeId]["table"] extends Table.Table<string, infer O> ? O : never

/** The names of one key's attributes, in order. */
type AttributeNames<A> = A extends string
  ? readonly [A]
  : A extends { readonly name: infer N extends string }
    ? readonly [N]
    : A extends ReadonlyArray<unknown>
      ? { readonly [I in keyof A]: A[I] extends { readonly name: infer N } ? N : A[I] }
      : readonly []

/** The table's index behind an access pattern. */
type IndexOf<E extends Any, N> = N extends keyof E[typeof TypeId]["indexes"]
  ? E[typeof TypeId]["indexes"][N] extends { readonly index: infer I extends keyof Table.Indexes<TableOptionsOf<E>> }
    ? Table.Indexes<TableOptionsOf<E>>[I]
    : N extends keyof Table.Indexes<TableOptionsOf<E>>
      ? Table.Indexes<TableOptionsOf<E>>[N]
      : never
  : N extends keyof Table.Indexes<TableOptionsOf<E>>
    ? Table.Indexes<TableOptionsOf<E>>[N]
    : never

type PartitionAttributes<I> = I extends Index.Global<infer O> ? AttributeNames<O["partitionKey"]> : readonly []

type SortAttributes<I> = I extends { readonly options: { readonly sortKey: infer A } } ? AttributeNames<A> : readonly []

/** The key that a declared access pattern gives to an attribute. */
type DeclaredFor<E extends Any, A, IX = E[typeof TypeId]["indexes"]> = {
  [N in keyof IX]: IX[N] extends { readonly partitionKey: infer PK }
    ? PartitionAttributes<IndexOf<E, N>> extends readonly [A]
      ? Key.PartsOf<PK>
      : SortDeclaredFor<E, A, N, IX[N]>
    : SortDeclaredFor<E, A, N, IX[N]>
}[keyof IX]

type SortDeclaredFor<E extends Any, A, N, Declared> = Declared extends { readonly sortKey: infer SK }
  ? SortAttributes<IndexOf<E, N>> extends readonly [A]
    ? Key.PartsOf<SK>
    : never
  : never

/** The field stored under a name, if it can be a key attribute. */
type FieldStoredAs<E extends Any, A, R = E[typeof TypeId]["renames"]> = Extract<
  { [K in keyof R]: R[K] extends A ? K : never }[keyof R] | (A extends keyof R ? never : A),
  AttributeFieldNames<E[typeof TypeId]["fields"]>
>

/** What a key attribute that needs no declaration is made of; `never` where it does. */
type KnownParts<E extends Any, A> = A extends AttributeNames<TableOptionsOf<E>["partitionKey"]>[number]
  ? PartitionParts<E>
  : A extends AttributeNames<TableOptionsOf<E>["sortKey"]>[number]
    ? SortParts<E>
    : [DeclaredFor<E, A>] extends [never]
      ? [FieldStoredAs<E, A>] extends [never]
        ? never
        : readonly [Key.PartType<FieldStoredAs<E, A> & string, "native">]
      : DeclaredFor<E, A>

type KnownPartsOfAll<E extends Any, As, Acc extends Key.Parts = readonly []> = As extends readonly [
  infer A,
  ...infer Rest
]
  ? [KnownParts<E, A>] extends [never]
    ? never
    : KnownParts<E, A> extends infer P extends Key.Parts
      ? KnownPartsOfAll<E, Rest, readonly [...Acc, ...P]>
      : never
  : Acc

/**
 * The access patterns of an entity: those it declares, and each index of the table
 * whose key attributes are known without.
 *
 * @category models
 * @since 0.1.0
 */
export type IndexNames<E extends Any> = AccessPatterns<E>["names"]

/** An interface, so that errors show the names and not where they come from. */
interface AccessPatterns<E extends Any> {
  readonly names:
    | (keyof E[typeof TypeId]["indexes"] & string)
    | {
        [N in UndeclaredIndexNames<E>]: [
          KnownPartsOfAll<
            E,
            readonly [
              ...PartitionAttributes<Table.Indexes<TableOptionsOf<E>>[N]>,
              ...SortAttributes<Table.Indexes<TableOptionsOf<E>>[N]>
            ]
          >
        ] extends [never]
          ? never
          : N
      }[UndeclaredIndexNames<E>]
}

/** The table's indexes that no access pattern is declared for. */
type UndeclaredIndexNames<E extends Any> = Exclude<
  keyof Table.Indexes<TableOptionsOf<E>> & string,
  DeclaredIndexNames<E>
>

/** The table's indexes that declared access patterns are for. */
type DeclaredIndexNames<E extends Any, IX = E[typeof TypeId]["indexes"]> = {
  [N in keyof IX]: IX[N] extends { readonly index: infer I } ? I : N
}[keyof IX]

/**
 * The fields of an index's partition key, in order.
 *
 * @category models
 * @since 0.1.0
 */
export type IndexPartitionParts<E extends Any, N> =
  IndexOf<E, N> extends Index.Local
    ? PartitionParts<E>
    : N extends keyof E[typeof TypeId]["indexes"]
      ? E[typeof TypeId]["indexes"][N] extends { readonly partitionKey: infer PK }
        ? Key.PartsOf<PK>
        : KnownPartsOfAll<E, PartitionAttributes<IndexOf<E, N>>>
      : KnownPartsOfAll<E, PartitionAttributes<IndexOf<E, N>>>

/**
 * The fields of an index's sort key, in order; none where it is the entity's name, or there is none.
 *
 * @category models
 * @since 0.1.0
 */
export type IndexSortParts<E extends Any, N> = N extends keyof E[typeof TypeId]["indexes"]
  ? E[typeof TypeId]["indexes"][N] extends { readonly sortKey: infer SK }
    ? Key.PartsOf<SK>
    : [KnownPartsOfAll<E, SortAttributes<IndexOf<E, N>>>] extends [never]
      ? readonly []
      : KnownPartsOfAll<E, SortAttributes<IndexOf<E, N>>>
  : KnownPartsOfAll<E, SortAttributes<IndexOf<E, N>>>

/**
 * Whether an access pattern is a global index, which cannot be read consistently.
 *
 * @category models
 * @since 0.1.0
 */
export type IsGlobal<E extends Any, N> = IndexOf<E, N> extends Index.Global ? true : false

// -----------------------------------------------------------------------------
// Types of what indexes hold
// -----------------------------------------------------------------------------

/** What an index holds. */
type ProjectionOf<I> = I extends { readonly options: { readonly projection: infer P } } ? P : Index.All

type IsWhole<E extends Any, N> = [ProjectionOf<IndexOf<E, N>>] extends [Index.All | undefined] ? true : false

/**
 * Whether reads of an access pattern give less than whole items: it is of a global index
 * that projects less. What a local one lacks DynamoDB fetches from the table.
 *
 * @category models
 * @since 0.1.0
 */
export type IsPartial<E extends Any, N> = IsWhole<E, N> extends true ? false : IsGlobal<E, N>

/**
 * What reads of an access pattern give: the entity's type, or what a global index that
 * projects less holds of it: the fields among its attributes, and those that its keys and
 * the table's give back.
 *
 * @category models
 * @since 0.1.0
 */
export type IndexType<E extends Any, N> = IsPartial<E, N> extends true ? Pick<E["Type"], HeldNames<E, N>> : E["Type"]

/**
 * The fields that are no attributes of an index: it projects less. They cannot be filtered
 * on, not even where DynamoDB fetches them.
 *
 * @category models
 * @since 0.1.0
 */
export type UnprojectedNames<E extends Any, N> =
  IsWhole<E, N> extends true ? never : Exclude<keyof E[typeof TypeId]["fields"], ProjectedNames<E, N>>

type HeldNames<E extends Any, N> = keyof E["Type"] &
  (
    | ProjectedNames<E, N>
    | ParsedNames<E, PartitionParts<E>>
    | ParsedNames<E, SortParts<E>>
    | OwnParsedNames<E, IndexPartitionParts<E, N>, DeclaredKey<E, N, "partitionKey">>
    | OwnParsedNames<E, IndexSortParts<E, N>, DeclaredKey<E, N, "sortKey">>
  )

/** The fields whose attributes an index holds: those it includes, and those that are key attributes by themselves. */
type ProjectedNames<E extends Any, N> =
  | IncludedFields<E, ProjectionOf<IndexOf<E, N>>>
  | NativeNames<PartitionParts<E>>
  | NativeNames<SortParts<E>>
  | NativeNames<IndexPartitionParts<E, N>>
  | NativeNames<IndexSortParts<E, N>>

type IncludedFields<E extends Any, P> =
  Extract<P, Index.Include> extends Index.Include<infer Names>
    ? // Of names that types do not know, none is known to be there.
      string extends Names
      ? never
      : FieldStoredUnder<E, Names>
    : never

type FieldStoredUnder<E extends Any, A, R = E[typeof TypeId]["renames"]> =
  | { [K in keyof R]: R[K] extends A ? K : never }[keyof R]
  | Exclude<Extract<keyof E[typeof TypeId]["fields"], A>, keyof R>

type NativeNames<P> =
  P extends ReadonlyArray<infer One>
    ? One extends { readonly mode: "native"; readonly name: infer N }
      ? N
      : never
    : never

/** The fields that a composite key gives back: those whose form loses nothing. */
type ParsedNames<E extends Any, P> =
  P extends ReadonlyArray<infer One>
    ? One extends {
        readonly mode: "plain" | "ordered" | "desc" | "padded"
        readonly name: infer N extends keyof E["Type"]
      }
      ? Present<E["Type"][N]> extends DateTime.Zoned | Option.Option<DateTime.Zoned>
        ? never
        : N
      : never
    : never

type DeclaredKey<
  E extends Any,
  N,
  Role extends "partitionKey" | "sortKey"
> = N extends keyof E[typeof TypeId]["indexes"]
  ? E[typeof TypeId]["indexes"][N] extends { readonly [R in Role]: infer Declared }
    ? Declared
    : unknown
  : unknown

/** A template whose placeholders touch is not parsed. */
type OwnParsedNames<E extends Any, P, Declared> =
  Declared extends Key.Template<string, unknown, true> ? never : ParsedNames<E, P>
