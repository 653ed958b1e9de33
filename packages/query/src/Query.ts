/**
 * Reads the items of one partition, in the order of the sort key: of the table, or
 * of an index.
 *
 * **Example** (A user's addresses that begin with a text)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Query, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   email: Schema.String
 * }, { table: Table.make("users"), partitionKey: ["id"], sortKey: ["email"] }) {}
 *
 * const query = Query.from(User).pk("user-123").sk.beginsWith("john").limit(50)
 * Effect.runSync(query.toInput()).KeyConditionExpression // => "#0 = :0 AND begins_with(#1, :1)"
 * ```
 *
 * @module
 * @since 0.1.0
 */
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type { CursorError, DecodeError, EncodeError, KeyError, Service } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import type * as Condition from "@effect-dynamo/core/Condition"
import type * as Key from "@effect-dynamo/core/Key"
import type * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import type * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type { Cursor } from "./Cursor.ts"
import type { Explanation } from "./Explanation.ts"
import { advancing } from "./internal/advancing.ts"
import * as builder from "./internal/builder.ts"
import { countNow, fetchNow } from "./internal/expiry.ts"
import { explain } from "./internal/explain.ts"
import type * as filterTypes from "./internal/filterTypes.ts"
import { evaluate, type Paged } from "./internal/paging.ts"
import {
  identityOf,
  isExact,
  planQuery,
  type QueryPlan,
  type QueryState,
  type SortCondition,
  type SortOperator,
  withStart
} from "./internal/queryPlan.ts"
import { attemptRead, decodeRead, nothingSaid } from "./internal/reading.ts"
import { ReadBuilder } from "./internal/readBuilder.ts"
import * as terminals from "./internal/terminals.ts"
import { wholeItems } from "./internal/wholeItems.ts"
import type { Page } from "./Page.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * What a query can fail with. With a cursor, `CursorError` joins it.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | KeyError | EncodeError | DecodeError

/**
 * The table itself, among the access patterns.
 *
 * @category models
 * @since 0.1.0
 */
export type Primary = "(table)"

/**
 * Why something cannot be read so: it stands in the place of the method that there would be, so that the compiler's
 * message about a call of it says why.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refused<out Why extends string> {
  readonly "cannot be read so": Why
}

/**
 * A query without its partition key: not an Effect yet. `_Why` says so where errors show the type.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<E extends Entity.Any, I, _Why = "no Effect yet: say which partition, with .pk(…)"> {
  /** Queries one of the entity's access patterns instead of the table. */
  readonly index: I extends Primary
    ? <N extends Entity.IndexNames<E> | NoIndex<Entity.IndexNames<E>>>(name: N) => Unkeyed<E, N>
    : Refused<"the query has its index already">
  /**
   * The partition to read: a record of the key's fields, or the bare value where it has one. A key without fields, such as
   * `Key.template("ALL")`, has one partition: `pk()`.
   */
  pk(partition: Operand<E, PartitionParts<E, I>>): WithSortKey<E, I>
}

/**
 * Says that there is no index, where an index is asked for of an entity that has none.
 *
 * @category models
 * @since 0.1.0
 */
export type NoIndex<Names> = [Names] extends [never] ? Refused<"this entity has no indexes"> : never

