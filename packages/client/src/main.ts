export * as DynamoClient from "./DynamoClient.ts"
export * as HttpTransport from "./HttpTransport.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
