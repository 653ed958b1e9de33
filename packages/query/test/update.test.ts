import { DynamoClient } from "@effect-dynamo/client"
import { DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { BigDecimal, DateTime, Effect, Option, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Get, Put, Query, Update } from "../src/main.ts"
import { plain, type Product as ProductType, Product, Products } from "./support/product.ts"
import { withTables } from "./support/tables.ts"

type Changing = Update.Update<typeof Product, unknown, unknown, unknown, unknown, never>
type Change = (update: Update.Unchanged<typeof Product, ProductType, Update.Error, never, never, never>) => object

/** What is done, and what it makes of `plain` besides. */
const operators: ReadonlyArray<readonly [string, Change, Partial<ProductType>]> = [
  ["set", (u) => u.set({ name: "x", nickname: "y" }), { name: "x", nickname: "y" }],
  ["set of undefined", (u) => u.set({ views: undefined, stock: 1 }), { stock: 1 }],
  ["set of an empty set", (u) => u.set({ tags: new Set() }), { tags: new Set() }],
  ["set by path", (u) => u.set((p) => [p.address.get("city").to("Paris")]), { address: { city: "Paris" } }],
  [
    "set of elements",
    (u) => u.set((p) => [p.lines.at(0).get("quantity").to(9), p.lines.at(7).to({ sku: "s3", quantity: 3 })]),
    {
      lines: [
        { sku: "s1", quantity: 9 },
        { sku: "s2", quantity: 2 },
        { sku: "s3", quantity: 3 }
      ]
    }
  ],
  [
    "set of what its codec writes",
    (u) => u.set((p) => [p.address.get("seen").to(DateTime.makeUnsafe(0)), p.address.get("labels").to(new Set(["l"]))]),
    { address: { city: "Rome", seen: DateTime.makeUnsafe(0), labels: new Set(["l"]) } }
  ],
  ["set of an entry", (u) => u.set((p) => [p.counts.get("a.b").to(2)]), { counts: { all: 1, "a.b": 2 } }],
  [
    "copy",
    (u) => u.set((p) => [p.nickname.to(p.name), p.name.to(p.address.get("city"))]),
    { nickname: "chair", name: "Rome" }
  ],
  ["increment", (u) => u.increment("stock"), { stock: 6 }],
  ["decrement", (u) => u.decrement("stock", 7), { stock: -2 }],
  ["increment of an absent number", (u) => u.increment("views", 2), { views: 2 }],
  ["increment of bigints", (u) => u.increment("serial", 10n ** 30n), { serial: 10n ** 30n }],
  ["increment of BigDecimals", (u) => u.increment("price", 0.1), { price: BigDecimal.fromStringUnsafe("0.1") }],
  ["append", (u) => u.append("history", ["y", "z"]), { history: ["x", "y", "z"] }],
  ["prepend", (u) => u.prepend("history", ["y", "z"]), { history: ["y", "z", "x"] }],
  ["append to an absent list", (u) => u.append("notes", ["n"]), { notes: ["n"] }],
  ["prepend to an absent list", (u) => u.prepend("notes", ["n"]), { notes: ["n"] }],
  ["setIfNotExists", (u) => u.setIfNotExists({ name: "not so", views: 3 }), { views: 3 }],
  ["addTo", (u) => u.addTo("tags", ["b"]), { tags: new Set(["a", "b"]) }],
  ["addTo an absent set", (u) => u.addTo("sizes", [1, 2]), { sizes: new Set([1, 2]) }],
  ["deleteFrom", (u) => u.deleteFrom("tags", ["a", "c"]), { tags: new Set() }],
  [
    "remove by path",
    (u) => u.remove((p) => [p.lines.at(0), p.counts.get("all")]),
    { lines: [{ sku: "s2", quantity: 2 }], counts: {} }
  ]
]

engines("an update", (it) =>
  withTables(it, [Products], (it) => {
    const fresh = (id: string) => Put.into(Product, { id, ...plain })

    it.effect.each(operators)("%s", ([name, change, changed]) =>
      Effect.gen(function* () {
        yield* fresh(name)
        const updated = yield* change(Update.in(Product).key({ id: name })) as Changing
        assert.deepStrictEqual(updated, { id: name, ...plain, ...changed })
        const read = yield* Get.from(Product).key({ id: name }).consistent().orFail()
        assert.deepStrictEqual(read, updated as ProductType)
      })
    )

    it.effect("starts from the default of what an older item lacks", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const id = "older"
        const { rank: _, steps: __, ...rest } = yield* Entity.encode(Product, { id, ...plain })
        yield* client.putItem({ TableName: "products", Item: rest })
        const updated = yield* Update.in(Product)
          .key({ id })
          .decrement("rank", 3)
          .prepend("steps", ["new"])
          .set((p) => [p.views.to(p.rank)])
        assert.deepStrictEqual(updated, { id, ...plain, rank: 7, views: 10, steps: ["new", "made"] })
      })
    )

    it.effect("gives an older item the default that it changes a part of", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const id = "part"
        const { options: _, ...rest } = yield* Entity.encode(Product, { id, ...plain })
        yield* client.putItem({ TableName: "products", Item: rest })
        const light = Update.in(Product)
          .key({ id })
          .increment("stock")
          .set((p) => [p.options.get("light").to(true)])
        const failed = yield* Effect.flip(light.condition((p) => p.stock.gt(1000)))
        assert.strictEqual(failed._tag, "ConditionalCheckFailed")
        assert.deepStrictEqual(yield* light, { id, ...plain, stock: 6, options: { dark: false, light: true } })
        assert.deepStrictEqual((yield* light).stock, 7)
        const absent = yield* Update.in(Product)
          .key({ id: "nobody" })
          .set((p) => [p.options.get("light").to(true)])
          .pipe(Effect.flip)
        assert.strictEqual(absent._tag, "ItemNotFound")
        assert.isUndefined(
          (yield* client.getItem({ TableName: "products", Key: { pk: { S: "id#nobody#product" } } })).Item
        )
      })
    )

    it.effect("gives what it is told to", () =>
      Effect.gen(function* () {
        const id = "returning"
        yield* fresh(id)
        const update = Update.in(Product).key({ id })
        const before = { id, ...plain }
        assert.deepStrictEqual(yield* update.increment("stock").returning("old"), before)
        assert.deepStrictEqual(yield* update.increment("stock").returning("new"), { ...before, stock: 7 })
        assert.isUndefined(yield* update.increment("stock").returning("none"))
        assert.deepStrictEqual(
          yield* update.set({ name: "table", nickname: "t" }).increment("stock").returning("updatedNew"),
          { name: "table", nickname: "t", stock: 9 }
        )
        assert.deepStrictEqual(
          yield* update.set({ name: "chair" }).remove("nickname").increment("views").returning("updatedOld"),
          { name: "table", nickname: "t" }
        )
        assert.deepStrictEqual(yield* update.remove("views").addTo("sizes", [1]).returning("updatedNew"), {
          sizes: new Set([1])
        })
        assert.deepStrictEqual(
          yield* update
            .set((p) => [p.lines.at(1).get("quantity").to(5), p.address.get("city").to("Paris")])
            .returning("updatedNew"),
          {
            lines: [
              { sku: "s1", quantity: 1 },
              { sku: "s2", quantity: 5 }
            ],
            address: { city: "Paris" }
          }
        )
        assert.deepStrictEqual(yield* update.set((p) => [p.address.get("line2").to("x")]).returning("updatedOld"), {
          address: { city: "Paris" }
        })
        assert.deepStrictEqual(yield* update.deleteFrom("tags", ["a"]).returning("updatedNew"), {
          tags: new Set<string>()
        })
      })
    )

    it.effect("changes nothing where its condition is false, and says what stands there", () =>
      Effect.gen(function* () {
        const id = "condition"
        yield* fresh(id)
        const take = (n: number) =>
          Update.in(Product)
            .key({ id })
            .decrement("stock", n)
            .condition((p) => p.stock.gte(n))
            .condition((p) => p.name.eq("chair"))
        assert.strictEqual((yield* take(3)).stock, 2)
        const error = yield* Effect.flip(take(3))
        assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
        assert.deepStrictEqual(error.item, Option.some({ id, ...plain, stock: 2 }))
        assert.strictEqual((yield* Get.from(Product).key({ id }).orFail()).stock, 2)
      })
    )

    it.effect("of no item fails with ItemNotFound, whatever its condition", () =>
      Effect.gen(function* () {
        const update = Update.in(Product).key({ id: "none" }).increment("stock")
        for (const one of [
          update,
          update.ifExists(),
          update.condition((p) => p.stock.gt(1)),
          update.returning("none")
        ]) {
          const error = yield* Effect.flip(one as Changing)
          assert.instanceOf(error, DynamoError.ItemNotFound)
        }
        assert.isTrue(Option.isNone(yield* Get.from(Product).key({ id: "none" })))
      })
    )
  })
)

