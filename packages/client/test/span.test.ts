import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, References, Schedule, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { conditionFailed, scripted, serverError, throttled, times } from "./support/script.ts"

const secret = "hunter2"
const Key = { pk: { S: secret } }

const recording = () => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  return { spans, tracer }
}

const attributesOf = (span: Tracer.NativeSpan | undefined) => Object.fromEntries(span?.attributes ?? [])

describe("spans", () => {
  it.effect("one for each call, by OpenTelemetry's conventions", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recording()
      const { client } = scripted([], {
        $metadata: { requestId: "r-1" },
        Items: [Key],
        Count: 1,
        ScannedCount: 4,
        ConsumedCapacity: { TableName: "orders", CapacityUnits: 0.5 }
      })
      yield* client
        .query({
          TableName: "orders",
          IndexName: "gsi1",
          Limit: 4,
          ScanIndexForward: false,
          ExpressionAttributeValues: { ":v": { S: secret } }
        })
        .pipe(Effect.withTracer(tracer))
      assert.strictEqual(spans.length, 1)
      assert.strictEqual(spans[0]?.name, "DynamoDB.Query")
      assert.strictEqual(spans[0]?.kind, "client")
      assert.strictEqual(spans[0]?.status._tag, "Ended")
      assert.deepStrictEqual(attributesOf(spans[0]), {
        "db.system.name": "aws.dynamodb",
        "db.operation.name": "Query",
        "db.collection.name": "orders",
        "rpc.system": "aws-api",
        "rpc.service": "DynamoDB",
        "rpc.method": "Query",
        "aws.dynamodb.table_names": ["orders"],
        "aws.dynamodb.index_name": "gsi1",
        "aws.dynamodb.limit": 4,
        "aws.dynamodb.scan_forward": false,
        "aws.dynamodb.count": 1,
        "aws.dynamodb.scanned_count": 4,
        "aws.dynamodb.consumed_capacity": ['{"TableName":"orders","CapacityUnits":0.5}'],
        "aws.request_id": "r-1"
      })
    })
  )

  it.effect("of a batch: its tables and its size", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recording()
      const { client } = scripted([])
      yield* Effect.gen(function* () {
        yield* client.batchGetItem({ RequestItems: { a: { Keys: [Key, Key] }, b: { Keys: [Key] } } })
        yield* client.batchWriteItem({ RequestItems: { a: [{ DeleteRequest: { Key } }] } })
        yield* client.transactWriteItems({
          TransactItems: [{ Put: { TableName: "a", Item: Key } }, { Delete: { TableName: "a", Key } }]
        })
      }).pipe(Effect.withTracer(tracer))
      assert.deepStrictEqual(
        spans.map((span) => [
          span.attributes.get("aws.dynamodb.table_names"),
          span.attributes.get("db.collection.name"),
          span.attributes.get("db.operation.batch.size")
        ]),
        [
          [["a", "b"], undefined, 3],
          [["a"], "a", 1],
          [["a"], "a", 2]
        ]
      )
    })
  )

  it.effect("tell retries and the error, and never a key", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recording()
      const { client } = scripted([throttled, serverError, conditionFailed])
      const error = yield* client
        .putItem({ TableName: "users", Item: Key })
        .pipe(
          DynamoClient.withRetry(RetryPolicy.fromSchedule(Schedule.forever)),
          Effect.flip,
          Effect.withTracer(tracer)
        )
      assert.strictEqual(error._tag, "ConditionalCheckFailed")
      const attributes = attributesOf(spans[0])
      assert.strictEqual(attributes["error.type"], "ConditionalCheckFailed")
      assert.strictEqual(attributes["http.request.resend_count"], 2)
      assert.strictEqual(attributes["aws.request_id"], "r")
      assert.deepStrictEqual(
        spans[0]?.events.map(([name, , attributes]) => [name, attributes["error.type"]]),
        [
          ["retry", "ThroughputExceeded"],
          ["retry", "ServiceUnavailable"]
        ]
      )
      assert.notInclude(JSON.stringify([attributes, spans[0]?.events.map(([name, , a]) => [name, a])]), secret)
    })
  )

  it.effect("end with the call when it times out", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recording()
      const { client } = scripted(times(99, throttled))
      const fiber = yield* client
        .getItem({ TableName: "t", Key })
        .pipe(DynamoClient.withTimeout("1 milli"), Effect.flip, Effect.withTracer(tracer), Effect.forkChild)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.strictEqual(attributesOf(spans[0])["error.type"], "RequestTimeout")
      assert.strictEqual(spans[0]?.status._tag, "Ended")
    })
  )

  it.effect("there are none where tracing is off", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recording()
      const { client } = scripted([])
      yield* client
        .getItem({ TableName: "t", Key })
        .pipe(Effect.provideService(References.TracerEnabled, false), Effect.withTracer(tracer))
      assert.strictEqual(spans.length, 0)
    })
  )
})
