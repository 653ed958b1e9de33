import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import * as Condition from "@effect-dynamo/core/Condition"
import { assert } from "@effect/vitest"
import { Arbitrary, Effect, Option, Schema, Stream } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Cursor, type Page, Put, Query, Scan } from "../src/main.ts"
import { recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Shared = Table.make("shared", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    byLevel: Index.global({ partitionKey: "level", sortKey: { name: "rank", type: "N" } }),
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" })
  }
})

const fields = {
  host: Schema.String,
  id: Schema.String,
  level: Schema.String,
  rank: Schema.Int,
  note: Schema.optionalKey(Schema.String)
}

const Log = Entity.make("Log", {
  schema: Schema.Struct(fields),
  table: Shared,
  partitionKey: Key.template("H#{host}"),
  sortKey: Key.template("L#{id}"),
  indexes: {
    late: {
      index: "gsi1",
      when: { level: ["warn"] },
      partitionKey: Key.template("{level}"),
      sortKey: Key.template("{id}")
    },
    rest: {
      index: "gsi1",
      when: { level: ["info"] },
      partitionKey: Key.template("{level}"),
      sortKey: Key.template("{id}")
    }
  }
})
type Log = typeof Log.Type

/** Another entity's items stand among them, under keys of the same form. */
const Note = Entity.make("Note", {
  schema: Schema.Struct({ host: Schema.String, id: Schema.String, level: Schema.String, rank: Schema.Int }),
  table: Shared,
  partitionKey: Key.template("H#{host}"),
  sortKey: Key.template("{id}")
})

/** Unmarked: keys decide whose an item is. */
const Plain = Entity.make("Plain", {
  schema: Schema.Struct({ id: Schema.String, size: Schema.Int }),
  table: Shared,
  partitionKey: Key.template("PLAIN#{id}"),
  sortKey: Key.template("PLAIN"),
  config: { entityTypeAttribute: false }
})

const number = (i: number) => String(i).padStart(4, "0")
const logs: ReadonlyArray<Log> = Array.from({ length: 60 }, (_, i) => ({
  host: `h${i % 7}`,
  id: number(i),
  level: i % 3 === 0 ? "warn" : "info",
  rank: i % 5,
  ...(i % 4 === 0 ? { note: `n${i}` } : {})
}))
const plains = Array.from({ length: 9 }, (_, i) => ({ id: `p${i}`, size: i }))

const ids = (items: ReadonlyArray<{ readonly id: string }>) => items.map(({ id }) => id).sort()
const idsWhere = (keep: (log: Log) => boolean) => ids(logs.filter(keep))

type AnyScan = Scan.Scan<typeof Log, Query.Primary>

/** All pages of a scan, one after another, each from its own cursor, as it comes back from text. */
const walk = (scan: AnyScan) =>
  Effect.gen(function* () {
    const pages: Array<Page.Page<Log>> = []
    let page = yield* scan.page()
    pages.push(page)
    while (Option.isSome(page.cursor)) {
      assert.isBelow(pages.length, 300, "a walk ends")
      page = yield* scan.page({ after: yield* Cursor.decode(yield* Cursor.encode(page.cursor.value)) })
      pages.push(page)
    }
    return pages
  })

