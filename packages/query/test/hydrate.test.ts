import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Schedule, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { engines } from "../../testing/test-support/engines.ts"
import { Delete, type Page, Put, Query } from "../src/main.ts"
import { answering, recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Tasks = Table.make("hydrated", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: { byState: Index.global({ partitionKey: "state", sortKey: "gsi1sk", projection: Index.include(["rank"]) }) }
})

const fields = {
  id: Schema.String,
  state: Schema.String,
  rank: Schema.Int,
  text: Schema.String,
  note: Schema.optionalKey(Schema.String)
}
const Task = Entity.make("Task", {
  schema: Schema.Struct(fields),
  table: Tasks,
  partitionKey: Key.template("TASK#{id}"),
  sortKey: Key.template("TASK"),
  indexes: { byState: { sortKey: Key.template("{id}") } }
})
type Task = typeof Task.Type

/** In the same index, under keys of its own. */
const Chore = Entity.make("Chore", {
  schema: Schema.Struct(fields),
  table: Tasks,
  partitionKey: Key.template("CHORE#{id}"),
  sortKey: Key.template("CHORE"),
  indexes: { byState: { sortKey: Key.template("{id}") } }
})

const task = (i: number): Task => ({
  id: String(i).padStart(4, "0"),
  state: "open",
  rank: i % 3,
  text: `task ${i}`,
  note: "n"
})
const tasks = Array.from({ length: 230 }, (_, i) => task(i * 2))
const open = Query.from(Task).index("byState").pk("open")

engines("whole items", (it) =>
  withTables(it, [Tasks], (it) => {
    it.effect("are these", () =>
      Effect.gen(function* () {
        yield* Effect.forEach(tasks, (task) => Put.into(Task, task), { concurrency: 8, discard: true })
        const chores = Array.from({ length: 20 }, (_, i) => task(i * 4 + 1))
        yield* Effect.forEach(chores, (chore) => Put.into(Chore, chore), { concurrency: 8, discard: true })
      })
    )

    it.effect("are read in batches, in the order of the index", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* open.hydrate(), tasks)
          const batches = sent.filter(({ operation }) => operation === "BatchGetItem")
          assert.strictEqual(sent.length - batches.length, 1)
          const sizes = batches.map(({ input }) => {
            const { hydrated } = input["RequestItems"] as {
              readonly hydrated: { readonly Keys: ReadonlyArray<object> }
            }
            return hydrated.Keys.length
          })
          assert.deepStrictEqual(sizes, [100, 100, 30])
          assert.deepStrictEqual(yield* open.hydrate().reverse(), tasks.toReversed())
        })
      )
    )

    it.effect("keep to limits, pages and cursors of the index", () =>
      Effect.gen(function* () {
        for (const limit of [1, 7, 100, 101, 230, 500]) {
          for (const pageSize of [undefined, 3, 90]) {
            const query =
              pageSize === undefined ? open.hydrate().limit(limit) : open.hydrate().limit(limit).pageSize(pageSize)
            assert.deepStrictEqual(yield* query, tasks.slice(0, limit))
          }
        }
        const pages: Array<Page.Page<Task>> = []
        let page = yield* open.hydrate().limit(40).page()
        pages.push(page)
        while (Option.isSome(page.cursor)) {
          page = yield* open.hydrate().limit(40).page({ after: page.cursor.value })
          pages.push(page)
        }
        assert.deepStrictEqual(
          pages.flatMap(({ items }) => items),
          tasks
        )
        assert.deepStrictEqual(yield* Stream.runCollect(open.pageSize(33).hydrate().stream()), tasks)
        assert.deepStrictEqual(yield* open.hydrate().first(), Option.some(tasks[0]))
      })
    )

    it.effect("pass the index's filter, and can be selected of", () =>
      Effect.gen(function* () {
        const expected = tasks.filter(({ rank }) => rank === 1)
        assert.deepStrictEqual(yield* open.filter({ rank: 1 }).hydrate(), expected)
        const texts = expected.map(({ text }) => ({ text }))
        assert.deepStrictEqual(yield* open.filter({ rank: 1 }).hydrate().select("text"), texts)
      })
    )

    it.effect("are left out where they were deleted meanwhile", () =>
      Effect.gen(function* () {
        const { transport } = yield* DynamoClient.DynamoClient
        const racing = DynamoClient.make({
          send: (operation, input) =>
            operation === "BatchGetItem"
              ? Effect.andThen(
                  Effect.orDie(Delete.from(Task).key({ id: tasks[1]!.id })).pipe(
                    Effect.provideService(DynamoClient.DynamoClient, DynamoClient.make(transport))
                  ),
                  transport.send(operation, input)
                )
              : transport.send(operation, input)
        })
        const page = yield* open
          .hydrate()
          .limit(3)
          .page()
          .pipe(Effect.provideService(DynamoClient.DynamoClient, racing))
        assert.deepStrictEqual(page.items, [task(0), task(4), task(6)])
      })
    )
  })
)

describe("unprocessed keys", () => {
  const item = (i: number) => ({
    pk: { S: `TASK#${task(i).id}` },
    sk: { S: "TASK" },
    state: { S: "open" },
    gsi1sk: { S: task(i).id },
    id: { S: task(i).id },
    rank: { N: String(i % 3) },
    text: { S: `task ${i}` },
    note: { S: "n" }
  })

  /** Processes so many keys of each batch, one after another. */
  const processing = (counts: ReadonlyArray<number>) => {
    let calls = 0
    return answering((operation, input) =>
      Effect.sync(() => {
        if (operation === "Query") return { Items: [0, 1, 2].map(item), ScannedCount: 3 }
        const { Keys } = (input["RequestItems"] as Record<string, { readonly Keys: ReadonlyArray<object> }>)[
          "hydrated"
        ]!
        const count = counts[calls++] ?? Keys.length
        const answered = Keys.slice(0, count).map((key) => item(Number((key as ReturnType<typeof item>).pk.S.slice(5))))
        const left = Keys.slice(count)
        return {
          Responses: { hydrated: answered.toReversed() },
          UnprocessedKeys: left.length === 0 ? {} : { hydrated: { Keys: left } },
          ConsumedCapacity: [{ CapacityUnits: 0.5 }]
        }
      })
    )
  }
  const policy = RetryPolicy.fromSchedule(Schedule.spaced("1 second").pipe(Schedule.upTo({ times: 2 })))

  it.effect("are asked for again after the policy's delays", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        open
          .hydrate()
          .page()
          .pipe(DynamoClient.withRetry(policy), Effect.provide(processing([1, 0, 1])))
      )
      yield* TestClock.adjust("2999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      const page = yield* Fiber.join(fiber)
      assert.deepStrictEqual(page.items, [task(0), task(1), task(2)])
      assert.deepStrictEqual(page.consumedCapacity, Option.some(2))
    })
  )

  it.effect("are an error where the policy ends without any", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        Effect.flip(open.hydrate()).pipe(DynamoClient.withRetry(policy), Effect.provide(processing([0, 0, 0, 0])))
      )
      yield* TestClock.adjust("2 seconds")
      const error = yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        [error._tag, error.operation, error.message],
        ["ThroughputExceeded", "BatchGetItem", "DynamoDB left 3 of 3 keys of a batch unprocessed"]
      )
    })
  )

  it.effect("of a batch that brought some are asked for even where nothing is retried", () =>
    Effect.gen(function* () {
      const items = yield* open.hydrate().pipe(DynamoClient.noRetry, Effect.provide(processing([1, 1, 1])))
      assert.strictEqual(items.length, 3)
    })
  )
})
