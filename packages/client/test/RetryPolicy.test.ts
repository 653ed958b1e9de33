import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Random, Schedule, Schema } from "effect"
import { TestClock } from "effect/testing"
import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import {
  absent,
  broken,
  cancelled,
  conditionFailed,
  conflict,
  denied,
  inProgress,
  invalid,
  scripted,
  serverError,
  throttled,
  throttledBy,
  times,
  unreachable,
  untrusted
} from "./support/script.ts"

const TableName = "t"
const Key = { pk: { S: "1" } }
const get = (client: DynamoClient.Service) => client.getItem({ TableName, Key })
const put = (client: DynamoClient.Service) => client.putItem({ TableName, Item: Key })

/** Runs a call until it ends, however long it waits. */
const toEnd = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.result(effect))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

/** How often the request is sent where DynamoDB fails so once, and then answers. */
const sendsAfter = (
  failure: DynamoClient.TransportFailure,
  call: (client: DynamoClient.Service) => Effect.Effect<unknown, unknown>
) =>
  Effect.gen(function* () {
    const { client, sent } = scripted([failure])
    yield* toEnd(call(client))
    return sent.length
  })

const gaps = (sent: ReadonlyArray<{ readonly at: number }>) => {
  const times = sent.map((entry) => entry.at)
  return times.slice(1).map((at, i) => at - (times[i] ?? NaN))
}

/** Makes full jitter as long as it can be. */
const longest = Effect.provideService(Random.Random, { nextIntUnsafe: () => 0, nextDoubleUnsafe: () => 1 })

describe("the default policy", () => {
  it.effect("waits longer and longer, up to 30 seconds in all", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted(times(99, serverError))
      const result = yield* toEnd(longest(get(client)))
      assert.deepStrictEqual(gaps(sent), [50, 100, 200, 400, 800, 1600, 3200])
      assert.strictEqual(result._tag, "Failure")
      if (result._tag === "Failure") {
        assert.strictEqual(result.failure._tag, "ServiceUnavailable")
        assert.strictEqual(result.failure.attempts, 8)
        assert.strictEqual(result.failure.requestId, "r")
      }
    })
  )

  it.effect("waits longer after throttling", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted(times(99, throttled))
      yield* toEnd(longest(get(client)))
      assert.deepStrictEqual(gaps(sent), [200, 400, 800, 1600, 3200, 6400, 12800])
    })
  )

  it.effect("waits longest after throttling by a limit of the table, the index or the account", () =>
    Effect.gen(function* () {
      const waits = (...reasons: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const { client, sent } = scripted(times(2, throttledBy(...reasons)))
          yield* toEnd(longest(get(client)))
          return gaps(sent)
        })
      for (const limit of ["ProvisionedThroughputExceeded", "MaxOnDemandThroughputExceeded", "AccountLimitExceeded"]) {
        assert.deepStrictEqual(yield* waits(`TableRead${limit}`), [500, 1000])
        assert.deepStrictEqual(yield* waits(`IndexWrite${limit}`), [500, 1000])
      }
      assert.deepStrictEqual(yield* waits("TableReadKeyRangeThroughputExceeded"), [200, 400])
      assert.deepStrictEqual(yield* waits("SomethingNew"), [200, 400])
      assert.deepStrictEqual(
        yield* waits("TableWriteKeyRangeThroughputExceeded", "IndexWriteAccountLimitExceeded"),
        [500, 1000]
      )
    })
  )

  it.effect.prop(
    "jitters between nothing and the bound",
    { seed: Schema.Int },
    ({ seed }) =>
      Effect.gen(function* () {
        const { client, sent } = scripted(times(99, throttled))
        yield* toEnd(get(client).pipe(Random.withSeed(seed)))
        gaps(sent).forEach((gap, i) => assert.isTrue(gap >= 0 && gap <= 200 * 2 ** i, `gap ${i}: ${gap}`))
        assert.isAtLeast(sent.length, 2)
      }),
    { arbitrary: { runs: 50, seed: 1 } }
  )

  it.effect("a success after failures is a success", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted([throttled, broken, serverError])
      const result = yield* toEnd(get(client))
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(sent.length, 4)
    })
  )
})

