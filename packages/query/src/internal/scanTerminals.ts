/**
 * What can be done with a scan of many segments.
 */
import { CurrentConcurrency } from "@effect-dynamo/client/DynamoClient"
import type { Item } from "@effect-dynamo/core/Attribute"
import type { DecodeError } from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { make as makeCursor } from "../Cursor.ts"
import type { Page } from "../Page.ts"
import { keyOf, nextPage, type Paged } from "./paging.ts"
import type { OperationSpan } from "./operationSpan.ts"
import { advance, type Places } from "./scanPlaces.ts"
import { type Handed, type Reading, start } from "./scanSegments.ts"
import type { CountPage } from "./terminals.ts"

/** A scan of many segments. */
export interface Segmented<E, R> {
  readonly from: Places
  /** The scan's bounds: its limit and its budgets are those of all segments together. */
  readonly bounds: Pick<Paged<E, R>, "limit" | "pageSize" | "maxPages" | "maxScanned" | "never">
  /** The read of one segment. */
  readonly segment: (index: number) => Paged<E, R>
  /** The scan's span, where there is one. */
  readonly span: OperationSpan | undefined
}

/** An item with its own place, for a page that may be cut after it. */
interface Placed<A> {
  readonly value: A
  readonly key: Item
}

/**
 * What each page gives, as it comes; `places` says where all segments are after what was
 * handed out so far.
 */
export const stream = <A, B, E, R>(
  { bounds, from, segment, span }: Segmented<E, R>,
  values: (page: Page<A>, places: () => Places) => ReadonlyArray<B>
): Stream.Stream<B, E | DecodeError, R> => {
  if (bounds.never) return Stream.empty
  const { limit } = bounds
  return Stream.unwrap(
    Effect.gen(function* () {
      let left = limit
      let places = from
      const take = yield* start<Page<A>, E | DecodeError, R>({
        ...bounds,
        from,
        concurrency: yield* CurrentConcurrency,
        wanted: () => left,
        read: (index, start, evaluate) =>
          Effect.map(nextPage<A, E, R>(onePage(segment(index), limit, evaluate), start), ({ page }) => readingOf(page))
      })
      /** What of a page is still wanted, and where its segment is then. */
      const wantedOf = (handed: Handed<Page<A>>): readonly [page: Page<A>, place: Item | undefined] => {
        const { end, page, stoppedEarly } = handed
        if (left === undefined) return [{ ...page, stoppedEarly }, end]
        // With a limit, items come with their places.
        const placed = page.items as ReadonlyArray<unknown> as ReadonlyArray<Placed<A>>
        const wanted = placed.slice(0, left)
        const place = wanted.length < placed.length ? wanted[wanted.length - 1]!.key : end
        left -= wanted.length
        const cursor = Option.map(Option.fromUndefinedOr(place), (key) =>
          makeCursor(segment(handed.segment).identity, key)
        )
        const items = wanted.map(({ value }) => value)
        return [{ ...page, items, count: items.length, cursor, stoppedEarly: stoppedEarly && left > 0 }, place]
      }
      const next = Effect.map(take, (handed): readonly [ReadonlyArray<B>, Option.Option<void>] => {
        const [page, place] = wantedOf(handed)
        places = advance(places, handed.segment, place)
        span?.gave(page.count)
        const now = places
        return [values(page, () => now), left === 0 ? Option.none() : Option.some(undefined)]
      })
      const end: readonly [ReadonlyArray<B>, Option.Option<void>] = [[], Option.none()]
      return Stream.paginate<void, B, E | DecodeError, R>(undefined, () =>
        Pull.catchDone(next, () => Effect.succeed(end))
      )
    })
  )
}

/** How many items match, in all segments. */
export const count = <E, R>(
  { bounds, from, span }: Pick<Segmented<E, R>, "bounds" | "from" | "span">,
  fetch: (segment: number, start: Item | undefined, evaluate: number | undefined) => Effect.Effect<CountPage, E, R>
): Effect.Effect<number, E, R> =>
  bounds.never
    ? Effect.succeed(0)
    : Effect.scoped(
        Effect.gen(function* () {
          const limit = bounds.limit ?? Infinity
          let found = 0
          const take = yield* start<void, E, R>({
            ...bounds,
            from,
            concurrency: yield* CurrentConcurrency,
            // What is counted is not read: the end of what is wanted only ends it.
            wanted: () => undefined,
            read: (segment, start, evaluate) =>
              Effect.map(fetch(segment, start, evaluate), ({ Count = 0, LastEvaluatedKey, ScannedCount = 0 }) => ({
                page: undefined,
                found: Count,
                scanned: ScannedCount,
                // What DynamoDB gave to go on with is what it takes.
                end: LastEvaluatedKey as Item | undefined
              }))
          })
          const next = Effect.map(take, (handed) => {
            found += handed.found
            span?.read(handed.scanned)
            span?.counted(Math.min(found, limit))
            return found < limit
          })
          while (yield* Pull.catchDone(next, () => Effect.succeed(false)));
          return Math.min(found, limit)
        })
      )

/** One request of a segment, however little it finds; its items with their places where a limit may cut them. */
const onePage = <E, R>(read: Paged<E, R>, limit: number | undefined, evaluate: number | undefined): Paged<E, R> => ({
  ...read,
  limit: undefined,
  maxPages: undefined,
  maxScanned: undefined,
  pageSize: evaluate,
  attempt: limit === undefined ? read.attempt : undefined,
  decode:
    limit === undefined
      ? read.decode
      : (item) => {
          const decoded = read.decode(item)
          return (
            decoded &&
            Effect.mapEager(decoded, (value): Placed<unknown> => ({
              value,
              key: keyOf(read.pattern, read.planning, item)
            }))
          )
        }
})

const readingOf = <A>(page: Page<A>): Reading<Page<A>> => ({
  page,
  found: page.count,
  scanned: page.scannedCount,
  end: Option.getOrUndefined(page.cursor)?.key
})
