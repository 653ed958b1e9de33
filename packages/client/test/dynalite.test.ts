import { DynamoClient } from "@effect-dynamo/client"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Option, Schedule } from "effect"
import type * as Http from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { local } from "./support/local.ts"

// The package is CommonJS, and has no types of its own.
const dynalite: (options: Readonly<Record<string, number>>) => Http.Server = createRequire(import.meta.url)("dynalite")

const TableName = "things"

const Engine = Layer.unwrap(
  Effect.gen(function* () {
    const server = yield* Effect.acquireRelease(
      Effect.callback<Http.Server>((resume) => {
        const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
    )
    // listening on a port, hence an AddressInfo
    const { port } = server.address() as AddressInfo
    return DynamoClient.layer(local(`http://127.0.0.1:${port}`))
  })
)

const Tables = Layer.effectDiscard(
  Effect.gen(function* () {
    const client = yield* DynamoClient.DynamoClient
    yield* client.createTable({
      TableName,
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST"
    })
    yield* client.describeTable({ TableName }).pipe(
      Effect.repeat({
        until: (answer) => answer.Table?.TableStatus === "ACTIVE",
        schedule: Schedule.spaced("10 millis")
      })
    )
  })
)

const item = { pk: { S: "1" }, count: { N: "12345678901234567890.5" } }

layer(Layer.provideMerge(Tables, Engine), { excludeTestServices: true })("on dynalite", (it) => {
  it.effect("puts, gets and deletes", () =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      yield* client.putItem({ TableName, Item: item })
      const found = yield* client.getItem({ TableName, Key: { pk: { S: "1" } }, ConsistentRead: true })
      assert.deepStrictEqual(found.Item, item)
      const gone = yield* client.deleteItem({ TableName, Key: { pk: { S: "1" } }, ReturnValues: "ALL_OLD" })
      assert.deepStrictEqual(gone.Attributes, item)
      assert.isUndefined((yield* client.getItem({ TableName, Key: { pk: { S: "1" } } })).Item)
    })
  )

  it.effect("a condition that is false", () =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      const put = client.putItem({
        TableName,
        Item: { pk: { S: "2" } },
        ConditionExpression: "attribute_not_exists(pk)"
      })
      yield* put
      const answer = yield* put.pipe(
        Effect.as("written twice"),
        Effect.catchTag("ConditionalCheckFailed", (error) => Effect.succeed(Option.isNone(error.item)))
      )
      assert.strictEqual(answer, true) // dynalite never sends the item
    })
  )

  it.effect("a table that is not there", () =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      const error = yield* Effect.flip(client.getItem({ TableName: "nothing", Key: { pk: { S: "1" } } }))
      assert.strictEqual(error._tag, "ResourceNotFound")
      assert.strictEqual(error.table, "nothing")
      assert.propertyVal(error, "attempts", 1)
    })
  )

  it.effect("a table that is there already", () =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      const error = yield* Effect.flip(
        client.createTable({
          TableName,
          AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST"
        })
      )
      assert.strictEqual(error._tag, "ResourceInUse")
    })
  )

  it.effect("a request that is refused", () =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      const error = yield* Effect.flip(client.getItem({ TableName, Key: { other: { S: "1" } } }))
      assert.strictEqual(error._tag, "RequestRejected")
      assert.propertyVal(error, "code", "ValidationException")
      assert.match(error.message, /key element does not match the schema/)
    })
  )

  it.effect("an item that is too large", () =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      const Item = { pk: { S: "3" }, text: { S: "x".repeat(410_000) } }
      const error = yield* Effect.flip(client.putItem({ TableName, Item }))
      assert.strictEqual(error._tag, "ItemTooLarge")
    })
  )
})
