import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Scan } from "../src/main.ts"
import { answering } from "./support/client.ts"

const Row = Entity.make("Row", {
  schema: Schema.Struct({ id: Schema.String }),
  table: Table.make("rows", { sortKey: null }),
  partitionKey: ["id"]
})
type Row = typeof Row.Type

interface Request {
  readonly Segment: number
  readonly TotalSegments: number
  readonly Limit?: number
  readonly ExclusiveStartKey?: { readonly id: { readonly S: string } }
}

/**
 * A table in memory: each segment has so many rows and gives so many a request. Every request takes so long;
 * `most` says how many were under way at once.
 */
const table = (options: {
  readonly rows: (segment: number) => number
  readonly perPage: number
  readonly millis?: number
  readonly failAt?: number
}) => {
  const state = { sent: [] as Array<Request>, now: 0, most: 0, interrupted: 0 }
  const layer = answering((_, input) =>
    Effect.gen(function* () {
      const request = input as unknown as Request
      state.sent.push(request)
      state.most = Math.max(state.most, ++state.now)
      if (state.sent.length === options.failAt) return yield* Effect.die("the engine is gone")
      yield* Effect.sleep(options.millis ?? 0)
      const { Segment, Limit = Infinity, ExclusiveStartKey } = request
      const rows = options.rows(Segment)
      const first = ExclusiveStartKey === undefined ? 0 : Number(ExclusiveStartKey.id.S.split(":")[1]) + 1
      const end = Math.min(rows, first + Math.min(Limit, options.perPage))
      const Items = Array.from({ length: end - first }, (_, i) => {
        const id = `${Segment}:${first + i}`
        return { pk: { S: `id#${id}#row` }, _type: { S: "Row" }, id: { S: id } }
      })
      return {
        ...(input["Select"] === "COUNT" ? {} : { Items }),
        Count: Items.length,
        ScannedCount: Items.length,
        ConsumedCapacity: { CapacityUnits: Items.length },
        ...(end < rows ? { LastEvaluatedKey: { id: { S: `${Segment}:${end - 1}` } } } : {})
      }
    }).pipe(
      Effect.onInterrupt(() => Effect.sync(() => state.interrupted++)),
      Effect.ensuring(Effect.sync(() => state.now--))
    )
  )
  return { layer, state }
}

const scan = Scan.from(Row)

/** Lets a fiber's requests take their time. */
const patiently = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

