/**
 * What the documentation says that each engine has and lacks. A test that fails here is news: correct the documentation of the layers
 * and the README.
 */
import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { engines } from "../test-support/engines.ts"
import { createTable, eventually } from "./utils.ts"

type Client = DynamoClient.DynamoClient["Service"]
type Run = (client: Client, arn: string) => Effect.Effect<unknown, { readonly _tag: string }>

const key = { pk: { S: "a" } }
const table = { TableName: "probe" }
const select = { Statement: "SELECT * FROM \"probe\" WHERE pk = 'a'" }
const names = ["pk", "state", "city"].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const }))
const index = (...attributes: ReadonlyArray<string>) => ({
  IndexName: "place",
  KeySchema: attributes.map((AttributeName) => ({ AttributeName, KeyType: "HASH" as const })),
  Projection: { ProjectionType: "ALL" as const }
})

const inBoth: Record<string, Run> = {
  BatchWriteItem: (_) => _.batchWriteItem({ RequestItems: { probe: [{ PutRequest: { Item: key } }] } }),
  BatchGetItem: (_) => _.batchGetItem({ RequestItems: { probe: { Keys: [key] } } }),
  Query: (_) => _.query({ ...table, KeyConditionExpression: "pk = :a", ExpressionAttributeValues: { ":a": key.pk } }),
  "Scan in segments": (_) => _.scan({ ...table, Segment: 0, TotalSegments: 2 }),
  DescribeTimeToLive: (_) => _.describeTimeToLive(table)
}

const inDynamoLocal: Record<string, Run> = {
  TransactWriteItems: (_) => _.transactWriteItems({ TransactItems: [{ Put: { ...table, Item: key } }] }),
  TransactGetItems: (_) => _.transactGetItems({ TransactItems: [{ Get: { ...table, Key: key } }] }),
  ExecuteStatement: (_) => _.executeStatement(select),
  BatchExecuteStatement: (_) => _.batchExecuteStatement({ Statements: [select] }),
  ExecuteTransaction: (_) => _.executeTransaction({ TransactStatements: [select] }),
  UpdateTimeToLive: (_) =>
    _.updateTimeToLive({ ...table, TimeToLiveSpecification: { Enabled: true, AttributeName: "expiresAt" } }),
  DescribeLimits: (_) => _.describeLimits({}),
  "a stream": (_) =>
    _.updateTable({ ...table, StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } }),
  "deletion protection": (_) => _.updateTable({ ...table, DeletionProtectionEnabled: true }),
  "another index for an on-demand table": (_) =>
    _.updateTable({
      ...table,
      AttributeDefinitions: names.slice(0, 2),
      GlobalSecondaryIndexUpdates: [{ Create: index("state") }]
    }),
  "an index with several attributes in a key": (_) =>
    _.createTable({
      TableName: "places",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: names,
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [index("state", "city")]
    })
}

const inDynalite: Record<string, Run> = {
  TagResource: (_, ResourceArn) => _.tagResource({ ResourceArn, Tags: [{ Key: "a", Value: "b" }] }),
  ListTagsOfResource: (_, ResourceArn) => _.listTagsOfResource({ ResourceArn }),
  UntagResource: (_, ResourceArn) => _.untagResource({ ResourceArn, TagKeys: ["a"] })
}

const inNone: Record<string, Run> = {
  DescribeContinuousBackups: (_) => _.describeContinuousBackups(table),
  UpdateContinuousBackups: (_) =>
    _.updateContinuousBackups({ ...table, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
}

/** The table that all requests are about. */
const probe = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* createTable("probe")
    const client = yield* DynamoClient.DynamoClient
    yield* eventually(Effect.isSuccess(client.putItem({ ...table, Item: key })))
  })
)

// Of other engines the documentation says nothing.
engines("capabilities", (it, engine) =>
  describe.skipIf(engine.name === "external")("as documented", () => {
    it.layer(probe)((it) => {
      const groups: ReadonlyArray<readonly [string, Record<string, Run>, has: boolean]> = [
        ["both", inBoth, true],
        ["DynamoDB Local only", inDynamoLocal, engine.isComplete],
        ["Dynalite only", inDynalite, !engine.isComplete],
        ["none", inNone, false]
      ]
      for (const [name, operations, has] of groups) {
        describe(name, () => {
          it.effect.each(Object.entries(operations))("%s", ([, run]) =>
            Effect.gen(function* () {
              const client = yield* DynamoClient.DynamoClient
              const { Table } = yield* client.describeTable(table)
              const outcome = yield* Effect.match(DynamoClient.noRetry(run(client, Table?.TableArn ?? "")), {
                onFailure: ({ _tag }) => _tag,
                onSuccess: () => "done"
              })
              assert.strictEqual(outcome, has ? "done" : "RequestRejected")
            })
          )
        })
      }

      it.effect("what stood there when a condition failed: both", () =>
        Effect.gen(function* () {
          const client = yield* DynamoClient.DynamoClient
          const stood = yield* client
            .putItem({
              ...table,
              Item: key,
              ConditionExpression: "attribute_not_exists(pk)",
              ReturnValuesOnConditionCheckFailure: "ALL_OLD"
            })
            .pipe(
              Effect.as(Option.none()),
              Effect.catchTag("ConditionalCheckFailed", ({ item }) => Effect.succeed(Option.some(item)))
            )
          assert.deepStrictEqual(stood, Option.some(Option.some(key)))
        })
      )
    })
  })
)
