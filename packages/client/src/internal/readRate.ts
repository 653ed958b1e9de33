import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Semaphore from "effect/Semaphore"
import type { OperationName } from "./operations.ts"

/**
 * A bound on what the reads of an effect consume, shared by all of them.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadRate {
  /** Read capacity units a second. */
  readonly unitsPerSecond: number
  /** Sends a request in its turn, and counts what it consumed. */
  readonly pace: <A, E, R>(request: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** The bound in force. */
export const CurrentReadRate: Context.Reference<ReadRate | undefined> = /*#__PURE__*/ Context.Reference<
  ReadRate | undefined
>("@effect-dynamo/client/DynamoClient/CurrentReadRate", { defaultValue: () => undefined })

/** What is paced: the reads of many items. */
const paced: ReadonlySet<OperationName> = new Set(["Query", "Scan", "BatchGetItem"])

/** Whether the bound holds for an operation. */
export const isPaced = (operation: OperationName): boolean => paced.has(operation)

/** The same input, asking what the request consumes. */
export const askingCost = <Input>(input: Input): Input => {
  const asked = (input as { readonly ReturnConsumedCapacity?: string | undefined }).ReturnConsumedCapacity
  return asked === undefined || asked === "NONE" ? { ...input, ReturnConsumedCapacity: "TOTAL" } : input
}

/** Refuses what is no rate. */
export const check = (unitsPerSecond: number): void => {
  if (!Number.isFinite(unitsPerSecond) || unitsPerSecond <= 0) {
    throw new RangeError(`DynamoClient.withReadRate takes a number above 0, not ${unitsPerSecond}`)
  }
}

/** What a page of 1 MB costs, the largest there is, unless read consistently. */
const wholePage = 128

/**
 * A bucket that fills at the rate, up to one second's worth, and may be overdrawn by one
 * request: what a request costs is known only afterwards. Until then it counts as what
 * those before it did, so that requests at the same time do not all overdraw it.
 */
export const make = (unitsPerSecond: number): ReadRate => {
  const line = Semaphore.makeUnsafe(1)
  let balance = 0
  let filledAt: number | undefined
  let expected = wholePage
  let paidBack: Deferred.Deferred<void> | undefined

  const fill = (now: number): void => {
    if (filledAt !== undefined) {
      balance = Math.min(unitsPerSecond, balance + ((now - filledAt) / 1000) * unitsPerSecond)
    }
    filledAt = now
  }

  // Whoever is first in line waits for the bucket; the others wait for the line.
  const reserve: Effect.Effect<number> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    fill(now)
    if (balance >= 0) {
      const reserved = expected
      balance -= reserved
      return Effect.succeed(reserved)
    }
    paidBack = Deferred.makeUnsafe<void>()
    const filled = Effect.sleep(Math.ceil((-balance / unitsPerSecond) * 1000))
    return Effect.andThen(Effect.raceFirst(filled, Deferred.await(paidBack)), reserve)
  })

  const settle = (reserved: number, consumed: number): void => {
    balance += reserved - consumed
    // Wakes the first in line: what it waited for may not be owed any more.
    if (paidBack !== undefined) Deferred.doneUnsafe(paidBack, Exit.void)
  }

  return {
    unitsPerSecond,
    pace: (request) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(restore(line.withPermit(reserve)), (reserved) =>
          Effect.onExit(restore(request), (exit) =>
            Effect.sync(() => {
              // A request that failed was throttled, refused or never answered; one that was interrupted may be
              // under way in DynamoDB all the same.
              if (Exit.isFailure(exit)) return settle(reserved, Exit.hasInterrupts(exit) ? reserved : 0)
              const consumed = consumedBy(exit.value) ?? reserved
              expected = Math.max(consumed, (expected + consumed) / 2)
              settle(reserved, consumed)
            })
          )
        )
      )
  }
}

interface Cost {
  readonly CapacityUnits?: number | undefined
}

/** What an answer says it cost; of a batch, by table. */
const consumedBy = (output: unknown): number | undefined => {
  const { ConsumedCapacity: cost } = output as { readonly ConsumedCapacity?: Cost | ReadonlyArray<Cost> | undefined }
  if (cost === undefined) return undefined
  // The guard of arrays does not narrow readonly ones.
  const costs = Array.isArray(cost) ? (cost as ReadonlyArray<Cost>) : [cost as Cost]
  return costs.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
}
