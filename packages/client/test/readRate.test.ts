import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { after, costing, timesOf, units } from "./support/costing.ts"
import { broken, scripted } from "./support/script.ts"

const scan = (client: DynamoClient.Service) => client.scan({ TableName: "t" })

describe("withReadRate", () => {
  it.effect("waits for what was consumed before", () =>
    Effect.gen(function* () {
      const { client, sent } = costing((request) => [10, 25, 5, 0, 1].map(units)[request])
      yield* Effect.forEach([1, 2, 3, 4, 5], () => scan(client), { discard: true }).pipe(
        DynamoClient.withReadRate(10),
        after(10_000)
      )
      assert.deepStrictEqual(timesOf(sent), [0, 1000, 3500, 4000, 4000])
    })
  )

  it.effect("is shared by all requests at the same time, which do not all overdraw it", () =>
    Effect.gen(function* () {
      const cost = 20
      const rate = 40
      const { client, sent } = costing(() => units(cost), 100)
      yield* Effect.forEach(Array.from({ length: 30 }), () => scan(client), { concurrency: 8, discard: true }).pipe(
        DynamoClient.withReadRate(rate),
        after(60_000)
      )
      assert.strictEqual(sent.length, 30)
      for (const [i, { at }] of sent.entries()) {
        // What was consumed by all requests before this one is within the rate.
        assert.isAtMost(i * cost, rate * (at / 1000) + 1e-6)
      }
      // And the rate is used.
      assert.isAtMost(sent[29]!.at, (29 * cost * 1000) / rate + 500)
    })
  )

  it.effect("lets the next one go as soon as a request turns out to be cheap", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => units(0.5), 5)
      yield* Effect.forEach(Array.from({ length: 4 }), () => scan(client), { concurrency: 4, discard: true }).pipe(
        DynamoClient.withReadRate(1),
        after(60_000)
      )
      assert.strictEqual(sent[0]!.at, 0)
      // The first was expected to cost a whole page, and did not.
      assert.isAtMost(sent[1]!.at, 1000)
      assert.isAtMost(sent[3]!.at, 60_000)
    })
  )

  it.effect("keeps one second's worth of what was not used, no more", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => units(10))
      yield* Effect.gen(function* () {
        yield* scan(client)
        yield* Effect.sleep("1 hour")
        yield* Effect.forEach([1, 2, 3, 4], () => scan(client), { discard: true })
      }).pipe(DynamoClient.withReadRate(10), after(3_700_000))
      assert.deepStrictEqual(
        sent.slice(1).map(({ at }) => at - 3_600_000),
        [0, 0, 1000, 2000]
      )
    })
  )

  it.effect("does not mind a clock that is set back", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => units(10))
      yield* Effect.gen(function* () {
        yield* TestClock.setTime(1_000_000)
        yield* Effect.forkChild(scan(client))
        yield* TestClock.adjust(0)
        yield* TestClock.setTime(0)
        yield* Effect.forkChild(scan(client))
        yield* TestClock.adjust(2000)
      }).pipe(DynamoClient.withReadRate(10))
      assert.deepStrictEqual(timesOf(sent), [1_000_000, 1000])
    })
  )

  it.effect("asks what requests consume, and counts a request that does not say as expected", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => undefined)
      yield* Effect.andThen(scan(client), client.query({ TableName: "t", ReturnConsumedCapacity: "INDEXES" })).pipe(
        DynamoClient.withReadRate(128),
        after(5000)
      )
      assert.deepStrictEqual(
        sent.map(({ at, input }) => [at, input["ReturnConsumedCapacity"]]),
        [
          [0, "TOTAL"],
          [1000, "INDEXES"]
        ]
      )
    })
  )

  it.effect("takes the sum of a batch's tables", () =>
    Effect.gen(function* () {
      const ConsumedCapacity = [{ CapacityUnits: 6 }, { CapacityUnits: 4 }]
      const { client, sent } = scripted([], { $metadata: {}, ConsumedCapacity })
      const get = client.batchGetItem({ RequestItems: {} })
      yield* Effect.andThen(get, get).pipe(DynamoClient.withReadRate(10), after(5000))
      assert.deepStrictEqual(timesOf(sent), [0, 1000])
    })
  )

  it.effect("leaves other operations alone, and calls without it", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => units(1000))
      yield* Effect.all([scan(client), scan(client)])
      yield* Effect.gen(function* () {
        yield* scan(client)
        yield* client.putItem({ TableName: "t", Item: {} })
        yield* client.getItem({ TableName: "t", Key: {} })
      }).pipe(DynamoClient.withReadRate(1))
      assert.deepStrictEqual(timesOf(sent), [0, 0, 0, 0, 0])
      assert.deepStrictEqual(sent[0]!.input, { TableName: "t" })
    })
  )

  it.effect("gives back what a failed request was expected to consume, and not what an interrupted one was", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted([{ ...broken, permanent: true }], {
        $metadata: {},
        ConsumedCapacity: { CapacityUnits: 1 }
      })
      yield* Effect.gen(function* () {
        assert.isTrue(Exit.isFailure(yield* Effect.exit(scan(client))))
        yield* scan(client)
      }).pipe(DynamoClient.withReadRate(1))
      assert.deepStrictEqual(timesOf(sent), [0, 0])
      const slow = costing(() => units(1), 10_000)
      yield* Effect.gen(function* () {
        const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(scan(slow.client)))
        yield* TestClock.adjust(1)
        assert.strictEqual(slow.sent.length, 1)
        // Those in line leave it.
        yield* Fiber.interruptAll(fibers.toReversed())
        yield* Effect.forkChild(scan(slow.client))
        yield* TestClock.adjust(12_000)
      }).pipe(DynamoClient.withReadRate(10))
      assert.strictEqual(slow.sent.length, 1)
      yield* TestClock.adjust(1000)
      assert.strictEqual(slow.sent.length, 2)
    })
  )

  it.effect("is no part of a call's timeout", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => units(100))
      yield* Effect.forEach([1, 2, 3], () => scan(client), { discard: true }).pipe(
        DynamoClient.withReadRate(1),
        DynamoClient.withTimeout("1 second"),
        after(1_000_000)
      )
      assert.deepStrictEqual(timesOf(sent), [0, 100_000, 200_000])
    })
  )

  it.effect("begins anew with each run, and the inner one takes the outer one's place", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => units(100))
      const once = scan(client).pipe(DynamoClient.withReadRate(1))
      yield* once
      yield* Effect.andThen(once, once).pipe(DynamoClient.withReadRate(1))
      assert.deepStrictEqual(timesOf(sent), [0, 0, 0])
    })
  )

  it("refuses what is no rate", () => {
    for (const no of [0, -1, Number.NaN, Infinity]) {
      assert.throws(() => DynamoClient.withReadRate(Effect.void, no), RangeError)
    }
    for (const no of [0, -1, 1.5, Number.NaN, Infinity]) {
      assert.throws(() => DynamoClient.withConcurrency(Effect.void, no), RangeError)
    }
  })
})
