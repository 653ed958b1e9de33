/** Queries over a client that answers as each test says. */
import { Entity, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Ref, Schema, Stream } from "effect"
import { Query } from "../src/main.ts"
import { answering } from "./support/client.ts"

const Log = Entity.make("Log", {
  schema: Schema.Struct({ host: Schema.String, id: Schema.String, level: Schema.String, rank: Schema.Int }),
  table: Table.make("logs"),
  partitionKey: Key.template("H#{host}"),
  sortKey: Key.template("{id}")
})

const number = (i: number) => String(i).padStart(3, "0")

describe("a query under way", () => {
  const itemOf = (id: string) => ({
    pk: { S: "H#a" },
    sk: { S: id },
    _type: { S: "Log" },
    host: { S: "a" },
    id: { S: id },
    level: { S: "info" },
    rank: { N: "1" }
  })

  it.effect("is interrupted with its request", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const interrupted = yield* Ref.make(0)
      const client = answering(() =>
        Deferred.succeed(started, undefined).pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() => Ref.update(interrupted, (n) => n + 1))
        )
      )
      const fiber = yield* Effect.forkChild(Effect.provide(Query.from(Log).pk("a"), client))
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* Ref.get(interrupted), 1)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
    })
  )

  it.effect("follows empty pages to the end, and looks at twice as many as before up to what DynamoDB takes", () =>
    Effect.gen(function* () {
      const limits: Array<unknown> = []
      const client = answering((_, input) =>
        Effect.sync(() => {
          limits.push(input["Limit"])
          const place = { pk: { S: "H#a" }, sk: { S: String(limits.length) } }
          return limits.length > 40
            ? { Items: [itemOf("1")], ScannedCount: 1 }
            : { Items: [], ScannedCount: input["Limit"], LastEvaluatedKey: place }
        })
      )
      const found = yield* Effect.provide(Query.from(Log).pk("a").limit(1000), client)
      assert.strictEqual(found.length, 1)
      // Twice as many as all requests before it.
      assert.deepStrictEqual(limits.slice(0, 4), [1000, 2000, 6000, 18_000])
      assert.deepStrictEqual(
        limits.slice(8),
        Array.from({ length: 33 }, () => 1_000_000)
      )
    })
  )

  it.effect("survives thousands of pages", () =>
    Effect.gen(function* () {
      let count = 0
      const client = answering(() =>
        Effect.sync(() => {
          count++
          const id = number(count)
          return {
            Items: [itemOf(id)],
            LastEvaluatedKey: count < 5000 ? { pk: { S: "H#a" }, sk: { S: id } } : undefined
          }
        })
      )
      assert.strictEqual((yield* Effect.provide(Query.from(Log).pk("a"), client)).length, 5000)
      count = 0
      assert.strictEqual((yield* Effect.provide(Query.from(Log).pk("a").limit(10_000), client)).length, 5000)
      count = 0
      assert.strictEqual(
        (yield* Effect.provide(Stream.runCollect(Query.from(Log).pk("a").stream()), client)).length,
        5000
      )
    })
  )

  it.effect("reads at most one page ahead of a slow consumer", () =>
    Effect.gen(function* () {
      let count = 0
      const client = answering(() =>
        Effect.sync(() => {
          const id = number(++count)
          return { Items: [itemOf(id)], LastEvaluatedKey: { pk: { S: "H#a" }, sk: { S: id } } }
        })
      )
      let consumed = 0
      yield* Query.from(Log)
        .pk("a")
        .stream()
        .pipe(
          Stream.take(5),
          Stream.runForEach(() =>
            Effect.gen(function* () {
              consumed++
              yield* Effect.yieldNow
              assert.isAtMost(count, consumed + 1)
            })
          ),
          Effect.provide(client)
        )
      assert.strictEqual(consumed, 5)
    })
  )
})
