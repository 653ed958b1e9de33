/**
 * The DynamoDB library for Effect applications: one install, one import.
 *
 * Every module is there by itself too (`import * as Query from "effect-dynamo/Query"`), for those who count bytes: some
 * bundlers, esbuild among them, keep all of a barrel whose modules are namespaces.
 *
 * @since 0.1.0
 */
export * as Attribute from "./Attribute.ts"
export * as Batch from "./Batch.ts"
export * as Capacity from "./Capacity.ts"
export * as Check from "./Check.ts"
export * as Collection from "./Collection.ts"
export * as Condition from "./Condition.ts"
export * as Cursor from "./Cursor.ts"
export * as Delete from "./Delete.ts"
export * as DynamoClient from "./DynamoClient.ts"
export * as DynamoConfig from "./DynamoConfig.ts"
export * as DynamoError from "./DynamoError.ts"
export * as Entity from "./Entity.ts"
export * as Explanation from "./Explanation.ts"
export * as Get from "./Get.ts"
export * as HttpTransport from "./HttpTransport.ts"
export * as Index from "./Index.ts"
export * as ItemCodec from "./ItemCodec.ts"
export * as Key from "./Key.ts"
export * as Page from "./Page.ts"
export * as Put from "./Put.ts"
export * as Query from "./Query.ts"
export * as RawBatch from "./RawBatch.ts"
export * as Repository from "./Repository.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
export * as Scan from "./Scan.ts"
export * as Table from "./Table.ts"
export * as TableAdmin from "./TableAdmin.ts"
export * as Transaction from "./Transaction.ts"
export * as Update from "./Update.ts"
