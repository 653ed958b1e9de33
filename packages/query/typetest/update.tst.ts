/** What updates take: each refusal has its twin that is accepted. */
import { Attribute, type DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import { Update } from "@effect-dynamo/query"
import { type BigDecimal, type DateTime, Effect, type Option, Schema } from "effect"
import { describe, expect, test } from "tstyche"
import { type Outcome, outcome } from "./entities.ts"

const Products = Table.make("products", { sortKey: null })

class Product extends Entity.Class<Product>("Product")(
  {
    id: Schema.String,
    name: Schema.String,
    nickname: Schema.optionalKey(Schema.String),
    alias: Schema.optionalKey(Schema.String),
    stock: Schema.Int,
    views: Schema.optionalKey(Schema.Number),
    rank: Entity.withDefault(Schema.Number, 0),
    serial: Schema.BigInt,
    price: Schema.BigDecimal,
    maybe: Schema.NullOr(Schema.Number),
    level: Schema.Literals([1, 2, 3]),
    cents: Schema.NumberFromString,
    points: Schema.Number.pipe(Schema.brand("Points")),
    tags: Attribute.StringSet,
    sizes: Schema.optionalKey(Attribute.NumberSet),
    days: Schema.ReadonlySet(Schema.DateTimeUtc),
    history: Schema.Array(Schema.String),
    notes: Schema.NullOr(Schema.Array(Schema.String)),
    pair: Schema.Tuple([Schema.Number, Schema.Number]),
    address: Schema.Struct({
      city: Schema.String,
      line2: Schema.optionalKey(Schema.String),
      geo: Schema.optionalKey(Schema.Struct({ lat: Schema.Number }))
    }),
    profile: Schema.optionalKey(Schema.Struct({ bio: Schema.String })),
    settings: Entity.withDefault(Schema.Struct({ dark: Schema.Boolean }), { dark: false }),
    scores: Schema.Record(Schema.String, Schema.Struct({ best: Schema.Number })),
    counts: Schema.Record(Schema.String, Schema.Number),
    lines: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int })),
    extra: Schema.Unknown
  },
  { table: Products, partitionKey: ["id"] }
) {}
const update = Update.in(Product).key({ id: "1" })
type Runnable = Effect.Effect<unknown, unknown, DynamoClient>
type Done = Update.Update<typeof Product, Product, Update.Error>

describe("an update", () => {
  test("changes something", () => {
    expect(update).type.not.toBeAssignableTo<Runnable>()
    expect(update.set({})).type.not.toBeAssignableTo<Runnable>()
    expect(update.setIfNotExists({})).type.not.toBeAssignableTo<Runnable>()
    expect(update.remove()).type.not.toBeAssignableTo<Runnable>()
    expect(update.condition((p) => p.stock.gt(1)).returning("old")).type.not.toBeAssignableTo<Runnable>()
    expect(update.condition((p) => p.stock.gt(1)).increment("stock")).type.toBeAssignableTo<Runnable>()
    Effect.gen(function* () {
      // @ts-expect-error Type 'NoEffectYet<"it changes nothing: say what, or upsert()", never, typeof Product, Product, Error, never, never, "unchanged">' must have a '[Symbol.iterator]()' method
      yield* update
    })
  })

  test("changes each field once", () => {
    const named = update.set({ name: "x" })
    // @ts-expect-error Refused<"this update changes the field already">
    named.set({ stock: 1, name: "y" })
    // @ts-expect-error Refused<"this update changes the field already">
    named.setIfNotExists({ name: "y" })
    // @ts-expect-error Refused<"this update changes the field already">
    update.set({ stock: 1 }).increment("stock")
    // @ts-expect-error Refused<"this update changes the field already">
    update.append("history", ["a"]).set({ history: [] })
    // @ts-expect-error Refused<"this update changes the field already">
    update.set({ history: [] }).append("history", ["a"])
    // @ts-expect-error Refused<"this update changes the field already">
    update.set({ tags: new Set(["a"]) }).deleteFrom("tags", ["b"])
    // @ts-expect-error Refused<"this update changes the field already">
    update.set({ views: 1 }).increment("views")
    // @ts-expect-error is not assignable to parameter of type '"nickname" | "alias"
    update.increment("views").remove("views")
  })
})