describe("what is sent again", () => {
  const transaction = (client: DynamoClient.Service) =>
    client.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: Key } }] })
  const updating =
    (UpdateExpression: string, more: Partial<UpdateItemCommandInput> = {}) =>
    (client: DynamoClient.Service) =>
      client.updateItem({
        TableName,
        Key,
        UpdateExpression,
        ExpressionAttributeValues: { ":one": { N: "1" }, ":two": { N: "2" }, ":set": { SS: ["a"] }, ":s": { S: "x" } },
        ...more
      })
  const counting = updating("SET n = n + :one")
  const setting = updating("SET a.b = :s, c = if_not_exists(c, :one) REMOVE d ADD tags :set DELETE others :set")
  const conditional = (client: DynamoClient.Service) =>
    client.putItem({ TableName, Item: Key, ConditionExpression: "attribute_not_exists(pk)" })
  const returning = (client: DynamoClient.Service) => client.deleteItem({ TableName, Key, ReturnValues: "ALL_OLD" })
  const expecting = (client: DynamoClient.Service) =>
    client.putItem({ TableName, Item: Key, Expected: { pk: { Exists: false } } })

  const cases: ReadonlyArray<
    readonly [
      name: string,
      failure: DynamoClient.TransportFailure,
      call: (client: DynamoClient.Service) => Effect.Effect<unknown, unknown>,
      sends: number
    ]
  > = [
    ["a read after throttling", throttled, get, 2],
    ["a read after a 500", serverError, get, 2],
    ["a read after a broken connection", broken, get, 2],
    ["a refused request", invalid, get, 1],
    ["without permission", denied, get, 1],
    ["to a table that is not there", absent, get, 1],
    ["over a connection that is not trusted", untrusted, get, 1],
    ["a write whose condition was false", conditionFailed, put, 1],
    ["a write in conflict", conflict, put, 1],
    ["a put after a 500", serverError, put, 2],
    ["a put after a broken connection", broken, put, 2],
    ["a conditional put after a 500", serverError, conditional, 2],
    ["a put with a condition in the old form, after a 500", serverError, expecting, 1],
    ["a conditional put after throttling", throttled, conditional, 2],
    ["a conditional put that was never sent", unreachable, conditional, 2],
    ["a delete that answers with the old item, after a 500", serverError, returning, 1],
    ["an update that counts, after a 500", serverError, counting, 1],
    ["an update that counts, after a broken connection", broken, counting, 1],
    ["an update that counts, after throttling", throttled, counting, 2],
    ["an update that counts and was never sent", unreachable, counting, 2],
    ["an update of values and sets, after a 500", serverError, setting, 2],
    [
      "an update that makes an item of its key alone, after a 500",
      serverError,
      (c) => c.updateItem({ TableName, Key }),
      2
    ],
    [
      "an update that gives the new item, after a 500",
      serverError,
      updating("REMOVE d", { ReturnValues: "ALL_NEW" }),
      2
    ],
    [
      "an update that gives the old item, after a 500",
      serverError,
      updating("REMOVE d", { ReturnValues: "ALL_OLD" }),
      1
    ],
    [
      "an update that gives what was changed, after a 500",
      serverError,
      updating("REMOVE d", { ReturnValues: "UPDATED_OLD" }),
      1
    ],
    ["an update of a list's element, after a 500", serverError, updating("SET l[1] = :s"), 1],
    ["an update that appends, after a 500", serverError, updating("SET l = list_append(l, :s)"), 1],
    ["an update that copies, after a 500", serverError, updating("SET a = b"), 1],
    [
      "an update that counts from a number that must be there, after a 500",
      serverError,
      updating("SET n = n + :one, m = m + :one", { ConditionExpression: "n = :two" }),
      2
    ],
    [
      "an update that counts, on a condition that it leaves as it is, after a 500",
      serverError,
      updating("SET n = n + :one", { ConditionExpression: "m = :two" }),
      1
    ],
    [
      "an update that counts, said to be idempotent, after a 500",
      serverError,
      (c) => DynamoClient.withIdempotent(counting(c), true),
      2
    ],
    [
      "an update of values, said not to be idempotent, after a 500",
      serverError,
      (c) => DynamoClient.withIdempotent(setting(c), false),
      1
    ],
    ["a put after a 500, said not to be idempotent", serverError, (c) => DynamoClient.withIdempotent(put(c), false), 1],
    ["a batch of writes after a 500", serverError, (c) => c.batchWriteItem({ RequestItems: {} }), 2],
    ["a transaction after a 500", serverError, transaction, 2],
    ["a transaction in progress", inProgress, transaction, 2],
    ["a transaction cancelled by throttling", cancelled("None", "ThrottlingError"), transaction, 2],
    [
      "a transaction cancelled by throttling and a conflict",
      cancelled("TransactionConflict", "ThrottlingError"),
      transaction,
      2
    ],
    ["a transaction cancelled by throttling and more", cancelled("ValidationError", "ThrottlingError"), transaction, 1],
    ["a transaction in conflict", cancelled("TransactionConflict"), transaction, 1],
    ["a PartiQL SELECT after a 500", serverError, (c) => c.executeStatement({ Statement: " select * from t" }), 2],
    [
      "a PartiQL UPDATE after a 500",
      serverError,
      (c) => c.executeStatement({ Statement: "UPDATE t SET a = a + 1" }),
      1
    ],
    [
      "the creation of a table after a 500",
      serverError,
      (c) => c.createTable({ TableName, KeySchema: [], AttributeDefinitions: [] }),
      1
    ]
  ]
  for (const [name, failure, call, sends] of cases) {
    it.effect(`${name}: ${sends === 1 ? "not again" : "again"}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* sendsAfter(failure, call), sends)
      })
    )
  }

  it.effect("a transaction keeps the token it was first sent with", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted([serverError, inProgress, throttled])
      yield* toEnd(transaction(client))
      const tokens = () =>
        sent.map(({ input }) => ("ClientRequestToken" in input ? String(input.ClientRequestToken) : ""))
      assert.strictEqual(sent.length, 4)
      assert.strictEqual(new Set(tokens()).size, 1)
      assert.match(tokens().join(), /^[0-9a-f-]{36},/)

      yield* toEnd(transaction(client))
      assert.strictEqual(new Set(tokens()).size, 2)
    })
  )

  it.effect("a caller's own token is sent as it is", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted([])
      yield* client.transactWriteItems({ TransactItems: [], ClientRequestToken: "mine" })
      assert.deepStrictEqual(sent[0]?.input, { TransactItems: [], ClientRequestToken: "mine" })
    })
  )

  it.effect("a doubt that arose stays, whatever comes after", () =>
    Effect.gen(function* () {
      const { client } = scripted([serverError, ...times(99, unreachable)])
      const result = yield* toEnd(put(client))
      assert.strictEqual(result._tag, "Failure")
      if (result._tag === "Failure") {
        assert.strictEqual(result.failure._tag, "NetworkError")
        assert.propertyVal(result.failure, "ambiguous", true)
      }
    })
  )
})

describe("other policies", () => {
  it.effect("none, and noRetry", () =>
    Effect.gen(function* () {
      for (const run of [DynamoClient.noRetry, DynamoClient.withRetry(RetryPolicy.none)]) {
        const { client, sent } = scripted([throttled])
        const result = yield* toEnd(run(get(client)))
        assert.strictEqual(result._tag, "Failure")
        assert.strictEqual(sent.length, 1)
      }
    })
  )

  it.effect("a schedule, exactly as it is", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted(times(99, throttled))
      const policy = RetryPolicy.fromSchedule(Schedule.spaced("1 second").pipe(Schedule.upTo({ times: 3 })))
      yield* toEnd(get(client).pipe(DynamoClient.withRetry(policy)))
      assert.deepStrictEqual(gaps(sent), [1000, 1000, 1000])
    })
  )

  it.effect("a schedule that looks at the error", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted([throttled, throttled, serverError, throttled])
      const policy = RetryPolicy.fromSchedule(
        Schedule.spaced("1 second").pipe(
          Schedule.setInputType<{ readonly _tag: string }>(),
          Schedule.while(({ input }) => input._tag === "ThroughputExceeded")
        )
      )
      const result = yield* toEnd(get(client).pipe(DynamoClient.withRetry(policy)))
      assert.strictEqual(result._tag, "Failure")
      assert.strictEqual(sent.length, 3)
    })
  )

  it.effect("a schedule never sees what cannot be healed", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted([conditionFailed])
      yield* toEnd(put(client).pipe(DynamoClient.withRetry(RetryPolicy.fromSchedule(Schedule.forever))))
      assert.strictEqual(sent.length, 1)
    })
  )

  it.effect("bounds of one's own", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted(times(99, conflict))
      const policy = RetryPolicy.make({
        baseDelay: "1 second",
        maxDelay: "3 seconds",
        maxAttempts: 5,
        retryOn: ["conflict"]
      })
      yield* toEnd(longest(put(client)).pipe(DynamoClient.withRetry(policy)))
      assert.deepStrictEqual(gaps(sent), [1000, 2000, 3000, 3000])
    })
  )

  it.effect("waits of one's own after throttling", () =>
    Effect.gen(function* () {
      const waits = (options: RetryPolicy.Options, ...reasons: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const { client, sent } = scripted([throttledBy(...reasons)])
          yield* toEnd(longest(get(client)).pipe(DynamoClient.withRetry(RetryPolicy.make(options))))
          return gaps(sent)
        })
      const limit = "TableReadProvisionedThroughputExceeded"
      assert.deepStrictEqual(yield* waits({ limitBaseDelay: "2 seconds" }, limit), [2000])
      assert.deepStrictEqual(yield* waits({ limitBaseDelay: "2 seconds" }), [200])
      assert.deepStrictEqual(yield* waits({ throttleBaseDelay: "1 second" }), [1000])
      assert.deepStrictEqual(yield* waits({ throttleBaseDelay: "1 second" }, limit), [2500])
      assert.deepStrictEqual(yield* waits({ throttleBaseDelay: 0 }, limit), [0])
      assert.deepStrictEqual(
        yield* waits({ throttleBaseDelay: "1 second", limitBaseDelay: "3 seconds" }, limit),
        [3000]
      )
    })
  )

  it.effect("no attempt later than maxElapsed, and no wait for one that would be", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted(times(99, serverError))
      const policy = RetryPolicy.make({ baseDelay: "1 second", maxElapsed: "4 seconds" })
      yield* toEnd(longest(get(client)).pipe(DynamoClient.withRetry(policy)))
      assert.deepStrictEqual(gaps(sent), [1000, 2000])
    })
  )

  it.effect("each call starts anew", () =>
    Effect.gen(function* () {
      const { client, sent } = scripted([throttled, throttled])
      const policy = RetryPolicy.make({ maxAttempts: 2 })
      assert.strictEqual((yield* toEnd(get(client).pipe(DynamoClient.withRetry(policy))))._tag, "Failure")
      assert.strictEqual((yield* toEnd(get(client).pipe(DynamoClient.withRetry(policy))))._tag, "Success")
      assert.strictEqual(sent.length, 3)
    })
  )
})
