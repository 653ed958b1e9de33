import type * as DynamoClient from "@effect-dynamo/client/DynamoClient"

/** Options for a client of something on this machine. */
export const local = (endpoint: string): DynamoClient.Options => ({
  region: "eu-west-1",
  endpoint,
  credentials: { accessKeyId: "local", secretAccessKey: "local" }
})
