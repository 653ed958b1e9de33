/**
 * What can be done with a read in pages: all of it, a page, a stream.
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import { CursorError, type DecodeError } from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Cursor, isOf } from "../Cursor.ts"
import type { Page } from "../Page.ts"
import { isSpent, nextPage, nothingSpent, type Paged, type Progress, type Spent } from "./paging.ts"

/** Where a page starts; a cursor must be of this very read. */
export const startOf = <E, R>(
  read: Paged<E, R>,
  after: Cursor | undefined
): Effect.Effect<Item | undefined, CursorError> =>
  after === undefined
    ? Effect.succeed(undefined)
    : Effect.flatMap(isOf(after, read.identity), (isOfThis) =>
        isOfThis
          ? Effect.succeed(after.key)
          : Effect.fail(
              new CursorError({
                message: "The cursor belongs to another read (entity, table, index or key condition), or was changed",
                ...read.planning.where
              })
            )
      )

/** One page: `limit` items, or what one request gives. */
export const page = <A, E, R>(
  read: Paged<E, R>,
  after: Cursor | undefined
): Effect.Effect<Page<A>, E | DecodeError | CursorError, R> =>
  Effect.flatMap(startOf(read, after), (start) =>
    Effect.map(nextPage<A, E, R>(read, start), ({ page }) => {
      read.planning.span?.gave(page.count)
      return page
    })
  )

/** All items: up to the limit, within the budgets, or to the end. */
export const items = <A, E, R>(read: Paged<E, R>): Effect.Effect<ReadonlyArray<A>, E | DecodeError, R> => {
  const rest = (
    pages: Array<ReadonlyArray<A>>,
    { page, spent }: Progress<A>
  ): Effect.Effect<ReadonlyArray<A>, E | DecodeError, R> => {
    pages.push(page.items)
    read.planning.span?.gave(page.count)
    if (Option.isNone(page.cursor) || read.limit !== undefined || isSpent(read, spent)) {
      return Effect.succeed(pages.length === 1 ? page.items : pages.flat())
    }
    return Effect.flatMap(nextPage<A, E, R>(read, page.cursor.value.key, spent), (next) => rest(pages, next))
  }
  return Effect.flatMap(nextPage<A, E, R>(read, undefined), (first) => rest([], first))
}

/** Where a stream is. */
interface Place {
  readonly start: Item | undefined
  readonly spent: Spent
}

/**
 * What each page gives, as it is consumed. While a page is being worked on, the next one
 * is read, and no more than that. A page holds what one request gives, where a page size is
 * set: none is cut before the limit, so that nothing is looked at twice.
 */
export const stream = <A, B, E, R>(
  read: Paged<E, R>,
  values: (page: Page<A>) => ReadonlyArray<B>,
  start?: Item | undefined
): Stream.Stream<B, E | DecodeError, R> =>
  Stream.unwrap(
    Effect.map(Effect.scope, (scope) => {
      const begin = (place: Place) =>
        Effect.forkIn(nextPage<A, E, R>(read, place.start, place.spent, read.pageSize !== undefined), scope)
      const following = ({ page, spent }: Progress<A>): Option.Option<Place> =>
        Option.map(
          Option.filter(page.cursor, () => spent.found !== read.limit && !isSpent(read, spent)),
          (cursor) => ({ start: cursor.key, spent })
        )
      type State = { readonly place: Place; readonly fiber: Effect.Success<ReturnType<typeof begin>> | undefined }
      return Stream.paginate({ place: { start, spent: nothingSpent }, fiber: undefined } as State, ({ fiber, place }) =>
        Effect.gen(function* () {
          // The first page is read when it is asked for, not before.
          const progress = yield* Fiber.join(fiber ?? (yield* begin(place)))
          read.planning.span?.gave(progress.page.count)
          const next = following(progress)
          const state: Option.Option<State> = Option.isNone(next)
            ? Option.none()
            : Option.some({ place: next.value, fiber: yield* begin(next.value) })
          return [values(progress.page), state] as const
        })
      )
    })
  )

/** How many items match, page by page to the end. */
export const count = <E, R>(
  read: Paged<E, R>,
  fetch: (start: Item | undefined, evaluate: number | undefined) => Effect.Effect<CountPage, E, R>
): Effect.Effect<number, E, R> => {
  const from = (start: Item | undefined, { found, pages, scanned }: Spent): Effect.Effect<number, E, R> =>
    Effect.flatMap(
      fetch(
        start,
        read.maxScanned === undefined ? read.pageSize : Math.min(read.pageSize ?? Infinity, read.maxScanned - scanned)
      ),
      ({ Count = 0, LastEvaluatedKey, ScannedCount = 0 }) => {
        const spent = { pages: pages + 1, scanned: scanned + ScannedCount, found: found + Count }
        read.planning.span?.read(ScannedCount)
        read.planning.span?.counted(Math.min(spent.found, read.limit ?? Infinity))
        if (read.limit !== undefined && spent.found >= read.limit) return Effect.succeed(read.limit)
        return LastEvaluatedKey === undefined || isSpent(read, spent)
          ? Effect.succeed(spent.found)
          : // What DynamoDB gave to go on with is what it takes.
            from(LastEvaluatedKey as Item, spent)
      }
    )
  return read.never ? Effect.succeed(0) : from(undefined, nothingSpent)
}

/** A page of `Select: COUNT`. */
export interface CountPage {
  readonly Count?: number | undefined
  readonly ScannedCount?: number | undefined
  readonly LastEvaluatedKey?: object | undefined
}
