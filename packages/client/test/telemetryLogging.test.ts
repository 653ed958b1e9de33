/** The log of requests: what is in it, and that nothing is in any log without it. */
import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger, type LogLevel, References } from "effect"
import { TestClock } from "effect/testing"
import { retryAtOnce } from "../../testing/test-support/faults.ts"
import { conditionFailed, scripted, throttled } from "./support/script.ts"

const secret = "hunter2"
const Key = { pk: { S: secret } }
const get = { TableName: "users", Key }

/** Runs an effect and gives what it logged at a level or above. */
const logOf = <A, E, R>(effect: Effect.Effect<A, E, R>, minimum: LogLevel.LogLevel = "All") =>
  Effect.gen(function* () {
    const entries: Array<readonly [LogLevel.LogLevel, ...ReadonlyArray<unknown>]> = []
    const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
      entries.push([logLevel, ...(Array.isArray(message) ? (message as ReadonlyArray<unknown>) : [message])])
    })
    yield* effect.pipe(
      Effect.provideService(References.MinimumLogLevel, minimum),
      Effect.provide(Logger.layer([logger]))
    )
    return entries
  })

describe("the log of requests", () => {
  it.effect("is not there unless asked for", () =>
    Effect.gen(function* () {
      const { client } = scripted([throttled, conditionFailed])
      const log = yield* logOf(client.getItem(get).pipe(DynamoClient.withRetry(retryAtOnce), Effect.flip))
      assert.deepStrictEqual(log, [])
    })
  )

  it.effect("has each request and its answer, whole", () =>
    Effect.gen(function* () {
      const failure = { ...conditionFailed, item: Key }
      const { client } = scripted([throttled, "pass", failure], { $metadata: { requestId: "r-1" }, Item: Key })
      const log = yield* logOf(
        Effect.gen(function* () {
          yield* client.getItem(get)
          yield* Effect.flip(client.deleteItem({ ...get, ConditionExpression: "attribute_exists(a)" }))
        }).pipe(DynamoClient.withRetry(retryAtOnce), DynamoClient.withRequestLogging)
      )
      const request = { operation: "GetItem", tables: ["users"], input: get }
      const answered = { operation: "GetItem", milliseconds: 0 }
      const refused = { origin: "response", sent: true, status: 400, requestId: "r" }
      assert.deepStrictEqual(log, [
        ["Debug", "DynamoDB request", request],
        [
          "Debug",
          "DynamoDB failure",
          { ...answered, ...refused, code: "ThrottlingException", message: "ThrottlingException happened" }
        ],
        ["Debug", "DynamoDB request", request],
        ["Debug", "DynamoDB answer", { ...answered, requestId: "r-1", output: { Item: Key } }],
        [
          "Debug",
          "DynamoDB request",
          {
            operation: "DeleteItem",
            tables: ["users"],
            input: { ...get, ConditionExpression: "attribute_exists(a)" }
          }
        ],
        [
          "Debug",
          "DynamoDB failure",
          {
            operation: "DeleteItem",
            milliseconds: 0,
            ...refused,
            code: "ConditionalCheckFailedException",
            message: "ConditionalCheckFailedException happened",
            item: Key
          }
        ]
      ])
    })
  )

  it.effect("is at the level that is asked for, which is off by default", () =>
    Effect.gen(function* () {
      const { client } = scripted([])
      assert.deepStrictEqual(yield* logOf(client.getItem(get).pipe(DynamoClient.withRequestLogging()), "Info"), [])
      const log = yield* logOf(client.getItem(get).pipe(DynamoClient.withRequestLogging({ level: "Warn" })), "Info")
      assert.deepStrictEqual(
        log.map(([level, message]) => [level, message]),
        [
          ["Warn", "DynamoDB request"],
          ["Warn", "DynamoDB answer"]
        ]
      )
    })
  )

  it.effect("can be without values", () =>
    Effect.gen(function* () {
      const failure = { ...conditionFailed, message: `The value ${secret} is bad`, item: Key }
      const { client } = scripted(["pass", failure], { $metadata: { requestId: "r-1" }, Item: Key })
      const log = yield* logOf(
        Effect.andThen(client.getItem(get), Effect.flip(client.deleteItem(get))).pipe(
          DynamoClient.withRequestLogging({ values: false })
        )
      )
      assert.deepStrictEqual(log, [
        ["Debug", "DynamoDB request", { operation: "GetItem", tables: ["users"] }],
        ["Debug", "DynamoDB answer", { operation: "GetItem", milliseconds: 0, requestId: "r-1" }],
        ["Debug", "DynamoDB request", { operation: "DeleteItem", tables: ["users"] }],
        [
          "Debug",
          "DynamoDB failure",
          {
            operation: "DeleteItem",
            milliseconds: 0,
            origin: "response",
            sent: true,
            status: 400,
            requestId: "r",
            code: "ConditionalCheckFailedException"
          }
        ]
      ])
      assert.notInclude(JSON.stringify(log), secret)
    })
  )

  it.effect("tells that a request was aborted, and after how long", () =>
    Effect.gen(function* () {
      const client = DynamoClient.make({ send: () => Effect.never })
      const call = client
        .getItem(get)
        .pipe(DynamoClient.withTimeout("2 seconds"), Effect.flip, DynamoClient.withRequestLogging)
      const fiber = yield* Effect.forkChild(logOf(call))
      yield* TestClock.adjust("2 seconds")
      const log = yield* Fiber.join(fiber)
      assert.deepStrictEqual(log.slice(1), [
        ["Debug", "DynamoDB request aborted", { operation: "GetItem", milliseconds: 2000 }]
      ])
    })
  )

  it.effect("has nothing of gets that another fiber makes at the same time", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted([], { $metadata: {}, Responses: {} })
      const batched = DynamoClient.batched(client)
      const get = (id: string) => batched.getItem({ TableName: "users", Key: { pk: { S: id } } })
      const log = yield* logOf(
        Effect.all([get("mine").pipe(DynamoClient.withRequestLogging), get(secret)], { concurrency: 2 })
      )
      assert.lengthOf(sent, 2)
      assert.include(JSON.stringify(log), "mine")
      assert.notInclude(JSON.stringify(log), secret)
    })
  )
})
