/**
 * Transactions of writes, planned: what is sent, and where in it each operation stands.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb"
import { CurrentConcurrency } from "@effect-dynamo/client/DynamoClient"
import * as RawBatch from "@effect-dynamo/client/RawBatch"
import type { Item } from "@effect-dynamo/core/Attribute"
import { KeyError, RequestRejected } from "@effect-dynamo/core/DynamoError"
import type * as Expression from "@effect-dynamo/core/Expression"
import * as ItemSize from "@effect-dynamo/core/ItemSize"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import { nowOf, type Planning, planningOf } from "./builder.ts"
import { planned, type PlanError, type PlannedWrite } from "./operation.ts"
import { type Guard, guardItem, transactItem, type Write } from "./write.ts"

export const operationName = "TransactWriteItems"

/** What DynamoDB takes in one transaction at most. */
const mostItems = 100
const mostBytes = 4 * 1024 * 1024

/** A transaction, planned. */
export interface TransactionPlan {
  readonly items: ReadonlyArray<TransactWriteItem>
  /** Of each operation, where it stands among the items. */
  readonly places: ReadonlyArray<Place>
}

/** Where an operation stands in its transaction. */
export interface Place {
  readonly kind: PlannedWrite["kind"]
  /** The operation's own plan. */
  readonly write: Write
  /** The plan of the write that is sent for it: its own, unless it is a check of an item that is also written. */
  readonly sent: Write
  readonly at: number
  readonly guards: ReadonlyArray<{ readonly guard: Guard; readonly at: number }>
}