// -----------------------------------------------------------------------------
// Upserts
// -----------------------------------------------------------------------------

const Counters = Table.make("counters", { partitionKey: "pk", sortKey: null, timeToLive: "expiresAt" })

const Counter = Entity.make("Counter", {
  schema: Schema.Struct({
    id: Schema.String,
    owner: Schema.String,
    visits: Entity.withDefault(Schema.Int, 0),
    pages: Schema.Array(Schema.String),
    since: Schema.DateTimeUtc,
    updated: Schema.DateTimeUtc,
    version: Schema.Int,
    expiresAt: Schema.optionalKey(Schema.Number)
  }),
  table: Counters,
  partitionKey: ["id"],
  version: "version",
  createdAt: "since",
  updatedAt: "updated",
  timeToLive: "expiresAt"
})

const Marked = Entity.make("Marked", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String }),
  table: Counters,
  partitionKey: Key.template("M#{id}")
})

engines("an upsert", (it) =>
  withTables(it, [Counters], (it) => {
    const visit = (id: string) =>
      Update.in(Counter).key({ id }).set({ owner: "o" }).increment("visits").append("pages", ["p"]).upsert()

    it.effect("creates a whole item, and counts on where there is one", () =>
      Effect.gen(function* () {
        const first = yield* visit("1")
        assert.deepInclude(first, { id: "1", owner: "o", visits: 1, pages: ["p"], version: 1 })
        assert.deepStrictEqual(first.since, first.updated)
        const second = yield* visit("1")
        assert.deepInclude(second, { visits: 2, pages: ["p", "p"], version: 2 })
        assert.deepStrictEqual(second.since, first.since)
        assert.deepStrictEqual(yield* Get.from(Counter).key({ id: "1" }).consistent().orFail(), second)
      })
    )

    it.effect("gives the item before, if there was one", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* visit("2").returning("old"), Option.none())
        const before = yield* visit("2").returning("old")
        assert.strictEqual(Option.getOrThrow(before).visits, 1)
        assert.deepStrictEqual(yield* visit("3").returning("updatedOld"), {})
        assert.deepInclude(yield* visit("3").returning("updatedOld"), { visits: 1, pages: ["p"], version: 1 })
        assert.deepInclude(yield* visit("3").returning("updatedNew"), { visits: 3, version: 3 })
      })
    )

    it.effect("has a condition too", () =>
      Effect.gen(function* () {
        yield* visit("4")
        const error = yield* Effect.flip(visit("4").condition((c) => c.owner.eq("another")))
        assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
        assert.strictEqual(Option.getOrThrow(error.item).visits, 1)
      })
    )

    it.effect("starts anew where the time of the item has passed", () =>
      Effect.gen(function* () {
        const id = "expired"
        const now = yield* DateTime.now
        const at = Math.floor(DateTime.toEpochMillis(now) / 1000)
        yield* Put.into(Counter, { id, owner: "old", visits: 7, pages: ["old"], expiresAt: at - 60 })
        const update = Update.in(Counter).key({ id }).increment("visits")
        assert.instanceOf(yield* Effect.flip(update), DynamoError.ItemNotFound)
        assert.instanceOf(yield* Effect.flip(update.condition((c) => c.visits.gt(100))), DynamoError.ItemNotFound)
        const anew = yield* visit(id)
        assert.deepInclude(anew, { owner: "o", visits: 1, pages: ["p"], version: 1 })
        assert.notProperty(anew, "expiresAt")
        // Its time is still to come: the item stays.
        yield* Update.in(Counter)
          .key({ id })
          .set({ expiresAt: at + 3600 })
        assert.strictEqual((yield* visit(id)).visits, 2)
      })
    )

    it.effect("of an entity without any of this is one request, which asks whose item stands there", () =>
      Effect.gen(function* () {
        const upsert = Update.in(Marked).key({ id: "1" }).set({ name: "x" }).upsert()
        assert.strictEqual((yield* upsert.toInput()).ConditionExpression, "attribute_not_exists(#0) OR #0 = :0")
        assert.deepStrictEqual(yield* upsert, { id: "1", name: "x" })
      })
    )
  })
)

