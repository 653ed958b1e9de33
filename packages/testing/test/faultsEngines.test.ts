/** Faults in front of engines, by both clients: what was applied, how often, and what was told of it. */
import { DynamoClient, RawBatch } from "@effect-dynamo/client"
import { assert } from "@effect/vitest"
import { Effect, Result } from "effect"
import { Faults } from "../src/main.ts"
import { enginesOnBothClients, onlyLocal } from "../test-support/engines.ts"
import { retryAtOnce } from "../test-support/faults.ts"
import { createActiveTable } from "./utils.ts"

const use = <A, E>(run: (client: DynamoClient.Service) => Effect.Effect<A, E>) => DynamoClient.DynamoClient.use(run)

const numbers = (length: number) => Array.from({ length }, (_, n) => n)
const keyOf = (n: number) => ({ pk: { S: `item ${n}` } })
const itemOf = (n: number) => ({ ...keyOf(n), n: { N: String(n) } })

const put = (TableName: string, n: number) => use((client) => client.putItem({ TableName, Item: itemOf(n) }))
const add = (TableName: string, n: number) =>
  use((client) =>
    client.updateItem({
      TableName,
      Key: keyOf(n),
      UpdateExpression: "ADD n :n",
      ExpressionAttributeValues: { ":n": { N: "1" } }
    })
  )

/** What stands in a table, by its key. */
const contents = (TableName: string) =>
  Effect.gen(function* () {
    const found = new Map<string, string>()
    let start: DynamoClient.Item | undefined
    do {
      const page = yield* use((client) =>
        client.scan({ TableName, ConsistentRead: true, ...(start === undefined ? {} : { ExclusiveStartKey: start }) })
      )
      for (const { n, pk } of page.Items ?? []) found.set(String(pk?.S), String(n?.N))
      start = page.LastEvaluatedKey
    } while (start !== undefined)
    return found
  })

const summary = Effect.map(Faults.requests(), (log) =>
  log.map(({ fault, isForwarded, outcome }) => [fault, isForwarded, outcome])
)

/** Runs a test with faults in front of the suite's client, and without waits between attempts. */
const withFaults =
  (...script: Faults.Script) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    effect.pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(Faults.layer(script)))