describe("segments", () => {
  it.effect("are read at the same time, as many as withConcurrency says", () =>
    Effect.gen(function* () {
      for (const [concurrency, total, most] of [
        [undefined, 20, 8],
        [undefined, 3, 3],
        [1, 20, 1],
        [5, 20, 5],
        [100, 20, 20]
      ] as const) {
        const { layer, state } = table({ rows: () => 4, perPage: 2, millis: 10 })
        const rows = yield* scan
          .segments(total)
          .pipe(
            (effect) => (concurrency === undefined ? effect : DynamoClient.withConcurrency(effect, concurrency)),
            Effect.provide(layer),
            patiently
          )
        assert.strictEqual(rows.length, total * 4)
        assert.strictEqual(state.most, most)
        assert.strictEqual(state.sent.length, total * 2)
      }
    })
  )

  it.effect("may be a million", () =>
    Effect.gen(function* () {
      const { layer, state } = table({ rows: (segment) => (segment === 999_999 ? 1 : 0), perPage: 1 })
      const found = yield* scan
        .segments(1_000_000)
        .maxPages(2000)
        .checkpoints()
        .pipe(Stream.runLast, Effect.provide(layer), patiently)
      assert.strictEqual(state.sent.length, 2000)
      const { checkpoint } = found._tag === "Some" ? found.value : assert.fail("there is a page")
      assert.isBelow((yield* Scan.encodeCheckpoint(checkpoint)).length, 500)
      assert.isFalse(checkpoint.isComplete)
    })
  )

  it.effect("stand still where nobody takes their pages", () =>
    Effect.gen(function* () {
      for (const concurrency of [1, 4, 8]) {
        const { layer, state } = table({ rows: () => 1000, perPage: 10 })
        let taken = 0
        yield* scan
          .segments(8)
          .pages()
          .pipe(
            Stream.take(20),
            Stream.runForEach(() =>
              Effect.gen(function* () {
                taken++
                for (let i = 0; i < 50; i++) yield* Effect.yieldNow
                // One page in each worker's hands, one that waits, and those that were taken.
                assert.isAtMost(state.sent.length, taken + concurrency + 1)
              })
            ),
            DynamoClient.withConcurrency(concurrency),
            Effect.provide(layer),
            patiently
          )
        assert.strictEqual(taken, 20)
      }
    })
  )

  it.effect("are not read before they are asked for, and stop with who asked", () =>
    Effect.gen(function* () {
      const { layer, state } = table({ rows: () => 100, perPage: 10, millis: 1000 })
      const stream = scan.segments(4).stream()
      assert.strictEqual(state.sent.length, 0)
      const rows = yield* Stream.runCollect(Stream.take(stream, 15)).pipe(Effect.provide(layer), patiently)
      assert.strictEqual(rows.length, 15)
      const sent = state.sent.length
      assert.isAtMost(sent, 12)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(state.sent.length, sent)
      assert.strictEqual(state.now, 0)
    })
  )

  it.effect("are interrupted with the scan", () =>
    Effect.gen(function* () {
      const { layer, state } = table({ rows: () => 100, perPage: 10, millis: 1000 })
      const fiber = yield* Effect.forkChild(Effect.provide(scan.segments(6), layer))
      yield* TestClock.adjust(1)
      assert.strictEqual(state.now, 6)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual([state.now, state.interrupted], [0, 6])
    })
  )

  it.effect("fail with the first that fails, and none goes on", () =>
    Effect.gen(function* () {
      const { layer, state } = table({ rows: () => 100, perPage: 10, millis: 10, failAt: 7 })
      const exit = yield* Effect.exit(Effect.provide(scan.segments(4), layer)).pipe(patiently)
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(state.now, 0)
      assert.isAtMost(state.sent.length, 8)
    })
  )

  it.effect("look for their part of a limit each, and for twice as much where they found nothing", () =>
    Effect.gen(function* () {
      const { layer, state } = table({ rows: () => 1000, perPage: 1000 })
      const rows = yield* Effect.provide(scan.segments(4).limit(10), layer).pipe(patiently)
      assert.strictEqual(rows.length, 10)
      assert.deepStrictEqual(
        state.sent.slice(0, 4).map(({ Limit }) => Limit),
        [3, 3, 3, 3]
      )
      assert.isAtMost(state.sent.length, 10)
      const limits = new Map<number, Array<number | undefined>>()
      yield* scan
        .segments(2)
        .limit(1)
        .maxPages(12)
        .pipe(
          Effect.provide(
            answering((_, input) =>
              Effect.sync(() => {
                const { Limit, Segment } = input as unknown as Request
                const before = limits.get(Segment) ?? []
                limits.set(Segment, [...before, Limit])
                return { Items: [], ScannedCount: 1, LastEvaluatedKey: { id: { S: `x${before.length}` } } }
              })
            )
          )
        )
      assert.strictEqual([...limits.values()].flat().length, 12)
      for (const each of limits.values()) {
        assert.deepStrictEqual(each, [1, 2, 4, 8, 16, 32, 64, 128, 256].slice(0, each.length))
      }
    })
  )

  it.effect("share a budget to the last item, whatever each of them uses of it", () =>
    Effect.gen(function* () {
      for (const budget of [1, 7, 100, 333]) {
        for (const perPage of [1, 9, 50]) {
          const { layer, state } = table({ rows: (segment) => segment * 10, perPage, millis: 5 })
          const rows = yield* Effect.provide(scan.segments(10).maxScanned(budget), layer).pipe(patiently)
          assert.strictEqual(rows.length, budget)
          assert.strictEqual(new Set(rows.map(({ id }) => id)).size, budget)
          for (const { Limit } of state.sent) assert.isAtMost(Limit!, budget)
        }
      }
    })
  )

  it.effect("toInput is the first request", () =>
    Effect.gen(function* () {
      for (const bounded of [
        scan.segments(4),
        scan.segments(4).limit(10),
        scan.segments(2).maxScanned(9),
        scan.segments(4).limit(100).pageSize(7)
      ]) {
        const { layer, state } = table({ rows: () => 1000, perPage: 10 })
        yield* Stream.runDrain(Stream.take(bounded.stream(), 1)).pipe(Effect.provide(layer), patiently)
        assert.deepStrictEqual({ ...(yield* bounded.toInput()) }, { ...(state.sent[0] as object) } as never)
      }
      const { layer, state } = table({ rows: () => 1000, perPage: 10 })
      const one = scan.segment(3, 5).limit(2)
      yield* Effect.provide(one, layer).pipe(patiently)
      assert.deepStrictEqual({ ...(yield* one.toInput()) }, { ...(state.sent[0] as object) } as never)
    })
  )

  it.effect("keep to withReadRate, all of them together", () =>
    Effect.gen(function* () {
      const { layer } = table({ rows: () => 200, perPage: 20, millis: 50 })
      const fiber = yield* scan
        .segments(8)
        .stream()
        .pipe(Stream.runCount, DynamoClient.withReadRate(100), Effect.provide(layer), Effect.forkChild)
      // 1,600 rows cost 1,600 units.
      yield* TestClock.adjust("15 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual(yield* Fiber.join(fiber), 1600)
    })
  )

  it.effect("of a filter that nothing can pass are not read at all", () =>
    Effect.gen(function* () {
      const { layer, state } = table({ rows: () => 10, perPage: 1 })
      const none = scan.filter((row) => row.id.in([])).segments(4)
      assert.deepStrictEqual(yield* Effect.provide(none, layer), [])
      assert.strictEqual(yield* Effect.provide(none.count(), layer), 0)
      assert.strictEqual(state.sent.length, 0)
    })
  )

  it.effect("a slow consumer's checkpoint says only what it was given", () =>
    Effect.gen(function* () {
      const stuck = yield* Deferred.make<void>()
      const { layer } = table({ rows: () => 30, perPage: 10 })
      const seen: Array<Row> = []
      let last: Scan.Checkpoint | undefined
      const fiber = yield* scan
        .segments(3)
        .checkpoints()
        .pipe(
          Stream.take(2),
          Stream.runForEach(({ checkpoint, items }) => {
            seen.push(...items)
            last = checkpoint
            return seen.length > 10 ? Effect.andThen(Deferred.succeed(stuck, undefined), Effect.never) : Effect.void
          }),
          Effect.provide(layer),
          Effect.forkChild
        )
      yield* patiently(Deferred.await(stuck))
      // By now more was read than was given.
      const rest = yield* scan.segments(3).resume(last!).pipe(Effect.provide(layer), patiently)
      assert.strictEqual(new Set([...seen, ...rest].map(({ id }) => id)).size, 90)
      assert.strictEqual(seen.length + rest.length, 90)
      yield* Fiber.interrupt(fiber)
    })
  )

  it("take whole numbers in their range", () => {
    for (const no of [0, -1, 1.5, 1_000_001, Number.NaN]) assert.throws(() => scan.segments(no), RangeError)
    for (const [index, total] of [
      [-1, 2],
      [2, 2],
      [0.5, 2],
      [0, 0],
      [0, 1_000_001]
    ] as const) {
      assert.throws(() => scan.segment(index, total), RangeError)
    }
    for (const no of [0, -1, 1.5]) {
      assert.throws(() => scan.limit(no), RangeError)
      assert.throws(() => scan.segments(2).pageSize(no), RangeError)
      assert.throws(() => scan.segments(2).maxPages(no), RangeError)
      assert.throws(() => scan.maxScanned(no), RangeError)
    }
  })

  it("show what they are, and no values", () => {
    const shown = JSON.stringify(scan.filter({ id: "hidden" }).segments(2))
    assert.strictEqual(shown, '{"_id":"Scan","entity":"Row","table":"rows"}')
  })
})
