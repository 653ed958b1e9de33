/**
 * Reads several entities of one partition with one query.
 *
 * **Example** (A customer and their orders)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Key, Query, Table } from "effect-dynamo"
 *
 * const Shop = Table.make("shop", { partitionKey: "pk", sortKey: "sk" })
 * class Customer extends Entity.Class<Customer>("Customer")({
 *   customerId: Schema.String,
 *   name: Schema.String
 * }, {
 *   table: Shop,
 *   partitionKey: Key.template("CUSTOMER#{customerId}"),
 *   sortKey: Key.template("PROFILE")
 * }) {}
 * class Order extends Entity.Class<Order>("Order")({
 *   customerId: Schema.String,
 *   orderId: Schema.String
 * }, {
 *   table: Shop,
 *   partitionKey: Key.template("CUSTOMER#{customerId}"),
 *   sortKey: Key.template("ORDER#{orderId}")
 * }) {}
 *
 * const query = Query.collection({ customer: Customer, orders: Order }).pk({ customerId: "c1" })
 * const program = Effect.map(query, ({ customer, orders }) => [customer, orders.length])
 * Effect.runSync(query.toInput()).KeyConditionExpression // => "#0 = :0 AND #1 BETWEEN :1 AND :2"
 * Effect.isEffect(program) // => true
 * ```
 *
 * @module
 * @since 0.1.0
 */
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type { CursorError, EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import type * as Key from "@effect-dynamo/core/Key"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Option from "effect/Option"

import * as Stream from "effect/Stream"
import type { Cursor } from "./Cursor.ts"
import type { Explanation } from "./Explanation.ts"
import { advancing } from "./internal/advancing.ts"
import * as builder from "./internal/builder.ts"
import {
  check,
  type CollectionPlan,
  type CollectionState,
  attemptTagged,
  decodeTagged,
  planCollection
} from "./internal/collection.ts"
import { fetchNow } from "./internal/expiry.ts"
import { explain } from "./internal/explain.ts"
import { type Described, type OperationSpan, traced, tracedStream } from "./internal/operationSpan.ts"
import { evaluate, type Paged } from "./internal/paging.ts"
import { withStart } from "./internal/queryPlan.ts"
import { nothingSaid, positive } from "./internal/reading.ts"
import * as terminals from "./internal/terminals.ts"
import type { Page } from "./Page.ts"
import type * as Query from "./Query.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * Entities by the names that their items are to come under.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entities {
  readonly [name: string]: Entity.Any
}

/**
 * What a collection gives: by name an array of the entity's items, or an `Option` where the
 * entity's sort key has no fields, so that there is one item at most.
 *
 * @category models
 * @since 0.1.0
 */
export type Items<Es, I> = {
  readonly [N in keyof Es]: Es[N] extends Entity.Any
    ? IsSingle<Es[N], I> extends true
      ? Option.Option<Query.Read<Es[N], I>>
      : ReadonlyArray<Query.Read<Es[N], I>>
    : never
}

/** An index may have several items under one key. */
type IsSingle<E extends Entity.Any, I> = I extends Query.Primary
  ? Query.SortParts<E, I> extends readonly []
    ? true
    : false
  : false

/**
 * One item of a collection, under the name of its entity.
 *
 * @category models
 * @since 0.1.0
 */
export type Tagged<Es, I> = {
  readonly [N in keyof Es]: Es[N] extends Entity.Any
    ? { readonly _tag: N; readonly value: Query.Read<Es[N], I> }
    : never
}[keyof Es]

/**
 * A collection without its partition key: not an Effect yet. `_Why` says so where errors show the type.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<Es, I, _Why = "no Effect yet: say which partition, with .pk(…)"> {
  /** Reads an index instead of the table: an access pattern that all of the entities have under this name. */
  readonly index: I extends Query.Primary
    ? <N extends IndexNames<Es> | NoIndex<IndexNames<Es>>>(name: N) => Unkeyed<Es, N>
    : Query.Refused<"the collection has its index already">
  /**
   * The partition to read: a record of the key's fields, or the bare value where it has one. Entities that
   * write the partition key in different ways are not in one partition; they may be in one of an index. A key without
   * fields has one partition: `pk()`.
   */
  pk(
    partition: IsOnePartition<Es, I> extends true
      ? Partition<Es, I>
      : Query.Refused<"these entities are not in one partition: they write its key in different ways">
  ): Collection<Es, I>
}

