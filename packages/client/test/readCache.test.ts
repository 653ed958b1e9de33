import type * as Sdk from "@aws-sdk/client-dynamodb"
import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { memory } from "./support/memory.ts"
import { serverError } from "./support/script.ts"

type Item = DynamoClient.Item

const item = (id: string, n: number): Item => ({ id: { S: id }, n: { N: String(n) } })

/** A client of one table in memory; writes of any kind put `n: 9`, or delete. */
const store = (
  hold: (operation: DynamoClient.OperationName) => Effect.Effect<unknown, DynamoClient.TransportFailure> = () =>
    Effect.void
) => {
  const items = new Map<string, Item>(["a", "b"].map((id) => [id, item(id, 1)]))
  const sent: Array<DynamoClient.OperationName> = []
  const apply = (operation: DynamoClient.OperationName): void => {
    if (operation === "DeleteItem") items.delete("a")
    else if (operation !== "GetItem") items.set("a", item("a", 9))
  }
  const client = DynamoClient.make({
    send: (operation, input) =>
      Effect.suspend(() => {
        sent.push(operation)
        // The item as it is when the request comes.
        const { Key } = input as Sdk.GetItemCommandInput
        const found = operation === "GetItem" ? items.get(Key!["id"]!.S!) : undefined
        return Effect.andThen(
          hold(operation),
          Effect.sync(() => {
            apply(operation)
            // What these operations answer.
            return { $metadata: {}, ...(found === undefined ? undefined : { Item: found }) } as never
          })
        )
      })
  })
  return { client, sent }
}

const get = (id: string, more: Partial<Sdk.GetItemCommandInput> = {}) =>
  Effect.map(
    DynamoClient.DynamoClient.use((client) => client.getItem({ TableName: "t", Key: { id: { S: id } }, ...more })),
    ({ Item }) => Item?.["n"]?.N
  )

const within = <A, E>(client: DynamoClient.Service, effect: Effect.Effect<A, E, DynamoClient.DynamoClient>) =>
  effect.pipe(DynamoClient.withReadCache, Effect.provideService(DynamoClient.DynamoClient, client))

