/** Reads of many pages with faults on the wire, by both clients. */
import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { enginesOnBothClients } from "../../testing/test-support/engines.ts"
import { type Action, faultProxy, retryAtOnce } from "../../testing/test-support/faults.ts"
import { Batch, Put, Query, Scan } from "../src/main.ts"
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

enginesOnBothClients("reads through faults", (it) =>
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
  })
)