/**
 * A query of several entities. Yield it to run it: all items of the partition that are
 * theirs, up to its limit.
 *
 * Items whose time to live has passed are left out, as a {@link Query.Query} leaves them out. A global index that
 * does not hold the `timeToLive` of one of the entities is refused with `EncodeError`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Collection<Es, I> extends Effect.Effect<Items<Es, I>, Query.Error, DynamoClient | Services<Es>> {
  /** Returns so many items at most, over all entities: a whole number from 1. */
  limit(items: number): Collection<Es, I>
  /** Looks at so many items in one request at most: DynamoDB's `Limit`, a whole number from 1. */
  pageSize(items: number): Collection<Es, I>
  /** Sends so many requests at most, whatever they found; the page then says that it stopped early. */
  maxPages(requests: number): Collection<Es, I>
  /** Looks at so many items at most, whoever's they are; the page then says that it stopped early. */
  maxScanned(items: number): Collection<Es, I>
  /** Descending order of the sort key. */
  reverse(): Collection<Es, I>
  /** Reads what every acknowledged write before it left, at twice the cost. A global index cannot. */
  readonly consistent: Query.Consistent<Any<Es>, I, Collection<Es, I>>
  /** One page of all entities' items in their order: `limit` items, or what one request gives where no limit is set. */
  page(): Effect.Effect<Page<Tagged<Es, I>>, Query.Error, DynamoClient | Services<Es>>
  /** The page after a cursor of this collection; the first one where it is `undefined`. */
  page(options: {
    readonly after: Cursor | undefined
  }): Effect.Effect<Page<Tagged<Es, I>>, Query.Error | CursorError, DynamoClient | Services<Es>>
  /** The items in their order, page by page: while one page is worked on, the next is read. */
  stream(): Stream.Stream<Tagged<Es, I>, Query.Error, DynamoClient | Services<Es>>
  /** The pages, likewise. */
  pages(): Stream.Stream<Page<Tagged<Es, I>>, Query.Error, DynamoClient | Services<Es>>
  /** The first request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<QueryCommandInput, KeyError | EncodeError>
  /** What the query will do and what to know of it; needs no client. */
  explain(): Effect.Effect<Explanation<QueryCommandInput>, KeyError | EncodeError>
}

type Any<Es> = Extract<Es[keyof Es], Entity.Any>

type Services<Es> = Any<Es>["DecodingServices"]

// -----------------------------------------------------------------------------
// Types of keys
// -----------------------------------------------------------------------------

/**
 * The access patterns that all of the entities have.
 *
 * @category models
 * @since 0.1.0
 */
export type IndexNames<Es> = { [N in keyof Es]: (name: NamesOfOne<Es[N]>) => void }[keyof Es] extends (
  name: infer Common
) => void
  ? Common & string
  : never

/** Says that there is no index, where one is asked for. */
type NoIndex<Names> = [Names] extends [never]
  ? Query.Refused<"these entities have no access pattern of the same name">
  : never

type NamesOfOne<E> = E extends Entity.Any ? Entity.IndexNames<E> : never

/** A partition key, by any of the entities' names for its fields. */
type Partition<Es, I, N = keyof Es> = N extends keyof Es
  ? Es[N] extends Entity.Any
    ? Query.Operand<Es[N], Query.PartitionParts<Es[N], I>>
    : never
  : never

/**
 * The collection of these entities, or why there is none: they are of different tables.
 *
 * @category models
 * @since 0.1.0
 */
export type Checked<Es> =
  AllEqual<{ readonly [N in keyof Es]: Es[N] extends Entity.Any ? TableName<Es[N]> : never }> extends true
    ? Unkeyed<Es, Query.Primary>
    : Query.Refused<"these entities are not of one table">

