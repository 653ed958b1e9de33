/** What reads can filter on, select and ask of an index: each refusal has its twin that is accepted. */
import { Attribute, type Condition, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { type Cursor, Get, type Page, Query, Scan } from "@effect-dynamo/query"
import { type Effect, type Option, Schema } from "effect"
import { describe, expect, test } from "tstyche"
import { Order, Reading, User, userKey } from "./entities.ts"

type Found<T> = T extends Effect.Effect<ReadonlyArray<infer A>, unknown, unknown> ? A : never

/** One field of each kind that conditions tell apart. */
const Thing = Entity.make("Thing", {
  schema: Schema.Struct({
    id: Schema.String,
    rank: Schema.Number,
    name: Schema.String,
    amount: Schema.Number,
    written: Schema.NumberFromString,
    big: Schema.BigInt,
    at: Schema.DateTimeUtc,
    active: Schema.Boolean,
    bytes: Schema.Uint8Array,
    tags: Attribute.StringSet,
    scores: Schema.Array(Schema.Number),
    lines: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int })),
    address: Schema.Struct({ city: Schema.String, geo: Schema.Struct({ lat: Schema.Number, lon: Schema.Number }) }),
    counts: Schema.Record(Schema.String, Schema.Number),
    note: Schema.optionalKey(Schema.String),
    extra: Schema.optionalKey(Schema.Struct({ color: Schema.String, size: Schema.Number }))
  }),
  table: Table.make("things", {
    partitionKey: "id",
    sortKey: { name: "rank", type: "N" },
    indexes: {
      byName: Index.global({ partitionKey: "name", sortKey: { name: "amount", type: "N" } }),
      keys: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk", projection: Index.keysOnly }),
      local: Index.local({ sortKey: { name: "amount", type: "N" }, projection: Index.keysOnly })
    }
  }),
  partitionKey: Key.attribute("id"),
  sortKey: Key.attribute("rank"),
  indexes: { keys: { partitionKey: Key.template("N#{name}"), sortKey: Key.template("{amount:ordered}") } }
})
type Thing = typeof Thing.Type

const things = Query.from(Thing).pk("1")

describe("key attributes", () => {
  test("of what is queried cannot be filtered on", () => {
    things.filter((thing) => thing.name.eq("a"))
    things.filter({ name: "a" })
    // @ts-expect-error Property 'eq' does not exist on type 'Refused<"a key attribute of what is queried cannot be filtered on
    things.filter((thing) => thing.id.eq("1"))
    // @ts-expect-error Property 'gt' does not exist on type 'Refused<"a key attribute of what is queried cannot be filtered on
    things.filter((thing) => thing.rank.gt(1))
    // @ts-expect-error 'id' does not exist in type
    things.filter({ id: "1" })
    // @ts-expect-error 'rank' does not exist in type
    things.sk.gt(1).filter({ rank: 1 })
    Query.from(Reading).pk("d").filter({ value: 1 })
    // @ts-expect-error 'at' does not exist in type
    Query.from(Reading).pk("d").filter({ at: 1 })
  })

  test("are those of the index that is queried", () => {
    const named = Query.from(Thing).index("byName").pk("a")
    named.filter((thing) => thing.id.eq("1"))
    named.filter({ rank: 1 })
    // @ts-expect-error Property 'eq' does not exist on type 'Refused<"a key attribute of what is queried cannot be filtered on
    named.filter((thing) => thing.name.eq("a"))
    // @ts-expect-error 'amount' does not exist in type
    named.filter({ amount: 1 })
  })

  test("made of fields leave the fields to be filtered on", () => {
    const orders = Query.from(Order).pk("c")
    orders.filter((order) => order.orderId.eq("o"))
    orders.filter({ customerId: "c" })
  })

  test("can be filtered on by a scan", () => {
    Scan.from(Thing).filter((thing) => thing.id.beginsWith("a"))
    Scan.from(Thing).filter({ id: "1", rank: 1 })
    Scan.from(Thing)
      .index("byName")
      .filter((thing) => thing.name.eq("a"))
  })
})

