/** DynamoDB-Toolbox, over the document client. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb"
import { Entity } from "dynamodb-toolbox/entity"
import { EntityFormatter } from "dynamodb-toolbox/entity/actions/format"
import { GetItemCommand } from "dynamodb-toolbox/entity/actions/get"
import { PutItemCommand } from "dynamodb-toolbox/entity/actions/put"
import { boolean, item, list, map, number, set, string } from "dynamodb-toolbox/schema"
import { Table } from "dynamodb-toolbox/table"
import { QueryCommand } from "dynamodb-toolbox/table/actions/query"
import { ScanCommand } from "dynamodb-toolbox/table/actions/scan"
import type { Adapter } from "../lib/adapter.ts"
import type { Product } from "../lib/data.ts"
import { sdkConfig } from "../lib/sdkStub.ts"

const makeTable = (name: string, documentClient?: DynamoDBDocumentClient) =>
  new Table({
    name,
    partitionKey: { name: "pk", type: "string" },
    sortKey: { name: "sk", type: "string" },
    ...(documentClient === undefined ? undefined : { documentClient })
  })

type BenchTable = ReturnType<typeof makeTable>

const makeOrders = (table: BenchTable) =>
  new Entity({
    name: "Order",
    table,
    timestamps: false,
    schema: item({
      customerId: string().key(),
      orderId: string().key(),
      placedAt: string(),
      status: string().enum("pending", "paid", "shipped"),
      total: number(),
      quantity: number(),
      gift: boolean(),
      note: string()
    }),
    computeKey: ({ customerId, orderId }) => ({ pk: `CUSTOMER#${customerId}`, sk: `ORDER#${orderId}` })
  })

const productSchema = () =>
  item({
    category: string().key(),
    id: string().key(),
    name: string(),
    brand: string(),
    description: string(),
    price: number(),
    currency: string().enum("EUR", "USD", "GBP"),
    cost: number(),
    stock: number(),
    weight: number(),
    active: boolean(),
    featured: boolean(),
    rating: number(),
    reviewCount: number(),
    createdAt: string(),
    updatedAt: string(),
    sku: string(),
    ean: string(),
    color: string(),
    material: string(),
    warranty: string().optional(),
    discontinued: boolean().optional(),
    supplier: map({
      name: string(),
      email: string(),
      address: map({ street: string(), city: string(), zip: string(), country: string() })
    }),
    dimensions: map({ width: number(), height: number(), depth: number() }),
    variants: list(map({ sku: string(), size: string(), price: number(), stock: number() })),
    images: list(map({ url: string(), alt: string(), width: number(), height: number() })),
    reviews: list(map({ user: string(), stars: number(), text: string() })),
    labels: list(string()),
    tags: set(string()),
    related: set(number())
  })

const makeProducts = (table: BenchTable, name = "Product") =>
  new Entity({
    name,
    table,
    timestamps: false,
    schema: productSchema(),
    computeKey: ({ category, id }: { readonly category: string; readonly id: string }) => ({
      pk: `CATALOG#${category}`,
      sk: `PRODUCT#${id}`
    })
  })

interface Page {
  readonly Items?: ReadonlyArray<unknown> | undefined
  readonly LastEvaluatedKey?: Record<string, unknown> | undefined
}

// Its types take mutable arrays and sets.
const writable = (value: Product) => value as never

const table = makeTable("bench")
const orders = makeOrders(table)
const products = makeProducts(table)

export const adapter: Adapter = {
  name: "DynamoDB-Toolbox",
  markers: { order: { _et: { S: "Order" } }, product: { _et: { S: "Product" } } },
  stored: {
    order: {
      encode: (value) => marshall(orders.build(PutItemCommand).item(value).params().Item),
      decode: (item) => orders.build(EntityFormatter).format(unmarshall(item))
    },
    product: {
      encode: (value) => marshall(products.build(PutItemCommand).item(writable(value)).params().Item),
      decode: (item) => products.build(EntityFormatter).format(unmarshall(item))
    }
  },
  plan: ({ customerId, least, limit, prefix, status }) =>
    table
      .build(QueryCommand)
      .query({ partition: `CUSTOMER#${customerId}`, range: { beginsWith: `ORDER#${prefix}` } })
      .entities(orders)
      .options({
        filters: {
          Order: {
            and: [
              { attr: "status", eq: status },
              { attr: "total", gte: least }
            ]
          }
        },
        attributes: ["orderId", "status", "total"],
        limit
      })
      .params(),
  connect: async (connection) => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(sdkConfig(connection)))
    const table = makeTable(connection.table, client)
    const orders = makeOrders(table)
    const products = makeProducts(table)
    return {
      get: {
        order: async ({ customerId, orderId }) =>
          (await orders.build(GetItemCommand).key({ customerId, orderId }).send()).Item,
        product: async ({ category, id }) => (await products.build(GetItemCommand).key({ category, id }).send()).Item
      },
      put: {
        order: (value) => orders.build(PutItemCommand).item(value).send(),
        product: (value) => products.build(PutItemCommand).item(writable(value)).send()
      },
      query: {
        order: async (customerId) =>
          (
            await table
              .build(QueryCommand)
              .query({ partition: `CUSTOMER#${customerId}`, range: { beginsWith: "ORDER#" } })
              .entities(orders)
              .send()
          ).Items ?? [],
        product: async (category) =>
          (
            await table
              .build(QueryCommand)
              .query({ partition: `CATALOG#${category}`, range: { beginsWith: "PRODUCT#" } })
              .entities(products)
              .send()
          ).Items ?? []
      },
      scan: async (totalSegments, each) => {
        const one = async (segment: number) => {
          let exclusiveStartKey: Record<string, unknown> | undefined
          do {
            const start = exclusiveStartKey === undefined ? {} : { exclusiveStartKey }
            const scan = table.build(ScanCommand).entities(orders)
            const page: Page = await (
              totalSegments > 1 ? scan.options({ segment, totalSegments, ...start }) : scan.options(start)
            ).send()
            each(page.Items ?? [])
            exclusiveStartKey = page.LastEvaluatedKey
          } while (exclusiveStartKey !== undefined)
        }
        await Promise.all(Array.from({ length: totalSegments }, (_, i) => one(i)))
      },
      close: () => client.destroy()
    }
  },
  define: (count, sample) => {
    const table = makeTable("bench")
    for (let i = 0; i < count; i++) {
      const products = makeProducts(table, `Product${i}`)
      const item = marshall(products.build(PutItemCommand).item(writable(sample)).params().Item)
      products.build(EntityFormatter).format(unmarshall(item))
    }
  }
}
