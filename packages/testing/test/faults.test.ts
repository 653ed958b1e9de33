/** Every fault, as the program sees it: below the client's retries, above an engine that never fails. */
import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import type { DynamoError } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { Faults } from "../src/main.ts"
import { counting } from "./support/counting.ts"

type Op = DynamoClient.OperationName
type Call = (client: DynamoClient.Service) => Effect.Effect<unknown, DynamoError.DynamoError>

const Key = { pk: { S: "a" } }
const get: Call = (client) => client.getItem({ TableName: "users", Key })
const put: Call = (client) => client.putItem({ TableName: "users", Item: Key })
const createTable: Call = (client) =>
  client.createTable({ TableName: "users", AttributeDefinitions: [], KeySchema: [], BillingMode: "PAY_PER_REQUEST" })
/** Never sent again where it may have been applied. */
const add: Call = (client) =>
  client.updateItem({
    TableName: "users",
    Key,
    UpdateExpression: "ADD n :n",
    ExpressionAttributeValues: { ":n": { N: "1" } }
  })
const transact: Call = (client) =>
  client.transactWriteItems({
    TransactItems: [{ Put: { TableName: "users", Item: Key } }, { Delete: { TableName: "others", Key } }]
  })

interface Expected {
  readonly tag: DynamoError.DynamoError["_tag"]
  /** How many of at most three requests are made. */
  readonly requests: number
  /** How many of them the engine is given. */
  readonly forwarded: number
  readonly ambiguous?: boolean
}

const passing = (tag: Expected["tag"]): Expected => ({ tag, requests: 3, forwarded: 0 })
const lasting = (tag: Expected["tag"]): Expected => ({ tag, requests: 1, forwarded: 0 })
const inDoubt = (tag: Expected["tag"], forwarded = 0): Expected => ({ tag, requests: 1, forwarded, ambiguous: true })
const afterwards = (tag: Expected["tag"]): Expected => ({ tag, requests: 3, forwarded: 3 })

const { throttle } = Faults
const cases: ReadonlyArray<readonly [name: string, call: Call, rule: Faults.Rule, expected: Expected]> = [
  ["throttle", put, Faults.onAny(Faults.always(throttle())), passing("ThroughputExceeded")],
  ["throttle, of a table", createTable, Faults.onAny(Faults.always(throttle())), passing("ThroughputExceeded")],
  ...(["provisioned", "onDemand", "account", "keyRange"] as const).map((limit): (typeof cases)[number] => [
    `throttle (${limit})`,
    add,
    Faults.on("UpdateItem", Faults.always(throttle({ limit }))),
    passing("ThroughputExceeded")
  ]),
  [
    "limitExceeded",
    createTable,
    Faults.on("CreateTable", Faults.always(Faults.limitExceeded)),
    passing("ThroughputExceeded")
  ],
  ...(
    [
      [Faults.internalServerError, "ServiceUnavailable"],
      [Faults.unavailable, "ServiceUnavailable"],
      [Faults.drop, "NetworkError"],
      [Faults.timeout, "RequestTimeout"]
    ] as const
  ).flatMap(([fault, tag]): ReadonlyArray<(typeof cases)[number]> => [
    [`${fault.name}, of a read`, get, Faults.onAny(Faults.always(fault)), { ...passing(tag), ambiguous: false }],
    [`${fault.name}, of a put`, put, Faults.onAny(Faults.always(fault)), { ...passing(tag), ambiguous: true }],
    [`${fault.name}, of an addition`, add, Faults.onAny(Faults.always(fault)), inDoubt(tag)],
    [`${fault.name}, applied`, put, Faults.onAny(Faults.always(Faults.applied(fault))), afterwards(tag)],
    [`${fault.name}, applied once`, add, Faults.onAny(Faults.always(Faults.applied(fault))), inDoubt(tag, 1)]
  ]),
  ["unreachable", add, Faults.onAny(Faults.always(Faults.unreachable)), passing("NetworkError")],
  ["truncated", put, Faults.onAny(Faults.always(Faults.truncated)), afterwards("NetworkError")],
  ["truncated, once", add, Faults.onAny(Faults.always(Faults.truncated)), inDoubt("NetworkError", 1)],
  ["badChecksum", put, Faults.onAny(Faults.always(Faults.badChecksum)), afterwards("NetworkError")],
  ["badChecksum, once", add, Faults.onAny(Faults.always(Faults.badChecksum)), inDoubt("NetworkError", 1)],
  ["conflict", put, Faults.on("PutItem", Faults.always(Faults.conflict)), lasting("TransactionConflict")],
  [
    "transactionInProgress",
    transact,
    Faults.on("TransactWriteItems", Faults.always(Faults.transactionInProgress)),
    passing("ServiceUnavailable")
  ],
  [
    "cancel, by a conflict",
    transact,
    Faults.on("TransactWriteItems", Faults.always(Faults.cancel({ 1: "TransactionConflict" }))),
    lasting("TransactionConflict")
  ],
  [
    "cancel, by a condition",
    transact,
    Faults.on("TransactWriteItems", Faults.always(Faults.cancel({ 0: "ConditionalCheckFailed" }))),
    lasting("ConditionalCheckFailed")
  ],
  [
    "cancel, by throttling",
    transact,
    Faults.on("TransactWriteItems", Faults.always(Faults.cancel({ 0: "ThrottlingError" }))),
    passing("TransactionCanceled")
  ],
  ["accessDenied", put, Faults.onAny(Faults.always(Faults.accessDenied)), lasting("AccessDenied")],
  ["expiredCredentials", put, Faults.onAny(Faults.always(Faults.expiredCredentials)), lasting("AccessDenied")],
  ["validation", put, Faults.onAny(Faults.always(Faults.validation)), lasting("RequestRejected")],
  ["resourceNotFound", put, Faults.onAny(Faults.always(Faults.resourceNotFound)), lasting("ResourceNotFound")],
  ["refuse", put, Faults.onAny(Faults.always(Faults.refuse({ code: "NewException" }))), lasting("RequestRejected")],
  [
    "fail",
    put,
    Faults.onAny(
      Faults.always(
        Faults.fail({ origin: "credentials", code: "CredentialsProviderError", message: "", sent: false, cause: 0 })
      )
    ),
    lasting("AccessDenied")
  ]
]

