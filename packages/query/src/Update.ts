/**
 * Changes attributes of one item.
 *
 * An update is of an item that exists: it fails with `ItemNotFound` where there is
 * none, and so never creates half an item, unless `.upsert()` says that what is set
 * makes a whole one. Keys of indexes follow the fields they are made of, in the same
 * request.
 *
 * **Example** (Renaming a user)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Table, Update } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   name: Schema.String,
 *   nickname: Schema.optionalKey(Schema.String)
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const rename = Update.in(User).key({ id: "1" }).set({ name: "John" }).remove("nickname")
 * Effect.runSync(rename.toInput()).UpdateExpression // => "SET #1 = :0 REMOVE #2"
 * ```
 *
 * **Example** (Counters, lists and parts of a value)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Attribute, Entity, Table, Update } from "effect-dynamo"
 *
 * const Product = Entity.make("Product", {
 *   schema: Schema.Struct({
 *     id: Schema.String,
 *     stock: Schema.Int,
 *     tags: Attribute.StringSet,
 *     history: Schema.Array(Schema.String),
 *     address: Schema.Struct({ city: Schema.String })
 *   }),
 *   table: Table.make("products", { sortKey: null }),
 *   partitionKey: ["id"]
 * })
 * const sold = Update.in(Product).key({ id: "1" })
 *   .set((product) => [product.address.get("city").to("Paris")])
 *   .decrement("stock", 2)
 *   .append("history", ["sold"])
 *   .addTo("tags", ["popular"])
 *   .condition((product) => product.stock.gte(2))
 * Effect.runSync(sold.toInput()).UpdateExpression
 * // => "SET #2.#3 = :1, #1 = #1 - :0, #4 = list_append(if_not_exists(#4, :2), :3) ADD #5 :4"
 * ```
 *
 * See [update expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html).
 *
 * @module
 * @since 0.1.0
 */
import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import * as Change from "@effect-dynamo/core/Change"
import type * as Condition from "@effect-dynamo/core/Condition"
import type {
  ConditionalCheckFailed,
  DecodeError,
  EncodeError,
  ItemCollectionTooLarge,
  ItemNotFound,
  ItemTooLarge,
  KeyError,
  Service,
  TransactionCanceled,
  TransactionConflict
} from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import type * as Option from "effect/Option"
import type { Pipeable } from "effect/Pipeable"
import * as builder from "./internal/builder.ts"
import * as conditions from "./internal/conditions.ts"
import * as operation from "./internal/operation.ts"
import { asSaid } from "./internal/repeating.ts"
import { planUpdate } from "./internal/updatePlan.ts"
import { inputOf, runUpdate } from "./internal/updateRun.ts"
import type { Returning as Returning_, Said, UpdateState } from "./internal/updateState.ts"
import type {
  Again,
  AmountOf,
  Countable,
  ElementOf,
  Extendable,
  FieldNames,
  InitialArgument,
  MemberOf,
  MissingForUpsert,
  MixedFields,
  Only,
  OnlyInitial,
  OptionalNames,
  RequiredNames,
  SetArgument,
  Settable
} from "./internal/updateTypes.ts"
import type { IfVersion } from "./internal/version.ts"

