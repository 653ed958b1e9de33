export * as DynamoClient from "./DynamoClient.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