describe("more of a change", () => {
  test("takes elements, amounts and members again", () => {
    expect(
      update.append("history", ["a"]).append("history", ["c"]).prepend("lines", [])
    ).type.toBeAssignableTo<Runnable>()
    expect(
      update.increment("views").decrement("views", 2).increment("stock").increment("stock")
    ).type.toBeAssignableTo<Runnable>()
    expect(update.addTo("tags", ["a"]).addTo("tags", ["b"])).type.toBeAssignableTo<Runnable>()
    expect(update.deleteFrom("sizes", [1]).addTo("tags", ["b"])).type.toBeAssignableTo<Runnable>()
  })

  test("lists are extended on both sides, and sets added to and deleted from, where the item is read", () => {
    const both = update.append("history", ["a"]).prepend("history", ["b"])
    expect(both).type.not.toBeAssignableTo<Runnable>()
    expect(both.recompute()).type.toBeAssignableTo<Runnable>()
    const mixed = update.addTo("tags", ["a"]).deleteFrom("tags", ["b"])
    expect(mixed).type.not.toBeAssignableTo<Runnable>()
    expect(mixed["no Effect yet"].fields).type.toBe<"tags">()
    expect(mixed.increment("stock").recompute()).type.toBeAssignableTo<Runnable>()
    expect(update.recompute().deleteFrom("sizes", [1]).addTo("sizes", [2])).type.toBeAssignableTo<Runnable>()
    const tagged = Update.in(Tagged).key({ id: "1" })
    tagged.addTo("tags", ["a"]).upsert()
    // @ts-expect-error Type 'Refused<"an upsert cannot append and prepend to a list, nor add to a set and delete from it">' has no call signatures
    tagged.addTo("tags", ["a"]).deleteFrom("tags", ["b"]).upsert()
  })

  test("all that can be said, in one chain", () => {
    const now = {} as DateTime.Utc
    const everything = Update.in(Everything)
      .key({ id: "1" })
      .set({ name: "x", price: 3 })
      .set((p) => [p.address.get("city").to("Paris"), p.lines.at(0).get("quantity").to(2)])
      .increment("views", 1)
      .decrement("stock", 5)
      .append("history", ["b"])
      .prepend("history", ["a"])
      .setIfNotExists({ createdAt: now })
      .addTo("tags", ["new"])
      .deleteFrom("tags", ["old"])
      .remove("nickname")
      .condition((p) => p.stock.gte(5))
    expect(everything).type.not.toBeAssignableTo<Runnable>()
    const read = everything.recompute()
    type Item = typeof Everything.Type
    type Failure = Update.Error | DynamoError.ConditionalCheckFailed<Item>
    expect(outcome(read.returning("new"))).type.toBe<Outcome<Item, Failure, DynamoClient>>()
    expect(outcome(read.returning("old"))).type.toBe<Outcome<Item, Failure, DynamoClient>>()
    type Changed = Update.Changed<typeof Everything>
    expect(outcome(read.returning("updatedNew"))).type.toBe<Outcome<Changed, Failure, DynamoClient>>()
    expect(outcome(read.returning("updatedOld"))).type.toBe<Outcome<Changed, Failure, DynamoClient>>()
    expect(outcome(read.returning("none"))).type.toBe<
      Outcome<void, Exclude<Failure, DynamoError.DecodeError>, DynamoClient>
    >()
  })
})

const Tagged = Entity.make("Tagged", {
  schema: Schema.Struct({ id: Schema.String, tags: Attribute.StringSet }),
  table: Products,
  partitionKey: ["id"]
})

