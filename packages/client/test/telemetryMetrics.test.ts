/** What calls tell of themselves in metrics, attribute by attribute. */
import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Metric } from "effect"
import { TestClock } from "effect/testing"
import { retryAtOnce } from "../../testing/test-support/faults.ts"
import { cancelled, conditionFailed, scripted, serverError, throttled, throttledBy } from "./support/script.ts"

const secret = "hunter2"
const Key = { pk: { S: secret } }
const get = { TableName: "users", Key }

/** Runs an effect with metrics of its own. */
const measured = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provideService(effect, Metric.MetricRegistry, new Map())

/** What the metrics tell, by name: the attributes of each series, and its number. Times apart, which tests of their own have. */
const told = Effect.map(Metric.snapshot, (snapshot) => {
  const series: Record<string, Array<readonly [Record<string, string>, number]>> = {}
  for (const metric of snapshot) {
    if (metric.id === "db.client.operation.duration") continue
    const { unit: _, ...attributes } = metric.attributes ?? {}
    const value =
      metric.type === "Counter"
        ? Number(metric.state.count)
        : metric.type === "Gauge"
          ? Number(metric.state.value)
          : metric.type === "Histogram"
            ? metric.state.sum
            : NaN
    ;(series[metric.id] ??= []).push([attributes, value])
  }
  return series
})

const ofUsers = { "db.operation.name": "GetItem", "db.collection.name": "users" }

