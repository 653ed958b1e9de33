/** Tables and indexes whose keys are attributes of their own types, or several. */
import type { DynamoClient } from "@effect-dynamo/client"
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { Put, Query } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Devices = Table.make("devices", {
  partitionKey: { name: "device", type: "N" },
  sortKey: { name: "at", type: "N" }
})
const Reading = Entity.make("Reading", {
  schema: Schema.Struct({ device: Schema.Number, at: Schema.Number, value: Schema.BigInt }),
  table: Devices,
  partitionKey: Key.attribute("device"),
  sortKey: Key.attribute("at")
})
const Tokens = Table.make("tokens", { sortKey: null, indexes: { byUser: Index.global({ partitionKey: "user" }) } })
const Token = Entity.make("Token", {
  schema: Schema.Struct({ token: Schema.String, user: Schema.optionalKey(Schema.String) }),
  table: Tokens,
  partitionKey: ["token"]
})

engines("tables of other shapes", (it) =>
  withTables(it, [Devices, Tokens], (it) => {
    it.effect("a numeric key compares as numbers do", () =>
      Effect.gen(function* () {
        const ats = [-10, -2.5, 0, 1e-7, 3, 20, 1e21]
        yield* Effect.forEach(ats, (at) => Put.into(Reading, { device: 7, at, value: 2n ** 100n }))
        const sk = Query.from(Reading).pk(7).sk
        const of = (query: Effect.Effect<ReadonlyArray<typeof Reading.Type>, Query.Error, DynamoClient.DynamoClient>) =>
          Effect.map(query, (found) => found.map(({ at }) => at))
        assert.deepStrictEqual(yield* of(Query.from(Reading).pk({ device: 7 })), ats)
        assert.deepStrictEqual(yield* of(sk.gte(3)), [3, 20, 1e21])
        assert.deepStrictEqual(yield* of(sk.between(-2.5, 1e-7)), [-2.5, 0, 1e-7])
        assert.deepStrictEqual(yield* of(sk.lt({ at: 0 }).reverse()), [-2.5, -10])
        assert.deepStrictEqual(yield* of(sk.eq(1e21)), [1e21])
        assert.deepStrictEqual(yield* of(sk.prefix(20).consistent()), [20])
        assert.deepStrictEqual(yield* of(Query.from(Reading).pk(8)), [])
        const error = yield* Effect.flip(sk.gte(Number.NaN))
        assert.strictEqual(error._tag, "KeyError")
      })
    )

    it.effect("a table without sort key has partitions of one item", () =>
      Effect.gen(function* () {
        yield* Put.into(Token, { token: "a", user: "u" })
        yield* Put.into(Token, { token: "b", user: "u" })
        yield* Put.into(Token, { token: "c" })
        assert.deepStrictEqual(yield* Query.from(Token).pk("a"), [{ token: "a", user: "u" }])
        const found = yield* Query.from(Token).index("byUser").pk("u")
        assert.deepStrictEqual(found.map(({ token }) => token).sort(), ["a", "b"])
        const untyped = Query.from(Token).pk("a") as unknown as {
          readonly sk: { readonly eq: (value: string) => Query.Query<typeof Token, Query.Primary> }
        }
        const error = yield* Effect.flip(untyped.sk.eq("x"))
        assert.match(error.message, /Token has no sort key in its table/)
      })
    )
  })
)

const Cities = Table.make("cities", {
  sortKey: null,
  indexes: {
    byPlace: Index.global({
      partitionKey: ["state", "city"],
      sortKey: ["street", { name: "house", type: "N" }, { name: "hash", type: "B" }]
    })
  }
})
const House = Entity.make("House", {
  schema: Schema.Struct({
    id: Schema.String,
    state: Schema.String,
    city: Schema.optionalKey(Schema.String),
    street: Schema.String,
    house: Schema.Number,
    hash: Schema.Uint8Array
  }),
  table: Cities,
  partitionKey: ["id"]
})

