/**
 * The segments of a scan, read at the same time: a few workers, each of which reads one
 * segment to its end and takes the next. They stand still where nobody takes what they
 * read.
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import { isSpent, mostEvaluated } from "./paging.ts"
import type { Places } from "./scanPlaces.ts"

/** What one request gave. */
export interface Reading<P> {
  readonly page: P
  /** How many items matched. */
  readonly found: number
  readonly scanned: number
  /** Where the segment goes on; none at its end. */
  readonly end: Item | undefined
}

/** What a worker hands over. */
export interface Handed<P> extends Reading<P> {
  readonly segment: number
  /** A budget ended the scan with this page. */
  readonly stoppedEarly: boolean
}

/** What is read, and within what bounds. */
export interface Parallel<P, E, R> {
  readonly from: Places
  /** So many segments at the same time at most. */
  readonly concurrency: number
  /** How many items are still wanted. */
  readonly wanted: () => number | undefined
  readonly pageSize: number | undefined
  readonly maxPages: number | undefined
  readonly maxScanned: number | undefined
  readonly read: (
    segment: number,
    start: Item | undefined,
    evaluate: number | undefined
  ) => Effect.Effect<Reading<P>, E, R>
}

/** A segment and where it goes on. */
interface Place {
  readonly segment: number
  readonly start: Item | undefined
  /** How many requests in a row found nothing. */
  readonly barren: number
}

/** How many segments are read at the same time. */
export const workersOf = ({ next, open, total }: Places, concurrency: number): number =>
  Math.min(concurrency, total - next + open.size)

/**
 * How many items a request looks at, of what all may: its part of what is wanted, or twice
 * as many after each request that found nothing.
 */
export const bound = (
  { maxScanned, pageSize }: Pick<Parallel<never, never, never>, "maxScanned" | "pageSize">,
  wanted: number | undefined,
  workers: number,
  barren: number
): number =>
  Math.min(
    pageSize ?? Infinity,
    wanted === undefined ? Infinity : Math.max(1, Math.ceil(wanted / workers)) * 2 ** Math.min(barren, 20),
    maxScanned === undefined ? Infinity : Math.ceil(maxScanned / workers)
  )

/** A bound as DynamoDB's `Limit`. */
export const evaluateOf = (bound: number): number | undefined =>
  bound === Infinity ? undefined : Math.min(bound, mostEvaluated)

/** Starts the workers. What they read is taken page by page, until `Done`. */
export const start = <P, E, R>(
  parallel: Parallel<P, E, R>
): Effect.Effect<Effect.Effect<Handed<P>, E | Cause.Done>, never, R | Scope.Scope> =>
  Effect.gen(function* () {
    const { from, maxScanned, read } = parallel
    const workers = workersOf(from, parallel.concurrency)
    // A page that nobody has taken yet; each worker may hold another one.
    const pages = yield* Queue.bounded<Handed<P>, E | Cause.Done>(1)
    const waiting: Array<Place> = Array.from(from.open, ([segment, start]) => ({ segment, start, barren: 0 }))
    let next = from.next
    const spent = { pages: 0, scanned: 0 }
    // Of what may be looked at, what requests under way may still use.
    let reserved = 0

    const takePlace = (): Place | undefined =>
      waiting.shift() ?? (next < from.total ? { segment: next++, start: undefined, barren: 0 } : undefined)

    /** How many items a request may look at; none where the budgets are spent. */
    const boundNow = ({ barren }: Place): number | undefined => {
      const free = maxScanned === undefined ? Infinity : maxScanned - spent.scanned - reserved
      return free <= 0 || isSpent(parallel, spent)
        ? undefined
        : Math.min(free, bound(parallel, parallel.wanted(), workers, barren))
    }

    const request = (place: Place, most: number): Effect.Effect<Reading<P>, E, R> => {
      spent.pages++
      if (maxScanned !== undefined) reserved += most
      return Effect.map(read(place.segment, place.start, evaluateOf(most)), (reading) => {
        if (maxScanned !== undefined) reserved -= most
        spent.scanned += reading.scanned
        return reading
      })
    }

    const worker = Effect.gen(function* () {
      for (let place = takePlace(); place !== undefined;) {
        const most = boundNow(place)
        if (most === undefined) {
          // Another worker's request may use less than it might: it goes on with this segment then.
          waiting.push(place)
          return
        }
        const reading: Reading<P> = yield* request(place, most)
        const { segment } = place
        const stoppedEarly =
          isSpent(parallel, spent) && (reading.end !== undefined || waiting.length > 0 || next < from.total)
        yield* Queue.offer(pages, { ...reading, segment, stoppedEarly })
        place =
          reading.end === undefined
            ? takePlace()
            : { segment, start: reading.end, barren: reading.found === 0 ? place.barren + 1 : 0 }
      }
    })

    yield* Effect.forkScoped(
      Queue.into(
        Effect.all(
          Array.from({ length: workers }, () => worker),
          { concurrency: "unbounded", discard: true }
        ),
        pages
      )
    )
    return Queue.take(pages)
  })
