/**
 * What the methods of an update take, by the fields of its entity; and why not.
 */
import type * as Change from "@effect-dynamo/core/Change"
import type * as Entity from "@effect-dynamo/core/Entity"
import type * as BigDecimal from "effect/BigDecimal"
import type { Assigns } from "../Update.ts"

type FieldsOf<E extends Entity.Any> = E["~@effect-dynamo/core/Entity"]["fields"]

/** The names of an entity's fields. */
export type FieldNames<E extends Entity.Any> = keyof FieldsOf<E> & keyof E["Type"] & string

/** What a whole field cannot be set for: those of the key, and those that the library writes. */
export type FixedNames<E extends Entity.Any> = Entity.KeyNames<E> | Entity.VersionOf<E> | Entity.UpdatedAtOf<E>

/** Values by field, of every field that can be set. Optional fields take `undefined`, which removes them. */
export type SetValues<E extends Entity.Any> = Settings<E, Exclude<FieldNames<E>, FixedNames<E>>>

// The names are a parameter: only then do editors lead from a field that is set to that of the schema.
type Settings<E extends Entity.Any, Names extends keyof E["Type"]> = {
  readonly [K in Names]?: E["Type"][K] | ({} extends Pick<E["Type"], K> ? undefined : never)
}

/** The same, and whatever is given for the other fields: `Only` refuses it, rather than that it is no property here. */
export type SetArgument<E extends Entity.Any> = SetValues<E> &
  NoFunction & { readonly [K in FixedNames<E> & string]?: unknown }

/**
 * What is no function. Functions have properties, `name` say, as fields may be named: without this they would be taken
 * for records of values. That they have `Symbol.hasInstance` tells them from records, which have fields only.
 */
export interface NoFunction {
  readonly [Symbol.hasInstance]?: never
}

/** Refuses what cannot be set, and says why. Nothing where `V` is all that can be given: then that is what errors show. */
export type Only<E extends Entity.Any, V, Set = never> = [SetArgument<E>] extends [V]
  ? [Assigns<E>] extends [V]
    ? unknown
    : Allowed<E, V, Set>
  : Allowed<E, V, Set>

type Allowed<E extends Entity.Any, V, Set> = {
  readonly [K in Exclude<keyof V, Exclude<keyof SetValues<E>, Set>>]: Change.Refused<
    K extends Set ? Twice : K extends FixedNames<E> ? Change.Fixed<E, K> : "no such field"
  >
}

/** Why a field is refused that the same update changes otherwise. */
type Twice = "this update changes the field already"

/** Values by field, of every field that can be set where the item lacks it. */
export type InitialValues<E extends Entity.Any> = Initial<
  E,
  Exclude<FieldNames<E>, FixedNames<E> | Change.IndexFields<E> | Change.UniqueFields<E>>
>

type Initial<E extends Entity.Any, Names extends keyof E["Type"]> = {
  readonly [K in Names]?: E["Type"][K] | undefined
}

/** The same, and whatever is given for the other fields, for `OnlyInitial` to refuse. */
export type InitialArgument<E extends Entity.Any> = InitialValues<E> & {
  readonly [K in (FixedNames<E> | Change.IndexFields<E> | Change.UniqueFields<E>) & string]?: unknown
}

/** Refuses what cannot be set where the item lacks it, and says why. */
export type OnlyInitial<E extends Entity.Any, V, Set = never> = {
  readonly [K in Exclude<keyof V, Exclude<keyof InitialValues<E>, Set>>]: Change.Refused<
    K extends Set ? Twice : K extends FieldNames<E> ? Change.WholeOnly<E, K> : "no such field"
  >
}

/** The fields an item may lack, of those that can be changed. */
export type OptionalNames<E extends Entity.Any> = {
  [K in FieldNames<E>]: {} extends Pick<E["Type"], K> ? Exclude<K, FixedNames<E>> : never
}[FieldNames<E>]

/** What a field holds where it holds something, and what that is written as. */
type Present<E extends Entity.Any, K extends keyof FieldsOf<E>> = Exclude<FieldsOf<E>[K]["Type"], undefined>
type Written<E extends Entity.Any, K extends keyof FieldsOf<E>> = Exclude<FieldsOf<E>[K]["Encoded"], undefined>

/**
 * That a field is changed in a way that takes more, beside its name in what an update sets:
 * counted, extended, members added to it, or deleted from it.
 */
export interface Adds<out K, out How extends AddsHow> {
  readonly field: K
  readonly how: How
}

type AddsHow = "count" | "append" | "prepend" | "add" | "delete"

/** The same, where there is such a field. */
export type Again<K, How extends AddsHow> = K extends string ? Adds<K, How> : never

/** The fields that are changed so. */
type AddsTo<Set, How> = Set extends Adds<infer K, infer H> ? (H extends How ? K : never) : never

/**
 * The lists that elements are put before and after, and the sets that members are added to and
 * deleted from: DynamoDB does one of them in an update.
 */
export type MixedFields<Set> =
  | (AddsTo<Set, "append"> & AddsTo<Set, "prepend"> & string)
  | (AddsTo<Set, "add"> & AddsTo<Set, "delete"> & string)

type Numeric = number | bigint | BigDecimal.BigDecimal

