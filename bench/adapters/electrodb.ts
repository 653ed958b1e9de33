/** ElectroDB, over the document client. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb"
import { Entity } from "electrodb"
import type { Adapter, Stored } from "../lib/adapter.ts"
import type { Order, Product } from "../lib/data.ts"
import { sdkConfig } from "../lib/sdkStub.ts"

const string = { type: "string", required: true } as const
const number = { type: "number", required: true } as const
const boolean = { type: "boolean", required: true } as const

const makeOrders = (table: string, client?: DynamoDBDocumentClient) =>
  new Entity(
    {
      model: { entity: "Order", service: "bench", version: "1" },
      attributes: {
        customerId: string,
        orderId: string,
        placedAt: string,
        status: { type: ["pending", "paid", "shipped"] as const, required: true },
        total: number,
        quantity: number,
        gift: boolean,
        note: string
      },
      indexes: {
        primary: {
          pk: { field: "pk", composite: ["customerId"], template: "CUSTOMER#${customerId}", casing: "none" },
          sk: { field: "sk", composite: ["orderId"], template: "ORDER#${orderId}", casing: "none" }
        }
      }
    } as const,
    { table, ...(client === undefined ? undefined : { client }) }
  )

const productAttributes = {
  category: string,
  id: string,
  name: string,
  brand: string,
  description: string,
  price: number,
  currency: { type: ["EUR", "USD", "GBP"] as const, required: true },
  cost: number,
  stock: number,
  weight: number,
  active: boolean,
  featured: boolean,
  rating: number,
  reviewCount: number,
  createdAt: string,
  updatedAt: string,
  sku: string,
  ean: string,
  color: string,
  material: string,
  warranty: { type: "string" },
  discontinued: { type: "boolean" },
  supplier: {
    type: "map",
    required: true,
    properties: {
      name: string,
      email: string,
      address: {
        type: "map",
        required: true,
        properties: { street: string, city: string, zip: string, country: string }
      }
    }
  },
  dimensions: { type: "map", required: true, properties: { width: number, height: number, depth: number } },
  variants: {
    type: "list",
    required: true,
    items: { type: "map", properties: { sku: string, size: string, price: number, stock: number } }
  },
  images: {
    type: "list",
    required: true,
    items: { type: "map", properties: { url: string, alt: string, width: number, height: number } }
  },
  reviews: {
    type: "list",
    required: true,
    items: { type: "map", properties: { user: string, stars: number, text: string } }
  },
  labels: { type: "list", required: true, items: { type: "string" } },
  tags: { type: "set", required: true, items: "string" },
  related: { type: "set", required: true, items: "number" }
} as const

const makeProducts = (table: string, client?: DynamoDBDocumentClient, entity = "Product") =>
  new Entity(
    {
      model: { entity, service: "bench", version: "1" },
      attributes: productAttributes,
      indexes: {
        primary: {
          pk: { field: "pk", composite: ["category"], template: "CATALOG#${category}", casing: "none" },
          sk: { field: "sk", composite: ["id"], template: "PRODUCT#${id}", casing: "none" }
        }
      }
    } as const,
    { table, ...(client === undefined ? undefined : { client }) }
  )

// Its own types take mutable arrays, and sets as arrays.
const writable = ({ related, tags, ...rest }: Product) => ({ ...rest, related: [...related], tags: [...tags] }) as never

const orders = makeOrders("bench")
const products = makeProducts("bench")

// The document client would turn sets into `SS` and `NS`; what ElectroDB hands it are its own.
const toItem = (params: { readonly Item?: object }) => marshall(unwrapSets(params.Item ?? {}))

const unwrapSets = (item: object): object => {
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(item)) {
    out[name] =
      typeof value === "object" && value !== null && "wrapperName" in value && "values" in value
        ? new Set(value.values as Array<unknown>)
        : value
  }
  return out
}

const storedOrder: Stored<Order> = {
  encode: (value) => toItem(orders.put(value).params()),
  decode: (item) => orders.parse({ Item: unmarshall(item) }).data
}

const storedProduct: Stored<Product> = {
  encode: (value) => toItem(products.put(writable(value)).params()),
  decode: (item) => products.parse({ Item: unmarshall(item) }).data
}

const markers = (entity: string) => ({ __edb_e__: { S: entity }, __edb_v__: { S: "1" } })

export const adapter: Adapter = {
  name: "ElectroDB",
  markers: { order: markers("Order"), product: markers("Product") },
  stored: { order: storedOrder, product: storedProduct },
  plan: ({ customerId, least, limit, prefix, status }) =>
    orders.query
      .primary({ customerId })
      .begins({ orderId: prefix })
      .where((order, { eq, gte }) => `${eq(order.status, status)} AND ${gte(order.total, least)}`)
      .params({ attributes: ["orderId", "status", "total"], limit }),
  connect: async (connection) => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(sdkConfig(connection)))
    const orders = makeOrders(connection.table, client)
    const products = makeProducts(connection.table, client)
    return {
      get: {
        order: async ({ customerId, orderId }) => (await orders.get({ customerId, orderId }).go()).data,
        product: async ({ category, id }) => (await products.get({ category, id }).go()).data
      },
      put: {
        order: (value) => orders.put(value).go(),
        product: (value) => products.put(writable(value)).go()
      },
      query: {
        order: async (customerId) => (await orders.query.primary({ customerId }).go()).data,
        product: async (category) => (await products.query.primary({ category }).go()).data
      },
      scan: async (segments, each) => {
        const segment = async (Segment: number) => {
          let cursor: string | null = null
          do {
            const page: { data: ReadonlyArray<unknown>; cursor: string | null } = await orders.scan.go({
              cursor,
              ...(segments > 1 ? { params: { Segment, TotalSegments: segments } } : undefined)
            })
            each(page.data)
            cursor = page.cursor
          } while (cursor !== null)
        }
        await Promise.all(Array.from({ length: segments }, (_, i) => segment(i)))
      },
      close: () => client.destroy()
    }
  },
  define: (count, sample) => {
    for (let i = 0; i < count; i++) {
      const products = makeProducts("bench", undefined, `Product${i}`)
      const item = toItem(products.put(writable(sample)).params())
      if (products.parse({ Item: unmarshall(item) }).data === null) throw new Error("ElectroDB does not know its item")
    }
  }
}