const Everything = Entity.make("Everything", {
  schema: Schema.Struct({
    id: Schema.String,
    name: Schema.String,
    nickname: Schema.optionalKey(Schema.String),
    shelf: Schema.String,
    price: Schema.Int,
    views: Schema.optionalKey(Schema.Int),
    stock: Schema.Int,
    tags: Attribute.StringSet,
    history: Schema.Array(Schema.String),
    address: Schema.Struct({ city: Schema.String }),
    lines: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int })),
    createdAt: Schema.DateTimeUtc
  }),
  table: Table.make("everything", {
    sortKey: null,
    indexes: { byShelf: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
  }),
  partitionKey: ["id"],
  indexes: { byShelf: { partitionKey: ["shelf"], sortKey: Key.template("{shelf}#{price:6}") } },
  createdAt: "createdAt"
})

describe("set by path", () => {
  test("changes parts of required maps, and elements of lists", () => {
    update.set((p) => [
      p.name.to("x"),
      p.address.get("city").to("Paris"),
      p.address.get("line2").to("x"),
      p.lines.at(0).get("quantity").to(2),
      p.lines.at(1).to({ sku: "s", quantity: 1 }),
      p.history.at(0).to("x"),
      p.pair.at(1).to(2),
      p.counts.get("a").to(1),
      p.extra.get("any").at(0).to("thing")
    ])
    expect(update.set((p) => [p.name.to("x")])).type.toBe<Done>()
    // @ts-expect-error Argument of type 'number' is not assignable
    update.set((p) => [p.name.to(1)])
    // @ts-expect-error Argument of type 'string' is not assignable
    update.set((p) => [p.lines.at(0).get("quantity").to("2")])
    // @ts-expect-error Argument of type '"town"' is not assignable
    update.set((p) => [p.address.get("town").to("x")])
    // @ts-expect-error Property 'nope' does not exist
    update.set((p) => [p.nope.to("x")])
    // @ts-expect-error is not assignable to type 'Assignment'
    update.set((p) => [p.name])
    // @ts-expect-error Type 'Refused<"it is no map">' has no call signatures
    update.set((p) => [p.name.get("x").to("y")])
    // @ts-expect-error Type 'Refused<"it is no list">' has no call signatures
    update.set((p) => [p.address.at(0).to("y")])
  })

  test("does not go through what an item may lack", () => {
    // @ts-expect-error Type 'Refused<"it leads through something that an item may lack: set that as a whole">' has no call signatures
    update.set((p) => [p.profile.get("bio").to("x")])
    // @ts-expect-error "it leads through something that an item may lack: set that as a whole"
    update.set((p) => [p.address.get("geo").get("lat").to(1)])
    // @ts-expect-error "it leads through something that an item may lack: set that as a whole"
    update.set((p) => [p.scores.get("a").get("best").to(1)])
    update.set((p) => [
      p.profile.to({ bio: "x" }),
      // An item that lacks it is given its default first.
      p.settings.get("dark").to(true),
      p.address.get("geo").to({ lat: 1 }),
      p.scores.get("a").to({ best: 1 })
    ])
  })

  test("takes positions from 0", () => {
    // @ts-expect-error Refused<"a position in a list is a whole number from 0">
    update.set((p) => [p.history.at(-1).to("x")])
    // @ts-expect-error Refused<"a position in a list is a whole number from 0">
    update.set((p) => [p.history.at(0.5).to("x")])
    update.set((p) => [p.history.at(0 as number).to("x")])
  })

  test("copies what is of the same type, and written in the same way", () => {
    update.set((p) => [p.name.to(p.id), p.nickname.to(p.alias), p.address.get("city").to(p.name)])
    update.set((p) => [p.stock.to(p.lines.at(0).get("quantity"))])
    // @ts-expect-error is not assignable
    update.set((p) => [p.name.to(p.stock)])
    // @ts-expect-error is not assignable
    update.set((p) => [p.stock.to(p.cents)])
    // @ts-expect-error is not assignable
    update.set((p) => [p.points.to(p.stock)])
  })

  test("changes no field of the key", () => {
    // @ts-expect-error Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    update.set((p) => [p.id.to("2")])
  })
})

