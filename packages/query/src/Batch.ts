/**
 * Many writes, or many gets, of any entities and tables, in as few requests as DynamoDB takes them in.
 *
 * A batch is no transaction: some of it may be done and some not, in any order, and nothing of it can have a condition.
 *
 * **Example** (Writing, and reading back)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Batch, Delete, Entity, Get, Put, Table } from "effect-dynamo"
 *
 * const User = Entity.make("User", {
 *   schema: Schema.Struct({ id: Schema.String, name: Schema.String }),
 *   table: Table.make("users", { sortKey: null }),
 *   partitionKey: ["id"]
 * })
 * const program = Effect.gen(function* () {
 *   yield* Batch.write([
 *     Put.into(User, { id: "a", name: "Ada" }),
 *     Put.into(User, { id: "b", name: "Bob" }),
 *     Delete.from(User).key({ id: "c" })
 *   ])
 *   const [ada, bob] = yield* Batch.get([
 *     Get.from(User).key({ id: "a" }),
 *     Get.from(User).key({ id: "b" }).consistent().orFail()
 *   ])
 *   return { ada, bob }
 * })
 * Effect.isEffect(program) // => true
 * ```
 *
 * @module
 * @since 0.1.0
 */
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type {
  BatchIncomplete,
  ConditionalCheckFailed,
  EncodeError,
  ItemCollectionTooLarge,
  ItemTooLarge,
  KeyError,
  Service,
  TransactionConflict
} from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import * as batchRun from "./internal/batchRun.ts"
import * as batchStream from "./internal/batchStream.ts"
import type * as operation from "./internal/operation.ts"
import type * as Put from "./Put.ts"

// -----------------------------------------------------------------------------
// What it is made of
// -----------------------------------------------------------------------------

/**
 * Any write, as far as batches look at it: those that they cannot do are refused with the reason.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnyWrite extends operation.Operation<
  "Put" | "Update" | "Delete" | "Check",
  Entity.Any,
  unknown,
  unknown
> {}

/**
 * A put or a delete that a batch can do, whatever its entity: for lists that are filled in a loop. Of
 * entities whose schemas ask for services, an array of the operations' own types knows which.
 *
 * **Example** (Puts and deletes of several entities)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Batch, Delete, Entity, Put, Table } from "effect-dynamo"
 *
 * const table = Table.make("shop")
 * const User = Entity.make("User", { schema: Schema.Struct({ id: Schema.String }), table, partitionKey: ["id"] })
 * const Order = Entity.make("Order", { schema: Schema.Struct({ no: Schema.Int }), table, partitionKey: ["no"] })
 *
 * const operations: Array<Batch.Writable> = []
 * operations.push(Put.into(User, { id: "u1" }), Delete.from(Order).key({ no: 7 }))
 * Effect.isEffect(Batch.write(operations)) // => true
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface Writable extends operation.Operation<"Put" | "Delete", Unkept, unknown, Put.Error> {}

/** An entity that a batch can write, and whose schema asks for no services. */
interface Unkept extends Entity.Any {
  readonly "~@effect-dynamo/core/Entity": Entity.Any["~@effect-dynamo/core/Entity"] & {
    readonly managed: Entity.Managed<never, unknown, unknown, never, never>
  }
  readonly EncodingServices: never
}

/**
 * Any get.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnyGet extends operation.Operation<"Get", Entity.Any, unknown, unknown> {}

type Id = typeof operation.TypeId

/**
 * What keeps an operation out of a batch.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refused<out Why extends string> {
  readonly "cannot be part of a batch": Why
}

/**
 * Refuses operations that no batch can do.
 *
 * @category models
 * @since 0.1.0
 */
export type CheckedWrites<Ops extends ReadonlyArray<AnyWrite>> = {
  // The operation too: with less here, an array that is spread before other operations would be taken for no tuple.
  readonly [I in keyof Ops]: Ops[I] & Checked<Ops[I]>
}

/**
 * Refuses an operation that no batch can do.
 *
 * @category models
 * @since 0.1.0
 */
export type Checked<Op extends AnyWrite> = [WhyNot<Op>] extends [never] ? unknown : Refused<WhyNot<Op>>

type WhyNot<Op extends AnyWrite> = Op extends unknown
  ? [Op[Id]["kind"]] extends ["Put" | "Delete"]
    ? [Entity.UniqueOf<Op[Id]["entity"]>] extends [never]
      ? [Entity.VersionOf<Op[Id]["entity"]>] extends [never]
        ? [Extract<Op[Id]["error"], ConditionalCheckFailed>] extends [never]
          ? [Op[Id]["value"]] extends [Op[Id]["entity"]["Type"] | void]
            ? never
            : "a batch gives no items back: leave out `returning`"
          : "a batch has no conditions: run it by itself, or in a Transaction"
        : "a batch cannot compare the entity's `version`: run it by itself, or in a Transaction"
      : "a batch cannot guard the entity's `unique` fields: run it by itself, or in a Transaction"
    : "a batch puts and deletes: run updates by themselves, or in a Transaction"
  : never