export type {
  /**
   * The names of an entity's fields.
   *
   * @category models
   * @since 0.1.0
   */
  FieldNames,
  /**
   * Values by field, of every field that can be set. Optional fields take `undefined`, which removes them.
   *
   * @category models
   * @since 0.1.0
   */
  SetValues,
  /**
   * The same, and whatever is given for the other fields, for `Only` to refuse.
   *
   * @category models
   * @since 0.1.0
   */
  SetArgument,
  /**
   * What is no function. Functions have properties, `name` say, as fields may be named: without this they would be taken
   * for records of values.
   *
   * @category models
   * @since 0.1.0
   */
  NoFunction,
  /**
   * Refuses what cannot be set, and says why.
   *
   * @category models
   * @since 0.1.0
   */
  Only,
  /**
   * Values by field, of every field that can be set where the item lacks it.
   *
   * @category models
   * @since 0.1.0
   */
  InitialValues,
  /**
   * The same, and whatever is given for the other fields, for `OnlyInitial` to refuse.
   *
   * @category models
   * @since 0.1.0
   */
  InitialArgument,
  /**
   * Refuses what cannot be set where the item lacks it, and says why.
   *
   * @category models
   * @since 0.1.0
   */
  OnlyInitial,
  /**
   * The fields an item may lack, of those that can be changed.
   *
   * @category models
   * @since 0.1.0
   */
  OptionalNames,
  /**
   * Says of a field that is set that it is set in a way that takes more.
   *
   * @category models
   * @since 0.1.0
   */
  Adds,
  /**
   * The same, where there is such a field.
   *
   * @category models
   * @since 0.1.0
   */
  Again,
  /**
   * Refuses fields that cannot be counted, and says why.
   *
   * @category models
   * @since 0.1.0
   */
  Countable,
  /**
   * What a field is counted by.
   *
   * @category models
   * @since 0.1.0
   */
  AmountOf,
  /**
   * Refuses fields that are no lists of any length, and says why.
   *
   * @category models
   * @since 0.1.0
   */
  Extendable,
  /**
   * The elements of a field's list.
   *
   * @category models
   * @since 0.1.0
   */
  ElementOf,
  /**
   * Refuses fields that DynamoDB does not store as sets, and says why.
   *
   * @category models
   * @since 0.1.0
   */
  Settable,
  /**
   * The members of a field's set.
   *
   * @category models
   * @since 0.1.0
   */
  MemberOf
} from "./internal/updateTypes.ts"

// -----------------------------------------------------------------------------
// Errors
// -----------------------------------------------------------------------------

/**
 * What an update can fail with: of an item that must exist. With a condition,
 * `ConditionalCheckFailed` joins it. An upsert cannot fail with `ItemNotFound`.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = UpsertError | ItemNotFound

/**
 * What an upsert can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type UpsertError =
  | Service
  | KeyError
  | EncodeError
  | DecodeError
  | ItemTooLarge
  | ItemCollectionTooLarge
  | TransactionConflict

/**
 * What an update can fail with before more is said of it: where it changes unique fields, it
 * is a transaction with their guards, and another item may have the same values.
 *
 * @category errors
 * @since 0.1.0
 */
export type ErrorOf<E extends Entity.Any> = [Entity.UniqueOf<E>] extends [never]
  ? Error
  : Error | ConditionalCheckFailed<E["Type"]> | TransactionCanceled

// -----------------------------------------------------------------------------
// Builders
// -----------------------------------------------------------------------------

/**
 * An update without its key: not an Effect yet. `_Why` says so where errors show the type.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<E extends Entity.Any, _Why = "no Effect yet: say which item, with .key({ … })"> {
  /** The key of the item, by its fields. */
  key(key: Entity.KeyOf<E>): NoEffectYet<SayWhat, never, E, E["Type"], ErrorOf<E>, never, never, "unchanged">
}

/**
 * An update. Yield it to run it: the item as it is after, or what `returning` says.
 *
 * `A` is what it gives, `X` what it can fail with. The others are what it says so far: `Set`
 * the fields that are set, `Left` the access patterns that it takes the item out of, `Mode`
 * how it is done.
 *
 * @category models
 * @since 0.1.0
 */
export interface Update<E extends Entity.Any, A, X, Set = never, Left = never, Mode = never>
  extends
    Effect.Effect<A, X, DynamoClient | E["EncodingServices"] | E["DecodingServices"]>,
    // Transactions, which give nothing back, must tell the item as it was from the item as it is.
    operation.Operation<"Update", E, "old" extends Mode ? Option.Option<A> : A, X>,
    Builder<E, A, X, Set, Left, Mode> {
  /** The request as DynamoDB gets it; needs no client. There is none of an update that reads first. */
  readonly toInput: ToInput<E, Mode>
}