// -----------------------------------------------------------------------------
// Fields that are key attributes of an index by themselves
// -----------------------------------------------------------------------------

const Rooms = Table.make("rooms", {
  partitionKey: "pk",
  sortKey: null,
  timeToLive: "until",
  indexes: { byOwner: Index.global({ partitionKey: "owner", sortKey: { name: "seats", type: "N" } }) }
})

const Room = Entity.make("Room", {
  schema: Schema.Struct({
    id: Schema.String,
    owner: Schema.NullOr(Schema.String),
    seats: Schema.UndefinedOr(Schema.Int),
    until: Schema.optionalKey(Schema.Number)
  }),
  table: Rooms,
  partitionKey: ["id"]
})

engines("an update of an index's key attribute that is a field", (it) =>
  withTables(it, [Rooms], (it) => {
    it.effect("needs nothing else, and stores null as nothing", () =>
      Effect.gen(function* () {
        yield* Put.into(Room, { id: "1", owner: "ann", seats: undefined })
        const update = Update.in(Room).key({ id: "1" })
        const owned = Effect.map(Query.from(Room).index("byOwner").pk("ann"), (rooms) =>
          rooms.map(({ seats }) => seats)
        )
        assert.deepStrictEqual(yield* owned, [])
        yield* update.increment("seats", 4)
        assert.deepStrictEqual(yield* owned, [4])
        assert.deepStrictEqual(yield* update.set((r) => [r.owner.to(null)]).returning("updatedNew"), { owner: null })
        assert.deepStrictEqual(yield* owned, [])
        assert.strictEqual((yield* update.setIfNotExists({ owner: null }).increment("seats")).owner, null)
        assert.strictEqual((yield* update.setIfNotExists({ owner: "ann" })).owner, "ann")
        assert.deepStrictEqual(yield* owned, [5])
        const error = yield* Effect.flip(update.set((r) => [r.owner.to("")]))
        assert.instanceOf(error, DynamoError.KeyError)
      })
    )

    it.effect("counts a time to live, which is a number of seconds", () =>
      Effect.gen(function* () {
        const now = Math.floor(DateTime.toEpochMillis(yield* DateTime.now) / 1000)
        yield* Put.into(Room, { id: "2", owner: null, seats: 1, until: now + 60 })
        const longer = yield* Update.in(Room).key({ id: "2" }).increment("until", 60)
        assert.strictEqual(longer.until, now + 120)
      })
    )
  })
)
