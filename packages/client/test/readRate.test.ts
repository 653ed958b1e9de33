import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { broken, scripted } from "./support/script.ts"

/** A client whose answers cost what the script says, and take so long; it notes when each request was sent. */
const costing = (cost: (request: number) => number | undefined, millis = 0) => {
  const sent: Array<{ readonly at: number; readonly input: Readonly<Record<string, unknown>> }> = []
  const client = DynamoClient.make({
    send: (_operation, input) =>
      Effect.gen(function* () {
        sent.push({ at: yield* Clock.currentTimeMillis, input: { ...input } })
        const CapacityUnits = cost(sent.length - 1)
        yield* Effect.sleep(millis)
        // Whatever the operation, the answer is the test's.
        return {
          $metadata: {},
          ...(CapacityUnits === undefined ? {} : { ConsumedCapacity: { CapacityUnits } })
        } as never
      })
  })
  return { client, sent }
}

const scan = (client: DynamoClient.Service) => client.scan({ TableName: "t" })

const after =
  (millis: number) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(effect)
      yield* TestClock.adjust(millis)
      return yield* Fiber.join(fiber)
    })

describe("withReadRate", () => {
  it.effect("waits for what was consumed before", () =>
    Effect.gen(function* () {
      const { client, sent } = costing((request) => [10, 25, 5, 0, 1][request])
      yield* Effect.forEach([1, 2, 3, 4, 5], () => scan(client), { discard: true }).pipe(
        DynamoClient.withReadRate(10),
        after(10_000)
      )
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [0, 1000, 3500, 4000, 4000]
      )
    })
  )

  it.effect("is shared by all requests at the same time, which do not all overdraw it", () =>
    Effect.gen(function* () {
      const cost = 20
      const rate = 40
      const { client, sent } = costing(() => cost, 100)
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
      const { client, sent } = costing(() => 0.5, 5)
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
      const { client, sent } = costing(() => 10)
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
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [0, 1000]
      )
    })
  )

  it.effect("leaves other operations alone, and calls without it", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => 1000)
      yield* Effect.all([scan(client), scan(client)])
      yield* Effect.gen(function* () {
        yield* scan(client)
        yield* client.putItem({ TableName: "t", Item: {} })
        yield* client.getItem({ TableName: "t", Key: {} })
      }).pipe(DynamoClient.withReadRate(1))
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [0, 0, 0, 0, 0]
      )
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
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [0, 0]
      )
      const slow = costing(() => 1, 10_000)
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
      const { client, sent } = costing(() => 100)
      yield* Effect.forEach([1, 2, 3], () => scan(client), { discard: true }).pipe(
        DynamoClient.withReadRate(1),
        DynamoClient.withTimeout("1 second"),
        after(1_000_000)
      )
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [0, 100_000, 200_000]
      )
    })
  )

  it.effect("begins anew with each run, and the inner one takes the outer one's place", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => 100)
      const once = scan(client).pipe(DynamoClient.withReadRate(1))
      yield* once
      yield* Effect.andThen(once, once).pipe(DynamoClient.withReadRate(1))
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [0, 0, 0]
      )
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
