/** DynamoDB Local, in a process that ends with its parent, with a table full of orders and an empty one. */
import * as Effect from "effect/Effect"
import { DynamoClient, Table, TableAdmin } from "effect-dynamo"
import { DynamoLocal } from "@effect-dynamo/testing"
import { customer, loaded, sharedOrder } from "./canned.ts"
import { order } from "./data.ts"

const load = Effect.gen(function* () {
  const client = yield* DynamoClient.DynamoClient
  yield* TableAdmin.create(Table.make("bench"))
  yield* TableAdmin.create(Table.make("writes"))
  const batches = Array.from({ length: (loaded.customers * loaded.each) / 25 }, (_, i) => i * 25)
  yield* Effect.forEach(
    batches,
    (first) =>
      client.batchWriteItem({
        RequestItems: {
          bench: Array.from({ length: 25 }, (_, i) => ({
            PutRequest: { Item: sharedOrder(order(first + i, customer(Math.floor((first + i) / loaded.each)))) }
          }))
        }
      }),
    { concurrency: 8, discard: true }
  )
})

process.on("disconnect", () => process.exit(0))

const program = Effect.gen(function* () {
  yield* load
  const endpoint = yield* DynamoLocal.endpoint
  yield* Effect.sync(() => process.send?.(endpoint))
  yield* Effect.never
})

if (await Effect.runPromise(DynamoLocal.isAvailable)) {
  await Effect.runPromise(Effect.provide(program, DynamoLocal.layer))
} else {
  process.send?.("")
}
