import { DynamoClient } from "@effect-dynamo/client"
import { DynamoConfig, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema, Stream } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { type Page, Put, Query } from "../src/main.ts"
import { recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Shop = Table.make("collections", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    gsi2: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk", projection: Index.keysOnly })
  }
})

class Customer extends Entity.Class<Customer>("Customer")(
  { id: Schema.String, name: Schema.String },
  {
    table: Shop,
    partitionKey: Key.template("CUSTOMER#{id}"),
    sortKey: Key.template("PROFILE"),
    indexes: { gsi1: { partitionKey: Key.template("NAME#{name}"), sortKey: Key.template("CUSTOMER") } }
  }
) {}

class Order extends Entity.Class<Order>("Order")(
  { customerId: Schema.String, orderId: Schema.String, name: Schema.String, total: Schema.Number },
  {
    table: Shop,
    partitionKey: Key.template("CUSTOMER#{customerId}"),
    sortKey: Key.template("ORDER#{orderId}"),
    indexes: {
      gsi1: { partitionKey: Key.template("NAME#{name}"), sortKey: Key.template("ORDER#{orderId}") },
      held: { index: "gsi2", partitionKey: Key.template("NAME#{name}"), sortKey: Key.template("O#{orderId}") }
    }
  }
) {}

class Note extends Entity.Class<Note>("Note")(
  { customerId: Schema.String, at: Schema.String, name: Schema.String, text: Schema.String },
  {
    table: Shop,
    partitionKey: Key.template("CUSTOMER#{customerId}"),
    sortKey: Key.template("NOTE#{at}"),
    indexes: { held: { index: "gsi2", partitionKey: Key.template("NAME#{name}"), sortKey: Key.template("N#{at}") } }
  }
) {}

/** Between the others, in no collection. */
class Payment extends Entity.Class<Payment>("Payment")(
  { customerId: Schema.String, paymentId: Schema.String },
  { table: Shop, partitionKey: Key.template("CUSTOMER#{customerId}"), sortKey: Key.template("PAY#{paymentId}") }
) {}

const number = (i: number) => String(i).padStart(3, "0")
const customer = new Customer({ id: "c1", name: "Ann" })
const orders = Array.from(
  { length: 7 },
  (_, i) => new Order({ customerId: "c1", orderId: number(i), name: "Ann", total: i })
)
const notes = Array.from(
  { length: 5 },
  (_, i) => new Note({ customerId: "c1", at: number(i), name: "Ann", text: `note ${i}` })
)
const payments = Array.from({ length: 4 }, (_, i) => new Payment({ customerId: "c1", paymentId: number(i) }))

const all = Query.collection({ customer: Customer, orders: Order, notes: Note }).pk({ customerId: "c1" })
const some = Query.collection({ customer: Customer, orders: Order }).pk({ id: "c1" })

