import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option, References, Schedule, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { attributesOf, eventsOf, recordingTracer, treeOf } from "../../testing/test-support/tracing.ts"
import { broken, conditionFailed, scripted, serverError, throttled, times } from "./support/script.ts"

const secret = "hunter2"
const Key = { pk: { S: secret } }

describe("spans", () => {
  it.effect("one for each call, by OpenTelemetry's conventions", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
      const { client } = scripted([], {
        $metadata: { requestId: "r-1", httpStatusCode: 200 },
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
        "aws.request_id": "r-1",
        "http.response.status_code": 200
      })
    })
  )

  it.effect("of a batch: its tables and its size", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
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
          // A batch of one is none.
          [["a"], "a", undefined],
          [["a"], "a", 2]
        ]
      )
    })
  )

  it.effect("tell retries and the error, and never a key", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
      const { client } = scripted([throttled, serverError, conditionFailed])
      const error = yield* client
        .putItem({ TableName: "users", Item: Key })
        .pipe(
          DynamoClient.withRetry(RetryPolicy.fromSchedule(Schedule.forever)),
          Effect.flip,
          Effect.withTracer(tracer)
        )
      assert.strictEqual(error._tag, "ConditionalCheckFailed")
      assert.lengthOf(spans, 1)
      assert.deepStrictEqual(attributesOf(spans[0]), {
        "db.system.name": "aws.dynamodb",
        "db.operation.name": "PutItem",
        "db.collection.name": "users",
        "db.response.status_code": "ConditionalCheckFailedException",
        "rpc.system": "aws-api",
        "rpc.service": "DynamoDB",
        "rpc.method": "PutItem",
        "aws.dynamodb.table_names": ["users"],
        "aws.request_id": "r",
        "http.request.resend_count": 2,
        "http.response.status_code": 400,
        "error.type": "ConditionalCheckFailed"
      })
      assert.deepStrictEqual(eventsOf(spans[0]), [
        ["retry", { "error.type": "ThroughputExceeded", "aws.retry.attempts": 1, "aws.retry.delay_ms": 0 }],
        ["retry", { "error.type": "ServiceUnavailable", "aws.retry.attempts": 2, "aws.retry.delay_ms": 0 }]
      ])
      assert.notInclude(JSON.stringify([attributesOf(spans[0]), eventsOf(spans[0])]), secret)
    })
  )

  it.effect("say that the quota ended the retries", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
      const { client } = scripted([throttled], {}, RetryPolicy.makeQuota({ capacity: 0 }))
      yield* client.getItem({ TableName: "t", Key }).pipe(Effect.flip, Effect.withTracer(tracer))
      assert.strictEqual(attributesOf(spans[0])["aws.dynamodb.retry_quota_exhausted"], true)
      assert.notProperty(attributesOf(spans[0]), "http.request.resend_count")
    })
  )

  it.effect("of a broken connection tell no status", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
      const { client } = scripted([broken])
      yield* client.getItem({ TableName: "t", Key }).pipe(DynamoClient.noRetry, Effect.flip, Effect.withTracer(tracer))
      const attributes = attributesOf(spans[0])
      assert.strictEqual(attributes["error.type"], "NetworkError")
      assert.notProperty(attributes, "http.response.status_code")
      assert.notProperty(attributes, "db.response.status_code")
    })
  )

  it.effect("tell where the requests went, and are the parents of what the transport traces", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
      const client = DynamoClient.make({
        server: () => ({ address: "localhost", port: 8000 }),
        send: () => Effect.withSpan(Effect.succeed({ $metadata: {} } as never), "http")
      })
      yield* client.getItem({ TableName: "t", Key }).pipe(Effect.withSpan("request"), Effect.withTracer(tracer))
      const [request, call, http] = spans
      assert.deepStrictEqual(
        [call, http].map((span) => span?.parent),
        [request, call].map((span) => Option.some(span!))
      )
      assert.strictEqual(attributesOf(call)["server.address"], "localhost")
      assert.strictEqual(attributesOf(call)["server.port"], 8000)
    })
  )

  it.effect("end with the call when it is interrupted, and tell what was so far", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
      let sent = 0
      const client = DynamoClient.make({
        send: () => Effect.suspend(() => (++sent === 1 ? Effect.fail(throttled) : Effect.never))
      })
      const fiber = yield* client
        .getItem({ TableName: "t", Key })
        .pipe(
          DynamoClient.withRetry(RetryPolicy.fromSchedule(Schedule.forever)),
          Effect.withTracer(tracer),
          Effect.forkChild
        )
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(attributesOf(spans[0])["http.request.resend_count"], 1)
      assert.notProperty(attributesOf(spans[0]), "error.type")
      const status = spans[0]!.status
      assert.isTrue(status._tag === "Ended" && Exit.hasInterrupts(status.exit))
    })
  )

  it.effect("of gets that are sent together are below the first, with links to the others", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
      const { client } = scripted([], { $metadata: {}, Responses: {} })
      const get = (id: string) =>
        DynamoClient.batched(client)
          .getItem({ TableName: "t", Key: { pk: { S: id } } })
          .pipe(Effect.withSpan(id))
      yield* Effect.forEach(["a", "b", "c"], get, { concurrency: "unbounded" }).pipe(Effect.withTracer(tracer))
      assert.deepStrictEqual(treeOf(spans), ["a", "  DynamoDB.BatchGetItem", "b", "c"])
      const call = spans.find(({ name }) => name === "DynamoDB.BatchGetItem")
      assert.deepStrictEqual(
        call?.links.map(({ span }) => span.spanId),
        ["b", "c"].map((name) => spans.find((span) => span.name === name)!.spanId)
      )
    })
  )

  it.effect("end with the call when it times out", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
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
      const { spans, tracer } = recordingTracer()
      const { client } = scripted([])
      yield* client
        .getItem({ TableName: "t", Key })
        .pipe(Effect.provideService(References.TracerEnabled, false), Effect.withTracer(tracer))
      assert.strictEqual(spans.length, 0)
    })
  )

  it.effect("there are none that nobody can see", () =>
    Effect.gen(function* () {
      let made = 0
      const watching = Tracer.make({
        span: (options) => {
          made++
          return Tracer.nativeTracer.span(options)
        }
      })
      const { client } = scripted([])
      const get = client.getItem({ TableName: "t", Key })
      // The default tracer, whether or not it is said.
      yield* Effect.withSpan(get, "parent")
      yield* Effect.withTracer(get, Tracer.nativeTracer)
      assert.strictEqual(made, 0)
      yield* Effect.withTracer(get, watching)
      assert.strictEqual(made, 1)
    })
  )
})
