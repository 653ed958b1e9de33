/**
 * DynamoDB's limits that a request is seen to exceed before it is sent. What is in doubt is DynamoDB's to refuse, as what
 * an update makes of an item.
 *
 * See [the limits](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html).
 */
import { ItemTooLarge, RequestRejected } from "@effect-dynamo/core/DynamoError"
import * as ItemSize from "@effect-dynamo/core/ItemSize"
import { type Expressions, refusalOfExpressions } from "./expressionLimits.ts"
import type { OperationName, Operations } from "./operations.ts"

type Refusal = ItemTooLarge | RequestRejected

/** How many items the requests take that are about many. */
const most = { BatchGetItem: 100, BatchWriteItem: 25, TransactGetItems: 100, TransactWriteItems: 100 }

/** Why DynamoDB would refuse a request; `undefined` where nothing speaks against it. */
export const refusalOf = <Name extends OperationName>(
  operation: Name,
  input: Operations[Name]["input"]
): Refusal | undefined => {
  // In each case the operation says what the input is.
  switch (operation) {
    case "GetItem":
    case "UpdateItem":
    case "DeleteItem":
    case "Query":
    case "Scan": {
      const request = input as Operations["Query"]["input"]
      return ofExpressions(request, { operation, table: request.TableName, at: undefined })
    }
    case "PutItem": {
      const request = input as Operations["PutItem"]["input"]
      const place = { operation, table: request.TableName, at: undefined }
      return ofItem(request.Item, place) ?? ofExpressions(request, place)
    }
    case "BatchGetItem":
      return ofBatchGet(input as Operations["BatchGetItem"]["input"])
    case "BatchWriteItem":
      return ofBatchWrite(input as Operations["BatchWriteItem"]["input"])
    case "TransactGetItems":
      return ofTransactGet(input as Operations["TransactGetItems"]["input"])
    case "TransactWriteItems":
      return ofTransactWrite(input as Operations["TransactWriteItems"]["input"])
    default:
      return undefined
  }
}

/** What a refusal is about. */
interface Place {
  readonly operation: OperationName
  readonly table: string | undefined
  /** In a request about many items, which of them it is about. */
  readonly at: number | undefined
}

const ofBatchGet = ({ RequestItems = {} }: Operations["BatchGetItem"]["input"]): Refusal | undefined => {
  const operation = "BatchGetItem"
  let keys = 0
  for (const table in RequestItems) {
    const asked = RequestItems[table]!
    keys += asked.Keys?.length ?? 0
    const refusal = ofExpressions(asked, { operation, table, at: undefined })
    if (refusal !== undefined) return refusal
  }
  return ofCount(operation, keys)
}

const ofBatchWrite = ({ RequestItems = {} }: Operations["BatchWriteItem"]["input"]): Refusal | undefined => {
  const operation = "BatchWriteItem"
  let writes = 0
  for (const table in RequestItems) {
    const requests = RequestItems[table]!
    writes += requests.length
    for (let i = 0; i < requests.length; i++) {
      const refusal = ofItem(requests[i]!.PutRequest?.Item, { operation, table, at: i })
      if (refusal !== undefined) return refusal
    }
  }
  return ofCount(operation, writes)
}

const ofTransactGet = ({ TransactItems = [] }: Operations["TransactGetItems"]["input"]): Refusal | undefined => {
  const operation = "TransactGetItems"
  for (let i = 0; i < TransactItems.length; i++) {
    const { Get } = TransactItems[i]!
    if (Get === undefined) continue
    const refusal = ofExpressions(Get, { operation, table: Get.TableName, at: i })
    if (refusal !== undefined) return refusal
  }
  return ofCount(operation, TransactItems.length)
}

const ofTransactWrite = ({ TransactItems = [] }: Operations["TransactWriteItems"]["input"]): Refusal | undefined => {
  const operation = "TransactWriteItems"
  for (let i = 0; i < TransactItems.length; i++) {
    const { ConditionCheck, Delete, Put, Update } = TransactItems[i]!
    const write = Put ?? Update ?? Delete ?? ConditionCheck
    if (write === undefined) continue
    const place = { operation, table: write.TableName, at: i } as const
    const refusal = ofItem(Put?.Item, place) ?? ofExpressions(write, place)
    if (refusal !== undefined) return refusal
  }
  return ofCount(operation, TransactItems.length)
}

const ofCount = (operation: keyof typeof most, count: number): RequestRejected | undefined =>
  count <= most[operation]
    ? undefined
    : new RequestRejected({
        message: notSent(`It is about ${count} items; ${operation} takes ${most[operation]}. ${dividing[operation]}`),
        operation,
        attempts: 0,
        code: "TooManyOperations"
      })

const dividing = {
  BatchGetItem: "RawBatch.getItems takes any number.",
  BatchWriteItem: "RawBatch.writeItems takes any number.",
  TransactGetItems: "Divide it, if they need not be read at one moment.",
  TransactWriteItems: "Divide it, if they need not be written all or none."
}

/** How many attributes are named. */
const named = 5

/** Why DynamoDB would refuse to put an item; `undefined` where it would not, or none is put. */
export const ofItem = (item: ItemSize.Item | undefined, place: Place): ItemTooLarge | undefined => {
  if (item === undefined || ItemSize.boundOfItem(item) <= ItemSize.largestItem) return undefined
  const size = ItemSize.ofItem(item)
  if (size <= ItemSize.largestItem) return undefined
  const largest = ItemSize.largestAttributes(item, named)
  const names = largest.map(({ name, size }) => `"${name}" (${size})`).join(", ")
  return new ItemTooLarge({
    message: notSent(
      `The item${of(place)} is ${size} bytes large; DynamoDB takes ${ItemSize.largestItem}. ` +
        `Its largest attributes are ${names}. Divide it, or keep large parts elsewhere.`
    ),
    operation: place.operation,
    table: place.table,
    attempts: 0,
    size,
    largest
  })
}

const ofExpressions = (request: Expressions, place: Place): RequestRejected | undefined => {
  const refusal = refusalOfExpressions(request)
  return (
    refusal &&
    new RequestRejected({
      message: notSent(`The ${refusal.what}${of(place)} ${refusal.why}`),
      operation: place.operation,
      table: place.table,
      attempts: 0,
      code: refusal.code
    })
  )
}

const of = ({ at }: Place): string => (at === undefined ? "" : ` of operation ${at}`)

const notSent = (why: string): string => `The request was not sent. ${why}`
