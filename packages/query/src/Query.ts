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
 * @since 0.1.0
 */
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type { DecodeError, EncodeError, KeyError, Service } from "@effect-dynamo/core/DynamoError"
import { CursorError } from "@effect-dynamo/core/DynamoError"
import type { Item } from "@effect-dynamo/core/Attribute"
import type * as Entity from "@effect-dynamo/core/Entity"
import type * as Key from "@effect-dynamo/core/Key"
import type * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Cursor } from "./Cursor.ts"
import * as builder from "./internal/builder.ts"
import { evaluate, nextPage, type Paged } from "./internal/paging.ts"
import { planQuery, type QueryPlan, type QueryState, type SortOperator } from "./internal/queryPlan.ts"
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
 * A query without its partition key: not an Effect yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<E extends Entity.Any, I> {
  /** Queries one of the entity's access patterns instead of the table. */
  readonly index: I extends Primary
    ? <N extends Entity.IndexNames<E>>(name: N) => Unkeyed<E, N>
    : "the query has its index already"
  /** The partition to read: a record of the key's fields, or the bare value where it has one. */
  pk(partition: Operand<E, PartitionParts<E, I>>): WithSortKey<E, I>
}

/**
 * A query. Yield it to run it: all items that match, up to its limit.
 *
 * @category models
 * @since 0.1.0
 */
export interface Query<E extends Entity.Any, I> extends Effect.Effect<
  ReadonlyArray<E["Type"]>,
  Error,
  DynamoClient | E["DecodingServices"]
> {
  /** Returns so many items at most, however many DynamoDB has to look at: a whole number from 1. */
  limit(items: number): this
  /** Looks at so many items in one request at most: DynamoDB's `Limit`, a whole number from 1. */
  pageSize(items: number): this
  /** Descending order of the sort key. */
  reverse(): this
  /** Reads what every acknowledged write before it left, at twice the cost. A global index cannot. */
  readonly consistent: Consistent<E, I, this>
  /** The first item, if there is one. */
  first(): Effect.Effect<Option.Option<E["Type"]>, Error, DynamoClient | E["DecodingServices"]>
  /** One page: `limit` items, or what one request gives where no limit is set. */
  page(): Effect.Effect<Page<E["Type"]>, Error, DynamoClient | E["DecodingServices"]>
  /** The page after a cursor of this query. */
  page(options: {
    readonly after: Cursor
  }): Effect.Effect<Page<E["Type"]>, Error | CursorError, DynamoClient | E["DecodingServices"]>
  /** The items, page by page as they are consumed. */
  stream(): Stream.Stream<E["Type"], Error, DynamoClient | E["DecodingServices"]>
  /** The pages, as they are consumed. */
  pages(): Stream.Stream<Page<E["Type"]>, Error, DynamoClient | E["DecodingServices"]>
  /** The first request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<QueryCommandInput, KeyError>
}

/**
 * A query that may still say which part of the partition it reads.
 *
 * @category models
 * @since 0.1.0
 */
export interface WithSortKey<E extends Entity.Any, I> extends Query<E, I> {
  /** Conditions on the sort key. */
  readonly sk: SortParts<E, I> extends readonly []
    ? "this key has no sort key with fields"
    : SortKey<E, I, SortParts<E, I>>
}

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
    ? "a global index cannot be read consistently"
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
  readonly whole: { readonly [N in Key.NamesOf<P>]: Entity.FieldType<E, N> } | Bare<E, P, "any">
  readonly leading: LeadingRecords<E, P, "any"> | Bare<E, P, "any">
  readonly range: LeadingRecords<E, P, "range"> | Bare<E, P, "range">
  readonly text: LeadingRecords<E, P, "text"> | Bare<E, P, "text">
}

