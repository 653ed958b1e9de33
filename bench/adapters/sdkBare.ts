/** The AWS SDK's client alone: attribute values in, attribute values out. */
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb"
import type { Adapter } from "../lib/adapter.ts"
import { type Item, keyOf, type Shape, type Shapes } from "../lib/data.ts"
import { partitionOf, sortOf } from "../lib/expressions.ts"
import { sdkConfig } from "../lib/sdkStub.ts"
import { codecs } from "./hand.ts"

export const adapter: Adapter = {
  name: "SDK alone",
  markers: { order: {}, product: {} },
  connect: async (connection) => {
    const client = new DynamoDBClient(sdkConfig(connection))
    const { table: TableName } = connection
    const toKey = ({ pk, sk }: { readonly pk: string; readonly sk: string }): Item => ({ pk: { S: pk }, sk: { S: sk } })
    // What an item is made of is made once: this is the price of the client.
    const items = new Map<unknown, Item>()
    const itemOf = <S extends Shape>(shape: S, value: Shapes[S]): Item => {
      let item = items.get(value)
      if (item === undefined) {
        item = { ...codecs[shape].encode(value), ...toKey(keyOf[shape](value)) }
        items.set(value, item)
      }
      return item
    }
    const get = async (key: { readonly pk: string; readonly sk: string }) =>
      (await client.send(new GetItemCommand({ TableName, Key: toKey(key) }))).Item
    const put = (Item: Item) => client.send(new PutItemCommand({ TableName, Item }))
    const query = async (shape: Shape, partition: string) => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
          ExpressionAttributeValues: { ":pk": { S: partitionOf[shape] + partition }, ":sk": { S: sortOf[shape] } }
        })
      )
      return Items ?? []
    }
    return {
      get: { order: (value) => get(keyOf.order(value)), product: (value) => get(keyOf.product(value)) },
      put: {
        order: (value) => put(itemOf("order", value)),
        product: (value) => put(itemOf("product", value))
      },
      query: { order: (partition) => query("order", partition), product: (partition) => query("product", partition) },
      close: () => client.destroy()
    }
  }
}
