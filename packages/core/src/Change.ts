/**
 * What an update changes: references to parts of an item, and what they are set to.
 *
 * References come from the builder (`Update.in(User).key(key).set((user) =>
 * [user.address.get("city").to("Paris")])`). What cannot be changed is refused by their
 * types, and again when the request is made, for code that has none.
 *
 * @module
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Exit from "effect/Exit"
import type * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue } from "./Attribute.ts"
import type * as Entity from "./Entity.ts"
import type * as Expression from "./Expression.ts"
import * as amounts from "./internal/change/amounts.ts"
import * as part_ from "./internal/change/part.ts"
import { Assignment as AssignmentImpl, Reference as ReferenceImpl } from "./internal/change/reference.ts"
import type { FieldCodec } from "./internal/codec/entity.ts"
import type { Definition } from "./internal/entity/definition.ts"
import { nextVersion, timestamp } from "./internal/entity/managed.ts"
import type * as Key from "./Key.ts"
import { definitionOf, type ResolvedEntity } from "./ResolvedEntity.ts"

// -----------------------------------------------------------------------------
// References
// -----------------------------------------------------------------------------

const TypeId = "~@effect-dynamo/core/Change"

/**
 * What can be read: a part of type `T`, which its schema writes as `E`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Source<out T, out E> {
  readonly [TypeId]: { readonly type: T; readonly encoded: E }
}

/**
 * A part that can be removed alone: an optional field, an optional key of a struct, an
 * entry of a record, an element of a list.
 *
 * @category models
 * @since 0.1.0
 */
export interface Removable {
  readonly [TypeId]: { readonly isRemovable: true }
}

/**
 * A part, and what it is set to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Assignment {
  readonly [TypeId]: "Assignment"
}

/**
 * Why something cannot be changed so.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refused<out Why> {
  readonly "cannot be changed so": Why
}

/**
 * A reference to a part of an item. `Why` says why it cannot be changed (`never`: it can),
 * `Lacks` whether an item may have nothing there, `Removes` whether it can be removed alone.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reference<T, E, Why, Lacks, Removes> {
  readonly [TypeId]: { readonly type: T; readonly encoded: E; readonly isRemovable: Removes }
  /** Sets it to a value, or to what stands in another part of the same type. */
  readonly to: [Why] extends [never] ? (value: NoInfer<T> | Source<T, E>) => Assignment : Refused<Why>
  /** The value under a name of a map. */
  readonly get: Get<T, E, Below<T, Why, Lacks>>
  /** The element at a position of a list, from 0. */
  readonly at: At<T, E, Below<T, Why, Lacks>>
}

/** Why the parts of something cannot be changed. */
type Below<T, Why, Lacks> = [Why] extends [never]
  ? Lacks extends true
    ? ThroughOptional
    : MayLack<T> extends true
      ? ThroughOptional
      : never
  : Why

type ThroughOptional = "it leads through something that an item may lack: set that as a whole"

/** Whether anything may stand there, so that types cannot know what is in it. */
type IsOpen<T> = unknown extends T ? true : [Schema.Json] extends [T] ? true : false

/** Whether the value itself may be stored as NULL or nothing. */
type MayLack<T> =
  IsOpen<T> extends true
    ? false
    : null extends T
      ? true
      : undefined extends T
        ? true
        : [T] extends [Option.Option<unknown>]
          ? true
          : false

/** What is no map, although it is an object to JavaScript. */
type NoMap =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | Date
  | DateTime.DateTime
  | BigDecimal.BigDecimal
  | Uint8Array
  | ReadonlySet<unknown>
  | ReadonlyArray<unknown>

type Inside<T> = T extends Option.Option<infer A> ? Exclude<A, undefined | null> : Exclude<T, undefined | null>