/**
 * An update that cannot be run yet. The compiler's message about one that is yielded, piped or returned shows this type:
 * `Why` is what to do, `Fields` are the fields that it is about.
 *
 * @category models
 * @since 0.1.0
 */
export interface NoEffectYet<Why extends string, Fields, E extends Entity.Any, A, X, Set, Left, Mode>
  extends Pipeable, Builder<E, A, X, Set, Left, Mode> {
  readonly "no Effect yet": { readonly why: Why; readonly fields: Fields }
}

// What to do about an update that cannot be run yet. Methods give `NoEffectYet` with them, and not by its names below:
// errors would show those in its place.
type SayWhat = "it changes nothing: say what, or upsert()"
type SayFields = "index keys need these fields too: set them, or say recompute()"
type SayOnce = "DynamoDB changes these in one of the two ways: make it two updates, or say recompute()"

/**
 * An update that changes nothing yet. It is no Effect.
 *
 * @category models
 * @since 0.1.0
 */
export type Unchanged<E extends Entity.Any, A, X, Set, Left, Mode> = NoEffectYet<
  SayWhat,
  never,
  E,
  A,
  X,
  Set,
  Left,
  Mode | "unchanged"
>

/**
 * An update that does not say all that the keys of indexes are made of. It is no Effect: say
 * the `Missing` fields too, or `recompute()`.
 *
 * @category models
 * @since 0.1.0
 */
export type Incomplete<E extends Entity.Any, A, X, Set, Left, Mode, Missing> = NoEffectYet<
  SayFields,
  Missing,
  E,
  A,
  X,
  Set,
  Left,
  Mode
>

/**
 * An update that puts elements before those of a list and after them, or adds members to a set
 * and deletes members from it: DynamoDB does one or the other. It is no Effect: say `recompute()`,
 * or make it two updates. `Names` are the fields.
 *
 * @category models
 * @since 0.1.0
 */
export type Mixed<E extends Entity.Any, A, X, Set, Left, Mode, Names> = NoEffectYet<
  SayOnce,
  Names,
  E,
  A,
  X,
  Set,
  Left,
  Mode
>

/**
 * An update; or one that changes nothing yet, or is incomplete.
 *
 * @category models
 * @since 0.1.0
 */
export type Next<E extends Entity.Any, A, X, Set, Left, Mode> = "unchanged" extends Mode
  ? NoEffectYet<SayWhat, never, E, A, X, Set, Left, Mode>
  : [Missing<E, Set, Left, Mode>] extends [infer Names extends string]
    ? [Names] extends [never]
      ? [Unread<Set, Mode>] extends [never]
        ? Update<E, A, X, Set, Left, Mode>
        : NoEffectYet<SayOnce, Unread<Set, Mode>, E, A, X, Set, Left, Mode>
      : NoEffectYet<SayFields, Names, E, A, X, Set, Left, Mode>
    : never

/** The next update, where a method has said a change. */
type Changing<E extends Entity.Any, A, X, Set, Left, Mode> = Next<E, A, X, Set, Left, Exclude<Mode, "unchanged">>

/** The same, where a record of changes may be empty. */
type ChangingBy<V, E extends Entity.Any, A, X, Set, Left, Mode> = [keyof V] extends [never]
  ? Next<E, A, X, Set, Left, Mode>
  : Changing<E, A, X, Set | (keyof V & string), Left, Mode>

/** What counting says of a field. One that an item must have is none that an upsert begins with. */
type Counted<E extends Entity.Any, K extends string> =
  | Exclude<K, RequiredNames<E>>
  | Again<Exclude<K, RequiredNames<E>>, "count">

/** The lists and sets that must be read first. */
type Unread<Set, Mode> = "recompute" extends Mode ? never : MixedFields<Set>

/** The fields that keys of indexes need and the update does not say. Only declared access patterns have such keys. */
type Missing<E extends Entity.Any, Set, Left, Mode> = [keyof E["~@effect-dynamo/core/Entity"]["indexes"]] extends [
  never
]
  ? never
  : "recompute" extends Mode
    ? never
    : Change.MissingFields<E, Set, Left, "ifVersion" extends Mode ? Entity.VersionOf<E> : never> & string

