/** Items page by page: as few requests, and as little read in vain, as a limit allows. */
import type { Item } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** What one request answers. */
export interface Answer {
  readonly Items?: Array<Item> | undefined
  readonly Count?: number | undefined
  readonly ScannedCount?: number | undefined
  readonly LastEvaluatedKey?: Item | undefined
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number | undefined } | undefined
}

/** What a page brought. */
export interface Page {
  readonly items: ReadonlyArray<Item>
  /** How many matched: `items`, unless only their number was asked for. */
  readonly count: number
  /** How many were looked at. */
  readonly scanned: number
  readonly readUnits: number
  /** Whether there may be more than was given, here or after it. */
  readonly isCut: boolean
}

/** A read of which every page is a request. */
export interface Reading<E, R> {
  /** Of a segment, from a key on, this many items to look at. */
  readonly fetch: (
    segment: number,
    start: Item | undefined,
    evaluate: number | undefined
  ) => Effect.Effect<Answer, E, R>
  /** Parts that are read at the same time. */
  readonly segments: number
  /** Items to give at most. */
  readonly limit: number | undefined
}

/** What was found of how much. */
interface Seen {
  found: number
  scanned: number
}

/** What DynamoDB's `Limit` can say; a page of 1 MB ends long before. */
const mostEvaluated = 1_000_000

/**
 * How many items a request looks at: a segment's part of what is still wanted. Where only some of those looked at match,
 * as many more as that share says; where none did, all segments together twice as many as before.
 */
export const evaluate = (limit: number, segments: number, { found, scanned }: Seen): number => {
  const wanted = Math.max(1, Math.ceil((limit - found) / segments))
  const likely =
    found === 0 ? Math.max(wanted, Math.ceil((scanned * 2) / segments)) : Math.ceil((wanted * scanned) / found)
  return Math.min(mostEvaluated, Math.max(wanted, likely))
}

/** The pages of all segments, as they come. */
export const pagesOf = <E, R>({ fetch, limit, segments }: Reading<E, R>): Stream.Stream<Page, E, R> =>
  Stream.suspend(() => {
    const seen: Seen = { found: 0, scanned: 0 }
    const ofSegment = (segment: number) =>
      Stream.paginate<Item | undefined, Page, E, R>(undefined, (start) =>
        Effect.suspend(() =>
          fetch(segment, start, limit === undefined ? undefined : evaluate(limit, segments, seen))
        ).pipe(
          Effect.map(({ ConsumedCapacity, Count = 0, Items = [], LastEvaluatedKey, ScannedCount = 0 }) => {
            // What is beyond the limit is left out, whichever segment it comes from.
            const room = limit === undefined ? Count : Math.max(0, limit - seen.found)
            const count = Math.min(Count, room)
            seen.found += count
            seen.scanned += ScannedCount
            const isDone = limit !== undefined && seen.found >= limit
            const page: Page = {
              items: count < Count ? Items.slice(0, count) : Items,
              count,
              scanned: ScannedCount,
              readUnits: ConsumedCapacity?.CapacityUnits ?? 0,
              isCut: count < Count || (isDone && LastEvaluatedKey !== undefined)
            }
            return [[page], isDone ? Option.none() : Option.fromUndefinedOr(LastEvaluatedKey)] as const
          })
        )
      )
    if (segments === 1) return ofSegment(0)
    return Stream.mergeAll(
      Array.from({ length: segments }, (_, segment) => ofSegment(segment)),
      // A page that nobody has taken yet; each segment holds another one.
      { concurrency: segments, bufferSize: 1 }
    )
  })
