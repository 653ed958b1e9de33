import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeLimitsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand
} from "@aws-sdk/client-dynamodb"
import type { OperationName } from "./operations.ts"

// The only file that loads the SDK: everything else uses its types alone. It is loaded on demand, and takes nothing else
// along: bundlers keep what is loaded on demand, and all that it imports, apart from the rest of an application.

export { DynamoDBClient }

/** The SDK's command for each operation. */
export const commands = {
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  DeleteItem: DeleteItemCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  BatchGetItem: BatchGetItemCommand,
  BatchWriteItem: BatchWriteItemCommand,
  TransactGetItems: TransactGetItemsCommand,
  TransactWriteItems: TransactWriteItemsCommand,
  ExecuteStatement: ExecuteStatementCommand,
  BatchExecuteStatement: BatchExecuteStatementCommand,
  ExecuteTransaction: ExecuteTransactionCommand,
  CreateTable: CreateTableCommand,
  DescribeTable: DescribeTableCommand,
  UpdateTable: UpdateTableCommand,
  DeleteTable: DeleteTableCommand,
  ListTables: ListTablesCommand,
  UpdateTimeToLive: UpdateTimeToLiveCommand,
  DescribeTimeToLive: DescribeTimeToLiveCommand,
  TagResource: TagResourceCommand,
  UntagResource: UntagResourceCommand,
  ListTagsOfResource: ListTagsOfResourceCommand,
  DescribeLimits: DescribeLimitsCommand,
  DescribeContinuousBackups: DescribeContinuousBackupsCommand,
  UpdateContinuousBackups: UpdateContinuousBackupsCommand
} satisfies { readonly [Name in OperationName]: unknown }
