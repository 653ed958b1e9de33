/**
 * Batches of operations that are all at hand.
 */
import { type BatchWriteItemError, DynamoClient } from "@effect-dynamo/client/DynamoClient"
import { getItems, writeItems } from "@effect-dynamo/client/RawBatch"
import type { BatchIncomplete, DecodeError, ItemNotFound, KeyError, Service } from "@effect-dynamo/core/DynamoError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { itemOf, nowOf } from "./builder.ts"
import {
  type BatchedWrite,
  forEachEager,
  incomplete,
  planGet,
  planWrite,
  type WritePlanError,
  writtenTwice
} from "./batchPlan.ts"

/** The client: the requirement of it stands in the type of what is run. */
export const clientOf = (fiber: Fiber.Fiber<unknown, unknown>) => Context.getUnsafe(fiber.context, DynamoClient)

/** Writes them, each once. */
export const writeAll = (
  operations: ReadonlyArray<object>
): Effect.Effect<void, WritePlanError | BatchWriteItemError | BatchIncomplete<never>, unknown> =>
  Effect.withFiber((fiber) => {
    const now = nowOf(fiber)
    const plans = forEachEager(operations, (operation, i) => planWrite(operation, i, fiber, now))
    return Effect.flatMapEager(plans, (writes): ReturnType<typeof writeAll> => {
      const repeated = firstRepeated(writes)
      if (repeated !== undefined) return Effect.fail(writtenTwice(...repeated))
      return Effect.flatMap(writeItems(clientOf(fiber), writes), ({ cause, left }) => {
        if (left.length === 0) return Effect.void
        const inOrder = left.toSorted((a, b) => a.position - b.position)
        return Effect.fail(
          incomplete({
            operation: "BatchWriteItem",
            operations: inOrder.map(({ operation }) => operation),
            tables: inOrder.map(({ table }) => table),
            of: operations.length,
            cause
          })
        )
      })
    })
  })

const firstRepeated = (
  writes: ReadonlyArray<BatchedWrite>
): readonly [first: BatchedWrite, second: BatchedWrite] | undefined => {
  const seen = new Map<string, BatchedWrite>()
  for (const write of writes) {
    const first = seen.get(write.identity)
    if (first !== undefined) return [first, write]
    seen.set(write.identity, write)
  }
  return undefined
}

/** What reading a batch fails with. */
export type ReadError = Service | KeyError | DecodeError | ItemNotFound | BatchIncomplete<never>

/** Reads them, and gives what each gives, in their order. */
export const getAll = (operations: ReadonlyArray<object>): Effect.Effect<ReadonlyArray<unknown>, ReadError, unknown> =>
  Effect.withFiber((fiber) => {
    const now = nowOf(fiber)
    return Effect.flatMapEager(
      forEachEager(operations, (operation) => planGet(operation, fiber, now)),
      (gets) => {
        const inputs = gets.map(({ input }) => input)
        return Effect.flatMap(
          getItems(clientOf(fiber), inputs),
          ({ cause, items, left }): Effect.Effect<ReadonlyArray<unknown>, ReadError, unknown> => {
            if (left.length > 0) {
              return Effect.fail(
                incomplete({
                  operation: "BatchGetItem",
                  operations: left.map((i) => operations[i]!),
                  tables: left.map((i) => inputs[i]!.TableName),
                  of: operations.length,
                  cause
                })
              )
            }
            return forEachEager(gets, ({ give }, i) => {
              const item = items[i]
              return give(item === undefined ? undefined : itemOf(item))
            })
          }
        )
      }
    )
  })