describe("metrics", () => {
  it.effect("there are none where nobody asked for them", () =>
    measured(
      Effect.gen(function* () {
        const { client } = scripted([throttled, conditionFailed])
        yield* client.getItem(get).pipe(DynamoClient.withRetry(retryAtOnce), Effect.flip)
        yield* client.query({ TableName: "users" })
        assert.deepStrictEqual(yield* Metric.snapshot, [])
      })
    )
  )

  it.effect("tell calls, attempts, retries, throttling and the quota", () =>
    measured(
      Effect.gen(function* () {
        const { client } = scripted([throttled, serverError], { $metadata: {}, Item: Key })
        yield* client.getItem(get).pipe(DynamoClient.withRetry(retryAtOnce), DynamoClient.withMetrics)
        yield* client.getItem(get).pipe(DynamoClient.withMetrics)
        const system = { "db.system.name": "aws.dynamodb", ...ofUsers }
        assert.deepStrictEqual(yield* told, {
          "effect_dynamo.client.calls": [[ofUsers, 2]],
          "effect_dynamo.client.attempts": [[ofUsers, 4]],
          "effect_dynamo.client.retries": [
            [{ ...ofUsers, "error.type": "ThroughputExceeded" }, 1],
            [{ ...ofUsers, "error.type": "ServiceUnavailable" }, 1]
          ],
          "effect_dynamo.client.throttles": [
            [{ ...ofUsers, "effect_dynamo.throttling_reason": "ThrottlingException" }, 1]
          ],
          "db.client.response.returned_rows": [[system, 2]],
          // 500, less 5 for each retry; the first success gives back what its last retry took, the second one.
          "effect_dynamo.client.retry_quota": [[{}, 496]]
        })
      })
    )
  )

  it.effect("tell errors by their tag", () =>
    measured(
      Effect.gen(function* () {
        const { client } = scripted([conditionFailed, serverError])
        const put = client.putItem({ TableName: "users", Item: Key })
        const failing = put.pipe(DynamoClient.noRetry, Effect.flip, DynamoClient.withMetrics)
        yield* Effect.andThen(failing, failing)
        yield* put.pipe(DynamoClient.withMetrics)
        const ofPuts = { "db.operation.name": "PutItem", "db.collection.name": "users" }
        const { "effect_dynamo.client.calls": calls, "effect_dynamo.client.errors": errors } = yield* told
        assert.deepStrictEqual(calls, [[ofPuts, 3]])
        assert.deepStrictEqual(errors, [
          [{ ...ofPuts, "error.type": "ConditionalCheckFailed" }, 1],
          [{ ...ofPuts, "error.type": "ServiceUnavailable" }, 1]
        ])
      })
    )
  )

  it.effect("tell how long calls take, by OpenTelemetry's name, in seconds", () =>
    measured(
      Effect.gen(function* () {
        const client = DynamoClient.make({
          send: () => Effect.delay(Effect.succeed({ $metadata: {} } as never), "20 millis")
        })
        const fiber = yield* Effect.forkChild(client.getItem(get).pipe(DynamoClient.withMetrics))
        yield* TestClock.adjust("20 millis")
        yield* Fiber.join(fiber)
        const late = client.getItem(get).pipe(DynamoClient.withTimeout("10 millis"), Effect.flip)
        const timedOut = yield* Effect.forkChild(late.pipe(DynamoClient.withMetrics))
        yield* TestClock.adjust("10 millis")
        yield* Fiber.join(timedOut)

        const durations = (yield* Metric.snapshot).filter(({ id }) => id === "db.client.operation.duration")
        const common = { "db.system.name": "aws.dynamodb", ...ofUsers, unit: "s" }
        assert.deepStrictEqual(
          durations.map(({ attributes }) => attributes),
          [common, { "db.system.name": "aws.dynamodb", ...ofUsers, "error.type": "RequestTimeout", unit: "s" }]
        )
        const [first] = durations
        assert.isTrue(first?.type === "Histogram")
        if (first?.type !== "Histogram") return
        assert.deepStrictEqual([first.state.count, first.state.sum], [1, 0.02])
        assert.deepStrictEqual(
          first.state.buckets.map(([boundary, count]) => [boundary, count]),
          [
            [0.001, 0],
            [0.005, 0],
            [0.01, 0],
            [0.05, 1],
            [0.1, 1],
            [0.5, 1],
            [1, 1],
            [5, 1],
            [10, 1]
          ]
        )
      })
    )
  )

  it.effect("of an interrupted call tell its time, and no error", () =>
    measured(
      Effect.gen(function* () {
        const client = DynamoClient.make({ send: () => Effect.never })
        const fiber = yield* Effect.forkChild(client.getItem(get).pipe(DynamoClient.withMetrics))
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
        const durations = (yield* Metric.snapshot).filter(({ id }) => id === "db.client.operation.duration")
        assert.deepStrictEqual(
          durations.map(({ attributes }) => attributes?.["error.type"]),
          ["Interrupted"]
        )
        assert.notProperty(yield* told, "effect_dynamo.client.errors")
      })
    )
  )

  it.effect("tell which limit of which table or index throttled", () =>
    measured(
      Effect.gen(function* () {
        const reason = "TableReadProvisionedThroughputExceeded"
        const ofIndex = "IndexReadProvisionedThroughputExceeded"
        const arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/users"
        const { client } = scripted([
          throttledBy(reason),
          {
            ...throttled,
            throttlingReasons: [
              { reason, resource: arn },
              { reason: ofIndex, resource: `${arn}/index/byName` }
            ]
          },
          "pass",
          cancelled("None", "ThrottlingError")
        ])
        const TransactItems = [{ Delete: { TableName: "a", Key } }, { Delete: { TableName: "b", Key } }]
        yield* Effect.andThen(client.query({ TableName: "users" }), client.transactWriteItems({ TransactItems })).pipe(
          DynamoClient.withRetry(retryAtOnce),
          DynamoClient.withMetrics
        )
        const { "effect_dynamo.client.throttles": throttles } = yield* told
        const ofQuery = { "db.operation.name": "Query", "db.collection.name": "users" }
        assert.deepStrictEqual(throttles, [
          [{ ...ofQuery, "effect_dynamo.throttling_reason": reason }, 2],
          [{ ...ofQuery, "aws.dynamodb.index_name": "byName", "effect_dynamo.throttling_reason": ofIndex }, 1],
          [{ "db.operation.name": "TransactWriteItems", "effect_dynamo.throttling_reason": "ThrottlingError" }, 1]
        ])
      })
    )
  )

  it.effect("count what was consumed, of each table and index that DynamoDB tells", () =>
    measured(
      Effect.gen(function* () {
        const consuming = (ConsumedCapacity: object) => scripted([], { $metadata: {}, ConsumedCapacity }).client
        const counted = <A, E>(call: Effect.Effect<A, E>) => DynamoClient.withMetrics(call)
        yield* counted(consuming({ TableName: "users", CapacityUnits: 0.5 }).getItem(get))
        yield* counted(consuming({ TableName: "users", CapacityUnits: 1.5 }).getItem(get))
        yield* counted(
          consuming({
            TableName: "users",
            CapacityUnits: 5,
            Table: { CapacityUnits: 2 },
            GlobalSecondaryIndexes: { byName: { CapacityUnits: 3 } }
          }).putItem({ TableName: "users", Item: Key })
        )
        yield* counted(
          consuming([
            { TableName: "a", CapacityUnits: 2 },
            { TableName: "b", CapacityUnits: 4 }
          ]).batchGetItem({ RequestItems: { a: { Keys: [Key] }, b: { Keys: [Key] } } })
        )
        const { "effect_dynamo.client.consumed_capacity": capacity } = yield* told
        const of = (operation: string, table: string, kind: "read" | "write", index?: string) => ({
          "db.operation.name": operation,
          "db.collection.name": table,
          ...(index === undefined ? undefined : { "aws.dynamodb.index_name": index }),
          "effect_dynamo.capacity": kind
        })
        assert.deepStrictEqual(capacity, [
          [of("GetItem", "users", "read"), 2],
          [of("PutItem", "users", "write"), 2],
          [of("PutItem", "users", "write", "byName"), 3],
          [of("BatchGetItem", "a", "read"), 2],
          [of("BatchGetItem", "b", "read"), 4]
        ])
      })
    )
  )

  it.effect("tell how many items each read gave", () =>
    measured(
      Effect.gen(function* () {
        const counted = (call: (client: DynamoClient.Service) => Effect.Effect<unknown, unknown>, output: object) =>
          call(scripted([], { $metadata: {}, ...output }).client).pipe(DynamoClient.withMetrics)
        yield* counted((client) => client.getItem(get), {})
        yield* counted((client) => client.query({ TableName: "users" }), { Items: [Key, Key], Count: 2 })
        yield* counted((client) => client.scan({ TableName: "users", Select: "COUNT" }), { Count: 7 })
        yield* counted((client) => client.batchGetItem({ RequestItems: { a: { Keys: [Key] } } }), {
          Responses: { a: [Key], b: [Key, Key] }
        })
        yield* counted((client) => client.transactGetItems({ TransactItems: [{ Get: { TableName: "t", Key } }] }), {
          Responses: [{ Item: Key }, {}]
        })
        yield* counted((client) => client.putItem({ TableName: "users", Item: Key }), {})
        const { "db.client.response.returned_rows": rows = [] } = yield* told
        assert.deepStrictEqual(
          rows.map(([attributes, sum]) => [attributes["db.operation.name"], sum]),
          [
            ["GetItem", 0],
            ["Query", 2],
            ["Scan", 0],
            ["BatchGetItem", 3],
            ["TransactGetItems", 1]
          ]
        )
      })
    )
  )

  it.effect("are switched on for a program by a layer, and hold nothing of what is stored", () =>
    measured(
      Effect.gen(function* () {
        const { client } = scripted([conditionFailed], {}, RetryPolicy.makeQuota({ capacity: 10 }))
        yield* client
          .putItem({ TableName: "users", Item: Key })
          .pipe(Effect.flip, Effect.provide(DynamoClient.layerMetrics))
        const snapshot = yield* Metric.snapshot
        assert.isAbove(snapshot.length, 3)
        assert.notInclude(JSON.stringify(snapshot), secret)
        assert.isTrue(snapshot.every(({ description }) => description !== undefined))
      })
    )
  )
})
