import type { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { arbitraryItem, arbitraryValue } from "./support/attributes.ts"
import { call, direct, type Reply, sdk } from "./support/wires.ts"

type Item = Record<string, unknown>

/** Inputs of each operation with attribute values wherever there can be some. */
const inputs = (item: Item, other: Item, value: unknown): ReadonlyArray<[DynamoClient.OperationName, object]> => {
  const TableName = "things"
  const expression = { TableName, ExpressionAttributeValues: { ":a": value, ":b": { M: item } } }
  const legacy = { a: { Value: value, Exists: true }, b: { AttributeValueList: [value, { L: [value] }] } }
  const comparisons = { a: { AttributeValueList: [value], ComparisonOperator: "EQ" } }
  return [
    ["GetItem", { TableName, Key: item, ConsistentRead: true }],
    ["PutItem", { ...expression, Item: item, Expected: legacy, ConditionExpression: "a = :a" }],
    [
      "UpdateItem",
      { ...expression, Key: item, Expected: legacy, AttributeUpdates: { a: { Action: "PUT", Value: value } } }
    ],
    ["DeleteItem", { ...expression, Key: item, Expected: legacy, ReturnValues: undefined }],
    [
      "Query",
      { ...expression, ExclusiveStartKey: item, KeyConditions: comparisons, QueryFilter: comparisons, Limit: 3 }
    ],
    ["Scan", { ...expression, ExclusiveStartKey: item, ScanFilter: comparisons, Segment: 0, TotalSegments: 2 }],
    ["BatchGetItem", { RequestItems: { things: { Keys: [item, other] }, others: { Keys: [other] } } }],
    [
      "BatchWriteItem",
      { RequestItems: { things: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: other } }] } }
    ],
    ["TransactGetItems", { TransactItems: [{ Get: { TableName, Key: item } }, { Get: { TableName, Key: other } }] }],
    [
      "TransactWriteItems",
      {
        ClientRequestToken: "token",
        TransactItems: [
          { ConditionCheck: { ...expression, Key: item, ConditionExpression: "a = :a" } },
          { Put: { ...expression, Item: other } },
          { Delete: { ...expression, Key: item } },
          { Update: { ...expression, Key: other, UpdateExpression: "SET a = :a" } }
        ]
      }
    ],
    ["ExecuteStatement", { Statement: "SELECT * FROM things WHERE a = ?", Parameters: [value, { L: [value] }] }],
    ["BatchExecuteStatement", { Statements: [{ Statement: "x", Parameters: [value] }, { Statement: "y" }] }],
    [
      "ExecuteTransaction",
      { ClientRequestToken: "token", TransactStatements: [{ Statement: "x", Parameters: [value] }] }
    ]
  ]
}

