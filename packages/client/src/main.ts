export * as DynamoClient from "./DynamoClient.ts"
export * as RawBatch from "./RawBatch.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
