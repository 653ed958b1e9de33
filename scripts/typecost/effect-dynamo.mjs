/** The program that `check-typecost.mjs` measures, in this library. */

/** @param {number} i */
const entity = (i) => `
export class Order${i} extends Entity.Class<Order${i}>("Order${i}")({
  customerId${i}: Schema.String,
  orderId: Schema.String,
  placedAt: Schema.DateTimeUtc,
  status: Schema.Literals(["pending", "paid", "shipped"]),
  total: Schema.Number,
  tags: Attribute.StringSet,
  lines: Schema.Array(Schema.Struct({ sku${i}: Schema.String, quantity: Schema.Int })),
  note: Schema.optionalKey(Schema.String),
  priority: Entity.withDefault(Schema.Int, 0),
  active: Entity.withDefault(Schema.Boolean, true),
  city: Schema.String,
  state: Schema.String
}, {
  table: Shop,
  partitionKey: Key.template("CUSTOMER${i}#{customerId${i}}"),
  sortKey: Key.template("ORDER#{placedAt}#{orderId}"),
  indexes: {
    byId: { index: "gsi1", partitionKey: Key.template("ORDER${i}#{orderId}"), sortKey: Key.template("ORDER") },
    gsi2: { partitionKey: ["state", "city"], sortKey: [Key.ordered("total"), "orderId"] }
  }
}) {}

export const get${i} = Get.from(Order${i}).key({ customerId${i}: "c", placedAt: at, orderId: "o" })
export const put${i} = Put.into(Order${i}, {
  customerId${i}: "c", orderId: "o", placedAt: at, status: "paid", total: 1, tags: new Set(["a"]),
  lines: [{ sku${i}: "s", quantity: 1 }], city: "c", state: "s"
})
export const query${i} = Query.from(Order${i}).index("gsi2").pk({ state: "s", city: "c" }).sk.gte({ total: 5 }).limit(10)
`

/** @param {number} i */
const run = (i) => `
export const run${i} = Effect.gen(function* () {
  const got = yield* get${i}
  const written = yield* put${i}
  const found = yield* query${i}
  return { got: got._tag === "Some" ? got.value.total : 0, written: written.total, found: found.map((each) => each.total) }
})
`

/**
 * @param {number} count how many entities
 * @param {boolean} runs whether the operations are run, and what they give is used
 */
export const programOf = (count, runs) => `
import { DateTime, Effect, Schema } from "effect"
import { Attribute, Entity, Get, Index, Key, Put, Query, Table } from "effect-dynamo"

export const at = DateTime.makeUnsafe(0)
export const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    gsi2: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk" })
  }
})
export const used = [Attribute, Effect, Entity, Get, Key, Put, Query, Schema]
${Array.from({ length: count }, (_, i) => `${entity(i)}${runs ? run(i) : ""}`).join("")}`
