/** Every operation against engines, by both clients: they answer the same. */
import { DynamoClient } from "@effect-dynamo/client"
import { assert } from "@effect/vitest"
import { Context, Effect, Layer, Result } from "effect"
import { Connection, clientLayers, type Engine, engines } from "../../testing/test-support/engines.ts"
import { call } from "./support/wires.ts"

const TableName = "things"
const a = {
  pk: { S: "a" },
  n: { N: "12345678901234567890.5" },
  b: { B: new Uint8Array([0, 255, 128]) },
  sets: { M: { ss: { SS: ["é", "☃"] }, ns: { NS: ["1", "2"] }, bs: { BS: [new Uint8Array([1])] } } },
  list: { L: [{ NULL: true }, { BOOL: false }, { B: new Uint8Array(300) }, { L: [] }, { M: {} }] },
  empty: { S: "" }
}
const b = { ...a, pk: { S: "b" } }
const big = Object.fromEntries(
  Array.from({ length: 50 }, (_, at) => [`pad${at}`, { B: new Uint8Array(4000).fill(at) }] as const)
)
const Key = { pk: { S: "a" } }
const costs = { ReturnConsumedCapacity: "TOTAL" as const }
const isB = { ConditionExpression: "b = :b", ExpressionAttributeValues: { ":b": { B: new Uint8Array([7]) } } }

type Step = readonly [operation: DynamoClient.OperationName, input: object]

const arn = "the table's ARN"

