/** What is interrupted leaves no request open, and sends no more: by both clients, seen from the other end of the wire. */
import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Fiber, Option, Schema, Stream } from "effect"
import { enginesOnBothClients } from "../../testing/test-support/engines.ts"
import {
  type FaultProxy,
  faultProxy,
  retryAtOnce,
  type Script,
  type Traffic
} from "../../testing/test-support/faults.ts"
import { eventually } from "../../testing/test/utils.ts"
import { Batch, Get, Put, Query, Scan, Transaction } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Readings = Table.make("interrupted-readings", { partitionKey: "device", sortKey: { name: "at", type: "N" } })

class Reading extends Entity.Class<Reading>("Reading")(
  { device: Schema.String, at: Schema.Int, n: Schema.Int },
  { table: Readings, partitionKey: Key.attribute("device"), sortKey: Key.attribute("at") }
) {}

const readings = Array.from({ length: 60 }, (_, n) => new Reading({ device: "d", at: n, n }))
const get = Get.from(Reading).key({ device: "d", at: 0 })
const puts = readings.map((reading) => Put.into(Reading, reading))

interface Case {
  readonly name: string
  readonly run: Effect.Effect<unknown, unknown, DynamoClient.DynamoClient>
  readonly script: Script
  /** How many requests it has sent when it waits for answers. */
  readonly sent: number
  /** For how many answers it waits. */
  readonly open: number
}

/** Nothing but this is ever answered. */
const marker = DynamoClient.DynamoClient.use((client) => client.listTables({}))
const silence: Script = {
  rules: [
    { match: { op: "ListTables" }, then: "stop" },
    { sequence: [{ hang: 60_000 }], then: "repeat" }
  ]
}

/** A second page whose answer takes its time, once it has begun. */
const slowPage: Script = {
  rules: [{ match: { op: ["Query", "Scan"] }, sequence: ["pass", { drip: { bytes: 1, everyMs: 50 } }] }]
}

const cases: ReadonlyArray<Case> = [
  { name: "a get", run: get, script: silence, sent: 1, open: 1 },
  { name: "a hedged get", run: DynamoClient.withHedge(get, "20 millis"), script: silence, sent: 2, open: 2 },
  { name: "a put", run: puts[0]!, script: silence, sent: 1, open: 1 },
  { name: "a query", run: Query.from(Reading).pk("d"), script: silence, sent: 1, open: 1 },
  {
    name: "a stream, in the middle of a page",
    run: Stream.runDrain(Query.from(Reading).pk("d").pageSize(20).stream()),
    script: slowPage,
    sent: 2,
    open: 1
  },
  {
    name: "a scan, in the middle of a page",
    run: Scan.from(Reading).pageSize(20),
    script: slowPage,
    sent: 2,
    open: 1
  },
  {
    name: "a scan of many segments",
    run: Stream.runDrain(Scan.from(Reading).segments(4).stream()),
    script: silence,
    sent: 4,
    open: 4
  },
  { name: "a batch of writes", run: Batch.write(puts), script: silence, sent: 3, open: 3 },
  {
    name: "a stream of writes",
    run: Stream.runDrain(Batch.writeStream(Stream.fromIterable(puts))),
    script: silence,
    sent: 3,
    open: 3
  },
  { name: "a batch of gets", run: Batch.get([get]), script: silence, sent: 1, open: 1 },
  // The proxy does not let them come to an engine, of which some have none.
  { name: "a transaction", run: Transaction.write(puts.slice(0, 2)), script: silence, sent: 1, open: 1 },
  { name: "a transaction of gets", run: Transaction.get([get]), script: silence, sent: 1, open: 1 }
]

type Way = (
  run: Case["run"],
  isWaiting: Effect.Effect<boolean>
) => Effect.Effect<boolean, never, DynamoClient.DynamoClient>

/** Each gives whether it came to wait for answers before it was interrupted. */
const ways: Readonly<Record<string, Way>> = {
  "by its fiber": (run, isWaiting) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(run)
      const waited = yield* eventually(isWaiting)
      assert.isUndefined(fiber.pollUnsafe())
      yield* Fiber.interrupt(fiber)
      return waited
    }),
  "by a timeout": (run, isWaiting) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.orDie(Effect.timeoutOption(run, "1 second")))
      const waited = yield* eventually(isWaiting)
      assert.isTrue(Option.isNone(yield* Fiber.join(fiber)))
      return waited
    }),
  "by its scope": (run, isWaiting) => Effect.scoped(Effect.andThen(Effect.forkScoped(run), eventually(isWaiting)))
}

const check = ({ open, run, script, sent }: Case, way: Way) =>
  Effect.gen(function* () {
    const proxy = yield* faultProxy(script)
    const sees = (condition: (traffic: Traffic) => boolean) => Effect.map(proxy.traffic, condition)
    yield* Effect.gen(function* () {
      const waited = yield* way(
        run,
        sees((traffic) => traffic.received === sent && traffic.open === open)
      )
      assert.isTrue(waited, JSON.stringify(yield* proxy.traffic))
      yield* assertNothingIsLeft(proxy, sees)
      // What would still be sent would come before this.
      yield* marker
      assert.strictEqual((yield* proxy.traffic).received, sent + 1)
    }).pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
  }).pipe(Effect.scoped)

/** That the connections of requests are closed, not only that nobody waits for their answers. */
const assertNothingIsLeft = (
  proxy: FaultProxy,
  sees: (condition: (traffic: Traffic) => boolean) => Effect.Effect<boolean>
) =>
  Effect.gen(function* () {
    yield* eventually(sees(({ open, sockets }) => open === 0 && sockets === 0))
    const { open, sockets } = yield* proxy.traffic
    assert.deepStrictEqual({ open, sockets }, { open: 0, sockets: 0 })
  })

enginesOnBothClients("what is interrupted", (it, engine) =>
  withTables(it, [Readings], (it) => {
    it.effect("is what is done here", () => Batch.write(puts))
    // One engine will do: it is given little.
    if (engine.name === "dynamodb-local") return

    for (const [name, way] of Object.entries(ways)) {
      it.effect(`${name} leaves no request open, and sends no more`, () =>
        Effect.forEach(
          cases,
          (one) =>
            Effect.catchCause(check(one, way), (cause) => Effect.die(new Error(`${one.name}: ${String(cause)}`))),
          { concurrency: 4, discard: true }
        )
      )
    }
  })
)
