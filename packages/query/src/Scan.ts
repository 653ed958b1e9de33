/**
 * Reads all of an entity's items, wherever they are: the whole table, or a whole index.
 *
 * A scan looks at every item of the table, other entities' too, and all it looks at is
 * paid for. So it has to be asked for by name, needs no key, and gives its items in no
 * order. What makes a large one bearable is here too: segments that are read in parallel,
 * here or on many machines, checkpoints to go on from, and
 * `DynamoClient.withReadRate` to bound what it consumes.
 *
 * An item whose time to live has passed is left out, though DynamoDB may take days to remove it. A global index
 * that does not hold the entity's `timeToLive` is refused with `EncodeError`, for nothing could tell.
 *
 * **Example** (The users that are active, from eight segments)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Scan, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   active: Schema.Boolean
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const scan = Scan.from(User).filter({ active: true }).segments(8)
 * const { Segment, TotalSegments } = Effect.runSync(scan.toInput())
 * Segment // => 0
 * TotalSegments // => 8
 * ```
 *
 * See [scans](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html).
 *
 * @module
 * @since 0.1.0
 */
import type { ScanCommandInput } from "@aws-sdk/client-dynamodb"
import { CurrentConcurrency, type DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type * as Condition from "@effect-dynamo/core/Condition"
import {
  CursorError,
  type DecodeError,
  type EncodeError,
  type KeyError,
  type Service
} from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import type * as Projection from "@effect-dynamo/core/Projection"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { Cursor } from "./Cursor.ts"
import type { Explanation } from "./Explanation.ts"
import { advancing } from "./internal/advancing.ts"
import * as builder from "./internal/builder.ts"
import { countNow } from "./internal/expiry.ts"
import { explain } from "./internal/explain.ts"
import * as cursorText from "./internal/cursorText.ts"
import type * as filterTypes from "./internal/filterTypes.ts"
import { evaluate, type Paged } from "./internal/paging.ts"
import { nothingSaid, positive } from "./internal/reading.ts"
import * as places from "./internal/scanPlaces.ts"
import {
  identityOf,
  inputOf,
  paged,
  planScan,
  type ScanPlan,
  type ScanState,
  type Segment
} from "./internal/scanPlan.ts"
import { bound, evaluateOf, workersOf } from "./internal/scanSegments.ts"
import * as scanTerminals from "./internal/scanTerminals.ts"
import { ReadBuilder } from "./internal/readBuilder.ts"
import * as terminals from "./internal/terminals.ts"
import type { Page } from "./Page.ts"
import type { Consistent, NoIndex, Primary, Read } from "./Query.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * What a scan can fail with. With a cursor or a checkpoint, `CursorError` joins it.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | KeyError | EncodeError | DecodeError

/**
 * What a scan needs to run.
 *
 * @category models
 * @since 0.1.0
 */
export type Services<E extends Entity.Any> = DynamoClient | E["DecodingServices"] | E["EncodingServices"]

/**
 * What every scan gives.
 *
 * @category models
 * @since 0.1.0
 */
export interface Results<E extends Entity.Any, A, Failure> extends Effect.Effect<
  ReadonlyArray<A>,
  Failure,
  Services<E>
> {
  /** Any one item, if there is one: that which comes first. */
  first(): Effect.Effect<Option.Option<A>, Failure, Services<E>>
  /**
   * How many items pass the server's filter: not read, but paid for as if. Of an entity without a
   * marker, where keys decide after reading, other entities' items count too. Of a local index that does
   * not hold the entity's time to live, items are read.
   */
  count(): Effect.Effect<number, Exclude<Failure, DecodeError>, DynamoClient | E["EncodingServices"]>
  /** The items, page by page: while one page is worked on, the next is read. */
  stream(): Stream.Stream<A, Failure, Services<E>>
  /** The pages, likewise. Of segments: each page's cursor goes on in its own `segment`. */
  pages(): Stream.Stream<Page<A>, Failure, Services<E>>
  /** The first request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<ScanCommandInput, KeyError | EncodeError, E["EncodingServices"]>
  /** What the scan will do and what to know of it; needs no client. Of several segments, the first. */
  explain(): Effect.Effect<Explanation<ScanCommandInput>, KeyError | EncodeError, E["EncodingServices"]>
}

/**
 * A scan. Yield it to run it: all items that match, up to its limit.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scan<E extends Entity.Any, I, A = Read<E, I>> extends Results<E, A, Error> {
  /**
   * Only items for which the condition holds; called again, both must. DynamoDB filters
   * after it has read, and what it read is paid for. Key attributes can be filtered on.
   */
  filter(condition: (fields: Filterable<E, I>) => Condition.Condition): Scan<E, I, A>
  /** Only items whose fields equal these values. */
  filter(values: FilterValues<E, I>): Scan<E, I, A>
  /**
   * Reads only some fields, or parts of them: `"name"`, `["address", "city"]`. Called again, it
   * selects of what was left.
   */
  select<const P extends ReadonlyArray<Projection.Selection<E, A>>>(
    ...paths: P & Projection.Checked<E, P>
  ): Scan<E, I, Projection.Selected<E, P>>
  /** Returns so many items at most, however many DynamoDB has to look at: a whole number from 1. */
  limit(items: number): Scan<E, I, A>
  /** Looks at so many items in one request at most: DynamoDB's `Limit`, a whole number from 1. */
  pageSize(items: number): Scan<E, I, A>
  /** Sends so many requests at most, whatever they found; the page then says that it stopped early. */
  maxPages(requests: number): Scan<E, I, A>
  /** Looks at so many items at most, whatever of them matched; the page then says that it stopped early. */
  maxScanned(items: number): Scan<E, I, A>
  /** Reads what every acknowledged write before it left, at twice the cost: no snapshot. A global index cannot. */
  readonly consistent: Consistent<E, I, Scan<E, I, A>>
  /**
   * Divides the scan into so many segments, 1 to 1,000,000, and reads some of them at the same time:
   * as many as `DynamoClient.withConcurrency` says, 8 unless told.
   */
  segments(total: number): Segmented<E, I, A>
  /** Reads one segment of so many, counted from 0: for machines that share a scan. */
  segment(index: number, total: number): Scan<E, I, A>
  /** One page: `limit` items, or what one request gives where no limit is set. */
  page(): Effect.Effect<Page<A>, Error, Services<E>>
  /** The page after a cursor of this scan (of a segment, after one of the same segment); the first one where it is `undefined`. */
  page(options: { readonly after: Cursor | undefined }): Effect.Effect<Page<A>, Error | CursorError, Services<E>>
}