const everywhere: ReadonlyArray<Step> = [
  [
    "CreateTable",
    {
      TableName,
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      ProvisionedThroughput: { ReadCapacityUnits: 100, WriteCapacityUnits: 100 }
    }
  ],
  ["CreateTable", { TableName }],
  ["DescribeTable", { TableName }],
  ["DescribeTable", { TableName: "nothing" }],
  ["ListTables", { Limit: 1 }],
  ["PutItem", { TableName, Item: a, ...costs }],
  ["PutItem", { TableName, Item: { ...b, ...big }, ReturnValues: "ALL_OLD" }],
  ["PutItem", { TableName, Item: a, ReturnValues: "ALL_OLD" }],
  ["PutItem", { TableName, Item: a, ...isB, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }],
  ["PutItem", { TableName, Item: { ...a, text: { S: "x".repeat(420_000) } } }],
  ["GetItem", { TableName, Key, ConsistentRead: true, ...costs }],
  ["GetItem", { TableName, Key: { pk: { S: "nobody" } } }],
  ["GetItem", { TableName, Key: { other: { S: "a" } } }],
  [
    "UpdateItem",
    {
      TableName,
      Key,
      UpdateExpression: "SET c = :c, b = :b",
      ExpressionAttributeValues: { ":c": { L: [{ B: new Uint8Array([9]) }] }, ":b": { B: new Uint8Array([8]) } },
      ReturnValues: "ALL_NEW"
    }
  ],
  ["Query", { TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": { S: "a" } } }],
  ["Scan", { TableName, Limit: 1, ...costs }],
  ["Scan", { TableName, ExclusiveStartKey: Key }],
  ["BatchGetItem", { RequestItems: { [TableName]: { Keys: [Key] } } }],
  [
    "BatchWriteItem",
    { RequestItems: { [TableName]: [{ PutRequest: { Item: a } }, { DeleteRequest: { Key: { pk: { S: "b" } } } }] } }
  ],
  ["DeleteItem", { TableName, Key, ReturnValues: "ALL_OLD" }],
  ["UpdateTable", { TableName, ProvisionedThroughput: { ReadCapacityUnits: 50, WriteCapacityUnits: 100 } }],
  ["DescribeTable", { TableName }],
  ["TagResource", { ResourceArn: arn, Tags: [{ Key: "a", Value: "b" }] }],
  ["ListTagsOfResource", { ResourceArn: arn }],
  ["UntagResource", { ResourceArn: arn, TagKeys: ["a"] }],
  ["DescribeTimeToLive", { TableName }],
  ["DescribeLimits", {}],
  ["DescribeContinuousBackups", { TableName }]
]

const onComplete: ReadonlyArray<Step> = [
  ["UpdateTimeToLive", { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" } }],
  ["DescribeTimeToLive", { TableName }],
  ["UpdateContinuousBackups", { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
  ["TransactWriteItems", { TransactItems: [{ Put: { TableName, Item: a } }, { Put: { TableName, Item: b } }] }],
  [
    "TransactWriteItems",
    {
      TransactItems: [
        { Delete: { TableName, Key: { pk: { S: "b" } } } },
        { Put: { TableName, Item: a, ...isB, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } }
      ]
    }
  ],
  [
    "TransactGetItems",
    { TransactItems: [{ Get: { TableName, Key } }, { Get: { TableName, Key: { pk: { S: "c" } } } }] }
  ],
  ["ExecuteStatement", { Statement: `SELECT * FROM "things" WHERE b = ?`, Parameters: [a.b] }],
  ["ExecuteStatement", { Statement: `SELECT nonsense` }],
  [
    "BatchExecuteStatement",
    {
      Statements: [
        { Statement: `SELECT * FROM "things" WHERE pk = ?`, Parameters: [{ S: "a" }] },
        { Statement: `INSERT INTO "things" VALUE {'pk': ?}`, Parameters: [{ S: "a" }] }
      ]
    }
  ],
  [
    "ExecuteTransaction",
    { TransactStatements: [{ Statement: `SELECT * FROM "things" WHERE pk = ?`, Parameters: [{ S: "a" }] }] }
  ]
]

const last: ReadonlyArray<Step> = [
  ["DeleteTable", { TableName }],
  ["DeleteTable", { TableName }]
]

/** What both say, without what is of its time or by chance. */
const comparable = (u: unknown): unknown => {
  if (u instanceof Date) return "a date"
  if (u instanceof Uint8Array || typeof u !== "object" || u === null) return u
  if (Array.isArray(u)) return u.map(comparable)
  return Object.fromEntries(
    Object.entries(u)
      .filter(([name]) => name !== "cause")
      .map(([name, member]) => [
        name,
        ["TableId", "requestId"].includes(name) && member !== undefined ? "an id" : comparable(member)
      ])
  )
}

const answers = (engine: Engine) =>
  Effect.gen(function* () {
    const client = yield* DynamoClient.DynamoClient
    const steps = [...everywhere, ...(engine.isComplete ? onComplete : []), ...last]
    const all: Array<readonly [DynamoClient.OperationName, unknown]> = []
    for (const [operation, input] of steps) {
      const TableArn = "ResourceArn" in input ? (yield* client.describeTable({ TableName })).Table?.TableArn : undefined
      const result = yield* call(operation, TableArn === undefined ? input : { ...input, ResourceArn: TableArn })
      all.push([operation, comparable(Result.isSuccess(result) ? result.success : result.failure)])
      // The changes of a table take their time, also in engines.
      while (operation.endsWith("Table") && operation !== "DescribeTable") {
        const described = yield* Effect.result(client.describeTable({ TableName }))
        if (Result.isFailure(described) || described.success.Table?.TableStatus === "ACTIVE") break
      }
    }
    return all
  })

engines("both clients", (it, engine) => {
  it.effect("answer the same to every operation", () =>
    Effect.gen(function* () {
      const { client: __, ...options } = yield* Connection
      const by = (layer: Layer.Layer<DynamoClient.DynamoClient>) =>
        Effect.flatMap(Layer.build(layer), (context) =>
          Effect.provideService(
            answers(engine),
            DynamoClient.DynamoClient,
            Context.get(context, DynamoClient.DynamoClient)
          )
        )
      const theirs = yield* by(clientLayers.sdk(options))
      const ours = yield* by(clientLayers.direct(options))
      for (const [at, answer] of theirs.entries()) assert.deepStrictEqual(ours[at], answer)
      const failures = ours.filter(([, answer]) => "origin" in (answer as object))
      assert.isAbove(ours.length - failures.length, engine.isComplete ? 25 : 15)
    })
  )
})
