/**
 * The program that `check-typecost.mjs` measures, in ElectroDB: the same attributes, keys and operations, as near as it
 * has them (it has no dates, and says a query's limit when it is run).
 */

/** @param {number} i */
const entity = (i) => `
export const Order${i} = new Entity({
  model: { entity: "Order${i}", service: "shop", version: "1" },
  attributes: {
    customerId${i}: { type: "string", required: true },
    orderId: { type: "string", required: true },
    placedAt: { type: "string", required: true },
    status: { type: ["pending", "paid", "shipped"] as const, required: true },
    total: { type: "number", required: true },
    tags: { type: "set", items: "string", required: true },
    lines: {
      type: "list",
      items: {
        type: "map",
        properties: { sku${i}: { type: "string", required: true }, quantity: { type: "number", required: true } }
      },
      required: true
    },
    note: { type: "string" },
    priority: { type: "number", required: true, default: 0 },
    active: { type: "boolean", required: true, default: true },
    city: { type: "string", required: true },
    state: { type: "string", required: true }
  },
  indexes: {
    primary: {
      pk: { field: "pk", composite: ["customerId${i}"], template: "CUSTOMER${i}#\${customerId${i}}" },
      sk: { field: "sk", composite: ["placedAt", "orderId"], template: "ORDER#\${placedAt}#\${orderId}" }
    },
    byId: {
      index: "gsi1",
      pk: { field: "gsi1pk", composite: ["orderId"], template: "ORDER${i}#\${orderId}" },
      sk: { field: "gsi1sk", composite: [], template: "ORDER" }
    },
    gsi2: {
      index: "gsi2",
      pk: { field: "gsi2pk", composite: ["state", "city"] },
      sk: { field: "gsi2sk", composite: ["total", "orderId"] }
    }
  }
}, { table: "shop" })

export const get${i} = Order${i}.get({ customerId${i}: "c", placedAt: at, orderId: "o" })
export const put${i} = Order${i}.put({
  customerId${i}: "c", orderId: "o", placedAt: at, status: "paid", total: 1, tags: ["a"],
  lines: [{ sku${i}: "s", quantity: 1 }], city: "c", state: "s"
})
export const query${i} = Order${i}.query.gsi2({ state: "s", city: "c" }).gte({ total: 5 })
`

/** @param {number} i */
const run = (i) => `
export const run${i} = async () => {
  const got = await get${i}.go()
  const written = await put${i}.go()
  const found = await query${i}.go({ limit: 10 })
  return { got: got.data?.total ?? 0, written: written.data.total, found: found.data.map((each) => each.total) }
}
`

/**
 * @param {number} count how many entities
 * @param {boolean} runs whether the operations are run, and what they give is used
 */
export const programOf = (count, runs) => `
import { Entity } from "electrodb"

export const at = "1970-01-01T00:00:00.000Z"
export const used = [Entity]
${Array.from({ length: count }, (_, i) => `${entity(i)}${runs ? run(i) : ""}`).join("")}`
