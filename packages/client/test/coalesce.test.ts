import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as RetryPolicy from "@effect-dynamo/client/RetryPolicy"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Result, Schema } from "effect"
import { memory } from "./support/memory.ts"
import { serverError } from "./support/script.ts"

const ids = Array.from({ length: 300 }, (_, i) => `id-${i}`)

const ask = (client: DynamoClient.Service, id: string, more: object = {}, table = "t") =>
  client.getItem({ TableName: table, Key: { id: { S: id } }, ...more })

const all = <A, E>(effects: ReadonlyArray<Effect.Effect<A, E>>) => Effect.all(effects, { concurrency: "unbounded" })

const batch = "BatchGetItem"

describe("DynamoClient.batched", () => {
  it.effect("sends 250 gets at the same time in 3 requests, and gives each its item", () =>
    Effect.gen(function* () {
      const { client, names } = memory({ t: ids })
      const answers = yield* all(ids.slice(0, 250).map((id) => ask(DynamoClient.batched(client), id)))
      assert.deepStrictEqual(names(), [batch, batch, batch])
      assert.deepStrictEqual(
        answers.map(({ Item }) => Item?.["n"]?.N),
        ids.slice(0, 250).map((_, i) => String(i))
      )
    })
  )

  it.effect("reads a key once for all who ask for it", () =>
    Effect.gen(function* () {
      const { client, sent } = memory({ t: ids })
      const answers = yield* all(["id-1", "id-2", "id-1", "id-1"].map((id) => ask(DynamoClient.batched(client), id)))
      assert.deepStrictEqual(
        answers.map(({ Item }) => Item?.["n"]?.N),
        ["1", "2", "1", "1"]
      )
      assert.deepStrictEqual(sent, [
        { operation: batch, input: { RequestItems: { t: { Keys: [{ id: { S: "id-1" } }, { id: { S: "id-2" } }] } } } }
      ])
    })
  )

  it.effect("tells numbers apart as DynamoDB does", () =>
    Effect.gen(function* () {
      const sent: Array<object> = []
      const client = DynamoClient.make({
        send: (_, input) =>
          Effect.sync(() => {
            sent.push(input)
            // What is asked of this client are batch gets of the table t.
            return { Responses: { t: [{ n: { N: "100" } }, { n: { N: "0.5" } }] } } as never
          })
      })
      const answers = yield* all(
        ["1E2", "100.0", "+0.50", "5e-1", "0"].map((N) =>
          DynamoClient.batched(client).getItem({ TableName: "t", Key: { n: { N } } })
        )
      )
      assert.deepStrictEqual(
        answers.map(({ Item }) => Item?.["n"]?.N),
        ["100", "100", "0.5", "0.5", undefined]
      )
      assert.deepStrictEqual(sent, [
        { RequestItems: { t: { Keys: [{ n: { N: "1E2" } }, { n: { N: "+0.50" } }, { n: { N: "0" } }] } } }
      ])
    })
  )

  it.effect("asks for different tables in one request", () =>
    Effect.gen(function* () {
      const { client, names } = memory({ t: ids, u: ["x"] })
      const batched = DynamoClient.batched(client)
      const [one, other] = yield* all([ask(batched, "id-1"), ask(batched, "x", {}, "u")])
      assert.deepStrictEqual([one!.Item?.["n"]?.N, other!.Item?.["n"]?.N], ["1", "0"])
      assert.deepStrictEqual(names(), [batch])
    })
  )

  it.effect("keeps projections and consistency apart", () =>
    Effect.gen(function* () {
      const { client, sent } = memory({ t: ids })
      const batched = DynamoClient.batched(client)
      const projected = { ProjectionExpression: "#n", ExpressionAttributeNames: { "#n": "n" } }
      const answers = yield* all([
        ask(batched, "id-1"),
        ask(batched, "id-2"),
        ask(batched, "id-1", { ConsistentRead: true }),
        ask(batched, "id-2", { ConsistentRead: true }),
        ask(batched, "id-1", projected),
        ask(batched, "id-3", projected)
      ])
      assert.deepStrictEqual(
        answers.map(({ Item }) => Item),
        [
          { id: { S: "id-1" }, n: { N: "1" } },
          { id: { S: "id-2" }, n: { N: "2" } },
          { id: { S: "id-1" }, n: { N: "1" } },
          { id: { S: "id-2" }, n: { N: "2" } },
          // The key was read to tell them apart, but not asked for.
          { n: { N: "1" } },
          { n: { N: "3" } }
        ]
      )
      assert.strictEqual(sent.length, 3)
      assert.strictEqual(sent.filter(({ input }) => JSON.stringify(input).includes("ConsistentRead")).length, 1)
    })
  )

  it.effect("gives no item where there is none", () =>
    Effect.gen(function* () {
      const { client } = memory({ t: ids })
      const answers = yield* all([
        ask(DynamoClient.batched(client), "nobody"),
        ask(DynamoClient.batched(client), "id-1")
      ])
      assert.isFalse("Item" in answers[0]!)
      assert.strictEqual(answers[1]!.Item?.["n"]?.N, "1")
    })
  )

  it.effect("sends by itself what is alone, or what no batch can ask for", () =>
    Effect.gen(function* () {
      const { client, names, sent } = memory({ t: ids })
      const batched = DynamoClient.batched(client)
      yield* ask(batched, "id-1")
      yield* all([
        ask(batched, "id-1", { ReturnConsumedCapacity: "TOTAL" }),
        ask(batched, "id-2", { AttributesToGet: ["n"] }),
        // Parts of the key, which it cannot be told by then.
        ...["id-3", "id-4"].map((id) => ask(batched, id, { ProjectionExpression: "n, id[0]" })),
        ...["id-5", "id-6"].map((id) =>
          ask(batched, id, { ProjectionExpression: "n, #k.x", ExpressionAttributeNames: { "#k": "id" } })
        )
      ])
      assert.deepStrictEqual(names(), Array(7).fill("GetItem"))
      assert.deepStrictEqual(sent[0]!.input, { TableName: "t", Key: { id: { S: "id-1" } } })
    })
  )

  it.effect("lets what is wrong with one get fail that one only", () =>
    Effect.gen(function* () {
      const { client } = memory({ t: ids })
      const batched = DynamoClient.batched(client)
      const exits = yield* all(
        [
          ask(batched, "id-1"),
          batched.getItem({ TableName: "t", Key: { wrong: { S: "a" } } }),
          ask(batched, "id-2", {}, "missing"),
          ask(batched, "id-3")
        ].map((get) => Effect.result(get))
      )
      assert.deepStrictEqual(
        exits.map((exit) => (exit._tag === "Success" ? exit.success.Item?.["n"]?.N : exit.failure._tag)),
        ["1", "RequestRejected", "ResourceNotFound", "3"]
      )
    })
  )

  it.effect("fails all of a request that could not be sent", () =>
    Effect.gen(function* () {
      const { client, names } = memory({ t: ids }, () => Effect.fail(serverError))
      const batched = DynamoClient.batched(client)
      const exits = yield* all(["id-1", "id-2"].map((id) => Effect.flip(ask(batched, id))))
      assert.deepStrictEqual(
        exits.map(({ _tag }) => _tag),
        ["ServiceUnavailable", "ServiceUnavailable"]
      )
      assert.deepStrictEqual(names(), [batch])
    }).pipe(DynamoClient.noRetry)
  )

  it.effect("goes on without who is interrupted", () =>
    Effect.gen(function* () {
      const hold = yield* Deferred.make<void>()
      const asked = yield* Deferred.make<void>()
      const { client, names } = memory({ t: ids }, (keys) =>
        Deferred.succeed(asked, undefined).pipe(Effect.andThen(Deferred.await(hold)), Effect.as(keys.length))
      )
      const batched = DynamoClient.batched(client)
      const [first, second, third] = yield* Effect.forEach(["id-1", "id-2", "id-1"], (id) =>
        Effect.forkChild(ask(batched, id))
      )
      yield* Deferred.await(asked)
      yield* Fiber.interrupt(first!)
      yield* Deferred.succeed(hold, undefined)
      assert.strictEqual((yield* Fiber.join(second!)).Item?.["n"]?.N, "2")
      assert.strictEqual((yield* Fiber.join(third!)).Item?.["n"]?.N, "1")
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(first!)))
      assert.deepStrictEqual(names(), [batch])
    })
  )

  it.effect("ends with the last of those who wait", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const ended = yield* Deferred.make<void>()
      const { client } = memory({ t: ids }, () =>
        Deferred.succeed(asked, undefined).pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() => Deferred.succeed(ended, undefined))
        )
      )
      const batched = DynamoClient.batched(client)
      const [first, second] = yield* Effect.forEach(["id-1", "id-2"], (id) => Effect.forkChild(ask(batched, id)))
      yield* Deferred.await(asked)
      yield* Fiber.interrupt(first!)
      assert.isFalse(yield* Deferred.isDone(ended))
      yield* Fiber.interrupt(second!)
      yield* Effect.yieldNow
      assert.isTrue(yield* Deferred.isDone(ended))
    })
  )

  it.effect("asks again for what was left, and fails only who is left when the policy ends", () =>
    Effect.gen(function* () {
      // Half of what is asked for, at most, and never the last one.
      const { client, names } = memory({ t: ids }, (keys) => Effect.succeed(Math.floor(keys.length / 2)))
      const batched = DynamoClient.batched(client)
      const exits = yield* all(ids.slice(0, 8).map((id) => Effect.result(ask(batched, id))))
      assert.deepStrictEqual(
        exits.map((exit) => (exit._tag === "Success" ? exit.success.Item?.["n"]?.N : exit.failure._tag)),
        ["0", "1", "2", "3", "4", "5", "6", "ThroughputExceeded"]
      )
      // 8, 4, 2, then 1 twice: the third attempt after the last one that brought some.
      assert.strictEqual(names().length, 5)
    }).pipe(DynamoClient.withRetry(RetryPolicy.make({ maxAttempts: 3, baseDelay: 0, throttleBaseDelay: 0 })))
  )

  it.effect("keeps gets of different settings apart", () =>
    Effect.gen(function* () {
      const { client, names } = memory({ t: ids })
      const batched = DynamoClient.batched(client)
      yield* all([
        ask(batched, "id-1"),
        ask(batched, "id-2"),
        ask(batched, "id-3").pipe(DynamoClient.noRetry),
        ask(batched, "id-4").pipe(DynamoClient.noRetry),
        ask(batched, "id-5").pipe(DynamoClient.withTimeout("1 second")),
        ask(batched, "id-6").pipe(DynamoClient.withTimeout("1 second"))
      ])
      assert.deepStrictEqual(names(), [batch, batch, batch])
    })
  )

  it.effect("keeps clients apart, and is one service for each", () =>
    Effect.gen(function* () {
      const [one, other] = [memory({ t: ids }), memory({ t: ["id-1"] })]
      const gets = [one, other].flatMap(({ client }) =>
        ["id-1", "id-2"].map((id) => ask(DynamoClient.batched(client), id))
      )
      const answers = yield* all(gets)
      assert.deepStrictEqual(
        answers.map(({ Item }) => Item?.["n"]?.N),
        ["1", "2", "0", undefined]
      )
      assert.deepStrictEqual([...one.names(), ...other.names()], [batch, batch])
      const batched = DynamoClient.batched(one.client)
      assert.strictEqual(DynamoClient.batched(one.client), batched)
      assert.strictEqual(DynamoClient.batched(batched), batched)
    })
  )

  it.effect.prop(
    "gives each what it would have been given by itself",
    {
      asked: Schema.Array(
        Schema.Struct({
          table: Schema.Literals(["t", "u", "missing"]),
          key: Schema.Literals(["id", "wrong"]),
          id: Schema.Literals(["id-0", "id-1", "id-2", "nobody"]),
          consistent: Schema.Boolean,
          projection: Schema.Literals(["", "n", "id", "n, id", "#n", "id.inner"])
        })
      )
    },
    ({ asked }) =>
      Effect.gen(function* () {
        // An answer holds at most three items.
        const { client } = memory({ t: ids, u: ["id-1"] }, (keys) => Effect.succeed(Math.min(3, keys.length)))
        const run = (service: DynamoClient.Service) =>
          all(
            asked.map(({ consistent, id, key, projection, table }) =>
              Effect.result(
                service.getItem({
                  TableName: table,
                  Key: { [key]: { S: id } },
                  ConsistentRead: consistent,
                  ...(projection === "" ? undefined : { ProjectionExpression: projection }),
                  ...(projection === "#n" ? { ExpressionAttributeNames: { "#n": "n" } } : undefined)
                })
              )
            )
          )
        const shown = (results: Effect.Success<ReturnType<typeof run>>) =>
          results.map((result) => (Result.isSuccess(result) ? result.success.Item : result.failure._tag))
        assert.deepStrictEqual(shown(yield* run(DynamoClient.batched(client))), shown(yield* run(client)))
      }).pipe(DynamoClient.noRetry),
    { arbitrary: { seed: 4, runs: 200 } }
  )

  it.effect("holds for a program with layerBatched", () => {
    const { client, names } = memory({ t: ids })
    const layer = DynamoClient.layerBatched.pipe(Layer.provide(Layer.succeed(DynamoClient.DynamoClient, client)))
    return Effect.gen(function* () {
      const batched = yield* DynamoClient.DynamoClient
      yield* all(ids.slice(0, 3).map((id) => ask(batched, id)))
      assert.deepStrictEqual(names(), [batch])
    }).pipe(Effect.provide(layer))
  })
})
