import { DynamoClient } from "@effect-dynamo/client"
import { type DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { engines } from "../../testing/test-support/engines.ts"
import { Cursor, type Page, Put, Query, Scan } from "../src/main.ts"
import { answering, recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Sessions = Table.make("sessions", {
  partitionKey: "pk",
  sortKey: "sk",
  timeToLive: "ttl",
  indexes: {
    byExpiry: Index.global({ partitionKey: "state", sortKey: { name: "ttl", type: "N" } }),
    bare: Index.global({ partitionKey: "state", sortKey: "sk", projection: Index.keysOnly }),
    told: Index.global({ partitionKey: "state", sortKey: "pk", projection: Index.include(["ttl", "_type"]) }),
    byRank: Index.local({ sortKey: { name: "rank", type: "N" }, projection: Index.keysOnly })
  }
})

const Session = Entity.make("Session", {
  schema: Schema.Struct({
    user: Schema.String,
    id: Schema.String,
    state: Schema.String,
    rank: Schema.Int,
    until: Schema.optionalKey(Schema.Date)
  }).pipe(Schema.encodeKeys({ until: "ttl" })),
  table: Sessions,
  partitionKey: Key.template("U#{user}"),
  sortKey: Key.template("S#{id}"),
  timeToLive: "until"
})
type Session = typeof Session.Type

/** In the same partition; its items do not expire, whatever stands in the attribute. */
const Record = Entity.make("Record", {
  schema: Schema.Struct({ user: Schema.String, id: Schema.String, ttl: Schema.Date }),
  table: Sessions,
  partitionKey: Key.template("U#{user}"),
  sortKey: Key.template("R#{id}")
})

/** In the same partition, without the attribute. */
const Profile = Entity.make("Profile", {
  schema: Schema.Struct({ user: Schema.String }),
  table: Sessions,
  partitionKey: Key.template("U#{user}"),
  sortKey: Key.template("P")
})

const past = new Date(1_000_000)
const future = new Date(32_503_680_000_000)
/** Of four, two have expired: the first and the last, and between two others. */
const session = (id: string, rank: number, until?: Date): Session => ({
  user: "u",
  id,
  state: "open",
  rank,
  ...(until === undefined ? undefined : { until })
})
const all = [
  session("a", 1, past),
  session("b", 2, future),
  session("c", 3, past),
  session("d", 4),
  session("e", 5, new Date(future.getTime() + 1000)),
  session("f", 6, past)
]
const live = all.filter(({ until }) => until !== past)
const timed = live.filter(({ until }) => until !== undefined)
const inOrder = (sessions: ReadonlyArray<Session>) => sessions.toSorted((a, b) => a.rank - b.rank)

const sessions = Query.from(Session).pk({ user: "u" })
const byExpiry = Query.from(Session).index("byExpiry").pk("open")
const bare = Query.from(Session).index("bare").pk({ state: "open" })
const byRank = Query.from(Session).index("byRank").pk({ user: "u" })

/** What reads have in common. */
interface Read extends Effect.Effect<ReadonlyArray<Session>, Failure, DynamoClient.DynamoClient> {
  limit(items: number): Read
  pageSize(items: number): Read
  count(): Effect.Effect<number, Failure, DynamoClient.DynamoClient>
  first(): Effect.Effect<Option.Option<Session>, Failure, DynamoClient.DynamoClient>
  stream(): Stream.Stream<Session, Failure, DynamoClient.DynamoClient>
  pages(): Stream.Stream<Page.Page<Session>, Failure, DynamoClient.DynamoClient>
}
interface Paged extends Read {
  limit(items: number): Paged
  page(options?: {
    readonly after: Cursor.Cursor
  }): Effect.Effect<Page.Page<Session>, Failure, DynamoClient.DynamoClient>
}
type Failure = Query.Error | DynamoError.CursorError

/** Everything that can be done with a read gives these, or those first of them. */
const gives = (read: Read, expected: ReadonlyArray<Session>) =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* read, expected)
    assert.strictEqual(yield* read.count(), expected.length)
    assert.deepStrictEqual(yield* Stream.runCollect(read.pageSize(1).stream()), expected)
    const pages = yield* Stream.runCollect(read.pageSize(2).pages())
    assert.deepStrictEqual(
      pages.flatMap(({ items }) => items),
      expected
    )
    for (const { count, items } of pages) assert.strictEqual(count, items.length)
    assert.deepStrictEqual(yield* read.first(), Option.fromUndefinedOr(expected[0]))
    assert.deepStrictEqual(yield* read.limit(2), expected.slice(0, 2))
    assert.strictEqual(yield* read.limit(2).count(), Math.min(2, expected.length))
  })

