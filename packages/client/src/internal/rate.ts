import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Semaphore from "effect/Semaphore"
import { unitsBy } from "./consumed.ts"
import type { OperationName } from "./operations.ts"

/**
 * A bound on what the reads, or the writes, of an effect consume, shared by all of them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rate {
  /** Capacity units a second. */
  readonly unitsPerSecond: number
  /**
   * Sends a request in its turn, and counts what it consumed. `size` is how much it asks for, in proportion to other
   * requests; 1 where nothing is known of it.
   */
  readonly pace: <A, E, R>(request: Effect.Effect<A, E, R>, size?: number) => Effect.Effect<A, E, R>
}

/** The bound on reads in force. */
export const CurrentReadRate: Context.Reference<Rate | undefined> = /*#__PURE__*/ Context.Reference<Rate | undefined>(
  "@effect-dynamo/client/DynamoClient/CurrentReadRate",
  { defaultValue: () => undefined }
)

/** The bound on writes in force. */
export const CurrentWriteRate: Context.Reference<Rate | undefined> = /*#__PURE__*/ Context.Reference<Rate | undefined>(
  "@effect-dynamo/client/DynamoClient/CurrentWriteRate",
  { defaultValue: () => undefined }
)

/** The reads of many items. */
const pacedReads: ReadonlySet<OperationName> = new Set(["Query", "Scan", "BatchGetItem"])

/** All writes but those of PartiQL. */
const pacedWrites: ReadonlySet<OperationName> = new Set([
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "BatchWriteItem",
  "TransactWriteItems"
])

/** The bound that an operation keeps to; none where it is not paced. */
export const rateOf = (operation: OperationName): typeof CurrentReadRate | undefined =>
  pacedReads.has(operation) ? CurrentReadRate : pacedWrites.has(operation) ? CurrentWriteRate : undefined

/** Refuses what is no rate. */
export const check = (what: string, unitsPerSecond: number): void => {
  if (!Number.isFinite(unitsPerSecond) || unitsPerSecond <= 0) {
    throw new RangeError(`DynamoClient.${what} takes a number above 0, not ${unitsPerSecond}`)
  }
}

/** A page of 1 MB costs 128, the largest there is, unless read consistently. */
export const makeRead = (unitsPerSecond: number): Rate => make("read", unitsPerSecond, 128)

/** A write costs what its size says, and more with indexes. */
export const makeWrite = (unitsPerSecond: number): Rate => make("write", unitsPerSecond, 1)

/**
 * A bucket that fills at the rate, up to one second's worth, and may be overdrawn by one
 * request: what a request costs is known only afterwards. Until then it counts as what
 * those before it did by their size, so that requests at the same time do not all overdraw it.
 */
const make = (kind: "read" | "write", unitsPerSecond: number, firstCost: number): Rate => {
  const line = Semaphore.makeUnsafe(1)
  let balance = 0
  let filledAt: number | undefined
  /** What a request of size 1 is expected to cost. */
  let cost = firstCost
  let paidBack: Deferred.Deferred<void> | undefined

  const fill = (now: number): void => {
    if (filledAt !== undefined) {
      // A clock that is set back takes nothing out of it.
      const seconds = Math.max(0, now - filledAt) / 1000
      balance = Math.min(unitsPerSecond, balance + seconds * unitsPerSecond)
    }
    filledAt = now
  }

  // Whoever is first in line waits for the bucket; the others wait for the line.
  const reserve = (size: number): Effect.Effect<number> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      fill(now)
      if (balance >= 0) {
        const reserved = cost * size
        balance -= reserved
        return Effect.succeed(reserved)
      }
      paidBack = Deferred.makeUnsafe<void>()
      const filled = Effect.sleep(Math.ceil((-balance / unitsPerSecond) * 1000))
      return Effect.andThen(Effect.raceFirst(filled, Deferred.await(paidBack)), reserve(size))
    })

  const settle = (reserved: number, consumed: number): void => {
    balance += reserved - consumed
    // Wakes the first in line: what it waited for may not be owed any more.
    if (paidBack !== undefined) Deferred.doneUnsafe(paidBack, Exit.void)
  }

  return {
    unitsPerSecond,
    pace: (request, size = 1) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(restore(line.withPermit(reserve(size))), (reserved) =>
          Effect.onExit(restore(request), (exit) =>
            Effect.sync(() => {
              if (Exit.isFailure(exit)) return settle(reserved, isPaidFor(exit) ? reserved : 0)
              const consumed = Predicate.isObject(exit.value) ? unitsBy(kind, exit.value) : undefined
              if (consumed === undefined) return settle(reserved, reserved)
              cost = Math.max(consumed / size, (cost + consumed / size) / 2)
              settle(reserved, consumed)
            })
          )
        )
      )
  }
}

/** What DynamoDB looked at the item for: it charges as if it had written. */
const looked: ReadonlySet<unknown> = new Set(["ConditionalCheckFailed", "TransactionCanceled", "TransactionConflict"])

/**
 * Whether a request may have consumed something without having been answered: it was interrupted, has failed on what
 * stood there, or may have been applied all the same. One that was throttled, refused or not sent has not.
 */
const isPaidFor = <A, E>(exit: Exit.Failure<A, E>): boolean => {
  if (Exit.hasInterrupts(exit)) return true
  const error = Exit.findErrorOption(exit)
  return (
    error._tag === "Some" &&
    ((Predicate.hasProperty(error.value, "_tag") && looked.has(error.value._tag)) ||
      (Predicate.hasProperty(error.value, "ambiguous") && error.value.ambiguous === true))
  )
}
