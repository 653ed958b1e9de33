import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber, Schedule } from "effect"
import { TestClock } from "effect/testing"
import { recordingTracer } from "../../testing/test-support/tracing.ts"
import { local } from "./support/local.ts"
import { broken, serverError, throttled } from "./support/script.ts"
import { slow } from "./support/slow.ts"
import { stubServer } from "./support/stubServer.ts"
import { until } from "./support/until.ts"

const Key = { pk: { S: "1" } }
const get = (client: DynamoClient.Service) => client.getItem({ TableName: "t", Key })

/** The end of an effect, and when that was. */
const ended = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.zip(Effect.exit(effect), Clock.currentTimeMillis), {
      startImmediately: true
    })
    yield* TestClock.adjust("1 hour")
    const [exit, at] = yield* Fiber.join(fiber)
    return { exit, at }
  })

/** Which request was answered, and when. */
const answered = <E, R>(effect: Effect.Effect<{ readonly $metadata: { readonly requestId?: string } }, E, R>) =>
  Effect.gen(function* () {
    const { at, exit } = yield* ended(effect)
    assert.isTrue(Exit.isSuccess(exit))
    return [Exit.isSuccess(exit) ? exit.value.$metadata.requestId : undefined, at] as const
  })

describe("withHedge", () => {
  it.effect("sends a second request where there is no answer in time, and takes its answer if that comes first", () =>
    Effect.gen(function* () {
      const { abortedAt, client, sentAt } = slow([
        ["1 second", "answer"],
        ["20 millis", "answer"]
      ])
      assert.deepStrictEqual(yield* answered(DynamoClient.withHedge(get(client), "30 millis")), ["r2", 50])
      assert.deepStrictEqual(sentAt(), [0, 30])
      assert.deepStrictEqual(abortedAt(), [50, undefined])
    })
  )

  it.effect("takes the first request's answer if that comes first", () =>
    Effect.gen(function* () {
      const { abortedAt, client, sentAt } = slow([
        ["40 millis", "answer"],
        ["20 millis", "answer"]
      ])
      assert.deepStrictEqual(yield* answered(get(client).pipe(DynamoClient.withHedge("30 millis"))), ["r1", 40])
      assert.deepStrictEqual(sentAt(), [0, 30])
      assert.deepStrictEqual(abortedAt(), [undefined, 40])
    })
  )

  it.effect("sends one request where the answer is in time", () =>
    Effect.gen(function* () {
      const { client, sentAt } = slow([["29 millis", "answer"]])
      assert.deepStrictEqual(yield* answered(get(client).pipe(DynamoClient.withHedge("30 millis"))), ["r1", 29])
      assert.deepStrictEqual(sentAt(), [0])
    })
  )

  it.effect("sends two at most, however long they take", () =>
    Effect.gen(function* () {
      const { client, sentAt } = slow([["10 seconds", "answer"]])
      assert.deepStrictEqual(yield* answered(get(client).pipe(DynamoClient.withHedge("30 millis"))), ["r1", 10_000])
      assert.deepStrictEqual(sentAt(), [0, 30])
    })
  )

  it.effect("fails at once where the only request does", () =>
    Effect.gen(function* () {
      const { client, sentAt } = slow([
        ["10 millis", broken],
        ["1 milli", "answer"]
      ])
      const { at, exit } = yield* ended(get(client).pipe(DynamoClient.withHedge("30 millis"), DynamoClient.noRetry))
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(at, 10)
      assert.deepStrictEqual(sentAt(), [0])
    })
  )

  it.effect("waits for the other request where one fails", () =>
    Effect.gen(function* () {
      const first = slow([
        ["40 millis", broken],
        ["60 millis", "answer"]
      ])
      assert.deepStrictEqual(yield* answered(get(first.client).pipe(DynamoClient.withHedge("30 millis"))), ["r2", 90])
      assert.lengthOf(first.requests, 2)
    })
  )

  it.effect("waits for the first request where the second fails", () =>
    Effect.gen(function* () {
      const { client, requests } = slow([
        ["100 millis", "answer"],
        ["10 millis", throttled]
      ])
      assert.deepStrictEqual(yield* answered(get(client).pipe(DynamoClient.withHedge("30 millis"))), ["r1", 100])
      assert.lengthOf(requests, 2)
    })
  )

  for (const [first, second] of [
    [100, 10],
    [40, 70]
  ] as const) {
    it.effect(`fails as the last that fails where both do, which is one attempt (${first}, ${second})`, () =>
      Effect.gen(function* () {
        const { client, requests } = slow([
          [first, first === 100 ? serverError : throttled],
          [second, first === 100 ? throttled : serverError]
        ])
        const error = get(client).pipe(DynamoClient.withHedge("30 millis"), DynamoClient.noRetry, Effect.flip)
        const { at, exit } = yield* ended(error)
        assert.strictEqual(at, 100)
        assert.isTrue(Exit.isSuccess(exit))
        if (Exit.isSuccess(exit)) {
          assert.strictEqual(exit.value._tag, "ServiceUnavailable")
          assert.propertyVal(exit.value, "attempts", 1)
        }
        assert.lengthOf(requests, 2)
      })
    )
  }

  it.effect("is as a defect of the transport is, at once", () =>
    Effect.gen(function* () {
      let sent = 0
      const client = DynamoClient.make({
        send: () => {
          sent++
          return Effect.die("a defect")
        }
      })
      const { at, exit } = yield* ended(get(client).pipe(DynamoClient.withHedge("30 millis")))
      assert.isTrue(Exit.hasDies(exit))
      assert.deepStrictEqual([sent, at], [1, 0])
    })
  )

  it.effect("gives each attempt a hedge of its own, and no retry is lost to it", () =>
    Effect.gen(function* () {
      // There is enough in the quota for one retry.
      const { client, sentAt } = slow(
        [
          ["50 millis", broken],
          ["50 millis", broken],
          ["1 second", "answer"],
          ["5 millis", "answer"]
        ],
        {},
        RetryPolicy.makeQuota({ capacity: 10 })
      )
      const policy = RetryPolicy.fromSchedule(Schedule.spaced("1 second").pipe(Schedule.upTo({ times: 1 })))
      const answer = yield* answered(
        get(client).pipe(DynamoClient.withHedge("30 millis"), DynamoClient.withRetry(policy))
      )
      // The first two are over at 80; a second later comes the next attempt.
      assert.deepStrictEqual(answer, ["r4", 1115])
      assert.deepStrictEqual(sentAt(), [0, 30, 1080, 1110])
    })
  )

  const calls = {
    GetItem: get,
    Query: (client: DynamoClient.Service) => client.query({ TableName: "t" }),
    BatchGetItem: (client: DynamoClient.Service) => client.batchGetItem({ RequestItems: { t: { Keys: [Key] } } }),
    Scan: (client: DynamoClient.Service) => client.scan({ TableName: "t" }),
    TransactGetItems: (client: DynamoClient.Service) => client.transactGetItems({ TransactItems: [] }),
    PutItem: (client: DynamoClient.Service) => client.putItem({ TableName: "t", Item: Key }),
    UpdateItem: (client: DynamoClient.Service) => client.updateItem({ TableName: "t", Key }),
    DeleteItem: (client: DynamoClient.Service) => client.deleteItem({ TableName: "t", Key }),
    BatchWriteItem: (client: DynamoClient.Service) => client.batchWriteItem({ RequestItems: {} }),
    TransactWriteItems: (client: DynamoClient.Service) => client.transactWriteItems({ TransactItems: [] }),
    ExecuteStatement: (client: DynamoClient.Service) => client.executeStatement({ Statement: "SELECT * FROM t" }),
    ListTables: (client: DynamoClient.Service) => client.listTables({})
  }
  const hedged = new Set(["GetItem", "Query", "BatchGetItem"])
  for (const [operation, call] of Object.entries(calls)) {
    it.effect(`holds for ${operation}: ${hedged.has(operation)}`, () =>
      Effect.gen(function* () {
        const { client, requests } = slow([["1 second", "answer"]])
        const run: Effect.Effect<unknown, unknown> = call(client)
        const { at } = yield* ended(run.pipe(DynamoClient.withHedge("30 millis"), DynamoClient.noRetry))
        assert.strictEqual(at, 1000)
        assert.lengthOf(requests, hedged.has(operation) ? 2 : 1)
      })
    )
  }

  it.effect("is bounded by the time of an attempt, and by that of a call", () =>
    Effect.gen(function* () {
      for (const bound of [DynamoClient.withAttemptTimeout, DynamoClient.withTimeout]) {
        const { abortedAt, client, sentAt } = slow([["10 seconds", "answer"]])
        const call = get(client).pipe(bound("100 millis"), DynamoClient.withHedge("30 millis"), DynamoClient.noRetry)
        const began = yield* Clock.currentTimeMillis
        const { at, exit } = yield* ended(Effect.flip(call))
        assert.strictEqual(at, began + 100)
        assert.strictEqual(Exit.isSuccess(exit) ? exit.value._tag : undefined, "RequestTimeout")
        assert.deepStrictEqual(sentAt(), [began, began + 30])
        assert.deepStrictEqual(abortedAt(), [began + 100, began + 100])
      }
    })
  )

  it.effect("aborts both where the call is interrupted", () =>
    Effect.gen(function* () {
      const { abortedAt, client } = slow([["10 seconds", "answer"]])
      const fiber = yield* Effect.forkChild(get(client).pipe(DynamoClient.withHedge("30 millis")))
      yield* TestClock.adjust("50 millis")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(abortedAt(), [50, 50])
    })
  )

  it.effect("sends no second request where the call is interrupted before", () =>
    Effect.gen(function* () {
      const { abortedAt, client } = slow([["10 seconds", "answer"]])
      const fiber = yield* Effect.forkChild(get(client).pipe(DynamoClient.withHedge("30 millis")))
      yield* TestClock.adjust("20 millis")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(abortedAt(), [20])
    })
  )

  it.effect("counts both requests within a read rate", () =>
    Effect.gen(function* () {
      const { client, sentAt } = slow(
        [
          ["1 hour", "answer"],
          ["20 millis", "answer"],
          [0, "answer"]
        ],
        {
          ConsumedCapacity: { CapacityUnits: 100 }
        }
      )
      const query = client.query({ TableName: "t" })
      yield* ended(
        Effect.andThen(query, query).pipe(DynamoClient.withHedge("30 millis"), DynamoClient.withReadRate(1000))
      )
      // The first is taken to be a page of 128 units, so the second has its turn at 128, and ends at 148: 200 units.
      assert.deepStrictEqual(sentAt(), [0, 128, 200])
    })
  )

  it.effect("counts both requests on a meter: of the one that is aborted as much as of the other", () =>
    Effect.gen(function* () {
      const { client } = slow(
        [
          ["1 hour", "answer"],
          ["20 millis", "answer"],
          ["20 millis", "answer"],
          ["40 millis", throttled],
          ["20 millis", "answer"]
        ],
        {
          ConsumedCapacity: { TableName: "t", CapacityUnits: 3, Table: { CapacityUnits: 3 } }
        }
      )
      // The first is hedged, the second is not, and of the third one request fails.
      const all = Effect.all([get(client), get(client), get(client)]).pipe(DynamoClient.withHedge("30 millis"))
      const { exit } = yield* ended(DynamoClient.withCapacity(all))
      assert.isTrue(Exit.isSuccess(exit))
      if (Exit.isSuccess(exit)) assert.strictEqual(exit.value[1].read, 6 + 3 + 3)
    })
  )

  it.effect("tells the span", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
      const { client } = slow([
        ["50 millis", "answer"],
        ["1 second", "answer"],
        ["1 milli", "answer"]
      ])
      const both = Effect.andThen(get(client), get(client))
      yield* ended(both.pipe(DynamoClient.withHedge("30 millis"), Effect.withTracer(tracer)))
      assert.deepStrictEqual(
        spans.map(({ events }) => events),
        [[["hedge", 30_000_000n, { "effect_dynamo.delay_ms": 30 }]], []]
      )
      assert.isFalse(spans[0]?.attributes.has("http.request.resend_count"))
    })
  )

  it.effect("holds for gets that are coalesced, of which those with another delay are by themselves", () =>
    Effect.gen(function* () {
      const { client, requests } = slow([["1 second", "answer"]])
      const one = (id: string) => DynamoClient.batched(client).getItem({ TableName: "t", Key: { pk: { S: id } } })
      const gets = [
        DynamoClient.withHedge(one("a"), "30 millis"),
        DynamoClient.withHedge(one("b"), "30 millis"),
        DynamoClient.withHedge(one("c"), "40 millis"),
        one("d"),
        DynamoClient.withAttemptTimeout(one("e"), "1 minute")
      ]
      yield* ended(Effect.all(gets, { concurrency: "unbounded" }))
      assert.deepStrictEqual(
        requests.map(({ at, operation }) => `${operation} ${at}`),
        ["BatchGetItem 0", "GetItem 0", "GetItem 0", "GetItem 0", "BatchGetItem 30", "GetItem 40"]
      )
    })
  )

  for (const [name, layer] of [
    ["sdk", DynamoClient.layer],
    ["direct", DynamoClient.layerDirect]
  ] as const) {
    it.live(`closes the connection of the slower request [${name}]`, () =>
      Effect.gen(function* () {
        const server = yield* stubServer((_, nth) => (nth === 1 ? undefined : { status: 200, body: `{"Item":{}}` }))
        yield* Effect.gen(function* () {
          const client = yield* DynamoClient.DynamoClient
          yield* DynamoClient.withHedge(get(client), "20 millis")
          assert.lengthOf(server.requests, 2)
          // That of the faster one is kept.
          yield* until(() => server.openSockets() === 1)
          yield* get(client)
          assert.strictEqual(server.openSockets(), 1)
        }).pipe(Effect.provide(layer(local(server.url))))
      })
    )
  }
})
