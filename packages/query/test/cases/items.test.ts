/** The recorded designs, declared as entities: their tables, and what is stored of each value. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TableAdmin } from "effect-dynamo"
import { engines } from "../../../testing/test-support/engines.ts"
import { designs } from "./designs/all.ts"
import { checkItems, checkWithoutEngine } from "./support/items.ts"
import { shapeOf } from "./support/engine.ts"

for (const { members, scenario } of designs) {
  describe(scenario.title, () => {
    it("declares every entity", () => {
      assert.deepStrictEqual(Object.keys(members).toSorted(), recordedEntities(scenario))
    })

    it.effect("encodes and decodes every item", () => checkWithoutEngine(members, scenario.items))
  })
}

/** The entities that have items. */
function recordedEntities({ items }: (typeof designs)[number]["scenario"]): ReadonlyArray<string> {
  return Array.from(new Set(items.map(({ entity }) => entity))).toSorted()
}

engines("the recorded designs", (it) => {
  for (const { members, scenario, table } of designs) {
    it.effect(scenario.title, () =>
      Effect.gen(function* () {
        yield* TableAdmin.create(table)
        assert.deepStrictEqual(shapeOf(yield* TableAdmin.describe(table)), shapeOf(scenario.table))
        yield* checkItems(table, members, scenario.items)
      })
    )
  }
})
