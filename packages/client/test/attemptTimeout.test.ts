import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Schedule } from "effect"
import { TestClock } from "effect/testing"
import { local } from "./support/local.ts"
import { type Ending, slow } from "./support/slow.ts"
import { stubServer } from "./support/stubServer.ts"
import { until } from "./support/until.ts"

const Key = { pk: { S: "1" } }
const TableName = "t"
const everySecond = RetryPolicy.fromSchedule(Schedule.spaced("1 second"))
const never: Ending = [Infinity, "answer"]

const elapsing = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.zip(effect, Clock.currentTimeMillis))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

describe("withAttemptTimeout", () => {
  it.effect("aborts an attempt that takes too long, and the next one has as much time", () =>
    Effect.gen(function* () {
      const { abortedAt, client, sentAt } = slow([never, never, ["400 millis", "answer"]])
      const [, at] = yield* elapsing(
        client
          .getItem({ TableName, Key })
          .pipe(DynamoClient.withAttemptTimeout("500 millis"), DynamoClient.withRetry(everySecond))
      )
      assert.deepStrictEqual(sentAt(), [0, 1500, 3000])
      assert.deepStrictEqual(abortedAt(), [500, 2000, undefined])
      assert.strictEqual(at, 3400)
    })
  )

  it.effect("fails with RequestTimeout where there is no other attempt", () =>
    Effect.gen(function* () {
      const { client, requests } = slow([never])
      const [error] = yield* elapsing(
        DynamoClient.withAttemptTimeout(client.getItem({ TableName, Key }), "500 millis").pipe(
          DynamoClient.noRetry,
          Effect.flip
        )
      )
      assert.strictEqual(error._tag, "RequestTimeout")
      assert.strictEqual(error.message, "GetItem had no answer within 500ms.")
      assert.propertyVal(error, "ambiguous", false)
      assert.propertyVal(error, "attempts", 1)
      assert.lengthOf(requests, 1)
    })
  )

  it.effect("is a trouble of its own kind to the policy, and to the quota", () =>
    Effect.gen(function* () {
      const attempts = (policy: RetryPolicy.RetryPolicy, quota: RetryPolicy.Quota) =>
        Effect.gen(function* () {
          const { client, requests } = slow([never], {}, quota)
          yield* elapsing(
            client
              .getItem({ TableName, Key })
              .pipe(DynamoClient.withAttemptTimeout("1 second"), DynamoClient.withRetry(policy), Effect.flip)
          )
          return requests.length
        })
      const { make, makeQuota } = RetryPolicy
      const quota = makeQuota()
      assert.strictEqual(yield* attempts(make({ maxAttempts: 3 }), quota), 3)
      assert.strictEqual(yield* attempts(make({ retryOn: ["throttle", "server", "network"] }), quota), 1)
      assert.strictEqual(yield* attempts(make({ maxAttempts: 3 }), makeQuota({ capacity: 10, timeoutCost: 10 })), 2)
    })
  )

  it.effect("leaves a write in doubt: it is sent again where that is safe", () =>
    Effect.gen(function* () {
      const bounded = <A, E, R>(write: Effect.Effect<A, E, R>) =>
        elapsing(
          write.pipe(DynamoClient.withAttemptTimeout("500 millis"), DynamoClient.withRetry(everySecond), Effect.result)
        )
      const put = slow([never, [0, "answer"]])
      const [done] = yield* bounded(put.client.putItem({ TableName, Item: Key }))
      assert.strictEqual(done._tag, "Success")
      assert.lengthOf(put.requests, 2)

      const count = slow([never, [0, "answer"]])
      const [failed] = yield* bounded(
        count.client.updateItem({
          TableName,
          Key,
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": { N: "1" } }
        })
      )
      assert.strictEqual(failed._tag, "Failure")
      if (failed._tag === "Failure") {
        assert.strictEqual(failed.failure._tag, "RequestTimeout")
        assert.propertyVal(failed.failure, "ambiguous", true)
      }
      assert.lengthOf(count.requests, 1)
    })
  )

  it.effect("is within the time of the call", () =>
    Effect.gen(function* () {
      const { abortedAt, client } = slow([never])
      const [error, at] = yield* elapsing(
        client
          .getItem({ TableName, Key })
          .pipe(
            DynamoClient.withAttemptTimeout("2 seconds"),
            DynamoClient.withTimeout("4 seconds"),
            DynamoClient.withRetry(everySecond),
            Effect.flip
          )
      )
      assert.propertyVal(error, "attempts", 2)
      assert.strictEqual(at, 4000)
      assert.deepStrictEqual(abortedAt(), [2000, 4000])
    })
  )

  for (const [name, layer] of [
    ["sdk", DynamoClient.layer],
    ["direct", DynamoClient.layerDirect]
  ] as const) {
    for (const [when, answer] of [
      ["before its answer", undefined],
      ["in the middle of its answer", { status: 200, body: `{"Item":`, stall: true }]
    ] as const) {
      it.live(`closes the connection of an attempt ${when}, and the next one has another [${name}]`, () =>
        Effect.gen(function* () {
          const server = yield* stubServer((_, nth) => (nth === 1 ? answer : { status: 200, body: `{"Item":{}}` }))
          yield* Effect.gen(function* () {
            const client = yield* DynamoClient.DynamoClient
            const { $metadata } = yield* client.getItem({ TableName, Key })
            assert.strictEqual($metadata.requestId, "request-2")
            yield* until(() => server.openSockets() === 1)
          }).pipe(
            DynamoClient.withAttemptTimeout("200 millis"),
            DynamoClient.withRetry(RetryPolicy.make({ baseDelay: 0 })),
            Effect.provide(layer(local(server.url)))
          )
          assert.lengthOf(server.requests, 2)
        })
      )
    }
  }
})
