import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoClient, RawBatch, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { enginesOnBothClients } from "../../testing/test-support/engines.ts"
import { faultProxy, retryAtOnce } from "../../testing/test-support/faults.ts"
import { recordingTracer } from "../../testing/test-support/tracing.ts"
import { broken, conditionFailed, scripted, serverError, throttled, times } from "./support/script.ts"
import { stubServer } from "./support/stubServer.ts"
import { local } from "./support/local.ts"

const get = (client: DynamoClient.Service) => client.getItem({ TableName: "t", Key: { pk: { S: "1" } } })
const eager = RetryPolicy.make({ maxAttempts: 3, baseDelay: 0, throttleBaseDelay: 0 })

/** How often each of these calls is sent, one after another. */
const sends = (
  { client, sent }: ReturnType<typeof scripted>,
  count: number,
  policy: RetryPolicy.RetryPolicy = eager
): Effect.Effect<ReadonlyArray<number>> =>
  Effect.forEach(Array.from({ length: count }), () =>
    Effect.gen(function* () {
      const before = sent.length
      yield* Effect.exit(DynamoClient.withRetry(get(client), policy))
      return sent.length - before
    })
  )

enginesOnBothClients("the retries of a client", (it) => {
  it.effect("are within its quota, however many fibers meet an engine that throttles", () =>
    Effect.gen(function* () {
      const proxy = yield* faultProxy({ rules: [{ sequence: ["throttling"], then: "repeat" }] })
      const results = yield* Effect.forEach(
        Array.from({ length: 64 }),
        () => Effect.flip(DynamoClient.DynamoClient.use(get)),
        { concurrency: "unbounded" }
      ).pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
      for (const error of results) assert.strictEqual(error._tag, "ThroughputExceeded")
      const requests = yield* proxy.requests("GetItem")
      assert.lengthOf(requests, 64 + 500 / 5)
      assert.strictEqual(
        results.reduce((sum, { attempts = 0 }) => sum + attempts, 0),
        requests.length
      )

      // Nothing is left: each further call is sent once.
      yield* Effect.exit(DynamoClient.DynamoClient.use(get)).pipe(
        DynamoClient.withRetry(retryAtOnce),
        Effect.provide(proxy.client)
      )
      assert.lengthOf(yield* proxy.requests("GetItem"), 165)
    })
  )
})

