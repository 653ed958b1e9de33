/**
 * Transactions of writes, run.
 */
import type { TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb"
import type { DeleteItemError, Service, TransactWriteItemsError } from "@effect-dynamo/client/DynamoClient"
import type { ConditionalCheckFailed } from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import { hasExpiredBefore, makingRoom } from "./makingRoom.ts"
import { type Cancellation, failedCondition, failWrites } from "./transactionFailure.ts"
import type { Place, TransactionPlan } from "./transactionPlan.ts"
import type { Write } from "./write.ts"

/** Sends a transaction. What it fails with tells of the operations. */
export const runTransaction = (
  client: Service,
  { places }: TransactionPlan,
  input: TransactWriteItemsCommandInput
): Effect.Effect<void, Failure> => {
  const told = (failure: Cancellation) => failWrites(places, failure)
  const sent = makingRoom<void, TransactWriteItemsError>(
    client,
    Effect.asVoid(client.transactWriteItems(input)),
    (failure) => inTheWay(places, failure)
  )
  return Effect.catchTags(sent, {
    ConditionalCheckFailed: told,
    TransactionCanceled: told,
    TransactionConflict: told
  })
}

type Failure = TransactWriteItemsError | DeleteItemError | Cancellation

/** The upserts that failed for an expired item. */
const inTheWay = (
  places: ReadonlyArray<Place>,
  { reasons = [] }: ConditionalCheckFailed<object>
): ReadonlyArray<Write> =>
  places.flatMap(({ at, sent, write }) => {
    const reason = reasons[at]
    // A check of the same item shares its place.
    const isOwn = write === sent && sent.makesRoom === true && reason?.code === failedCondition
    return isOwn && hasExpiredBefore(sent, reason.item) ? [sent] : []
  })