/**
 * A query. Yield it to run it: all items that match, up to its limit.
 *
 * An item whose time to live has passed does not match, though DynamoDB may take days to remove it: DynamoDB
 * filters by the time of each request, or the query does where the time is a key attribute of what is queried.
 * An index that does not hold the entity's `timeToLive` is read with `hydrate()`, or refused with `EncodeError`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Query<E extends Entity.Any, I, A = Read<E, I>> extends Effect.Effect<
  ReadonlyArray<A>,
  Error,
  DynamoClient | E["DecodingServices"] | E["EncodingServices"]
> {
  /**
   * Only items for which the condition holds; called again, both must. DynamoDB filters
   * after it has read, and what it read is paid for. The key attributes of what is queried
   * cannot be filtered on, nor can what an index does not hold.
   */
  filter(condition: (fields: Filterable<E, I>) => Condition.Condition): Query<E, I, A>
  /** Only items whose fields equal these values. */
  filter(values: FilterValues<E, I>): Query<E, I, A>
  /**
   * Reads only some fields, or parts of them: `"name"`, `["address", "city"]`. Called again, it
   * selects of what was left.
   */
  select<const P extends ReadonlyArray<Projection.Selection<E, A>>>(
    ...paths: P & Projection.Checked<E, P>
  ): Query<E, I, Projection.Selected<E, P>>
  /** Returns so many items at most, however many DynamoDB has to look at: a whole number from 1. */
  limit(items: number): Query<E, I, A>
  /** Looks at so many items in one request at most: DynamoDB's `Limit`, a whole number from 1. */
  pageSize(items: number): Query<E, I, A>
  /** Sends so many requests at most, whatever they found; the page then says that it stopped early. */
  maxPages(requests: number): Query<E, I, A>
  /** Looks at so many items at most, whatever of them matched; the page then says that it stopped early. */
  maxScanned(items: number): Query<E, I, A>
  /** Descending order of the sort key. */
  reverse(): Query<E, I, A>
  /** Reads what every acknowledged write before it left, at twice the cost. A global index cannot. */
  readonly consistent: Consistent<E, I, Query<E, I, A>>
  /**
   * Reads the whole items of those that an index gives that projects less, 100 a request.
   * What was deleted since the index was written is left out.
   */
  readonly hydrate: Hydrate<E, I>
  /** The first item, if there is one. */
  first(): Effect.Effect<Option.Option<A>, Error, DynamoClient | E["DecodingServices"] | E["EncodingServices"]>
  /**
   * How many items pass the key condition and the server's filter: not read, but paid for as if. Where DynamoDB
   * cannot filter by the entity's time to live, they are read.
   */
  count(): Effect.Effect<number, Error, DynamoClient | E["EncodingServices"]>
  /** One page: `limit` items, or what one request gives where no limit is set. */
  page(): Effect.Effect<Page<A>, Error, DynamoClient | E["DecodingServices"] | E["EncodingServices"]>
  /** The page after a cursor of this query; the first one where it is `undefined`. */
  page(options: {
    readonly after: Cursor | undefined
  }): Effect.Effect<Page<A>, Error | CursorError, DynamoClient | E["DecodingServices"] | E["EncodingServices"]>
  /** The items, page by page: while one page is worked on, the next is read. */
  stream(): Stream.Stream<A, Error, DynamoClient | E["DecodingServices"] | E["EncodingServices"]>
  /** The pages, likewise. */
  pages(): Stream.Stream<Page<A>, Error, DynamoClient | E["DecodingServices"] | E["EncodingServices"]>
  /** The first request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<QueryCommandInput, KeyError | EncodeError, E["EncodingServices"]>
  /** What the query will do and what to know of it; needs no client. */
  explain(): Effect.Effect<Explanation<QueryCommandInput>, KeyError | EncodeError, E["EncodingServices"]>
}

/**
 * What a query gives: the entity's type, or what a global index that projects less holds of it.
 *
 * @category models
 * @since 0.1.0
 */
export type Read<E extends Entity.Any, I> = I extends Primary ? E["Type"] : Entity.IndexType<E, I>

/**
 * Whole items where an index gives less.
 *
 * @category models
 * @since 0.1.0
 */
export type Hydrate<E extends Entity.Any, I> = I extends Primary
  ? Refused<"the table holds whole items">
  : Entity.IsPartial<E, I> extends true
    ? () => Query<E, I, E["Type"]>
    : Refused<"reads of this index give whole items already">

/**
 * The fields that a query cannot filter on: its key attributes, and what its index does not hold.
 *
 * @category models
 * @since 0.1.0
 */
export type Unfilterable<E extends Entity.Any, I> = KeyAttributeNames<E, I> | Unprojected<E, I>

/**
 * The fields that are key attributes of what is queried: a query cannot filter on them.
 *
 * @category models
 * @since 0.1.0
 */
