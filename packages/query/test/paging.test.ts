import { DynamoClient } from "@effect-dynamo/client"
import { DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema, Stream } from "effect"
import { inspect } from "node:util"
import { engines } from "../../testing/test-support/engines.ts"
import { Cursor, type Page, Put, Query } from "../src/main.ts"
import { recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Logs = Table.make("logs", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    byLevel: Index.global({ partitionKey: "level", sortKey: { name: "rank", type: "N" } }),
    byRank: Index.local({ sortKey: { name: "rank", type: "N" }, projection: Index.keysOnly }),
    inverted: Index.global({ partitionKey: "sk", sortKey: "pk" })
  }
})

const fields = { host: Schema.String, id: Schema.String, level: Schema.String, rank: Schema.Int }

const Log = Entity.make("Log", {
  schema: Schema.Struct(fields),
  table: Logs,
  partitionKey: Key.template("H#{host}"),
  sortKey: Key.template("{id}")
})
type Log = typeof Log.Type

/** Stands among the logs. */
const Note = Entity.make("Note", {
  schema: Schema.Struct(fields),
  table: Logs,
  partitionKey: Key.template("H#{host}"),
  sortKey: Key.template("{id}")
})

const number = (i: number) => String(i).padStart(3, "0")
const make = (host: string, i: number): Log => ({ host, id: number(i), level: "info", rank: i % 3 })

type AnyQuery = Query.Query<typeof Log, Query.Primary>

/** All pages of a query, one after another, each from its own cursor. */
const walk = (query: AnyQuery) =>
  Effect.gen(function* () {
    const pages: Array<Page.Page<Log>> = []
    let page = yield* query.page()
    pages.push(page)
    while (Option.isSome(page.cursor)) {
      assert.isBelow(pages.length, 200, "a walk ends")
      page = yield* query.page({ after: page.cursor.value })
      pages.push(page)
    }
    return pages
  })

