/** The AWS SDK's client with a logger that has no methods, which few know to give it. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb"
import type { Adapter } from "../lib/adapter.ts"
import { sdkConfig } from "../lib/sdkStub.ts"
import { calls } from "./sdk.ts"

// The SDK calls `logger?.info?.(…)`: only its type says that a logger has methods.
const logger = {} as NonNullable<DynamoDBClientConfig["logger"]>

export const adapter: Adapter = {
  name: "SDK, logger: {}",
  markers: { order: {}, product: {} },
  connect: (connection) => calls(new DynamoDBClient({ ...sdkConfig(connection), logger }), connection)
}
