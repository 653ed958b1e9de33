/** What collections, and queries of indexes that project less, take and give. */
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { Get, type Page, Query } from "@effect-dynamo/query"
import { type Effect, type Option, Schema, type Stream } from "effect"
import { describe, expect, test } from "tstyche"
import { Order, User, userKey } from "./entities.ts"

const Shop = Table.make("shop2", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    keys: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk", projection: Index.keysOnly }),
    some: Index.global({ partitionKey: "state", projection: Index.include(["n", "note"]) }),
    local: Index.local({ sortKey: { name: "n", type: "N" }, projection: Index.keysOnly })
  }
})

const schema = Schema.Struct({
  id: Schema.String,
  state: Schema.String,
  count: Schema.Number,
  note: Schema.optionalKey(Schema.String),
  text: Schema.String
}).pipe(Schema.encodeKeys({ count: "n" }))

const Customer = Entity.make("Customer", {
  schema,
  table: Shop,
  partitionKey: Key.template("C#{id}"),
  sortKey: Key.template("PROFILE"),
  indexes: {
    gsi1: { partitionKey: Key.template("S#{state}"), sortKey: Key.template("C") },
    keys: { partitionKey: Key.template("S#{state:lower}"), sortKey: Key.template("{count:ordered}") }
  }
})
const Item = Entity.make("Item", {
  schema: Schema.Struct({ customerId: Schema.String, itemId: Schema.String, state: Schema.String }),
  table: Shop,
  partitionKey: Key.template("C#{customerId}"),
  sortKey: Key.template("I#{itemId}"),
  indexes: { gsi1: { partitionKey: Key.template("S#{state}"), sortKey: Key.template("I") } }
})
const Other = Entity.make("Other", {
  schema: Schema.Struct({ id: Schema.String }),
  table: Shop,
  partitionKey: Key.template("OTHER#{id}"),
  sortKey: Key.template("OTHER"),
  indexes: { gsi1: { partitionKey: Key.template("OTHER#{id}"), sortKey: Key.template("OTHER") } }
})
/** With the others in the table, but not in the index. */
const Odd = Entity.make("Odd", {
  schema: Schema.Struct({ id: Schema.String }),
  table: Shop,
  partitionKey: Key.template("C#{id}"),
  sortKey: Key.template("ODD"),
  indexes: { gsi1: { partitionKey: Key.template("ODD#{id}"), sortKey: Key.template("ODD") } }
})
/** With another in the index, but not in the table. */
const Apart = Entity.make("Apart", {
  schema: Schema.Struct({ id: Schema.String, other: Schema.String }),
  table: Shop,
  partitionKey: Key.template("APART#{id}"),
  sortKey: Key.template("APART"),
  indexes: { gsi1: { partitionKey: Key.template("OTHER#{other}"), sortKey: Key.template("APART#{id}") } }
})
type Customer = typeof Customer.Type
type Item = typeof Item.Type

