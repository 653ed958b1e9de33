/** Designs of the same kind as the recorded ones: what is stored of each value, byte for byte. */
import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TableAdmin } from "effect-dynamo"
import { engines, onlyLocal } from "../../../testing/test-support/engines.ts"
import { designs } from "./invented/all.ts"
import { checkItems, checkWithoutEngine } from "./support/items.ts"

describe("invented designs", () => {
  for (const { items, members, title } of designs) it.effect(title, () => checkWithoutEngine(members, items))
})

for (const { items, members, onlyLocal: only, table, title } of designs) {
  const suite = only === true ? onlyLocal : engines
  suite(title, (it) => {
    it.effect("is stored and read", () =>
      Effect.gen(function* () {
        yield* TableAdmin.create(table)
        yield* checkItems(table, members, items)
      })
    )
  })
}
