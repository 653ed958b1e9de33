import { DynamoClient } from "@effect-dynamo/client"
import { assert } from "@effect/vitest"
import { Arbitrary, Effect } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { compileFilter } from "../src/filter/compile.ts"
import { conditions, contents, matches, print } from "../test-support/filters.ts"

onlyLocal("filters", (it) => {
  it.effect("select what they mean", () =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      yield* client.createTable({
        TableName: "filtered",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }]
      })
      const found = yield* Arbitrary.sampleEffect(contents, { count: 60, seed: 3 })
      const items = found.map((content, id) => ({ ...content, id: { N: String(id) } }))
      yield* Effect.forEach(items, (Item) => client.putItem({ TableName: "filtered", Item }), { concurrency: 4 })
      const selected = { none: 0, some: 0, all: 0 }
      const outcome = yield* Arbitrary.checkEffect(
        conditions,
        (condition) =>
          Effect.gen(function* () {
            const text = print(condition)
            const filter = yield* compileFilter(text)
            const { Items = [] } = yield* client.scan({ TableName: "filtered", ...filter })
            const ids = Items.map(({ id }) => Number(id?.N)).sort((a, b) => a - b)
            const expected = items.filter((item) => matches(condition, item)).map(({ id }) => Number(id.N))
            assert.deepStrictEqual(ids, expected, text)
            selected[ids.length === 0 ? "none" : ids.length === items.length ? "all" : "some"]++
            return true
          }),
        { runs: 400, seed: 11 }
      )
      assert.strictEqual(outcome._tag, "Passed", JSON.stringify(outcome))
      // The test would show nothing if all conditions were of one kind.
      assert.isAbove(selected.some, 50)
    })
  )
})