enginesOnBothClients("faults", (it) => {
  it.effect("before and after a write was applied", () =>
    Effect.gen(function* () {
      yield* createActiveTable("applied")
      yield* Effect.gen(function* () {
        // A put may be applied twice.
        yield* put("applied", 1)
        assert.deepStrictEqual(yield* summary, [
          ["drop", false, "failed"],
          ["drop (applied)", true, "failed"],
          [undefined, true, "answered"]
        ])
        yield* Faults.setScript([
          Faults.on("UpdateItem", Faults.sequence(Faults.applied(Faults.drop), Faults.drop, Faults.throttle()))
        ])
        // An addition may not: it is not sent again.
        for (const n of [2, 3]) {
          const error = yield* Effect.flip(add("applied", n))
          assert(error._tag === "NetworkError")
          assert.isTrue(error.ambiguous)
        }
        // Unless it is known not to have been applied.
        yield* add("applied", 4)
        assert.deepStrictEqual(yield* summary, [
          ["drop (applied)", true, "failed"],
          ["drop", false, "failed"],
          ["throttle", false, "failed"],
          [undefined, true, "answered"]
        ])
        assert.deepStrictEqual(
          yield* Faults.bypass(contents("applied")),
          new Map([
            ["item 1", "1"],
            ["item 2", "1"],
            ["item 4", "1"]
          ])
        )
      }).pipe(withFaults(Faults.on("PutItem", Faults.sequence(Faults.drop, Faults.applied(Faults.drop)))))
    })
  )

  it.effect("lose the answers to conditional writes", () =>
    Effect.gen(function* () {
      yield* createActiveTable("conditional")
      const create = (n: number) =>
        use((client) =>
          client.putItem({
            TableName: "conditional",
            Item: itemOf(n),
            ConditionExpression: "attribute_not_exists(pk)"
          })
        )
      yield* Effect.gen(function* () {
        // The first was applied. Sent again, its condition is false; the item that stands there tells that it was.
        yield* create(1)
        assert.deepStrictEqual(yield* contents("conditional"), new Map([["item 1", "1"]]))
        // What the engine says is told.
        assert.strictEqual((yield* Effect.flip(create(1)))._tag, "ConditionalCheckFailed")
        const last = (yield* Faults.requests("PutItem")).at(-1)
        assert.deepStrictEqual([last?.outcome, last?.code], ["failed", "ConditionalCheckFailedException"])
      }).pipe(withFaults(Faults.on("PutItem", Faults.once(Faults.applied(Faults.internalServerError)))))
    })
  )

  it.effect("leave parts of batches unprocessed", () =>
    Effect.gen(function* () {
      yield* createActiveTable("one")
      yield* createActiveTable("two")
      const writes = numbers(25).map((n) => ({ table: n < 20 ? "one" : "two", key: keyOf(n), item: itemOf(n) }))
      const gets = numbers(25).map((n) => ({
        TableName: n < 20 ? "one" : "two",
        Key: keyOf(n),
        ConsistentRead: true,
        ProjectionExpression: "#n",
        ExpressionAttributeNames: { "#n": "n" }
      }))
      yield* Effect.gen(function* () {
        const written = yield* use((client) => RawBatch.writeItems(client, writes))
        assert.deepStrictEqual(written, { left: [], cause: undefined })
        const sizes = (yield* Faults.requests("BatchWriteItem")).map(({ fault, input, isForwarded }) => [
          Object.values(input.RequestItems ?? {}).flat().length,
          fault,
          isForwarded
        ])
        assert.deepStrictEqual(sizes, [
          [25, "unprocessed", true],
          [13, "unprocessed", false],
          [13, "unprocessed", true],
          [2, undefined, true]
        ])
        assert.strictEqual((yield* contents("one")).size + (yield* contents("two")).size, 25)

        const read = yield* use((client) => RawBatch.getItems(client, gets))
        assert.deepStrictEqual(
          read.items.map((item) => item?.["n"]?.N),
          numbers(25).map(String)
        )
        assert.deepStrictEqual(
          (yield* Faults.requests("BatchGetItem")).map(
            ({ input }) => Object.values(input.RequestItems ?? {}).flatMap(({ Keys = [] }) => Keys).length
          ),
          [25, 13, 10, 10]
        )
      }).pipe(
        withFaults(
          Faults.on(
            "BatchWriteItem",
            Faults.sequence(
              Faults.unprocessed({ fraction: 0.5 }),
              Faults.unprocessed("all"),
              Faults.unprocessed({ count: 2 })
            )
          ),
          Faults.on(
            "BatchGetItem",
            Faults.sequence(
              Faults.unprocessed({ fraction: 0.5 }),
              Faults.unprocessed({ count: 10 }),
              Faults.unprocessed({ count: 1000 })
            )
          )
        )
      )
    })
  )

  it.effect("hold an answer back for longer than the caller waits", () =>
    Effect.gen(function* () {
      yield* createActiveTable("slow")
      yield* Effect.gen(function* () {
        const error = yield* put("slow", 1).pipe(DynamoClient.withTimeout("1 second"), Effect.flip)
        assert(error._tag === "RequestTimeout")
        assert.isTrue(error.ambiguous)
        assert.deepStrictEqual(yield* contents("slow"), new Map([["item 1", "1"]]))
        assert.deepStrictEqual((yield* summary)[0], ["delay", true, "interrupted"])
      }).pipe(withFaults(Faults.on("PutItem", Faults.once(Faults.delay("1 minute")))))
    })
  )

  it.effect.each([1, 2, 3])("by chance: what was acknowledged is there (seed %d)", (seed) =>
    Effect.gen(function* () {
      const table = `chance-${seed}`
      yield* createActiveTable(table)
      const chaos = Faults.random({
        seed,
        probability: 0.2,
        faults: [
          Faults.throttle(),
          Faults.throttle({ limit: "keyRange" }),
          Faults.internalServerError,
          Faults.applied(Faults.internalServerError),
          Faults.unavailable,
          Faults.drop,
          Faults.applied(Faults.drop),
          Faults.applied(Faults.timeout),
          Faults.truncated,
          Faults.badChecksum
        ]
      })
      yield* Effect.gen(function* () {
        const outcomes = yield* Effect.forEach(
          numbers(200),
          (n) => Effect.all([Effect.result(put(table, n)), Effect.result(add(table, 1000 + n))]),
          { concurrency: 16 }
        )
        const found = yield* Faults.bypass(contents(table))
        let refused = 0
        for (const [n, [putting, adding]] of outcomes.entries()) {
          if (Result.isSuccess(putting)) assert.strictEqual(found.get(`item ${n}`), String(n))
          else refused++
          const added = found.get(`item ${1000 + n}`)
          // Never twice; once, where it was acknowledged.
          if (added !== undefined) assert.strictEqual(added, "1")
          if (Result.isSuccess(adding)) assert.strictEqual(added, "1")
          else if (adding.failure._tag !== "ThroughputExceeded") {
            assert("ambiguous" in adding.failure)
            assert.isTrue(adding.failure.ambiguous)
          } else assert.isUndefined(added)
        }
        assert.isAtMost(refused, 40)
        const faulty = (yield* Faults.requests()).filter(({ fault }) => fault !== undefined).length
        assert.isTrue(faulty > 60 && faulty < 150, `${faulty} faults`)
      }).pipe(withFaults(Faults.on(["PutItem", "UpdateItem"], chaos)))
    })
  )
})