describe("a filter", () => {
  test("is a condition, or values of fields", () => {
    expect(things.filter).type.toBeCallableWith({ note: "a", active: true })
    expect(things.filter).type.not.toBeCallableWith({ note: 1 })
    expect(things.filter).type.not.toBeCallableWith({ nope: 1 })
    expect(things.filter).type.not.toBeCallableWith("note")
    // @ts-expect-error Type 'boolean' is not assignable to type 'Condition'
    things.filter(() => true)
    expect(things.filter({ name: "a" }).filter({ amount: 1 })).type.toBe<Query.Query<typeof Thing, Query.Primary>>()
  })

  test("has the operators of the field's type", () => {
    const fields = {} as Condition.References<typeof Thing>
    expect(fields.name).type.toBe<Condition.StringReference<string>>()
    expect(fields.amount).type.toBe<Condition.OrderedReference<number>>()
    expect(fields.at).type.toBe<Condition.OrderedReference<Thing["at"]>>()
    expect(fields.bytes).type.toBe<Condition.BinaryReference<Thing["bytes"]>>()
    expect(fields.amount.gt).type.toBeCallableWith(1)
    expect(fields.amount.gt).type.toBeCallableWith(fields.amount)
    expect(fields.amount.gt).type.not.toBeCallableWith("1")
    expect(fields.amount.gt).type.not.toBeCallableWith(fields.name)
    expect(fields.name.beginsWith).type.toBeCallableWith("a")
    expect(fields.name.size().gt).type.toBeCallableWith(1)
    expect(fields.name.size().gt).type.not.toBeCallableWith("1")
    expect(fields.name.type).type.toBeCallableWith("S")
    expect(fields.name.type).type.not.toBeCallableWith("STRING")
    expect(fields.amount).type.not.toHaveProperty("beginsWith")
    expect(fields.amount).type.not.toHaveProperty("contains")
    expect(fields.amount).type.not.toHaveProperty("size")
    expect(fields.at).type.not.toHaveProperty("beginsWith")
  })

  test("does not order what is stored as the text of a number", () => {
    const { amount, big, written } = {} as Condition.References<typeof Thing>
    expect(written).type.toBe<Condition.Reference<number>>()
    expect(written.eq).type.toBeCallableWith(1)
    expect(written.in).type.toBeCallableWith([1, 2])
    expect(written).type.not.toHaveProperty("gt")
    expect(written).type.not.toHaveProperty("between")
    expect(amount.between).type.toBeCallableWith(1, 2)
    expect(big.gt).type.toBeCallableWith(1n)
    // @ts-expect-error Property 'gt' does not exist on type 'Reference<number>'
    things.filter((thing) => thing.written.gt(5))
  })

  test("contains an element or a member of its type", () => {
    const { lines, scores, tags } = {} as Condition.References<typeof Thing>
    expect(tags.contains).type.toBeCallableWith("a")
    expect(tags.contains).type.not.toBeCallableWith(1)
    expect(scores.contains).type.toBeCallableWith(1)
    expect(scores.contains).type.not.toBeCallableWith("1")
    expect(lines.contains).type.toBeCallableWith({ sku: "s", quantity: 1 })
    expect(lines.contains).type.not.toBeCallableWith({ sku: "s" })
    expect(tags).type.not.toHaveProperty("gt")
    expect(scores).type.not.toHaveProperty("beginsWith")
  })

  test("goes into structs, records and lists, and no further", () => {
    const { address, counts, extra, lines, name, scores } = {} as Condition.References<typeof Thing>
    expect(address.get("city")).type.toBe<Condition.StringReference<string>>()
    expect(address.get("geo").get("lat")).type.toBe<Condition.OrderedReference<number>>()
    expect(extra.get("size")).type.toBe<Condition.OrderedReference<number>>()
    expect(counts.get("a.b").gt).type.toBeCallableWith(1)
    expect(lines.at(0).get("quantity").gt).type.toBeCallableWith(1)
    expect(scores.at(0).lt).type.toBeCallableWith(1)
    expect(address.get).type.not.toBeCallableWith("nope")
    expect(address.get("geo").get).type.not.toBeCallableWith("city")
    expect(lines.at).type.not.toBeCallableWith("0")
    expect(lines.at(0).get).type.not.toBeCallableWith("nope")
    expect(name).type.not.toHaveProperty("get")
    expect(address.get("city")).type.not.toHaveProperty("get")
    expect(address.get("geo").get("lat")).type.not.toHaveProperty("get")
    expect(scores.at(0)).type.not.toHaveProperty("at")
    // @ts-expect-error Property 'get' does not exist on type 'StringReference<string>'
    things.filter((thing) => thing.address.get("city").get("length").eq(1))
  })
})