const tables: ReadonlyArray<[DynamoClient.OperationName, object]> = [
  [
    "CreateTable",
    {
      TableName: "things",
      AttributeDefinitions: [{ AttributeName: "B", AttributeType: "B" }],
      KeySchema: [{ AttributeName: "B", KeyType: "HASH" }],
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 },
      DeletionProtectionEnabled: false,
      Tags: [{ Key: "B", Value: "" }]
    }
  ],
  ["DescribeTable", { TableName: "things" }],
  ["UpdateTable", { TableName: "things", BillingMode: "PAY_PER_REQUEST" }],
  ["DeleteTable", { TableName: "things" }],
  ["ListTables", {}],
  ["UpdateTimeToLive", { TableName: "things", TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" } }],
  ["DescribeTimeToLive", { TableName: "things" }],
  ["TagResource", { ResourceArn: "x", Tags: [{ Key: "a", Value: "b" }] }],
  ["UntagResource", { ResourceArn: "x", TagKeys: ["a"] }],
  ["ListTagsOfResource", { ResourceArn: "x" }],
  ["DescribeLimits", {}],
  ["DescribeContinuousBackups", { TableName: "things" }],
  [
    "UpdateContinuousBackups",
    { TableName: "things", PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }
  ]
]

describe("a request", () => {
  const written = (operation: DynamoClient.OperationName, input: object) =>
    Effect.gen(function* () {
      const ours = direct({ body: "{}" })
      const theirs = sdk({ body: "{}" })
      const before = structuredClone(input)
      // twice by one client: it learns from the first whether there are bytes
      yield* Effect.provide(Effect.andThen(call(operation, input), call(operation, input)), ours.layer)
      yield* Effect.provide(call(operation, input), theirs.layer)
      const expected: unknown = JSON.parse(theirs.sent[0]!.body)
      assert.lengthOf(ours.sent, 2)
      for (const { body, headers } of ours.sent) {
        assert.deepStrictEqual(JSON.parse(body), expected, operation)
        assert.strictEqual(headers["x-amz-target"], theirs.sent[0]!.headers["x-amz-target"])
        assert.strictEqual(headers["content-type"], theirs.sent[0]!.headers["content-type"])
      }
      assert.deepStrictEqual(input, before, "the caller's input is left alone")
    })

  it.effect.prop(
    "is written as the SDK writes it, with bytes wherever they may stand",
    [arbitraryItem, arbitraryItem, arbitraryValue],
    ([item, other, value]) =>
      Effect.forEach(inputs(item, other, value), ([operation, input]) => written(operation, input)),
    { arbitrary: { runs: 60, seed: 21 } }
  )

  it.effect("about tables too", () => Effect.forEach(tables, ([operation, input]) => written(operation, input)))

  it.effect("keeps an attribute called __proto__, with bytes in it", () =>
    Effect.gen(function* () {
      const ours = direct({ body: "{}" })
      const Item = Object.fromEntries([
        ["pk", { S: "1" }],
        ["__proto__", { M: Object.fromEntries([["__proto__", { B: new Uint8Array([1]) }]]) }]
      ])
      yield* Effect.provide(call("PutItem", { TableName: "things", Item }), ours.layer)
      assert.strictEqual(
        ours.sent[0]?.body,
        `{"TableName":"things","Item":{"pk":{"S":"1"},"__proto__":{"M":{"__proto__":{"B":"AQ=="}}}}}`
      )
    })
  )

  it.effect("that is no JSON is not sent", () =>
    Effect.gen(function* () {
      const ours = direct({ body: "{}" })
      const failure = yield* Effect.provide(call("Query", { TableName: "things", Limit: 10n }), ours.layer)
      assert.isTrue(Result.isFailure(failure) && failure.failure.origin === "request")
      assert.lengthOf(ours.sent, 0)
    })
  )
})

/** As DynamoDB writes items: bytes as base64. */
const wire = (u: unknown): unknown =>
  u instanceof Uint8Array
    ? Buffer.from(u).toString("base64")
    : Array.isArray(u)
      ? u.map(wire)
      : typeof u === "object" && u !== null
        ? Object.fromEntries(Object.entries(u).map(([name, member]) => [name, wire(member)]))
        : u

/** Outputs of each operation with attribute values wherever there can be some. */
const outputs = (item: Item, other: Item): ReadonlyArray<[DynamoClient.OperationName, object]> => {
  const capacity = { TableName: "things", CapacityUnits: 0.5 }
  const collection = { ItemCollectionKey: item, SizeEstimateRangeGB: [0, 1] }
  const written = { Attributes: item, ItemCollectionMetrics: collection, ConsumedCapacity: capacity }
  const page = { Items: [item, other], LastEvaluatedKey: other, ConsumedCapacity: capacity }
  const collections = { ItemCollectionMetrics: { things: [collection] } }
  return [
    ["GetItem", { Item: item, ConsumedCapacity: capacity }],
    ["PutItem", written],
    ["UpdateItem", written],
    ["DeleteItem", written],
    ["Query", { ...page, Count: 2, ScannedCount: 3 }],
    ["Scan", { ...page, Count: 2, ScannedCount: 3 }],
    [
      "BatchGetItem",
      {
        Responses: { things: [item, other], others: [] },
        UnprocessedKeys: { things: { Keys: [other], ConsistentRead: true } },
        ConsumedCapacity: [capacity]
      }
    ],
    [
      "BatchWriteItem",
      {
        ...collections,
        UnprocessedItems: { things: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: other } }] }
      }
    ],
    ["TransactGetItems", { Responses: [{ Item: item }, {}] }],
    ["TransactWriteItems", collections],
    ["ExecuteStatement", { ...page, NextToken: "x" }],
    [
      "BatchExecuteStatement",
      { Responses: [{ Item: item, TableName: "things" }, { Error: { Code: "ConditionalCheckFailed", Item: other } }] }
    ],
    ["ExecuteTransaction", { Responses: [{ Item: item }, {}] }]
  ]
}