/**
 * What can be said of an update. Each method gives a new one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Builder<E extends Entity.Any, A, X, Set, Left, Mode> {
  /**
   * Sets fields to values, or parts of them by path.
   *
   * In a record `undefined` removes an optional field, and an empty set removes its attribute.
   * All fields of an index's key that the item's own key does not give go together; `undefined`
   * there takes the item out of the index.
   *
   * By path, `set((product) => [product.address.get("city").to("Paris")])`, each part is set to a
   * value, or to what stands in another one; DynamoDB refuses to copy what is not there.
   */
  set<const V extends SetArgument<E> | Assigns<E>>(
    values: V & Only<E, V, Set>
  ): [Extract<V, Assigns<E>>] extends [never]
    ? ChangingBy<V, E, A, X, Set, Left | Change.LeftPatterns<E, V>, Mode>
    : Changing<E, A, X, Set, Left, Mode>
  /** Sets fields where the item lacks them. `undefined` is no change. */
  setIfNotExists<const V extends InitialArgument<E>>(
    values: V & OnlyInitial<E, V, Set>
  ): ChangingBy<V, E, A, X, Set, Left, Mode>
  /**
   * Counts a number up: by 1, unless told; exactly, and from the field's default where the item
   * lacks it (an optional one from 0). The number must be stored as one. Said again, the amounts
   * are summed.
   *
   * Sums are exact, unlike JavaScript's: one that is no JavaScript number fails with `DecodeError`
   * when it is read, as everywhere. So a field of JavaScript numbers takes no fraction of more
   * than 15 significant digits, such as `0.1 + 0.2`: round it. Keep money as whole cents, or as
   * a `BigDecimal`.
   */
  increment<const K extends FieldNames<E>>(
    field: K & Countable<E, K, Set>,
    by?: AmountOf<E, K> | undefined
  ): Changing<E, A, X, Set | Counted<E, K>, Left, Mode>
  /** Counts a number down, as `increment` does up. */
  decrement<const K extends FieldNames<E>>(
    field: K & Countable<E, K, Set>,
    by?: AmountOf<E, K> | undefined
  ): Changing<E, A, X, Set | Counted<E, K>, Left, Mode>
  /**
   * Puts elements after those of a list: of its default, or an empty one, where the item lacks
   * it. None is no change. Said again, the elements are put there in the order said.
   *
   * DynamoDB does not extend a list on both sides in one update: with `prepend` of the same list
   * it takes `recompute()`, and the list is read and written as a whole.
   */
  append<const K extends FieldNames<E>>(
    field: K & Extendable<E, K, Set>,
    elements: ReadonlyArray<ElementOf<E, K>>
  ): Changing<E, A, X, Set | K | Again<K, "append">, Left, Mode>
  /** Puts elements before those of a list, as `append` does after. */
  prepend<const K extends FieldNames<E>>(
    field: K & Extendable<E, K, Set>,
    elements: ReadonlyArray<ElementOf<E, K>>
  ): Changing<E, A, X, Set | K | Again<K, "prepend">, Left, Mode>
  /**
   * Puts members into a set that DynamoDB stores as one. None is no change.
   *
   * DynamoDB does not add to a set and delete from it in one update: with `deleteFrom` of the same
   * set it takes `recompute()`, and the set is read and written as a whole. Of members that are in
   * both, the later one holds.
   */
  addTo<const K extends FieldNames<E>>(
    field: K & Settable<E, K, Set>,
    members: Iterable<MemberOf<E, K>>
  ): Changing<E, A, X, Set | K | Again<K, "add">, Left, Mode>
  /** Takes members out of a set that DynamoDB stores as one, as `addTo` puts them into it. */
  deleteFrom<const K extends FieldNames<E>>(
    field: K & Settable<E, K, Set>,
    members: Iterable<MemberOf<E, K>>
  ): Changing<E, A, X, Set | K | Again<K, "delete">, Left, Mode>
  /**
   * Removes optional fields; or by path, `remove((user) => [user.address.get("line2")])`, optional
   * keys of structs, entries of records and elements of lists.
   */
  remove<
    // For errors to say why there are no others.
    const F extends ReadonlyArray<
      | Exclude<OptionalNames<E>, Set>
      | Change.Refused<"only optional fields that are not changed otherwise can be removed">
      | Removes<E>
    >
  >(
    ...fields: F
  ): Next<
    E,
    A,
    X,
    Set | (F[number] & string),
    Left | Change.LeftPatterns<E, { readonly [K in F[number] & string]: undefined }>,
    F extends readonly [] ? Mode : Exclude<Mode, "unchanged">
  >
  /** Only where this holds of the item. Said again, all must hold. */
  condition(
    condition: (references: Condition.References<E>) => Condition.Condition
  ): Next<E, A, X | ConditionalCheckFailed<E["Type"]>, Set, Left, Mode>
  /** Only where the item exists: as any update but an upsert says anyway. */
  ifExists(): Next<E, A, X, Set, Left, Mode>
  /** Only the item that has this version, which becomes the next one. */
  readonly ifVersion: IfVersion<E, Next<E, A, X | ConditionalCheckFailed<E["Type"]>, Set, Left, Mode | "ifVersion">>
  /**
   * Reads the item first where the key of an index needs fields that are not said, a list is
   * extended on both sides, or members are added to a set and deleted from it; and writes on the
   * condition that what it read there is the same still; again, where another write came between.
   */
  recompute(): Next<E, A, X, Set, Left, Mode | "recompute">
  /**
   * Says that this update may be applied twice: it is sent again after any failure that leaves open whether it was
   * applied, as `DynamoClient.withIdempotent` says of all writes of an effect. Updates that a second application does not
   * change are anyway, and those that it cannot be done to twice; so it matters for counting, extending lists and changing
   * their elements, and for copies.
   *
   * In a transaction it means nothing: that may always be sent again.
   */
  idempotent(): Next<E, A, X, Set, Left, Mode>
  /**
   * Creates the item where there is none. What is set, with the key and the defaults, must make
   * a whole item.
   */
  readonly upsert: "recompute" extends Mode
    ? Change.Refused<"an upsert says all that the keys of indexes need: leave out recompute()">
    : [MissingForUpsert<E, Set>] extends [never]
      ? [Missing<E, Set, Left, Mode>] extends [never]
        ? [MixedFields<Set>] extends [never]
          ? () => Upsert<E, "old" extends Mode ? Option.Option<A> : A, Exclude<X, ItemNotFound>>
          : Change.Refused<"an upsert cannot append and prepend to a list, nor add to a set and delete from it">
        : MissingFields<Missing<E, Set, Left, Mode>>
      : MissingFields<MissingForUpsert<E, Set>>
  /**
   * What it gives: the item as it is after (`"new"`, unless told) or was before (`"old"`), the
   * fields that it changes as they are after or were before, each whole, or nothing.
   *
   * An update that changes unique fields is a transaction, which gives nothing: the item is read
   * after it, or was before.
   */
  returning<const W extends Returning>(
    what: W
  ): Next<
    E,
    Given<E, W>,
    W extends "none" ? Exclude<X, DecodeError> : X | DecodeError,
    Set,
    Left,
    Exclude<Mode, "old"> | Extract<W, "old">
  >
}