describe("select", () => {
  test("narrows to fields", () => {
    const selected = things.select("name", "note")
    expect<Found<typeof selected>>().type.toBe<{ readonly name: string; readonly note?: string }>()
    expect(selected.first()).type.toBe<
      Effect.Effect<
        Option.Option<{ readonly name: string; readonly note?: string }>,
        Query.Error,
        Effect.Services<typeof things>
      >
    >()
    const again = selected.select("name")
    expect<Found<typeof again>>().type.toBe<{ readonly name: string }>()
    const page = selected.page()
    expect<Effect.Success<typeof page>>().type.toBe<Page.Page<{ readonly name: string; readonly note?: string }>>()
  })

  test("narrows to parts, which may not be there", () => {
    const city = things.select(["address", "city"])
    expect<Found<typeof city>>().type.toBe<{ readonly address: { readonly city: string } }>()
    const lat = things.select(["address", "geo", "lat"], "name")
    expect<Found<typeof lat>>().type.toBe<{
      readonly address: { readonly geo?: { readonly lat: number } }
      readonly name: string
    }>()
    const color = things.select(["extra", "color"])
    expect<Found<typeof color>>().type.toBe<{ readonly extra?: { readonly color: string } }>()
    const line = things.select(["lines", 0])
    expect<Found<typeof line>>().type.toBe<{
      readonly lines: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>
    }>()
  })

  test("refuses what is not there", () => {
    // @ts-expect-error Argument of type '"nope"' is not assignable
    things.select("nope")
    // @ts-expect-error is not assignable to
    things.select(["nope", "city"])
    // @ts-expect-error NoSuchPart<"nope",
    things.select(["address", "nope"])
    // @ts-expect-error NoSuchPart<"nope",
    things.select(["address", "geo", "nope"])
    // @ts-expect-error NoSuchPart<"nope",
    things.select(["lines", 0, "nope"])
    // @ts-expect-error Type '["scores", "first"]' is not assignable to type 'NoSuchPart<"first", number>'
    things.select(["scores", "first"])
    // @ts-expect-error Argument of type '"name"' is not assignable
    things.select("note").select("name")
    // @ts-expect-error Argument of type '"display"' is not assignable
    Query.from(User).pk("1").select("display")
  })

  test("is the same of a get and of a scan", () => {
    const get = Get.from(User).key(userKey).select("name")
    expect<Effect.Success<typeof get>>().type.toBe<Option.Option<{ readonly name?: string }>>()
    const scan = Scan.from(Thing).select(["address", "city"])
    expect<Found<typeof scan>>().type.toBe<{ readonly address: { readonly city: string } }>()
    // @ts-expect-error Argument of type '"nope"' is not assignable
    Get.from(User).key(userKey).select("nope")
    // @ts-expect-error NoSuchPart<"nope",
    Scan.from(Thing).select(["address", "nope"])
  })
})

