/**
 * The DynamoDB library for Effect applications: one install, one import.
 *
 * @since 0.1.0
 */
export * as Attribute from "@effect-dynamo/core/Attribute"
export * as Collection from "@effect-dynamo/query/Collection"
export * as Condition from "@effect-dynamo/core/Condition"
export * as Cursor from "@effect-dynamo/query/Cursor"
export * as Delete from "@effect-dynamo/query/Delete"
export * as DynamoClient from "@effect-dynamo/client/DynamoClient"
export * as DynamoConfig from "@effect-dynamo/core/DynamoConfig"
export * as DynamoError from "@effect-dynamo/core/DynamoError"
export * as Entity from "@effect-dynamo/core/Entity"
export * as Explanation from "@effect-dynamo/query/Explanation"
export * as Get from "@effect-dynamo/query/Get"
export * as HttpTransport from "@effect-dynamo/client/HttpTransport"
export * as Index from "@effect-dynamo/core/Index"
export * as ItemCodec from "@effect-dynamo/core/ItemCodec"
export * as Key from "@effect-dynamo/core/Key"
export * as Page from "@effect-dynamo/query/Page"
export * as Put from "@effect-dynamo/query/Put"
export * as Query from "@effect-dynamo/query/Query"
export * as RetryPolicy from "@effect-dynamo/client/RetryPolicy"
export * as Scan from "@effect-dynamo/query/Scan"
export * as Table from "@effect-dynamo/core/Table"
export * as TableAdmin from "@effect-dynamo/query/TableAdmin"
export * as Update from "@effect-dynamo/query/Update"