describe("remove", () => {
  test("by path takes optional keys, entries of records and elements of lists", () => {
    update.remove((p) => [p.address.get("line2"), p.lines.at(0), p.counts.get("a"), p.nickname])
    update.remove("nickname", "alias")
    // @ts-expect-error is not assignable to type 'Removable'
    update.remove((p) => [p.address.get("city")])
    // @ts-expect-error is not assignable to type 'Removable'
    update.remove((p) => [p.name])
    // @ts-expect-error is not assignable to type 'Removable'
    update.remove((p) => [p.pair.at(0)])
    // @ts-expect-error is not assignable to type 'Removable'
    update.remove((p) => [p.settings])
    // @ts-expect-error is not assignable to type 'Removable'
    update.remove((p) => [p.profile.get("bio")])
  })
})

describe("increment and decrement", () => {
  test("take fields that are stored as numbers", () => {
    expect(update.increment("stock")).type.toBe<Done>()
    update.increment("stock", 2).decrement("views", 0.5).increment("rank").increment("points", 5)
    update.increment("serial", 1n).decrement("serial", 2)
    update.increment("price", {} as BigDecimal.BigDecimal).decrement("price", 0.1)
    // @ts-expect-error "name" & Refused<"it is no number">
    update.increment("name")
    // @ts-expect-error Refused<"it may be null, from which DynamoDB does not count">
    update.increment("maybe")
    // @ts-expect-error Refused<"its numbers are stored as what a transformation makes of them">
    update.increment("cents")
    // @ts-expect-error Refused<"only some numbers are values of this field">
    update.increment("level")
    // @ts-expect-error Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    update.decrement("id")
    // @ts-expect-error Argument of type '"nope"' is not assignable
    update.increment("nope")
    // @ts-expect-error Argument of type 'string' is not assignable
    update.increment("stock", "1")
    // @ts-expect-error Argument of type 'bigint' is not assignable
    update.increment("stock", 1n)
  })
})

describe("append and prepend", () => {
  test("take lists of any length", () => {
    update.prepend("history", ["a"])
    expect(update.append("history", ["a"])).type.toBe<
      Update.Update<typeof Product, Product, Update.Error, "history" | Update.Adds<"history", "append">>
    >()
    update.append("lines", [{ sku: "s", quantity: 1 }])
    // @ts-expect-error Type 'number' is not assignable to type 'string'
    update.append("history", [1])
    // @ts-expect-error Refused<"it is a tuple">
    update.append("pair", [1])
    // @ts-expect-error Refused<"it may be null, to which DynamoDB adds nothing">
    update.prepend("notes", ["a"])
    // @ts-expect-error Refused<"it is no list">
    update.append("tags", ["a"])
  })
})

describe("addTo and deleteFrom", () => {
  test("take what DynamoDB stores as a set", () => {
    update.addTo("tags", ["a"]).deleteFrom("sizes", new Set([1]))
    // @ts-expect-error Type 'number' is not assignable to type 'string'
    update.addTo("tags", [1])
    // @ts-expect-error Refused<"it is not stored as a set of DynamoDB's, which are of strings, of numbers or of binaries">
    update.addTo("days", [])
    // @ts-expect-error Refused<"it is no set">
    update.deleteFrom("history", ["a"])
  })
})

describe("setIfNotExists", () => {
  test("takes values of fields that are no part of a key", () => {
    update.setIfNotExists({ name: "x", views: 1 })
    update.setIfNotExists({ views: undefined })
    // @ts-expect-error Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    update.setIfNotExists({ name: "x", id: "2" })
    // @ts-expect-error Refused<"no such field">
    update.setIfNotExists({ name: "x", nope: 1 })
    // @ts-expect-error Type 'number' is not assignable to type 'string'
    update.setIfNotExists({ name: 1 })
  })
})

