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
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb"
import * as Effect from "effect/Effect"
import type { OperationName, Operations } from "./operations.ts"
import { fromSdkError, hasClockCorrected } from "./sdkFailure.ts"
import type { Transport, TransportFailure } from "./transport.ts"

// The only file that loads the SDK: everything else uses its types alone.

const commands = {
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

/** Makes an SDK client whose own retries are off, since ours stand above it. */
export const makeClient = (config: DynamoDBClientConfig): DynamoDBClient =>
  new DynamoDBClient({
    // Without methods the SDK's logging middleware does not copy every answer for its log:
    // 38 ms less for a page of 1 MB.
    logger: withoutMethods,
    ...config,
    maxAttempts: 1
  })

// The SDK calls `logger?.info?.(…)`: a logger may lack every method, only its type says otherwise.
const withoutMethods = {} as NonNullable<DynamoDBClientConfig["logger"]>

/**
 * Looks like `client`, and shares its connections and configuration, but sends each request once.
 * Nothing of `client` itself changes, for it is the user's.
 */
export const withoutRetries = (client: DynamoDBClient): DynamoDBClient => {
  const middlewareStack = client.middlewareStack.clone()
  // The middleware that retries cannot be removed, since others are placed relative to it.
  middlewareStack.add((next) => (args) => next(args), {
    name: "retryMiddleware",
    step: "finalizeRequest",
    priority: "high",
    override: true
  })
  return Object.create(client, { middlewareStack: { value: middlewareStack } })
}

export const fromClient = (client: DynamoDBClient): Transport => ({
  send: (operation, input) =>
    Effect.catchIf(sendOnce(client, operation, input), hasClockCorrected, () => sendOnce(client, operation, input))
})

const sendOnce = <Name extends OperationName>(
  client: DynamoDBClient,
  operation: Name,
  input: Operations[Name]["input"]
): Effect.Effect<Operations[Name]["output"], TransportFailure> =>
  Effect.callback<Operations[Name]["output"], TransportFailure>((resume, signal) => {
    // `commands[operation]` belongs to `Name` as its input and output do; the compiler cannot
    // correlate the three, so the pair is treated as that of one operation.
    const Command = commands[operation] as unknown as new (input: Operations["GetItem"]["input"]) => GetItemCommand
    client.send(new Command(input as Operations["GetItem"]["input"]), { abortSignal: signal }).then(
      (output) => resume(Effect.succeed(output as Operations[Name]["output"])),
      (error: unknown) => resume(Effect.fail(fromSdkError(error)))
    )
  })