const policy = RetryPolicy.make({ maxAttempts: 3 })

describe("Faults", () => {
  it.effect.each(cases)("%s", ([_, call, rule, expected]) =>
    Effect.gen(function* () {
      const engine = counting()
      const faults = yield* Faults.make([rule]).pipe(Effect.provide(engine.layer))
      const fiber = yield* call(faults.client).pipe(DynamoClient.withRetry(policy), Effect.flip, Effect.forkChild)
      yield* TestClock.adjust("1 hour")
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag, expected.tag)
      const log = yield* faults.requests
      assert.strictEqual(log.length, expected.requests)
      assert.strictEqual(engine.sent.length, expected.forwarded)
      assert.strictEqual(log.filter(({ isForwarded }) => isForwarded).length, expected.forwarded)
      for (const { code, outcome, rule } of log) {
        assert.deepStrictEqual([outcome, rule], ["failed", 0])
        assert.isString(code)
      }
      if (expected.ambiguous !== undefined) {
        assert("ambiguous" in error)
        assert.strictEqual(error.ambiguous, expected.ambiguous)
      }
    })
  )

  const reasons: ReadonlyArray<
    readonly [operation: Op, call: Call, throttle: Faults.Throttle, reason: string, resource: string]
  > = [
    ["GetItem", get, { limit: "provisioned" }, "TableReadProvisionedThroughputExceeded", "users"],
    ["PutItem", put, { limit: "onDemand" }, "TableWriteMaxOnDemandThroughputExceeded", "users"],
    ["PutItem", put, { limit: "account", index: "byAge" }, "IndexWriteAccountLimitExceeded", "users/index/byAge"],
    [
      "Query",
      (client) => client.query({ TableName: "users", IndexName: "byName" }),
      { limit: "keyRange" },
      "IndexReadKeyRangeThroughputExceeded",
      "users/index/byName"
    ],
    ["TransactWriteItems", transact, { limit: "keyRange" }, "TableWriteKeyRangeThroughputExceeded", "users"],
    [
      "ExecuteStatement",
      (client) => client.executeStatement({ Statement: `SELECT * FROM "users"."byName" WHERE x = 'from y'` }),
      { limit: "keyRange" },
      "IndexReadKeyRangeThroughputExceeded",
      "users/index/byName"
    ],
    [
      "ExecuteStatement",
      (client) => client.executeStatement({ Statement: `DELETE FROM users WHERE pk = 'a'` }),
      { limit: "keyRange" },
      "TableWriteKeyRangeThroughputExceeded",
      "users"
    ]
  ]
  it.effect.each(reasons)("throttle %s: %s", ([_, call, throttle, reason, resource]) =>
    Effect.gen(function* () {
      // Throttling with a limit is not for operations on tables, of which there is none here.
      const rule = Faults.onAny(Faults.always(Faults.throttle(throttle) as Faults.Fault))
      const faults = yield* Faults.make([rule]).pipe(Effect.provide(counting().layer))
      const error = yield* Effect.flip(call(faults.client).pipe(DynamoClient.noRetry))
      assert(error._tag === "ThroughputExceeded")
      assert.deepStrictEqual(error.reasons, [
        { reason, resource: `arn:aws:dynamodb:us-east-1:000000000000:table/${resource}` }
      ])
    })
  )

  it.effect("cancel, with what stood there", () =>
    Effect.gen(function* () {
      const item = { ...Key, n: { N: "1" } }
      const cancel = Faults.cancel({ 1: { code: "ConditionalCheckFailed", item } })
      const faults = yield* Faults.make([Faults.on("TransactWriteItems", Faults.once(cancel))]).pipe(
        Effect.provide(counting().layer)
      )
      const error = yield* Effect.flip(transact(faults.client))
      assert(error._tag === "ConditionalCheckFailed")
      assert.deepStrictEqual(error.item, Option.some(item))
      assert.deepStrictEqual(
        error.reasons?.map(({ code }) => code),
        ["None", "ConditionalCheckFailed"]
      )
    })
  )

  it.effect("cancel dies of a reason that no operation can have", () =>
    Effect.gen(function* () {
      for (const position of [2, -1, 0.5]) {
        const cancel = Faults.cancel({ [position]: "TransactionConflict" })
        const faults = yield* Faults.make([Faults.on("TransactWriteItems", Faults.once(cancel))]).pipe(
          Effect.provide(counting().layer)
        )
        assert.isTrue(Exit.hasDies(yield* Effect.exit(transact(faults.client))), String(position))
      }
    })
  )

  it.effect("delay", () =>
    Effect.gen(function* () {
      const engine = counting()
      const faults = yield* Faults.make([Faults.onAny(Faults.always(Faults.delay("2 seconds")))]).pipe(
        Effect.provide(engine.layer)
      )
      const fiber = yield* Effect.forkChild(put(faults.client))
      yield* TestClock.adjust("1999 millis")
      // It is done, and nobody knows.
      assert.lengthOf(engine.sent, 1)
      assert.isUndefined(fiber.pollUnsafe())
      assert.strictEqual((yield* faults.requests)[0]?.outcome, "pending")
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(fiber)
      const [request] = yield* faults.requests
      assert.deepStrictEqual([request?.fault, request?.outcome], ["delay", "answered"])

      const late = yield* put(faults.client).pipe(DynamoClient.withTimeout("1 second"), Effect.flip, Effect.forkChild)
      yield* TestClock.adjust("1 second")
      const error = yield* Fiber.join(late)
      assert(error._tag === "RequestTimeout")
      assert.isTrue(error.ambiguous)
      assert.lengthOf(engine.sent, 2)
      assert.strictEqual((yield* faults.requests)[1]?.outcome, "interrupted")
    })
  )

  it.effect("delayed", () =>
    Effect.gen(function* () {
      const fault = Faults.unavailable.pipe(Faults.applied, Faults.delayed("1 second"))
      assert.strictEqual(fault.name, "unavailable (applied) (delayed)")
      const engine = counting()
      const faults = yield* Faults.make([Faults.onAny(Faults.once(fault))]).pipe(Effect.provide(engine.layer))
      const fiber = yield* add(faults.client).pipe(Effect.flip, Effect.forkChild)
      yield* TestClock.adjust("999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      assert.lengthOf(engine.sent, 1)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "ServiceUnavailable")
    })
  )

  it.effect.each([
    ["hang", Faults.hang, 0],
    ["hang, applied", Faults.applied(Faults.hang), 1]
  ] as const)("%s", ([_, fault, forwarded]) =>
    Effect.gen(function* () {
      const engine = counting()
      const faults = yield* Faults.make([Faults.onAny(Faults.always(fault))]).pipe(Effect.provide(engine.layer))
      const fiber = yield* put(faults.client).pipe(DynamoClient.withTimeout("1 minute"), Effect.flip, Effect.forkChild)
      yield* TestClock.adjust("1 minute")
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag, "RequestTimeout")
      assert.lengthOf(engine.sent, forwarded)
      const log = yield* faults.requests
      assert.deepStrictEqual(
        log.map(({ outcome }) => outcome),
        ["interrupted"]
      )
    })
  )

  it.effect("are waited for by the retry policy, which is the program's", () =>
    Effect.gen(function* () {
      const faults = yield* Faults.make([Faults.on("GetItem", Faults.times(5, Faults.throttle()))]).pipe(
        Effect.provide(counting().layer)
      )
      const fiber = yield* Effect.forkChild(get(faults.client))
      yield* TestClock.adjust("1 hour")
      yield* Fiber.join(fiber)
      const log = yield* faults.requests
      assert.lengthOf(log, 6)
      log.slice(1).forEach(({ at }, i) => assert.isAtLeast(at, log[i]!.at))
      assert.isAbove(log[5]!.at, log[0]!.at)
    })
  )

  it("refuse what cannot be counted", () => {
    const { drop } = Faults
    assert.throws(() => Faults.times(0, drop), "Faults.times takes a whole number from 1, not 0")
    assert.throws(() => Faults.nth(1.5, drop), "Faults.nth takes a whole number from 1, not 1.5")
    assert.throws(() => Faults.unprocessed({ count: -1 }), "Faults.unprocessed takes a whole number from 1, not -1")
    assert.throws(
      () => Faults.unprocessed({ fraction: 1.1 }),
      "Faults.unprocessed takes a fraction from 0 to 1, not 1.1"
    )
    assert.throws(
      () => Faults.random({ seed: 1, probability: Number.NaN, faults: [drop] }),
      "Faults.random takes a probability from 0 to 1, not NaN"
    )
  })
})
