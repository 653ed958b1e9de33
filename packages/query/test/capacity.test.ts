import { type Capacity, DynamoClient } from "@effect-dynamo/client"
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Duration, Effect, Schema, Stream } from "effect"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { Batch, Get, Put, Query, Scan, Transaction, Update } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Orders = Table.make("metered-orders", {
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" })
  }
})

class Order extends Entity.Class<Order>("Order")(
  { customer: Schema.String, id: Schema.String, status: Schema.String, note: Schema.String },
  {
    table: Orders,
    partitionKey: Key.template("CUSTOMER#{customer}"),
    sortKey: Key.template("ORDER#{id}"),
    indexes: {
      byStatus: { index: "gsi1", partitionKey: Key.template("STATUS#{status}"), sortKey: Key.template("{id}") }
    }
  }
) {}

const order = (id: string, note = "") => new Order({ customer: "a", id, status: "open", note })

const consumedOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(DynamoClient.withCapacity(effect), ([, consumed]) => consumed)

const ofTable = ({ tables }: Capacity.Capacity) => tables[Orders.name]

engines("withCapacity", (it) =>
  withTables(it, [Orders], (it) => {
    it.effect("tells reads from writes, of all that was sent", () =>
      Effect.gen(function* () {
        const consumed = yield* Effect.gen(function* () {
          yield* Put.into(Order, order("1", "x".repeat(1500)))
          yield* Batch.write(Array.from({ length: 30 }, (_, i) => Put.into(Order, order(`2${i}`))))
          yield* Get.from(Order).key({ customer: "a", id: "1" }).consistent()
          yield* Query.from(Order).pk({ customer: "a" }).pageSize(7)
          yield* Scan.from(Order).segments(2)
        }).pipe(consumedOf)
        assert.sameMembers(Object.keys(consumed.operations), ["PutItem", "BatchWriteItem", "GetItem", "Query", "Scan"])
        assert.isAtLeast(consumed.operations.PutItem?.write ?? 0, 2)
        assert.isAtLeast(consumed.operations.BatchWriteItem?.write ?? 0, 30)
        assert.strictEqual(consumed.operations.GetItem?.read, 1)
        assert.isAtLeast(consumed.operations.Query?.read ?? 0, 2.5)
        assert.deepStrictEqual(Object.keys(consumed.tables), [Orders.name])
        const { read, table, write } = ofTable(consumed)!
        assert.deepStrictEqual({ read, write }, { read: consumed.read, write: consumed.write })
        assert.isAtLeast(table.write, 32)
        const sum = (key: "read" | "write") =>
          Object.values(consumed.operations).reduce((all, units) => all + units[key], 0)
        assert.deepStrictEqual({ read, write }, { read: sum("read"), write: sum("write") })
      })
    )

    it.effect("says what an index was read for", () =>
      Effect.gen(function* () {
        yield* Put.into(Order, order("1"))
        const consumed = yield* consumedOf(Query.from(Order).index("byStatus").pk({ status: "open" }))
        const { indexes, read, table } = ofTable(consumed)!
        assert.isAbove(indexes["gsi1"]?.read ?? 0, 0)
        assert.strictEqual((indexes["gsi1"]?.read ?? 0) + table.read, read)
      })
    )

    it.effect("tells a page's cost as the page does", () =>
      Effect.gen(function* () {
        const [page, consumed] = yield* DynamoClient.withCapacity(
          Query.from(Order).pk({ customer: "a" }).limit(3).page()
        )
        assert.deepStrictEqual(page.consumedCapacity, yield* Effect.succeedSome(consumed.read))
      })
    )
  })
)

onlyLocal("withCapacity", (it) =>
  withTables(it, [Orders], (it) => {
    it.effect("counts what writes cost indexes, and what transactions do", () =>
      Effect.gen(function* () {
        const alone = yield* consumedOf(Put.into(Order, order("t1")))
        assert.deepStrictEqual(ofTable(alone)?.table, { read: 0, write: 1 })
        assert.deepStrictEqual(ofTable(alone)?.indexes, { gsi1: { read: 0, write: 1 } })
        const together = yield* consumedOf(
          Transaction.write([
            Put.into(Order, order("t2")),
            Update.in(Order).key({ customer: "a", id: "t1" }).set({ note: "b" })
          ])
        )
        assert.strictEqual(together.operations.TransactWriteItems?.read, 0)
        // DynamoDB charges twice for each; DynamoDB Local tells less.
        assert.isAtLeast(ofTable(together)?.table.write ?? 0, 2)
        const got = yield* consumedOf(Transaction.get([Get.from(Order).key({ customer: "a", id: "t1" })]))
        assert.deepStrictEqual(got.operations, { TransactGetItems: { read: 2, write: 0 } })
      })
    )
  })
)

engines("withWriteRate", (it) =>
  withTables(it, [Orders], (it) => {
    it.effect("slows a stream of writes down", () =>
      Effect.gen(function* () {
        const write = Stream.range(1, 60).pipe(
          Stream.map((i) => Put.into(Order, order(`s${i}`))),
          Batch.writeStream,
          Stream.runDrain,
          DynamoClient.withWriteRate(100)
        )
        const [duration, consumed] = yield* Effect.timed(consumedOf(write))
        assert.isAtLeast(consumed.write, 60)
        // The last of three requests waits for the first two, of 25 writes each at least.
        assert.isAtLeast(Duration.toMillis(duration), 450)
      })
    )
  })
)