engines("expired items", (it) =>
  withTables(it, [Sessions], (it) => {
    it.effect("stand beside others", () =>
      Effect.gen(function* () {
        yield* Effect.forEach(all, (one) => Put.into(Session, one), { discard: true })
        yield* Put.into(Record, { user: "u", id: "1", ttl: past })
        yield* Put.into(Profile, { user: "u" })
        const client = yield* DynamoClient.DynamoClient
        const { Count } = yield* client.scan({ TableName: "sessions" })
        assert.strictEqual(Count, 8)
      })
    )

    it.effect("do not exist for queries", () => gives(sessions, live))

    it.effect("do not exist for queries in an index, nor in descending order", () =>
      Effect.gen(function* () {
        yield* gives(byRank, live)
        yield* gives(sessions.reverse(), live.toReversed())
      })
    )

    it.effect("do not exist where the time is a key of the index, which DynamoDB cannot filter on", () =>
      Effect.gen(function* () {
        yield* gives(byExpiry, timed)
        yield* gives(byExpiry.reverse(), timed.toReversed())
        // A condition on the key keeps its meaning.
        yield* gives(byExpiry.sk.lt(new Date(future.getTime() + 1000)), timed.slice(0, 1))
        assert.deepStrictEqual(
          yield* byExpiry.select("id"),
          timed.map(({ id }) => ({ id }))
        )
        assert.deepStrictEqual(yield* byExpiry.filter({ rank: 5 }), timed.slice(1))
        assert.strictEqual(yield* byExpiry.filter({ rank: 5 }).count(), 1)
      })
    )

    it.effect("do not exist for whole items of an index that does not hold the time", () =>
      Effect.gen(function* () {
        yield* gives(bare.hydrate(), live)
        assert.deepStrictEqual(
          yield* bare.hydrate().select("id"),
          live.map(({ id }) => ({ id }))
        )
      })
    )

    it.effect("do not exist for the part of an index that holds the time", () =>
      Effect.gen(function* () {
        const told = Query.from(Session).index("told").pk({ state: "open" })
        assert.deepStrictEqual(
          (yield* told).map(({ id }) => id).toSorted(),
          live.map(({ id }) => id)
        )
        assert.strictEqual(yield* told.count(), live.length)
        assert.deepStrictEqual(inOrder(yield* told.hydrate()), live)
      })
    )

    it.effect("do not exist for filters and selections", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* sessions.filter((s) => s.rank.gte(3)), live.slice(1))
        assert.strictEqual(yield* sessions.filter((s) => s.rank.gte(3)).count(), 2)
        assert.deepStrictEqual(yield* sessions.filter({ until: past }), [])
        assert.deepStrictEqual(
          yield* sessions.select("id"),
          live.map(({ id }) => ({ id }))
        )
      })
    )

    it.effect("do not exist for scans, of the table and of indexes, in segments and not", () =>
      Effect.gen(function* () {
        const table = Scan.from(Session)
        const scans: ReadonlyArray<readonly [scan: Read, segments: Read, expected: ReadonlyArray<Session>]> = [
          [table, table.segments(3), live],
          [table.index("byExpiry"), table.index("byExpiry").segments(3), timed],
          [table.index("byRank"), table.index("byRank").segments(3), live]
        ]
        for (const [scan, segments, expected] of scans) {
          for (const read of [scan, segments]) {
            assert.deepStrictEqual(inOrder(yield* read), expected)
            assert.strictEqual(yield* read.count(), expected.length)
            assert.strictEqual((yield* read.limit(1)).length, 1)
            assert.strictEqual(yield* read.limit(1).count(), 1)
            assert.deepStrictEqual(inOrder(yield* Stream.runCollect(read.pageSize(1).stream())), expected)
          }
        }
        const told = yield* table.index("told")
        assert.deepStrictEqual(
          told.map(({ id }) => id).toSorted(),
          live.map(({ id }) => id)
        )
      })
    )

    it.effect("do not exist for collections, where those of other entities do", () =>
      Effect.gen(function* () {
        const alone = Query.collection({ sessions: Session, profile: Profile }).pk({ user: "u" })
        assert.isDefined((yield* alone.toInput()).FilterExpression)
        assert.deepStrictEqual(yield* alone, { sessions: live, profile: Option.some({ user: "u" }) })
        const three = Query.collection({ sessions: Session, records: Record, profile: Profile }).pk({ user: "u" })
        const expected = {
          sessions: live,
          records: [{ user: "u", id: "1", ttl: past }],
          profile: Option.some({ user: "u" })
        }
        assert.deepStrictEqual(yield* three, expected)
        assert.strictEqual((yield* Stream.runCollect(three.pageSize(1).stream())).length, 5)
        // An item that expired takes no place of the limit.
        const page = yield* three.limit(3).page()
        assert.deepStrictEqual(
          page.items.map(({ _tag }) => _tag),
          ["profile", "records", "sessions"]
        )
      })
    )

    it.effect("are no place in a page: cursors go on after the last item that exists", () =>
      Effect.forEach([sessions, byExpiry, bare.hydrate(), byRank] satisfies ReadonlyArray<Paged>, (query: Paged) =>
        Effect.gen(function* () {
          const found: Array<Session> = []
          let page = yield* query.limit(1).page()
          found.push(...page.items)
          while (Option.isSome(page.cursor)) {
            assert.isBelow(found.length, 10)
            const text = yield* Cursor.encode(page.cursor.value)
            page = yield* query.limit(1).page({ after: yield* Cursor.decode(text) })
            found.push(...page.items)
          }
          assert.deepStrictEqual(found, yield* query)
        })
      )
    )

    it.effect("are not read in vain where a count is asked of DynamoDB", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          yield* sessions.count()
          yield* Scan.from(Session).count()
          yield* byExpiry.count()
          assert.deepStrictEqual(
            sent.map(({ input }) => input["Select"]),
            ["COUNT", "COUNT", undefined]
          )
        })
      )
    )
  })
)