/**
 * The services that writing needs: those of the values' schemas and of `beforeWrite`.
 *
 * @category models
 * @since 0.1.0
 */
export type WriteServices<Op extends AnyWrite> = Op extends { readonly [K in Id]: { readonly kind: "Put" } }
  ? Op[Id]["entity"]["EncodingServices"] | Entity.WriteServicesOf<Op[Id]["entity"]>
  : never

/**
 * What gets give, each in its place: an `Option`, or with `orFail` the item.
 *
 * @category models
 * @since 0.1.0
 */
export type Values<Ops extends ReadonlyArray<AnyGet>> = { readonly [I in keyof Ops]: Ops[I][Id]["value"] }

// -----------------------------------------------------------------------------
// What can go wrong
// -----------------------------------------------------------------------------

/**
 * What a batch of writes can fail with. What may pass (throttling, 5xx, the network, a conflict) comes as the `cause` of
 * `BatchIncomplete`, which has the operations that are left.
 *
 * @category errors
 * @since 0.1.0
 */
export type WriteError<Op extends AnyWrite> =
  | Service
  | KeyError
  | EncodeError
  | ItemTooLarge
  | ItemCollectionTooLarge
  | TransactionConflict
  | BatchIncomplete<Op>

/**
 * What a batch of gets can fail with: what each of them can, and `BatchIncomplete`.
 *
 * @category errors
 * @since 0.1.0
 */
export type GetError<Op extends AnyGet> = Op[Id]["error"] | BatchIncomplete<Op>

// -----------------------------------------------------------------------------
// Batches
// -----------------------------------------------------------------------------

/**
 * Puts and deletes any number of items.
 *
 * **Details**
 *
 * Operations go
 * [25, and at most 16 MB, in a request](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html),
 * whatever their tables; `DynamoClient.withConcurrency` bounds how many requests are under way at the same time, and
 * `DynamoClient.withWriteRate` what they consume. All are planned before the first is sent, at one time, and sent again as they were planned: defaults and timestamps are
 * made once. Two writes of one item are refused (`KeyError`), as a batch has no order. Without operations nothing is
 * sent.
 *
 * What DynamoDB leaves unprocessed is sent again by the retry policy in force, which begins anew with each answer that
 * did some of it. What is left when it ends is in the `operations` of `BatchIncomplete`: the very ones, in their order,
 * ready to be given to `Batch.write` again.
 *
 * So is what a request failed on that may pass, after the client's retries; the failure is the `cause`. No request is
 * begun after it, and those under way are finished. An operation that is not in `operations` was written. One that is
 * was not, except that a request without an answer may have been applied: to put or delete again changes nothing then,
 * unless the put makes its key anew (a default that is a new id). A failure that lasts (no such table, access denied)
 * is the effect's, and says nothing of the other requests: correct it and run the whole batch again.
 *
 * **Example** (Trying the rest later)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Batch, Entity, Put, Table } from "effect-dynamo"
 *
 * const Event = Entity.make("Event", {
 *   schema: Schema.Struct({ id: Schema.String }),
 *   table: Table.make("events", { sortKey: null }),
 *   partitionKey: ["id"]
 * })
 * const puts = Array.from({ length: 1000 }, (_, i) => Put.into(Event, { id: `event-${i}` }))
 * const written = Batch.write(puts).pipe(
 *   Effect.catchTag("BatchIncomplete", ({ operations }) =>
 *     Batch.write(operations).pipe(Effect.delay("1 minute"))
 *   )
 * )
 * Effect.isEffect(written) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const write = <const Ops extends ReadonlyArray<AnyWrite>>(
  operations: Ops & CheckedWrites<Ops>
): Effect.Effect<void, WriteError<Ops[number]>, DynamoClient | WriteServices<Ops[number]>> =>
  // Types know of which operations; what they need stands in the type.
  batchRun.writeAll(operations) as never

/**
 * Reads any number of items: what each get gives, in the order asked.
 *
 * **Details**
 *
 * Keys go
 * [100 in a request](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html), whatever
 * their tables; `DynamoClient.withConcurrency` bounds how many requests are under way at the same time,
 * `DynamoClient.withReadRate` what they consume. A key that is asked for twice in the same way is read once. Gets of
 * one table that differ in projection or consistency go in different requests, as a request has one of each for a
 * table.
 *
 * Keys that DynamoDB leaves unprocessed, because the answer is full or a table throttled, are asked for again by the
 * retry policy in force, which begins anew with each answer that brought some. What is left when it ends is in the
 * `operations` of `BatchIncomplete`, and so is what a request failed on that may pass, with the failure as the `cause`.
 *
 * **Example** (Items of two entities)
 *
 * ```ts
 * import { Effect, type Option, Schema } from "effect"
 * import { Batch, Entity, Get, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   name: Schema.String
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * class Order extends Entity.Class<Order>("Order")({
 *   id: Schema.String,
 *   total: Schema.Number
 * }, { table: Table.make("orders", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const totalOf = Effect.map(
 *   Batch.get([Get.from(User).key({ id: "u" }).select("name"), Get.from(Order).key({ id: "o" }).orFail()]),
 *   ([user, order]: readonly [Option.Option<{ readonly name: string }>, Order]) => ({ user, total: order.total })
 * )
 * Effect.isEffect(totalOf) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const get = <const Ops extends ReadonlyArray<AnyGet>>(
  operations: Ops
): Effect.Effect<Values<Ops>, GetError<Ops[number]>, DynamoClient | Ops[number][Id]["entity"]["DecodingServices"]> =>
  // Types know what comes of which gets; what they need stands in the type.
  batchRun.getAll(operations) as never

/**
 * Puts and deletes what a stream gives, in any number: gives each operation once it is written, in order.
 *
 * **Details**
 *
 * Requests are filled from the stream, 25 operations each, and a request that is not full is sent only at the stream's
 * end. As many are under way as `DynamoClient.withConcurrency` says, and consume what `DynamoClient.withWriteRate` says;
 * no more is taken from the stream than they hold, and none while nobody takes what was written. Writes of one item are done in the stream's order: a later one waits
 * for the one before it.
 *
 * Requests are sent again as {@link write} says. Where that does not help nothing more is taken from the stream, what
 * is under way is finished, and it fails with `BatchIncomplete`: in `operations` is all that was taken and not written.
 * So with any other failure; then what was taken and not given may have been written or not. What was taken before the
 * stream itself fails is written first.
 *
 * **Example** (Copying a table)
 *
 * ```ts
 * import { Effect, Schema, Stream } from "effect"
 * import { Batch, DynamoClient, Entity, Put, Scan, Table } from "effect-dynamo"
 *
 * const schema = Schema.Struct({ id: Schema.String })
 * const Old = Entity.make("Event", { schema, table: Table.make("old", { sortKey: null }), partitionKey: ["id"] })
 * const New = Entity.make("Event", { schema, table: Table.make("new", { sortKey: null }), partitionKey: ["id"] })
 *
 * const copied = Scan.from(Old).segments(4).stream().pipe(
 *   Stream.map((event) => Put.into(New, event)),
 *   Batch.writeStream,
 *   Stream.runCount,
 *   DynamoClient.withConcurrency(4)
 * )
 * Effect.isEffect(copied) // => true
 * ```
 *
 * @category streams
 * @since 0.1.0
 */
