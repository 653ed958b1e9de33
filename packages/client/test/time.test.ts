import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Schedule } from "effect"
import { TestClock } from "effect/testing"
import { local } from "./support/local.ts"
import { broken, scripted, throttled, times } from "./support/script.ts"
import { stubServer } from "./support/stubServer.ts"
import { until } from "./support/until.ts"

const TableName = "t"
const Key = { pk: { S: "1" } }
const get = DynamoClient.DynamoClient.use((client) => client.getItem({ TableName, Key }))
const put = DynamoClient.DynamoClient.use((client) => client.putItem({ TableName, Item: Key }))

describe("interruption", () => {
  for (const [when, answer] of [
    ["before the answer", undefined],
    ["in the middle of the answer", { status: 200, body: '{"Item":', stall: true }]
  ] as const) {
    it.live(`aborts the request ${when}: its connection closes while the client lives on`, () =>
      Effect.gen(function* () {
        const server = yield* stubServer(() => answer)
        yield* Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(get)
          yield* until(() => server.requests.length === 1)
          yield* Effect.sleep("50 millis") // for the part of the answer to arrive
          assert.strictEqual(server.openSockets(), 1)
          yield* Fiber.interrupt(fiber)
          yield* until(() => server.openSockets() === 0)
        }).pipe(Effect.provide(DynamoClient.layer(local(server.url))))
        assert.strictEqual(server.requests.length, 1)
      })
    )
  }

  it.live("sends nothing more while waiting to try again", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => ({ status: 500 }))
      const policy = RetryPolicy.fromSchedule(Schedule.spaced("50 millis"))
      yield* Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(get.pipe(DynamoClient.withRetry(policy)))
        yield* until(() => server.requests.length === 2)
        yield* Fiber.interrupt(fiber)
        const sent = server.requests.length
        yield* Effect.sleep("200 millis")
        assert.strictEqual(server.requests.length, sent)
      }).pipe(Effect.provide(DynamoClient.layer(local(server.url))))
    })
  )
})

describe("withTimeout", () => {
  it.live("aborts the request and fails with RequestTimeout", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => undefined)
      yield* Effect.gen(function* () {
        const error = yield* put.pipe(DynamoClient.withTimeout("100 millis"), Effect.flip)
        assert.strictEqual(error._tag, "RequestTimeout")
        assert.propertyVal(error, "ambiguous", true)
        assert.propertyVal(error, "attempts", 1)
        assert.match(error.message, /100ms/)
        yield* until(() => server.openSockets() === 0)
      }).pipe(Effect.provide(DynamoClient.layer(local(server.url))))
    })
  )

  const timesOut = (failure: DynamoClient.TransportFailure) =>
    Effect.gen(function* () {
      const { client, sent } = scripted(times(99, failure))
      const policy = RetryPolicy.fromSchedule(Schedule.spaced("1 second"))
      const fiber = yield* client
        .putItem({ TableName, Item: Key })
        .pipe(
          DynamoClient.withRetry(policy),
          DynamoClient.withTimeout("2500 millis"),
          Effect.flip,
          Effect.zip(Clock.currentTimeMillis),
          Effect.forkChild
        )
      yield* TestClock.adjust("1 minute")
      const [error, at] = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag, "RequestTimeout")
      assert.strictEqual(sent.length, 3)
      assert.propertyVal(error, "attempts", 3)
      assert.strictEqual(at, 2500)
      return error
    })

  it.effect("covers the retries and the waits between them", () =>
    Effect.gen(function* () {
      assert.propertyVal(yield* timesOut(throttled), "ambiguous", false)
    })
  )

  it.effect("remembers that an attempt was ambiguous", () =>
    Effect.gen(function* () {
      assert.propertyVal(yield* timesOut(broken), "ambiguous", true)
    })
  )

  it.effect("lets what is in time through", () =>
    Effect.gen(function* () {
      const { client } = scripted([])
      const answer = yield* client.getItem({ TableName, Key }).pipe(DynamoClient.withTimeout("1 second"))
      assert.deepStrictEqual(answer, { $metadata: {} })
    })
  )
})