const live0 = (attribute: string) => `(attribute_not_exists(${attribute}) OR ${attribute} > :now)`

describe("time to live in requests", () => {
  it.effect("is filtered by beside the marker and the caller's filter", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_700_000_000_999)
      const input = yield* sessions.filter((s) => s.rank.gt(1_700_000_000)).toInput()
      assert.strictEqual(
        input.FilterExpression,
        "(attribute_not_exists(#2) OR #2 = :2) AND (attribute_not_exists(#3) OR #3 > :now) AND #4 > :3"
      )
      assert.strictEqual(input.ExpressionAttributeNames?.["#3"], "ttl")
      // It is no placeholder that a value of the caller's could share.
      assert.deepStrictEqual(input.ExpressionAttributeValues, {
        ":0": { S: "U#u" },
        ":1": { S: "S#" },
        ":2": { S: "Session" },
        ":3": { N: "1700000000" },
        ":now": { N: "1700000000" }
      })
      const scan = yield* Scan.from(Session).toInput()
      assert.strictEqual(
        scan.FilterExpression,
        "(attribute_not_exists(#0) OR #0 = :0) AND (attribute_not_exists(#1) OR #1 > :now)"
      )
      assert.deepStrictEqual(scan.ExpressionAttributeValues?.[":now"], { N: "1700000000" })
    })
  )

  it.effect("is asked for with a selection", () =>
    Effect.gen(function* () {
      const input = yield* sessions.select("id").toInput()
      const names = Object.entries(input.ExpressionAttributeNames ?? {})
      const asked = new Set(input.ProjectionExpression?.split(", "))
      assert.deepStrictEqual(
        names.flatMap(([placeholder, name]) => (asked.has(placeholder) ? [name] : [])).toSorted(),
        ["_type", "id", "pk", "sk", "ttl"]
      )
    })
  )

  it.effect("is not filtered by where it is a key of what is queried", () =>
    Effect.gen(function* () {
      const { FilterExpression } = yield* byExpiry.toInput()
      assert.strictEqual(FilterExpression, "attribute_not_exists(#1) OR #1 = :1")
      assert.include((yield* byExpiry.explain()).filteredAfter, "items whose time has passed")
      // A scan can filter on keys.
      assert.match((yield* Scan.from(Session).index("byExpiry").explain()).filteredOnServer ?? "", /ttl > :now/)
    })
  )

  it.effect("is told by explain", () =>
    Effect.gen(function* () {
      const query = yield* sessions.limit(5).explain()
      assert.strictEqual(query.filteredOnServer, `(attribute_not_exists(_type) OR _type = :2) AND ${live0("ttl")}`)
      // Items that expired are looked at, and take no place of the limit.
      assert.isUndefined(query.evaluatedAtMost)
      assert.notInclude(query.filteredAfter, "items whose time has passed")
      assert.deepStrictEqual(
        query.warnings.map(({ code }) => code),
        []
      )
      assert.include((yield* bare.hydrate().explain()).filteredAfter, "items whose time has passed")
    })
  )

  it.effect("is refused of an index that does not hold it, where nothing could tell", () =>
    Effect.gen(function* () {
      const told = Query.collection({ sessions: Session, others: Session2 }).index("bare").pk({ state: "open" })
      for (const read of [bare, bare.count(), Scan.from(Session).index("bare"), bare.explain(), told]) {
        const error = yield* Effect.flip(Effect.provide(read as Effect.Effect<unknown, Query.Error>, silent))
        assert.strictEqual(error._tag, "EncodeError")
        assert.deepStrictEqual((error as { readonly path: unknown }).path, ["until"])
        assert.match(error.message, /the index "bare" does not hold "ttl"; project it, or query with hydrate\(\)/)
      }
    })
  )

  it.effect("may be null, which never passes", () =>
    Effect.gen(function* () {
      const Nullable = Entity.make("Nullable", {
        schema: Schema.Struct({ id: Schema.String, ttl: Schema.NullOr(Schema.Number) }),
        table: Table.make("nullable", { timeToLive: "ttl", sortKey: null }),
        partitionKey: ["id"],
        timeToLive: "ttl"
      })
      const { filteredOnServer, request } = yield* Scan.from(Nullable).explain()
      assert.strictEqual(
        filteredOnServer,
        "(attribute_not_exists(_type) OR _type = :0) AND " +
          "(attribute_not_exists(ttl) OR attribute_type(ttl, :1) OR ttl > :now)"
      )
      assert.deepStrictEqual(request.ExpressionAttributeValues?.[":1"], { S: "NULL" })
    })
  )

  const lines: ReadonlyArray<Read> = [sessions, byExpiry]
  it.effect("is that of each request, however long a stream takes", () =>
    Effect.gen(function* () {
      const item = (id: string, ttl: number) => ({
        pk: { S: "U#u" },
        sk: { S: `S#${id}` },
        _type: { S: "Session" },
        user: { S: "u" },
        id: { S: id },
        state: { S: "open" },
        rank: { N: "1" },
        ttl: { N: String(ttl) }
      })
      for (const query of lines) {
        const times: Array<unknown> = []
        yield* TestClock.setTime(1_000_000)
        const found = yield* Stream.runCollect(query.pageSize(1).stream()).pipe(
          Effect.provide(
            answering((_, input) =>
              Effect.as(
                // An hour goes by with each answer.
                TestClock.adjust("1 hour"),
                (() => {
                  const values = input["ExpressionAttributeValues"] as { readonly [name: string]: unknown }
                  times.push(values[":now"])
                  const n = times.length
                  const Items = [item(`${n}`, 1000 + 3600)]
                  return n < 4
                    ? { Items, ScannedCount: 1, LastEvaluatedKey: { pk: { S: "U#u" }, sk: { S: `S#${n}` } } }
                    : { Items, ScannedCount: 1 }
                })()
              )
            )
          )
        )
        if (query === sessions) {
          assert.deepStrictEqual(times, [{ N: "1000" }, { N: "4600" }, { N: "8200" }, { N: "11800" }])
        } else {
          // Asked at 1000 s it lived still; an hour after, not.
          assert.deepStrictEqual(times, [undefined, undefined, undefined, undefined])
          assert.deepStrictEqual(
            found.map(({ id }) => id),
            ["1"]
          )
        }
      }
    })
  )
})

/** Another entity of the index, for a collection. */
const Session2 = Entity.make("Session2", {
  schema: Schema.Struct({ user: Schema.String, id: Schema.String, state: Schema.String }),
  table: Sessions,
  partitionKey: Key.template("V#{user}"),
  sortKey: Key.template("S#{id}")
})

const silent = answering(() => Effect.die("nothing is sent"))
