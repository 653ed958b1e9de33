/**
 * The whole items of those that an index gave, which holds less.
 */
import type { GetItemCommandInput } from "@aws-sdk/client-dynamodb"
import { getItems } from "@effect-dynamo/client/RawBatch"
import type { Item } from "@effect-dynamo/core/Attribute"
import { type Service, ThroughputExceeded } from "@effect-dynamo/core/DynamoError"
import * as Expression from "@effect-dynamo/core/Expression"
import type * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { itemOf, keyOf, type Running } from "./builder.ts"
import { addPlaceholders } from "./conditions.ts"
import type { WholeItems } from "./paging.ts"
import { projectionText } from "./selection.ts"

/**
 * Reads the items by their keys in the table, in any number. Others' items, as their keys tell, and those whose
 * time has passed are left out.
 */
export const wholeItems = (
  { client, entity, where }: Running,
  projection: Projection.Projection | undefined
): ((items: ReadonlyArray<Item>) => Effect.Effect<WholeItems, Service>) => {
  const placeholders = new Expression.Placeholders()
  const asked: Omit<GetItemCommandInput, "Key"> = { TableName: where.table }
  if (projection !== undefined) {
    asked.ProjectionExpression = projectionText(projection, entity, entity.primary, placeholders)
  }
  addPlaceholders(asked, placeholders)
  return (items) => {
    const isMine = items.map((item) => ResolvedEntity.classify(entity, item) === "mine")
    const gets = items.flatMap((item, i) => (isMine[i] ? [{ ...asked, Key: keyOf(entity, item) }] : []))
    return Effect.flatMap(getItems(client, gets), ({ cause, consumedCapacity, items: found, left }) => {
      if (left.length > 0) return Effect.fail(cause ?? unprocessed(left.length, gets.length, where.table))
      return Effect.map(Clock.currentTimeMillis, (now): WholeItems => {
        let next = 0
        const whole = isMine.map((mine) => {
          const read = mine ? found[next++] : undefined
          const item = read === undefined ? undefined : itemOf(read)
          return item === undefined || ResolvedEntity.isExpired(entity, item, now) ? undefined : item
        })
        return { items: whole, capacity: consumedCapacity }
      })
    })
  }
}

const unprocessed = (left: number, of: number, table: string): ThroughputExceeded =>
  new ThroughputExceeded({
    message: `DynamoDB left ${left} of ${of} keys of a batch unprocessed`,
    operation: "BatchGetItem",
    table,
    reasons: []
  })
