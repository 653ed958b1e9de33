/** Answers that are none, by both clients: never taken for an answer, read again where that is safe. */
import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema, Stream } from "effect"
import { enginesOnBothClients } from "../../testing/test-support/engines.ts"
import { type Action, type Damage, faultProxy, retryAtOnce } from "../../testing/test-support/faults.ts"
import { Batch, Get, Put, Query, Scan, Transaction, Update } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Things = Table.make("answer-things", { partitionKey: "id", sortKey: { name: "at", type: "N" } })

class Thing extends Entity.Class<Thing>("Thing")(
  { id: Schema.String, at: Schema.Int, n: Schema.Int },
  { table: Things, partitionKey: Key.attribute("id"), sortKey: Key.attribute("at") }
) {}

const get = (id: string) => Get.from(Thing).key({ id, at: 0 })
const put = (id: string, at = 0) => Put.into(Thing, { id, at, n: 0 })
const damaged: ReadonlyArray<Damage> = ["crc", "empty", "null", "malformed", "truncated", "html"]

const reads = [
  ["a get", Effect.asVoid(get("there"))],
  ["a query", Effect.asVoid(Query.from(Thing).pk("there"))],
  ["a count", Effect.asVoid(Query.from(Thing).pk("there").count())],
  ["a scan", Effect.asVoid(Scan.from(Thing))],
  ["a batch of gets", Effect.asVoid(Batch.get([get("there"), get("not there")])), "BatchIncomplete"]
] as const

const through = Effect.fnUntraced(function* (actions: ReadonlyArray<Action>) {
  const proxy = yield* faultProxy({ rules: [{ sequence: actions }] })
  const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    effect.pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
  return { run, requests: Effect.map(proxy.log, ({ length }) => length) }
})

enginesOnBothClients("answers that are none", (it) =>
  withTables(it, [Things], (it) => {
    it.effect.each([...damaged, "corrupt" as const])("%s: reads are made again", (response) =>
      Effect.gen(function* () {
        yield* put("there")
        const { requests, run } = yield* through([{ response }, { response }])
        const found = yield* run(get("there"))
        assert.deepStrictEqual(found, Option.some(new Thing({ id: "there", at: 0, n: 0 })))
        assert.strictEqual(yield* requests, 3)
      })
    )

    it.effect.each(damaged)("%s: reads that are not made again fail, as of nothing that is not there", (response) =>
      Effect.gen(function* () {
        yield* put("there")
        for (const [name, read, tag = "NetworkError"] of reads) {
          const { run } = yield* through([{ response }])
          const error = yield* Effect.flip(run(DynamoClient.noRetry(read)))
          assert.strictEqual(error._tag, tag, name)
          assert.isFalse("ambiguous" in error && error.ambiguous, name)
          assert.notInclude(error.message, "there", name)
        }
      })
    )

    it.effect.each(damaged)("%s: writes are made again where that changes nothing", (response) =>
      Effect.gen(function* () {
        const id = `written-${response}`
        const first = yield* through([{ response }])
        yield* first.run(put(id))
        assert.strictEqual(yield* first.requests, 2)
        const batch = yield* through([{ response }])
        yield* batch.run(Batch.write([put(id)]))
        assert.strictEqual(yield* batch.requests, 2)

        const second = yield* through([{ response }])
        const error = yield* Effect.flip(second.run(Update.in(Thing).key({ id, at: 0 }).increment("n")))
        assert(error._tag === "NetworkError")
        assert.isTrue(error.ambiguous)
        assert.strictEqual(yield* second.requests, 1)
        // It was applied, once.
        assert.deepStrictEqual(yield* get(id), Option.some(new Thing({ id, at: 0, n: 1 })))
      })
    )

    it.effect("without a checksum, or with more than is known, they are taken as they are", () =>
      Effect.gen(function* () {
        yield* put("there")
        for (const response of ["no-crc", "unknown-fields"] as const) {
          const { requests, run } = yield* through([{ response }, { response }])
          assert.isTrue(Option.isSome(yield* run(get("there"))))
          yield* run(put("there"))
          assert.strictEqual(yield* requests, 2)
        }
      })
    )

    it.effect("a transaction that is cancelled without reasons says so, once", () =>
      Effect.gen(function* () {
        for (const error of [
          { name: "TransactionCanceledException" },
          { name: "TransactionCanceledException", message: "" }
        ]) {
          const { requests, run } = yield* through([{ error }])
          const failure = yield* Effect.flip(run(Transaction.write([put("never"), put("nor this")])))
          assert(failure._tag === "TransactionCanceled")
          assert.deepStrictEqual(
            failure.reasons.map(({ code }) => code),
            ["None", "None"]
          )
          assert.strictEqual(yield* requests, 1)
          const reading = yield* through([{ error }])
          const unread = yield* Effect.flip(reading.run(Transaction.get([get("never")])))
          assert.strictEqual(unread._tag, "TransactionCanceled")
        }
        assert.deepStrictEqual(yield* get("never"), Option.none())
      })
    )

    it.effect("reads that get no further end", () =>
      Effect.gen(function* () {
        yield* Batch.write(Array.from({ length: 9 }, (_, at) => put("pages", at)))
        const query = Query.from(Thing).pk("pages")
        const scan = Scan.from(Thing)
        const stalled = [
          ["Query", query],
          ["Query", query.limit(7)],
          [
            "Query",
            query.page().pipe(Effect.flatMap(({ cursor }) => query.page({ after: Option.getOrThrow(cursor) })))
          ],
          ["Query", query.count()],
          ["Query", Stream.runDrain(query.stream())],
          ["Scan", scan],
          ["Scan", scan.count()],
          ["Scan", Stream.runDrain(scan.stream())],
          ["Scan", scan.segments(1)],
          ["Scan", scan.segments(1).count()]
        ] as const
        for (const [operation, read] of stalled) {
          const proxy = yield* faultProxy({
            rules: [
              { match: { firstPage: false }, sequence: [{ stallPage: true }], then: "last" },
              { sequence: [{ page: 4 }], then: "last" }
            ]
          })
          const run: Effect.Effect<
            unknown,
            { readonly _tag: string; readonly message: string },
            DynamoClient.DynamoClient
          > = read
          const error = yield* Effect.flip(Effect.provide(run, proxy.client))
          assert.strictEqual(error._tag, "ServiceUnavailable")
          assert.match(error.message, /gets no further/)
          // The first page, and four times the second.
          assert.lengthOf(yield* proxy.requests(operation), 5)
        }
      })
    )

    it.effect("pages that get no further for a moment are asked for again", () =>
      Effect.gen(function* () {
        yield* Batch.write(Array.from({ length: 9 }, (_, at) => put("moment", at)))
        const stalls = [{ stallPage: true }, { stallPage: true }, { stallPage: true }] as const
        const proxy = yield* faultProxy({
          rules: [
            { match: { firstPage: false }, sequence: stalls },
            { sequence: [{ page: 4 }], then: "last" }
          ]
        })
        const found = yield* Effect.provide(Query.from(Thing).pk("moment"), proxy.client)
        assert.deepStrictEqual(
          found.map(({ at }) => at),
          Array.from({ length: 9 }, (_, at) => at)
        )
      })
    )
  })
)
