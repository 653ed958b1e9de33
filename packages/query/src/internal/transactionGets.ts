/**
 * Transactions of gets, planned: each item is read once, as much of it as is asked for.
 */
import type { GetItemCommandInput, TransactGetItem } from "@aws-sdk/client-dynamodb"
import type { Item } from "@effect-dynamo/core/Attribute"
import type { DecodeError, ItemNotFound, KeyError, RequestRejected } from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import { itemOf, nowOf, planningOf } from "./builder.ts"
import { planned, type PlannedGet } from "./operation.ts"
import { identityOf, rejected } from "./transactionPlan.ts"

export const operationName = "TransactGetItems"

/** What DynamoDB reads in one transaction at most. */
const mostItems = 100

/** A transaction of gets, planned. */
export interface GetsPlan {
  readonly items: ReadonlyArray<TransactGetItem>
  readonly places: ReadonlyArray<GetPlace>
}

/** Where a get stands in its transaction. */
export interface GetPlace {
  readonly entity: string
  readonly at: number
  /** What it gives for the item that was read. */
  readonly give: (item: Item | undefined) => Effect.Effect<unknown, DecodeError | ItemNotFound, unknown>
}

/** Plans all gets, at one time. */
export const planGets = (
  operations: ReadonlyArray<object>,
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<GetsPlan, KeyError | RequestRejected> => {
  const now = nowOf(fiber)
  const plans = operations.map((operation) => {
    const get = planned<PlannedGet>(operation)
    const planning = planningOf(get.entity, operationName, fiber, now)
    return Exit.isExit(planning) ? planning : Effect.mapEager(get.plan(planning), (plan) => ({ get, planning, plan }))
  })
  return Effect.flatMapEager(Effect.all(plans), (gets) => {
    const slots = new Map<string, { readonly at: number; input: GetItemCommandInput }>()
    const places = gets.map(({ get, plan, planning }): GetPlace => {
      const { input } = plan
      // It was made of attribute values here.
      const id = identityOf({ planning }, input.Key as Item)
      const slot = slots.get(id) ?? { at: slots.size, input }
      slots.set(id, slot)
      if (partOf(slot.input) !== partOf(input)) slot.input = wholeOf(slot.input)
      return {
        entity: planning.entity.name,
        at: slot.at,
        give: (item) => get.give(planning, plan, item)
      }
    })
    if (slots.size > mostItems) {
      return rejected("TooManyOperations", `it reads ${slots.size} items; at most ${mostItems} can be`, operationName)
    }
    return Exit.succeed({ items: Array.from(slots.values(), ({ input }) => transactGet(input)), places })
  })
}

/** What of an item is read. */
const partOf = ({ ExpressionAttributeNames, ProjectionExpression }: GetItemCommandInput): string =>
  JSON.stringify([ProjectionExpression ?? null, ExpressionAttributeNames ?? null])

const wholeOf = ({ Key, TableName }: GetItemCommandInput): GetItemCommandInput => ({ Key, TableName })

/** Transactions read what is there: they are not told to. */
const transactGet = ({
  ExpressionAttributeNames,
  Key,
  ProjectionExpression,
  TableName
}: GetItemCommandInput): TransactGetItem => ({
  Get: {
    TableName,
    Key,
    ...(ProjectionExpression === undefined ? undefined : { ProjectionExpression, ExpressionAttributeNames })
  }
})

/** What each get gives, of the items in the order of the request. */
export const giveAll = (
  { places }: GetsPlan,
  responses: ReadonlyArray<{ readonly Item?: object | undefined }>
): Effect.Effect<ReadonlyArray<unknown>, DecodeError | ItemNotFound, unknown> =>
  Effect.forEach(places, ({ at, give }) => {
    const item = responses[at]?.Item
    return give(item === undefined ? undefined : itemOf(item))
  })