/**
 * An update that creates the item where there is none. An item whose time has passed is
 * none: it is deleted first.
 *
 * @category models
 * @since 0.1.0
 */
export interface Upsert<E extends Entity.Any, A = E["Type"], X = UpsertError>
  extends
    Effect.Effect<A, X, DynamoClient | E["EncodingServices"] | E["DecodingServices"]>,
    operation.Operation<"Update", E, A, X> {
  /** Only where this holds of the item. Of one that is not there, DynamoDB says what it says of its attributes. */
  condition(
    condition: (references: Condition.References<E>) => Condition.Condition
  ): Upsert<E, A, X | ConditionalCheckFailed<E["Type"]>>
  /** Says that it may be applied twice, as of any update. */
  idempotent(): Upsert<E, A, X>
  /** What it gives, as of any update; before it there may have been none. */
  returning<const W extends Returning>(
    what: W
  ): Upsert<
    E,
    W extends "old" ? Option.Option<E["Type"]> : Given<E, W>,
    W extends "none" ? Exclude<X, DecodeError> : X | DecodeError
  >
  /** The request as DynamoDB gets it; needs no client. There is none of an update that reads first. */
  readonly toInput: ToInput<E, never>
}

/**
 * What gives a request without sending it, where there is one before anything is read.
 *
 * @category models
 * @since 0.1.0
 */
