import type * as Sdk from "@aws-sdk/client-dynamodb"
import type { OperationName, Operations } from "./operations.ts"
import { rules } from "./operations.ts"

const isSelect = (statement: string | undefined) => statement !== undefined && /^\s*select\b/i.test(statement)

/** Whether this request changes something, so that a lost answer leaves in doubt whether it did. */
export const writes = <Name extends OperationName>(operation: Name, input: Operations[Name]["input"]): boolean => {
  if (operation === "ExecuteStatement") return !isSelect((input as Sdk.ExecuteStatementCommandInput).Statement)
  if (operation === "BatchExecuteStatement" || operation === "ExecuteTransaction") {
    const request = input as { readonly Statements?: ReadonlyArray<Sdk.BatchStatementRequest> | undefined }
    // these two name the list differently
    const statements = request.Statements ?? (input as Sdk.ExecuteTransactionCommandInput).TransactStatements ?? []
    return !statements.every((statement) => isSelect(statement.Statement))
  }
  return rules[operation].writes
}

/**
 * Whether a write that may have been applied can be sent again: only where applying it twice
 * changes nothing, and gives the same answer.
 */
export const repeatable = <Name extends OperationName>(operation: Name, input: Operations[Name]["input"]): boolean => {
  switch (operation) {
    case "PutItem":
    case "DeleteItem": {
      const write = input as Sdk.PutItemCommandInput | Sdk.DeleteItemCommandInput
      // With a condition, the second application would fail by the success of the first;
      // asked for the old item, it would answer with what the first one wrote.
      return (
        write.ConditionExpression === undefined &&
        write.Expected === undefined &&
        (write.ReturnValues === undefined || write.ReturnValues === "NONE")
      )
    }
    case "BatchWriteItem":
    case "TagResource":
    case "UntagResource":
    case "UpdateContinuousBackups":
      return true
    case "TransactWriteItems":
    case "ExecuteTransaction":
      // DynamoDB recognises the token, which `withToken` has made sure of.
      return true
    default:
      return false
  }
}

/**
 * Gives a transaction the token by which DynamoDB recognises a second sending. It must be made
 * once for all attempts: the SDK makes one each time it writes the request.
 */
export const withToken = <Name extends OperationName>(
  operation: Name,
  input: Operations[Name]["input"]
): Operations[Name]["input"] =>
  (operation === "TransactWriteItems" || operation === "ExecuteTransaction") &&
  (input as Sdk.TransactWriteItemsCommandInput).ClientRequestToken === undefined
    ? { ...input, ClientRequestToken: crypto.randomUUID() }
    : input
