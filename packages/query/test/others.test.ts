/** Items of other entities in the same partition: read over, or refused, by the rule. */
import { DynamoClient } from "@effect-dynamo/client"
import { DynamoConfig, DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import type { Item } from "@effect-dynamo/core/Attribute"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema, Stream } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Put, Query } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    byKind: Index.global({ partitionKey: "kind" }),
    keys: Index.global({ partitionKey: "sk", sortKey: "pk", projection: Index.keysOnly })
  }
})

const Customer = Entity.make("Customer", {
  schema: Schema.Struct({ customerId: Schema.String, name: Schema.String }),
  table: Shop,
  partitionKey: Key.template("CUSTOMER#{customerId}"),
  sortKey: Key.template("PROFILE")
})

const Order = Entity.make("Order", {
  schema: Schema.Struct({
    customerId: Schema.String,
    orderId: Schema.String,
    total: Schema.Number,
    kind: Schema.optionalKey(Schema.String)
  }),
  table: Shop,
  partitionKey: Key.template("CUSTOMER#{customerId}"),
  sortKey: Key.template("ORDER#{orderId}")
})

/** Its keys say little: markers decide. */
const Event = Entity.make("Event", {
  schema: Schema.Struct({ customerId: Schema.String, id: Schema.String, kind: Schema.optionalKey(Schema.String) }),
  table: Shop,
  partitionKey: Key.template("CUSTOMER#{customerId}"),
  sortKey: Key.template("{id}")
})

const putRaw = (item: Item) =>
  Effect.asVoid(DynamoClient.DynamoClient.use((client) => client.putItem({ TableName: "shop", Item: item })))

const item = (customer: string, sk: string, rest: Item = {}): Item => ({
  pk: { S: `CUSTOMER#${customer}` },
  sk: { S: sk },
  ...rest
})

