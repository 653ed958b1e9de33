import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as RetryPolicy from "@effect-dynamo/client/RetryPolicy"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { memory } from "./support/memory.ts"
import { scripted, throttled } from "./support/script.ts"

const get = (client: DynamoClient.Service, id: string) => client.getItem({ TableName: "t", Key: { id: { S: id } } })

/** A transport that notes the operations it is given. */
const recording = (operations: Array<string>) =>
  DynamoClient.mapTransport((transport) => ({
    send: (operation, input) => {
      operations.push(operation)
      return transport.send(operation, input)
    }
  }))

describe("mapTransport", () => {
  it.effect("stands below retries", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted([throttled, throttled])
      const operations: Array<string> = []
      const policy = RetryPolicy.make({ baseDelay: 0, throttleBaseDelay: 0 })
      yield* get(recording(operations)(client), "a").pipe(DynamoClient.withRetry(policy))
      assert.deepStrictEqual(operations, ["GetItem", "GetItem", "GetItem"])
      assert.lengthOf(sent, 3)
      // The service it was made of is as it was.
      yield* get(client, "a")
      assert.lengthOf(operations, 3)
    })
  )

  it.effect("leaves gets that are coalesced so, and others not", () =>
    Effect.gen(function* () {
      const { client } = memory({ t: ["a", "b"] })
      const both = (client: DynamoClient.Service) =>
        Effect.forEach(["a", "b"], (id) => get(client, id), { concurrency: "unbounded" })
      const together: Array<string> = []
      yield* both(recording(together)(DynamoClient.batched(client)))
      assert.deepStrictEqual(together, ["BatchGetItem"])
      const apart: Array<string> = []
      yield* both(recording(apart)(client))
      assert.deepStrictEqual(apart, ["GetItem", "GetItem"])
    })
  )

  it.effect("leaves a cache behind, and can be cached", () =>
    Effect.gen(function* () {
      const { client, names } = memory({ t: ["a"] })
      const operations: Array<string> = []
      const record = recording(operations)
      const twice = DynamoClient.DynamoClient.use((client) => Effect.andThen(get(client, "a"), get(client, "a")))
      yield* twice.pipe(DynamoClient.withReadCache, Effect.provideService(DynamoClient.DynamoClient, record(client)))
      assert.deepStrictEqual(operations, ["GetItem"])
      yield* Effect.gen(function* () {
        const cached = yield* DynamoClient.DynamoClient
        yield* twice.pipe(Effect.provideService(DynamoClient.DynamoClient, record(cached)))
      }).pipe(DynamoClient.withReadCache, Effect.provideService(DynamoClient.DynamoClient, client))
      assert.deepStrictEqual(operations, ["GetItem", "GetItem", "GetItem"])
      assert.lengthOf(names(), 3)
    })
  )

  it("keeps the quota of retries", () => {
    const quota = RetryPolicy.makeQuota({ capacity: 7 })
    const client = DynamoClient.make(scripted([]).client.transport, quota)
    assert.strictEqual(DynamoClient.mapTransport(client, (transport) => transport).quota, quota)
  })
})