export type KeyAttributeNames<E extends Entity.Any, I> =
  | NativeNames<PartitionParts<E, I>>
  | NativeNames<SortParts<E, I>>

/**
 * References to the fields that a query can filter on. Those to the others say why it cannot.
 *
 * @category models
 * @since 0.1.0
 */
export type Filterable<
  E extends Entity.Any,
  I,
  Names extends keyof FieldsOf<E> = Exclude<keyof FieldsOf<E>, Unfilterable<E, I>>
> = filterTypes.References<E, Names, KeyAttributeNames<E, I>, Unprojected<E, I>>

type Unprojected<E extends Entity.Any, I> = I extends Primary ? never : Entity.UnprojectedNames<E, I>

type NativeNames<P> =
  P extends ReadonlyArray<infer One>
    ? One extends { readonly mode: "native"; readonly name: infer N }
      ? N
      : never
    : never

/**
 * Values by field, of every field that can be filtered on. The others take none, and say why.
 *
 * @category models
 * @since 0.1.0
 */
export type FilterValues<E extends Entity.Any, I> = filterTypes.Values<
  E,
  filterTypes.Named<E>,
  KeyAttributeNames<E, I>,
  Unprojected<E, I>
>

/**
 * A query that may still say which part of the partition it reads.
 *
 * @category models
 * @since 0.1.0
 */
export interface WithSortKey<E extends Entity.Any, I> extends Query<E, I> {
  /** Conditions on the sort key. */
  readonly sk: SortParts<E, I> extends readonly [] ? Refused<NoSort<E, I>> : SortKey<E, I, SortParts<E, I>>
}

/** Why there is nothing to say of a sort key. */
type NoSort<E extends Entity.Any, I> = I extends Primary
  ? Entity.HasSortKey<E> extends true
    ? "the entity's sort key has no fields: each partition has one item of it"
    : "the table has no sort key"
  : "the index has no sort key, or one without fields of the entity"

/**
 * The conditions on a sort key. Operands are its leading fields, as a record, or the
 * bare value where the key has one field; the operator is about the last one given.
 *
 * @category models
 * @since 0.1.0
 */
export interface SortKey<E extends Entity.Any, I, P> {
  /** Equal: the whole key. */
  eq(value: Operand<E, P>): Query<E, I>
  /** Equal in the leading fields given. */
  prefix(value: Leading<E, P>): Query<E, I>
  /** Less than. */
  lt(value: LeadingRange<E, P>): Query<E, I>
  /** Less than or equal. */
  lte(value: LeadingRange<E, P>): Query<E, I>
  /** Greater than. */
  gt(value: LeadingRange<E, P>): Query<E, I>
  /** Greater than or equal. */
  gte(value: LeadingRange<E, P>): Query<E, I>
  /** Between both, both included. */
  between(lower: LeadingRange<E, P>, upper: LeadingRange<E, P>): Query<E, I>
  /** The last field given begins with this text. */
  beginsWith(value: LeadingText<E, P>): Query<E, I>
}

/**
 * Consistent reads where there are any.
 *
 * @category models
 * @since 0.1.0
 */
export type Consistent<E extends Entity.Any, I, Self> = I extends Primary
  ? () => Self
  : Entity.IsGlobal<E, I> extends true
    ? Refused<"a global index cannot be read consistently">
    : () => Self

// -----------------------------------------------------------------------------
// Types of operands
// -----------------------------------------------------------------------------

/**
 * The fields of the partition key of what is queried, in order.
 *
 * @category models
 * @since 0.1.0
 */
export type PartitionParts<E extends Entity.Any, I> = I extends Primary
  ? Entity.PartitionParts<E>
  : Entity.IndexPartitionParts<E, I>

/**
 * The fields of the sort key of what is queried, in order.
 *
 * @category models
 * @since 0.1.0
 */
export type SortParts<E extends Entity.Any, I> = I extends Primary
  ? Entity.HasSortKey<E> extends true
    ? Entity.SortParts<E>
    : readonly []
  : Entity.IndexSortParts<E, I>

