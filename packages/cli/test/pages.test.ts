import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import type { Item } from "@effect-dynamo/client/DynamoClient"
import { evaluate, pagesOf } from "../src/reading/pages.ts"

/** A table of so many items, each `every`-th of which matches; pages hold 100 at most. */
const reading = (size: number, every: number, limit: number | undefined, segments = 1) => {
  const asked: Array<number | undefined> = []
  let scanned = 0
  const fetch = (segment: number, start: Item | undefined, most: number | undefined) =>
    Effect.sync(() => {
      asked.push(most)
      const from = start === undefined ? segment : Number(start["id"]!.N) + segments
      const looked: Array<number> = []
      for (let id = from; id < size && looked.length < Math.min(most ?? 100, 100); id += segments) looked.push(id)
      scanned += looked.length
      const Items = looked.filter((id) => id % every === 0).map((id): Item => ({ id: { N: String(id) } }))
      const last = looked.at(-1)
      return {
        Items,
        Count: Items.length,
        ScannedCount: looked.length,
        ...(last !== undefined && looked.length === Math.min(most ?? 100, 100)
          ? { LastEvaluatedKey: { id: { N: String(last) } } }
          : undefined)
      }
    })
  return Effect.map(Stream.runCollect(pagesOf({ fetch, segments, limit })), (pages) => ({
    ids: pages.flatMap(({ items }) => items.map(({ id }) => Number(id!.N))),
    isCut: pages.some(({ isCut }) => isCut),
    asked,
    scanned
  }))
}

describe("pages", () => {
  it.effect("are all of a table without a limit", () =>
    Effect.gen(function* () {
      for (const segments of [1, 3, 7]) {
        const { asked, ids, isCut } = yield* reading(1000, 3, undefined, segments)
        assert.strictEqual(ids.length, 334)
        assert.strictEqual(new Set(ids).size, 334)
        assert.isFalse(isCut)
        assert.deepStrictEqual([...new Set(asked)], [undefined])
      }
    })
  )

  it.effect("read no more than the limit where all match", () =>
    Effect.gen(function* () {
      const { asked, ids, isCut, scanned } = yield* reading(1000, 1, 250)
      assert.strictEqual(ids.length, 250)
      assert.strictEqual(scanned, 250)
      assert.deepStrictEqual(asked, [250, 150, 50])
      assert.isTrue(isCut)
    })
  )

  it.effect("read on where few match, ever more at a time", () =>
    Effect.gen(function* () {
      const { asked, ids, scanned } = yield* reading(10_000, 50, 3)
      assert.deepStrictEqual(ids, [0, 50, 100])
      assert.isBelow(scanned, 250)
      assert.isBelow(asked.length, 8)
    })
  )

  it.effect("give the limit and no more, whatever the segments", () =>
    Effect.gen(function* () {
      for (const segments of [2, 4, 9]) {
        const { ids, isCut, scanned } = yield* reading(5000, 2, 40, segments)
        assert.strictEqual(ids.length, 40)
        assert.strictEqual(new Set(ids).size, 40)
        assert.isBelow(scanned, 400)
        assert.isTrue(isCut)
      }
    })
  )

  it.effect("are not cut where nothing is left", () =>
    Effect.gen(function* () {
      const { ids, isCut } = yield* reading(30, 1, 50)
      assert.strictEqual(ids.length, 30)
      assert.isFalse(isCut)
    })
  )

  it("look at a bounded number of items", () => {
    assert.strictEqual(evaluate(10, 1, { found: 0, scanned: 0 }), 10)
    assert.strictEqual(evaluate(10, 4, { found: 0, scanned: 0 }), 3)
    assert.strictEqual(evaluate(10, 1, { found: 0, scanned: 100 }), 200)
    assert.strictEqual(evaluate(10, 1, { found: 5, scanned: 100 }), 100)
    assert.strictEqual(evaluate(10, 1, { found: 0, scanned: 10_000_000 }), 1_000_000)
  })
})
