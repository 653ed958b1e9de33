/** OneTable, over the SDK's client. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { Dynamo } from "dynamodb-onetable/Dynamo"
import { Table } from "dynamodb-onetable"
import type { Adapter } from "../lib/adapter.ts"
import type { Product } from "../lib/data.ts"
import { sdkConfig } from "../lib/sdkStub.ts"

const string = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const boolean = { type: Boolean, required: true } as const

const schema = {
  format: "onetable:1.1.0",
  version: "0.0.1",
  indexes: { primary: { hash: "pk", sort: "sk" } },
  models: {
    Order: {
      pk: { type: String, value: "CUSTOMER#${customerId}" },
      sk: { type: String, value: "ORDER#${orderId}" },
      customerId: string,
      orderId: string,
      placedAt: string,
      status: { type: String, required: true, enum: ["pending", "paid", "shipped"] },
      total: number,
      quantity: number,
      gift: boolean,
      note: string
    },
    Product: {
      pk: { type: String, value: "CATALOG#${category}" },
      sk: { type: String, value: "PRODUCT#${id}" },
      category: string,
      id: string,
      name: string,
      brand: string,
      description: string,
      price: number,
      currency: { type: String, required: true, enum: ["EUR", "USD", "GBP"] },
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
      warranty: { type: String },
      discontinued: { type: Boolean },
      supplier: {
        type: Object,
        required: true,
        schema: {
          name: string,
          email: string,
          address: {
            type: Object,
            required: true,
            schema: { street: string, city: string, zip: string, country: string }
          }
        }
      },
      dimensions: { type: Object, required: true, schema: { width: number, height: number, depth: number } },
      variants: {
        type: Array,
        required: true,
        items: { type: Object, schema: { sku: string, size: string, price: number, stock: number } }
      },
      images: {
        type: Array,
        required: true,
        items: { type: Object, schema: { url: string, alt: string, width: number, height: number } }
      },
      reviews: {
        type: Array,
        required: true,
        items: { type: Object, schema: { user: string, stars: number, text: string } }
      },
      labels: { type: Array, required: true, items: { type: String } },
      tags: { type: Set, required: true },
      related: { type: Set, required: true }
    }
  },
  params: { isoDates: true, timestamps: false }
} as const

// Its types have no nested optional schemas and take mutable values.
const writable = (value: Product) => value as never

export const adapter: Adapter = {
  name: "OneTable",
  markers: { order: { _type: { S: "Order" } }, product: { _type: { S: "Product" } } },
  connect: async (connection) => {
    const client = new DynamoDBClient(sdkConfig(connection))
    const table = new Table({
      client: new Dynamo({ client }),
      name: connection.table,
      schema: schema as never,
      partial: true
    })
    const orders = table.getModel("Order")
    const products = table.getModel("Product")
    return {
      get: {
        order: ({ customerId, orderId }) => orders.get({ customerId, orderId } as never),
        product: ({ category, id }) => products.get({ category, id } as never)
      },
      put: {
        order: (value) => orders.create(value as never, { exists: null }),
        product: (value) => products.create(writable(value), { exists: null })
      },
      query: {
        order: (customerId) => orders.find({ customerId } as never, { maxPages: 1 }),
        product: (category) => products.find({ category } as never, { maxPages: 1 })
      },
      close: () => client.destroy()
    }
  }
}
