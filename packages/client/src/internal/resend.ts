import type * as Sdk from "@aws-sdk/client-dynamodb"
import { isOther, sumOf } from "./attributeValues.ts"
import { type Demand, demandsOf } from "./conditionForm.ts"
import { hasPosition, type Path, samePath } from "./expressionReader.ts"
import type { OperationName, Operations } from "./operations.ts"
import { rules } from "./operations.ts"
import { type Change, changesOf, isRepeatable as isRepeatableChange } from "./updateForm.ts"

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
 * Whether a write that may have been applied can be sent again: only where applying it twice changes nothing and gives
 * the same answer, or where it cannot be applied twice. Looked into only after a failure that leaves it open.
 */
export const isRepeatable = <Name extends OperationName>(
  operation: Name,
  input: Operations[Name]["input"]
): boolean => {
  switch (operation) {
    case "PutItem":
    case "DeleteItem": {
      const write = input as Sdk.PutItemCommandInput | Sdk.DeleteItemCommandInput
      return canBeAsked(write) && !givesOld(write)
    }
    case "UpdateItem": {
      const update = input as Sdk.UpdateItemCommandInput
      return canBeAsked(update) && !givesOld(update) && isRepeatableUpdate(update)
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

/** The part of writes of one item that says what comes back. */
type ItemWrite = Pick<
  Sdk.UpdateItemCommandInput,
  "ConditionExpression" | "Expected" | "ReturnValues" | "ReturnValuesOnConditionCheckFailure"
>

/** Whether it answers with what stood there before: after a second application that is what the first one wrote. */
export const givesOld = ({ ReturnValues }: ItemWrite): boolean =>
  ReturnValues === "ALL_OLD" || ReturnValues === "UPDATED_OLD"

/** Conditions in the form from before there were expressions do not tell what stood in their way. */
const canBeAsked = ({ Expected }: ItemWrite): boolean => Expected === undefined

const isRepeatableUpdate = (update: Sdk.UpdateItemCommandInput): boolean => {
  const changes = changesOf(update)
  return changes !== undefined && (changes.every(isRepeatableChange) || endsByItself(update, changes))
}

/** Whether the update's success makes its condition false, so that it cannot happen twice. */
const endsByItself = (update: Sdk.UpdateItemCommandInput, changes: ReadonlyArray<Change>): boolean =>
  demandsOf(update).some((demand) =>
    demand._tag === "NotExists" && isKey(update, demand.path)
      ? changes.some(makesExist)
      : !hasPosition(demand.path) &&
        changes.some((change) => samePath(change.path, demand.path) && makesFalse(change, demand))
  )

/** Whether a path is that of a key attribute, which every item has. */
const isKey = ({ Key = {} }: Sdk.UpdateItemCommandInput, [name, ...rest]: Path): boolean =>
  typeof name === "string" && rest.length === 0 && Object.hasOwn(Key, name)

/** Whether something stands at the path of a change when it is done. */
const makesExist = ({ _tag }: Change): boolean => _tag !== "Remove" && _tag !== "DeleteMembers"

/** Whether a change makes a demand at the same path false. */
const makesFalse = (change: Change, demand: Demand): boolean => {
  switch (demand._tag) {
    case "NotExists":
      return makesExist(change)
    case "Exists":
      return change._tag === "Remove"
    case "Equals": {
      if (change._tag === "Remove") return true
      if (change._tag === "Set") return isOther(change.value, demand.value)
      if (change._tag !== "Count" || demand.value.N === undefined) return false
      const after = sumOf(demand.value.N, change.by, change.sign)
      return after !== undefined && isOther({ N: after }, demand.value)
    }
  }
}

/**
 * The same write, which asks for the item that stands in the way of its condition: after an attempt that may have been
 * applied, it tells whether it was.
 */
export const askingItem = <Name extends OperationName>(
  operation: Name,
  input: Operations[Name]["input"]
): Operations[Name]["input"] =>
  hasCondition(operation, input) && !asksItem(input)
    ? { ...input, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }
    : input

const hasCondition = (operation: OperationName, input: object): boolean =>
  (operation === "PutItem" || operation === "UpdateItem" || operation === "DeleteItem") &&
  (input as ItemWrite).ConditionExpression !== undefined // as the operation says

/** Whether a write asks for the item that stands in the way of its condition. */
export const asksItem = (input: object): boolean =>
  // only writes of one item have it
  (input as ItemWrite).ReturnValuesOnConditionCheckFailure === "ALL_OLD"

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
