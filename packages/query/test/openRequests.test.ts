/** How many requests of one operation are open at once, counted at the other end of the wire. */
import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { enginesOnBothClients } from "../../testing/test-support/engines.ts"
import { faultProxy, type Script } from "../../testing/test-support/faults.ts"
import { Batch, Get, Put, Query, Scan } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Parcels = Table.make("open-parcels", {
  partitionKey: "id",
  sortKey: null,
  indexes: { byState: Index.global({ partitionKey: "state", projection: Index.keysOnly }) }
})

const Parcel = Entity.make("Parcel", {
  schema: Schema.Struct({ id: Schema.String, state: Schema.String, text: Schema.String }),
  table: Parcels,
  partitionKey: Key.attribute("id")
})

const parcels = Array.from({ length: 950 }, (_, i) => ({ id: `p${i}`, state: i < 450 ? "sent" : "kept", text: "t" }))
const puts = parcels.map((parcel) => Put.into(Parcel, parcel))
const gets = parcels.map(({ id }) => Get.from(Parcel).key({ id }))

interface Case {
  readonly name: string
  readonly run: Effect.Effect<unknown, unknown, DynamoClient.DynamoClient>
  /** How many requests could be open at once, were there no bound. */
  readonly requests: number
}

const cases: ReadonlyArray<Case> = [
  { name: "a scan of segments", run: Stream.runDrain(Scan.from(Parcel).segments(12).stream()), requests: 12 },
  { name: "a count by segments", run: Scan.from(Parcel).segments(12).count(), requests: 12 },
  { name: "a batch of writes", run: Batch.write(puts.slice(0, 300)), requests: 12 },
  {
    name: "a stream of writes",
    run: Stream.runDrain(Batch.writeStream(Stream.fromIterable(puts.slice(0, 300)))),
    requests: 12
  },
  { name: "a batch of gets", run: Batch.get(gets), requests: 10 },
  { name: "a stream of gets", run: Stream.runDrain(Batch.getStream(Stream.fromIterable(gets))), requests: 10 },
  {
    name: "gets that are coalesced",
    run: Effect.all(
      gets.map((get) => get.batched()),
      { concurrency: "unbounded" }
    ),
    requests: 10
  },
  { name: "a query of whole items", run: Query.from(Parcel).index("byState").pk("sent").hydrate(), requests: 5 }
]

/** Long enough for all that may be sent to be open at the same time. */
const slow: Script = { rules: [{ sequence: [{ delayMs: 40 }], then: "repeat" }] }

enginesOnBothClients("open requests", (it, engine) =>
  withTables(it, [Parcels], (it) => {
    it.effect("are of what is done here", () => Batch.write(puts))
    // One engine will do.
    if (engine.name === "dynamodb-local") return

    for (const { name, requests, run } of cases) {
      it.effect(
        `of ${name} are as many as is said, and 8 where nothing is`,
        () =>
          Effect.gen(function* () {
            const proxy = yield* faultProxy(slow)
            const mostOf = (run: Case["run"]) =>
              Effect.gen(function* () {
                yield* proxy.setScript(slow)
                yield* Effect.provide(run, proxy.client)
                return (yield* proxy.traffic).most
              })
            assert.strictEqual(yield* mostOf(DynamoClient.withConcurrency(run, 3)), 3)
            assert.strictEqual(yield* mostOf(run), Math.min(8, requests))
          }),
        { timeout: 30_000 }
      )
    }
  })
)
