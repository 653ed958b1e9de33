/**
 * Scripts of faults on the wire, through the library, by both clients: how many requests are made, what the engine is given
 * of them, and what comes of it.
 */
import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Fiber, Option, Random, Schema } from "effect"
import { enginesOnBothClients, onlyLocal } from "../../testing/test-support/engines.ts"
import { faultProxy, type LogEntry, retryAtOnce } from "../../testing/test-support/faults.ts"
import { eventually } from "../../testing/test/utils.ts"
import { Batch, Delete, Get, Put, Query, TableAdmin, Transaction, Update } from "../src/main.ts"
import { type ScriptName, scriptOf } from "./support/scripts.ts"
import { withTables } from "./support/tables.ts"

const Things = Table.make("script-things", { partitionKey: "id", sortKey: "sort" })

class Thing extends Entity.Class<Thing>("Thing")(
  { id: Schema.String, n: Schema.Number },
  { table: Things, partitionKey: Key.attribute("id"), sortKey: Key.template("THING") }
) {}

const thing = (id: string, n = 0) => new Thing({ id, n })
const get = (id: string) => Get.from(Thing).key({ id })
const put = (id: string, n = 0) => Put.into(Thing, { id, n })
const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`)

const begin = (name: ScriptName) => faultProxy(scriptOf(name))

const statuses = (log: ReadonlyArray<LogEntry>) => log.map(({ status }) => status)
const engineCalls = (log: ReadonlyArray<LogEntry>) => log.reduce((sum, { engineCalls }) => sum + engineCalls, 0)
const tokens = (log: ReadonlyArray<LogEntry>) => new Set(log.map(({ token }) => token))
/** How many milliseconds are between one request and the next. */
const gaps = (log: ReadonlyArray<LogEntry>) => log.slice(1).map(({ t }, i) => Date.parse(t) - Date.parse(log[i]!.t))

/** Waits as long as the policy may: chance is always the greatest. */
const withoutLuck = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, Random.Random, { nextDoubleUnsafe: () => 0.999, nextIntUnsafe: () => 1 })

enginesOnBothClients("scripts of faults", (it, engine) =>
  withTables(it, [Things], (it) => {
    it.effect("a get that is throttled twice is tried again, later each time", () =>
      Effect.gen(function* () {
        yield* put("throttled", 1)
        const proxy = yield* begin("throttled-twice")
        const found = yield* get("throttled").pipe(withoutLuck, Effect.provide(proxy.client))
        assert.deepStrictEqual(found, Option.some(thing("throttled", 1)))
        const log = yield* proxy.requests("GetItem")
        assert.deepStrictEqual(statuses(log), [400, 400, 200])
        assert.strictEqual(engineCalls(log), 1)
        const [first = 0, second = 0] = gaps(log)
        assert.isAtLeast(first, 150)
        assert.isAbove(second, first)
      })
    )

    it.effect("reads that are throttled for ever end, with the reasons", () =>
      Effect.gen(function* () {
        const proxy = yield* begin("throttled-for-ever")
        const reads = [Effect.asVoid(get("any")), Effect.asVoid(Query.from(Thing).pk("any"))]
        for (const [at, read] of reads.entries()) {
          const error = yield* Effect.flip(read.pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client)))
          assert(error._tag === "ThroughputExceeded")
          assert.deepStrictEqual(
            error.reasons.map(({ reason }) => reason),
            ["TableReadProvisionedThroughputExceeded"]
          )
          const log = yield* proxy.requests(at === 0 ? "GetItem" : "Query")
          assert.strictEqual(error.attempts, log.length)
          assert.isTrue(log.length >= 3 && log.length <= 10, `${log.length} requests`)
          assert.strictEqual(engineCalls(log), 0)
        }
      })
    )

    it.effect("nothing is sent after an interruption", () =>
      Effect.gen(function* () {
        const proxy = yield* begin("throttled-for-ever")
        const forEver = RetryPolicy.make({ maxAttempts: 1000, throttleBaseDelay: "20 millis", maxDelay: "20 millis" })
        const fiber = yield* get("any").pipe(
          DynamoClient.withRetry(forEver),
          Effect.provide(proxy.client),
          Effect.forkChild
        )
        const count = Effect.map(proxy.requests("GetItem"), ({ length }) => length)
        assert.isTrue(yield* eventually(Effect.map(count, (count) => count >= 3)))
        yield* Fiber.interrupt(fiber)
        // What was on its way may still come in.
        yield* Effect.sleep("50 millis")
        const before = yield* count
        yield* Effect.sleep("200 millis")
        assert.strictEqual(yield* count, before)
      })
    )

    it.effect("writes of an item that a transaction is under way on fail, unless told to try again", () =>
      Effect.gen(function* () {
        yield* put("conflict")
        const { item, many } = { item: { id: "conflict" }, many: { baseDelay: 0, retryOn: ["conflict"] } as const }
        const writes = [
          ["PutItem", put("conflict", 1), Option.some(thing("conflict", 1))],
          ["UpdateItem", Update.in(Thing).key(item).increment("n", 1), Option.some(thing("conflict", 2))],
          ["DeleteItem", Delete.from(Thing).key(item), Option.none()]
        ] as const
        for (const [operation, write, expected] of writes) {
          const proxy = yield* begin("item-conflict")
          const through = Effect.asVoid(write).pipe(Effect.provide(proxy.client))
          const error = yield* Effect.flip(through)
          assert.strictEqual(error._tag, "TransactionConflict")
          assert.lengthOf(yield* proxy.requests(operation), 1)
          yield* through.pipe(DynamoClient.withRetry(RetryPolicy.make(many)))
          const log = yield* proxy.requests(operation)
          assert.deepStrictEqual(statuses(log), [400, 400, 200])
          assert.strictEqual(engineCalls(log), 1)
          assert.deepStrictEqual(yield* get("conflict"), expected)
        }
      })
    )

    it.effect("what a batch never gets through is told, and the rest is done", () =>
      Effect.gen(function* () {
        const proxy = yield* begin("unprocessed-for-ever")
        const disturbed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          effect.pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client), Effect.flip)
        const ids = numbered("left", 10)
        const puts = ids.map((id, n) => put(id, n))
        const error = yield* disturbed(Batch.write(puts))
        assert(error._tag === "BatchIncomplete")
        assert.deepStrictEqual(error.operations, puts.slice(9))
        const written = yield* proxy.requests("BatchWriteItem")
        assert.isTrue(written.length >= 3 && written.length <= 20, `${written.length} requests`)
        // The nine were given to the engine once, the tenth never.
        assert.deepStrictEqual([written[0]?.items, written[0]?.withheld, engineCalls(written)], [10, 1, 1])

        const stored = yield* Batch.get(ids.map(get))
        assert.deepStrictEqual(
          stored,
          ids.map((id, n) => (n < 9 ? Option.some(thing(id, n)) : Option.none()))
        )

        const gets = ids.map(get)
        const unread = yield* disturbed(Batch.get(gets))
        assert(unread._tag === "BatchIncomplete")
        assert.deepStrictEqual(unread.operations, gets.slice(9))
        const read = yield* proxy.requests("BatchGetItem")
        assert.isTrue(read.length >= 3 && read.length <= 20, `${read.length} requests`)
        assert.strictEqual(engineCalls(read), 1)
      })
    )

    it.effect("a batch of which one request is throttled and one fails is written, each item once", () =>
      Effect.gen(function* () {
        const proxy = yield* begin("batch-in-trouble")
        const ids = numbered("chunk", 60)
        yield* Batch.write(ids.map((id, n) => put(id, n))).pipe(
          DynamoClient.withRetry(retryAtOnce),
          Effect.provide(proxy.client)
        )
        const log = yield* proxy.requests("BatchWriteItem")
        assert.lengthOf(log, 5)
        assert.sameMembers(statuses(log), [200, 200, 200, 400, 500])
        assert.strictEqual(engineCalls(log), 3)
        const given = log.filter(({ engineCalls }) => engineCalls > 0)
        assert.strictEqual(
          given.reduce((sum, { items = 0 }) => sum + items, 0),
          60
        )
        assert.deepStrictEqual(
          yield* Batch.get(ids.map(get)),
          ids.map((id, n) => Option.some(thing(id, n)))
        )
      })
    )

    it.effect("a get is tried again whenever its connection breaks", () =>
      Effect.gen(function* () {
        yield* put("network", 1)
        const proxy = yield* begin("network")
        const found = yield* get("network").pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
        assert.deepStrictEqual(found, Option.some(thing("network", 1)))
        const log = yield* proxy.requests("GetItem")
        assert.deepStrictEqual(statuses(log), ["reset-before", "reset-headers", "reset-mid-body", 200])
        assert.deepStrictEqual(
          log.map(({ engineCalls }) => engineCalls),
          [0, 1, 1, 1]
        )
      })
    )

    // One engine will do: its answers are not what is slow.
    if (engine.name !== "dynamodb-local") {
      it.effect("slow answers are waited for, and a request that hangs is aborted in time", () =>
        Effect.gen(function* () {
          yield* put("slow", 1)
          const proxy = yield* begin("slow")
          const through = Effect.provide(get("slow"), proxy.client)
          assert.deepStrictEqual(yield* through, Option.some(thing("slow", 1)))
          assert.deepStrictEqual(yield* through, Option.some(thing("slow", 1)))
          const [delayed, dripped] = yield* proxy.requests("GetItem")
          assert.isAtLeast(delayed?.ms ?? 0, 300)
          assert.isAtLeast(dripped?.ms ?? 0, 40)

          const error = yield* Effect.flip(through.pipe(DynamoClient.withTimeout("300 millis")))
          assert(error._tag === "RequestTimeout")
          assert.strictEqual(error.attempts, 1)
          // It is in the log when the proxy has done with it: it found nobody to answer to.
          assert.isTrue(yield* eventually(Effect.map(proxy.log, ({ length }) => length >= 3)))
          assert.deepStrictEqual(statuses(yield* proxy.requests("GetItem")), [200, 200, "client-gave-up"])
        })
      )
    }

    it.effect("what will not pass is not tried again, and is told by its name", () =>
      Effect.gen(function* () {
        const proxy = yield* begin("refusals")
        const refusal = Effect.flip(get("any")).pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
        const told: Array<readonly [tag: string, name: string | undefined]> = []
        for (let n = 0; n < 8; n++) {
          const error = yield* refusal
          const name = "code" in error ? error.code : /\((\w+)\)\.$/.exec(error.message)?.[1]
          told.push([error._tag, name])
          assert.lengthOf(yield* proxy.log, n + 1)
        }
        assert.deepStrictEqual(told.slice(0, 7), [
          ["AccessDenied", "AccessDeniedException"],
          ["AccessDenied", "UnrecognizedClientException"],
          ["AccessDenied", "ExpiredTokenException"],
          ["AccessDenied", "MissingAuthenticationTokenException"],
          ["RequestRejected", "ValidationException"],
          ["ResourceNotFound", undefined],
          ["RequestRejected", "SomethingNewException"]
        ])
        // DynamoDB has given it no name: the clients have names of their own for that.
        assert.strictEqual(told[7]?.[0], "RequestRejected")
        assert.strictEqual(engineCalls(yield* proxy.log), 0)
      })
    )

    it.effect("a get is tried again whatever the server fails with", () =>
      Effect.gen(function* () {
        yield* put("server", 1)
        const proxy = yield* begin("server-errors")
        const found = yield* get("server").pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
        assert.deepStrictEqual(found, Option.some(thing("server", 1)))
        const log = yield* proxy.requests("GetItem")
        assert.deepStrictEqual(statuses(log), [500, 500, 502, 503, 503, 200])
        assert.strictEqual(engineCalls(log), 1)

        const again = yield* begin("server-errors")
        for (let n = 0; n < 5; n++) {
          const error = yield* Effect.flip(DynamoClient.noRetry(get("server"))).pipe(Effect.provide(again.client))
          assert(error._tag === "ServiceUnavailable")
          // A read is never in doubt.
          assert.isFalse(error.ambiguous)
        }
      })
    )

    it.effect("a table is made in spite of limits, and of a service that does not know of it yet", () =>
      Effect.gen(function* () {
        const proxy = yield* begin("table-lifecycle")
        const table = Table.make("script-lifecycle", { partitionKey: "id", sortKey: null })
        const description = yield* TableAdmin.create(table).pipe(
          DynamoClient.withRetry(retryAtOnce),
          Effect.provide(proxy.client)
        )
        assert.strictEqual(description.TableStatus, "ACTIVE")
        const created = yield* proxy.requests("CreateTable")
        assert.deepStrictEqual(statuses(created), [400, 400, 200])
        assert.strictEqual(engineCalls(created), 1)
        const described = yield* proxy.requests("DescribeTable")
        assert.deepStrictEqual(statuses(described).slice(0, 3), [400, 500, 200])
        // That a table is missing is told to whoever asks for it.
        yield* proxy.setScript(scriptOf("table-lifecycle"))
        const error = yield* Effect.flip(TableAdmin.describe(table)).pipe(Effect.provide(proxy.client))
        assert.strictEqual(error._tag, "ResourceNotFound")
        assert.lengthOf(yield* proxy.requests("DescribeTable"), 1)
        yield* TableAdmin.delete(table)
      })
    )

    it.effect("throttling is known by a header too", () =>
      Effect.gen(function* () {
        yield* put("header", 1)
        const proxy = yield* begin("type-in-header")
        const through = Effect.provide(get("header"), proxy.client)
        const error = yield* Effect.flip(DynamoClient.noRetry(through))
        assert.strictEqual(error._tag, "ThroughputExceeded")
        yield* proxy.setScript(scriptOf("type-in-header"))
        const found = yield* through.pipe(DynamoClient.withRetry(retryAtOnce))
        assert.deepStrictEqual(found, Option.some(thing("header", 1)))
        assert.deepStrictEqual(statuses(yield* proxy.requests("GetItem")), [400, 200])
      })
    )
  })
)

for (const kind of ["sdk", "direct"] as const) {
  onlyLocal(
    `scripts of faults in transactions [${kind}]`,
    (it) =>
      withTables(it, [Things], (it) => {
        it.effect("one that is in progress is asked for again, with its token", () =>
          Effect.gen(function* () {
            const proxy = yield* begin("transaction-in-progress")
            const write = (...ids: ReadonlyArray<string>) =>
              Transaction.write(ids.map((id) => put(id).ifNotExists())).pipe(
                DynamoClient.withRetry(retryAtOnce),
                Effect.provide(proxy.client)
              )
            yield* write("t1", "t2")
            const log = yield* proxy.requests("TransactWriteItems")
            assert.deepStrictEqual(statuses(log), [400, 200])
            assert.strictEqual(engineCalls(log), 1)
            assert.strictEqual(tokens(log).size, 1)
            assert.isTrue(Option.isSome(yield* get("t2")))
            // Another one has another.
            yield* write("t3")
            assert.strictEqual(tokens(yield* proxy.requests("TransactWriteItems")).size, 2)
          })
        )
      }),
    kind
  )
}
