import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Key, Table } from "@effect-dynamo/core"
import { engines } from "../../testing/test-support/engines.ts"
import { Update } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Shop = Table.make("shop", { partitionKey: "pk", sortKey: "sk" })

const Customer = Entity.make("Customer", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String }),
  table: Shop,
  partitionKey: Key.template("C#{id}"),
  sortKey: Key.template("C")
})

engines("an update where another entity's item stands", (it) =>
  withTables(it, [Shop], (it) => {
    it.effect("changes nothing, and says that there is no such item", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const foreign = { pk: { S: "C#1" }, sk: { S: "C" }, _type: { S: "Invoice" }, name: { S: "theirs" } }
        yield* client.putItem({ TableName: "shop", Item: foreign })
        const error = yield* Effect.flip(Update.in(Customer).key({ id: "1" }).set({ name: "mine" }))
        assert.strictEqual(error._tag, "ItemNotFound")
        const { Item } = yield* client.getItem({ TableName: "shop", Key: { pk: { S: "C#1" }, sk: { S: "C" } } })
        assert.deepStrictEqual(Item, foreign)
      })
    )

    it.effect("an upsert changes nothing either: it would mix two entities in one item", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const foreign = { pk: { S: "C#3" }, sk: { S: "C" }, _type: { S: "Invoice" }, name: { S: "theirs" } }
        yield* client.putItem({ TableName: "shop", Item: foreign })
        const upsert = (id: string) => Update.in(Customer).key({ id }).set({ name: "mine" }).upsert()
        const error = yield* Effect.flip(upsert("3"))
        assert.strictEqual(error._tag, "KeyError")
        assert.match(error.message, /an item of another entity stands under its key/)
        const { Item } = yield* client.getItem({ TableName: "shop", Key: { pk: { S: "C#3" }, sk: { S: "C" } } })
        assert.deepStrictEqual(Item, foreign)
        assert.deepStrictEqual(yield* upsert("4"), { id: "4", name: "mine" })
        assert.deepStrictEqual(yield* upsert("4"), { id: "4", name: "mine" })
      })
    )

    it.effect("an item without a marker is this entity's by its key", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const unmarked = { pk: { S: "C#2" }, sk: { S: "C" }, id: { S: "2" }, name: { S: "old" } }
        yield* client.putItem({ TableName: "shop", Item: unmarked })
        const updated = yield* Update.in(Customer).key({ id: "2" }).set({ name: "new" })
        assert.deepStrictEqual(updated, { id: "2", name: "new" })
      })
    )
  })
)