describe("withReadCache", () => {
  it.effect("reads an item once, in each way", () =>
    Effect.gen(function* () {
      const { client, sent } = store()
      const gets = Effect.all([
        get("a"),
        get("a"),
        get("b"),
        get("c"),
        get("c"),
        get("a", { ProjectionExpression: "n" })
      ])
      assert.deepStrictEqual(yield* within(client, gets), ["1", "1", "1", undefined, undefined, "1"])
      assert.strictEqual(sent.length, 4)
    })
  )

  it.effect("begins empty each time it is run", () =>
    Effect.gen(function* () {
      const { client, sent } = store()
      const once = within(client, get("a"))
      yield* once
      yield* once
      assert.strictEqual(sent.length, 2)
    })
  )

  const put = { TableName: "t", Item: item("a", 9) }
  const key = { TableName: "t", Key: { id: { S: "a" } } }
  const writes: Readonly<Record<string, (client: DynamoClient.Service) => Effect.Effect<unknown, unknown>>> = {
    PutItem: (client) => client.putItem(put),
    "PutItem by ARN": (client) => client.putItem({ ...put, TableName: "arn:aws:dynamodb:eu-west-1:1:table/t" }),
    UpdateItem: (client) => client.updateItem(key),
    DeleteItem: (client) => client.deleteItem(key),
    "BatchWriteItem put": (client) => client.batchWriteItem({ RequestItems: { t: [{ PutRequest: put }] } }),
    "BatchWriteItem delete": (client) => client.batchWriteItem({ RequestItems: { t: [{ DeleteRequest: key }] } }),
    "TransactWriteItems put": (client) => client.transactWriteItems({ TransactItems: [{ Put: put }] }),
    "TransactWriteItems update": (client) =>
      client.transactWriteItems({ TransactItems: [{ Update: { ...key, UpdateExpression: "SET n = n" } }] }),
    "TransactWriteItems delete": (client) => client.transactWriteItems({ TransactItems: [{ Delete: key }] }),
    ExecuteStatement: (client) => client.executeStatement({ Statement: "UPDATE t" })
  }
  for (const [name, write] of Object.entries(writes)) {
    it.effect(`reads again what the effect wrote: ${name}`, () =>
      Effect.gen(function* () {
        const { client, sent } = store()
        const program = Effect.gen(function* () {
          const before = yield* Effect.all([get("a"), get("b")])
          yield* DynamoClient.DynamoClient.use(write)
          return [before, yield* Effect.all([get("a"), get("b")])]
        })
        const after = name === "DeleteItem" ? undefined : "9"
        assert.deepStrictEqual(yield* within(client, program), [
          ["1", "1"],
          [after, "1"]
        ])
        // Only the item that was written, except after a statement.
        assert.strictEqual(
          sent.filter((operation) => operation === "GetItem").length,
          name === "ExecuteStatement" ? 4 : 3
        )
      })
    )
  }

  it.effect("asks each time consistently, and believes the answer", () =>
    Effect.gen(function* () {
      const { client, sent } = store()
      const program = Effect.gen(function* () {
        const first = yield* get("a")
        // Someone else's write.
        yield* client.putItem(put)
        return [first, yield* get("a"), yield* get("a", { ConsistentRead: true }), yield* get("a")]
      })
      assert.deepStrictEqual(yield* within(client, program), ["1", "1", "9", "9"])
      assert.strictEqual(sent.length, 3)
    })
  )

  it.effect("keeps nothing that was asked for before a write, or while one was under way", () =>
    Effect.gen(function* () {
      const [held, putHeld] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      let gets = 0
      const { client } = store((operation) => {
        if (operation === "PutItem") return Deferred.await(putHeld)
        // Only the first get waits.
        return gets++ === 0 ? Deferred.await(held) : Effect.void
      })
      const program = Effect.gen(function* () {
        const early = yield* Effect.forkChild(get("a"))
        yield* Effect.yieldNow
        const writing = yield* Effect.forkChild(DynamoClient.DynamoClient.use((client) => client.putItem(put)))
        yield* Effect.yieldNow
        const meanwhile = yield* get("a")
        yield* Deferred.succeed(putHeld, undefined)
        yield* Fiber.join(writing)
        yield* Deferred.succeed(held, undefined)
        return [yield* Fiber.join(early), meanwhile, yield* get("a")]
      })
      assert.deepStrictEqual(yield* within(client, program), ["1", "1", "9"])
    })
  )

  it.effect("keeps no failures", () =>
    Effect.gen(function* () {
      let gets = 0
      const { client } = store(() => (gets++ === 0 ? Effect.fail(serverError) : Effect.void))
      const program = Effect.all([Effect.flip(get("a")), get("a")])
      const [error, found] = yield* within(client, program)
      assert.strictEqual(error._tag, "ServiceUnavailable")
      assert.strictEqual(found, "1")
    }).pipe(DynamoClient.noRetry)
  )

  it.effect("drops what a write that failed may have written", () =>
    Effect.gen(function* () {
      const { client, sent } = store((operation) => (operation === "PutItem" ? Effect.fail(serverError) : Effect.void))
      const program = Effect.gen(function* () {
        yield* get("a")
        yield* Effect.flip(DynamoClient.DynamoClient.use((client) => client.putItem(put)))
        yield* get("a")
      })
      yield* within(client, program)
      assert.deepStrictEqual(sent, ["GetItem", "PutItem", "GetItem"])
    }).pipe(DynamoClient.noRetry)
  )

  it.effect("stands before gets that are batched", () =>
    Effect.gen(function* () {
      const { client, names } = memory({ t: ["a", "b", "c"] })
      const batched = (id: string) =>
        Effect.flatMap(DynamoClient.DynamoClient, (client) =>
          DynamoClient.batched(client).getItem({ TableName: "t", Key: { id: { S: id } } })
        )
      const all = Effect.forEach(["a", "b", "c"], batched, { concurrency: "unbounded" })
      yield* within(client, Effect.andThen(all, Effect.andThen(all, get("a"))))
      assert.deepStrictEqual(names(), ["BatchGetItem"])
      // Those of two effects meet, each with its cache.
      yield* Effect.all([within(client, all), within(client, all)], { concurrency: "unbounded" })
      assert.deepStrictEqual(names(), ["BatchGetItem", "BatchGetItem"])
    })
  )
})