/**
 * A whole key: a record of its fields, or the bare value where it has one.
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
      | (Acc & { readonly [N in H["name"]]: LastOf<E, H, Last> } & Ending<T, Last>)
      | LeadingRecords<E, T, Last, Acc & { readonly [N in H["name"]]: Entity.FieldType<E, N> }>
  : never

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

const unkeyed = (entity: Entity.Any, index: string | undefined): unknown => ({
  index: (name: string) => unkeyed(entity, name),
  pk: (partition: unknown) =>
    new QueryItems({
      entity,
      index,
      partition,
      sort: undefined,
      limit: undefined,
      pageSize: undefined,
      reverse: false,
      consistent: false
    })
})

class QueryItems extends Effectable.Class<ReadonlyArray<never>, Error, DynamoClient> {
  readonly state: QueryState
  constructor(state: QueryState) {
    super()
    this.state = state
  }
  private with(change: Partial<QueryState>): QueryItems {
    return new QueryItems({ ...this.state, ...change })
  }
  get sk(): unknown {
    const condition = (operator: SortOperator) => (value: unknown, upper?: unknown) =>
      this.with({ sort: { operator, value, upper } })
    return {
      eq: condition("eq"),
      prefix: condition("prefix"),
      lt: condition("lt"),
      lte: condition("lte"),
      gt: condition("gt"),
      gte: condition("gte"),
      between: condition("between"),
      beginsWith: condition("beginsWith")
    }
  }
  limit(items: number): QueryItems {
    return this.with({ limit: positive("limit", items) })
  }
  pageSize(items: number): QueryItems {
    return this.with({ pageSize: positive("pageSize", items) })
  }
  reverse(): QueryItems {
    return this.with({ reverse: true })
  }
  consistent(): QueryItems {
    return this.with({ consistent: true })
  }
  first(): Effect.Effect<Option.Option<never>, Error, DynamoClient> {
    return Effect.map(this.with({ limit: 1 }).asEffect(), (items) => Option.fromUndefinedOr(items[0]))
  }
  page(options?: { readonly after: Cursor }): Effect.Effect<Page<never>, Error | CursorError, DynamoClient> {
    return builder.run(this.state.entity, "Query", (running) =>
      Effect.flatMap(paged(this.state, running), (read) =>
        Effect.flatMapEager(startOf(read, options?.after, running), (start) =>
          nextPage<never, Error, never>(read, start)
        )
      )
    )
  }
  pages(): Stream.Stream<Page<never>, Error, DynamoClient> {
    return this.paginate((page) => [page])
  }
  stream(): Stream.Stream<never, Error, DynamoClient> {
    return this.paginate((page) => page.items)
  }
  private paginate<A>(values: (page: Page<never>) => ReadonlyArray<A>): Stream.Stream<A, Error, DynamoClient> {
    return Stream.unwrap(
      builder.run(this.state.entity, "Query", (running) =>
        Effect.map(paged(this.state, running), (read) => streamOf(read, values))
      )
    )
  }
  toInput(): Effect.Effect<QueryCommandInput, KeyError> {
    return builder.plan(this.state.entity, "Query", (planning) =>
      Effect.mapEager(planQuery(this.state, planning), ({ input }) =>
        withStart(input, undefined, evaluate(this.state, 0, 0))
      )
    )
  }
  asEffect(): Effect.Effect<ReadonlyArray<never>, Error, DynamoClient> {
    return builder.run(this.state.entity, "Query", (running) =>
      Effect.flatMap(paged(this.state, running), (read) => allItems(read, this.state.limit))
    )
  }
  override toJSON(): unknown {
    return builder.describe("Query", this.state)
  }
}

// -----------------------------------------------------------------------------
// Running
// -----------------------------------------------------------------------------

const positive = (what: string, items: number): number => {
  if (!Number.isSafeInteger(items) || items < 1) {
    throw new RangeError(`Query: ${what} takes a whole number from 1, not ${items}`)
  }
  return items
}

/** The read in pages that a query is. */
const paged = (state: QueryState, running: builder.Running): Effect.Effect<Paged<Error, never>, KeyError> =>
  Effect.mapEager(planQuery(state, running), (plan: QueryPlan) => ({
    planning: running,
    pattern: plan.pattern,
    identity: plan.identity,
    limit: state.limit,
    pageSize: state.pageSize,
    fetch: (start, evaluate) => running.client.query(withStart(plan.input, start, evaluate))
  }))

const withStart = (
  input: QueryCommandInput,
  start: Item | undefined,
  evaluate: number | undefined
): QueryCommandInput => ({
  ...input,
  ...(evaluate === undefined ? undefined : { Limit: evaluate }),
  ...(start === undefined ? undefined : { ExclusiveStartKey: start })
})

/** Where a page starts; a cursor must be of this very query. */
const startOf = (
  read: Paged<Error, never>,
  after: Cursor | undefined,
  { where }: builder.Running
): Effect.Effect<Item | undefined, CursorError> =>
  after === undefined || after.identity === read.identity
    ? Effect.succeed(after?.key)
    : Effect.fail(
        new CursorError({
          message: "The cursor belongs to another query: its table, index, partition or sort key condition differ",
          ...where
        })
      )

/** All items up to the limit, or to the end. */
const allItems = (read: Paged<Error, never>, limit: number | undefined): Effect.Effect<ReadonlyArray<never>, Error> => {
  const first = nextPage<never, Error, never>(read, undefined)
  if (limit !== undefined) return Effect.map(first, (page) => page.items)
  const rest = (before: ReadonlyArray<never>, page: Page<never>): Effect.Effect<ReadonlyArray<never>, Error> => {
    const items = before.length === 0 ? page.items : before.concat(page.items)
    return Option.match(page.cursor, {
      onNone: () => Effect.succeed(items),
      onSome: (cursor) => Effect.flatMap(nextPage<never, Error, never>(read, cursor.key), (next) => rest(items, next))
    })
  }
  return Effect.flatMap(first, (page) => rest([], page))
}

/** What each page gives, up to the limit or to the end: a page is read when it is asked for. */
const streamOf = <A>(
  read: Paged<Error, never>,
  values: (page: Page<never>) => ReadonlyArray<A>
): Stream.Stream<A, Error> =>
  Stream.paginate({ start: undefined as Item | undefined, left: read.limit }, ({ left, start }) =>
    Effect.map(nextPage<never, Error, never>(perRequest(read, left), start), (page) => {
      const remaining = left === undefined ? undefined : left - page.count
      const next = Option.filter(page.cursor, () => remaining !== 0)
      return [values(page), Option.map(next, (cursor) => ({ start: cursor.key, left: remaining }))] as const
    })
  )

/** A page of a stream holds what one request gives, where a page size is set; else up to the limit. */
const perRequest = (read: Paged<Error, never>, left: number | undefined): Paged<Error, never> => ({
  ...read,
  limit: left === undefined ? undefined : read.pageSize === undefined ? left : Math.min(left, read.pageSize)
})
