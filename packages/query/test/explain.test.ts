import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { type Explanation, Query } from "../src/main.ts"

const Shop = Table.make("explained", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    all: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    keys: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk", projection: Index.keysOnly }),
    some: Index.global({ partitionKey: "gsi3pk", projection: Index.include(["total", "_type"]) })
  }
})

const Order = Entity.make("Order", {
  schema: Schema.Struct({
    customerId: Schema.String,
    orderId: Schema.String,
    total: Schema.Number,
    "a.b": Schema.optionalKey(Schema.Number)
  }),
  table: Shop,
  partitionKey: Key.template("C#{customerId}"),
  sortKey: Key.template("O#{orderId}"),
  indexes: {
    all: { partitionKey: Key.template("ORDERS"), sortKey: Key.template("{orderId}") },
    keys: { partitionKey: Key.template("C#{customerId}"), sortKey: Key.template("{orderId}") },
    some: { partitionKey: Key.template("S#{customerId}") }
  }
})

const User = Entity.make("User", {
  schema: Schema.Struct({ id: Schema.String, email: Schema.String, age: Schema.Int }),
  table: Table.make("explained-users"),
  partitionKey: ["id"],
  sortKey: ["email"]
})

const codes = ({ warnings }: Explanation.Explanation<unknown>) => warnings.map(({ code }) => code)

describe("explain", () => {
  it.effect("tells the request, and that nothing is left out where keys decide", () =>
    Effect.gen(function* () {
      const query = Query.from(User).pk("1").limit(5)
      assert.deepStrictEqual(yield* query.explain(), {
        request: yield* query.toInput(),
        index: undefined,
        filteredOnServer: undefined,
        filteredAfter: [],
        evaluatedAtMost: 5,
        warnings: []
      })
    })
  )

  it.effect("tells what is filtered where, without values", () =>
    Effect.gen(function* () {
      const explained = yield* Query.from(Order)
        .pk("secret")
        .filter((o) => o.total.gt(777))
        .filter((o) => o["a.b"].exists())
        .limit(10)
        .consistent()
        .explain()
      assert.strictEqual(
        explained.filteredOnServer,
        '(attribute_not_exists(_type) OR _type = :2) AND (total > :3 AND attribute_exists("a.b"))'
      )
      assert.deepStrictEqual(explained.filteredAfter, ["items of other entities that have no marker, by their keys"])
      assert.strictEqual(explained.evaluatedAtMost, undefined)
      assert.deepStrictEqual(codes(explained), ["limit-with-filter", "consistent-cost"])
      const { request: _, ...rest } = explained
      assert.notInclude(JSON.stringify(rest), "secret")
      assert.notInclude(JSON.stringify(rest), "777")
    })
  )

  it.effect("tells the index and what it lacks", () =>
    Effect.gen(function* () {
      const all = yield* Query.from(Order).index("all").pk({}).explain()
      assert.deepStrictEqual(all.index, { name: "all", projection: "ALL" })
      assert.deepStrictEqual(codes(all), ["hot-partition"])
      const keys = Query.from(Order).index("keys").pk("c")
      assert.deepStrictEqual((yield* keys.explain()).index, { name: "keys", projection: "KEYS_ONLY" })
      assert.deepStrictEqual(codes(yield* keys.explain()), ["marker-not-projected"])
      assert.deepStrictEqual((yield* keys.explain()).filteredAfter, ["items of other entities, by their keys"])
      assert.deepStrictEqual((yield* keys.hydrate().explain()).filteredAfter, [
        "items of other entities, by their keys",
        "items deleted since the index was written"
      ])
      const some = yield* Query.from(Order).index("some").pk("c").explain()
      assert.deepStrictEqual(some.index, { name: "some", projection: ["total", "_type"] })
      assert.deepStrictEqual(codes(some), [])
    })
  )

  it.effect("tells what bounds it", () =>
    Effect.gen(function* () {
      const user = Query.from(User).pk("1")
      const most = (query: typeof user | ReturnType<typeof user.limit>) =>
        Effect.map(query.explain(), ({ evaluatedAtMost }) => evaluatedAtMost)
      assert.strictEqual(yield* most(user), undefined)
      assert.strictEqual(yield* most(user.maxScanned(40)), 40)
      assert.strictEqual(yield* most(user.maxPages(3)), undefined)
      assert.strictEqual(yield* most(user.maxPages(3).pageSize(10)), 30)
      assert.strictEqual(yield* most(user.maxPages(3).pageSize(10).limit(7)), 7)
      assert.strictEqual(yield* most(user.sk.eq("a")), 1)
      assert.strictEqual(yield* most(user.filter({ age: 5 }).limit(7)), undefined)
      assert.strictEqual(yield* most(user.filter((u) => u.age.in([])).limit(7)), 0)
      assert.deepStrictEqual(codes(yield* user.filter({ age: 5 }).explain()), ["unbounded-filter"])
      assert.deepStrictEqual(codes(yield* user.filter({ age: 5 }).maxScanned(5).explain()), [])
    })
  )

  it.effect("of a collection tells of all of its entities", () =>
    Effect.gen(function* () {
      const explained = yield* Query.collection({ orders: Order }).index("all").pk({}).limit(3).explain()
      assert.deepStrictEqual(codes(explained), ["hot-partition"])
      assert.strictEqual(explained.filteredOnServer, "attribute_not_exists(_type) OR _type = :1")
    })
  )
})
