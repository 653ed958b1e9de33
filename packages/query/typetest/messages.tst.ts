/**
 * What the compiler says of the commonest mistakes: which field, of which key or entity, and what would be right.
 */
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { Batch, Delete, Get, Put, Query, Scan, Transaction, Update } from "@effect-dynamo/query"
import { Effect, Schema } from "effect"
import { describe, test } from "tstyche"
import { Order, Profile, Reading, User, userKey } from "./entities.ts"

const orderKey = { customerId: "c", placedAt: {} as Order["placedAt"], orderId: "o" }
const user = { ...userKey, age: 1 }

describe("keys", () => {
  test("a field of another name", () => {
    // @ts-expect-error 'mail' does not exist in type 'KeyOf<typeof User, "id" | "email">'
    Get.from(User).key({ id: "1", mail: "a" })
  })
  test("a part that is missing", () => {
    // @ts-expect-error Property 'email' is missing in type '{ id: string; }' but required in type 'KeyOf<typeof User, "id" | "email">'
    Get.from(User).key({ id: "1" })
  })
  test("a value where the key has two fields", () => {
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'KeyOf<typeof User, "id" | "email">'
    Update.in(User).key("1")
  })
  test("a value of another type", () => {
    // @ts-expect-error Type 'number' is not assignable to type 'string'
    Delete.from(User).key({ id: 1, email: "a" })
  })
  test("forgotten: .key", () => {
    Effect.gen(function* () {
      // @ts-expect-error Type 'Unkeyed<typeof User>' must have a '[Symbol.iterator]()' method
      yield* Get.from(User)
    })
  })
  test("forgotten: .pk", () => {
    Effect.gen(function* () {
      // @ts-expect-error Type 'Unkeyed<typeof Order, "byId">' must have a '[Symbol.iterator]()' method
      yield* Query.from(Order).index("byId")
    })
  })
})

describe("queries", () => {
  test("a partition of another name", () => {
    // @ts-expect-error 'customer' does not exist in type '{ readonly customerId: string; }'. Did you mean to write 'customerId'?
    Query.from(Order).pk({ customer: "c" })
  })
  test("an index that there is not", () => {
    // @ts-expect-error Argument of type '"byStatus"' is not assignable to parameter of type '"
    Query.from(Order).index("byStatus")
  })
  test("a sort operator without a sort key", () => {
    // @ts-expect-error Property 'gte' does not exist on type '"this key has no sort key with fields"'
    Query.from(Profile).pk("1").sk.gte("a")
  })
  test("two conditions on the sort key", () => {
    // @ts-expect-error Property 'sk' does not exist on type 'Query<typeof User, "(table)", User>'
    Query.from(User).pk("1").sk.gte("a").sk.lt("b")
  })
  test("a range of numbers that are not written in numeric order", () => {
    // @ts-expect-error "\"priority\" is not written in numeric order: declare it with Key.ordered or Key.padded"
    Query.from(Order).index("gsi2").pk("open").sk.gte({ priority: 1 })
  })
  test("a consistent read of a global index", () => {
    // @ts-expect-error Type 'Refused<"a global index cannot be read consistently">' has no call signatures
    Query.from(Order).index("byId").pk("o").consistent()
    // @ts-expect-error Type 'Refused<"a global index cannot be read consistently">' has no call signatures
    Scan.from(Order).index("byId").consistent()
  })
  test("a second index", () => {
    // @ts-expect-error Type 'Refused<"the query has its index already">' has no call signatures
    Query.from(Order).index("byId").index("gsi2")
  })
  test("whole items where they are whole", () => {
    // @ts-expect-error Type 'Refused<"the table holds whole items">' has no call signatures
    Query.from(Order).pk("c").hydrate()
  })
  test("a path that leads nowhere", () => {
    // @ts-expect-error Argument of type '"totl"' is not assignable to parameter of type 'Selection<typeof Order, Order>'
    Query.from(Order).pk("c").select("totl")
  })
  test("a filter on a key attribute", () => {
    const query = Query.from(Reading).pk("d")
    // @ts-expect-error Property 'at' does not exist on type 'References<
    query.filter((reading) => reading.at.gt(1))
  })
  test("a filter on a field that there is not", () => {
    const query = Query.from(User).pk("1")
    // @ts-expect-error Property 'nme' does not exist on type 'References<typeof User, never, "
    query.filter((each) => each.nme.eq("a"))
  })
  test("an operator of another type, and an operand", () => {
    // @ts-expect-error Property 'beginsWith' does not exist on type 'OrderedReference<number>'
    Scan.from(User).filter((each) => each.age.beginsWith("1"))
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Operand<number>'
    Scan.from(User).filter((each) => each.age.eq("1"))
  })
  test("a cursor that is none", () => {
    // @ts-expect-error Type 'string' is not assignable to type 'Cursor'
    Query.from(User).pk("1").page({ after: "eyJ" })
  })
})

