import { DynamoClient } from "@effect-dynamo/client"
import { DynamoError } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Exit, Option, Result } from "effect"
import { enginesOnBothClients } from "../test-support/engines.ts"
import { type Action, faultProxy, type LogEntry, retryAtOnce, type Script } from "../test-support/faults.ts"
import { createActiveTable } from "./utils.ts"

const use = <A, E>(run: (client: DynamoClient.DynamoClient["Service"]) => Effect.Effect<A, E>) =>
  DynamoClient.DynamoClient.use(run)

const keyOf = (n: number) => ({ pk: { S: `item ${n}` } })
const itemOf = (n: number) => ({ ...keyOf(n), n: { N: String(n) } })
const numbers = (length: number) => Array.from({ length }, (_, n) => n)

const put = (TableName: string, n: number) => use((client) => client.putItem({ TableName, Item: itemOf(n) }))
const get = (TableName: string, n: number) =>
  use((client) => client.getItem({ TableName, Key: keyOf(n), ConsistentRead: true })).pipe(
    Effect.map(({ Item }) => Item)
  )

/** What stands in a table, in the order of `n`. */
const contents = (TableName: string) =>
  use((client) => client.scan({ TableName, ConsistentRead: true })).pipe(
    Effect.map(({ Items = [] }) => Items.toSorted((a, b) => Number(a["n"]?.N) - Number(b["n"]?.N)))
  )

/** One action after another for an operation, then the requests pass. */
const sequence = (op: string, ...actions: ReadonlyArray<Action>): Script => ({
  rules: [{ match: { op }, sequence: actions }]
})

const calls = (log: ReadonlyArray<LogEntry>) => log.map(({ engineCalls }) => engineCalls)

