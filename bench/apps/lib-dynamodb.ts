import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb"

export const run = async (endpoint: string) => {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ region: "us-east-1", endpoint, credentials: { accessKeyId: "a", secretAccessKey: "b" } })
  )
  const { Item } = await client.send(
    new GetCommand({ TableName: "bench", Key: { pk: "CUSTOMER#c-1", sk: "ORDER#o-00000001" } })
  )
  const { Items } = await client.send(
    new QueryCommand({
      TableName: "bench",
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
      ExpressionAttributeValues: { ":pk": "CUSTOMER#c-1", ":sk": "ORDER#" },
      Limit: 2
    })
  )
  client.destroy()
  return [Item, (Items ?? []).length]
}