describe("writes", () => {
  test("a put without a field", () => {
    // @ts-expect-error Property 'age' is missing in type '{ id: string; email: string; }' but required in type
    Put.into(User, userKey)
  })
  test("a put with a value of another type", () => {
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    Put.into(User, { ...userKey, age: "1" })
  })
  test("a put with a field that there is not", () => {
    // @ts-expect-error 'nme' does not exist in type '{ readonly id: string; readonly email: string; readonly age: number;
    Put.into(User, { ...user, nme: "a" })
  })
  test("an update of the key", () => {
    // @ts-expect-error Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    Update.in(User).key(userKey).set({ email: "b" })
  })
  test("an update of a field that there is not", () => {
    // @ts-expect-error 'nme' does not exist in type
    Update.in(User).key(userKey).set({ nme: "a" })
  })
  test("an update that leaves an index's key incomplete", () => {
    Effect.gen(function* () {
      // @ts-expect-error Type 'Incomplete<typeof Order,
      yield* Update.in(Order).key(orderKey).set({ priority: 1 })
    })
    // @ts-expect-error "city" | "total"
    void Effect.runPromise(Update.in(Order).key(orderKey).set({ priority: 1 }))
  })
  test("an update that changes nothing", () => {
    Effect.gen(function* () {
      // @ts-expect-error Type 'Unchanged<typeof User, User, Error, never, never, never>' must have a '[Symbol.iterator]()' method
      yield* Update.in(User).key(userKey)
    })
  })
  test("a condition that is a boolean", () => {
    // @ts-expect-error Type 'boolean' is not assignable to type 'Condition'
    Put.into(User, user).condition((each) => Boolean(each.age))
  })
})

describe("several at once", () => {
  test("a batch of a put on a condition, and of an update", () => {
    // @ts-expect-error Refused<"a batch has no conditions: run it by itself, or in a Transaction">
    Batch.write([Put.into(User, user).ifNotExists()])
    // @ts-expect-error Refused<"a batch puts and deletes: run updates by themselves, or in a Transaction">
    Batch.write([Update.in(User).key(userKey).set({ age: 1 })])
  })
  test("a transaction of writes with a get, and of gets with a put", () => {
    // @ts-expect-error Type '"Get"' is not assignable to type '"
    Transaction.write([Get.from(User).key(userKey)])
    // @ts-expect-error Type '"Put"' is not assignable to type '"Get"'
    Transaction.get([Put.into(User, user)])
  })
})

describe("running", () => {
  test("without a client", () => {
    // @ts-expect-error Type 'DynamoClient' is not assignable to type 'never'
    void Effect.runPromise(Get.from(User).key(userKey))
  })
  test("catching an error that it does not fail with", () => {
    const get = Get.from(User).key(userKey)
    // @ts-expect-error Argument of type '"ItemNotFound"' is not assignable to parameter of type '"
    get.pipe(Effect.catchTag("ItemNotFound", () => Effect.void))
  })
})

describe("definitions", () => {
  const Shop = Table.make("shop", {
    partitionKey: "pk",
    sortKey: "sk",
    indexes: { gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
  })
  const schema = Schema.Struct({ id: Schema.String })
  const definition = { schema, table: Shop, partitionKey: Key.template("A#{id}"), sortKey: Key.template("A") } as const
  test("a key of a field that there is not", () => {
    // @ts-expect-error Type '"ident"' is not assignable to type '
    Entity.make("A", { ...definition, partitionKey: ["ident"] })
    // @ts-expect-error Type '"ident"' is not assignable to type '"id"'
    Entity.make("A", { ...definition, partitionKey: Key.template("A#{ident}") })
  })
  test("a sort key where the table has none", () => {
    // @ts-expect-error Type 'string[]' is not assignable to type 'undefined'
    Entity.make("A", { schema, table: Table.make("a", { sortKey: null }), partitionKey: ["id"], sortKey: ["id"] })
  })
  test("an index that the table has not", () => {
    // @ts-expect-error Property 'index' is missing in type '{ partitionKey: ["id"]; sortKey: ["id"]; }' but required in type '{ readonly index: "gsi1"; }'
    Entity.make("A", { ...definition, indexes: { gsi9: { partitionKey: ["id"], sortKey: ["id"] } } })
  })
})
