/**
 * Batches: what is planned of their operations, and what is refused.
 */
import type * as RawBatch from "@effect-dynamo/client/RawBatch"
import { identity } from "@effect-dynamo/client/RawBatch"
import type { Item } from "@effect-dynamo/core/Attribute"
import {
  BatchIncomplete,
  type DynamoError,
  type EncodeError,
  KeyError,
  RequestRejected
} from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import { type Planning, planningOf } from "./builder.ts"
import { type GetPlan, planned, type PlannedGet, type PlannedWrite } from "./operation.ts"
import type { Write } from "./write.ts"

/** A write, as it is sent. */
export interface BatchedWrite extends RawBatch.Write {
  /** The operation that it was made of, and where that stands. */
  readonly operation: object
  readonly position: number
  readonly entity: string
  /** The same for writes of the same item. */
  readonly identity: string
}

/** What planning a write fails with: one that reads first is refused before. */
export type WritePlanError = KeyError | EncodeError | RequestRejected

/** Plans a write. What is made on the way (defaults, timestamps) is made here, once for all requests that it takes. */
export const planWrite = (
  operation: object,
  position: number,
  fiber: Fiber.Fiber<unknown, unknown>,
  now: number
): Effect.Effect<BatchedWrite, WritePlanError, unknown> => {
  const given = planned<PlannedWrite>(operation)
  const planning = planningOf(given.entity, "BatchWriteItem", fiber, now)
  if (Exit.isExit(planning)) return planning
  const unfit = unfitReason(given, planning)
  if (unfit !== undefined) return refused(unfit, position, given, planning)
  return Effect.flatMapEager(
    // A put without unique fields, and a delete, read nothing before.
    given.plan(planning) as Effect.Effect<Write, WritePlanError, unknown>,
    ({ action, conditions, key }) => {
      if (conditions.length > 0) return refused("has a condition", position, given, planning)
      const { table } = planning.where
      return Exit.succeed({
        table,
        key,
        item: action._tag === "Put" ? action.item : undefined,
        operation,
        position,
        entity: planning.entity.name,
        identity: identity(table, key)
      })
    }
  )
}

/** Why a batch cannot do it, as far as it can be told before planning. The compiler has said so already. */
const unfitReason = (given: PlannedWrite, { entity }: Planning): string | undefined => {
  if (given.kind !== "Put" && given.kind !== "Delete") return "is neither a put nor a delete"
  if (given.returning) return "is to return an item"
  const { unique, version } = entity.definition.managed
  if (unique.length > 0) return "has unique fields to guard"
  if (version !== undefined) return "has a version to compare"
  return undefined
}

const refused = (
  why: string,
  position: number,
  { kind }: PlannedWrite,
  { entity, where }: Planning
): Exit.Exit<never, RequestRejected> =>
  Exit.fail(
    new RequestRejected({
      message: `The batch was not sent: operation ${position} (${kind} of ${entity.name}) ${why}, which no batch can do.`,
      ...where,
      code: "UnfitForBatch"
    })
  )

/** That two writes are of one item. */
export const writtenTwice = (first: BatchedWrite, second: BatchedWrite): KeyError =>
  new KeyError({
    message:
      `Operations ${first.position} and ${second.position} of the batch write the same ${second.entity}: ` +
      `a batch has no order, so it cannot be told which would be last.`,
    operation: "BatchWriteItem",
    table: second.table,
    entity: second.entity,
    path: []
  })

/** A get, as it is asked for. */
export interface BatchedGet {
  readonly operation: object
  readonly input: GetPlan["input"]
  /** What it gives for the item that was read. */
  readonly give: (item: Item | undefined) => ReturnType<PlannedGet["give"]>
}

/** Plans a get. */
export const planGet = (
  operation: object,
  fiber: Fiber.Fiber<unknown, unknown>,
  now: number
): Effect.Effect<BatchedGet, KeyError> => {
  const given = planned<PlannedGet>(operation)
  const planning = planningOf(given.entity, "BatchGetItem", fiber, now)
  if (Exit.isExit(planning)) return planning
  return Effect.mapEager(given.plan(planning), (plan) => ({
    operation,
    input: plan.input,
    give: (item) => given.give(planning, plan, item)
  }))
}

/** Some effect for each of these, one after the other; at once, as far as outcomes are there already. */
export const forEachEager = <A, B, E, R>(
  values: ReadonlyArray<A>,
  f: (value: A, index: number) => Effect.Effect<B, E, R>
): Effect.Effect<ReadonlyArray<B>, E, R> => {
  const results: Array<B> = []
  const from = (first: number): Effect.Effect<ReadonlyArray<B>, E, R> => {
    for (let i = first; i < values.length; i++) {
      const effect = f(values[i]!, i)
      if (!Exit.isExit(effect)) {
        return Effect.flatMap(effect, (result) => {
          results.push(result)
          return from(i + 1)
        })
      }
      // The guard does not know the outcome's types; they are the effect's.
      const exit = effect as Exit.Exit<B, E>
      if (Exit.isFailure(exit)) return Exit.failCause(exit.cause)
      results.push(exit.value)
    }
    return Exit.succeed(results)
  }
  return from(0)
}

/** What a batch that was not done to its end says. */
export interface Undone {
  readonly operation: "BatchWriteItem" | "BatchGetItem"
  readonly operations: ReadonlyArray<object>
  readonly tables: ReadonlyArray<string | undefined>
  readonly of: number
  readonly cause: DynamoError | undefined
}

export const incomplete = ({ cause, of, operation, operations, tables }: Undone): BatchIncomplete<never> =>
  new BatchIncomplete({
    message:
      `${operations.length} of ${of} operations of the batch are not known to be done: ` +
      (cause === undefined
        ? "DynamoDB left them unprocessed until the retry policy ended"
        : `requests failed with ${cause._tag} after their retries`) +
      `. Run \`operations\` again.`,
    operation,
    table: tables.every((table) => table === tables[0]) ? tables[0] : undefined,
    cause,
    // The type of the batch says of what kind they are.
    operations: operations as ReadonlyArray<never>
  })