engines("scan", (it) =>
  withTables(it, [Shared], (it) => {
    it.effect("has these items", () =>
      Effect.all(
        [
          ...logs.map((log) => Effect.asVoid(Put.into(Log, log))),
          ...logs.slice(0, 40).map(({ note: _, ...log }) => Effect.asVoid(Put.into(Note, log))),
          ...plains.map((plain) => Effect.asVoid(Put.into(Plain, plain)))
        ],
        { concurrency: 8, discard: true }
      )
    )

    it.effect("gives the entity's items, and no others", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(ids(yield* Scan.from(Log)), ids(logs))
        assert.deepStrictEqual(ids(yield* Scan.from(Note)), ids(logs.slice(0, 40)))
        assert.deepStrictEqual(ids(yield* Scan.from(Plain)), ids(plains))
        assert.deepStrictEqual(ids(yield* Scan.from(Plain).filter((p) => p.size.gt(4))), ["p5", "p6", "p7", "p8"])
        // What has no marker counts: keys decide after reading.
        assert.strictEqual(yield* Scan.from(Log).count(), 69)
        assert.strictEqual(
          yield* Scan.from(Log)
            .filter((log) => log.level.exists())
            .count(),
          60
        )
        assert.deepStrictEqual(
          Option.map(yield* Scan.from(Log).filter({ id: "0007" }).first(), ({ id }) => id),
          Option.some("0007")
        )
        assert.deepStrictEqual(yield* Scan.from(Log).filter({ id: "nope" }).first(), Option.none())
      })
    )

    it.effect("filters, on key attributes too, and selects", () =>
      Effect.gen(function* () {
        const scan = Scan.from(Log).filter((log) => Condition.and(log.level.eq("warn"), log.rank.gte(3)))
        assert.deepStrictEqual(
          ids(yield* scan),
          idsWhere((log) => log.level === "warn" && log.rank >= 3)
        )
        assert.strictEqual(yield* scan.count(), idsWhere((log) => log.level === "warn" && log.rank >= 3).length)
        assert.deepStrictEqual(ids(yield* scan.segments(5)), ids(yield* scan))
        const selected = yield* Scan.from(Log).select("id", "note").filter({ host: "h0" })
        const expected = logs
          .filter(({ host }) => host === "h0")
          .map(({ id, note }) => (note === undefined ? { id } : { id, note }))
        assert.sameDeepMembers([...selected], expected)
        // Key attributes of the index that is read.
        const warned = Scan.from(Log)
          .index("byLevel")
          .filter((log) => Condition.and(log.level.eq("warn"), log.rank.eq(0)))
        assert.deepStrictEqual(
          ids(yield* warned),
          idsWhere((log) => log.level === "warn" && log.rank === 0)
        )
      })
    )

    it.effect("reads an index: what its access pattern has of it", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(
          ids(yield* Scan.from(Log).index("late")),
          idsWhere(({ level }) => level === "warn")
        )
        assert.deepStrictEqual(
          ids(yield* Scan.from(Log).index("rest").segments(3)),
          idsWhere(({ level }) => level === "info")
        )
        assert.deepStrictEqual(ids(yield* Scan.from(Log).index("byLevel")), ids(logs))
      })
    )

    const scans: ReadonlyArray<readonly [string, AnyScan, ReadonlyArray<string>]> = [
      ["the table", Scan.from(Log), ids(logs)],
      [
        "a filter, consistently",
        Scan.from(Log).consistent().filter({ level: "warn" }),
        idsWhere(({ level }) => level === "warn")
      ],
      ["an index", Scan.from(Log).index("byLevel") as unknown as AnyScan, ids(logs)],
      ["a sparse index", Scan.from(Log).index("late") as unknown as AnyScan, idsWhere(({ level }) => level === "warn")]
    ]

    it.effect.each(scans)(
      "%s: each limit and page size give every item once, in one order",
      ([, scan, expected]) =>
        Effect.gen(function* () {
          const whole = yield* scan
          assert.deepStrictEqual(ids(whole), expected)
          for (const limit of [undefined, 7, 100]) {
            const limited = limit === undefined ? scan : scan.limit(limit)
            for (const pageSize of [undefined, 1, 3, 50]) {
              if (limit === 1 && pageSize === 1) continue
              const sized = pageSize === undefined ? limited : limited.pageSize(pageSize)
              const pages = yield* walk(sized)
              assert.deepStrictEqual(
                pages.flatMap(({ items }) => items),
                whole
              )
              const first = limit === undefined ? whole : whole.slice(0, limit)
              assert.deepStrictEqual(yield* sized, first)
              assert.deepStrictEqual(yield* Stream.runCollect(sized.stream()), first)
              assert.deepStrictEqual(
                (yield* Stream.runCollect(sized.pages())).flatMap(({ items }) => items),
                first
              )
            }
          }
        }),
      { timeout: 120_000 }
    )

    it.effect(
      "its segments make up the whole, nothing twice",
      () =>
        Effect.gen(function* () {
          for (const total of [1, 2, 3, 8, 100]) {
            const parts = yield* Effect.forEach(
              Array.from({ length: total }, (_, i) => i),
              (i) => Scan.from(Log).segment(i, total)
            )
            assert.deepStrictEqual(ids(parts.flat()), ids(logs))
            // One by one, at the pace of a page each.
            const walked = yield* Effect.forEach(
              Array.from({ length: Math.min(total, 8) }, (_, i) => i),
              (i) => walk(Scan.from(Log).segment(i, Math.min(total, 8)).pageSize(4))
            )
            assert.deepStrictEqual(ids(walked.flat().flatMap(({ items }) => items)), ids(logs))
            const parallel = Scan.from(Log).segments(total).pageSize(5)
            assert.deepStrictEqual(ids(yield* parallel), ids(logs))
            assert.deepStrictEqual(ids(yield* Stream.runCollect(parallel.stream())), ids(logs))
            assert.strictEqual(yield* parallel.filter((log) => log.level.exists()).count(), 60)
            const pages = yield* Stream.runCollect(parallel.pages())
            assert.deepStrictEqual(ids(pages.flatMap(({ items }) => items)), ids(logs))
          }
        }),
      { timeout: 120_000 }
    )

    it.effect("a limit is of all segments together", () =>
      Effect.gen(function* () {
        for (const limit of [1, 2, 10, 59, 60, 61]) {
          const scan = Scan.from(Log).segments(4).limit(limit)
          const found = ids(yield* scan)
          assert.strictEqual(found.length, Math.min(limit, 60))
          assert.strictEqual(new Set(found).size, found.length)
          assert.strictEqual(yield* scan.filter((log) => log.level.exists()).count(), Math.min(limit, 60))
          const pages = yield* Stream.runCollect(scan.pages())
          assert.strictEqual(
            pages.reduce((sum, page) => sum + page.count, 0),
            Math.min(limit, 60)
          )
          for (const page of pages) assert.strictEqual(page.count, page.items.length)
        }
        assert.isTrue(Option.isSome(yield* Scan.from(Log).segments(4).filter({ id: "0033" }).first()))
      })
    )

    it.effect(
      "a budget is of all segments together, and the page says that it ended the scan",
      () =>
        Effect.gen(function* () {
          for (const concurrency of [1, 3, 8]) {
            for (const budget of [1, 5, 17, 108, 109, 110, 500]) {
              yield* recorded((sent) =>
                Effect.gen(function* () {
                  const scan = Scan.from(Log).segments(4).maxScanned(budget)
                  const pages = yield* Stream.runCollect(scan.pages()).pipe(DynamoClient.withConcurrency(concurrency))
                  const scanned = pages.reduce((sum, page) => sum + page.scannedCount, 0)
                  assert.strictEqual(scanned, Math.min(budget, 109), "as much as it allows, and no more")
                  // DynamoDB may not know yet that nothing follows what it looked at last.
                  if (budget < 109 || budget === 500) {
                    assert.strictEqual(
                      pages.some((page) => page.stoppedEarly),
                      budget < 109
                    )
                  }
                  const requests = sent.length
                  const few = Scan.from(Log).segments(4).pageSize(3).maxPages(6)
                  const some = yield* Stream.runCollect(few.pages()).pipe(DynamoClient.withConcurrency(concurrency))
                  assert.strictEqual(sent.length - requests, 6)
                  assert.isTrue(some.at(-1)!.stoppedEarly || some.some((page) => page.stoppedEarly))
                })
              )
            }
          }
        }),
      { timeout: 60_000 }
    )

    it.effect(
      "goes on from each checkpoint, repeating and skipping nothing",
      () =>
        Effect.gen(function* () {
          for (const [total, pageSize] of [
            [1, 7],
            [4, 3],
            [8, 50],
            [100, 1]
          ] as const) {
            const scan = Scan.from(Log).segments(total).pageSize(pageSize)
            const run = yield* Stream.runCollect(Scan.checkpoint(scan)).pipe(DynamoClient.withConcurrency(5))
            assert.deepStrictEqual(ids(run.flatMap(({ items }) => items)), ids(logs))
            const before: Array<Log> = []
            for (const [i, { checkpoint, items }] of run.entries()) {
              before.push(...items)
              assert.strictEqual(checkpoint.isComplete, i === run.length - 1)
              // Enough of them to see.
              if (i % Math.ceil(run.length / 12) !== 0 && i !== run.length - 1) continue
              const text = yield* Scan.encodeCheckpoint(checkpoint)
              assert.match(text, /^[\w-]+$/)
              for (const again of [checkpoint, yield* Scan.decodeCheckpoint(text)]) {
                const rest = yield* Stream.runCollect(Scan.from(Log).segments(total).resume(again).stream())
                assert.deepStrictEqual(ids([...before, ...rest]), ids(logs))
              }
            }
          }
        }),
      { timeout: 120_000 }
    )

    it.effect(
      "goes on from where a limit cut it, or a budget, again and again",
      () =>
        Effect.gen(function* () {
          for (const once of [
            (scan: Scan.Segmented<typeof Log, Query.Primary>) => scan.limit(7),
            (scan: Scan.Segmented<typeof Log, Query.Primary>) => scan.maxPages(3).pageSize(4),
            (scan: Scan.Segmented<typeof Log, Query.Primary>) => scan.maxScanned(11),
            (scan: Scan.Segmented<typeof Log, Query.Primary>) => scan.limit(5).pageSize(9)
          ]) {
            const found: Array<Log> = []
            let saved: string | undefined
            for (let runs = 0; ; runs++) {
              assert.isBelow(runs, 100)
              const bounded = once(Scan.from(Log).segments(5))
              const scan = saved === undefined ? bounded : bounded.resume(yield* Scan.decodeCheckpoint(saved))
              const run = yield* Stream.runCollect(scan.checkpoints())
              found.push(...run.flatMap(({ items }) => items))
              const { checkpoint } = run.at(-1)!
              if (checkpoint.isComplete) break
              saved = yield* Scan.encodeCheckpoint(checkpoint)
            }
            assert.deepStrictEqual(ids(found), ids(logs))
          }
        }),
      { timeout: 60_000 }
    )

    it.effect(
      "random scans give what the same does in memory",
      () =>
        Arbitrary.checkEffect(
          Arbitrary.schema(
            Schema.Struct({
              rank: Schema.Literals([0, 2, 4, 5]),
              level: Schema.Literals(["info", "warn", "none"]),
              total: Schema.Literals([1, 2, 5, 16]),
              pageSize: Schema.Literals([1, 4, 13, 100]),
              limit: Schema.Literals([1, 6, 30, 100]),
              concurrency: Schema.Literals([1, 2, 8])
            })
          ),
          ({ concurrency, level, limit, pageSize, rank, total }) =>
            Effect.gen(function* () {
              const scan = Scan.from(Log)
                .filter({ level })
                .filter((log) => log.rank.gte(rank))
                .pageSize(pageSize)
                .limit(limit)
              const expected = idsWhere((log) => log.level === level && log.rank >= rank)
              const found = ids(yield* scan)
              const parallel = ids(yield* scan.segments(total).pipe(DynamoClient.withConcurrency(concurrency)))
              for (const one of [found, parallel]) {
                assert.strictEqual(one.length, Math.min(limit, expected.length))
                assert.strictEqual(new Set(one).size, one.length)
                assert.includeMembers([...expected], one)
              }
              return true
            }),
          { runs: 15, seed: 3 }
        ).pipe(Effect.map((result) => assert.strictEqual(result._tag, "Passed"))),
      { timeout: 60_000 }
    )

    it.effect("cursors and checkpoints are of their scan alone", () =>
      Effect.gen(function* () {
        const { cursor } = yield* Scan.from(Log).limit(3).page()
        const after = Option.getOrThrow(cursor)
        const text = yield* Cursor.encode(after)
        for (const other of [
          Scan.from(Note),
          Scan.from(Log).index("byLevel"),
          Scan.from(Log).segment(0, 2),
          Query.from(Log).pk("h0")
        ] as ReadonlyArray<unknown> as ReadonlyArray<AnyScan>) {
          for (const one of [after, yield* Cursor.decode(text)]) {
            const error = yield* Effect.flip(other.page({ after: one }))
            assert.strictEqual(error._tag, "CursorError")
          }
        }
        const ofSegment = Option.getOrThrow((yield* Scan.from(Log).segment(1, 2).limit(1).page()).cursor)
        for (const other of [Scan.from(Log), Scan.from(Log).segment(0, 2), Scan.from(Log).segment(1, 3)]) {
          assert.strictEqual((yield* Effect.flip(other.page({ after: ofSegment })))._tag, "CursorError")
        }
        const [first] = yield* Stream.runCollect(Stream.take(Scan.from(Log).segments(4).checkpoints(), 1))
        const decoded = yield* Scan.decodeCheckpoint(yield* Scan.encodeCheckpoint(first!.checkpoint))
        for (const checkpoint of [first!.checkpoint, decoded]) {
          for (const other of [
            Scan.from(Log).segments(5),
            Scan.from(Log).index("byLevel").segments(4),
            Scan.from(Note).segments(4)
          ] as ReadonlyArray<unknown> as ReadonlyArray<Scan.Segmented<typeof Log, Query.Primary>>) {
            assert.strictEqual((yield* Effect.flip(other.resume(checkpoint).pipe(Effect.asVoid)))._tag, "CursorError")
          }
          // What is filtered and how much is read at a time is no part of it.
          yield* Scan.from(Log).segments(4).filter({ level: "warn" }).pageSize(3).resume(checkpoint)
        }
        for (const no of [{}, "text", undefined]) {
          const scan = Scan.from(Log)
            .segments(4)
            .resume(no as never)
          if (no !== undefined) assert.strictEqual((yield* Effect.flip(scan.pipe(Effect.asVoid)))._tag, "CursorError")
        }
      })
    )

    it.effect("cursors of parallel pages go on in their own segment", () =>
      Effect.gen(function* () {
        const scan = Scan.from(Log).segments(2).pageSize(10)
        const [page] = yield* Stream.runCollect(Stream.take(scan.pages(), 1))
        const after = Option.getOrThrow(page!.cursor)
        const results = yield* Effect.forEach([0, 1], (i) => Effect.exit(Scan.from(Log).segment(i, 2).page({ after })))
        assert.deepStrictEqual(results.map(({ _tag }) => _tag).sort(), ["Failure", "Success"])
      })
    )
  })
)