export const writeStream = <Op extends AnyWrite, E, R>(
  operations: Stream.Stream<Op, E, R> & Checked<Op>
): Stream.Stream<Op, E | WriteError<Op>, R | DynamoClient | WriteServices<Op>> =>
  // Types know of which operations; what they need stands in the type.
  batchStream.writeStream<E, R>(operations) as never

/**
 * Reads the items that a stream of gets asks for, in any number: gives what each gives, in order.
 *
 * **Details**
 *
 * Requests are filled from the stream, 100 gets each, and a request that is not full is sent only at the stream's end;
 * in each, a key that is asked for twice in the same way is read once. As many are under way as
 * `DynamoClient.withConcurrency` says; no more is taken from the stream than they hold, and none while nobody takes
 * what was read. `DynamoClient.withReadRate` bounds what they consume.
 *
 * Keys that DynamoDB leaves unprocessed are asked for again as {@link get} says. What fails with `BatchIncomplete` has
 * the gets of the first request that could not be answered in full, of which nothing was given; everything before it
 * was.
 *
 * **Example** (Many users)
 *
 * ```ts
 * import { Effect, Schema, Stream } from "effect"
 * import { Batch, Entity, Get, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   name: Schema.String
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const names = Stream.range(1, 1_000_000).pipe(
 *   Stream.map((n) => Get.from(User).key({ id: `user-${n}` }).orFail()),
 *   Batch.getStream,
 *   Stream.map((user) => user.name)
 * )
 * Stream.isStream(names) // => true
 * ```
 *
 * @category streams
 * @since 0.1.0
 */
export const getStream = <Op extends AnyGet, E, R>(
  operations: Stream.Stream<Op, E, R>
): Stream.Stream<Op[Id]["value"], E | GetError<Op>, R | DynamoClient | Op[Id]["entity"]["DecodingServices"]> =>
  // Types know what comes of which gets; what they need stands in the type.
  batchStream.getStream<E, R>(operations) as never
