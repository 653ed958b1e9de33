import type { OperationName } from "../operations.ts"

/**
 * Where attribute values stand in a request or an answer. What is not mentioned holds none, and is taken as it is.
 *
 * `value` is one attribute value; `list` and `map` are of the same shape throughout; `fields` are members by name.
 */
export type Shape =
  | { readonly kind: "value" }
  | { readonly kind: "list" | "map"; readonly of: Shape }
  | { readonly kind: "fields"; readonly fields: Fields }

/** The members of an object that hold attribute values, each with its shape. */
export interface Fields {
  readonly [member: string]: Shape
}

const value: Shape = { kind: "value" }
const list = (of: Shape): Shape => ({ kind: "list", of })
const map = (of: Shape): Shape => ({ kind: "map", of })
const fields = (fields: Fields): Shape => ({ kind: "fields", fields })

const item = map(value)
const items = list(item)

const none: Fields = {}
const expression: Fields = { ExpressionAttributeValues: item }
// What expressions took the place of: DynamoDB and the SDK's types still have it.
const comparisons = map(fields({ Value: value, AttributeValueList: list(value) }))
const condition: Fields = { ...expression, Expected: comparisons }
const page: Fields = { ...expression, ExclusiveStartKey: item }
const statement: Fields = { Parameters: list(value) }
const writeRequests = map(list(fields({ PutRequest: fields({ Item: item }), DeleteRequest: fields({ Key: item }) })))
const keysByTable = map(fields({ Keys: items }))

const collection = fields({ ItemCollectionKey: item })
const written: Fields = { Attributes: item, ItemCollectionMetrics: collection }
const collections: Fields = { ItemCollectionMetrics: map(list(collection)) }
const found: Fields = { Items: items, LastEvaluatedKey: item }
const each: Fields = { Responses: list(fields({ Item: item })) }

/** Where DynamoDB's errors have items: that of a failed condition, and those of a cancelled transaction. */
export const ofError: Fields = { Item: item, CancellationReasons: list(fields({ Item: item })) }

interface OfOperation {
  readonly input: Fields
  readonly output: Fields
}

const aboutTables: OfOperation = { input: none, output: none }

/** The attribute values of each operation. */
export const shapes: { readonly [Name in OperationName]: OfOperation } = {
  GetItem: { input: { Key: item }, output: { Item: item } },
  PutItem: { input: { ...condition, Item: item }, output: written },
  UpdateItem: { input: { ...condition, Key: item, AttributeUpdates: comparisons }, output: written },
  DeleteItem: { input: { ...condition, Key: item }, output: written },
  Query: { input: { ...page, KeyConditions: comparisons, QueryFilter: comparisons }, output: found },
  Scan: { input: { ...page, ScanFilter: comparisons }, output: found },
  BatchGetItem: {
    input: { RequestItems: keysByTable },
    output: { Responses: map(items), UnprocessedKeys: keysByTable }
  },
  BatchWriteItem: {
    input: { RequestItems: writeRequests },
    output: { ...collections, UnprocessedItems: writeRequests }
  },
  TransactGetItems: { input: { TransactItems: list(fields({ Get: fields({ Key: item }) })) }, output: each },
  TransactWriteItems: {
    input: {
      TransactItems: list(
        fields({
          ConditionCheck: fields({ ...expression, Key: item }),
          Put: fields({ ...expression, Item: item }),
          Delete: fields({ ...expression, Key: item }),
          Update: fields({ ...expression, Key: item })
        })
      )
    },
    output: collections
  },
  ExecuteStatement: { input: statement, output: found },
  BatchExecuteStatement: {
    input: { Statements: list(fields(statement)) },
    output: { Responses: list(fields({ Item: item, Error: fields({ Item: item }) })) }
  },
  ExecuteTransaction: { input: { TransactStatements: list(fields(statement)) }, output: each },
  CreateTable: aboutTables,
  DescribeTable: aboutTables,
  UpdateTable: aboutTables,
  DeleteTable: aboutTables,
  ListTables: aboutTables,
  UpdateTimeToLive: aboutTables,
  DescribeTimeToLive: aboutTables,
  TagResource: aboutTables,
  UntagResource: aboutTables,
  ListTagsOfResource: aboutTables,
  DescribeLimits: aboutTables,
  DescribeContinuousBackups: aboutTables,
  UpdateContinuousBackups: aboutTables
}
