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
  /** What the read is of, for cursors to be bound to: made when one is told apart or written. */
  readonly identity: () => string
  /** Reads the whole items of those that an index gave. */
  readonly whole?: ((items: ReadonlyArray<Item>) => Effect.Effect<WholeItems, E, R>) | undefined
  /**
   * What the read gives of an item, without an effect for each; what fails it (`ResolvedEntity.isFailed`) is left to
   * `decode`. Not there where only `decode` can tell.
   */
  readonly attempt: ((item: Item) => unknown) | undefined
  /** Whose items these are, and what the read gives of them. */
  readonly decode: (item: Item) => Effect.Effect<unknown, DecodeError, unknown> | undefined
  /** Nothing can match. */
  readonly never: boolean
  /** Items to return at most. */
  readonly limit: number | undefined
  /** Items to look at in one request at most. */
  readonly pageSize: number | undefined
  /** Requests to send at most. */
  readonly maxPages: number | undefined
  /** Items to look at at most. */
  readonly maxScanned: number | undefined
  readonly fetch: (start: Item | undefined, evaluate: number | undefined) => Effect.Effect<RawPage, E, R>
}

/** Whole items, in the order of those that they were read for. */
export interface WholeItems {
  /** `undefined` where there is none any more. */
  readonly items: ReadonlyArray<Item | undefined>
  /** The capacity units that reading them took, where DynamoDB told. */
  readonly capacity: number | undefined
}

/** What was used of a read's budgets so far. */
export interface Spent {
  readonly pages: number
  readonly scanned: number
  /** Of its limit. */
  readonly found: number
}

export const nothingSpent: Spent = { pages: 0, scanned: 0, found: 0 }

/** A page, and what the read has spent with it. */
export interface Progress<A> {
  readonly page: Page<A>
  readonly spent: Spent
}

/**
 * The next page: until the read has `limit` items, or one request where no limit is set or `single` says so, within
 * the budgets.
 */
export const nextPage = <A, E, R>(
  read: Paged<E, R>,
  start: Item | undefined,
  before: Spent = nothingSpent,
  single = false
): Effect.Effect<Progress<A>, E | DecodeError, R> =>
  Effect.suspend(() => {
    const paged = read.limit === undefined || before.found === 0 ? read : { ...read, limit: read.limit - before.found }
    const items: Array<A> = []
    let pages = before.pages
    let scanned = before.scanned
    let capacity: number | undefined
    const pay = (units: number | undefined): void => {
      if (units !== undefined) capacity = (capacity ?? 0) + units
    }
    const done = (key: Item | undefined, stoppedEarly = false): Effect.Effect<Progress<A>> =>
      Effect.succeed({
        page: {
          items,
          cursor: key === undefined ? Option.none() : Option.some(makeCursor(paged.identity, key)),
          count: items.length,
          scannedCount: scanned - before.scanned,
          consumedCapacity: Option.fromUndefinedOr(capacity),
          stoppedEarly
        },
        spent: { pages, scanned, found: before.found + items.length }
      })
    const step = (start: Item | undefined): Effect.Effect<Progress<A>, E | DecodeError, R> =>
      Effect.flatMap(paged.fetch(start, evaluate(read, before.found + items.length, scanned)), (raw) => {
        const stored = raw.Items ?? []
        pages++
        scanned += raw.ScannedCount ?? stored.length
        paged.planning.span?.read(raw.ScannedCount ?? stored.length)
        pay(raw.ConsumedCapacity?.CapacityUnits)
        return Effect.flatMapEager(readInto(paged, stored, items, pay), (last) => {
          const end = raw.LastEvaluatedKey === undefined ? undefined : itemOf(raw.LastEvaluatedKey)
          if (paged.limit !== undefined && items.length >= paged.limit) {
            // Cut within what came: the place is that of the last item returned.
            return done(last < stored.length - 1 ? keyOf(paged.pattern, paged.planning, stored[last]!) : end)
          }
          if (end === undefined) return done(undefined)
          if (isSpent(paged, { pages, scanned })) return done(end, true)
          if (paged.limit === undefined || single) return done(end)
          return step(end)
        })
      })
    return paged.never ? done(undefined) : step(start)
  })

/** Whether nothing more may be asked for. */
export const isSpent = (
  { maxPages, maxScanned }: { readonly maxPages: number | undefined; readonly maxScanned: number | undefined },
  { pages, scanned }: Pick<Spent, "pages" | "scanned">
): boolean => (maxPages !== undefined && pages >= maxPages) || (maxScanned !== undefined && scanned >= maxScanned)

/** What DynamoDB's `Limit` can say; a page of 1 MB ends long before. */
export const mostEvaluated = 1_000_000

/**
 * How many items a request looks at: as many as are still wanted, so that none is read
 * in vain. Where only some of those looked at match, as many more as that share says;
 * where none did, twice as many as before. Never more than a budget leaves.
 */
export const evaluate = (
  read: {
    readonly limit: number | undefined
    readonly pageSize: number | undefined
    readonly maxScanned: number | undefined
  },
  have: number,
  /** How many were looked at for what it has. */
  scanned: number
): number | undefined => {
  const { limit, maxScanned, pageSize } = read
  if (limit === undefined && maxScanned === undefined && pageSize === undefined) return undefined
  const wanted =
    limit === undefined
      ? mostEvaluated
      : have === 0
        ? Math.max(limit, scanned * 2)
        : Math.ceil(((limit - have) * Math.max(scanned, have)) / have)
  return Math.min(pageSize ?? mostEvaluated, wanted, (maxScanned ?? Infinity) - scanned, mostEvaluated)
}

/** Reads the stored items into `items`, up to the limit. Gives the position of the last one it used. */
const readInto = <A, E, R>(
  paged: Paged<E, R>,
  stored: ReadonlyArray<object>,
  items: Array<A>,
  pay: (units: number | undefined) => void
): Effect.Effect<number, E | DecodeError, R> => {
  const { limit, whole } = paged
  if (whole === undefined) return decodeInto(paged, stored, items)
  const from = (first: number): Effect.Effect<number, E | DecodeError, R> => {
    // No more than are still wanted: what is read in vain is paid for.
    const part = stored.slice(first, limit === undefined ? undefined : first + limit - items.length)
    if (part.length === 0) return Effect.succeed(first - 1)
    return Effect.flatMap(whole(part.map(itemOf)), (read) => {
      pay(read.capacity)
      return Effect.flatMap(decodeInto(paged, read.items, items), () => from(first + part.length))
    })
  }
  return from(0)
}

/**
 * Decodes this entity's items into `items`, up to the limit. Gives the position of the
 * last stored item it used.
 */
const decodeInto = <A, E, R>(
  { attempt, decode, limit }: Paged<E, R>,
  stored: ReadonlyArray<object | undefined>,
  items: Array<A>
): Effect.Effect<number, DecodeError> => {
  const from = (first: number): Effect.Effect<number, DecodeError> => {
    for (let i = first; i < stored.length; i++) {
      if (limit !== undefined && items.length >= limit) return Effect.succeed(i - 1)
      const item = stored[i]
      if (attempt !== undefined && item !== undefined) {
        const value = attempt(itemOf(item))
        if (!ResolvedEntity.isFailed(value)) {
          // What the read gives is of its type.
          items.push(value as A)
          continue
        }
      }
      const read = item === undefined ? undefined : decode(itemOf(item))
      if (read === undefined) continue
      // What the read gives is of its type.
      const decoded = typed(read) as Effect.Effect<A, DecodeError>
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
export const keyOf = (pattern: ResolvedEntity.AccessPattern, { entity }: Planning, stored: object): Item => {
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
