import { Console, Effect, Option, Schema, Stream } from "effect"
import { Entity, Put, Query, Table, TableAdmin, Key, Index } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"
import * as Condition from "@effect-dynamo/core/Condition"
const T = Table.make("tab", { partitionKey: "pk", sortKey: "sk" })
class Order extends Entity.Class<Order>("Order")({
  customerId: Schema.String, orderId: Schema.String, status: Schema.Literals(["pending", "paid"]), total: Schema.Number,
  tags: Schema.ReadonlySet(Schema.String), role: Entity.withDefault(Schema.String, "user"),
  lines: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int })),
  address: Schema.optionalKey(Schema.Struct({ city: Schema.String, zip: Schema.String })), at: Schema.DateTimeUtc
}, { table: T, partitionKey: Key.template("C#{customerId}"), sortKey: Key.template("O#{orderId}") }) {}
const p = Effect.gen(function* () {
  yield* TableAdmin.create(T)
  for (let i = 0; i < 20; i++) yield* Put.into(Order, { customerId: "1", orderId: "o" + i, status: i % 2 ? "paid" : "pending", total: i, tags: new Set(i % 3 ? ["x"] : ["gift"]), lines: [{ sku: "s" + i, quantity: i }], at: (yield* Effect.succeed(null as any), new Date() as any) && (yield* (yield* import_()).now), ...(i % 4 ? {} : { address: { city: "P", zip: "1" } }) })
  const q = Query.from(Order).pk({ customerId: "1" })
  yield* Console.log((yield* q.filter((o) => Condition.and(o.status.in(["paid"]), o.total.gt(3), o.lines.at(0).get("sku").exists(), Condition.not(o.total.between(5, 9)), o.lines.size().lte(20))).limit(3)).map((o) => o.orderId))
  yield* Console.log(yield* q.filter({ status: "paid" }).count(), yield* q.count(), yield* q.filter((o) => o.role.eq("user")).count(), yield* q.filter((o) => o.tags.contains("gift")).count())
  yield* Console.log(yield* q.select("orderId", "total", ["address", "city"], ["lines", 0, "sku"]).limit(2))
  yield* Console.log((yield* q.pageSize(3).stream().pipe(Stream.runCollect)).length)
  yield* Console.log(yield* q.maxScanned(5).page())
  yield* Console.log(yield* q.filter((o) => o.role.ne("user")).toInput())
})
const import_ = () => Effect.promise(() => import("effect").then((m) => m.DateTime as any))
await Effect.runPromise(p.pipe(Effect.provide(Dynalite.layer)) as any)