engines("a collection", (it) =>
  withTables(it, [Shop], (it) => {
    it.effect("is of these items", () =>
      Effect.gen(function* () {
        yield* Put.into(Customer, customer)
        yield* Effect.forEach(orders, (order) => Put.into(Order, order), { concurrency: 4 })
        yield* Effect.forEach(notes, (note) => Put.into(Note, note), { concurrency: 4 })
        yield* Effect.forEach(payments, (payment) => Put.into(Payment, payment), { concurrency: 4 })
      })
    )

    it.effect("is a record by the names given: an Option where there can be one item", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* all, { customer: Option.some(customer), orders, notes })
        assert.deepStrictEqual(yield* some, { customer: Option.some(customer), orders })
        assert.deepStrictEqual(yield* Query.collection({ a: Note }).pk("c1"), { a: notes })
        const none = yield* Query.collection({ customer: Customer, orders: Order }).pk("nobody")
        assert.deepStrictEqual(none, { customer: Option.none(), orders: [] })
      })
    )

    it.effect("streams items under their tags, in the order of the sort key", () =>
      Effect.gen(function* () {
        const expected = [
          ...notes.map((value) => ({ _tag: "notes" as const, value })),
          ...orders.map((value) => ({ _tag: "orders" as const, value })),
          { _tag: "customer" as const, value: customer }
        ]
        assert.deepStrictEqual(yield* Stream.runCollect(all.stream()), expected)
        assert.deepStrictEqual(yield* Stream.runCollect(all.reverse().stream()), expected.toReversed())
        for (const limit of [1, 2, 5, 6, 12, 13, 14]) {
          assert.deepStrictEqual(yield* Stream.runCollect(all.limit(limit).stream()), expected.slice(0, limit))
          const record = yield* all.limit(limit)
          assert.strictEqual(
            record.notes.length + record.orders.length + (Option.isSome(record.customer) ? 1 : 0),
            Math.min(limit, 13)
          )
        }
      })
    )

    it.effect("is paged over all its items together", () =>
      Effect.gen(function* () {
        const whole = yield* Stream.runCollect(some.stream())
        assert.strictEqual(whole.length, 8)
        for (const limit of [1, 3, 4, 8, 20]) {
          for (const pageSize of [undefined, 1, 2, 5]) {
            const query = pageSize === undefined ? some.limit(limit) : some.limit(limit).pageSize(pageSize)
            const pages: Array<Page.Page<(typeof whole)[number]>> = []
            let page = yield* query.page()
            pages.push(page)
            while (Option.isSome(page.cursor)) {
              assert.isBelow(pages.length, 50)
              page = yield* query.page({ after: page.cursor.value })
              pages.push(page)
            }
            assert.deepStrictEqual(
              pages.flatMap(({ items }) => items),
              whole
            )
          }
        }
        const { cursor } = yield* some.limit(2).page()
        const error = yield* Effect.flip(all.page({ after: Option.getOrThrow(cursor) }))
        assert.strictEqual(error._tag, "CursorError")
      })
    )

    it.effect("keeps to its budgets", () =>
      Effect.gen(function* () {
        const page = yield* some.pageSize(2).maxPages(2).limit(100).page()
        assert.deepStrictEqual([page.scannedCount, page.stoppedEarly], [4, true])
        const scanned = yield* some.maxScanned(3).limit(100).page()
        assert.deepStrictEqual([scanned.scannedCount, scanned.stoppedEarly], [3, true])
      })
    )

    it.effect("leaves others' items on the server", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          yield* some
          const { ExpressionAttributeValues, FilterExpression, KeyConditionExpression } = sent[0]!.input
          assert.strictEqual(KeyConditionExpression, "#0 = :0 AND #1 BETWEEN :1 AND :2")
          assert.strictEqual(FilterExpression, "attribute_not_exists(#2) OR #2 IN (:3, :4)")
          assert.deepStrictEqual(ExpressionAttributeValues, {
            ":0": { S: "CUSTOMER#c1" },
            ":1": { S: "ORDER#" },
            ":2": { S: "PROFILE" },
            ":3": { S: "Customer" },
            ":4": { S: "Order" }
          })
        })
      )
    )

    it.effect("tells items without a marker by their keys", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const raw = (pk: string, sk: string, rest: Record<string, { S: string } | { N: string }>) =>
          client.putItem({ TableName: "collections", Item: { pk: { S: pk }, sk: { S: sk }, ...rest } })
        yield* raw("CUSTOMER#old", "PROFILE", { id: { S: "old" }, name: { S: "Old" } })
        yield* raw("CUSTOMER#old", "ORDER#1", {
          customerId: { S: "old" },
          orderId: { S: "1" },
          name: { S: "Old" },
          total: { N: "1" }
        })
        yield* raw("CUSTOMER#old", "OTHER#1", { x: { S: "y" } })
        yield* raw("CUSTOMER#old", "ORDER#2", { _type: { S: "Foreign" } })
        const query = Query.collection({ customer: Customer, orders: Order }).pk("old")
        assert.deepStrictEqual(yield* query, {
          customer: Option.some(new Customer({ id: "old", name: "Old" })),
          orders: [new Order({ customerId: "old", orderId: "1", name: "Old", total: 1 })]
        })
        // What is theirs must decode.
        yield* raw("CUSTOMER#bad", "ORDER#3", { _type: { S: "Order" } })
        const error = yield* Effect.flip(Query.collection({ orders: Order, notes: Note }).pk("bad"))
        assert.strictEqual(error._tag, "DecodeError")
      })
    )

    it.effect("reads an index, where there are arrays only", () =>
      Effect.gen(function* () {
        const named = Query.collection({ customer: Customer, orders: Order }).index("gsi1").pk({ name: "Ann" })
        assert.deepStrictEqual(yield* named, { customer: [customer], orders })
        // One that projects less gives what it holds.
        const held = Query.collection({ orders: Order, notes: Note }).index("held").pk("Ann")
        const { notes: some, orders: held_ } = yield* held
        assert.deepStrictEqual(
          some,
          notes.map(({ at, customerId, name }) => ({ customerId, at, name }))
        )
        assert.deepStrictEqual(
          held_,
          orders.map(({ customerId, name, orderId }) => ({ customerId, orderId, name }))
        )
      })
    )
  })
)