/** Why a field cannot be changed otherwise than by a value, or not any more; `never` where it can. */
type Unchangeable<E extends Entity.Any, K, Set> = K extends Set ? Twice : Change.WholeOnly<E, K>

/**
 * Accepts a field, or says why not. Where the name of none is given, `K` is all names: then those that would be
 * accepted are what errors show.
 */
type Accepted<E extends Entity.Any, K extends FieldNames<E>, Why extends Record<FieldNames<E>, unknown>> = [
  Why[K]
] extends [never]
  ? unknown
  : [FieldNames<E>] extends [K]
    ? [Without<Why>] extends [never]
      ? Change.Refused<Why[K]>
      : Without<Why>
    : Change.Refused<Why[K]>

/** The names that nothing speaks against. */
type Without<Why> = { [N in keyof Why]: [Why[N]] extends [never] ? N : never }[keyof Why]

/** Refuses fields that cannot be counted, and says why. */
export type Countable<E extends Entity.Any, K extends FieldNames<E>, Set = never> = Accepted<
  E,
  K,
  { [N in FieldNames<E>]: WhyNotCounted<E, N, Set> }
>

type WhyNotCounted<E extends Entity.Any, K extends FieldNames<E>, Set> = [
  Unchangeable<E, K, Exclude<Set, AddsTo<Set, "count">>>
] extends [never]
  ? null extends Present<E, K>
    ? "it may be null, from which DynamoDB does not count"
    : [Present<E, K>] extends [Numeric]
      ? IsLiteral<Present<E, K>> extends true
        ? "only some numbers are values of this field"
        : [Written<E, K>] extends [Numeric]
          ? never
          : "its numbers are stored as what a transformation makes of them"
      : "it is no number"
  : Unchangeable<E, K, Exclude<Set, AddsTo<Set, "count">>>

/** Whether a type is of some numbers alone; brands have more to them than a number has. */
type IsLiteral<T> = T extends number
  ? number extends T
    ? false
    : [keyof T] extends [keyof number]
      ? true
      : false
  : false

/** What a field is counted by. */
export type AmountOf<E extends Entity.Any, K extends FieldNames<E>> = [Present<E, K>] extends [number]
  ? number
  : [Present<E, K>] extends [number | bigint]
    ? number | bigint
    : Numeric

/** Refuses fields that are no lists of any length, and says why. */
export type Extendable<E extends Entity.Any, K extends FieldNames<E>, Set = never> = Accepted<
  E,
  K,
  { [N in FieldNames<E>]: WhyNotExtended<E, N, Set> }
>

type WhyNotExtended<E extends Entity.Any, K extends FieldNames<E>, Set> = [
  Unchangeable<E, K, Exclude<Set, AddsTo<Set, "append" | "prepend">>>
] extends [never]
  ? null extends Present<E, K>
    ? "it may be null, to which DynamoDB adds nothing"
    : [Present<E, K>] extends [ReadonlyArray<unknown>]
      ? number extends Present<E, K>["length"]
        ? [Written<E, K>] extends [ReadonlyArray<unknown>]
          ? never
          : "its elements are stored as what a transformation makes of them"
        : "it is a tuple"
      : "it is no list"
  : Unchangeable<E, K, Exclude<Set, AddsTo<Set, "append" | "prepend">>>

/** The elements of a field's list. */
export type ElementOf<E extends Entity.Any, K extends FieldNames<E>> =
  Present<E, K> extends ReadonlyArray<infer A> ? A : never

/** Refuses fields that DynamoDB does not store as sets, and says why. */
export type Settable<E extends Entity.Any, K extends FieldNames<E>, Set = never> = Accepted<
  E,
  K,
  { [N in FieldNames<E>]: WhyNotSet<E, N, Set> }
>

type WhyNotSet<E extends Entity.Any, K extends FieldNames<E>, Set> = [
  Unchangeable<E, K, Exclude<Set, AddsTo<Set, "add" | "delete">>>
] extends [never]
  ? null extends Present<E, K>
    ? "it may be null, to which DynamoDB adds nothing"
    : [Present<E, K>] extends [ReadonlySet<unknown>]
      ? [Written<E, K>] extends [ReadonlySet<string> | ReadonlySet<Numeric> | ReadonlySet<Uint8Array>]
        ? never
        : "it is not stored as a set of DynamoDB's, which are of strings, of numbers or of binaries"
      : "it is no set"
  : Unchangeable<E, K, Exclude<Set, AddsTo<Set, "add" | "delete">>>

/** The members of a field's set. */
export type MemberOf<E extends Entity.Any, K extends FieldNames<E>> =
  Present<E, K> extends ReadonlySet<infer A> ? A : never

/** What a whole item needs besides key, defaults, what the library writes, and what is set. */
export type MissingForUpsert<E extends Entity.Any, Set> = Exclude<
  RequiredNames<E>,
  Set | FixedNames<E> | E["~@effect-dynamo/core/Entity"]["managed"]["createdAt"]
>

/** The fields that a constructor wants. */
export type RequiredNames<E extends Entity.Any> = RequiredKeys<E["~type.make.in"]> & string

type RequiredKeys<A> = { [K in keyof A]-?: {} extends Pick<A, K> ? never : K }[keyof A]