engines("items of others", (it) =>
  withTables(it, [Shop], (it) => {
    it.effect("two entities share a partition by templates, each finding its own", () =>
      Effect.gen(function* () {
        const customer = yield* Put.into(Customer, { customerId: "1", name: "Ann" })
        const orders = yield* Effect.forEach(["a", "b"], (orderId) =>
          Put.into(Order, { customerId: "1", orderId, total: 1 })
        )
        assert.deepStrictEqual(yield* Query.from(Customer).pk("1"), [customer])
        assert.deepStrictEqual(yield* Query.from(Order).pk("1"), orders)
        assert.deepStrictEqual(yield* Query.from(Order).pk("1").sk.gte("b"), orders.slice(1))
        assert.deepStrictEqual(yield* Query.from(Order).pk("1").reverse(), orders.toReversed())
        // No range of one reaches the other's literal text.
        assert.deepStrictEqual(yield* Query.from(Order).pk("1").sk.gt("\u{10ffff}"), [])
        assert.deepStrictEqual(yield* Query.from(Event).pk("1"), [])
      })
    )

    it.effect("with another's marker are read over, in whatever shape", () =>
      Effect.gen(function* () {
        const mine = yield* Put.into(Event, { customerId: "2", id: "m" })
        yield* putRaw(item("2", "a", { _type: { S: "Other" }, customerId: { N: "1" } }))
        yield* putRaw(item("2", "z", { _type: { S: "Other" } }))
        yield* putRaw(item("2", "y", { _type: { N: "1" } }))
        assert.deepStrictEqual(yield* Query.from(Event).pk("2"), [mine])
        assert.deepStrictEqual(yield* Query.from(Event).pk("2").limit(1), [mine])
        assert.deepStrictEqual(yield* Query.from(Event).pk("2").reverse().first(), Option.some(mine))
      })
    )

    it.effect("without a marker are mine where keys parse as mine, and read over where they do not", () =>
      Effect.gen(function* () {
        yield* putRaw(item("3", "ORDER#1", { customerId: { S: "3" }, orderId: { S: "1" }, total: { N: "5" } }))
        yield* putRaw(item("3", "ORDER#2#LINE#1", { customerId: { S: "3" } }))
        yield* putRaw(item("3", "ORDER#", { customerId: { S: "3" } }))
        assert.deepStrictEqual(yield* Query.from(Order).pk("3"), [{ customerId: "3", orderId: "1", total: 5 }])
        assert.strictEqual((yield* Query.from(Order).pk("3").page()).scannedCount, 3)
      })
    )

    it.effect("that are mine and malformed fail: by marker, or by keys", () =>
      Effect.gen(function* () {
        yield* putRaw(item("4", "ORDER#1", { _type: { S: "Order" }, customerId: { S: "4" }, orderId: { S: "1" } }))
        yield* putRaw(item("5", "ORDER#1", { customerId: { S: "5" }, orderId: { S: "1" }, total: { S: "a-secret" } }))
        for (const customer of ["4", "5"]) {
          for (const read of [
            Query.from(Order).pk(customer),
            Query.from(Order).pk(customer).first(),
            Query.from(Order).pk(customer).page(),
            Stream.runDrain(Query.from(Order).pk(customer).stream())
          ] as ReadonlyArray<Effect.Effect<unknown, Query.Error, DynamoClient.DynamoClient>>) {
            const error = yield* Effect.flip(read)
            assert.instanceOf(error, DynamoError.DecodeError)
            assert.deepStrictEqual([error.entity, error.path, error.operation], ["Order", ["total"], "Query"])
            assert.deepStrictEqual(error.keyAttributes, ["pk", "sk"])
            assert.notInclude(JSON.stringify(error) + error.message, "a-secret")
          }
        }
        // Others in the same partition do not care.
        assert.deepStrictEqual(yield* Query.from(Customer).pk("4"), [])
      })
    )

    it.effect("a malformed item after the limit is not looked at", () =>
      Effect.gen(function* () {
        yield* Put.into(Order, { customerId: "6", orderId: "1", total: 1 })
        yield* putRaw(item("6", "ORDER#2", { _type: { S: "Order" } }))
        assert.strictEqual((yield* Query.from(Order).pk("6").limit(1)).length, 1)
        assert.strictEqual((yield* Effect.flip(Query.from(Order).pk("6").limit(2)))._tag, "DecodeError")
      })
    )

    it.effect("in an index of fields are kept apart too", () =>
      Effect.gen(function* () {
        const order = yield* Put.into(Order, { customerId: "7", orderId: "1", total: 1, kind: "k" })
        const event = yield* Put.into(Event, { customerId: "7", id: "e", kind: "k" })
        yield* putRaw(item("7", "x#y", { kind: { S: "k" } }))
        assert.deepStrictEqual(yield* Query.from(Order).index("byKind").pk("k"), [order])
        assert.deepStrictEqual(yield* Query.from(Event).index("byKind").pk("k"), [event])
      })
    )

    it.effect("in an index without the marker are told by their keys", () =>
      Effect.gen(function* () {
        const Flag = Entity.make("Flag", {
          schema: Schema.Struct({ customerId: Schema.String, flag: Schema.String }),
          table: Shop,
          partitionKey: Key.template("CUSTOMER#{customerId}"),
          sortKey: Key.template("FLAG#{flag}"),
          keyOnly: ["customerId", "flag"]
        })
        // Everything it is stands in its keys: an index of keys holds it whole.
        const flag = yield* Put.into(Flag, { customerId: "8", flag: "f" })
        yield* putRaw({ pk: { S: "OTHER#8" }, sk: { S: "FLAG#f" } })
        assert.deepStrictEqual(yield* Query.from(Flag).index("keys").pk("f"), [flag])
      })
    )

    it.effect("and without a marker attribute at all, keys decide", () =>
      Effect.gen(function* () {
        const unmarked = DynamoConfig.with({ entityTypeAttribute: false })
        const order = yield* unmarked(Put.into(Order, { customerId: "9", orderId: "1", total: 1 }))
        yield* putRaw(
          item("9", "ORDER#2", {
            _type: { S: "Other" },
            customerId: { S: "9" },
            orderId: { S: "2" },
            total: { N: "2" }
          })
        )
        assert.strictEqual((yield* unmarked(Query.from(Order).pk("9"))).length, 2)
        assert.deepStrictEqual(yield* Query.from(Order).pk("9"), [order])
      })
    )
  })
)