describe("a collection", () => {
  const User = Entity.make("User", {
    schema: Schema.Struct({ tenant: Schema.String, id: Schema.String }),
    table: Shop,
    partitionKey: ["tenant"],
    sortKey: ["id"]
  })
  const Group = Entity.make("Group", {
    schema: Schema.Struct({ tenant: Schema.String, group: Schema.String }),
    table: Shop,
    partitionKey: ["tenant"],
    sortKey: Key.template("GROUP#{group}")
  })

  it.effect("of field lists needs them without suffix", () =>
    Effect.gen(function* () {
      const query = Query.collection({ users: User, groups: Group }).pk("t")
      const error = yield* Effect.flip(query.toInput())
      assert.strictEqual(error._tag, "KeyError")
      assert.match(error.message, /User and Group are not in one partition under the configuration in force/)
      const input = yield* query.toInput().pipe(DynamoConfig.with({ suffixPartitionKey: false }))
      assert.strictEqual(input.KeyConditionExpression, "#0 = :0")
      assert.deepStrictEqual(input.ExpressionAttributeValues?.[":0"], { S: "tenant#t" })
    })
  )

  it.effect("needs names, not values, in its messages", () =>
    Effect.gen(function* () {
      // @ts-expect-error a field of none of them
      const error = yield* Effect.flip(Query.collection({ customer: Customer }).pk({ nope: "secret" }).toInput())
      assert.strictEqual(error._tag, "KeyError")
      assert.notInclude(error.message, "secret")
    })
  )

  it("is of entities of one table", () => {
    const Elsewhere = Entity.make("Elsewhere", {
      schema: Schema.Struct({ id: Schema.String }),
      table: Table.make("elsewhere"),
      partitionKey: Key.template("CUSTOMER#{id}")
    })
    assert.throws(
      () => Query.collection({ customer: Customer, elsewhere: Elsewhere }),
      'Query.collection: "Elsewhere" is of the table "elsewhere", "Customer" of "collections"'
    )
    assert.throws(() => Query.collection({ a: Customer, b: Customer }), 'Query.collection: "Customer" is given twice')
    assert.throws(() => Query.collection({}), "Query.collection: it takes one entity or more, by name")
  })

  it("shows neither keys nor values", () => {
    assert.deepStrictEqual(JSON.parse(JSON.stringify(some)), {
      _id: "Collection",
      entities: ["Customer", "Order"],
      table: "collections"
    })
  })

  it.effect("of one entity reads its own range, and of some without literal text the partition", () =>
    Effect.gen(function* () {
      const condition = (query: typeof some | typeof all) =>
        Effect.map(query.toInput(), (input) => input.ExpressionAttributeValues)
      const one = yield* Query.collection({ orders: Order }).pk("c").toInput()
      assert.strictEqual(one.KeyConditionExpression, "#0 = :0 AND begins_with(#1, :1)")
      const values = yield* condition(all)
      assert.deepStrictEqual([values?.[":1"], values?.[":2"]], [{ S: "NOTE#" }, { S: "PROFILE" }])
      const mixed = yield* Query.collection({ users: User, groups: Group })
        .pk("t")
        .toInput()
        .pipe(DynamoConfig.with({ suffixPartitionKey: false }))
      assert.strictEqual(mixed.KeyConditionExpression, "#0 = :0")
    })
  )
})
