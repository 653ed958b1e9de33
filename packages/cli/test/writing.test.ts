import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { entryOf, type Piece } from "../src/data/pieces.ts"
import type { TableShape } from "../src/data/tableShape.ts"
import { write } from "../src/data/writing.ts"

const shape: TableShape = {
  identity: { name: "things" },
  keys: [{ name: "id", type: "S" }],
  attributes: [{ name: "id", type: "S" }],
  items: 0,
  itemsOfIndexes: {}
}

/** A service that takes the longer for a request the earlier it comes, and applies it only then. */
const makeSlow = (applied: Map<string, string>) => {
  let requests = 0
  let underWay = 0
  let most = 0
  const client = DynamoClient.make({
    send: (_operation, input) =>
      Effect.gen(function* () {
        const { things = [] } = (
          input as { RequestItems: Record<string, Array<{ PutRequest: { Item: DynamoClient.Item } }>> }
        ).RequestItems
        requests++
        most = Math.max(most, ++underWay)
        yield* Effect.sleep(Math.max(100, 500 - requests * 100))
        for (const { PutRequest } of things) applied.set(PutRequest.Item["id"]!.S!, PutRequest.Item["n"]!.N!)
        underWay--
        return {} as never
      })
  })
  return { client, most: () => most }
}

const pieces = (ids: ReadonlyArray<string>, markEvery: number): ReadonlyArray<Piece<number>> =>
  ids.flatMap((id, n): ReadonlyArray<Piece<number>> => {
    const entry = entryOf(shape, { id: { S: id }, n: { N: String(n) } }, n + 1)
    return (n + 1) % markEvery === 0 ? [entry, { _tag: "Mark", at: n + 1 }] : [entry]
  })

describe("writing", () => {
  it.live("keeps the order of entries of one key, however long each request takes", () =>
    Effect.gen(function* () {
      const applied = new Map<string, string>()
      const { client, most } = makeSlow(applied)
      // Each batch has keys of its own, and one that is in all of them.
      const ids = Array.from({ length: 250 }, (_, n) => (n % 25 === 7 ? "shared" : `${n}`))
      const outcomes = yield* Stream.fromIterable(pieces(ids, 50)).pipe(
        write<number>({ client, concurrency: 8, hasWritten: () => {} }),
        Stream.runCollect
      )
      assert.strictEqual(applied.get("shared"), "232")
      assert.deepStrictEqual(
        outcomes.map(({ at, items }) => [at, items]),
        [50, 100, 150, 200, 250].map((at) => [at, 50])
      )
      assert.strictEqual(most(), 1)
    })
  )

  it.live("writes others at the same time, and tells of them in their order", () =>
    Effect.gen(function* () {
      const { client, most } = makeSlow(new Map())
      let written = 0
      const outcomes = yield* Stream.fromIterable(
        pieces(
          Array.from({ length: 250 }, (_, n) => `${n}`),
          25
        )
      ).pipe(
        write<number>({
          client,
          concurrency: 4,
          hasWritten: (items) => {
            written += items
          }
        }),
        Stream.runCollect
      )
      assert.deepStrictEqual(
        outcomes.map(({ at }) => at),
        Array.from({ length: 10 }, (_, n) => (n + 1) * 25)
      )
      assert.strictEqual(written, 250)
      assert.strictEqual(most(), 4)
    })
  )
})
