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
import { entitiesOf } from "./operation.ts"
import { type Described, type OperationSpan, traced } from "./operationSpan.ts"
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

/** What a batch or transaction of these operations is called in its span. */
export const describedOf = (name: string, operations: ReadonlyArray<object>): Described => ({
  name,
  entities: entitiesOf(operations),
  size: operations.length
})

/** Writes them, each once. */
export const writeAll = (
  operations: ReadonlyArray<object>
): Effect.Effect<void, WritePlanError | BatchWriteItemError | BatchIncomplete<never>, unknown> =>
  traced(
    () => describedOf("BatchWrite", operations),
    (span) => writeEach(operations, span)
  )

const writeEach = (operations: ReadonlyArray<object>, span: OperationSpan | undefined): ReturnType<typeof writeAll> =>
  Effect.withFiber((fiber) => {
    const now = nowOf(fiber)
    const plans = forEachEager(operations, (operation, i) => planWrite(operation, i, fiber, now))
    return Effect.flatMapEager(plans, (writes): ReturnType<typeof writeAll> => {
      const repeated = firstRepeated(writes)
      if (repeated !== undefined) return Effect.fail(writtenTwice(...repeated))
      span?.of(writes.map(({ table }) => table))
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
  traced(
    () => describedOf("BatchGet", operations),
    (span) => getEach(operations, span)
  )

/** The same, as a part of the operation whose span it is given. */
export const getEach = (
  operations: ReadonlyArray<object>,
  span: OperationSpan | undefined
): Effect.Effect<ReadonlyArray<unknown>, ReadError, unknown> =>
  Effect.withFiber((fiber) => {
    const now = nowOf(fiber)
    return Effect.flatMapEager(
      forEachEager(operations, (operation) => planGet(operation, fiber, now)),
      (gets) => {
        const inputs = gets.map(({ input }) => input)
        span?.of(inputs.map(({ TableName }) => TableName ?? ""))
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
            span?.gave(items.filter((item) => item !== undefined).length)
            return forEachEager(gets, ({ give }, i) => {
              const item = items[i]
              return give(item === undefined ? undefined : itemOf(item))
            })
          }
        )
      }
    )
  })
