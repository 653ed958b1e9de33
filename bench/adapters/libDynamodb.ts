/** The AWS SDK's document client. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, paginateScan } from "@aws-sdk/lib-dynamodb"
import type { Adapter } from "../lib/adapter.ts"
import { keyOf, type Shape } from "../lib/data.ts"
import { partitionOf, sortOf } from "../lib/expressions.ts"
import { sdkConfig } from "../lib/sdkStub.ts"

export const adapter: Adapter = {
  name: "lib-dynamodb",
  markers: { order: {}, product: {} },
  connect: async (connection) => {
    const { table: TableName } = connection
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(sdkConfig(connection)))
    const get = async (Key: { readonly pk: string; readonly sk: string }) =>
      (await client.send(new GetCommand({ TableName, Key }))).Item
    const put = (value: object, key: object) => client.send(new PutCommand({ TableName, Item: { ...value, ...key } }))
    const query = async (shape: Shape, partition: string) => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
          ExpressionAttributeValues: { ":pk": partitionOf[shape] + partition, ":sk": sortOf[shape] }
        })
      )
      return Items ?? []
    }
    return {
      get: { order: (value) => get(keyOf.order(value)), product: (value) => get(keyOf.product(value)) },
      put: {
        order: (value) => put(value, keyOf.order(value)),
        product: (value) => put(value, keyOf.product(value))
      },
      query: { order: (partition) => query("order", partition), product: (partition) => query("product", partition) },
      scan: async (TotalSegments, each) => {
        const segment = async (Segment: number) => {
          const pages = paginateScan(
            { client },
            { TableName, ...(TotalSegments > 1 ? { Segment, TotalSegments } : undefined) }
          )
          for await (const { Items } of pages) each(Items ?? [])
        }
        await Promise.all(Array.from({ length: TotalSegments }, (_, i) => segment(i)))
      },
      close: () => client.destroy()
    }
  }
}
