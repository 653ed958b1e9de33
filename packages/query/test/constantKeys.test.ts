/** Partition keys without fields: there is one partition, and nothing to say of it. */
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Put, Query, Repository } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Stock = Table.make("constant-keys", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: { gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})

class Hold extends Entity.Class<Hold>("Hold")(
  { id: Schema.String, until: Schema.String },
  {
    table: Stock,
    partitionKey: Key.template("HOLD#{id}"),
    sortKey: Key.template("HOLD"),
    indexes: { held: { index: "gsi1", partitionKey: Key.template("HELD"), sortKey: Key.template("HOLD#{until}") } }
  }
) {}

class Pause extends Entity.Class<Pause>("Pause")(
  { id: Schema.String, until: Schema.String },
  {
    table: Stock,
    partitionKey: Key.template("PAUSE#{id}"),
    sortKey: Key.template("PAUSE"),
    indexes: { held: { index: "gsi1", partitionKey: Key.template("HELD"), sortKey: Key.template("PAUSE#{until}") } }
  }
) {}

class Region extends Entity.Class<Region>("Region")(
  { name: Schema.String },
  { table: Stock, partitionKey: Key.template("REGIONS"), sortKey: Key.template("{name}") }
) {}

const early = new Hold({ id: "2", until: "2024-01" })
const late = new Hold({ id: "1", until: "2024-02" })
const pause = new Pause({ id: "3", until: "2024-03" })

engines("partition keys without fields", (it) =>
  withTables(it, [Stock], (it) => {
    it.effect("are asked for by nothing, or by a record of no fields", () =>
      Effect.gen(function* () {
        yield* Effect.forEach([late, early], (hold) => Put.into(Hold, hold))
        yield* Put.into(Pause, pause)
        const held = Query.from(Hold).index("held")
        assert.deepStrictEqual(yield* held.pk(), [early, late])
        assert.deepStrictEqual(yield* held.pk({}), [early, late])
        assert.deepStrictEqual(yield* held.pk().sk.gte("2024-02"), [late])
        assert.deepStrictEqual(yield* held.pk().toInput(), yield* held.pk({}).toInput())
        const both = Query.collection({ holds: Hold, pauses: Pause }).index("held")
        const found = { holds: [early, late], pauses: [pause] }
        assert.deepStrictEqual(yield* both.pk(), found)
        assert.deepStrictEqual(yield* both.pk({}), found)
      })
    )

    it.effect("may be those of the table, and cursors are of either way to say them", () =>
      Effect.gen(function* () {
        const regions = yield* Repository.make(Region)
        yield* Effect.forEach(["b", "a", "c"], (name) => regions.insert({ name }))
        const names = (found: ReadonlyArray<Region>) => found.map(({ name }) => name)
        assert.deepStrictEqual(names(yield* regions.query((query) => query.pk())), ["a", "b", "c"])
        const page = yield* Query.from(Region).pk().limit(2).page()
        assert.deepStrictEqual(names(page.items), ["a", "b"])
        assert.deepStrictEqual(
          names(
            (yield* Query.from(Region)
              .pk({})
              .page({ after: Option.getOrUndefined(page.cursor) })).items
          ),
          ["c"]
        )
      })
    )
  })
)