/** What a key's conditions take. An interface, so that errors show the operands and not where they come from. */
interface Operands<E extends Entity.Any, P> {
  // An argument that may be `void` can be left out.
  readonly whole: P extends readonly []
    ? NoFields | void
    : Fields<E, Key.NamesOf<P> & keyof E["Type"]>["record"] | Bare<E, P, "any">
  readonly leading: LeadingRecords<E, P, "any"> | Bare<E, P, "any">
  readonly range: LeadingRecords<E, P, "range"> | Bare<E, P, "range">
  readonly text: LeadingRecords<E, P, "text"> | Bare<E, P, "text">
}

/** The record of no fields. */
interface NoFields {
  readonly [field: string]: never
}

/** Values of these fields: of a parameter, so that editors lead to the schema's fields. An interface as above. */
interface Fields<E extends Entity.Any, Names extends keyof E["Type"]> {
  readonly record: { readonly [N in Names]-?: Exclude<E["Type"][N], undefined | null> }
}

/**
 * A whole key: a record of its fields, or the bare value where it has one. Where it has none, nothing need be said.
 *
 * @category models
 * @since 0.1.0
 */
export type Operand<E extends Entity.Any, P> = Operands<E, P>["whole"]

/**
 * The leading fields of a sort key.
 *
 * @category models
 * @since 0.1.0
 */
export type Leading<E extends Entity.Any, P> = Operands<E, P>["leading"]

/**
 * The leading fields of a sort key, the last of which has an order in the key.
 *
 * @category models
 * @since 0.1.0
 */
export type LeadingRange<E extends Entity.Any, P> = Operands<E, P>["range"]

/**
 * The leading fields of a sort key, the last of which is the beginning of its text.
 *
 * @category models
 * @since 0.1.0
 */
export type LeadingText<E extends Entity.Any, P> = Operands<E, P>["text"]

/** One of the leading parts, by what its last field may be. */
type LeadingRecords<
  E extends Entity.Any,
  P,
  Last extends "any" | "range" | "text",
  Acc = unknown
> = P extends readonly [infer H extends Key.PartType, ...infer T]
  ?
      | (Acc & LastField<E, H["name"] & keyof E["Type"], H, Last>["record"] & Ending<T, Last>)
      | LeadingRecords<E, T, Last, Acc & Fields<E, H["name"] & keyof E["Type"]>["record"]>
  : never

/** The last field given, by what it may be. */
interface LastField<
  E extends Entity.Any,
  Name extends keyof E["Type"],
  H extends Key.PartType,
  Last extends "any" | "range" | "text"
> {
  readonly record: { readonly [N in Name]-?: LastOf<E, H, Last> }
}

/** After a text, which is no whole value of its field, there are no further fields. */
type Ending<T, Last> = Last extends "text" ? { readonly [N in Key.NamesOf<T>]?: never } : unknown

/** What the last field given may be. */
type LastOf<E extends Entity.Any, H extends Key.PartType, Last extends "any" | "range" | "text"> = Last extends "any"
  ? Entity.FieldType<E, H["name"]>
  : Last extends "range"
    ? RangeType<E, H>
    : TextType<E, H>

/** The bare value, where the key has one field. */
type Bare<E extends Entity.Any, P, Last extends "any" | "range" | "text"> = P extends readonly [
  infer One extends Key.PartType
]
  ? LastOf<E, One, Last>
  : never

/** What a field is encoded as by its schema. */
type EncodedOf<E extends Entity.Any, N> = N extends keyof FieldsOf<E>
  ? Exclude<FieldsOf<E>[N]["Encoded"], undefined | null>
  : never

type FieldsOf<E extends Entity.Any> = E["~@effect-dynamo/core/Entity"]["fields"]

type Numeric = number | bigint | BigDecimal.BigDecimal

