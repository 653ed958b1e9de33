/** Every action of a fault proxy, as it is on the wire. */
import { DynamoClient } from "@effect-dynamo/client"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Result } from "effect"
import { request } from "node:http"
import { crc32 } from "node:zlib"
import { onRealTime } from "../src/internal/environment.ts"
import { Dynalite } from "../src/main.ts"
import { Connection, usual } from "../test-support/engines.ts"
import {
  type Action,
  type Damage,
  faultProxy,
  type Match,
  type Rule,
  retryAtOnce,
  type Script
} from "../test-support/faults.ts"
import { type FaultId, faults } from "../test-support/faultProxy/faults.ts"
import { createActiveTable, eventually, portOf } from "./utils.ts"

const user = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } }

/** An engine with a table of nine items, without whichever `DYNAMODB_ENDPOINT` names. */
const engine = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* createActiveTable("users")
    const client = yield* DynamoClient.DynamoClient
    yield* Effect.forEach("abcdefghi", (letter) => client.putItem({ TableName: "users", Item: { pk: { S: letter } } }))
  })
).pipe(
  Layer.provideMerge(
    Layer.effect(
      Connection,
      Effect.map(Dynalite.endpoint, (endpoint) => ({ endpoint, ...user }))
    )
  ),
  Layer.provideMerge(Dynalite.layer)
)

interface Received {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: Buffer
  /** Whether it has come to its end. */
  readonly isComplete: boolean
  /** How many pieces it has come in. */
  readonly pieces: number
}

/** Sends a request without a client. Fails where no headers come back. */
const send = (endpoint: string, operation: string, input: object) =>
  Effect.callback<Received, Error>((resume) => {
    const sent = request({
      port: portOf(endpoint),
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        "x-amz-date": "20260101T000000Z",
        authorization:
          "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
      }
    })
    sent.on("error", (error) => resume(Effect.fail(error)))
    sent.on("response", (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk) => chunks.push(chunk))
      response.on("error", () => {})
      response.on("close", () =>
        resume(
          Effect.succeed({
            status: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks),
            isComplete: response.complete,
            pieces: chunks.length
          })
        )
      )
    })
    sent.end(JSON.stringify(input))
    return Effect.sync(() => sent.destroy())
  })

const once = (action: Action): Script => ({ rules: [{ sequence: [action] }] })

/** What is received of a get of the item `a` with an action, and without one. */
const get = Effect.fn(function* (action: Action) {
  const proxy = yield* faultProxy(once(action))
  const sent = send(proxy.endpoint, "GetItem", { TableName: "users", Key: { pk: { S: "a" } } })
  const first = yield* Effect.result(sent)
  const [entry] = yield* proxy.log
  assert.isDefined(entry)
  return { first, healthy: yield* sent, entry }
})

const textOf = ({ body }: Received) => body.toString()

const received = (result: Result.Result<Received, Error>): Received => Result.getOrThrow(result)

