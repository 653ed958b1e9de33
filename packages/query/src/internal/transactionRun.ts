/**
 * Transactions of writes, run.
 */
import type { TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb"
import type { DeleteItemError, Service, TransactWriteItemsError } from "@effect-dynamo/client/DynamoClient"
import type { ConditionalCheckFailed } from "@effect-dynamo/core/DynamoError"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { itemOf } from "./builder.ts"
import { hasExpired } from "./conditions.ts"
import { type Cancellation, failedCondition, failWrites } from "./transactionFailure.ts"
import type { Place, TransactionPlan } from "./transactionPlan.ts"
import { deleteInput, type Write } from "./write.ts"

/** Sends a transaction. What it fails with tells of the operations. */
export const runTransaction = (
  client: Service,
  { places }: TransactionPlan,
  input: TransactWriteItemsCommandInput
): Effect.Effect<void, Failure> => {
  const told = (failure: Cancellation) => failWrites(places, failure)
  return Effect.catchTags(makingRoom(client, places, Effect.asVoid(client.transactWriteItems(input)), 1), {
    ConditionalCheckFailed: told,
    TransactionCanceled: told,
    TransactionConflict: told
  })
}

type Failure = TransactWriteItemsError | DeleteItemError | Cancellation

/** How often expired items are removed to make room for new ones. */
const mostRemovals = 10

/** An expired item counts as none: one that stands in the way of an upsert is removed before. */
const makingRoom = (
  client: Service,
  places: ReadonlyArray<Place>,
  sent: Effect.Effect<void, TransactWriteItemsError>,
  count: number
): Effect.Effect<void, Failure> =>
  Effect.catchTag(sent, "ConditionalCheckFailed", (failure): Effect.Effect<void, Failure> => {
    const expired = inTheWay(places, failure)
    return expired.length === 0 || count > mostRemovals
      ? Effect.fail(failure)
      : Effect.andThen(
          Effect.forEach(expired, (write) => remove(client, write), { discard: true }),
          Effect.suspend(() => makingRoom(client, places, sent, count + 1))
        )
  })

/** The upserts that failed for an expired item. */
const inTheWay = (
  places: ReadonlyArray<Place>,
  { reasons = [] }: ConditionalCheckFailed<object>
): ReadonlyArray<Write> =>
  places.flatMap(({ at, sent, write }) => {
    const reason = reasons[at]
    // A check of the same item shares its place.
    const isOwn = write === sent && sent.makesRoom === true && reason?.code === failedCondition
    return isOwn && isExpired(sent, reason.item) ? [sent] : []
  })

/** The client's reasons have items as DynamoDB gave them. */
const isExpired = ({ planning: { entity, now } }: Write, standing: Option.Option<unknown>): boolean =>
  Option.exists(standing, (item) => ResolvedEntity.isExpired(entity, itemOf(item as object), now))

/** Where it is another item by now, the next attempt says so. */
const remove = (client: Service, write: Write) =>
  Effect.catchTag(
    client.deleteItem(deleteInput({ ...write, action: { _tag: "Delete" }, conditions: [hasExpired(write.planning)] })),
    "ConditionalCheckFailed",
    () => Effect.void
  )