/**
 * A scan that may still say what it reads: one of the entity's access patterns instead of the table.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unindexed<E extends Entity.Any> extends Scan<E, Primary> {
  /** Reads an index. What is not in it, as an item that lacks a field of its key, is not met. */
  index<N extends Entity.IndexNames<E> | NoIndex<Entity.IndexNames<E>>>(name: N): Scan<E, N>
}

/**
 * A scan whose segments are read at the same time, and merged. Limit and budgets are those of all
 * segments together. Each segment under way reads one page ahead at most.
 *
 * It has no `page`, for a place in it is many places: see {@link Checkpoint}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Segmented<E extends Entity.Any, I, A = Read<E, I>, Failure = Error> extends Results<E, A, Failure> {
  /** As of {@link Scan}. */
  filter(condition: (fields: Filterable<E, I>) => Condition.Condition): Segmented<E, I, A, Failure>
  /** As of {@link Scan}. */
  filter(values: FilterValues<E, I>): Segmented<E, I, A, Failure>
  /** As of {@link Scan}. */
  select<const P extends ReadonlyArray<Projection.Selection<E, A>>>(
    ...paths: P & Projection.Checked<E, P>
  ): Segmented<E, I, Projection.Selected<E, P>, Failure>
  /** Returns so many items at most, of all segments together. */
  limit(items: number): Segmented<E, I, A, Failure>
  /** As of {@link Scan}. */
  pageSize(items: number): Segmented<E, I, A, Failure>
  /** Sends so many requests at most, for all segments together. */
  maxPages(requests: number): Segmented<E, I, A, Failure>
  /** Looks at so many items at most, in all segments together. */
  maxScanned(items: number): Segmented<E, I, A, Failure>
  /** As of {@link Scan}. */
  readonly consistent: Consistent<E, I, Segmented<E, I, A, Failure>>
  /** Goes on after a checkpoint of a scan of the same items in as many segments. */
  resume(checkpoint: Checkpoint): Segmented<E, I, A, Failure | CursorError>
  /** The items, with where the scan is after them. */
  checkpoints(): Stream.Stream<Checkpointed<A>, Failure, Services<E>>
}

