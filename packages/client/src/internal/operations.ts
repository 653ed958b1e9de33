import type * as DynamoError from "@effect-dynamo/core/DynamoError"
import type * as Sdk from "@aws-sdk/client-dynamodb"

/**
 * A stored item as DynamoDB has it: attribute values by attribute name.
 *
 * @category models
 * @since 0.1.0
 */
export type Item = Record<string, Sdk.AttributeValue>

// What a write of one item can fail with besides the service's errors.
type WriteError = DynamoError.ConditionalCheckFailed<Item> | DynamoError.TransactionConflict

/**
 * What reading one item can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type GetItemError = DynamoError.Service

/**
 * What putting one item can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type PutItemError =
  | DynamoError.Service
  | WriteError
  | DynamoError.ItemTooLarge
  | DynamoError.ItemCollectionTooLarge

/**
 * What updating one item can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type UpdateItemError = PutItemError

/**
 * What deleting one item can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type DeleteItemError = DynamoError.Service | WriteError | DynamoError.ItemCollectionTooLarge

/**
 * What a query can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type QueryError = DynamoError.Service

/**
 * What a scan can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type ScanError = DynamoError.Service

/**
 * What reading a batch can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type BatchGetItemError = DynamoError.Service

/**
 * What writing a batch can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type BatchWriteItemError =
  | DynamoError.Service
  | DynamoError.TransactionConflict
  | DynamoError.ItemTooLarge
  | DynamoError.ItemCollectionTooLarge

/**
 * What reading in a transaction can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type TransactGetItemsError =
  | DynamoError.Service
  | DynamoError.TransactionCanceled
  | DynamoError.TransactionConflict

/**
 * What writing in a transaction can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type TransactWriteItemsError =
  | DynamoError.Service
  | WriteError
  | DynamoError.TransactionCanceled
  | DynamoError.IdempotentMismatch
  | DynamoError.ItemTooLarge
  | DynamoError.ItemCollectionTooLarge

/**
 * What a PartiQL statement can fail with. A duplicate `INSERT` is a `ConditionalCheckFailed`.
 *
 * @category errors
 * @since 0.1.0
 */
export type ExecuteStatementError = PutItemError

/**
 * What a batch of PartiQL statements can fail with. What single statements failed with is in the answer.
 *
 * @category errors
 * @since 0.1.0
 */
export type BatchExecuteStatementError = DynamoError.Service