describe("a quota", () => {
  it.effect("ends retries where too few tokens are left, with the error that is there", () =>
    Effect.gen(function* () {
      const { client } = scripted(times(99, throttled), undefined, RetryPolicy.makeQuota({ capacity: 14 }))
      const attempts: Array<number | undefined> = []
      for (let i = 0; i < 3; i++) {
        const error = yield* Effect.flip(DynamoClient.withRetry(get(client), eager))
        assert.strictEqual(error._tag, "ThroughputExceeded")
        attempts.push(error.attempts)
      }
      assert.deepStrictEqual(attempts, [3, 1, 1])
    })
  )

  it.effect("takes more after a broken connection", () =>
    Effect.gen(function* () {
      const quota = RetryPolicy.makeQuota({ capacity: 20 })
      assert.deepStrictEqual(yield* sends(scripted(times(99, broken), undefined, quota), 2), [3, 1])
      assert.deepStrictEqual(yield* sends(scripted(times(99, serverError), undefined, quota), 3), [3, 3, 1])
    })
  )

  it.effect("gets back what the last retry of a success took", () =>
    Effect.gen(function* () {
      const quota = RetryPolicy.makeQuota({ capacity: 10 })
      const scriptedCalls = scripted([throttled, throttled, "pass", throttled, throttled, throttled], undefined, quota)
      // Two retries take 10, and 5 of them come back; then one retry takes those.
      assert.deepStrictEqual(yield* sends(scriptedCalls, 2), [3, 2])
    })
  )

  it.effect("gets one token for a success without retries, and never more than it had", () =>
    Effect.gen(function* () {
      const quota = RetryPolicy.makeQuota({ capacity: 5 })
      const failing = [throttled, throttled]
      const calls = scripted(
        [...failing, ...times(4, "pass" as const), throttled, "pass", ...failing],
        undefined,
        quota
      )
      // 5 are taken; 4 come back, which are too few; the fifth is enough.
      assert.deepStrictEqual(yield* sends(calls, 8), [2, 1, 1, 1, 1, 1, 1, 2])

      const full = scripted([...times(50, "pass" as const), ...times(9, throttled)], undefined, quota)
      assert.deepStrictEqual((yield* sends(full, 52)).slice(50), [2, 1])
    })
  )

  it.effect("gets nothing for a call that failed", () =>
    Effect.gen(function* () {
      const quota = RetryPolicy.makeQuota({ capacity: 5 })
      const calls = scripted([throttled, ...times(9, conditionFailed), throttled], undefined, quota)
      assert.deepStrictEqual(yield* sends(calls, 10), [2, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    })
  )

  it.effect("is no matter for a policy that says so", () =>
    Effect.gen(function* () {
      const policy = RetryPolicy.make({ maxAttempts: 3, throttleBaseDelay: 0, quota: false })
      const calls = scripted(times(99, throttled), undefined, RetryPolicy.makeQuota({ capacity: 5 }))
      assert.deepStrictEqual(yield* sends(calls, 3, policy), [3, 3, 3])
      // It took nothing from the others, either.
      assert.deepStrictEqual(yield* sends(calls, 2), [2, 1])
    })
  )

  it.effect("may have no bound, or nothing in it", () =>
    Effect.gen(function* () {
      const boundless = scripted(times(999, throttled), undefined, RetryPolicy.makeQuota({ capacity: Infinity }))
      assert.deepStrictEqual(new Set(yield* sends(boundless, 300)), new Set([3]))
      const empty = scripted(times(9, throttled), undefined, RetryPolicy.makeQuota({ capacity: 0 }))
      assert.deepStrictEqual(yield* sends(empty, 2), [1, 1])
    })
  )

  it.effect("counts an answer that did nothing of a batch as a throttle, and one that did some as none", () =>
    Effect.gen(function* () {
      const requests = (ids: ReadonlyArray<string>) => ids.map((id) => ({ PutRequest: { Item: { pk: { S: id } } } }))
      const writes = ["a", "b"].map((id) => ({ table: "t", key: { pk: { S: id } }, item: { pk: { S: id } } }))
      // The answers leave these unprocessed, one after another.
      const sendsOf = (left: ReadonlyArray<ReadonlyArray<string>>, policy = eager) =>
        Effect.gen(function* () {
          let sent = 0
          const client = DynamoClient.make(
            {
              send: () =>
                Effect.sync(() => {
                  const ids = left[sent++] ?? []
                  // the tests send one operation alone
                  return { UnprocessedItems: ids.length === 0 ? {} : { t: requests(ids) }, $metadata: {} } as never
                })
            },
            RetryPolicy.makeQuota({ capacity: 5 })
          )
          const result = yield* DynamoClient.withRetry(RawBatch.writeItems(client, writes), policy)
          return [sent, result.left.length]
        })
      const nothing = times(99, ["a", "b"])
      assert.deepStrictEqual(yield* sendsOf(nothing), [2, 2])
      const regardless = RetryPolicy.make({ maxAttempts: 3, baseDelay: 0, throttleBaseDelay: 0, quota: false })
      assert.deepStrictEqual(yield* sendsOf(nothing, regardless), [3, 2])
      assert.deepStrictEqual(yield* sendsOf([["b"], []]), [2, 0])
      assert.deepStrictEqual(yield* sendsOf([["a", "b"], ["b"], ["b"], []]), [3, 1])
    })
  )

  it("takes no numbers below 0", () => {
    assert.throws(() => RetryPolicy.makeQuota({ capacity: -1 }), RangeError)
    assert.throws(() => RetryPolicy.makeQuota({ retryCost: NaN }), RangeError)
    assert.throws(() => RetryPolicy.make({ maxAttempts: NaN }), RangeError)
    assert.throws(() => RetryPolicy.make({ maxAttempts: 0 }), RangeError)
  })

  it.effect("is told on the span of the call that it ended", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recordingTracer()
      const calls = scripted(times(9, throttled), undefined, RetryPolicy.makeQuota({ capacity: 10 }))
      yield* Effect.withTracer(sends(calls, 2), tracer)
      const told = spans.map(({ attributes }) => attributes.get("aws.dynamodb.retry_quota_exhausted"))
      assert.deepStrictEqual(told, [undefined, true])
    })
  )

  const layers = {
    layer: (url: string) => DynamoClient.layer(local(url)),
    layerDirect: (url: string) => DynamoClient.layerDirect(local(url)),
    layerFrom: (url: string) => DynamoClient.layerFrom(new DynamoDBClient(local(url)))
  }
  for (const [name, layer] of Object.entries(layers)) {
    it.live(`is that which is provided to ${name}, and each client has its own`, () =>
      Effect.gen(function* () {
        const server = yield* stubServer(() => ({ status: 500, body: "{}" }))
        const client = layer(server.url).pipe(
          Layer.provide(Layer.succeed(RetryPolicy.CurrentQuota, RetryPolicy.makeQuota({ capacity: 5 }))),
          Layer.fresh
        )
        const twice = Effect.all([1, 2].map(() => Effect.exit(DynamoClient.DynamoClient.use(get)))).pipe(
          DynamoClient.withRetry(eager)
        )
        yield* Effect.provide(twice, client)
        assert.lengthOf(server.requests, 3)
        yield* Effect.provide(twice, client)
        assert.lengthOf(server.requests, 6)
      })
    )
  }
})
