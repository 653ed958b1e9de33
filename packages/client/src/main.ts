export * as DynamoClient from "./DynamoClient.ts"
export * as HttpTransport from "./HttpTransport.ts"
export * as RawBatch from "./RawBatch.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
