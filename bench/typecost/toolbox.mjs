/** The program of `scripts/typecost`, in DynamoDB-Toolbox: the same attributes, keys and operations, as near as it has them. */

/** @param {number} i */
const entity = (i) => `
export const Order${i} = new Entity({
  name: "Order${i}",
  table: Shop,
  schema: item({
    customerId${i}: string().key(),
    orderId: string().key(),
    placedAt: string().key(),
    status: string().enum("pending", "paid", "shipped"),
    total: number(),
    tags: set(string()),
    lines: list(map({ sku${i}: string(), quantity: number() })),
    note: string().optional(),
    priority: number().default(0),
    active: boolean().default(true),
    city: string(),
    state: string()
  }).and((_schema) => ({
    gsi1pk: string().link<typeof _schema>(({ orderId }) => "ORDER${i}#" + orderId),
    gsi1sk: string().link<typeof _schema>(() => "ORDER"),
    gsi2pk: string().link<typeof _schema>(({ city, state }) => state + "#" + city),
    gsi2sk: string().link<typeof _schema>(({ orderId, total }) => total + "#" + orderId)
  })),
  computeKey: ({ customerId${i}, orderId, placedAt }) => ({
    pk: "CUSTOMER${i}#" + customerId${i},
    sk: "ORDER#" + placedAt + "#" + orderId
  })
})

export const get${i} = Order${i}.build(GetItemCommand).key({ customerId${i}: "c", placedAt: at, orderId: "o" })
export const put${i} = Order${i}.build(PutItemCommand).item({
  customerId${i}: "c", orderId: "o", placedAt: at, status: "paid", total: 1, tags: new Set(["a"]),
  lines: [{ sku${i}: "s", quantity: 1 }], city: "c", state: "s"
})
export const query${i} = Shop.build(QueryCommand)
  .query({ index: "gsi2", partition: "s#c", range: { gte: "5" } })
  .entities(Order${i})
  .options({ limit: 10 })
`

/** @param {number} i */
const run = (i) => `
export const run${i} = async () => {
  const got = await get${i}.send()
  const written = await put${i}.send()
  const found = await query${i}.send()
  return { got: got.Item?.total ?? 0, written: written.ToolboxItem.total, found: (found.Items ?? []).map((each) => each.total) }
}
`

/**
 * @param {number} count how many entities
 * @param {boolean} runs whether the operations are run, and what they give is used
 */
export const programOf = (count, runs) => `
import { Entity } from "dynamodb-toolbox/entity"
import { GetItemCommand } from "dynamodb-toolbox/entity/actions/get"
import { PutItemCommand } from "dynamodb-toolbox/entity/actions/put"
import { boolean, item, list, map, number, set, string } from "dynamodb-toolbox/schema"
import { Table } from "dynamodb-toolbox/table"
import { QueryCommand } from "dynamodb-toolbox/table/actions/query"

export const at = "2026-11-22T10:15:30.000Z"
export const Shop = new Table({
  name: "shop",
  partitionKey: { name: "pk", type: "string" },
  sortKey: { name: "sk", type: "string" },
  indexes: {
    gsi1: { type: "global", partitionKey: { name: "gsi1pk", type: "string" }, sortKey: { name: "gsi1sk", type: "string" } },
    gsi2: { type: "global", partitionKey: { name: "gsi2pk", type: "string" }, sortKey: { name: "gsi2sk", type: "string" } }
  }
})
export const used = [Entity, GetItemCommand, PutItemCommand, QueryCommand, boolean, item, list, map, number, set, string]
${Array.from({ length: count }, (_, i) => `${entity(i)}${runs ? run(i) : ""}`).join("")}`
