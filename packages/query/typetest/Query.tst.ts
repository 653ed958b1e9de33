/** What queries take: each refusal has its twin that is accepted. */
import { type Cursor, Query } from "@effect-dynamo/query"
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { Effect, type Option, Schema } from "effect"
import { describe, expect, test } from "tstyche"
import { Order, Profile, Reading, Session, User } from "./entities.ts"

const placedAt = {} as Order["placedAt"]

describe("a partition", () => {
  test("is a record of the key's fields, or the bare value of its one", () => {
    expect(Query.from(User).pk).type.toBeCallableWith("1")
    expect(Query.from(User).pk).type.toBeCallableWith({ id: "1" })
    expect(Query.from(User).pk).type.not.toBeCallableWith(1)
    expect(Query.from(User).pk).type.not.toBeCallableWith({ id: 1 })
    expect(Query.from(User).pk).type.not.toBeCallableWith({ email: "a" })
    expect(Query.from(User).pk).type.not.toBeCallableWith({ id: "1", email: "a" })
    expect(Query.from(User).pk).type.not.toBeCallableWith()
    // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string | { readonly id: string; }'
    Query.from(User).pk(1)
  })

  test("is a record where the key has several fields", () => {
    const byState = Query.from(Order).index("byState")
    expect(byState.pk).type.toBeCallableWith({ state: "s", city: "c" })
    expect(byState.pk).type.not.toBeCallableWith({ state: "s" })
    expect(byState.pk).type.not.toBeCallableWith("s")
  })

  test("makes an effect of the query", () => {
    expect(Query.from(User)).type.not.toBeAssignableTo<Effect.Effect<unknown, unknown, unknown>>()
    Effect.gen(function* () {
      yield* Query.from(User).pk("1")
      yield* Query.from(Order).index("byId").pk("o")
      // @ts-expect-error Type 'Unkeyed<typeof User, "(table)", "no Effect yet: say which partition, with .pk(…)">' must have a '[Symbol.iterator]()' method
      yield* Query.from(User)
      // @ts-expect-error Type 'Unkeyed<typeof Order, "byId", "no Effect yet: say which partition, with .pk(…)">' must have a '[Symbol.iterator]()' method
      yield* Query.from(Order).index("byId")
    })
  })
})

describe("an index", () => {
  test("is one of the entity's access patterns", () => {
    expect(Query.from(Order).index).type.toBeCallableWith("byId")
    expect(Query.from(Order).index).type.toBeCallableWith("gsi2")
    expect(Query.from(Order).index).type.toBeCallableWith("byState")
    expect(Query.from(Order).index).type.toBeCallableWith("byTotal")
    expect(Query.from(Order).index).type.toBeCallableWith("inverted")
    expect(Query.from(Order).index).type.toBeCallableWith("mixed")
    expect(Query.from(Order).index).type.not.toBeCallableWith("nope")
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Refused<"this entity has no indexes">'
    Query.from(User).index("nope")
    // @ts-expect-error Argument of type '"nope"' is not assignable to parameter of type '..."byId"
    Query.from(Order).index("nope")
  })

  test("is not one of another entity's, or of the table's under a name that is declared otherwise", () => {
    expect(Query.from(Order).index).type.not.toBeCallableWith("gsi1")
    expect(Query.from(Order).index).type.not.toBeCallableWith("foreign")
    expect(Query.from(Order).index).type.not.toBeCallableWith("(table)")
    expect(Query.from(Session).index).type.not.toBeCallableWith("byId")
  })

  test("is chosen once", () => {
    // @ts-expect-error This expression is not callable
    Query.from(Order).index("byId").index("gsi2")
  })

  test("has the fields of its own key", () => {
    Query.from(Order).index("byId").pk({ orderId: "o" })
    Query.from(Order).index("inverted").pk({ placedAt, orderId: "o" }).sk.eq("c")
    Query.from(Order).index("mixed").pk("open")
    Query.from(Order).index("byTotal").pk({ customerId: "c" }).sk.gt(5)
    // @ts-expect-error 'customerId' does not exist in type '{ readonly orderId: string; }'
    Query.from(Order).index("byId").pk({ customerId: "c" })
    // @ts-expect-error 'customerId' does not exist in type
    Query.from(Order).index("inverted").pk({ customerId: "c" })
    // @ts-expect-error Property 'eq' does not exist on type 'Refused<"the index has no sort key, or one without fields of the entity">'
    Query.from(Order).index("mixed").pk("open").sk.eq("ORDER")
  })

  test("is consistent only if it is local", () => {
    expect(Query.from(Order).pk("c").consistent).type.toBeCallableWith()
    expect(Query.from(Order).index("byTotal").pk("c").consistent).type.toBeCallableWith()
    expect(Query.from(Order).index("byId").pk("o").consistent).type.toBe<
      Query.Refused<"a global index cannot be read consistently">
    >()
    expect(Query.from(Order).index("mixed").pk("s").consistent).type.toBe<
      Query.Refused<"a global index cannot be read consistently">
    >()
    // @ts-expect-error This expression is not callable
    Query.from(Order).index("inverted").pk({ placedAt, orderId: "o" }).consistent()
  })
})