/**
 * Items of a running scan, and where it is after them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Checkpointed<out A> {
  /** None where a page held nothing that matched: the scan is further all the same. */
  readonly items: ReadonlyArray<A>
  readonly checkpoint: Checkpoint
}

/** The fields that cannot be filtered on: those that the index does not hold. */
type Unfilterable<E extends Entity.Any, I> = I extends Primary ? never : Entity.UnprojectedNames<E, I>

type FieldsOf<E extends Entity.Any> = E["~@effect-dynamo/core/Entity"]["fields"]

/**
 * References to the fields that a scan can filter on. Those to the others say why it cannot.
 *
 * @category models
 * @since 0.1.0
 */
export type Filterable<
  E extends Entity.Any,
  I,
  Names extends keyof FieldsOf<E> = Exclude<keyof FieldsOf<E>, Unfilterable<E, I>>
> = filterTypes.References<E, Names, never, Unfilterable<E, I>>

/**
 * Values by field, of every field that can be filtered on. The others take none, and say why.
 *
 * @category models
 * @since 0.1.0
 */
export type FilterValues<E extends Entity.Any, I> = filterTypes.Values<
  E,
  filterTypes.Named<E>,
  never,
  Unfilterable<E, I>
>

// -----------------------------------------------------------------------------
// Checkpoints
// -----------------------------------------------------------------------------

const CheckpointTypeId = "~@effect-dynamo/query/Scan/Checkpoint"

/**
 * Where each segment of a scan is, after the items that came before it. The scan can go on from here at
 * any time, with `resume`: nothing is read twice and nothing is skipped.
 *
 * It holds keys of items: treat it as what it points at.
 *
 * @category models
 * @since 0.1.0
 */
export interface Checkpoint {
  readonly [CheckpointTypeId]: typeof CheckpointTypeId
  /** Whether the scan is at its end. */
  readonly isComplete: boolean
  /** @internal */
  readonly origin: cursorText.Origin
  /** @internal */
  readonly places: places.Places
}

/**
 * Whether a value is a checkpoint.
 *
 * @category guards
 * @since 0.1.0
 */
export const isCheckpoint = (u: unknown): u is Checkpoint => Predicate.hasProperty(u, CheckpointTypeId)

/** Its keys are private to the language: no log, inspector or formatter shows them. */
class CheckpointAt implements Checkpoint {
  readonly [CheckpointTypeId]: typeof CheckpointTypeId = CheckpointTypeId
  readonly isComplete: boolean
  readonly #origin: cursorText.Origin
  readonly #places: places.Places
  constructor(origin: cursorText.Origin, at: places.Places) {
    this.isComplete = places.isComplete(at)
    this.#origin = origin
    this.#places = at
  }
  get origin(): cursorText.Origin {
    return this.#origin
  }
  get places(): places.Places {
    return this.#places
  }
  toJSON(): unknown {
    return { _id: "Checkpoint", isComplete: this.isComplete }
  }
}

