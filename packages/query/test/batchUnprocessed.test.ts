import type { AttributeValue, BatchGetItemCommandInput, BatchWriteItemCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { Entity, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Fiber, Random, Schedule, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import { engines } from "../../testing/test-support/engines.ts"
import { faultProxy, retryAtOnce } from "../../testing/test-support/faults.ts"
import { Batch, Delete, Get, Put, Scan } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Items = Table.make("batch-items", { partitionKey: "id", sortKey: null })
let made = 0
const Item = Entity.make("Item", {
  schema: Schema.Struct({
    id: Schema.String,
    n: Schema.Number,
    serial: Entity.withDefault(Schema.Number, () => made++)
  }),
  table: Items,
  partitionKey: Key.attribute("id")
})

const ids = (n: number) => Array.from({ length: n }, (_, i) => `i${String(i).padStart(5, "0")}`)
const puts = (n: number) => ids(n).map((id, i) => Put.into(Item, { id, n: i }))
const gets = (n: number) => ids(n).map((id) => Get.from(Item).key({ id }).orFail())

type Requests = NonNullable<NonNullable<BatchWriteItemCommandInput["RequestItems"]>[string]>
type Answer = Effect.Effect<number, DynamoClient.TransportFailure>

const idOf = (request: Requests[number]): string =>
  String(request.PutRequest?.Item?.["id"]?.S ?? request.DeleteRequest?.Key?.["id"]?.S)

const failure = (code: string, status = 400): DynamoClient.TransportFailure => ({
  origin: "response",
  code,
  message: code,
  sent: true,
  status,
  cause: new Error(code)
})

/** A client that writes so many of each request, from the first, and leaves the rest; it notes what it was sent. */
const writing = (answer: (requests: Requests, nth: number) => Answer) => {
  const sent: Array<Requests> = []
  const stored = new Map<string, Requests[number]>()
  const client = DynamoClient.make({
    send: (_, input) =>
      Effect.suspend(() => {
        const requests = (input as BatchWriteItemCommandInput).RequestItems!["batch-items"]!
        sent.push(requests)
        return Effect.map(answer(requests, sent.length - 1), (written) => {
          for (const request of requests.slice(0, written)) stored.set(idOf(request), request)
          const left = requests.slice(written).toReversed()
          // The answer of a batch of writes, whatever the operation.
          return { UnprocessedItems: left.length === 0 ? {} : { "batch-items": left } } as never
        })
      })
  })
  const run = Effect.provideService(DynamoClient.DynamoClient, client)
  return { sent, stored, run, sizes: () => sent.map(({ length }) => length) }
}

/** Until the fibers that were forked wait for something. */
const started = Effect.forEach(Array.from({ length: 20 }), () => Effect.yieldNow, { discard: true })

const threeTimes = RetryPolicy.fromSchedule(Schedule.spaced("1 second").pipe(Schedule.upTo({ times: 2 })))

describe("Batch.write", () => {
  it.effect("sends what was left again after the policy's waits, which begin anew with progress", () =>
    Effect.gen(function* () {
      const written = [10, 0, 5, 0, 10]
      const { run, sent, sizes, stored } = writing((_, nth) => Effect.succeed(written[nth]!))
      const fiber = yield* Effect.forkChild(run(Batch.write(puts(25))).pipe(DynamoClient.withRetry(threeTimes)))
      yield* started
      for (const requests of [1, 2, 3, 4]) {
        yield* TestClock.adjust("999 millis")
        assert.strictEqual(sent.length, requests)
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(sent.length, requests + 1)
      }
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(sizes(), [25, 15, 15, 10, 10])
      assert.deepStrictEqual([...stored.keys()].toSorted(), ids(25))
    })
  )

  it.effect("sends the very items again: what is made while planning is made once", () =>
    Effect.gen(function* () {
      const { run, sent } = writing((requests, nth) => Effect.succeed(nth === 0 ? 0 : requests.length))
      const before = made
      yield* run(Batch.write(puts(3))).pipe(DynamoClient.withRetry(retryAtOnce))
      assert.strictEqual(made, before + 3)
      assert.deepStrictEqual(sent[1]!.toReversed(), sent[0]!.toReversed())
    })
  )

  it.effect("fails with the operations that are left when the policy ends, which run again complete it", () =>
    Effect.gen(function* () {
      let full = true
      const { run, stored } = writing((requests) =>
        Effect.succeed(full ? requests.findIndex((request) => idOf(request) >= "i00090") : requests.length).pipe(
          Effect.map((at) => (at < 0 ? requests.length : at))
        )
      )
      const all = [...puts(99), Delete.from(Item).key({ id: "i99999" })]
      const error = yield* Effect.flip(run(Batch.write(all)).pipe(DynamoClient.withRetry(retryAtOnce)))
      assert(error._tag === "BatchIncomplete")
      assert.strictEqual(error.operations.length, 10)
      // The very values, in their order.
      error.operations.forEach((operation, i) => assert.strictEqual(operation, all[90 + i]))
      assert.strictEqual(error.table, "batch-items")
      assert.isTrue(error.isRetryable)
      assert.include(error.message, "10 of 100")
      assert.deepStrictEqual([...stored.keys()].toSorted(), ids(90))
      full = false
      yield* run(Batch.write(error.operations))
      assert.deepStrictEqual([...stored.keys()].toSorted(), [...ids(99), "i99999"])
    })
  )

  it.effect("shows no keys and values of what is left", () =>
    Effect.gen(function* () {
      const { run } = writing(() => Effect.succeed(0))
      const error = yield* Effect.flip(run(Batch.write([Put.into(Item, { id: "secret", n: 4711 })])))
      for (const shown of [inspect(error, { depth: 9 }), JSON.stringify(error), Cause.pretty(Cause.fail(error))]) {
        assert.notMatch(shown, /secret|4711/)
        assert.include(shown, "1 of 1")
      }
    }).pipe(DynamoClient.noRetry)
  )

  it.effect("under a policy that sends nothing twice, sends nothing twice", () =>
    Effect.gen(function* () {
      const { run, sizes } = writing((requests) => Effect.succeed(requests.length - 1))
      const error = yield* Effect.flip(run(Batch.write(puts(25))).pipe(DynamoClient.noRetry))
      assert(error._tag === "BatchIncomplete")
      assert.strictEqual(error.operations[0], error.operations.at(-1))
      assert.deepStrictEqual(sizes(), [25])
    })
  )

  it.effect("counts what a request failed on that may pass as left, finishes the others, and begins no more", () =>
    Effect.gen(function* () {
      const [fail, hold] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const { run, sizes, stored } = writing((requests, nth) =>
        nth === 1
          ? Effect.andThen(Deferred.await(fail), Effect.fail(failure("ProvisionedThroughputExceededException")))
          : Effect.as(Deferred.await(hold), requests.length)
      )
      const all = puts(25 * 10)
      const fiber = yield* run(Batch.write(all)).pipe(
        DynamoClient.noRetry,
        DynamoClient.withConcurrency(3),
        Effect.flip,
        Effect.forkChild
      )
      yield* started
      assert.strictEqual(sizes().length, 3)
      yield* Deferred.succeed(fail, undefined)
      yield* started
      assert.strictEqual(stored.size, 0)
      yield* Deferred.succeed(hold, undefined)
      const error = yield* Fiber.join(fiber)
      assert(error._tag === "BatchIncomplete")
      assert(error.cause instanceof Error && "_tag" in error.cause)
      assert.strictEqual(error.cause._tag, "ThroughputExceeded")
      assert.strictEqual(sizes().length, 3)
      assert.strictEqual(stored.size, 50)
      assert.deepStrictEqual(error.operations, [...all.slice(25, 50), ...all.slice(75)])
    })
  )

  it.effect("fails with what lasts, and begins no more", () =>
    Effect.gen(function* () {
      const { run, sizes } = writing(() => Effect.fail(failure("ValidationException")))
      const error = yield* Effect.flip(run(Batch.write(puts(100))).pipe(DynamoClient.withConcurrency(1)))
      assert.strictEqual(error._tag, "RequestRejected")
      assert.deepStrictEqual(sizes(), [25])
    })
  )

  it.effect("has as many requests under way as it may", () =>
    Effect.gen(function* () {
      let underWay = 0
      let most = 0
      const { run } = writing((requests) =>
        Effect.sync(() => {
          most = Math.max(most, ++underWay)
        }).pipe(
          Effect.andThen(Effect.yieldNow),
          Effect.andThen(Effect.sync(() => underWay--)),
          Effect.as(requests.length)
        )
      )
      yield* run(Batch.write(puts(25 * 40)))
      assert.strictEqual(most, 8)
      most = 0
      yield* run(Batch.write(puts(25 * 40))).pipe(DynamoClient.withConcurrency(3))
      assert.strictEqual(most, 3)
    })
  )
})

describe("Batch.writeStream", () => {
  it.effect("fills requests, and gives what was written in order", () =>
    Effect.gen(function* () {
      const { run, sizes } = writing((requests) => Effect.succeed(requests.length))
      const all = puts(110)
      // In pieces of 7.
      const given = yield* run(Stream.fromIterable(all).pipe(Stream.rechunk(7), Batch.writeStream, Stream.runCollect))
      assert.deepStrictEqual(given, all)
      assert.deepStrictEqual(sizes(), [25, 25, 25, 25, 10])
    })
  )

  it.effect("holds the source while nobody takes what was written", () =>
    Effect.gen(function* () {
      let taken = 0
      const { run } = writing((requests) => Effect.succeed(requests.length))
      const source = Stream.range(0, 1_000_000).pipe(
        Stream.rechunk(1),
        Stream.map((n) => {
          taken++
          return Put.into(Item, { id: `n${n}`, n })
        })
      )
      let given = 0
      yield* run(
        Batch.writeStream(source).pipe(
          Stream.take(100),
          Stream.runForEach(() =>
            Effect.gen(function* () {
              given++
              // Time enough for a producer that does not wait.
              for (let i = 0; i < 50; i++) yield* Effect.yieldNow
            })
          ),
          DynamoClient.withConcurrency(2)
        )
      )
      assert.strictEqual(given, 100)
      assert.isAtMost(taken, 100 + 25 * 8)
    })
  )

  it.effect("writes an item's writes in their order, one after the other", () =>
    Effect.gen(function* () {
      const underWay = new Set<string>()
      const order = new Map<string, Array<string>>()
      const { run } = writing((requests) =>
        Effect.gen(function* () {
          const all = requests.map(idOf)
          for (const id of all) {
            assert.isFalse(underWay.has(id))
            underWay.add(id)
          }
          yield* Effect.forEach(Array.from({ length: yield* Random.nextIntBetween(0, 20) }), () => Effect.yieldNow)
          requests.forEach((request, i) => {
            underWay.delete(all[i]!)
            const before = order.get(all[i]!) ?? []
            order.set(all[i]!, [...before, request.PutRequest?.Item?.["n"]?.N ?? "deleted"])
          })
          return requests.length
        })
      )
      const random = Array.from({ length: 1000 }, (_, n) => `i${(n * 7919) % 31}`)
      const given = yield* run(
        Stream.fromIterable(random).pipe(
          Stream.map((id) => ({ id })),
          Stream.zipWithIndex,
          Stream.map(([{ id }, n]) => (n % 10 === 0 ? Delete.from(Item).key({ id }) : Put.into(Item, { id, n }))),
          Batch.writeStream,
          Stream.runCount
        )
      )
      assert.strictEqual(given, 1000)
      for (const [id, written] of order) {
        const expected = random.flatMap((other, n) => (other === id ? [n % 10 === 0 ? "deleted" : String(n)] : []))
        assert.deepStrictEqual(written, expected)
      }
      assert.strictEqual(order.size, 31)
    }).pipe(Random.withSeed("order"))
  )

  const pieces: ReadonlyArray<readonly [size: number, most: number]> = [
    [10, 1000],
    [5000, 5000]
  ]
  it.effect.each(pieces)(
    "stops where it cannot go on, with all that it took and did not write (by %d)",
    ([size, most]) =>
      Effect.gen(function* () {
        let broken = false
        const { run, stored } = writing((requests) => {
          if (requests.some((request) => idOf(request) === "i00060")) broken = true
          return broken ? Effect.fail(failure("InternalServerError", 500)) : Effect.succeed(requests.length)
        })
        const all = puts(5000)
        let taken = 0
        const given: Array<unknown> = []
        const error = yield* run(
          Stream.fromIterable(all).pipe(
            Stream.rechunk(size),
            Stream.map((operation) => {
              taken++
              return operation
            }),
            Batch.writeStream,
            Stream.runForEach((operation) => Effect.sync(() => given.push(operation))),
            DynamoClient.noRetry,
            DynamoClient.withConcurrency(2),
            Effect.flip
          )
        )
        assert(error._tag === "BatchIncomplete")
        assert.deepStrictEqual([...given, ...error.operations], all.slice(0, taken))
        assert.strictEqual(stored.size, given.length)
        assert.isAtMost(taken, most)
      })
  )

  it.effect("writes what it took before the source failed", () =>
    Effect.gen(function* () {
      const { run, stored } = writing((requests) => Effect.as(started, requests.length))
      const source = Stream.concat(Stream.fromIterable(puts(60)), Stream.fail("no more" as const))
      let given = 0
      const error = yield* Batch.writeStream(source).pipe(
        Stream.runForEach(() => Effect.sync(() => given++)),
        run,
        Effect.flip
      )
      assert.strictEqual(error, "no more")
      assert.strictEqual(stored.size, 60)
      assert.strictEqual(given, 60)
    })
  )

  it.effect("writes what it took before a value that cannot be written", () =>
    Effect.gen(function* () {
      const { run, stored } = writing((requests) => Effect.as(started, requests.length))
      const source = Stream.fromIterable([...puts(30), Put.into(Item, { id: "", n: 1 }), ...puts(50).slice(40)])
      const error = yield* Effect.flip(run(Stream.runDrain(Batch.writeStream(source))))
      assert.strictEqual(error._tag, "KeyError")
      assert.deepStrictEqual([...stored.keys()].toSorted(), ids(30))
    })
  )

  it.effect("fails with what lasts, and begins no more", () =>
    Effect.gen(function* () {
      const { run, sizes } = writing((requests, nth) =>
        nth === 1 ? Effect.fail(failure("ValidationException")) : Effect.as(started, requests.length)
      )
      let given = 0
      const error = yield* Stream.fromIterable(puts(1000)).pipe(
        Batch.writeStream,
        Stream.runForEach(() => Effect.sync(() => given++)),
        DynamoClient.withConcurrency(2),
        run,
        Effect.flip
      )
      assert.strictEqual(error._tag, "RequestRejected")
      assert.isAtMost(sizes().length, 3)
      // What was under way is finished.
      assert.strictEqual(given, 25)
    })
  )

  it.effect("of nothing sends nothing", () =>
    Effect.gen(function* () {
      const { run, sizes } = writing((requests) => Effect.succeed(requests.length))
      assert.strictEqual(yield* run(Stream.runCount(Batch.writeStream(Stream.fromIterable(puts(0))))), 0)
      assert.deepStrictEqual(sizes(), [])
    })
  )
})

/** A client that reads so many of each request, from the first, and leaves the rest. */
const reading = (answer: (keys: ReadonlyArray<Record<string, AttributeValue>>, nth: number) => Answer) => {
  const sizes: Array<number> = []
  const client = DynamoClient.make({
    send: (_, input) =>
      Effect.suspend(() => {
        const { Keys = [] } = (input as BatchGetItemCommandInput).RequestItems!["batch-items"]!
        sizes.push(Keys.length)
        return Effect.map(answer(Keys, sizes.length - 1), (read) => {
          const items = Keys.slice(0, read).map((key) => ({ ...key, n: { N: "1" }, serial: { N: "1" } }))
          const left = Keys.slice(read)
          // The answer of a batch of gets, whatever the operation.
          return {
            Responses: { "batch-items": items.toReversed() },
            UnprocessedKeys: left.length === 0 ? {} : { "batch-items": { Keys: left } },
            ConsumedCapacity: [{ CapacityUnits: read }]
          } as never
        })
      })
  })
  return { sizes, run: Effect.provideService(DynamoClient.DynamoClient, client) }
}

describe("Batch.get", () => {
  it.effect("asks for the rest of an answer that is full, whatever the policy", () =>
    Effect.gen(function* () {
      const { run, sizes } = reading((keys) => Effect.succeed(Math.min(40, keys.length)))
      const items = yield* run(Batch.get(gets(250))).pipe(DynamoClient.noRetry, DynamoClient.withConcurrency(1))
      assert.deepStrictEqual(
        items.map(({ id }) => id),
        ids(250)
      )
      assert.deepStrictEqual(sizes, [100, 60, 20, 100, 60, 20, 50, 10])
    })
  )

  it.effect("fails with the gets that are left when the policy ends", () =>
    Effect.gen(function* () {
      const { run, sizes } = reading((keys, nth) => Effect.succeed(nth === 0 ? 97 : nth < 3 ? 0 : keys.length))
      const all = [...gets(100), ...gets(100)]
      const policy = RetryPolicy.make({ maxAttempts: 3, baseDelay: 0, throttleBaseDelay: 0 })
      const error = yield* Effect.flip(run(Batch.get(all)).pipe(DynamoClient.withRetry(policy)))
      assert(error._tag === "BatchIncomplete")
      // Each was asked for twice, and is left twice.
      const expected = [97, 98, 99, 197, 198, 199].map((i) => all[i])
      assert.deepStrictEqual(sizes, [100, 3, 3])
      error.operations.forEach((operation, i) => assert.strictEqual(operation, expected[i]))
      assert.lengthOf(error.operations, 6)
      const rest = yield* run(Batch.get(error.operations))
      assert.lengthOf(rest, 6)
      assert.deepStrictEqual(sizes, [100, 3, 3, 3])
    })
  )

  it.effect("counts what a request failed on that may pass as left", () =>
    Effect.gen(function* () {
      const { run } = reading((keys, nth) =>
        nth === 1 ? Effect.fail(failure("ThrottlingException")) : Effect.succeed(keys.length)
      )
      const all = gets(300)
      const error = yield* run(Batch.get(all)).pipe(DynamoClient.noRetry, DynamoClient.withConcurrency(1), Effect.flip)
      assert(error._tag === "BatchIncomplete")
      assert.deepStrictEqual(error.operations, all.slice(100))
    })
  )
})

describe("Batch.getStream", () => {
  it.effect("gives what each gives, in order", () =>
    Effect.gen(function* () {
      const { run, sizes } = reading((keys) => Effect.succeed(keys.length))
      const items = yield* run(
        Stream.fromIterable(gets(450)).pipe(Stream.rechunk(7), Batch.getStream, Stream.runCollect)
      )
      assert.deepStrictEqual(
        items.map(({ id }) => id),
        ids(450)
      )
      assert.deepStrictEqual(sizes, [100, 100, 100, 100, 50])
    })
  )

  it.effect("holds the source while nobody takes what was read", () =>
    Effect.gen(function* () {
      let taken = 0
      const { run } = reading((keys) => Effect.succeed(keys.length))
      const source = Stream.range(0, 1_000_000).pipe(
        Stream.rechunk(1),
        Stream.map((n) => {
          taken++
          return Get.from(Item).key({ id: `n${n}` })
        })
      )
      yield* run(
        Batch.getStream(source).pipe(
          Stream.take(300),
          Stream.runForEach(() => Effect.forEach(Array.from({ length: 50 }), () => Effect.yieldNow)),
          DynamoClient.withConcurrency(2)
        )
      )
      assert.isAtMost(taken, 300 + 100 * 8)
    })
  )

  it.effect("fails with the gets of the first request that was not answered, of which it gave nothing", () =>
    Effect.gen(function* () {
      const { run } = reading((keys, nth) => Effect.succeed(nth >= 2 ? 0 : keys.length))
      const all = gets(450)
      let given = 0
      const error = yield* run(
        Stream.fromIterable(all).pipe(
          Batch.getStream,
          Stream.runForEach(() => Effect.sync(() => given++)),
          DynamoClient.noRetry,
          Effect.flip
        )
      )
      assert(error._tag === "BatchIncomplete")
      assert.strictEqual(given, 200)
      assert.deepStrictEqual(error.operations, all.slice(200, 300))
    })
  )

  it.effect("keeps to a read rate", () =>
    Effect.gen(function* () {
      const { run, sizes } = reading((keys) => Effect.succeed(keys.length))
      const fiber = yield* run(Stream.fromIterable(gets(1000)).pipe(Batch.getStream, Stream.runDrain)).pipe(
        DynamoClient.withReadRate(100),
        DynamoClient.withConcurrency(1),
        Effect.forkChild
      )
      yield* started
      assert.isBelow(sizes.length, 3)
      yield* TestClock.adjust("5 seconds")
      assert.isBelow(sizes.length, 8)
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      assert.lengthOf(sizes, 10)
    })
  )
})

const n = 10_000

/** Leaves part of a batch, throttles, and breaks, in turn. */
const chaos = (op: string) =>
  ({
    match: { op },
    random: {
      seed: 7,
      p: 0.4,
      faults: [
        { unprocessed: { fraction: 0.5, pick: "even" } },
        { unprocessed: { count: 3 } },
        { unprocessed: { all: true } },
        "throttling",
        "pt-exceeded",
        "internal-500",
        { reset: "before" }
      ]
    }
  }) as const

/** Of the 8 requests that are usual, one operation in twenty thousand would see nothing but faults. */
const persistent = RetryPolicy.make({ maxAttempts: 30, baseDelay: 0, throttleBaseDelay: 0, quota: false })

engines("10,000 items through a client that throttles and leaves some", (it) =>
  withTables(it, [Items], (it) => {
    it.effect(
      "are written once, and read once, in order",
      () =>
        Effect.gen(function* () {
          const proxy = yield* faultProxy({ rules: [chaos("BatchWriteItem"), chaos("BatchGetItem")] })
          const disturbed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
            effect.pipe(DynamoClient.withRetry(persistent), Effect.provide(proxy.client))
          const before = made
          yield* disturbed(Batch.write(puts(n)))
          assert.strictEqual(made, before + n)
          const stored = yield* Scan.from(Item)
          assert.strictEqual(stored.length, n)
          assert.deepStrictEqual(
            stored.toSorted((a, b) => a.n - b.n).map(({ id, n }) => [id, n]),
            ids(n).map((id, i) => [id, i])
          )
          const read = yield* disturbed(Batch.get(gets(n)))
          assert.deepStrictEqual(
            read.map(({ id }) => id),
            ids(n)
          )
          // It was disturbed: 400 and 100 requests would have done otherwise.
          assert.isAbove((yield* proxy.requests("BatchWriteItem")).length, 500)
          assert.isAbove((yield* proxy.requests("BatchGetItem")).length, 120)

          const streamed = yield* disturbed(Stream.fromIterable(gets(n)).pipe(Batch.getStream, Stream.runCollect))
          assert.deepStrictEqual(
            streamed.map(({ id }) => id),
            ids(n)
          )
          const deleted = yield* disturbed(
            Stream.fromIterable(ids(n)).pipe(
              Stream.map((id) => Delete.from(Item).key({ id })),
              Batch.writeStream,
              Stream.runCount
            )
          )
          assert.strictEqual(deleted, n)
          assert.strictEqual(yield* Scan.from(Item).count(), 0)
        }),
      120_000
    )
  })
)
