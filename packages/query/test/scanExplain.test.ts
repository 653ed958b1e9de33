import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Entity, Key, Table } from "@effect-dynamo/core"
import { Scan } from "../src/main.ts"

const Shop = Table.make("shop", { partitionKey: "pk", sortKey: "sk" })

const Order = Entity.make("Order", {
  schema: Schema.Struct({ id: Schema.String, total: Schema.Number }),
  table: Shop,
  partitionKey: Key.template("ORDER#{id}"),
  sortKey: Key.template("ORDER")
})

describe("Scan.explain", () => {
  it.effect("says what is looked at, what is left out where, and what to mind", () =>
    Effect.gen(function* () {
      const explained = yield* Scan.from(Order)
        .filter((o) => o.total.gt(5))
        .explain()
      assert.strictEqual(explained.filteredOnServer, "(attribute_not_exists(_type) OR _type = :0) AND total > :1")
      assert.deepStrictEqual(explained.filteredAfter, ["items of other entities that have no marker, by their keys"])
      assert.isUndefined(explained.evaluatedAtMost)
      assert.deepStrictEqual(
        explained.warnings.map(({ code }) => code),
        ["unbounded-filter", "shared-table-scan"]
      )
    })
  )

  it.effect("knows its budgets and its segments", () =>
    Effect.gen(function* () {
      const scan = Scan.from(Order).maxScanned(100)
      assert.strictEqual((yield* scan.explain()).evaluatedAtMost, 100)
      assert.strictEqual((yield* scan.segments(4).explain()).request.TotalSegments, 4)
    })
  )
})