/**
 * The items of a scan, with where the scan is after them: what its method `checkpoints` gives.
 *
 * Keep the checkpoint once the items before it are dealt with. A run that ends too early is gone on with
 * from there.
 *
 * **Example** (A job that survives being killed)
 *
 * ```ts
 * import { Effect, Schema, Stream } from "effect"
 * import { Entity, Scan, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const job = Effect.fn("job")(function*(
 *   saved: string | undefined,
 *   handle: (users: ReadonlyArray<User>) => Effect.Effect<void>,
 *   save: (checkpoint: string) => Effect.Effect<void>
 * ) {
 *   const scan = Scan.from(User).segments(8)
 *   const rest = saved === undefined ? scan : scan.resume(yield* Scan.decodeCheckpoint(saved))
 *   yield* Stream.runForEach(Scan.checkpoint(rest), ({ checkpoint, items }) =>
 *     handle(items).pipe(Effect.andThen(Scan.encodeCheckpoint(checkpoint)), Effect.flatMap(save))
 *   )
 * })
 * Effect.isEffect(job(undefined, () => Effect.void, () => Effect.void)) // => true
 * ```
 *
 * @category checkpoints
 * @since 0.1.0
 */
export const checkpoint = <E extends Entity.Any, I, A, Failure>(
  scan: Segmented<E, I, A, Failure>
): Stream.Stream<Checkpointed<A>, Failure, Services<E>> => scan.checkpoints()

/**
 * A checkpoint as text: only letters, digits, `-` and `_`. Signed where `Cursor.layerSigned` is provided.
 *
 * @category checkpoints
 * @since 0.1.0
 */
export const encodeCheckpoint = (checkpoint: Checkpoint): Effect.Effect<string> =>
  cursorText.encode("k", checkpoint.origin, places.toText(checkpoint.places))

/**
 * The checkpoint that a text is. Fails with `CursorError` where it is malformed, of another version or not
 * signed as it should be. Whether it is of the scan that it is handed to is seen there.
 *
 * @category checkpoints
 * @since 0.1.0
 */
export const decodeCheckpoint = (encoded: string): Effect.Effect<Checkpoint, CursorError> =>
  Effect.flatMap(cursorText.decode("k", encoded, "Scan.decodeCheckpoint"), ({ origin, place }) =>
    Option.match(places.fromText(place), {
      onNone: () =>
        Effect.fail(
          new CursorError({
            message: "This text is no checkpoint: its places make no sense",
            operation: "Scan.decodeCheckpoint"
          })
        ),
      onSome: (at) => Effect.succeed(new CheckpointAt(origin, at))
    })
  )

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/**
 * A scan of an entity's table.
 *
 * @category constructors
 * @since 0.1.0
 */
export const from = <E extends Entity.Any>(entity: E): Unindexed<E> =>
  // Types know whose values they are; the run time knows it from the entity.
  new ScanItems({ ...nothingSaid, entity, segment: undefined }) as never

/** What both scans say, and how. */
abstract class Builder<Self> extends ReadBuilder<Self, ScanState, Error | CursorError> {
  protected get name(): string {
    return "Scan"
  }
  protected abstract firstEvaluate(): Effect.Effect<number | undefined>
  private planned<A>(
    f: (request: ScanCommandInput, plan: ScanPlan, planning: builder.Planning) => A
  ): Effect.Effect<A, KeyError | EncodeError> {
    return builder.plan(this.state.entity, "Scan", (planning) =>
      Effect.flatMapEager(builder.typed(planScan(this.state, planning)), (plan) =>
        Effect.map(this.firstEvaluate(), (evaluate) =>
          f(inputOf(plan, this.state.segment, undefined, evaluate), plan, planning)
        )
      )
    )
  }
  toInput(): Effect.Effect<ScanCommandInput, KeyError | EncodeError> {
    return this.planned((request) => request)
  }
  explain(): Effect.Effect<Explanation<ScanCommandInput>, KeyError | EncodeError> {
    const { state } = this
    return this.planned((request, { pattern, reading }, { entity }) =>
      explain({
        kind: "Scan",
        request,
        readers: [{ entity, pattern }],
        budgets: state,
        filtered: state.filter.length > 0 && reading.isFiltered,
        never: reading.never,
        hydrates: false,
        expiry: reading.expiry,
        exact: false
      })
    )
  }
  override toJSON(): unknown {
    return builder.describe("Scan", this.state)
  }
}