onlyLocal("faults of transactions", (it) => {
  it.effect("are seen by a program that tries again with the same token", () =>
    Effect.gen(function* () {
      yield* createActiveTable("transacted")
      const transaction = use((client) =>
        client.transactWriteItems({
          TransactItems: numbers(3).map((n) => ({
            Put: {
              TableName: "transacted",
              Item: itemOf(n),
              ConditionExpression: "attribute_not_exists(pk)"
            }
          }))
        })
      )
      yield* Effect.gen(function* () {
        yield* transaction
        const log = yield* Faults.requests("TransactWriteItems")
        assert.lengthOf(log, 5)
        assert.lengthOf([...new Set(log.map(({ input }) => input.ClientRequestToken))], 1)
        assert.strictEqual((yield* contents("transacted")).size, 3)

        yield* Faults.setScript([
          Faults.on("TransactWriteItems", Faults.once(Faults.cancel({ 2: "TransactionConflict" })))
        ])
        const error = yield* Effect.flip(transaction)
        assert(error._tag === "TransactionConflict")
        assert.deepStrictEqual(
          error.reasons?.map(({ code }) => code),
          ["None", "None", "TransactionConflict"]
        )
        assert.lengthOf(yield* Faults.requests(), 1)
      }).pipe(
        withFaults(
          Faults.on(
            "TransactWriteItems",
            Faults.sequence(
              Faults.cancel({ 0: "ThrottlingError" }),
              Faults.applied(Faults.drop),
              Faults.transactionInProgress,
              Faults.throttle({ limit: "account" })
            )
          )
        )
      )
    })
  )

  it.effect("are the same by PartiQL", () =>
    Effect.gen(function* () {
      yield* createActiveTable("statements")
      yield* Effect.gen(function* () {
        const insert = use((client) =>
          client.executeStatement({ Statement: `INSERT INTO "statements" VALUE {'pk': 'a', 'n': 1}` })
        )
        assert.strictEqual((yield* Effect.flip(insert))._tag, "TransactionConflict")
        yield* insert
        assert.deepStrictEqual(yield* Faults.bypass(contents("statements")), new Map([["a", "1"]]))
      }).pipe(withFaults(Faults.on("ExecuteStatement", Faults.once(Faults.conflict), { table: "statements" })))
    })
  )
})