describe("a collection", () => {
  const both = Query.collection({ customer: Customer, items: Item })
  test("gives an Option where there can be one item, and arrays", () => {
    expect<Effect.Success<ReturnType<typeof both.pk>>>().type.toBe<{
      readonly customer: Option.Option<Customer>
      readonly items: ReadonlyArray<Item>
    }>()
    const indexed = both.index("gsi1").pk("open")
    expect<Effect.Success<typeof indexed>>().type.toBe<{
      readonly customer: ReadonlyArray<Customer>
      readonly items: ReadonlyArray<Item>
    }>()
  })
  test("streams tagged values", () => {
    type Tagged =
      | { readonly _tag: "customer"; readonly value: Customer }
      | { readonly _tag: "items"; readonly value: Item }
    const query = both.pk("c")
    expect<Stream.Success<ReturnType<typeof query.stream>>>().type.toBe<Tagged>()
    expect<Stream.Success<ReturnType<typeof query.pages>>>().type.toBe<Page.Page<Tagged>>()
  })
  test("takes the key by any of the entities' names", () => {
    expect(both.pk).type.toBeCallableWith({ id: "c" })
    expect(both.pk).type.toBeCallableWith({ customerId: "c" })
    expect(both.pk).type.toBeCallableWith("c")
    expect(both.pk).type.not.toBeCallableWith({ nope: "c" })
    expect(both.pk).type.not.toBeCallableWith(1)
  })
  test("is of one partition", () => {
    // @ts-expect-error is not assignable to parameter of type 'Refused<"these entities are not in one partition:
    Query.collection({ customer: Customer, other: Other }).pk("c")
    // @ts-expect-error is not assignable to parameter of type 'Refused<"these entities are not in one partition:
    Query.collection({ customer: Customer, item: Odd }).index("gsi1").pk("s")
    // @ts-expect-error Property 'pk' does not exist on type 'Refused<"these entities are not of one table">'
    Query.collection({ customer: Customer, items: Item, order: Order }).pk("c")
    expect(Query.collection({ other: Other }).pk).type.toBeCallableWith("c")
  })
  test("is of one partition of an index where there it is one", () => {
    const indexed = Query.collection({ other: Other, apart: Apart })
    // @ts-expect-error is not assignable to parameter of type 'Refused<"these entities are not in one partition:
    indexed.pk("c")
    expect(indexed.index("gsi1").pk).type.toBeCallableWith("c")
  })
  test("is of an index that all have", () => {
    // @ts-expect-error Argument of type '"keys"' is not assignable
    both.index("keys")
    // @ts-expect-error This expression is not callable
    both.index("gsi1").index("gsi1")
    expect(both.index("gsi1").pk("s").consistent).type.toBe<
      Query.Refused<"a global index cannot be read consistently">
    >()
    expect(both.pk("s").consistent).type.toBeCallableWith()
  })
})

describe("an index that projects less", () => {
  const keys = Query.from(Customer).index("keys").pk("open")
  const some = Query.from(Customer).index("some").pk("open")
  test("narrows what a query gives", () => {
    expect<Effect.Success<typeof keys>>().type.toBe<ReadonlyArray<Pick<Customer, "id" | "count">>>()
    expect<Effect.Success<typeof some>>().type.toBe<ReadonlyArray<Pick<Customer, "id" | "state" | "count" | "note">>>()
    const local = Query.from(Customer).index("local").pk("c")
    expect<Effect.Success<typeof local>>().type.toBe<ReadonlyArray<Customer>>()
  })
  test("is made whole again", () => {
    const whole = keys.hydrate()
    expect<Effect.Success<typeof whole>>().type.toBe<ReadonlyArray<Customer>>()
    expect(Query.from(Customer).pk("c").hydrate).type.toBe<Query.Refused<"the table holds whole items">>()
    expect(Query.from(Customer).index("gsi1").pk("c").hydrate).type.toBe<
      Query.Refused<"reads of this index give whole items already">
    >()
  })
  test("is filtered on what it holds", () => {
    some.filter((c) => c.note.eq("a"))
    some.filter({ count: 1 })
    // @ts-expect-error Property 'eq' does not exist on type 'Refused<"the index does not hold this field">'
    some.filter((c) => c.text.eq("a"))
    // @ts-expect-error 'text' does not exist
    some.filter({ text: "a" })
    const local = Query.from(Customer).index("local").pk("c")
    // @ts-expect-error Property 'eq' does not exist on type 'Refused<"the index does not hold this field">'
    local.filter((c) => c.note.eq("a"))
  })
  test("is selected of", () => {
    some.select("note")
    // @ts-expect-error is not assignable
    some.select("text")
    some.hydrate().select("text")
  })
})

describe("a get", () => {
  test("selects", () => {
    const get = Get.from(User).key(userKey)
    const selected = get.consistent().select("name", "role")
    expect<Effect.Success<typeof selected>>().type.toBe<
      Option.Option<{ readonly name?: string; readonly role: string }>
    >()
    const found = get.orFail().select("role")
    expect<Effect.Success<typeof found>>().type.toBe<{ readonly role: string }>()
    // @ts-expect-error is not assignable
    get.select("display")
    // @ts-expect-error is not assignable
    get.select("role").select("name")
  })
})
