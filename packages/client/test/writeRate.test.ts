import { DynamoClient, RawBatch, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import { after, costing, timesOf, units } from "./support/costing.ts"
import { broken, conditionFailed, invalid, scripted, throttled } from "./support/script.ts"

const TableName = "t"
const Key = { id: { S: "a" } }

/** An item of so many write units, less a few bytes. */
const itemOf = (size: number) => ({ ...Key, text: { S: "x".repeat(size * 1024 - 20) } })

const all = <A, E, R>(...effects: ReadonlyArray<Effect.Effect<A, E, R>>) => Effect.all(effects, { discard: true })

describe("withWriteRate", () => {
  it.effect("waits for what was consumed before, by whatever write", () =>
    Effect.gen(function* () {
      const costs = [units(10), units(25), units(5), [units(3), units(7)]]
      const { client, sent } = costing((request) => costs[request])
      yield* Effect.gen(function* () {
        yield* client.putItem({ TableName, Item: Key })
        yield* client.updateItem({ TableName, Key })
        yield* client.deleteItem({ TableName, Key })
        yield* client.batchWriteItem({ RequestItems: {} })
        yield* client.transactWriteItems({ TransactItems: [] })
      }).pipe(DynamoClient.withWriteRate(10), after(10_000))
      assert.deepStrictEqual(timesOf(sent), [0, 1000, 3500, 4000, 5000])
      assert.isTrue(sent.every(({ input }) => input["ReturnConsumedCapacity"] === "TOTAL"))
    })
  )

  it.effect("counts the writes of transactions, not their reads", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => [{ CapacityUnits: 30, ReadCapacityUnits: 20, WriteCapacityUnits: 10 }])
      const write = client.transactWriteItems({ TransactItems: [] })
      yield* all(write, write).pipe(DynamoClient.withWriteRate(10), after(10_000))
      assert.deepStrictEqual(timesOf(sent), [0, 1000])
    })
  )

  it.effect("is shared by all requests at the same time, which do not all overdraw it", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => units(20), 100)
      yield* Effect.forEach(Array.from({ length: 30 }), () => client.putItem({ TableName, Item: itemOf(20) }), {
        concurrency: 8,
        discard: true
      }).pipe(DynamoClient.withWriteRate(40), after(60_000))
      assert.strictEqual(sent.length, 30)
      for (const [i, { at }] of sent.entries()) assert.isAtMost(i * 20, 40 * (at / 1000) + 1e-6)
      assert.isAtMost(sent[29]!.at, (29 * 20 * 1000) / 40 + 500)
    })
  )

  it.effect("expects a write to cost what its size says, before the first answer", () =>
    Effect.gen(function* () {
      for (const [write, size] of [
        [(client: DynamoClient.Service) => client.putItem({ TableName, Item: itemOf(7) }), 7],
        [(client: DynamoClient.Service) => client.updateItem({ TableName, Key }), 1],
        [
          (client: DynamoClient.Service) =>
            client.batchWriteItem({
              RequestItems: {
                t: [{ PutRequest: { Item: itemOf(3) } }, { DeleteRequest: { Key } }],
                u: [{ PutRequest: { Item: itemOf(2) } }]
              }
            }),
          6
        ],
        [
          (client: DynamoClient.Service) =>
            client.transactWriteItems({
              TransactItems: [{ Put: { TableName, Item: itemOf(4) } }, { Delete: { TableName, Key } }]
            }),
          10
        ]
      ] as const) {
        // Answers come late: until then it is the expected cost that is waited for.
        const { client, sent } = costing(() => units(size), 1_000_000)
        yield* Effect.gen(function* () {
          yield* Effect.forkChild(write(client))
          yield* Effect.forkChild(write(client))
          yield* TestClock.adjust(size * 1000 - 1)
          assert.strictEqual(sent.length, 1)
          yield* TestClock.adjust(1)
          assert.strictEqual(sent.length, 2)
        }).pipe(DynamoClient.withWriteRate(1), Effect.scoped)
      }
    })
  )

  it.effect("learns what indexes add", () =>
    Effect.gen(function* () {
      const { client, sent } = costing((request) => (request === 0 ? units(8) : undefined), 10)
      yield* Effect.gen(function* () {
        yield* client.putItem({ TableName, Item: itemOf(2) })
        yield* client.putItem({ TableName, Item: itemOf(5) })
        yield* client.putItem({ TableName, Item: itemOf(1) })
      }).pipe(DynamoClient.withWriteRate(1), after(100_000))
      // 4 units for each of its size.
      assert.deepStrictEqual(
        sent.map(({ at }, i) => at - (sent[i - 1]?.at ?? 0)),
        [0, 8000, 20_000]
      )
    })
  )

  it.live("paces a batch of many requests", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => [units(25)])
      const started = yield* Clock.currentTimeMillis
      const writes = Array.from({ length: 100 }, (_, i) => ({
        table: TableName,
        key: { id: { S: `${i}` } },
        item: { id: { S: `${i}` } }
      }))
      yield* RawBatch.writeItems(client, writes).pipe(DynamoClient.withWriteRate(250))
      assert.strictEqual(sent.length, 4)
      // 75 units are paid for before the last one is sent.
      assert.isAtLeast(sent[3]!.at - started, 290)
    })
  )

  it.effect("counts a write whose condition was false, and none that was throttled or refused", () =>
    Effect.gen(function* () {
      for (const [failure, next] of [
        [conditionFailed, 5000],
        [{ ...broken, permanent: true }, 5000],
        [throttled, 0],
        [invalid, 0]
      ] as const) {
        const { client, sent } = scripted([failure], { $metadata: {}, ConsumedCapacity: { CapacityUnits: 1 } })
        const put = client.putItem({ TableName, Item: itemOf(5) }).pipe(DynamoClient.withRetry(RetryPolicy.none))
        const started = yield* Clock.currentTimeMillis
        yield* Effect.gen(function* () {
          assert.isTrue(Exit.isFailure(yield* Effect.exit(put)))
          yield* put
        }).pipe(DynamoClient.withWriteRate(1), after(10_000))
        assert.deepStrictEqual(
          timesOf(sent).map((at) => at - started),
          [0, next],
          failure.code
        )
      }
    })
  )

  it.effect("leaves reads alone, as withReadRate does writes; both hold side by side", () =>
    Effect.gen(function* () {
      const { client, sent } = costing(() => units(10))
      const put = client.putItem({ TableName, Item: Key })
      const scan = client.scan({ TableName })
      yield* all<unknown, unknown, never>(scan, scan, put, put).pipe(
        DynamoClient.withReadRate(10),
        DynamoClient.withWriteRate(5),
        after(10_000)
      )
      assert.deepStrictEqual(timesOf(sent), [0, 1000, 1000, 3000])
      yield* all<unknown, unknown, never>(scan, scan).pipe(DynamoClient.withWriteRate(1))
      yield* all<unknown, unknown, never>(put, put).pipe(DynamoClient.withReadRate(1))
      assert.deepStrictEqual(timesOf(sent).slice(4), [10_000, 10_000, 10_000, 10_000])
    })
  )

  it("refuses what is no rate", () => {
    for (const no of [0, -1, Number.NaN, Infinity]) {
      assert.throws(() => DynamoClient.withWriteRate(Effect.void, no), RangeError, "withWriteRate")
    }
  })
})