/** Steps into a map by name. */
type Get<T, E, Why> =
  IsOpen<T> extends true
    ? (name: string) => Reference<unknown, unknown, Why, false, true>
    : [Inside<T>] extends [NoMap]
      ? Refused<"it is no map">
      : <const K extends keyof MapOf<T> & string>(name: K) => PartUnder<MapOf<T>, MapOf<E>, K, Why>

type MapOf<T> = Exclude<Inside<T>, NoMap>

type PartUnder<T, E, K extends keyof T, Why> = Reference<
  Exclude<T[K], undefined>,
  K extends keyof E ? Exclude<E[K], undefined> : unknown,
  Why,
  IsOptional<T, K> extends true ? true : K extends keyof E ? IsOptional<E, K> : false,
  IsOptional<T, K>
>

/** Whether a key may be absent: an optional one of a struct, or any of a record's. */
type IsOptional<T, K extends keyof T> = string extends keyof T ? true : {} extends Pick<T, K> ? true : false

/** Steps into a list by position. */
type At<T, E, Why> =
  IsOpen<T> extends true
    ? (position: number) => Reference<unknown, unknown, Why, false, true>
    : [Inside<T>] extends [ReadonlyArray<infer A>]
      ? <const I extends number>(
          position: I & Position<I>
        ) => Reference<A, ElementOf<Inside<E>>, Why, false, number extends Inside<T>["length"] ? true : false>
      : Refused<"it is no list">

type ElementOf<E> = E extends ReadonlyArray<infer A> ? A : unknown

/** Positions are whole numbers from 0. */
type Position<I extends number> = `${I}` extends `-${string}` | `${string}.${string}`
  ? Refused<"a position in a list is a whole number from 0">
  : unknown

/**
 * References to the fields of an entity.
 *
 * @category models
 * @since 0.1.0
 */
export type References<E extends Entity.Any> = {
  readonly [K in keyof FieldsOf<E>]: Reference<
    Exclude<FieldsOf<E>[K]["Type"], undefined>,
    FieldsOf<E>[K]["Encoded"],
    WholeOnly<E, K>,
    // An item that lacks a field with a default gets it first: see `Update`.
    FieldsOf<E>[K]["~type.optionality"] extends "optional" ? true : false,
    FieldsOf<E>[K]["~type.optionality"] extends "optional" ? true : false
  >
}

type FieldsOf<E extends Entity.Any> = E["~@effect-dynamo/core/Entity"]["fields"]

// -----------------------------------------------------------------------------
// What cannot be changed
// -----------------------------------------------------------------------------

/**
 * Why a field cannot be set; `never` where it can.
 *
 * @category models
 * @since 0.1.0
 */
export type Fixed<E extends Entity.Any, K> =
  K extends Entity.KeyNames<E>
    ? "a field of the primary key cannot be changed: delete the item and put it anew"
    : K extends Entity.VersionOf<E> | Entity.UpdatedAtOf<E>
      ? "the library writes this field by itself"
      : never

/**
 * Why a field cannot be changed otherwise than by a whole value that is known; `never` where it can.
 *
 * @category models
 * @since 0.1.0
 */
export type WholeOnly<E extends Entity.Any, K> = [Fixed<E, K>] extends [never]
  ? K extends IndexFields<E>
    ? "an index's key is made of this field: set it to a value with set({ ... })"
    : K extends UniqueFields<E>
      ? "this field is unique among the items: set it to a value with set({ ... })"
      : never
  : Fixed<E, K>

/**
 * The fields that are unique, alone or with others.
 *
 * @category models
 * @since 0.1.0
 */
export type UniqueFields<E extends Entity.Any> = [Entity.UniqueOf<E>] extends [never]
  ? never
  : Entity.UniqueOf<E> extends ReadonlyArray<infer One>
    ? One extends ReadonlyArray<infer Name>
      ? Name
      : One
    : never

/** The access patterns that are declared. */
type Patterns<E extends Entity.Any> = E["~@effect-dynamo/core/Entity"]["indexes"]