// -----------------------------------------------------------------------------
// Index keys
// -----------------------------------------------------------------------------

const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    gsi2: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk" }),
    gsi3: Index.global({ partitionKey: "gsi3pk", sortKey: "gsi3sk" }),
    byTotal: Index.local({ sortKey: { name: "total", type: "N" } })
  }
})

const Order = Entity.make("Order", {
  schema: Schema.Struct({
    customer: Schema.String,
    id: Schema.String,
    state: Schema.String,
    city: Schema.String,
    priority: Schema.Int,
    due: Schema.optionalKey(Schema.Int),
    agent: Schema.optionalKey(Schema.String),
    status: Schema.Literals(["open", "late", "done"]),
    total: Schema.Number,
    note: Schema.optionalKey(Schema.String)
  }),
  table: Shop,
  partitionKey: ["customer"],
  sortKey: ["id"],
  indexes: {
    gsi1: { partitionKey: ["state", "city"], sortKey: [Key.padded("priority", 3), "id"] },
    byAgent: { index: "gsi2", partitionKey: ["agent"], sortKey: [Key.padded("due", 5)] },
    open: {
      index: "gsi3",
      partitionKey: Key.template("OPEN#{state}"),
      sortKey: Key.template("{id}"),
      when: { status: ["open", "late"] }
    }
  }
})
const order = Update.in(Order).key({ customer: "c", id: "1" })

describe("keys of indexes", () => {
  test("follow: all fields of a touched key attribute are said", () => {
    expect(order.set({ note: "x" })).type.toBeAssignableTo<Effect.Effect<unknown, unknown, unknown>>()
    // The other attribute's fields are always there, so they stay as they are.
    expect(order.set({ priority: 1 })).type.toBeAssignableTo<Effect.Effect<unknown, unknown, unknown>>()
    expect(order.set({ city: "x" })).type.toBe<
      Update.Incomplete<typeof Order, typeof Order.Type, Update.Error, "city", never, never, "state">
    >()
    expect(order.set({ city: "x" })).type.not.toBeAssignableTo<Effect.Effect<unknown, unknown, unknown>>()
  })

  test("are whole, where an item may be outside of the index", () => {
    expect(order.set({ agent: "a", due: 1 })).type.toBeAssignableTo<Effect.Effect<unknown, unknown, unknown>>()
    expect(order.set({ agent: "a" })["no Effect yet"].fields).type.toBe<"due">()
    expect(order.set({ state: "a" })["no Effect yet"].fields).type.toBe<"city" | "status">()
    expect(order.set({ status: "open" })["no Effect yet"].fields).type.toBe<"state">()
  })

  test("a field that is absent, or not what `when` asks for, takes the item out", () => {
    expect(order.set({ agent: undefined })).type.toBeAssignableTo<Runnable>()
    expect(order.remove("due")).type.toBeAssignableTo<Runnable>()
    expect(order.set({ status: "done" })).type.toBeAssignableTo<Runnable>()
    expect(order.set({ status: "done", state: "x", city: "y" })).type.toBeAssignableTo<Runnable>()
    expect(order.set({ status: "done" as "done" | "open" })).type.not.toBeAssignableTo<Runnable>()
  })

  test("are complete with a later set, or recompute", () => {
    expect(order.set({ agent: "a" }).set({ due: 1 })).type.toBeAssignableTo<Runnable>()
    expect(order.set({ agent: "a" }).recompute()).type.toBeAssignableTo<Runnable>()
    expect(order.recompute().set({ agent: "a" })).type.toBeAssignableTo<Runnable>()
    expect(
      order
        .set({ agent: "a" })
        .condition((o) => o.total.gt(1))
        .returning("none")
        .recompute()
    ).type.toBeAssignableTo<Runnable>()
    // @ts-expect-error Type 'ReadsFirst' has no call signatures
    order.set({ note: "x" }).recompute().toInput()
    // @ts-expect-error Refused<"an upsert says all that the keys of indexes need: leave out recompute()">
    order.set({ note: "x" }).recompute().upsert()
    Effect.gen(function* () {
      yield* order.set({ agent: "a", due: 1 })
      // @ts-expect-error must have a '[Symbol.iterator]()' method
      yield* order.set({ agent: "a" })
    })
  })

  test("are made of values that are known", () => {
    // @ts-expect-error Refused<"an index's key is made of this field: set it to a value with set({ ... })">
    order.increment("priority")
    // @ts-expect-error Refused<"an index's key is made of this field: set it to a value with set({ ... })">
    order.set((o) => [o.state.to("x")])
    // @ts-expect-error Refused<"an index's key is made of this field: set it to a value with set({ ... })">
    order.setIfNotExists({ note: "x", agent: "a" })
    // @ts-expect-error Refused<"an index's key is made of this field: set it to a value with set({ ... })">
    order.set((o) => [o.status.to("done")])
    // An index's key attribute that is a field needs nothing.
    order.increment("total")
    order.set((o) => [o.note.to(o.state)])
  })
})

