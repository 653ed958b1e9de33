/** Writes what was read into a table: many batches at the same time, and notes in their order what came of them. */
import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as RawBatch from "@effect-dynamo/client/RawBatch"
import * as RetryPolicy from "@effect-dynamo/client/RetryPolicy"
import { ThroughputExceeded } from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Batch, batches } from "./batches.ts"
import { type Entry, type Failed, failedOf, type Piece } from "./pieces.ts"

/** For work that takes long: it waits for what passes, for minutes, whatever else the client has to do. */
export const patient = DynamoClient.withRetry(
  RetryPolicy.make({
    maxAttempts: 100,
    maxElapsed: "5 minutes",
    quota: false,
    retryOn: ["throttle", "server", "network", "timeout", "conflict"]
  })
)

/** Keeps the writes of an effect to a rate, where one is set. */
export const atWriteRate =
  (rate: Option.Option<number>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Option.isNone(rate) ? self : DynamoClient.withWriteRate(self, rate.value)

/** What came of what was read. */
interface Outcome {
  /** How many items were written. */
  readonly items: number
  readonly replaced: number
  /** In the order in which they were read. */
  readonly failed: ReadonlyArray<Failed>
}

/** What came of all that was read between a mark and the one before it. */
export interface Written<out M> extends Outcome {
  readonly at: M
}

export interface Options {
  readonly client: DynamoClient.Service
  /** How many batches are written at the same time. */
  readonly concurrency: number
  /** Is told of items as soon as they are written, to show it. */
  readonly hasWritten: (items: number) => void
}

/**
 * Writes pieces. Outcomes come in the order of the source: when that of a mark comes, all that was read before it is written
 * or has failed. What single items fail with is in the outcomes; what the service fails with is the stream's failure.
 */
export const write =
  <M>(options: Options) =>
  <E, R>(self: Stream.Stream<Piece<M>, E, R>): Stream.Stream<Written<M>, E | DynamoClient.BatchWriteItemError, R> =>
    self.pipe(
      batches<M>(),
      Stream.mapEffect((batch) => writeBatch(options, batch), { concurrency: options.concurrency }),
      Stream.mapAccum(
        () => nothing,
        (before, { mark, outcome }) => {
          const all = both(before, outcome)
          return mark === undefined ? [all, []] : [nothing, [{ ...all, at: mark.at }]]
        }
      )
    )

const nothing: Outcome = { items: 0, replaced: 0, failed: [] }

const both = (a: Outcome, b: Outcome): Outcome => ({
  items: a.items + b.items,
  replaced: a.replaced + b.replaced,
  failed: [...a.failed, ...b.failed]
})

const writeBatch = <M>(
  { client, hasWritten }: Options,
  batch: Batch<M>
): Effect.Effect<{ readonly outcome: Outcome; readonly mark: Batch<M>["mark"] }, DynamoClient.BatchWriteItemError> =>
  Effect.gen(function* () {
    for (const before of batch.after) yield* before.await
    const refused = yield* writeEntries(client, batch.entries)
    yield* batch.written.open
    const failed = [...batch.failed, ...refused].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    const items = batch.entries.length - new Set(refused.map(({ entry }) => entry)).size
    hasWritten(items)
    return { outcome: { items, replaced: batch.replaced, failed }, mark: batch.mark }
  })

interface Refused extends Failed {
  /** Whose failure it is. */
  readonly entry: Entry
}

/** Writes entries, and gives those that DynamoDB refuses for what they are. */
const writeEntries = (
  client: DynamoClient.Service,
  entries: ReadonlyArray<Entry>
): Effect.Effect<ReadonlyArray<Refused>, DynamoClient.BatchWriteItemError> =>
  RawBatch.writeItems(client, entries).pipe(
    Effect.flatMap(({ cause, left }) =>
      left.length === 0 ? Effect.succeed([]) : Effect.fail(cause ?? unprocessed(left))
    ),
    Effect.catchIf(isOfItems, (error) => {
      const [entry] = entries
      if (entry !== undefined && entries.length === 1) {
        return Effect.succeed(failedOf(entry, error.message).map((failed) => ({ ...failed, entry })))
      }
      // Of a batch with one such item nothing is written. It is looked for in both halves.
      const half = Math.ceil(entries.length / 2)
      return Effect.zipWith(
        writeEntries(client, entries.slice(0, half)),
        writeEntries(client, entries.slice(half)),
        (first, second) => [...first, ...second]
      )
    })
  )

const unprocessed = (left: ReadonlyArray<Entry>) =>
  new ThroughputExceeded({
    message: `DynamoDB left ${left.length} writes unprocessed, for several minutes`,
    operation: "BatchWriteItem",
    table: left[0]?.table,
    reasons: []
  })

/** Codes of refusals that are about what was sent. */
const refusals = new Set(["ValidationException", "SerializationException"])

/** Whether a failure is that of single items, and others in the batch may well be written. */
const isOfItems = (error: DynamoClient.BatchWriteItemError): boolean =>
  error._tag === "ItemTooLarge" ||
  error._tag === "ItemCollectionTooLarge" ||
  (error._tag === "RequestRejected" && refusals.has(error.code))