onlyLocal("multi-attribute keys", (it) =>
  withTables(it, [Cities], (it) => {
    it.effect("are equal up to the last attribute given, whose operator is the query's", () =>
      Effect.gen(function* () {
        const houses = ["A", "B", "B#C"].flatMap((street) =>
          [1, 2, 10].flatMap((house) =>
            [1, 2].map((byte) => ({
              id: `${street}-${house}-${byte}`,
              state: "CA",
              city: "LA",
              street,
              house,
              hash: new Uint8Array([byte])
            }))
          )
        )
        const [first] = houses
        yield* Effect.forEach(houses, (house) => Put.into(House, house), { concurrency: 8 })
        const { city: _, ...nowhere } = first!
        yield* Put.into(House, { ...nowhere, id: "nowhere" })
        const { sk } = Query.from(House).index("byPlace").pk({ state: "CA", city: "LA" })
        const ids = (query: Effect.Effect<ReadonlyArray<typeof House.Type>, Query.Error, DynamoClient.DynamoClient>) =>
          Effect.map(query, (found) => found.map(({ id }) => id))
        const all = houses.map(({ id }) => id)
        const where = (keep: (house: (typeof houses)[number]) => boolean) => houses.filter(keep).map(({ id }) => id)
        assert.deepStrictEqual(yield* ids(Query.from(House).index("byPlace").pk({ state: "CA", city: "LA" })), all)
        assert.deepStrictEqual(
          yield* ids(sk.prefix({ street: "B" })),
          where(({ street }) => street === "B")
        )
        assert.deepStrictEqual(
          yield* ids(sk.beginsWith({ street: "B" })),
          where(({ street }) => street !== "A")
        )
        assert.deepStrictEqual(
          yield* ids(sk.gt({ street: "A" })),
          where(({ street }) => street > "A")
        )
        assert.deepStrictEqual(
          yield* ids(sk.gte({ street: "B", house: 2 })),
          where(({ house, street }) => street === "B" && house >= 2)
        )
        assert.deepStrictEqual(
          yield* ids(sk.between({ street: "B", house: 2 }, { street: "B", house: 10 })),
          where(({ house, street }) => street === "B" && house >= 2)
        )
        assert.deepStrictEqual(
          yield* ids(sk.prefix({ street: "B", house: 2 }).reverse()),
          where(({ house, street }) => street === "B" && house === 2).reverse()
        )
        assert.deepStrictEqual(yield* ids(sk.eq({ street: "A", house: 10, hash: new Uint8Array([2]) })), ["A-10-2"])
        const part = yield* Effect.flip(sk.eq({ street: "A", house: 10 } as never))
        assert.match(part.message, /eq takes the whole key; give "hash" too/)
        const gap = yield* Effect.flip(sk.gte({ house: 10 } as never))
        assert.match(gap.message, /"street" is missing/)
        const apart = yield* Effect.flip(sk.between({ street: "A", house: 1 }, { street: "B", house: 2 }))
        assert.match(apart.message, /both bounds of between .* equal in all but the last/)
        const missing = yield* Effect.flip(
          Query.from(House)
            .index("byPlace")
            .pk({ state: "CA" } as never)
        )
        assert.match(missing.message, /partition key "city" of House, index "byPlace": "city" is missing/)
      })
    )

    it.effect("page to the end", () =>
      Effect.gen(function* () {
        const query = Query.from(House).index("byPlace").pk({ state: "CA", city: "LA" })
        const whole = yield* query
        for (const limit of [1, 5]) {
          const pages = yield* Stream.runCollect(query.pageSize(limit).pages())
          assert.deepStrictEqual(
            pages.flatMap(({ items }) => items),
            whole
          )
          const page = yield* query.limit(limit).pageSize(7).page()
          if (page.cursor._tag === "None") return assert.fail("there is more")
          const rest = yield* query.limit(100).page({ after: page.cursor.value })
          assert.deepStrictEqual([...page.items, ...rest.items], whole)
        }
      })
    )
  })
)
