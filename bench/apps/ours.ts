import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as DynamoClient from "effect-dynamo/DynamoClient"
import * as Entity from "effect-dynamo/Entity"
import * as Get from "effect-dynamo/Get"
import * as Key from "effect-dynamo/Key"
import * as Query from "effect-dynamo/Query"
import * as Table from "effect-dynamo/Table"

const Orders = Entity.make("Order", {
  schema: Schema.Struct({
    customerId: Schema.String,
    orderId: Schema.String,
    placedAt: Schema.String,
    status: Schema.Literals(["pending", "paid", "shipped"]),
    total: Schema.Finite,
    quantity: Schema.Finite,
    gift: Schema.Boolean,
    note: Schema.String
  }),
  table: Table.make("bench"),
  partitionKey: Key.template("CUSTOMER#{customerId}"),
  sortKey: Key.template("ORDER#{orderId}")
})

export const program = Effect.gen(function* () {
  const order = yield* Get.from(Orders).key({ customerId: "c-1", orderId: "o-00000001" })
  const orders = yield* Query.from(Orders).pk("c-1").limit(2)
  return [order, orders.length]
})

export const run = (endpoint: string) =>
  Effect.runPromise(
    Effect.provide(
      program,
      DynamoClient.layer({ region: "us-east-1", endpoint, credentials: { accessKeyId: "a", secretAccessKey: "b" } })
    )
  )