const moment = 1_700_000_000.123

const outputsOfTables: ReadonlyArray<[DynamoClient.OperationName, object]> = [
  ...(["CreateTable", "UpdateTable", "DeleteTable"] as const).map((operation): [DynamoClient.OperationName, object] => [
    operation,
    { TableDescription: description() }
  ]),
  ["DescribeTable", { Table: description() }],
  ["ListTables", { TableNames: ["a", "B"], LastEvaluatedTableName: "B" }],
  ["UpdateTimeToLive", { TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" } }],
  ["DescribeTimeToLive", { TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "B" } }],
  ["TagResource", {}],
  ["UntagResource", {}],
  ["ListTagsOfResource", { Tags: [{ Key: "a", Value: "b" }], NextToken: "x" }],
  ["DescribeLimits", { AccountMaxReadCapacityUnits: 80_000 }],
  ...(["DescribeContinuousBackups", "UpdateContinuousBackups"] as const).map(
    (operation): [DynamoClient.OperationName, object] => [
      operation,
      {
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: "ENABLED",
          PointInTimeRecoveryDescription: {
            PointInTimeRecoveryStatus: "ENABLED",
            RecoveryPeriodInDays: 35,
            EarliestRestorableDateTime: moment,
            LatestRestorableDateTime: moment + 1
          }
        }
      }
    ]
  )
]

function description(): object {
  const throughput = { ReadCapacityUnits: 1, LastIncreaseDateTime: moment, LastDecreaseDateTime: 1.4e9 }
  return {
    TableName: "things",
    CreationDateTime: moment,
    ItemCount: 1_700_000_000,
    ProvisionedThroughput: throughput,
    BillingModeSummary: { BillingMode: "PROVISIONED", LastUpdateToPayPerRequestDateTime: moment },
    TableClassSummary: { TableClass: "STANDARD", LastUpdateDateTime: moment },
    ArchivalSummary: { ArchivalDateTime: moment, ArchivalReason: "x" },
    RestoreSummary: { RestoreDateTime: moment, RestoreInProgress: false },
    SSEDescription: { Status: "ENABLED", InaccessibleEncryptionDateTime: moment },
    GlobalSecondaryIndexes: [{ IndexName: "B", ProvisionedThroughput: throughput }],
    Replicas: [{ RegionName: "eu-west-1", ReplicaInaccessibleDateTime: moment }]
  }
}

const headers = { "x-amzn-requestid": "REQUEST", "content-type": "application/x-amz-json-1.0" }

const read = (operation: DynamoClient.OperationName, reply: Reply) =>
  Effect.gen(function* () {
    const ours = yield* Effect.provide(call(operation, {}), direct(reply).layer)
    const theirs = yield* Effect.provide(call(operation, {}), sdk(reply).layer)
    return { ours, theirs }
  })