/** Plans a scan and runs `f` with it. */
const withPlan = <A, E>(
  state: ScanState,
  running: builder.Running,
  f: (plan: ScanPlan) => Effect.Effect<A, E>
): Effect.Effect<A, E | Error> =>
  Effect.flatMap(builder.typed(planScan(state, running)), (plan) => {
    running.span?.reads(plan.pattern.indexName)
    return f(plan)
  })

class ScanItems extends Builder<ScanItems> {
  protected firstEvaluate(): Effect.Effect<number | undefined> {
    return Effect.succeed(evaluate(this.state, 0, 0))
  }
  protected with<K extends keyof ScanState>(key: K, value: ScanState[K]): ScanItems {
    const state = { ...this.state }
    state[key] = value
    return new ScanItems(state)
  }
  private run<A, E>(
    f: (read: Paged<Error, never>, plan: ScanPlan, running: builder.Running) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | Error, DynamoClient> {
    return builder.run(this.state.entity, "Scan", (running) => this.read(running, f))
  }
  private read<A, E>(
    running: builder.Running,
    f: (read: Paged<Error, never>, plan: ScanPlan, running: builder.Running) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | Error> {
    const { state } = this
    return withPlan(state, running, (plan) =>
      f(paged(state, plan, running, state.segment, advancing("Scan", running.client.scan)), plan, running)
    )
  }
  index(name: string): ScanItems {
    return this.with("index", name)
  }
  segment(index: number, total: number): ScanItems {
    const among = segmentsOf(total)
    if (!Number.isSafeInteger(index) || index < 0 || index >= among) {
      throw new RangeError(`Scan: segment takes a whole number from 0 to ${among - 1}, not ${index}`)
    }
    return this.with("segment", { index, total: among })
  }
  segments(total: number): SegmentedItems {
    return new SegmentedItems({ ...this.state, segment: { index: 0, total: segmentsOf(total) } }, undefined)
  }
  first(): Effect.Effect<Option.Option<never>, Error, DynamoClient> {
    return Effect.map(this.with("limit", 1).asEffect(), (items) => Option.fromUndefinedOr(items[0]))
  }
  count(): Effect.Effect<number, Error, DynamoClient> {
    const { segment } = this.state
    return this.with("select", undefined).run((read, plan, { client }) =>
      terminals.count(
        read,
        countNow(
          plan.reading.expiry,
          read,
          (start, evaluate) => inputOf(plan, segment, start, evaluate),
          advancing("Scan", client.scan)
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
    return builder.runStream(this.state.entity, "Scan", (running) =>
      this.read(running, (read) => Effect.succeed(terminals.stream(read, values)))
    )
  }
  asEffect(): Effect.Effect<ReadonlyArray<never>, Error, DynamoClient> {
    return this.run((read) => terminals.items<never, Error, never>(read))
  }
}

const segmentsOf = (total: number): number => {
  if (positive("Scan: segments", total) > places.mostSegments) {
    throw new RangeError(`Scan: there are ${places.mostSegments} segments at most, not ${total}`)
  }
  return total
}

/** In its state stands the first of its segments. */
class SegmentedItems extends Builder<SegmentedItems> {
  readonly after: Checkpoint | undefined
  constructor(state: ScanState, after: Checkpoint | undefined) {
    super(state)
    this.after = after
  }
  protected with<K extends keyof ScanState>(key: K, value: ScanState[K]): SegmentedItems {
    const state = { ...this.state }
    state[key] = value
    return new SegmentedItems(state, this.after)
  }
  protected firstEvaluate(): Effect.Effect<number | undefined> {
    const { state, total } = this
    return Effect.map(CurrentConcurrency, (concurrency) =>
      evaluateOf(bound(state, state.limit, workersOf(places.beginning(total), concurrency), 0))
    )
  }
  private get total(): number {
    // A scan of many segments is made with their number.
    return this.state.segment!.total
  }
  private read<A, E>(
    running: builder.Running,
    f: (scan: scanTerminals.Segmented<Error, never>, identity: () => string, plan: ScanPlan) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | Error | CursorError> {
    const { after, state, total } = this
    return withPlan(state, running, (plan) => {
      const segment = (index: number): Paged<Error, never> =>
        paged(state, plan, running, { index, total }, advancing("Scan", running.client.scan))
      const identity = () => identityOf(plan.pattern, running, total)
      return Effect.flatMap(startOf(after, total, identity, running), (from) =>
        f({ from, bounds: { ...state, never: plan.reading.never }, segment, span: running.span }, identity, plan)
      )
    })
  }
  resume(checkpoint: Checkpoint): SegmentedItems {
    return new SegmentedItems(this.state, checkpoint)
  }
  first(): Effect.Effect<Option.Option<never>, Error | CursorError, DynamoClient> {
    return Effect.map(this.with("limit", 1).asEffect(), (items) => Option.fromUndefinedOr(items[0]))
  }
  count(): Effect.Effect<number, Error | CursorError, DynamoClient> {
    const { total } = this
    const whole = this.with("select", undefined)
    return builder.run(this.state.entity, "Scan", (running) =>
      whole.read(running, (scan, _, plan) =>
        scanTerminals.count(scan, (index, start, evaluate) =>
          countNow(
            plan.reading.expiry,
            scan.segment(index),
            (start, evaluate) => inputOf(plan, { index, total } satisfies Segment, start, evaluate),
            advancing("Scan", running.client.scan)
          )(start, evaluate)
        )
      )
    )
  }
  stream(): Stream.Stream<never, Error | CursorError, DynamoClient> {
    return this.streamed<never>((page) => page.items)
  }
  pages(): Stream.Stream<Page<never>, Error | CursorError, DynamoClient> {
    return this.streamed((page) => [page])
  }
  checkpoints(): Stream.Stream<Checkpointed<never>, Error | CursorError, DynamoClient> {
    return this.streamed(({ items }, places, identity) => [
      { items, checkpoint: new CheckpointAt({ _tag: "Read", identity }, places()) }
    ])
  }
  private streamed<A>(
    values: (page: Page<never>, places: () => places.Places, identity: () => string) => ReadonlyArray<A>
  ): Stream.Stream<A, Error | CursorError, DynamoClient> {
    return builder.runStream(this.state.entity, "Scan", (running) =>
      this.read(running, (scan, identity) =>
        Effect.succeed(
          scanTerminals.stream<never, A, Error, never>(scan, (page, places) => values(page, places, identity))
        )
      )
    )
  }
  asEffect(): Effect.Effect<ReadonlyArray<never>, Error | CursorError, DynamoClient> {
    return Stream.runCollect(this.stream())
  }
}

/** Where the segments begin; a checkpoint must be of this very scan. */
const startOf = (
  after: Checkpoint | undefined,
  total: number,
  identity: () => string,
  { where }: builder.Running
): Effect.Effect<places.Places, CursorError> => {
  if (after === undefined) return Effect.succeed(places.beginning(total))
  const isOfThis = isCheckpoint(after)
    ? cursorText.isOf(after.origin, identity, () => places.toText(after.places))
    : Effect.succeed(false)
  return Effect.flatMap(isOfThis, (isOfThis) =>
    isOfThis
      ? Effect.succeed(after.places)
      : Effect.fail(
          new CursorError({
            message:
              "The checkpoint belongs to another scan (entity, table, index or number of segments), or was changed",
            ...where
          })
        )
  )
}