/**
 * Whether the entities write the partition key of the table, or of an index, in the same way. Field lists
 * are taken to have no suffix (`suffixPartitionKey`): types cannot see configuration, which is looked at
 * when the query is made.
 *
 * @category models
 * @since 0.1.0
 */
export type IsOnePartition<Es, I> = AllEqual<{ readonly [N in keyof Es]: PartitionForm<Es[N], I> }>

/** Whether all of a record's types are one: then their union is assignable to each. */
type AllEqual<Forms> = [
  { readonly [N in keyof Forms]: [Forms[keyof Forms]] extends [Forms[N]] ? never : N }[keyof Forms]
] extends [never]
  ? true
  : false

type Declaration<E extends Entity.Any> = E["~@effect-dynamo/core/Entity"]

type TableName<E extends Entity.Any> = Declaration<E>["table"]["name"]

/** What a key looks like: a template without the names of its fields, which are not written. */
type KeyForm<D> = D extends Key.Template<infer Source, unknown, boolean> ? Nameless<Source> : Key.PartsOf<D>

type Nameless<S extends string> = S extends `${infer Before}{${infer Body}}${infer After}`
  ? `${Before}{${Body extends `${string}:${infer M}` ? M : ""}}${Nameless<After>}`
  : S

type PartitionForm<E, I> = E extends Entity.Any
  ? I extends Query.Primary
    ? KeyForm<Declaration<E>["partitionKey"]>
    : I extends keyof Declaration<E>["indexes"]
      ? Declaration<E>["indexes"][I] extends { readonly partitionKey: infer D }
        ? KeyForm<D>
        : Entity.IndexPartitionParts<E, I>
      : Entity.IndexPartitionParts<E, I>
  : never

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/**
 * A query of several entities of one partition, by the names that their items are to come
 * under.
 *
 * Throws where the entities are not of one table.
 *
 * @category constructors
 * @since 0.1.0
 */
export const collection = <const Es extends Entities>(entities: Es): Checked<Es> => {
  check(entities)
  // Types know whose key and whose values they are; the run time knows it from the entities.
  return unkeyed(entities, undefined) as never
}

const unkeyed = (entities: Entities, index: string | undefined): unknown => ({
  index: (name: string) => unkeyed(entities, name),
  pk: (partition: unknown) => new CollectionItems({ ...nothingSaid, entities, index, partition, reverse: false })
})

type Items_ = Readonly<Record<string, ReadonlyArray<unknown> | Option.Option<unknown>>>

type Tagged_ = { readonly _tag: string; readonly value: unknown }