enginesOnBothClients("a fault proxy", (it) => {
  it.effect("passes on what no rule is about, and logs it", () =>
    Effect.gen(function* () {
      const proxy = yield* faultProxy(sequence("PutItem", "throttling"))
      yield* Effect.gen(function* () {
        yield* createActiveTable("passed")
        assert.isUndefined(yield* get("passed", 1))
      }).pipe(Effect.provide(proxy.client))
      const log = yield* proxy.log
      assert.deepStrictEqual(
        log.map(({ n }) => n),
        log.map((_, at) => at + 1)
      )
      const [entry] = yield* proxy.requests("GetItem")
      assert.isDefined(entry)
      const { action, engineCalls, engineStatus, rule, status, tables } = entry
      assert.deepStrictEqual([tables, rule, action], [["passed"], null, "pass"])
      assert.deepStrictEqual([engineCalls, engineStatus, status], [1, 200, 200])
      // The table is the suite's: the proxy's client is the same user.
      const { TableNames } = yield* use((client) => client.listTables({}))
      assert.isTrue(TableNames?.includes("passed"))
    })
  )

  it.effect("throttles, then lets pass", () =>
    Effect.gen(function* () {
      yield* createActiveTable("throttled")
      yield* put("throttled", 1)
      const proxy = yield* faultProxy(sequence("GetItem", "pt-exceeded", "throttling-reasons"))
      const through = get("throttled", 1).pipe(Effect.provide(proxy.client))
      const error = yield* Effect.flip(DynamoClient.noRetry(through))
      assert.strictEqual(error._tag, "ThroughputExceeded")
      assert.deepStrictEqual(yield* through.pipe(DynamoClient.withRetry(retryAtOnce)), itemOf(1))
      const log = yield* proxy.log
      assert.deepStrictEqual(calls(log), [0, 0, 1])
      assert.deepStrictEqual(
        log.map(({ status }) => status),
        [400, 400, 200]
      )
    })
  )

  it.effect("cancels transactions for reasons by position", () =>
    Effect.gen(function* () {
      const stood = { ...itemOf(1), old: { BOOL: true } }
      const proxy = yield* faultProxy(
        sequence(
          "TransactWriteItems",
          { cancel: { 0: "ThrottlingError", 2: "TransactionConflict" } },
          { cancel: { 1: { Code: "ConditionalCheckFailed", Item: stood } } }
        )
      )
      const transaction = use((client) =>
        client.transactWriteItems({
          TransactItems: numbers(3).map((n) => ({ Put: { TableName: "any", Item: itemOf(n) } }))
        })
      )
      const error = yield* transaction.pipe(
        DynamoClient.withRetry(retryAtOnce),
        Effect.provide(proxy.client),
        Effect.flip
      )
      assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
      const { reasons = [] } = error
      assert.deepStrictEqual(
        reasons.map(({ code }) => code),
        ["None", "ConditionalCheckFailed", "None"]
      )
      assert.deepStrictEqual(
        reasons.map(({ item }) => item),
        [Option.none(), Option.some(stood), Option.none()]
      )
      const log = yield* proxy.log
      assert.deepStrictEqual(
        log.map(({ engineCalls, items }) => [items, engineCalls]),
        [
          [3, 0],
          [3, 0]
        ]
      )
      // Both attempts are the same transaction.
      assert.isDefined(log[0]?.token)
      assert.strictEqual(log[0]?.token, log[1]?.token)
    })
  )

  it.effect("leaves writes of a batch unprocessed", () =>
    Effect.gen(function* () {
      yield* createActiveTable("written")
      const proxy = yield* faultProxy(
        sequence(
          "BatchWriteItem",
          { unprocessed: { pick: "even" } },
          { unprocessed: { all: true } },
          { unprocessed: { count: 3, pick: "first" } },
          { unprocessed: { fraction: 0.1 } }
        )
      )
      const send = (RequestItems: DynamoClient.Operations["BatchWriteItem"]["input"]["RequestItems"]) =>
        use((client) => client.batchWriteItem({ RequestItems })).pipe(Effect.provide(proxy.client))
      let rest = (yield* send({ written: numbers(25).map((n) => ({ PutRequest: { Item: itemOf(n) } })) }))
        .UnprocessedItems
      while (rest?.["written"] !== undefined) rest = (yield* send(rest)).UnprocessedItems
      assert.deepStrictEqual(yield* contents("written"), numbers(25).map(itemOf))
      assert.deepStrictEqual(
        (yield* proxy.log).map(({ engineCalls, items, withheld }) => [items, withheld, engineCalls]),
        [
          [25, 13, 1],
          [13, 13, 0],
          [13, 3, 1],
          [3, 1, 1],
          [1, undefined, 1]
        ]
      )
    })
  )

  it.effect("leaves keys of a batch unprocessed, with their table's projection and names", () =>
    Effect.gen(function* () {
      yield* createActiveTable("read")
      yield* Effect.forEach(numbers(20), (n) => put("read", n), { concurrency: 5 })
      const proxy = yield* faultProxy(
        sequence("BatchGetItem", { unprocessed: {} }, { unprocessed: { all: true } }, { unprocessed: { count: 1 } })
      )
      const asked = { ConsistentRead: true, ProjectionExpression: "#n", ExpressionAttributeNames: { "#n": "n" } }
      const found: Array<number> = []
      const send = (RequestItems: DynamoClient.Operations["BatchGetItem"]["input"]["RequestItems"]) =>
        use((client) => client.batchGetItem({ RequestItems })).pipe(
          Effect.provide(proxy.client),
          Effect.map(({ Responses, UnprocessedKeys }) => {
            for (const item of Responses?.["read"] ?? []) {
              assert.hasAllKeys(item, ["n"])
              found.push(Number(item["n"]?.N))
            }
            return UnprocessedKeys
          })
        )
      let rest = yield* send({ read: { Keys: numbers(20).map(keyOf), ...asked } })
      while (rest?.["read"] !== undefined) {
        const { Keys: _, ...others } = rest["read"]
        assert.deepStrictEqual(others, asked)
        rest = yield* send(rest)
      }
      assert.deepStrictEqual(
        found.toSorted((a, b) => a - b),
        numbers(20)
      )
      assert.deepStrictEqual(
        (yield* proxy.log).map(({ items, withheld }) => [items, withheld]),
        [
          [20, 10],
          [10, 10],
          [10, 1],
          [1, undefined]
        ]
      )
    })
  )

  it.effect("resets the connection after a write was applied", () =>
    Effect.gen(function* () {
      yield* createActiveTable("applied")
      const proxy = yield* faultProxy({
        rules: [{ match: { op: ["PutItem", "UpdateItem"] }, sequence: [{ after: true }], scope: "key" }]
      })
      yield* Effect.gen(function* () {
        // A put may be applied twice.
        yield* put("applied", 1)
        // An increment must not: the client does not send it again.
        const increment = use((client) =>
          client.updateItem({
            TableName: "applied",
            Key: keyOf(2),
            UpdateExpression: "ADD n :n",
            ExpressionAttributeValues: { ":n": { N: "2" } }
          })
        )
        const error = yield* Effect.flip(increment)
        assert.strictEqual(error._tag, "NetworkError")
      }).pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
      assert.deepStrictEqual(yield* contents("applied"), [itemOf(1), itemOf(2)])
      assert.deepStrictEqual(
        (yield* proxy.log).map(({ op, status }) => [op, status]),
        [
          ["PutItem", "applied-then-reset"],
          ["PutItem", 200],
          ["UpdateItem", "applied-then-reset"]
        ]
      )
    })
  )

  it.effect("makes the same chaos of the same seed", () =>
    Effect.gen(function* () {
      yield* createActiveTable("chaotic")
      const proxy = yield* faultProxy({ rules: [] })
      const chaos = (seed: number) =>
        Effect.gen(function* () {
          yield* proxy.setScript({
            rules: [
              {
                match: { op: "GetItem" },
                random: { seed, p: 0.4, faults: ["throttling", "internal-500", { reset: "before" }] }
              }
            ]
          })
          const outcomes = yield* Effect.forEach(numbers(40), (n) => Effect.exit(get("chaotic", n)))
          const log = yield* proxy.log
          assert.lengthOf(log, 40)
          assert.deepStrictEqual(
            log.map(({ action }) => action === "pass"),
            outcomes.map(Exit.isSuccess)
          )
          return log.map(({ action, status, step }) => ({ action, status, step }))
        }).pipe(DynamoClient.noRetry, Effect.provide(proxy.client))
      const first = yield* chaos(7)
      const faulty = first.filter(({ step }) => step === "random").length
      assert.isTrue(faulty > 5 && faulty < 30, `${faulty} of 40`)
      assert.deepStrictEqual(yield* chaos(7), first)
      assert.notDeepEqual(yield* chaos(8), first)
    })
  )

  it.effect("follows a new script at once", () =>
    Effect.gen(function* () {
      yield* createActiveTable("scripted")
      const proxy = yield* faultProxy({ rules: [{ sequence: ["access-denied"], then: "repeat" }] })
      const through = Effect.result(get("scripted", 1)).pipe(Effect.provide(proxy.client))
      assert.isTrue(Result.isFailure(yield* through))
      assert.isTrue(Result.isFailure(yield* through))
      yield* proxy.setScript({ rules: [] })
      assert.deepStrictEqual(yield* proxy.log, [])
      assert.isTrue(Result.isSuccess(yield* through))
      assert.deepStrictEqual(calls(yield* proxy.log), [1])
    })
  )
})
