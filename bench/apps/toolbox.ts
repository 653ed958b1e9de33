import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { Entity } from "dynamodb-toolbox/entity"
import { GetItemCommand } from "dynamodb-toolbox/entity/actions/get"
import { boolean, item, number, string } from "dynamodb-toolbox/schema"
import { Table } from "dynamodb-toolbox/table"
import { QueryCommand } from "dynamodb-toolbox/table/actions/query"

export const run = async (endpoint: string) => {
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "a", secretAccessKey: "b" }
  })
  const table = new Table({
    name: "bench",
    partitionKey: { name: "pk", type: "string" },
    sortKey: { name: "sk", type: "string" },
    documentClient: DynamoDBDocumentClient.from(client)
  })
  const orders = new Entity({
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
  const { Item } = await orders.build(GetItemCommand).key({ customerId: "c-1", orderId: "o-00000001" }).send()
  const { Items } = await table
    .build(QueryCommand)
    .query({ partition: "CUSTOMER#c-1", range: { beginsWith: "ORDER#" } })
    .entities(orders)
    .options({ limit: 2 })
    .send()
  client.destroy()
  return [Item, (Items ?? []).length]
}