/**
 * The fields that the keys of declared access patterns are made of, and those of their `when`.
 *
 * @category models
 * @since 0.1.0
 */
export type IndexFields<E extends Entity.Any> = { [N in keyof Patterns<E>]: PatternFields<E, N> }[keyof Patterns<E>]

/**
 * The fields that an access pattern's keys are made of, and those of its `when`; `never`
 * where its key attributes are fields, which need nothing.
 *
 * @category models
 * @since 0.1.0
 */
export type PatternFields<E extends Entity.Any, N extends keyof Patterns<E>> =
  IsComposed<Patterns<E>[N]> extends true
    ?
        | Key.NamesOf<Entity.IndexPartitionParts<E, N>>
        | Key.NamesOf<Entity.IndexSortParts<E, N>>
        | WhenFields<Patterns<E>[N]>
    : never

/** Whether an access pattern has a key attribute of its own that is no field. */
type IsComposed<P> = P extends { readonly partitionKey: infer PK }
  ? IsField<PK> extends true
    ? IsSortComposed<P>
    : true
  : IsSortComposed<P>

type IsSortComposed<P> = P extends { readonly sortKey: infer SK } ? (IsField<SK> extends true ? false : true) : false

type IsField<D> = Key.PartsOf<D> extends readonly [{ readonly mode: "native" }] ? true : false

type WhenFields<P> = P extends { readonly when: infer W } ? keyof W : never

// -----------------------------------------------------------------------------
// What an update must say of index keys
// -----------------------------------------------------------------------------

/**
 * The access patterns that an item is known not to be in once fields have these values:
 * one of them is absent, or not what `when` asks for. Nothing else of their keys is needed then.
 *
 * @category models
 * @since 0.1.0
 */
export type LeftPatterns<E extends Entity.Any, V> = {
  [N in keyof Patterns<E>]: [
    { [K in keyof V & PatternFields<E, N>]: Leaves<V[K], AllowedBy<Patterns<E>[N], K>> }[keyof V & PatternFields<E, N>]
  ] extends [never]
    ? never
    : N
}[keyof Patterns<E>]

type AllowedBy<P, K> = P extends { readonly when: infer W }
  ? K extends keyof W
    ? W[K] extends ReadonlyArray<infer A>
      ? A
      : unknown
    : unknown
  : unknown

/** `true` where a field with this value takes the item out of an index that allows these. */
type Leaves<V, Allowed> = [V] extends [undefined | null | Option.None<unknown>]
  ? true
  : unknown extends Allowed
    ? never
    : [Extract<V, Allowed>] extends [never]
      ? [Extract<Allowed, V>] extends [never]
        ? true
        : never
      : never

/**
 * The fields that an update must say too, so that the keys of indexes can be written:
 * `Said` are those that it says, `Left` the access patterns that it takes the item out of,
 * `Known` further ones that are known.
 *
 * @category models
 * @since 0.1.0
 */
export type MissingFields<E extends Entity.Any, Said, Left, Known> = {
  [N in Exclude<keyof Patterns<E>, Left>]: Exclude<
    Needed<E, N, Said | Entity.UpdatedAtOf<E> | Entity.VersionOf<E>>,
    Said | Known | Entity.KeyNames<E> | Entity.UpdatedAtOf<E>
  >
}[Exclude<keyof Patterns<E>, Left>]

/** The fields of those keys of an access pattern that are written anew where some fields change. */
type Needed<E extends Entity.Any, N extends keyof Patterns<E>, Touched> = [
  Extract<PatternFields<E, N>, Touched>
] extends [never]
  ? never
  : IsSparse<E, N> extends true
    ? PatternFields<E, N>
    :
        | NeededOfKey<Key.NamesOf<Entity.IndexPartitionParts<E, N>>, Touched>
        | NeededOfKey<Key.NamesOf<Entity.IndexSortParts<E, N>>, Touched>

type NeededOfKey<Names, Touched> = [Extract<Names, Touched>] extends [never] ? never : Names