describe("an index of keys only", () => {
  const keys = Query.from(Thing).index("keys").pk("a")

  test("narrows to the fields of keys", () => {
    expect<Found<typeof keys>>().type.toBe<Pick<Thing, "id" | "rank" | "name" | "amount">>()
    const scan = Scan.from(Thing).index("keys")
    expect<Found<typeof scan>>().type.toBe<Pick<Thing, "id" | "rank" | "name" | "amount">>()
    const local = Query.from(Thing).index("local").pk("1")
    expect<Found<typeof local>>().type.toBe<Thing>()
  })

  test("can be filtered on and selected of what it holds", () => {
    keys.filter({ rank: 1 })
    keys.select("amount")
    // @ts-expect-error Property 'eq' does not exist on type 'Refused<"the index does not hold this field">'
    keys.filter((thing) => thing.note.eq("a"))
    // @ts-expect-error Argument of type '"note"' is not assignable
    keys.select("note")
    keys.hydrate().select("note")
  })

  test("hydrates, and nothing else does", () => {
    const whole = keys.hydrate()
    expect<Found<typeof whole>>().type.toBe<Thing>()
    expect(things.hydrate).type.toBe<Query.Refused<"the table holds whole items">>()
    // @ts-expect-error This expression is not callable
    things.hydrate()
    // @ts-expect-error This expression is not callable
    Query.from(Thing).index("byName").pk("a").hydrate()
    // @ts-expect-error This expression is not callable
    Query.from(Thing).index("local").pk("1").hydrate()
  })
})

describe("consistent", () => {
  test("is of tables and local indexes", () => {
    expect(things.consistent()).type.toBe<Query.Query<typeof Thing, Query.Primary>>()
    Query.from(Thing).index("local").pk("1").consistent()
    Scan.from(Thing).index("local").consistent()
    // @ts-expect-error This expression is not callable
    Query.from(Thing).index("byName").pk("a").consistent()
    // @ts-expect-error This expression is not callable
    Scan.from(Thing).index("byName").consistent()
    // @ts-expect-error This expression is not callable
    Query.from(Thing).index("keys").pk("a").limit(1).consistent()
  })
})

describe("a page", () => {
  test("is of one place", () => {
    Scan.from(Thing).page()
    Scan.from(Thing)
      .segment(0, 4)
      .page({ after: {} as Cursor.Cursor })
    // @ts-expect-error Property 'page' does not exist
    Scan.from(Thing).segments(4).page()
    // @ts-expect-error Property 'page' does not exist
    Scan.from(Thing).segments(4).limit(10).page()
  })
})

describe("a collection", () => {
  const table = Table.make("collected")
  const Account = Entity.make("Account", {
    schema: Schema.Struct({ id: Schema.String }),
    table,
    partitionKey: Key.template("A#{id}"),
    sortKey: Key.template("ACCOUNT")
  })
  const Entry = Entity.make("Entry", {
    schema: Schema.Struct({ account: Schema.String, seq: Schema.String }),
    table,
    partitionKey: Key.template("A#{account}"),
    sortKey: Key.template("E#{seq}")
  })
  const Elsewhere = Entity.make("Elsewhere", {
    schema: Schema.Struct({ account: Schema.String, seq: Schema.String }),
    table,
    partitionKey: Key.template("B#{account}"),
    sortKey: Key.template("E#{seq}")
  })

  test("is of entities of one partition", () => {
    const both = Query.collection({ account: Account, entries: Entry }).pk("1")
    expect<Effect.Success<typeof both>>().type.toBe<{
      readonly account: Option.Option<typeof Account.Type>
      readonly entries: ReadonlyArray<typeof Entry.Type>
    }>()
    const apart = Query.collection({ account: Account, others: Elsewhere })
    // @ts-expect-error is not assignable to parameter of type 'Refused<"these entities are not in one partition:
    apart.pk("1")
    // @ts-expect-error Property 'pk' does not exist on type 'Refused<"these entities are not of one table">'
    Query.collection({ account: Account, user: User }).pk("1")
  })
})
