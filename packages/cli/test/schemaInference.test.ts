/** Whatever items there are, the schema made from them reads them and writes them back as they were. */
import type { Item } from "@effect-dynamo/core/Attribute"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { buildEntity, buildTable } from "../src/schema/build.ts"
import { read } from "../src/schema/check.ts"
import type { SchemaModel, TableModel } from "../src/schema/model.ts"
import { schemaOf } from "../src/schema/schema.ts"
import { makeItems } from "./support/randomItems.ts"

const text = (name: string) => ({ name, type: "S" }) as const

const table: TableModel = {
  name: "things",
  partitionKey: text("pk"),
  sortKey: text("sk"),
  indexes: [
    {
      name: "gsi1",
      kind: "global",
      partitionKey: [text("gsi1pk")],
      sortKey: [text("gsi1sk")],
      projection: { _tag: "All" }
    },
    {
      name: "byKind",
      kind: "global",
      partitionKey: [text("kind"), { name: "rank", type: "N" }],
      sortKey: [],
      projection: { _tag: "KeysOnly" }
    }
  ],
  timeToLive: "expiresAt"
}

/** Each item is one entity's, which gives it back as it was. */
export const assertReads = (model: SchemaModel, items: ReadonlyArray<Item>) =>
  Effect.gen(function* () {
    const built = buildTable(model.table)
    const entities = model.entities.map((entity) => Result.getOrThrow(buildEntity(entity, built)))
    for (const item of items) {
      const readings = yield* Effect.forEach(entities, (entity) => read(entity, item))
      const mine = readings.filter(({ _tag }) => _tag !== "Other")
      assert.deepStrictEqual(mine, [{ _tag: "Same" }])
    }
  })

describe("inference", () => {
  it.effect.prop(
    "reads every item that it was made from",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 31 - 1 }))],
    ([seed]) =>
      Effect.gen(function* () {
        const items = makeItems(seed)
        const model = yield* schemaOf(table, items, { literals: true })
        yield* assertReads(model, items)
      }),
    { arbitrary: { runs: 150, seed: 7 } }
  )
})