/** Whether an item may be outside of an index: then its key is written as a whole. */
type IsSparse<E extends Entity.Any, N extends keyof Patterns<E>> = [WhenFields<Patterns<E>[N]>] extends [never]
  ? true extends { [K in PatternFields<E, N> & keyof E["Type"]]: FieldLacks<E["Type"], K> }[PatternFields<E, N> &
      keyof E["Type"]]
    ? true
    : false
  : true

type FieldLacks<T, K extends keyof T> = {} extends Pick<T, K> ? true : MayLack<T[K]>

// -----------------------------------------------------------------------------
// At run time
// -----------------------------------------------------------------------------

/**
 * A part of an item, as the builder plans with it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Part {
  /** Where it is stored. */
  readonly path: Expression.Path
  /** The same as the schema names it. */
  readonly names: ReadonlyArray<string | number>
  /** The field, where it is a whole one. */
  readonly field: FieldCodec | undefined
  /** Its schema; `undefined` where anything may stand. */
  readonly ast: SchemaAST.AST | undefined
  /** A value as it stands there; `undefined` where it is stored as nothing. */
  readonly encode: (value: unknown) => Effect.Effect<AttributeValue | undefined, Schema.SchemaError, unknown>
  /** It can be removed alone. */
  readonly isRemovable: boolean
  /** Why there is no such part, in a sentence without its end. */
  readonly problem: string | undefined
  /** Why it can be read but not changed. */
  readonly unwritable: string | undefined
}

const references = new WeakMap<object, Readonly<Record<string, unknown>>>()

/**
 * References to the fields of an entity: what the builder hands to `set` and `remove`.
 *
 * **Example** (Where a part is stored)
 *
 * ```ts
 * import { Schema } from "effect"
 * import { Change, Entity, Table } from "@effect-dynamo/core"
 *
 * const User = Entity.make("User", {
 *   schema: Schema.Struct({
 *     id: Schema.String,
 *     homes: Schema.Array(Schema.Struct({ city: Schema.String }))
 *   }).pipe(Schema.encodeKeys({ homes: "h" })),
 *   table: Table.make("users", { sortKey: null }),
 *   partitionKey: ["id"]
 * })
 * const { homes } = Change.referencesOf(User)
 * Change.partOf(homes.at(0).get("city"))?.path // => ["h", 0, "city"]
 * ```
 *
 * @category references
 * @since 0.1.0
 */
export const referencesOf = <E extends Entity.Any>(entity: E): References<E> => {
  const definition = definitionOf(entity)
  let made = references.get(definition)
  if (made === undefined) {
    const known = new Map<string, ReferenceImpl>()
    made = new Proxy<Record<string, unknown>>(Object.create(null), {
      get: (_, name) => {
        // What is asked of any object, by assertions and inspection, is not asked of the entity.
        if (typeof name === "symbol") return undefined
        let reference = known.get(name)
        if (reference === undefined) known.set(name, (reference = new ReferenceImpl(partNamed(definition, name))))
        return reference
      },
      has: (_, name) => typeof name === "string" && definition.codec.fields.has(name)
    })
    references.set(definition, made)
  }
  // There is one for each field, with what its type lets it do.
  return made as References<E>
}

/**
 * A field as a part of the item; one that there is not, or that is no attribute, says so.
 *
 * @category getters
 * @since 0.1.0
 */
export const fieldPart = (entity: ResolvedEntity, name: string): Part => partNamed(entity.definition, name)

const partNamed = ({ codec, keyOnly }: Definition, name: string): part_.Part => {
  const field = codec.fields.get(name)
  if (field === undefined) return part_.missing(name, "it has no such field")
  return keyOnly.has(name)
    ? part_.missing(name, "it is keyOnly: it lives in the key, which cannot change")
    : part_.ofField(field)
}

/**
 * The part that a reference is to; `undefined` for what is no reference.
 *
 * @category getters
 * @since 0.1.0
 */