describe("sort key conditions", () => {
  const orders = Query.from(Order).pk("c").sk

  test("need a sort key that has fields", () => {
    Query.from(User).pk("1").sk.eq("a")
    // @ts-expect-error Property 'eq' does not exist on type 'Refused<"the table has no sort key">'
    Query.from(Session).pk("t").sk.eq("x")
    // @ts-expect-error Property 'beginsWith' does not exist on type 'Refused<"the entity's sort key has no fields: each partition has one item of it">'
    Query.from(Profile).pk("1").sk.beginsWith("x")
    // @ts-expect-error Property 'gt' does not exist on type 'Refused<"the index has no sort key, or one without fields of the entity">'
    Query.from(Order).index("byId").pk("o").sk.gt("x")
  })

  test("are given once", () => {
    // @ts-expect-error Property 'sk' does not exist on type 'Query<typeof User, "(table)", User>'
    Query.from(User).pk("1").sk.eq("a").sk.eq("b")
  })

  test("eq takes the whole key", () => {
    expect(orders.eq).type.toBeCallableWith({ placedAt, orderId: "o" })
    expect(orders.eq).type.not.toBeCallableWith({ placedAt })
    expect(orders.eq).type.not.toBeCallableWith({ placedAt, orderId: "o", customerId: "c" })
    expect(orders.eq).type.not.toBeCallableWith("o")
    expect(Query.from(User).pk("1").sk.eq).type.toBeCallableWith("a")
    expect(Query.from(User).pk("1").sk.eq).type.toBeCallableWith({ email: "a" })
  })

  test("prefix and ranges take leading fields, in order", () => {
    expect(orders.prefix).type.toBeCallableWith({ placedAt })
    expect(orders.prefix).type.toBeCallableWith({ placedAt, orderId: "o" })
    expect(orders.prefix).type.not.toBeCallableWith({ orderId: "o" })
    expect(orders.prefix).type.not.toBeCallableWith({})
    expect(orders.prefix).type.not.toBeCallableWith(placedAt)
    for (const range of [orders.lt, orders.lte, orders.gt, orders.gte]) {
      expect(range).type.toBeCallableWith({ placedAt })
      expect(range).type.toBeCallableWith({ placedAt, orderId: "o" })
      expect(range).type.not.toBeCallableWith({ orderId: "o" })
      expect(range).type.not.toBeCallableWith({ placedAt, orderId: 1 })
      expect(range).type.not.toBeCallableWith({ placedAt, orderId: "o", nope: 1 })
      expect(range).type.not.toBeCallableWith({ placedAt: "2024" })
      expect(range).type.not.toBeCallableWith(placedAt)
    }
    expect(orders.between).type.toBeCallableWith({ placedAt }, { placedAt })
    expect(orders.between).type.not.toBeCallableWith({ placedAt })
    expect(orders.between).type.not.toBeCallableWith({ placedAt }, { orderId: "o" })
    // @ts-expect-error type '{ readonly placedAt: Utc; } | ({ readonly placedAt: Utc; } & { readonly orderId: string; })'
    orders.lt(placedAt)
  })

  test("ranges need an order in the key", () => {
    const byState = Query.from(Order).index("gsi2").pk("open").sk
    expect(byState.prefix).type.toBeCallableWith({ priority: 1 })
    expect(byState.lt).type.toBeCallableWith({ priority: 1, total: 5 })
    expect(byState.lt).type.toBeCallableWith({ priority: 1, total: 5, city: "a" })
    expect(byState.lt).type.not.toBeCallableWith({ priority: 1 })
    expect(byState.between).type.not.toBeCallableWith({ priority: 1 }, { priority: 2 })
    // @ts-expect-error "\"priority\" is not written in numeric order: declare it with Key.ordered or Key.padded"
    byState.gte({ priority: 1 })
    expect(Query.from(Reading).pk("d").sk.gt).type.toBeCallableWith(1)
    expect(Query.from(Reading).pk("d").sk.gt).type.toBeCallableWith({ at: 1 })
    expect(Query.from(Reading).pk("d").sk.gt).type.not.toBeCallableWith("1")
  })

  test("beginsWith needs a text", () => {
    expect(orders.beginsWith).type.toBeCallableWith({ placedAt: "2024-" })
    expect(orders.beginsWith).type.toBeCallableWith({ placedAt, orderId: "o" })
    expect(orders.beginsWith).type.not.toBeCallableWith({ placedAt })
    expect(orders.beginsWith).type.not.toBeCallableWith({ placedAt: "2024-", orderId: "o" })
    expect(orders.beginsWith).type.not.toBeCallableWith("2024-")
    expect(Query.from(User).pk("1").sk.beginsWith).type.toBeCallableWith("john")
    expect(Query.from(User).pk("1").sk.beginsWith).type.not.toBeCallableWith(1)
    expect(Query.from(Reading).pk("d").sk.beginsWith).type.not.toBeCallableWith("1")
    expect(Query.from(Reading).pk("d").sk.beginsWith).type.not.toBeCallableWith(1)
    // @ts-expect-error Argument of type '"1"' is not assignable to parameter of type '..."\"at\" is no text"
    Query.from(Reading).pk("d").sk.beginsWith("1")
    // @ts-expect-error "\"priority\" is no text"
    Query.from(Order).index("gsi2").pk("open").sk.beginsWith({ priority: "1" })
    // @ts-expect-error "\"total\" is a number: it does not begin with a text"
    Query.from(Order).index("gsi2").pk("open").sk.beginsWith({ priority: 1, total: "1" })
  })

  test("follow how a part is written", () => {
    const Log = Entity.make("Log", {
      schema: Schema.Struct({
        id: Schema.String,
        seq: Schema.Int,
        level: Schema.String,
        at: Schema.DateTimeUtc,
        rank: Schema.Option(Schema.Number),
        hash: Schema.Uint8Array
      }),
      table: Table.make("logs", {
        indexes: {
          descending: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
          lower: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk" }),
          byDay: Index.global({ partitionKey: "gsi3pk", sortKey: "gsi3sk" }),
          byRank: Index.global({ partitionKey: "gsi4pk", sortKey: "gsi4sk" }),
          byHash: Index.global({ partitionKey: "level", sortKey: { name: "hash", type: "B" } })
        }
      }),
      partitionKey: ["id"],
      sortKey: [Key.padded("seq", 8)],
      indexes: {
        descending: { partitionKey: ["level"], sortKey: Key.template("{seq:desc}") },
        lower: { partitionKey: ["id"], sortKey: Key.template("{level:lower}") },
        byRank: { partitionKey: ["level"], sortKey: ["rank"] },
        byDay: {
          partitionKey: ["id"],
          sortKey: Key.template("{at:day}#{level:code}", {
            parts: {
              day: { schema: {} as Schema.Codec<unknown, string>, order: "ascending" },
              code: { schema: {} as Schema.Codec<unknown, string> }
            }
          })
        }
      }
    })
    const at = {} as typeof Log.Type.at
    const rank = {} as Option.Option<number>
    expect(Query.from(Log).pk("1").sk.gt).type.toBeCallableWith(5)
    expect(Query.from(Log).pk("1").sk.beginsWith).type.not.toBeCallableWith("5")
    expect(Query.from(Log).index("descending").pk("l").sk.gt).type.toBeCallableWith(5)
    expect(Query.from(Log).index("descending").pk("l").sk.beginsWith).type.not.toBeCallableWith("5")
    expect(Query.from(Log).index("lower").pk("1").sk.eq).type.toBeCallableWith("Warn")
    expect(Query.from(Log).index("lower").pk("1").sk.beginsWith).type.toBeCallableWith("war")
    expect(Query.from(Log).index("lower").pk("1").sk.gt).type.toBeCallableWith("war")
    expect(Query.from(Log).index("byDay").pk("1").sk.gt).type.toBeCallableWith({ at })
    expect(Query.from(Log).index("byDay").pk("1").sk.gt).type.not.toBeCallableWith({ at, level: "w" })
    expect(Query.from(Log).index("byDay").pk("1").sk.prefix).type.toBeCallableWith({ at })
    expect(Query.from(Log).index("byRank").pk("l").sk.eq).type.toBeCallableWith(rank)
    expect(Query.from(Log).index("byRank").pk("l").sk.gt).type.not.toBeCallableWith(rank)
    expect(Query.from(Log).index("byRank").pk("l").sk.beginsWith).type.not.toBeCallableWith("1")
    expect(Query.from(Log).index("byHash").pk("l").sk.beginsWith).type.toBeCallableWith(new Uint8Array())
    expect(Query.from(Log).index("byHash").pk("l").sk.beginsWith).type.not.toBeCallableWith("a")
  })
})

describe("terminals", () => {
  const query = Query.from(User).pk("1")

  test("limits are numbers, and a cursor is one", () => {
    expect(query.limit).type.toBeCallableWith(5)
    expect(query.limit).type.not.toBeCallableWith("5")
    expect(query.pageSize).type.not.toBeCallableWith("5")
    expect(query.page).type.toBeCallableWith()
    expect(query.page).type.toBeCallableWith({ after: {} as Cursor.Cursor })
    expect(query.page).type.not.toBeCallableWith({ after: "text" })
    expect(query.page).type.toBeCallableWith({ after: undefined })
    expect(query.page).type.not.toBeCallableWith({ before: {} as Cursor.Cursor })
  })

  test("options of a query keep its kind, and end what can be said of the sort key", () => {
    expect(query.limit(5).pageSize(2).reverse().consistent()).type.toBe<Query.Query<typeof User, Query.Primary, User>>()
    expect(query.sk.eq("a").limit(5).reverse()).type.toBe(query.sk.eq("a"))
  })
})
