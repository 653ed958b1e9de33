import { DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb"
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb"

export const run = async (endpoint: string) => {
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "a", secretAccessKey: "b" }
  })
  const { Item } = await client.send(
    new GetItemCommand({ TableName: "bench", Key: marshall({ pk: "CUSTOMER#c-1", sk: "ORDER#o-00000001" }) })
  )
  const { Items } = await client.send(
    new QueryCommand({
      TableName: "bench",
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
      ExpressionAttributeValues: marshall({ ":pk": "CUSTOMER#c-1", ":sk": "ORDER#" }),
      Limit: 2
    })
  )
  client.destroy()
  return [Item === undefined ? undefined : unmarshall(Item), (Items ?? []).map((item) => unmarshall(item)).length]
}
