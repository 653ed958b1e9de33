/**
 * Pagination: one place for everything that reads in pages.
 *
 * DynamoDB's `Limit` counts the items it looks at, ours the items returned. A page
 * follows requests until it has what was asked for, and its cursor continues exactly
 * after the last item returned.
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import type { DecodeError } from "@effect-dynamo/core/DynamoError"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Page } from "../Page.ts"
import { type Cursor, make as makeCursor } from "../Cursor.ts"
import { itemOf, type Planning, settled, typed } from "./builder.ts"

/** What one request gives. */
export interface RawPage {
  readonly Items?: ReadonlyArray<object> | undefined
  readonly ScannedCount?: number | undefined
  readonly LastEvaluatedKey?: object | undefined
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number | undefined } | undefined
}

/** A read in pages. */
export interface Paged<E, R> {
  readonly planning: Planning
  /** The key attributes that a place in this read is made of. */
  readonly pattern: ResolvedEntity.AccessPattern
  readonly identity: string
  /** Items to return at most. */
  readonly limit: number | undefined
  /** Items to look at in one request at most. */
  readonly pageSize: number | undefined
  readonly fetch: (start: Item | undefined, evaluate: number | undefined) => Effect.Effect<RawPage, E, R>
}

/**
 * The next page: until `limit` items, or one request where no limit is set.
 */
export const nextPage = <A, E, R>(
  paged: Paged<E, R>,
  start: Item | undefined
): Effect.Effect<Page<A>, E | DecodeError, R> =>
  Effect.suspend(() => {
    const items: Array<A> = []
    let scannedCount = 0
    let capacity: number | undefined
    let barren = 0
    const page = (key: Item | undefined): Page<A> => ({
      items,
      cursor: key === undefined ? Option.none() : Option.some(makeCursor(paged.identity, key)),
      count: items.length,
      scannedCount,
      consumedCapacity: Option.fromUndefinedOr(capacity)
    })
    const step = (start: Item | undefined): Effect.Effect<Page<A>, E | DecodeError, R> =>
      Effect.flatMap(paged.fetch(start, evaluate(paged, items.length, barren)), (raw) => {
        const stored = raw.Items ?? []
        scannedCount += raw.ScannedCount ?? stored.length
        if (raw.ConsumedCapacity?.CapacityUnits !== undefined) {
          capacity = (capacity ?? 0) + raw.ConsumedCapacity.CapacityUnits
        }
        const before = items.length
        return Effect.flatMapEager(decodeInto(paged, stored, items), (last) => {
          const end = raw.LastEvaluatedKey === undefined ? undefined : itemOf(raw.LastEvaluatedKey)
          if (paged.limit !== undefined && items.length >= paged.limit) {
            // Cut within what came: the place is that of the last item returned.
            return Effect.succeed(
              page(last < stored.length - 1 ? keyOf(paged.pattern, paged.planning, stored[last]!) : end)
            )
          }
          if (end === undefined || paged.limit === undefined) return Effect.succeed(page(end))
          barren = items.length === before ? barren + 1 : 0
          return step(end)
        })
      })
    return step(start)
  })

/** What DynamoDB's `Limit` can say; a page of 1 MB ends long before. */
const mostEvaluated = 1_000_000

/**
 * How many items a request looks at: as many as are still wanted, so that none is
 * read in vain; where a request found nothing, the next looks at twice as many.
 */
export const evaluate = (
  { limit, pageSize }: { readonly limit: number | undefined; readonly pageSize: number | undefined },
  have: number,
  barren: number
): number | undefined => {
  if (limit === undefined) return pageSize
  const wanted = Math.min((limit - have) * 2 ** Math.min(barren, 20), mostEvaluated)
  return pageSize === undefined ? wanted : Math.min(pageSize, wanted)
}

/**
 * Decodes this entity's items into `items`, up to the limit. Gives the position of the
 * last stored item it used.
 */
const decodeInto = <A, E, R>(
  { limit, planning: { entity, where } }: Paged<E, R>,
  stored: ReadonlyArray<object>,
  items: Array<A>
): Effect.Effect<number, DecodeError> => {
  const from = (first: number): Effect.Effect<number, DecodeError> => {
    for (let i = first; i < stored.length; i++) {
      if (limit !== undefined && items.length >= limit) return Effect.succeed(i - 1)
      const item = itemOf(stored[i]!)
      if (ResolvedEntity.classify(entity, item) === "other") continue
      // The items of this entity are of its type.
      const decoded = typed(ResolvedEntity.decode(entity, item, where)) as Effect.Effect<A, DecodeError>
      const exit = settled(decoded)
      if (exit === undefined) {
        // A schema that needs services or time: the rest of the page goes on after it.
        return Effect.flatMap(decoded, (value) => {
          items.push(value)
          return from(i + 1)
        })
      }
      if (Exit.isFailure(exit)) return Exit.failCause(exit.cause)
      items.push(exit.value)
    }
    return Effect.succeed(stored.length - 1)
  }
  return from(0)
}

/** The place of an item: its keys in the table and in the index that was read. */
const keyOf = (pattern: ResolvedEntity.AccessPattern, { entity }: Planning, stored: object): Item => {
  const item = itemOf(stored)
  const key: Item = {}
  for (const slots of [entity.primary.partition, entity.primary.sort, pattern.partition, pattern.sort]) {
    for (const { attribute } of slots) {
      const value = item[attribute]
      if (value !== undefined) key[attribute] = value
    }
  }
  return key
}

export type { Cursor }