export type ToInput<E extends Entity.Any, Mode> = [Entity.UniqueOf<E>] extends [never]
  ? "recompute" extends Mode
    ? ReadsFirst
    : () => Effect.Effect<UpdateItemCommandInput, KeyError | EncodeError, E["EncodingServices"]>
  : ReadsFirst

/**
 * What keeps an update from being shown as a request.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadsFirst {
  readonly "it reads the item first, to know its index keys or the guards of its unique fields": true
}

/**
 * What keeps an update from being an upsert.
 *
 * @category models
 * @since 0.1.0
 */
export interface MissingFields<out Names> {
  readonly "an upsert must set these fields too": Names
}

// -----------------------------------------------------------------------------
// What it takes and gives
// -----------------------------------------------------------------------------

/**
 * What an update can be told to give.
 *
 * @category models
 * @since 0.1.0
 */
export type Returning = Returning_

/**
 * What an update gives.
 *
 * @category models
 * @since 0.1.0
 */
export type Given<E extends Entity.Any, W extends Returning> = W extends "new" | "old"
  ? E["Type"]
  : W extends "none"
    ? void
    : Changed<E>

/**
 * The fields that an update changed, each whole; those that are absent are left out.
 *
 * @category models
 * @since 0.1.0
 */
export type Changed<E extends Entity.Any> = { readonly [K in FieldNames<E>]?: E["Type"][K] }

/**
 * References to what an update can change, and copy.
 *
 * @category models
 * @since 0.1.0
 */
export type References<E extends Entity.Any> = Change.References<E>

/**
 * What sets parts by path.
 *
 * @category models
 * @since 0.1.0
 */
export interface Assigns<E extends Entity.Any> {
  (references: References<E>): ReadonlyArray<Change.Assignment>
}

/**
 * What removes parts by path.
 *
 * @category models
 * @since 0.1.0
 */
export interface Removes<E extends Entity.Any> {
  (references: References<E>): ReadonlyArray<Change.Removable>
}

// -----------------------------------------------------------------------------
// Making updates
// -----------------------------------------------------------------------------

const in_ = <E extends Entity.Any>(entity: E): Unkeyed<E> =>
  // Types know whose key it is; the run time knows it from the entity.
  new UnkeyedUpdate(entity) as never

export {
  /**
   * An update in an entity's table.
   *
   * @category constructors
   * @since 0.1.0
   */
  in_ as in
}

type Values = Readonly<Record<string, unknown>>

/** What `set` and `remove` take to speak of parts. */
type ByPath = (references: never) => ReadonlyArray<unknown>

class UnkeyedUpdate {
  private readonly entity: Entity.Any
  constructor(entity: Entity.Any) {
    this.entity = entity
  }
  key(key: UpdateState["key"]): UpdateItem {
    return new UpdateItem({
      entity: this.entity,
      key,
      said: [],
      demands: [],
      isUpsert: false,
      recomputes: false,
      returning: "new"
    })
  }
}