export const partOf = (reference: unknown): Part | undefined =>
  reference instanceof ReferenceImpl ? reference.part : undefined

/**
 * What an assignment sets, and to what; `undefined` for what is no assignment.
 *
 * @category getters
 * @since 0.1.0
 */
export const assigned = (
  assignment: unknown
):
  | {
      readonly part: Part
      readonly source:
        | { readonly _tag: "Value"; readonly value: unknown }
        | { readonly _tag: "Part"; readonly part: Part }
    }
  | undefined => (assignment instanceof AssignmentImpl ? assignment : undefined)

/**
 * Whether what stands in one part may be copied to another: DynamoDB does that by itself, so
 * all that the one's schema admits must surely be what the other's does, and stored alike.
 *
 * @category getters
 * @since 0.1.0
 */
export const canCopy = (to: Part, from: Part): boolean => part_.canCopy(to, from)

/**
 * A number that a field is counted up or down by, as stored. Fails where it is none that the
 * field's type allows, or the field cannot be counted.
 *
 * @category values
 * @since 0.1.0
 */
export const amount = (field: FieldCodec, by: unknown): Effect.Effect<AttributeValue, Schema.SchemaError> =>
  Result.match(amounts.amount(field, by), {
    onFailure: (why) => Exit.fail(amounts.refused(field, why)),
    onSuccess: Exit.succeed
  })

/**
 * Two amounts of a field, as `amount` gives them, as one: the second one up (1) or down (-1).
 * Exact; fails where DynamoDB cannot hold it.
 *
 * @category values
 * @since 0.1.0
 */
export const sumOfAmounts = (
  field: FieldCodec,
  first: AttributeValue,
  second: AttributeValue,
  sign: 1 | -1
): Effect.Effect<AttributeValue, Schema.SchemaError> =>
  Result.match(amounts.sum(first, second, sign), {
    onFailure: (why) => Exit.fail(amounts.refused(field, why)),
    onSuccess: Exit.succeed
  })

/**
 * Elements that are put into a field's list, as a list.
 *
 * @category values
 * @since 0.1.0
 */
export const elements = (
  field: FieldCodec,
  given: ReadonlyArray<unknown>
): Effect.Effect<AttributeValue | undefined, Schema.SchemaError, unknown> =>
  Result.getOrElse(amounts.elements(field, given), (why) => Exit.fail(amounts.refused(field, why)))

/**
 * Members that are put into a field's set, or taken out of it, as a set; `undefined` where there are none.
 *
 * @category values
 * @since 0.1.0
 */
export const members = (
  field: FieldCodec,
  given: Iterable<unknown>
): Effect.Effect<AttributeValue | undefined, Schema.SchemaError, unknown> =>
  Result.getOrElse(amounts.members(field, given), (why) => Exit.fail(amounts.refused(field, why)))

/**
 * What an item that lacks a field has there, as stored: its default; `undefined` where it has none.
 *
 * @category values
 * @since 0.1.0
 */
export const defaultOf = (field: FieldCodec): Effect.Effect<AttributeValue | undefined, Schema.SchemaError, unknown> =>
  amounts.start(field)

/**
 * Whether an item may lack a field, which then has no value.
 *
 * @category getters
 * @since 0.1.0
 */
export const mayBeAbsent = (field: FieldCodec): boolean => amounts.mayBeAbsent(field)

/**
 * A point in time, in milliseconds since 1970, as a value of a field that the library writes.
 *
 * @category values
 * @since 0.1.0
 */
export const timeOf = (field: FieldCodec, millis: number): unknown => timestamp(field, millis)

/**
 * The version after one that is stored, as a value of the field that counts writes; of none: the first.
 *
 * @category values
 * @since 0.1.0
 */
export const versionAfter = (field: FieldCodec, stored: AttributeValue | undefined): unknown =>
  nextVersion(field, stored)