engines("pages", (it) =>
  withTables(it, [Logs], (it) => {
    // Logs and notes in turns, three notes at the end, and logs of another host with the same ids.
    const logs = Array.from({ length: 17 }, (_, i) => make("a", i * 2))
    const notes = [
      ...Array.from({ length: 9 }, (_, i) => make("a", i * 4 + 1)),
      ...[40, 41, 42].map((i) => make("a", i))
    ]
    const elsewhere = Array.from({ length: 3 }, (_, i) => make("b", i * 2))
    const write = Effect.all(
      [...logs, ...elsewhere]
        .map((log) => Effect.asVoid(Put.into(Log, log)))
        .concat(
          notes.map((note) => Effect.asVoid(Put.into(Note, { ...note, level: note.rank === 0 ? "info" : "warn" })))
        ),
      { concurrency: 8, discard: true }
    )
    it.effect("are of these items", () => write)

    const queries: ReadonlyArray<readonly [string, AnyQuery]> = [
      ["the table", Query.from(Log).pk("a")],
      ["the table, backwards", Query.from(Log).pk("a").reverse()],
      ["a range of it", Query.from(Log).pk("a").sk.between("004", "020")],
      ["a local index, with equal sort keys", Query.from(Log).index("byRank").pk("a") as unknown as AnyQuery],
      ["a local index, backwards", Query.from(Log).index("byRank").pk("a").reverse() as unknown as AnyQuery],
      ["a global index, with equal sort keys", Query.from(Log).index("byLevel").pk("info") as unknown as AnyQuery],
      ["a global index, backwards", Query.from(Log).index("byLevel").pk("info").reverse() as unknown as AnyQuery],
      ["one sort key of many", Query.from(Log).index("byLevel").pk("info").sk.eq(1) as unknown as AnyQuery],
      ["the inverted index", Query.from(Log).index("inverted").pk("002") as unknown as AnyQuery]
    ]

    it.effect.each(queries)(
      "%s: each limit and each page size give every item once, in order",
      ([, query]) =>
        Effect.gen(function* () {
          const whole = yield* query
          assert.isAbove(whole.length, 1)
          assert.deepStrictEqual(yield* Stream.runCollect(query.stream()), whole)
          for (const limit of [undefined, 1, 5, 17]) {
            const limited = limit === undefined ? query : query.limit(limit)
            for (const pageSize of [undefined, 1, 12, 100]) {
              const sized = pageSize === undefined ? limited : limited.pageSize(pageSize)
              const pages = yield* walk(sized)
              assert.deepStrictEqual(
                pages.flatMap((page) => page.items),
                whole
              )
              for (const [i, page] of pages.entries()) {
                assert.strictEqual(page.count, page.items.length)
                assert.isAtLeast(page.scannedCount, page.count)
                // A page is full, or the last one with items.
                if (limit !== undefined && i < pages.length - 1) assert.strictEqual(page.count, limit)
              }
              // A page size alone changes nothing about how these go on.
              if (pageSize === 100) continue
              const firstItems = limit === undefined ? whole : whole.slice(0, limit)
              assert.deepStrictEqual(yield* sized, firstItems)
              assert.deepStrictEqual(yield* Stream.runCollect(sized.stream()), firstItems)
              const streamed = yield* Stream.runCollect(sized.pages())
              assert.deepStrictEqual(
                streamed.flatMap((page) => page.items),
                firstItems
              )
            }
          }
        }),
      { timeout: 120_000 }
    )

    it.effect("are read consistently from the table and from a local index", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          yield* Put.into(Log, make("e", 1))
          assert.deepStrictEqual(yield* Query.from(Log).pk("e").consistent(), [make("e", 1)])
          assert.deepStrictEqual(yield* Query.from(Log).index("byRank").pk("e").consistent(), [make("e", 1)])
          assert.deepStrictEqual(
            sent.map(({ input }) => input["ConsistentRead"]),
            [undefined, true, true]
          )
        })
      )
    )

    it.effect("first gives the first item there is, however many of others stand before it", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* Query.from(Log).pk("a").first(), Option.some(logs[0]))
        assert.deepStrictEqual(yield* Query.from(Log).pk("a").reverse().first(), Option.some(logs.at(-1)))
        assert.deepStrictEqual(yield* Query.from(Log).pk("nobody").first(), Option.none())
        yield* Effect.forEach(
          Array.from({ length: 100 }, (_, i) => make("c", i)),
          (note) => Put.into(Note, note),
          {
            concurrency: 8
          }
        )
        yield* Put.into(Log, make("c", 500))
        yield* recorded((sent) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* Query.from(Log).pk("c").first(), Option.some(make("c", 500)))
            assert.deepStrictEqual(yield* Query.from(Log).pk("c").limit(1), [make("c", 500)])
            // 1, 2, 6, … 54: where nothing was found, twice as many as before are looked at.
            assert.isAtMost(sent.length, 14)
            assert.deepStrictEqual(
              sent.slice(0, 3).map(({ input }) => input["Limit"]),
              [1, 2, 6]
            )
          })
        )
      })
    )

    it.effect("hold nothing where nothing is", () =>
      Effect.gen(function* () {
        const page = yield* Query.from(Log).pk("nobody").page()
        assert.deepStrictEqual([page.items, page.count, page.scannedCount], [[], 0, 0])
        assert.isTrue(Option.isNone(page.cursor))
        assert.deepStrictEqual(yield* Query.from(Log).pk("nobody"), [])
        assert.deepStrictEqual(yield* Stream.runCollect(Query.from(Log).pk("nobody").stream()), [])
      })
    )

    it.effect("of others' items alone are empty, with a cursor that goes on", () =>
      Effect.gen(function* () {
        const query = Query.from(Log).pk("a").sk.gte("033").pageSize(1)
        const page = yield* query.page()
        assert.deepStrictEqual([page.items, page.scannedCount], [[], 1])
        assert.isTrue(Option.isSome(page.cursor))
        assert.deepStrictEqual(yield* query, [])
        assert.deepStrictEqual(yield* query.limit(5), [])
        const bounded = yield* query.limit(5).page()
        assert.isTrue(Option.isNone(bounded.cursor), "the end has been seen")
      })
    )

    it.effect("say what they cost, summed over their requests", () =>
      Effect.gen(function* () {
        const page = yield* Query.from(Log).pk("a").limit(17).pageSize(2).page()
        assert.isAbove(Option.getOrThrow(page.consumedCapacity), 0.5)
      })
    )

    it.effect("a cursor is of its query alone", () =>
      Effect.gen(function* () {
        const { cursor } = yield* Query.from(Log).pk("a").limit(2).page()
        const after = Option.getOrThrow(cursor)
        assert.isTrue(Cursor.isCursor(after))
        for (const other of [
          Query.from(Log).pk("b"),
          Query.from(Log).pk("a").sk.gte("002"),
          Query.from(Log).index("byRank").pk("a") as unknown as AnyQuery,
          Query.from(Log).index("byLevel").pk("info") as unknown as AnyQuery
        ]) {
          const error = yield* Effect.flip(other.page({ after }))
          assert.instanceOf(error, DynamoError.CursorError)
          assert.deepInclude(error, { operation: "Query", table: "logs" })
          assert.notInclude(JSON.stringify(error), "H#a")
        }
        for (const no of [{}, "text", { identity: "x" }]) {
          const error = yield* Effect.flip(
            Query.from(Log)
              .pk("a")
              .page({ after: no as never })
          )
          assert.strictEqual(error._tag, "CursorError")
        }
        // How much is read at a time is no part of what is read.
        const rest = yield* Query.from(Log).pk("a").limit(100).pageSize(4).page({ after })
        assert.deepStrictEqual(rest.items, logs.slice(2))
      })
    )

    it.effect("a cursor shows no keys", () =>
      Effect.gen(function* () {
        const { cursor } = yield* Query.from(Log).pk("a").limit(2).page()
        assert.notInclude(
          `${JSON.stringify(cursor)} ${String(cursor)} ${inspect(cursor, { showHidden: false })}`,
          "H#a"
        )
      })
    )

    it.effect("goes on after an item that is gone, and finds what came later", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        yield* Effect.forEach([1, 3, 5, 7], (i) => Put.into(Log, make("d", i)))
        const query = Query.from(Log).pk("d").limit(2)
        const { cursor } = yield* query.page()
        yield* client.deleteItem({ TableName: "logs", Key: { pk: { S: "H#d" }, sk: { S: "003" } } })
        yield* Put.into(Log, make("d", 2))
        yield* Put.into(Log, make("d", 4))
        const { items } = yield* query.page({ after: Option.getOrThrow(cursor) })
        assert.deepStrictEqual(
          items.map(({ id }) => id),
          ["004", "005"]
        )
      })
    )

    it.effect("nothing is read before it is asked for", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          const query = Query.from(Log).pk("a").pageSize(2)
          const stream = query.stream()
          const pages = query.pages()
          assert.strictEqual(sent.length, 0)
          yield* Stream.runCollect(Stream.take(stream, 1))
          assert.isAtMost(sent.length, 2)
          const before = sent.length
          yield* Stream.runCollect(Stream.take(pages, 2))
          assert.isAtMost(sent.length - before, 3)
          assert.isAbove(sent.length - before, 1)
        })
      )
    )

    it.effect("a limit asks for no more than it needs", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          yield* Query.from(Log).pk("b").limit(2)
          assert.deepStrictEqual(
            sent.map(({ input }) => input["Limit"]),
            [2]
          )
          yield* Stream.runDrain(Query.from(Log).pk("b").limit(2).pageSize(1).stream())
          assert.deepStrictEqual(
            sent.slice(1).map(({ input }) => input["Limit"]),
            [1, 1]
          )
        })
      )
    )

    it.effect(
      "of one megabyte hold what there is, in as many requests as it takes",
      () =>
        Effect.gen(function* () {
          const Blob = Entity.make("Blob", {
            schema: Schema.Struct({ ...fields, data: Schema.String }),
            table: Logs,
            partitionKey: ["host"],
            sortKey: ["id"]
          })
          const data = "x".repeat(90_000)
          const ids = Array.from({ length: 30 }, (_, i) => number(i))
          yield* Effect.forEach(ids, (id) => Put.into(Blob, { ...make("big", 0), id, data }), { concurrency: 4 })
          yield* recorded((sent) =>
            Effect.gen(function* () {
              const all = yield* Query.from(Blob).pk("big")
              assert.deepStrictEqual(
                all.map(({ id }) => id),
                ids
              )
              assert.isAtLeast(sent.length, 3)
              const requests = sent.length
              const limited = yield* Query.from(Blob).pk("big").limit(25)
              assert.deepStrictEqual(
                limited.map(({ id }) => id),
                ids.slice(0, 25)
              )
              assert.isAtLeast(sent.length - requests, 3)
              const page = yield* Query.from(Blob).pk("big").reverse().page()
              assert.isBelow(page.count, 20)
              const next = yield* Query.from(Blob)
                .pk("big")
                .reverse()
                .page({ after: Option.getOrThrow(page.cursor) })
              assert.strictEqual(next.items[0]?.id, ids[29 - page.count])
            })
          )
        }),
      { timeout: 60_000 }
    )
  })
)