/** Plans all operations, at one time. Those that read first read at once. */
export const planTransaction = (
  operations: ReadonlyArray<object>,
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<TransactionPlan, PlanError, unknown> => {
  const given = operations.map((operation) => planned<PlannedWrite>(operation))
  const returning = given.findIndex((operation) => operation.returning)
  if (returning >= 0) {
    return rejected("ReturningInTransaction", `operation ${returning} is to return an item, which no transaction does`)
  }
  const now = nowOf(fiber)
  const plans = given.map((operation): Effect.Effect<Write, PlanError, unknown> => {
    const planning = planningOf(operation.entity, operationName, fiber, now)
    return Exit.isExit(planning) ? planning : operation.plan(planning)
  })
  return Effect.flatMapEager(allEager(plans, fiber), (writes) => assemble(given, writes))
}

/** All of them: at once where each has its outcome already. */
const allEager = <A, E, R>(
  effects: ReadonlyArray<Effect.Effect<A, E, R>>,
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<ReadonlyArray<A>, E, R> => {
  const values: Array<A> = []
  for (const effect of effects) {
    if (!Exit.isExit(effect)) return Effect.all(effects, { concurrency: fiber.getRef(CurrentConcurrency) })
    // The guard does not know the outcome's types; they are the effect's.
    const outcome = effect as Exit.Exit<A, E>
    if (Exit.isFailure(outcome)) return Exit.failCause(outcome.cause)
    values.push(outcome.value)
  }
  return Exit.succeed(values)
}

/** What is done to one item. */
interface Slot {
  write: Write
  /** The operation whose write it is. */
  position: number
  readonly conditions: Array<Expression.Condition>
  readonly at: number
}

/** What is done to one guard. */
interface GuardSlot {
  guard: Guard
  position: number
  /** Taken by one operation and given up by another: it stays. */
  stays: boolean
  readonly write: Write
  readonly at: number
}

const assemble = (
  given: ReadonlyArray<PlannedWrite>,
  writes: ReadonlyArray<Write>
): Exit.Exit<TransactionPlan, KeyError | RequestRejected> => {
  const slots = new Map<string, Slot>()
  // A text of the whole key: made once of each.
  const ids = writes.map((write) => identityOf(write, write.key))
  for (const [position, write] of writes.entries()) {
    const id = ids[position]!
    const slot = slots.get(id)
    if (slot === undefined) {
      slots.set(id, { write, position, conditions: [...write.conditions], at: slots.size })
      continue
    }
    if (write.action._tag !== "Check") {
      if (slot.write.action._tag !== "Check") return Exit.fail(writtenTwice(slot, position, write))
      slot.write = write
      slot.position = position
    }
    slot.conditions.push(...write.conditions)
  }
  const guards = new Map<string, GuardSlot>()
  for (const [position, write] of writes.entries()) {
    for (const guard of write.guards) {
      const id = identityOf(write, guard.key)
      const slot = guards.get(id)
      if (slot === undefined) {
        guards.set(id, { guard, position, stays: false, write, at: slots.size + guards.size })
        continue
      }
      if (guard._tag === "Delete") {
        slot.stays ||= slot.guard._tag === "Put"
        continue
      }
      if (slot.guard._tag === "Put") return Exit.fail(wantedTwice(slot, position, write, guard))
      slot.guard = guard
      slot.position = position
      slot.stays = true
    }
  }
  const items = [
    ...Array.from(slots.values(), ({ conditions, write }) => transactItem({ ...write, conditions })),
    ...Array.from(guards.values(), ({ guard, stays, write }) => guardItem(guard, write, stays))
  ]
  const places = writes.map((write, i): Place => {
    const { at, write: sent } = slots.get(ids[i]!)!
    return {
      kind: given[i]!.kind,
      write,
      sent,
      at,
      guards: write.guards.map((guard) => ({ guard, at: guards.get(identityOf(write, guard.key))!.at }))
    }
  })
  if (items.length > mostItems) {
    const withGuards = guards.size === 0 ? "" : `, ${guards.size} guards of unique fields included`
    return rejected("TooManyOperations", `it has ${items.length} operations${withGuards}; at most ${mostItems} can be`)
  }
  return refusedSize(items, places) ?? Exit.succeed({ items, places })
}

/** An item of a table, as text: keys that DynamoDB takes for the same are the same. */
export const identityOf = (write: { readonly planning: Planning }, key: Item): string =>
  RawBatch.identity(write.planning.where.table, key)

/** That all of it is too large. Only what may be is measured. */
const refusedSize = (
  items: ReadonlyArray<TransactWriteItem>,
  places: ReadonlyArray<Place>
): Exit.Exit<never, RequestRejected> | undefined => {
  const bound = items.reduce((sum, item) => sum + sizeOf(item, ItemSize.boundOfItem), 0)
  if (bound <= mostBytes) return undefined
  const sizes = items.map((item) => sizeOf(item, ItemSize.ofItem))
  const size = sizes.reduce((sum, one) => sum + one, 0)
  if (size <= mostBytes) return undefined
  const largest = places
    .map(({ at, kind, write }, position) => ({
      text: `${position} (${kind} of ${write.planning.entity.name}, ${sizes[at]!} bytes)`,
      size: sizes[at]!
    }))
    .sort((a, b) => b.size - a.size)
    .slice(0, 3)
  return rejected(
    "TransactionTooLarge",
    `it is about ${size} bytes large; at most ${mostBytes} can be. ` +
      `Its largest operations are ${largest.map(({ text }) => text).join(", ")}`
  )
}

/** What counts of an operation: the item it puts, or its key, and the values of its expressions. */
const sizeOf = (
  { ConditionCheck, Delete, Put, Update }: TransactWriteItem,
  measure: (item: ItemSize.Item) => number
): number => {
  const keyed = ConditionCheck ?? Delete ?? Update
  const values = (Put ?? keyed)?.ExpressionAttributeValues
  return measure(Put?.Item ?? keyed?.Key ?? {}) + (values === undefined ? 0 : measure(values))
}

// -----------------------------------------------------------------------------
// What is refused before it is sent
// -----------------------------------------------------------------------------

/** A transaction that DynamoDB would not take. */
export const rejected = (code: string, why: string, operation = operationName): Exit.Exit<never, RequestRejected> =>
  Exit.fail(new RequestRejected({ message: `The transaction was not sent: ${why}.`, operation, code }))

const writtenTwice = (slot: Slot, position: number, { planning: { entity, where } }: Write): KeyError =>
  new KeyError({
    message:
      `Operations ${slot.position} and ${position} of the transaction write the same ${entity.name}, ` +
      `which a transaction can write only once`,
    ...where,
    entity: entity.name,
    path: []
  })

const wantedTwice = (slot: GuardSlot, position: number, write: Write, { fields }: Guard): KeyError => {
  const { entity, where } = write.planning
  return new KeyError({
    message:
      `Operations ${slot.position} and ${position} of the transaction give two ${entity.name} ` +
      `the same ${fields.join(", ")}, which must be unique`,
    ...where,
    entity: entity.name,
    path: fields
  })
}