/** A field's type where text order is its order; else a sentence that says what to do. */
type RangeType<E extends Entity.Any, H extends Key.PartType> = H["mode"] extends "custom"
  ? `"${H["name"]}" has no order in this key: declare one in the template's parts`
  : H["mode"] extends "plain"
    ? [EncodedOf<E, H["name"]>] extends [Numeric | Option.Option<Numeric>]
      ? `"${H["name"]}" is not written in numeric order: declare it with Key.ordered or Key.padded`
      : Entity.FieldType<E, H["name"]>
    : Entity.FieldType<E, H["name"]>

/** Text, where the field is written as its text. */
type TextType<E extends Entity.Any, H extends Key.PartType> = H["mode"] extends "ordered" | "desc" | "padded"
  ? `"${H["name"]}" is a number: it does not begin with a text`
  : [EncodedOf<E, H["name"]>] extends [Numeric | boolean | Option.Option<Numeric | boolean>]
    ? `"${H["name"]}" is no text`
    : [EncodedOf<E, H["name"]>] extends [Uint8Array | Option.Option<Uint8Array>]
      ? Uint8Array
      : string

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/**
 * A query of an entity's table.
 *
 * @category constructors
 * @since 0.1.0
 */
export const from = <E extends Entity.Any>(entity: E): Unkeyed<E, Primary> =>
  // Types know whose key and whose values they are; the run time knows it from the entity.
  unkeyed(entity, undefined) as never

const unkeyed = (entity: Entity.Any, index: string | undefined): unknown => new UnkeyedQuery(entity, index)

class UnkeyedQuery {
  private readonly entity: Entity.Any
  private readonly on: string | undefined
  constructor(entity: Entity.Any, index: string | undefined) {
    this.entity = entity
    this.on = index
  }
  index(name: string): UnkeyedQuery {
    return new UnkeyedQuery(this.entity, name)
  }
  pk(partition: unknown): QueryItems {
    return new QueryItems({
      ...nothingSaid,
      entity: this.entity,
      index: this.on,
      partition,
      sort: undefined,
      reverse: false
    })
  }
}

export {
  /**
   * A query of several entities of one partition: see {@link Collection}.
   *
   * @category constructors
   * @since 0.1.0
   */
  collection
} from "./Collection.ts"

