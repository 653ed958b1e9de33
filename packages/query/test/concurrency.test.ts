import { Entity, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Exit, Fiber, Option, Schema, Stream } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Get, Put, Query, Update } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Counters = Table.make("counters", { partitionKey: "pk", sortKey: "sk" })

class Counter extends Entity.Class<Counter>("Counter")(
  { group: Schema.String, id: Schema.String, n: Schema.Int, note: Schema.optionalKey(Schema.String) },
  { table: Counters, partitionKey: ["group"], sortKey: ["id"] }
) {}

engines("many at once", (it) =>
  withTables(it, [Counters], (it) => {
    it.effect(
      "puts, gets, updates and queries do not meet",
      () =>
        Effect.gen(function* () {
          const ids = Array.from({ length: 150 }, (_, i) => String(i).padStart(3, "0"))
          const each = { concurrency: 40 } as const
          yield* Effect.forEach(ids, (id, n) => Put.into(Counter, { group: "g", id, n }), each)
          const found = yield* Effect.forEach(ids, (id) => Get.from(Counter).key({ group: "g", id }).orFail(), each)
          assert.deepStrictEqual(
            found.map(({ id, n }) => [id, n]),
            ids.map((id, n) => [id, n])
          )
          yield* Effect.forEach(
            ids,
            (id, n) =>
              Update.in(Counter)
                .key({ group: "g", id })
                .set({ n: n * 2 }),
            each
          )
          const queries = yield* Effect.forEach(
            [1, 7, 50, 500],
            (pageSize) => Stream.runCollect(Query.from(Counter).pk("g").pageSize(pageSize).stream()),
            { concurrency: "unbounded" }
          )
          for (const query of queries)
            assert.deepStrictEqual(
              query.map(({ n }) => n),
              ids.map((_, n) => n * 2)
            )
        }),
      { timeout: 30_000 }
    )

    it.effect("of conditional puts on one key exactly one succeeds", () =>
      Effect.gen(function* () {
        const outcomes = yield* Effect.forEach(
          Array.from({ length: 20 }, (_, n) => n),
          (n) => Effect.result(Put.into(Counter, { group: "once", id: "1", n }).ifNotExists()),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(outcomes.filter(({ _tag }) => _tag === "Success").length, 1)
        for (const outcome of outcomes) {
          if (outcome._tag === "Failure") assert.strictEqual(outcome.failure._tag, "ConditionalCheckFailed")
        }
      })
    )

    it.effect("of what is interrupted nothing is left running, and the client goes on", () =>
      Effect.gen(function* () {
        const fibers = yield* Effect.forEach(
          Array.from({ length: 30 }, (_, n) => n),
          (n) =>
            Effect.forkChild(
              Effect.all([
                Put.into(Counter, { group: "cut", id: String(n), n, note: "x".repeat(10_000) }),
                Stream.runDrain(Query.from(Counter).pk("cut").pageSize(1).stream())
              ])
            )
        )
        yield* Effect.sleep("5 millis")
        yield* Fiber.interruptAll(fibers)
        const exits = yield* Effect.forEach(fibers, Fiber.await)
        for (const exit of exits) assert.isTrue(Exit.isSuccess(exit) || Exit.hasInterrupts(exit))
        yield* Put.into(Counter, { group: "after", id: "1", n: 1 })
        assert.isTrue(Option.isSome(yield* Get.from(Counter).key({ group: "after", id: "1" })))
      })
    )
  })
)
