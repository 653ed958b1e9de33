/** The AWS SDK's client, as shipped, with its converter, as most programs have it. */
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb"
import type { Adapter, Codec, Connection, Stored } from "../lib/adapter.ts"
import { type Item, keyOf, type Shape, type Shapes } from "../lib/data.ts"
import { partitionOf, queryExpressions, queryValues, sortOf } from "../lib/expressions.ts"
import { sdkConfig } from "../lib/sdkStub.ts"

const codec = <T>(): Codec<T> => ({
  encode: (value) => marshall(value),
  decode: (item) => unmarshall(item),
  decodeAll: (items) => items.map((item) => unmarshall(item))
})

const stored = <S extends Shape>(shape: S): Stored<Shapes[S]> => ({
  encode: (value) => marshall({ ...value, ...keyOf[shape](value) }),
  decode: (item) => unmarshall(item)
})

export const calls = async (client: DynamoDBClient, { table }: Connection) => {
  const get = async (key: { readonly pk: string; readonly sk: string }) => {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: marshall(key) }))
    return Item === undefined ? undefined : unmarshall(Item)
  }
  const put = (value: object, key: object) =>
    client.send(new PutItemCommand({ TableName: table, Item: marshall({ ...value, ...key }) }))
  const query = async (shape: Shape, partition: string) => {
    const { Items } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues: marshall({ ":pk": partitionOf[shape] + partition, ":sk": sortOf[shape] })
      })
    )
    return (Items ?? []).map((item) => unmarshall(item))
  }
  const segment = async (Segment: number, TotalSegments: number, each: (page: ReadonlyArray<unknown>) => void) => {
    let start: Item | undefined
    do {
      const { Items, LastEvaluatedKey } = await client.send(
        new ScanCommand({
          TableName: table,
          ...(TotalSegments > 1 ? { Segment, TotalSegments } : undefined),
          ...(start === undefined ? undefined : { ExclusiveStartKey: start })
        })
      )
      each((Items ?? []).map((item) => unmarshall(item)))
      start = LastEvaluatedKey
    } while (start !== undefined)
  }
  return {
    get: {
      order: (value: Shapes["order"]) => get(keyOf.order(value)),
      product: (value: Shapes["product"]) => get(keyOf.product(value))
    },
    put: {
      order: (value: Shapes["order"]) => put(value, keyOf.order(value)),
      product: (value: Shapes["product"]) => put(value, keyOf.product(value))
    },
    query: {
      order: (partition: string) => query("order", partition),
      product: (partition: string) => query("product", partition)
    },
    scan: async (segments: number, each: (page: ReadonlyArray<unknown>) => void) => {
      await Promise.all(Array.from({ length: segments }, (_, i) => segment(i, segments, each)))
    },
    close: () => client.destroy()
  }
}

export const adapter: Adapter = {
  name: "SDK + util-dynamodb",
  markers: { order: {}, product: {} },
  codec: { order: codec(), product: codec() },
  stored: { order: stored("order"), product: stored("product") },
  plan: (wanted) => ({
    TableName: "bench",
    ...queryExpressions,
    ExpressionAttributeValues: marshall(queryValues(wanted)),
    Limit: wanted.limit
  }),
  connect: (connection) => calls(new DynamoDBClient(sdkConfig(connection)), connection)
}