// -----------------------------------------------------------------------------
// What the library keeps
// -----------------------------------------------------------------------------

const Account = Entity.make("Account", {
  schema: Schema.Struct({
    id: Schema.String,
    email: Schema.String,
    phone: Schema.optionalKey(Schema.String),
    visits: Schema.Number,
    version: Schema.Int,
    createdAt: Schema.DateTimeUtc,
    updatedAt: Schema.DateTimeUtc
  }),
  table: Table.make("accounts", {
    sortKey: null,
    indexes: { recent: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
  }),
  partitionKey: ["id"],
  indexes: { recent: { partitionKey: Key.template("ALL"), sortKey: Key.template("{updatedAt}#{id}") } },
  version: "version",
  createdAt: "createdAt",
  updatedAt: "updatedAt"
})
const account = Update.in(Account).key({ id: "1" })

const Versions = Entity.make("Versions", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String, version: Schema.Int }),
  table: Table.make("versions", {
    sortKey: null,
    indexes: { by: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
  }),
  partitionKey: ["id"],
  indexes: { by: { partitionKey: ["id"], sortKey: [Key.padded("version", 5)] } },
  version: "version"
})

const Unique = Entity.make("Unique", {
  schema: Schema.Struct({
    id: Schema.String,
    email: Schema.String,
    a: Schema.Number,
    b: Schema.Number,
    visits: Schema.Number
  }),
  table: Table.make("unique", { sortKey: null }),
  partitionKey: ["id"],
  unique: ["email", ["a", "b"]]
})
const unique = Update.in(Unique).key({ id: "1" })