class QueryItems extends ReadBuilder<QueryItems, QueryState, Error> {
  protected get name(): string {
    return "Query"
  }
  protected with<K extends keyof QueryState>(key: K, value: QueryState[K]): QueryItems {
    const state = { ...this.state }
    state[key] = value
    return new QueryItems(state)
  }
  private run<A, E>(
    f: (read: Paged<Error, never>, plan: QueryPlan, running: builder.Running) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | Error, DynamoClient> {
    const { state } = this
    return builder.run(state.entity, "Query", (running) => this.reading(running, f))
  }
  private reading<A, E>(
    running: builder.Running,
    f: (read: Paged<Error, never>, plan: QueryPlan, running: builder.Running) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | Error> {
    const { state } = this
    return Effect.flatMap(builder.typed(planQuery(state, running)), (plan) => {
      running.span?.reads(plan.pattern.indexName)
      return f(paged(state, plan, running), plan, running)
    })
  }
  get sk(): SortConditions {
    return new SortConditions(this)
  }
  sorted(sort: SortCondition): QueryItems {
    return this.with("sort", sort)
  }
  reverse(): QueryItems {
    return this.with("reverse", true)
  }
  hydrate(): QueryItems {
    return new QueryItems({ ...this.state, hydrate: true, select: undefined })
  }
  first(): Effect.Effect<Option.Option<never>, Error, DynamoClient> {
    return Effect.map(this.with("limit", 1).asEffect(), (items) => Option.fromUndefinedOr(items[0]))
  }
  count(): Effect.Effect<number, Error, DynamoClient> {
    return this.with("select", undefined).run((read, { input, reading }, { client }) =>
      terminals.count(
        read,
        countNow(
          reading.expiry,
          read,
          (start, evaluate) => withStart(input, start, evaluate),
          advancing("Query", client.query)
        )
      )
    )
  }
  page(options?: {
    readonly after: Cursor | undefined
  }): Effect.Effect<Page<never>, Error | CursorError, DynamoClient> {
    return this.run((read) => terminals.page<never, Error, never>(read, options?.after))
  }
  pages(): Stream.Stream<Page<never>, Error, DynamoClient> {
    return this.streamed((page) => [page])
  }
  stream(): Stream.Stream<never, Error, DynamoClient> {
    return this.streamed((page) => page.items)
  }
  private streamed<A>(values: (page: Page<never>) => ReadonlyArray<A>): Stream.Stream<A, Error, DynamoClient> {
    return builder.runStream(this.state.entity, "Query", (running) =>
      this.reading(running, (read) => Effect.succeed(terminals.stream(read, values)))
    )
  }
  private planned<A>(
    f: (request: QueryCommandInput, plan: QueryPlan, planning: builder.Planning) => A
  ): Effect.Effect<A, KeyError | EncodeError> {
    return builder.plan(this.state.entity, "Query", (planning) =>
      Effect.mapEager(builder.typed(planQuery(this.state, planning)), (plan) => {
        // The plan is made for this request alone.
        const { input } = plan
        const most = evaluate(this.state, 0, 0)
        if (most !== undefined) input.Limit = most
        return f(input, plan, planning)
      })
    )
  }
  toInput(): Effect.Effect<QueryCommandInput, KeyError | EncodeError> {
    return this.planned((request) => request)
  }
  explain(): Effect.Effect<Explanation<QueryCommandInput>, KeyError | EncodeError> {
    const { state } = this
    return this.planned((request, plan, { entity }) => {
      const { pattern, reading } = plan
      return explain({
        kind: "Query",
        request,
        readers: [{ entity, pattern }],
        budgets: state,
        filtered: reading.isFiltered,
        never: reading.never,
        hydrates: reading.hydrates,
        expiry: reading.expiry,
        exact: isExact(plan)
      })
    })
  }
  asEffect(): Effect.Effect<ReadonlyArray<never>, Error, DynamoClient> {
    return this.run((read) => terminals.items<never, Error, never>(read))
  }
  override toJSON(): unknown {
    return builder.describe("Query", this.state)
  }
}

/** The operators on a query's sort key. */
class SortConditions {
  private readonly query: QueryItems
  constructor(query: QueryItems) {
    this.query = query
  }
  eq(value: unknown): QueryItems {
    return this.say("eq", value)
  }
  prefix(value: unknown): QueryItems {
    return this.say("prefix", value)
  }
  lt(value: unknown): QueryItems {
    return this.say("lt", value)
  }
  lte(value: unknown): QueryItems {
    return this.say("lte", value)
  }
  gt(value: unknown): QueryItems {
    return this.say("gt", value)
  }
  gte(value: unknown): QueryItems {
    return this.say("gte", value)
  }
  between(lower: unknown, upper: unknown): QueryItems {
    return this.query.sorted({ operator: "between", value: lower, upper })
  }
  beginsWith(value: unknown): QueryItems {
    return this.say("beginsWith", value)
  }
  private say(operator: SortOperator, value: unknown): QueryItems {
    return this.query.sorted({ operator, value, upper: undefined })
  }
}

/** The read in pages that a query is. */
const paged = (state: QueryState, plan: QueryPlan, running: builder.Running): Paged<Error, never> => ({
  planning: running,
  pattern: plan.pattern,
  identity: () => identityOf(plan, running),
  never: plan.reading.never,
  limit: state.limit,
  pageSize: state.pageSize,
  maxPages: state.maxPages,
  maxScanned: state.maxScanned,
  whole: plan.reading.hydrates ? wholeItems(running, plan.reading.projection) : undefined,
  attempt: attemptRead(running, plan.reading),
  decode: (item) =>
    ResolvedEntity.classify(running.entity, item) === "other"
      ? undefined
      : decodeRead(running, plan.pattern, plan.reading, item),
  fetch: (start, evaluate) =>
    fetchNow(plan.reading.expiry, withStart(plan.input, start, evaluate), advancing("Query", running.client.query))
})