class UpdateItem extends Effectable.Class<never, Error, DynamoClient> {
  readonly state: UpdateState
  constructor(state: UpdateState) {
    super()
    this.state = state
  }
  /** What batches and transactions ask for: most updates are in neither. */
  get [operation.TypeId](): operation.PlannedWrite {
    const { state } = this
    return {
      kind: "Update",
      entity: state.entity,
      returning: state.returning !== "new" && state.returning !== "none",
      plan: (planning) => planUpdate(state, planning)
    }
  }
  private with<K extends keyof UpdateState>(key: K, value: UpdateState[K]): UpdateItem {
    const state = { ...this.state }
    state[key] = value
    return new UpdateItem(state)
  }
  private say(said: Said): UpdateItem {
    return this.with("said", [...this.state.said, said])
  }
  private references(of: ByPath): ReadonlyArray<unknown> {
    return of(Change.referencesOf(this.state.entity) as never)
  }
  set(values: Values | ByPath): UpdateItem {
    return this.say(
      typeof values === "function"
        ? { _tag: "Assign", assignments: this.references(values) }
        : { _tag: "Set", values: { ...values } }
    )
  }
  setIfNotExists(values: Values): UpdateItem {
    return this.say({ _tag: "SetIfAbsent", values: { ...values } })
  }
  increment(field: string, by: unknown = 1): UpdateItem {
    return this.say({ _tag: "Plus", field, by })
  }
  decrement(field: string, by: unknown = 1): UpdateItem {
    return this.say({ _tag: "Minus", field, by })
  }
  append(field: string, elements: ReadonlyArray<unknown>): UpdateItem {
    return this.say({ _tag: "Append", field, elements: [...elements] })
  }
  prepend(field: string, elements: ReadonlyArray<unknown>): UpdateItem {
    return this.say({ _tag: "Prepend", field, elements: [...elements] })
  }
  addTo(field: string, members: Iterable<unknown>): UpdateItem {
    return this.say({ _tag: "AddMembers", field, members: new Set(members) })
  }
  deleteFrom(field: string, members: Iterable<unknown>): UpdateItem {
    return this.say({ _tag: "DeleteMembers", field, members: new Set(members) })
  }
  remove(...fields: ReadonlyArray<string | ByPath>): UpdateItem {
    const said = fields.map((field): Said =>
      typeof field === "function"
        ? { _tag: "RemoveParts", references: this.references(field) }
        : { _tag: "Set", values: { [field]: undefined } }
    )
    return this.with("said", [...this.state.said, ...said])
  }
  condition(condition: conditions.ConditionArgument): UpdateItem {
    return this.demanding(conditions.demandOf(this.state.entity, condition))
  }
  ifExists(): UpdateItem {
    return this
  }
  ifVersion(version: unknown): UpdateItem {
    return this.demanding({ _tag: "Version", version })
  }
  private demanding(demand: conditions.Demand): UpdateItem {
    return this.with("demands", [...this.state.demands, demand])
  }
  recompute(): UpdateItem {
    return this.with("recomputes", true)
  }
  idempotent(): UpdateItem {
    return this.with("isIdempotent", true)
  }
  upsert(): UpdateItem {
    return this.with("isUpsert", true)
  }
  returning(returning: Returning): UpdateItem {
    return this.with("returning", returning)
  }
  toInput(): Effect.Effect<UpdateItemCommandInput, KeyError | EncodeError> {
    return builder.plan(this.state.entity, "UpdateItem", (planning) =>
      // An update that reads first, which could fail with more, has no `toInput` by its type.
      builder.typed(
        Effect.mapEager(planUpdate(this.state, planning), (write) => inputOf(this.state, write)) as Effect.Effect<
          UpdateItemCommandInput,
          KeyError | EncodeError,
          unknown
        >
      )
    )
  }
  asEffect(): Effect.Effect<never, Error, DynamoClient> {
    const { state } = this
    return builder.run(
      state.entity,
      "UpdateItem",
      // The builder's type says what it gives and fails with.
      (running) => asSaid(state, runUpdate(state, running)) as Effect.Effect<never, Error>
    )
  }
  override toJSON(): unknown {
    return builder.describe("Update", this.state)
  }
}