describe("what the library keeps", () => {
  test("is not set by the caller", () => {
    account.set({ email: "x", createdAt: {} as typeof Account.Type.createdAt })
    // @ts-expect-error Refused<"the library writes this field by itself">
    account.set({ email: "x", version: 1 })
    // @ts-expect-error Refused<"the library writes this field by itself">
    account.set({ email: "x", updatedAt: {} as typeof Account.Type.updatedAt })
    // @ts-expect-error Refused<"the library writes this field by itself">
    account.increment("version")
    // @ts-expect-error Refused<"the library writes this field by itself">
    account.set((a) => [a.version.to(1)])
  })

  test("counts as touched in keys of indexes: the time is known, the version is not", () => {
    expect(account.increment("visits")).type.toBeAssignableTo<Runnable>()
    const versions = Update.in(Versions).key({ id: "1" })
    expect(versions.set({ name: "x" })).type.not.toBeAssignableTo<Runnable>()
    expect(versions.set({ name: "x" })["no Effect yet"].fields).type.toBe<"version">()
    expect(versions.set({ name: "x" }).ifVersion(1)).type.toBeAssignableTo<Runnable>()
    expect(versions.set({ name: "x" }).recompute()).type.toBeAssignableTo<Runnable>()
  })

  test("an upsert need not set", () => {
    account.set({ email: "x", visits: 1 }).upsert()
    // @ts-expect-error Type 'MissingFields<"visits">' has no call signatures
    account.set({ email: "x" }).upsert()
    update.append("history", ["a"])
  })

  test("a version can be asked for where there is one", () => {
    expect(outcome(account.increment("visits").ifVersion(1)).error).type.toBe<
      Update.Error | DynamoError.ConditionalCheckFailed<typeof Account.Type>
    >()
    // @ts-expect-error Type 'NoVersion' has no call signatures
    update.set({ name: "x" }).ifVersion(1)
  })

  test("unique fields are set by value, in a transaction", () => {
    expect(outcome(unique.set({ email: "x" }))).type.toBe<
      Outcome<
        typeof Unique.Type,
        Update.Error | DynamoError.ConditionalCheckFailed<typeof Unique.Type> | DynamoError.TransactionCanceled,
        DynamoClient
      >
    >()
    unique.increment("visits")
    // @ts-expect-error Refused<"this field is unique among the items: set it to a value with set({ ... })">
    unique.increment("a")
    // @ts-expect-error Refused<"this field is unique among the items: set it to a value with set({ ... })">
    unique.set((u) => [u.email.to("x")])
    // @ts-expect-error Type 'ReadsFirst' has no call signatures
    unique.set({ visits: 1 }).toInput()
  })
})

// -----------------------------------------------------------------------------
// What it gives
// -----------------------------------------------------------------------------

describe("returning", () => {
  const named = update.set({ name: "x" })
  type Given<A, X = Update.Error> = Outcome<A, X, DynamoClient>
  type Failed = DynamoError.ConditionalCheckFailed<Product>

  test("in each form", () => {
    expect(outcome(named.returning("new"))).type.toBe<Given<Product>>()
    expect(outcome(named.returning("old"))).type.toBe<Given<Product>>()
    expect(outcome(named.returning("updatedNew"))).type.toBe<Given<Update.Changed<typeof Product>>>()
    expect(outcome(named.returning("updatedOld"))).type.toBe<Given<Update.Changed<typeof Product>>>()
    expect(outcome(named.returning("none"))).type.toBe<Given<void, Exclude<Update.Error, DynamoError.DecodeError>>>()
    expect(outcome(named.returning("none").returning("new"))).type.toBe<Given<Product>>()
    // @ts-expect-error Argument of type '"all"' is not assignable
    named.returning("all")
  })

  test("changed fields are whole and optional", () => {
    expect<Update.Changed<typeof Product>["stock"]>().type.toBe<number | undefined>()
    expect<Update.Changed<typeof Product>["address"]>().type.toBe<Product["address"] | undefined>()
  })

  test("with a condition", () => {
    expect(outcome(named.condition((p) => p.stock.gt(1)))).type.toBe<Given<Product, Update.Error | Failed>>()
    expect(outcome(named.ifExists())).type.toBe<Given<Product>>()
  })

  test("of an upsert: there may have been no item before", () => {
    const session = Update.in(Unversioned).key({ id: "1" }).set({ name: "x" })
    type Item = typeof Unversioned.Type
    expect(outcome(session.upsert())).type.toBe<Given<Item, Update.UpsertError>>()
    expect(outcome(session.upsert().returning("old"))).type.toBe<Given<Option.Option<Item>, Update.UpsertError>>()
    expect(outcome(session.returning("old").upsert())).type.toBe<Given<Option.Option<Item>, Update.UpsertError>>()
    expect(outcome(session.upsert().condition((s) => s.name.eq("x")))).type.toBe<
      Given<Item, Update.UpsertError | DynamoError.ConditionalCheckFailed<Item>>
    >()
  })
})

const Unversioned = Entity.make("Unversioned", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String }),
  table: Table.make("unversioned", { sortKey: null }),
  partitionKey: ["id"]
})