/**
 * What a PartiQL transaction can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type ExecuteTransactionError = TransactWriteItemsError

/**
 * What an operation on tables can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type TableError = DynamoError.Service | DynamoError.ResourceInUse

interface Operation<in out Input, in out Output, in out Error> {
  readonly input: Input
  readonly output: Output
  readonly error: Error
}

/**
 * Every operation by DynamoDB's name for it: what goes in, what comes out, what it fails with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Operations {
  readonly GetItem: Operation<Sdk.GetItemCommandInput, Sdk.GetItemCommandOutput, GetItemError>
  readonly PutItem: Operation<Sdk.PutItemCommandInput, Sdk.PutItemCommandOutput, PutItemError>
  readonly UpdateItem: Operation<Sdk.UpdateItemCommandInput, Sdk.UpdateItemCommandOutput, UpdateItemError>
  readonly DeleteItem: Operation<Sdk.DeleteItemCommandInput, Sdk.DeleteItemCommandOutput, DeleteItemError>
  readonly Query: Operation<Sdk.QueryCommandInput, Sdk.QueryCommandOutput, QueryError>
  readonly Scan: Operation<Sdk.ScanCommandInput, Sdk.ScanCommandOutput, ScanError>
  readonly BatchGetItem: Operation<Sdk.BatchGetItemCommandInput, Sdk.BatchGetItemCommandOutput, BatchGetItemError>
  readonly BatchWriteItem: Operation<
    Sdk.BatchWriteItemCommandInput,
    Sdk.BatchWriteItemCommandOutput,
    BatchWriteItemError
  >
  readonly TransactGetItems: Operation<
    Sdk.TransactGetItemsCommandInput,
    Sdk.TransactGetItemsCommandOutput,
    TransactGetItemsError
  >
  readonly TransactWriteItems: Operation<
    Sdk.TransactWriteItemsCommandInput,
    Sdk.TransactWriteItemsCommandOutput,
    TransactWriteItemsError
  >
  readonly ExecuteStatement: Operation<
    Sdk.ExecuteStatementCommandInput,
    Sdk.ExecuteStatementCommandOutput,
    ExecuteStatementError
  >
  readonly BatchExecuteStatement: Operation<
    Sdk.BatchExecuteStatementCommandInput,
    Sdk.BatchExecuteStatementCommandOutput,
    BatchExecuteStatementError
  >
  readonly ExecuteTransaction: Operation<
    Sdk.ExecuteTransactionCommandInput,
    Sdk.ExecuteTransactionCommandOutput,
    ExecuteTransactionError
  >
  readonly CreateTable: Operation<Sdk.CreateTableCommandInput, Sdk.CreateTableCommandOutput, TableError>
  readonly DescribeTable: Operation<Sdk.DescribeTableCommandInput, Sdk.DescribeTableCommandOutput, DynamoError.Service>
  readonly UpdateTable: Operation<Sdk.UpdateTableCommandInput, Sdk.UpdateTableCommandOutput, TableError>
  readonly DeleteTable: Operation<Sdk.DeleteTableCommandInput, Sdk.DeleteTableCommandOutput, TableError>
  readonly ListTables: Operation<Sdk.ListTablesCommandInput, Sdk.ListTablesCommandOutput, DynamoError.Service>
  readonly UpdateTimeToLive: Operation<Sdk.UpdateTimeToLiveCommandInput, Sdk.UpdateTimeToLiveCommandOutput, TableError>
  readonly DescribeTimeToLive: Operation<
    Sdk.DescribeTimeToLiveCommandInput,
    Sdk.DescribeTimeToLiveCommandOutput,
    DynamoError.Service
  >
  readonly TagResource: Operation<Sdk.TagResourceCommandInput, Sdk.TagResourceCommandOutput, TableError>
  readonly UntagResource: Operation<Sdk.UntagResourceCommandInput, Sdk.UntagResourceCommandOutput, TableError>
  readonly ListTagsOfResource: Operation<
    Sdk.ListTagsOfResourceCommandInput,
    Sdk.ListTagsOfResourceCommandOutput,
    DynamoError.Service
  >
  readonly DescribeLimits: Operation<
    Sdk.DescribeLimitsCommandInput,
    Sdk.DescribeLimitsCommandOutput,
    DynamoError.Service
  >
  readonly DescribeContinuousBackups: Operation<
    Sdk.DescribeContinuousBackupsCommandInput,
    Sdk.DescribeContinuousBackupsCommandOutput,
    DynamoError.Service
  >
  readonly UpdateContinuousBackups: Operation<
    Sdk.UpdateContinuousBackupsCommandInput,
    Sdk.UpdateContinuousBackupsCommandOutput,
    TableError
  >
}

/**
 * The name of an operation, as DynamoDB has it.
 *
 * @category models
 * @since 0.1.0
 */
export type OperationName = keyof Operations

/** @internal */
export interface Rule {
  /** Whether the operation changes something, so that a lost answer leaves the caller in doubt. */
  readonly writes: boolean
  /** The errors it can fail with besides `DynamoError.Service`; the types above say the same. */
  readonly fails: ReadonlyArray<Exclude<DynamoError.DynamoError, DynamoError.Service>["_tag"]>
}

const read: Rule = { writes: false, fails: [] }
const tableChange: Rule = { writes: true, fails: ["ResourceInUse"] }
const itemWrite: Rule = {
  writes: true,
  fails: ["ConditionalCheckFailed", "TransactionConflict", "ItemTooLarge", "ItemCollectionTooLarge"]
}
const transactionWrite: Rule = {
  writes: true,
  fails: [...itemWrite.fails, "TransactionCanceled", "IdempotentMismatch"]
}

/** @internal */
export const rules: { readonly [Name in OperationName]: Rule } = {
  GetItem: read,
  PutItem: itemWrite,
  UpdateItem: itemWrite,
  DeleteItem: {
    writes: true,
    fails: ["ConditionalCheckFailed", "TransactionConflict", "ItemCollectionTooLarge"]
  },
  Query: read,
  Scan: read,
  BatchGetItem: read,
  BatchWriteItem: { writes: true, fails: ["TransactionConflict", "ItemTooLarge", "ItemCollectionTooLarge"] },
  TransactGetItems: { writes: false, fails: ["TransactionCanceled", "TransactionConflict"] },
  TransactWriteItems: transactionWrite,
  ExecuteStatement: itemWrite,
  BatchExecuteStatement: { writes: true, fails: [] },
  ExecuteTransaction: transactionWrite,
  CreateTable: tableChange,
  DescribeTable: read,
  UpdateTable: tableChange,
  DeleteTable: tableChange,
  ListTables: read,
  UpdateTimeToLive: tableChange,
  DescribeTimeToLive: read,
  TagResource: tableChange,
  UntagResource: tableChange,
  ListTagsOfResource: read,
  DescribeLimits: read,
  DescribeContinuousBackups: read,
  UpdateContinuousBackups: tableChange
}
