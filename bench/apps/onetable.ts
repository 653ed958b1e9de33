import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { Dynamo } from "dynamodb-onetable/Dynamo"
import { Table } from "dynamodb-onetable"

export const run = async (endpoint: string) => {
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "a", secretAccessKey: "b" }
  })
  const table = new Table({
    client: new Dynamo({ client }),
    name: "bench",
    partial: true,
    schema: {
      format: "onetable:1.1.0",
      version: "0.0.1",
      indexes: { primary: { hash: "pk", sort: "sk" } },
      models: {
        Order: {
          pk: { type: String, value: "CUSTOMER#${customerId}" },
          sk: { type: String, value: "ORDER#${orderId}" },
          customerId: { type: String, required: true },
          orderId: { type: String, required: true },
          placedAt: { type: String, required: true },
          status: { type: String, required: true, enum: ["pending", "paid", "shipped"] },
          total: { type: Number, required: true },
          quantity: { type: Number, required: true },
          gift: { type: Boolean, required: true },
          note: { type: String, required: true }
        }
      },
      params: { isoDates: true, timestamps: false }
    }
  })
  const orders = table.getModel("Order")
  const order = await orders.get({ customerId: "c-1", orderId: "o-00000001" })
  const found = await orders.find({ customerId: "c-1" }, { limit: 2 })
  client.destroy()
  return [order, found.length]
}
