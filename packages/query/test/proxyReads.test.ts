/** Reads of many pages, and what is interrupted, with faults on the wire and by both clients. */
import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Fiber, Schema, Stream } from "effect"
import { enginesOnBothClients } from "../../testing/test-support/engines.ts"
import { type Action, faultProxy, retryAtOnce } from "../../testing/test-support/faults.ts"
import { eventually } from "../../testing/test/utils.ts"
import { Batch, Get, Put, Query, Scan, Transaction } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Readings = Table.make("script-readings", { partitionKey: "device", sortKey: { name: "at", type: "N" } })

class Reading extends Entity.Class<Reading>("Reading")(
  { device: Schema.String, at: Schema.Int, n: Schema.Int },
  { table: Readings, partitionKey: Key.attribute("device"), sortKey: Key.attribute("at") }
) {}

const readings = Array.from({ length: 120 }, (_, n) => new Reading({ device: `d${n % 3}`, at: Math.floor(n / 3), n }))

const numbers = (found: ReadonlyArray<Reading>) => found.map(({ n }) => n).toSorted((a, b) => a - b)

/** Small pages, and all that can go wrong with one. */
const chaos = (op: "Query" | "Scan", seed: number) => {
  const faults: ReadonlyArray<Action> = [
    "throttling",
    "internal-500",
    "unavailable-503-html",
    { reset: "before" },
    { reset: "mid-body", bytes: 10 },
    { response: "truncated", page: 7 },
    // An empty page that ends where it began.
    { stallPage: true, page: 7 }
  ]
  return {
    rules: [
      { id: "chaos", match: { op }, random: { seed, p: 0.35, faults } },
      { match: { op }, sequence: [{ page: 7 }], then: "repeat" }
    ]
  } as const
}

enginesOnBothClients("reads through faults", (it, engine) =>
  withTables(it, [Readings], (it) => {
    it.effect.each([1, 2])("find each item exactly once (seed %d)", (seed) =>
      Effect.gen(function* () {
        yield* Batch.write(readings.map((reading) => Put.into(Reading, reading)))
        const proxy = yield* faultProxy(chaos("Scan", seed))
        const disturbed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          effect.pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
        const all = readings.map(({ n }) => n)

        assert.deepStrictEqual(numbers(yield* disturbed(Scan.from(Reading))), all)
        const segments = Scan.from(Reading).segments(4).stream()
        assert.deepStrictEqual(numbers(yield* disturbed(Stream.runCollect(segments))), all)
        const log = yield* proxy.requests("Scan")
        assert.isAbove(log.filter(({ rule }) => rule === "chaos").length, 10)

        yield* proxy.setScript(chaos("Query", seed))
        const found = yield* disturbed(Query.from(Reading).pk("d1"))
        // In order, too.
        assert.deepStrictEqual(
          found.map(({ at }) => at),
          Array.from({ length: 40 }, (_, at) => at)
        )
        assert.isAbove((yield* proxy.requests("Query")).length, 6)
      })
    )

    const get = Get.from(Reading).key({ device: "d0", at: 0 })
    const put = Put.into(Reading, readings[0]!)
    const operations = [
      ["a get", get, 1],
      ["a query", Query.from(Reading).pk("d0"), 1],
      ["a stream", Stream.runDrain(Query.from(Reading).pk("d0").stream()), 1],
      ["a scan", Stream.runDrain(Scan.from(Reading).segments(4).stream()), 4],
      ["a batch of gets", Batch.get([get]), 1],
      ["a batch of writes", Batch.write([put]), 1],
      // The proxy does not let it come to an engine.
      ["a transaction", Transaction.write([put]), 1]
    ] as const
    // One engine will do: it is given nothing.
    if (engine.name !== "dynamodb-local") {
      it.effect("that are interrupted abort their requests, as do writes, and send no more", () =>
        Effect.forEach(
          operations,
          ([name, operation, requests]) =>
            Effect.gen(function* () {
              const proxy = yield* faultProxy({ rules: [{ sequence: [{ hang: 1000 }], then: "repeat" }] })
              const run: Effect.Effect<unknown, unknown, DynamoClient.DynamoClient> = operation
              const fiber = yield* run.pipe(
                DynamoClient.withRetry(retryAtOnce),
                Effect.provide(proxy.client),
                Effect.forkChild
              )
              yield* Effect.sleep("500 millis")
              assert.isUndefined(fiber.pollUnsafe(), name)
              yield* Fiber.interrupt(fiber)
              // The proxy logs a request when it has done with it.
              assert.isTrue(yield* eventually(Effect.map(proxy.log, ({ length }) => length >= requests)), name)
              yield* Effect.sleep("300 millis")
              assert.deepStrictEqual(
                (yield* proxy.log).map(({ status }) => status),
                Array.from({ length: requests }, () => "client-gave-up" as const),
                name
              )
            }),
          { concurrency: "unbounded", discard: true }
        )
      )
    }
  })
)