describe("an answer", () => {
  const isRead = (operation: DynamoClient.OperationName, output: object) =>
    Effect.gen(function* () {
      const { ours, theirs } = yield* read(operation, { headers, body: JSON.stringify(wire(output)) })
      assert.isTrue(Result.isSuccess(theirs), operation)
      assert.deepStrictEqual(Result.getOrThrow(ours), Result.getOrThrow(theirs), operation)
    })

  it.effect.prop(
    "is read as the SDK reads it, with bytes wherever they may stand",
    [arbitraryItem, arbitraryItem],
    ([item, other]) => Effect.forEach(outputs(item, other), ([operation, output]) => isRead(operation, output)),
    { arbitrary: { runs: 60, seed: 22 } }
  )

  it.effect("about tables too, with its times", () =>
    Effect.forEach(outputsOfTables, ([operation, output]) => isRead(operation, output))
  )

  it.effect("is read with spaces in it, and without what is null", () =>
    Effect.gen(function* () {
      const body = `{ "Items" : [ { "a" : { "B" : "AQ==" } } ], "LastEvaluatedKey" : null, "Count" : 1 }`
      const { ours, theirs } = yield* read("Query", { headers, body })
      assert.deepStrictEqual(Result.getOrThrow(ours), Result.getOrThrow(theirs))
      assert.notProperty(Result.getOrThrow(ours), "LastEvaluatedKey")
    })
  )

  it.effect("keeps an attribute called __proto__", () =>
    Effect.gen(function* () {
      const body = `{"Item":{"__proto__":{"B":"AQ=="},"b":{"M":{"__proto__":{"BS":["Ag=="]}}}}}`
      const ours = yield* Effect.provide(call("GetItem", {}), direct({ body }).layer)
      const { Item } = Result.getOrThrow(ours) as { readonly Item: Item }
      assert.deepStrictEqual(Object.entries(Item)[0], ["__proto__", { B: new Uint8Array([1]) }])
      assert.deepStrictEqual(Object.entries((Item.b as { readonly M: object }).M), [
        ["__proto__", { BS: [new Uint8Array([2])] }]
      ])
    })
  )
})

describe("an error", () => {
  const namespace = "com.amazonaws.dynamodb.v20120810"
  const bytes = { a: { B: "AQ==" }, m: { M: { b: { BS: ["Ag=="] } } } }
  const errors: ReadonlyArray<readonly [what: string, body: object, status?: number]> = [
    ["a condition", { __type: `${namespace}#ConditionalCheckFailedException`, message: "The condition", Item: bytes }],
    [
      "a cancelled transaction",
      {
        __type: `${namespace}#TransactionCanceledException`,
        Message: "Transaction cancelled",
        CancellationReasons: [
          { Code: "None" },
          { Code: "ConditionalCheckFailed", Message: "The condition", Item: bytes },
          { Code: "ValidationError", Message: "x" }
        ]
      }
    ],
    [
      "throttling",
      {
        __type: `${namespace}#ProvisionedThroughputExceededException`,
        message: "Slow down",
        ThrottlingReasons: [{ reason: "TableReadProvisionedThroughputExceeded", resource: "arn:x" }]
      }
    ],
    [
      "throttling, spelled in small letters",
      {
        __type: `${namespace}#ThrottlingException`,
        message: "Slow down",
        throttlingReasons: [{ reason: "x", resource: "y" }]
      }
    ],
    ["another namespace", { __type: "com.amazon.coral.validate#ValidationException", message: "No" }],
    ["no namespace, and a URL", { __type: "ValidationException:http://internal.amazon.com/", message: "No" }],
    ["a failure", { __type: `${namespace}#InternalServerError`, message: "Sorry" }, 500],
    ["an unknown one", { __type: "x#SomethingNewException", message: "New" }]
  ]

  it.effect.each(errors)("is read as the SDK reads it: %s", ([, body, status = 400]) =>
    Effect.gen(function* () {
      const { ours, theirs } = yield* read("TransactWriteItems", { status, headers, body: JSON.stringify(body) })
      assert.isTrue(Result.isFailure(ours) && Result.isFailure(theirs))
      if (Result.isFailure(ours) && Result.isFailure(theirs)) {
        assert.deepStrictEqual({ ...ours.failure, cause: 0 }, { ...theirs.failure, cause: 0 })
      }
    })
  )
})