class CollectionItems extends Effectable.Class<Items_, Query.Error, DynamoClient> {
  readonly state: CollectionState
  constructor(state: CollectionState) {
    super()
    this.state = state
  }
  private with(change: Partial<CollectionState>): CollectionItems {
    return new CollectionItems({ ...this.state, ...change })
  }
  private plan<A, E, R>(
    f: (plan: CollectionPlan, context: Context.Context<never>) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | KeyError | EncodeError, R> {
    return Effect.withFiber((fiber) =>
      Effect.flatMapEager(builder.typed(planCollection(this.state, fiber)), (plan) => f(plan, fiber.context))
    )
  }
  private run<A, E>(
    f: (read: Paged<Query.Error, never>, plan: CollectionPlan) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | Query.Error, DynamoClient> {
    return traced(
      () => describedOf(this.state),
      (span) => this.read(span, f)
    )
  }
  private read<A, E>(
    span: OperationSpan | undefined,
    f: (read: Paged<Query.Error, never>, plan: CollectionPlan) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | Query.Error, DynamoClient> {
    return this.plan((plan, context) => {
      // The requirement of the client stands in the type of the effect.
      const client = Context.getUnsafe(context, DynamoClient)
      span?.of([plan.members[0]!.planning.where.table])
      span?.reads(plan.members[0]!.pattern.indexName)
      return f(paged(this.state, plan, span, advancing("Query", client.query)), plan)
    })
  }
  limit(items: number): CollectionItems {
    return this.with({ limit: positive("Query.collection: limit", items) })
  }
  pageSize(items: number): CollectionItems {
    return this.with({ pageSize: positive("Query.collection: pageSize", items) })
  }
  maxPages(requests: number): CollectionItems {
    return this.with({ maxPages: positive("Query.collection: maxPages", requests) })
  }
  maxScanned(items: number): CollectionItems {
    return this.with({ maxScanned: positive("Query.collection: maxScanned", items) })
  }
  reverse(): CollectionItems {
    return this.with({ reverse: true })
  }
  consistent(): CollectionItems {
    return this.with({ consistent: true })
  }
  page(options?: {
    readonly after: Cursor | undefined
  }): Effect.Effect<Page<Tagged_>, Query.Error | CursorError, DynamoClient> {
    return this.run((read) => terminals.page<Tagged_, Query.Error, never>(read, options?.after))
  }
  pages(): Stream.Stream<Page<Tagged_>, Query.Error, DynamoClient> {
    return this.streamed((page) => [page])
  }
  stream(): Stream.Stream<Tagged_, Query.Error, DynamoClient> {
    return this.streamed((page) => page.items)
  }
  private streamed<A>(values: (page: Page<Tagged_>) => ReadonlyArray<A>): Stream.Stream<A, Query.Error, DynamoClient> {
    return tracedStream(
      () => describedOf(this.state),
      (span) => Stream.unwrap(this.read(span, (read) => Effect.succeed(terminals.stream(read, values))))
    )
  }
  private planned<A>(
    f: (request: QueryCommandInput, plan: CollectionPlan) => A
  ): Effect.Effect<A, KeyError | EncodeError> {
    return this.plan((plan) => Effect.succeed(f(withStart(plan.input, undefined, evaluate(this.state, 0, 0)), plan)))
  }
  toInput(): Effect.Effect<QueryCommandInput, KeyError | EncodeError> {
    return this.planned((request) => request)
  }
  explain(): Effect.Effect<Explanation<QueryCommandInput>, KeyError | EncodeError> {
    return this.planned((request, { expiry, members }) =>
      explain({
        kind: "Query",
        request,
        readers: members,
        budgets: this.state,
        filtered: false,
        never: false,
        hydrates: false,
        expiry,
        exact: false
      })
    )
  }
  asEffect(): Effect.Effect<Items_, Query.Error, DynamoClient> {
    return this.run((read, { members }) =>
      Effect.map(terminals.items<Tagged_, Query.Error, never>(read), (items): Items_ =>
        Object.fromEntries(
          members.map(({ isSingle, tag }) => {
            const values = items.flatMap((item) => (item._tag === tag ? [item.value] : []))
            return [tag, isSingle ? Option.fromUndefinedOr(values[0]) : values]
          })
        )
      )
    )
  }
  override toJSON(): unknown {
    const definitions = Object.values(this.state.entities).map((entity) => ResolvedEntity.definitionOf(entity))
    return {
      _id: "Collection",
      entities: definitions.map(({ name }) => name),
      table: definitions[0]?.table.name
    }
  }
}

const describedOf = ({ entities }: CollectionState): Described => ({
  name: "Query",
  entities: Object.values(entities).map((entity) => ResolvedEntity.definitionOf(entity).name)
})

/** The read in pages that a collection's query is. */
const paged = (
  state: CollectionState,
  { expiry, identity, input, members }: CollectionPlan,
  span: OperationSpan | undefined,
  send: (input: QueryCommandInput) => ReturnType<Paged<Query.Error, never>["fetch"]>
): Paged<Query.Error, never> => ({
  // Key attributes and table are those of each of them.
  planning: span === undefined ? members[0]!.planning : { ...members[0]!.planning, span },
  pattern: members[0]!.pattern,
  identity,
  never: false,
  limit: state.limit,
  pageSize: state.pageSize,
  maxPages: state.maxPages,
  maxScanned: state.maxScanned,
  attempt: (item) => attemptTagged(members, item),
  decode: (item) => decodeTagged(members, item),
  fetch: (start, evaluate) => fetchNow(expiry, withStart(input, start, evaluate), send)
})
