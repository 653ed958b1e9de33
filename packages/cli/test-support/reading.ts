/** Tables with items to look at. */
import { DynamoClient } from "@effect-dynamo/client"
import { Index, Table } from "@effect-dynamo/core"
import { TableAdmin } from "@effect-dynamo/query"
import { Effect } from "effect"

const Orders = Table.make("orders", {
  partitionKey: "customer",
  sortKey: { name: "number", type: "N" },
  indexes: { byState: Index.global({ partitionKey: "state", sortKey: "day" }), byDay: Index.local({ sortKey: "day" }) }
})

const Blobs = Table.make("blobs", { partitionKey: { name: "hash", type: "B" }, sortKey: null })

/** How many orders there are. */
export const orderCount = 250

/** Every fifth has a note, every second is open; the customers c0 to c4 have 50 each. */
const order = (number: number) => ({
  customer: { S: `c${number % 5}` },
  number: { N: String(number) },
  state: { S: number % 2 === 0 ? "open" : "paid" },
  day: { S: `2026-01-${String(1 + (number % 28)).padStart(2, "0")}` },
  total: { N: `${number}.12345678901234567890123456789` },
  ...(number % 5 === 0 ? { note: { S: "first\nsecond \u009b31m" } } : undefined)
})

/** Creates `orders` and `blobs`. */
export const makeTables = Effect.gen(function* () {
  yield* TableAdmin.create(Orders)
  yield* TableAdmin.create(Blobs)
  const client = yield* DynamoClient.DynamoClient
  yield* Effect.forEach(
    Array.from({ length: orderCount }, (_, number) => order(number)),
    (Item) => client.putItem({ TableName: "orders", Item }),
    { concurrency: 8, discard: true }
  )
  yield* client.putItem({
    TableName: "blobs",
    Item: { hash: { B: new Uint8Array([1, 2]) }, tags: { SS: ["a", "b"] }, data: { B: new Uint8Array([255]) } }
  })
})