layer(engine)("the actions of a fault proxy", (it) => {
  // Under a TestClock.
  it.effect.each(Object.keys(faults) as ReadonlyArray<FaultId>)("%s", (fault) =>
    Effect.gen(function* () {
      const proxy = yield* faultProxy(once(fault))
      const outcome = yield* DynamoClient.DynamoClient.use((client) => client.listTables({})).pipe(
        DynamoClient.withRetry(retryAtOnce),
        Effect.provide(proxy.client),
        Effect.result
      )
      const { retry, status } = faults[fault]
      // The direct client allows for its clock, which stands still here; the SDK does so at the next call only.
      const isSentAgain = retry === true || (retry === "clock" && usual === "direct")
      assert.strictEqual(Result.isSuccess(outcome), isSentAgain)
      const log = yield* proxy.log
      assert.lengthOf(log, isSentAgain ? 2 : 1)
      assert.strictEqual(log[0]?.status, status)
      assert.strictEqual(log[0]?.engineCalls, 0)

      yield* proxy.setScript(once(fault))
      const { body, headers, ...answer } = yield* send(proxy.endpoint, "GetItem", { TableName: "users" })
      const expected = faults[fault]
      assert.strictEqual(answer.status, expected.status)
      assert.include(headers, { ...expected.headers, "x-amz-crc32": String(crc32(body)) })
      assert.strictEqual(
        body.toString(),
        (typeof expected.body === "string" ? expected.body : JSON.stringify(expected.body)).replaceAll(
          "{table}",
          "users"
        )
      )
    })
  )

  const damages: Record<Damage, (damaged: string, whole: string) => void> = {
    malformed: (damaged, whole) => assert.strictEqual(damaged, `${whole.slice(0, -2)},,}`),
    truncated: (damaged, whole) => assert.strictEqual(damaged, whole.slice(0, Math.floor(whole.length / 2))),
    empty: (damaged) => assert.strictEqual(damaged, ""),
    html: (damaged) => assert.strictEqual(damaged, "<html>captive portal</html>"),
    null: (damaged) => assert.strictEqual(damaged, "null"),
    "unknown-fields": (damaged, whole) =>
      assert.deepStrictEqual(JSON.parse(damaged), { ...JSON.parse(whole), BrandNew: { X: [1] } }),
    crc: (damaged, whole) => assert.strictEqual(damaged, whole),
    corrupt: (damaged, whole) => assert.strictEqual(damaged, whole.replace('"S":"a"', '"S":"`"')),
    "no-crc": (damaged, whole) => assert.strictEqual(damaged, whole)
  }
  it.effect.each(Object.keys(damages) as ReadonlyArray<Damage>)("response: %s", (damage) =>
    Effect.gen(function* () {
      const { first, healthy } = yield* get({ response: damage })
      const damaged = received(first)
      damages[damage](damaged.body.toString(), healthy.body.toString())
      assert.strictEqual(healthy.headers["x-amz-crc32"], String(crc32(healthy.body)))
      const checksum = damaged.headers["x-amz-crc32"]
      if (damage === "no-crc") assert.isUndefined(checksum)
      else assert.strictEqual(checksum === String(crc32(damaged.body)), damage !== "crc" && damage !== "corrupt")
    })
  )

  it.effect.each(["before", "headers", "mid-body"] as const)("reset: %s", (reset) =>
    Effect.gen(function* () {
      const { entry, first, healthy } = yield* get({ reset, bytes: 5 })
      assert.strictEqual(entry.status, `reset-${reset}`)
      assert.strictEqual(entry.engineCalls, reset === "before" ? 0 : 1)
      if (reset === "before") return assert.isTrue(Result.isFailure(first))
      const { body, isComplete, status } = received(first)
      assert.deepStrictEqual([status, isComplete], [200, false])
      assert.deepStrictEqual(body, healthy.body.subarray(0, reset === "headers" ? 0 : 5))
    })
  )

  it.effect("delayMs, drip", () =>
    Effect.gen(function* () {
      const { entry, first, healthy } = yield* get({ delayMs: 30, drip: { bytes: 8, everyMs: 10 } })
      assert.isAtLeast(entry.ms, 29)
      const { body, pieces } = received(first)
      assert.deepStrictEqual(body, healthy.body)
      assert.isAbove(pieces, 1)
    })
  )

  it.effect.each([false, true])("hang, after: %s", (after) =>
    Effect.gen(function* () {
      const hang = { hang: 50, ...(after ? { after } : undefined) }
      const { entry, first } = yield* get(hang)
      assert.isTrue(Result.isFailure(first))
      assert.strictEqual(entry.status, after ? "applied-hang" : "hang-then-reset")
      assert.strictEqual(entry.engineCalls, after ? 1 : 0)
      assert.isAtLeast(entry.ms, 49)

      const proxy = yield* faultProxy(once({ ...hang, hang: 500 }))
      const sending = yield* Effect.forkChild(send(proxy.endpoint, "ListTables", {}), { startImmediately: true })
      yield* onRealTime(Effect.sleep(200))
      yield* Fiber.interrupt(sending)
      yield* onRealTime(eventually(Effect.map(proxy.log, ({ length }) => length > 0)))
      assert.deepStrictEqual(
        (yield* proxy.log).map(({ status }) => status),
        [after ? "applied-client-gave-up" : "client-gave-up"]
      )
    })
  )

  it.effect("fault and cancel, after the engine", () =>
    Effect.gen(function* () {
      const put = { TableName: "users", Item: { pk: { S: "after" } } }
      const proxy = yield* faultProxy({
        rules: [
          {
            sequence: [
              { fault: "internal-500", after: true },
              { cancel: { 1: "DuplicateItem" }, after: true }
            ]
          }
        ]
      })
      const answers = [yield* send(proxy.endpoint, "PutItem", put), yield* send(proxy.endpoint, "PutItem", put)]
      assert.deepStrictEqual(
        answers.map(({ status }) => status),
        [500, 400]
      )
      assert.deepStrictEqual(JSON.parse(textOf(answers[1]!)).CancellationReasons, [
        { Code: "None" },
        { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" }
      ])
      assert.deepStrictEqual(
        (yield* proxy.log).map(({ engineCalls, engineStatus }) => [engineCalls, engineStatus]),
        [
          [1, 200],
          [1, 200]
        ]
      )
      const client = yield* DynamoClient.DynamoClient
      const { Attributes } = yield* client.deleteItem({ TableName: "users", Key: put.Item, ReturnValues: "ALL_OLD" })
      assert.deepStrictEqual(Attributes, put.Item)
    })
  )

  it.effect("error, aheadMs", () =>
    Effect.gen(function* () {
      const errors: ReadonlyArray<Action> = [
        { error: { name: "SlowDown" } },
        {
          error: { name: "com.amazon.coral.service#RequestExpired", status: 403, message: "Too late" },
          aheadMs: 3_600_000
        },
        { error: { name: "SlowDown", status: 503 }, after: true }
      ]
      const proxy = yield* faultProxy({ rules: [{ sequence: errors }] })
      const answers = yield* Effect.forEach(errors, () => send(proxy.endpoint, "ListTables", {}))
      const told = answers.map((answer) => [answer.status, JSON.parse(textOf(answer))])
      const ofDynamo = { __type: "com.amazonaws.dynamodb.v20120810#SlowDown", message: "SlowDown happened" }
      assert.deepStrictEqual(told, [
        [400, ofDynamo],
        [403, { __type: "com.amazon.coral.service#RequestExpired", message: "Too late" }],
        [503, ofDynamo]
      ])
      const [now, later] = answers.map(({ headers }) => Date.parse(String(headers["date"])))
      assert.approximately(later! - now!, 3_600_000, 60_000)
      assert.deepStrictEqual(
        (yield* proxy.log).map(({ engineCalls }) => engineCalls),
        [0, 0, 1]
      )
    })
  )

  it.effect("page, stallPage", () =>
    Effect.gen(function* () {
      const proxy = yield* faultProxy({
        rules: [
          { match: { firstPage: false }, sequence: [{ stallPage: true }], then: "pass" },
          { sequence: [{ page: 4 }], then: "last" }
        ]
      })
      const page = (ExclusiveStartKey?: unknown) =>
        Effect.map(send(proxy.endpoint, "Scan", { TableName: "users", ExclusiveStartKey }), (answer) =>
          JSON.parse(textOf(answer))
        )
      const first = yield* page()
      assert.strictEqual(first.Count, 4)
      const stalled = yield* page(first.LastEvaluatedKey)
      assert.deepStrictEqual(stalled, {
        Items: [],
        Count: 0,
        ScannedCount: 1,
        LastEvaluatedKey: first.LastEvaluatedKey
      })
      const second = yield* page(stalled.LastEvaluatedKey)
      const third = yield* page(second.LastEvaluatedKey)
      assert.deepStrictEqual([second.Count, third.Count, third.LastEvaluatedKey], [4, 1, undefined])
      assert.deepStrictEqual(
        (yield* proxy.log).map(({ engineCalls, startKey }) => [startKey, engineCalls]),
        [
          [undefined, 1],
          [true, 0],
          [true, 1],
          [true, 1]
        ]
      )
    })
  )

  it.effect("twice", () =>
    Effect.gen(function* () {
      const proxy = yield* faultProxy(once({ twice: true }))
      const answer = yield* send(proxy.endpoint, "UpdateItem", {
        TableName: "users",
        Key: { pk: { S: "twice" } },
        UpdateExpression: "ADD n :n",
        ExpressionAttributeValues: { ":n": { N: "1" } },
        ReturnValues: "ALL_NEW"
      })
      assert.deepStrictEqual(JSON.parse(textOf(answer)).Attributes.n, { N: "2" })
      const client = yield* DynamoClient.DynamoClient
      yield* client.deleteItem({ TableName: "users", Key: { pk: { S: "twice" } } })
      assert.strictEqual((yield* proxy.log)[0]?.engineCalls, 2)
    })
  )

  const requests: ReadonlyArray<readonly [operation: string, input: Readonly<Record<string, unknown>>]> = [
    ["GetItem", { TableName: "users", Key: { pk: { S: "a" } } }],
    ["GetItem", { TableName: "users", Key: { pk: { S: "b" } } }],
    ["GetItem", { TableName: "users", Key: { pk: { S: "a" } } }],
    ["Scan", { TableName: "users", Segment: 0, TotalSegments: 2 }],
    ["Scan", { TableName: "users", Segment: 1, TotalSegments: 2 }],
    ["Scan", { TableName: "users", Segment: 1, TotalSegments: 2, ExclusiveStartKey: { pk: { S: "a" } } }],
    ["BatchGetItem", { RequestItems: { users: { Keys: [{ pk: { S: "c" } }] } } }],
    ["ListTables", {}]
  ]
  const everything = requests.map((_, at) => at)

  /** Which of the requests get a fault by a rule. */
  const struck = Effect.fn(function* (rule: Rule) {
    const proxy = yield* faultProxy({ rules: [rule] })
    yield* Effect.forEach(requests, ([operation, input]) => send(proxy.endpoint, operation, input))
    return (yield* proxy.log).flatMap(({ n, status }) => (status === 503 ? [n - 1] : []))
  })

  const matches: ReadonlyArray<readonly [match: Match, expected: ReadonlyArray<number>]> = [
    [{}, everything],
    [{ op: "Scan" }, [3, 4, 5]],
    [{ op: ["Scan", "ListTables"] }, [3, 4, 5, 7]],
    [{ table: "users" }, [0, 1, 2, 3, 4, 5, 6]],
    [{ table: "others" }, []],
    [{ index: "by-name" }, []],
    [{ segment: 1 }, [4, 5]],
    [{ op: "Scan", firstPage: true }, [3, 4]],
    [{ firstPage: false }, [5]],
    [{ contains: '"S":"c"' }, [6]],
    [{ regex: '"S":"[bc]"' }, [1, 6]]
  ]
  it.effect.each(matches)("match: %j", ([match, expected]) =>
    Effect.map(struck({ match, sequence: ["unavailable-503"], then: "repeat" }), (at) =>
      assert.deepStrictEqual(at, expected)
    )
  )

  const sequences: ReadonlyArray<readonly [rule: Rule, expected: ReadonlyArray<number>]> = [
    [{ sequence: ["pass", "unavailable-503", "pass"] }, [1]],
    [{ sequence: ["pass", "unavailable-503"], then: "stop" }, [1]],
    [{ sequence: ["pass", "unavailable-503"], then: "repeat" }, [1, 3, 5, 7]],
    [{ sequence: ["pass", "pass", "unavailable-503"], then: "last" }, [2, 3, 4, 5, 6, 7]],
    [{ match: { op: "GetItem" }, sequence: ["pass", "unavailable-503"], scope: "key" }, [2]],
    [{ match: { op: "Scan" }, sequence: ["unavailable-503"], scope: "segment" }, [3, 4]],
    // Without the header of the SDK each body counts.
    [{ match: { op: "GetItem" }, sequence: ["unavailable-503"], scope: "invocation" }, [0, 1]],
    [{ random: { p: 1, faults: ["unavailable-503"] } }, everything],
    [{ random: { p: 0, faults: ["unavailable-503"] } }, []]
  ]
  it.effect.each(sequences)("rule: %j", ([rule, expected]) =>
    Effect.map(struck(rule), (at) => assert.deepStrictEqual(at, expected))
  )

  it.effect("asks later rules when one is done, unless that says to stop", () =>
    Effect.gen(function* () {
      const statuses = Effect.fn(function* (then: "pass" | "stop") {
        const proxy = yield* faultProxy({
          rules: [
            { id: "first", sequence: ["internal-500"], then },
            { id: "second", sequence: ["unavailable-503"], then: "last" }
          ]
        })
        const sent = send(proxy.endpoint, "ListTables", {})
        yield* Effect.repeat(sent, { times: 1 })
        return (yield* proxy.log).map(({ rule, status, step }) => [rule, step, status])
      })
      assert.deepStrictEqual(yield* statuses("pass"), [
        ["first", 0, 500],
        ["second", 0, 503]
      ])
      assert.deepStrictEqual(yield* statuses("stop"), [
        ["first", 0, 500],
        ["first", 1, 200]
      ])
    })
  )
})
