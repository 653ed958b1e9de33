import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { Entity } from "electrodb"

export const run = async (endpoint: string) => {
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "a", secretAccessKey: "b" }
  })
  const orders = new Entity(
    {
      model: { entity: "Order", service: "bench", version: "1" },
      attributes: {
        customerId: { type: "string", required: true },
        orderId: { type: "string", required: true },
        placedAt: { type: "string", required: true },
        status: { type: ["pending", "paid", "shipped"] as const, required: true },
        total: { type: "number", required: true },
        quantity: { type: "number", required: true },
        gift: { type: "boolean", required: true },
        note: { type: "string", required: true }
      },
      indexes: {
        primary: {
          pk: { field: "pk", composite: ["customerId"], template: "CUSTOMER#${customerId}", casing: "none" },
          sk: { field: "sk", composite: ["orderId"], template: "ORDER#${orderId}", casing: "none" }
        }
      }
    },
    { table: "bench", client }
  )
  const order = await orders.get({ customerId: "c-1", orderId: "o-00000001" }).go()
  const found = await orders.query.primary({ customerId: "c-1" }).go({ limit: 2 })
  client.destroy()
  return [order.data, found.data.length]
}
