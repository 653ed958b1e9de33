/** Reads against the same computed in memory: what is found, in whatever pages, and from wherever they go on. */
import { DynamoClient } from "@effect-dynamo/client"
import { Condition, Entity, Index, Key, Table } from "@effect-dynamo/core"
import type { Item } from "@effect-dynamo/core/Attribute"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema, Stream } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { Cursor, type Page, Query, Scan } from "../src/main.ts"
import { withTables } from "./support/tables.ts"
import { holds } from "./support/truth.ts"

const rank = { name: "rank", type: "N" } as const

const Rows = Table.make("read-model", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    local: Index.local({ sortKey: rank }),
    global: Index.global({ partitionKey: "group", sortKey: rank })
  }
})
const Scanned = Table.make("read-model-scan", { partitionKey: "pk", sortKey: "sk" })

const fields = {
  group: Schema.String,
  id: Schema.String,
  rank: Schema.Int,
  n: Schema.Number,
  a: Schema.optionalKey(Schema.String),
  role: Entity.withDefault(Schema.String, "user")
}
const keys = { partitionKey: Key.template("G#{group}"), sortKey: Key.template("{id}") }

const Row = Entity.make("Row", { schema: Schema.Struct(fields), table: Rows, ...keys })
/** Stands among the rows, under keys like theirs. */
const Foreign = Entity.make("Foreign", { schema: Schema.Struct(fields), table: Rows, ...keys })
const ScannedRow = Entity.make("Row", { schema: Schema.Struct(fields), table: Scanned, ...keys })
type Row = typeof Row.Type

// -----------------------------------------------------------------------------
// What is drawn
// -----------------------------------------------------------------------------

const rows = Schema.Array(
  Schema.Struct({
    // An old row has no marker and no role.
    kind: Schema.Literals(["row", "row", "row", "old", "foreign", "foreign"]),
    group: Schema.Literals(Array.from({ length: 40 }, (_, i) => `${i}`)),
    rank: Schema.Literals([0, 1, 2]),
    n: Schema.Literals([-1, 0, 2, 10]),
    a: Schema.UndefinedOr(Schema.Literals(["", "a", "ab", "b"])),
    role: Schema.Literals(["user", "admin"])
  })
).check(Schema.isMinLength(16), Schema.isMaxLength(24))

const small = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 23 }))
const filter = Schema.UndefinedOr(Schema.Array(small).check(Schema.isMinLength(3), Schema.isMaxLength(12)))
const pageSize = Schema.UndefinedOr(Schema.Literals([1, 2, 3, 7]))

const asks = Schema.Array(
  Schema.Struct({
    of: Schema.Literals(["(table)", "local", "global"]),
    operator: Schema.Literals(["none", "none", "eq", "lt", "lte", "gt", "gte", "between", "beginsWith"]),
    lower: small,
    upper: small,
    filter,
    reverse: Schema.Boolean,
    pageSize,
    limit: Schema.UndefinedOr(Schema.Literals([1, 2, 5])),
    maxScanned: Schema.UndefinedOr(Schema.Literals([1, 4, 9]))
  })
).check(Schema.isMinLength(4), Schema.isMaxLength(4))
type Ask = (typeof asks.Type)[number]

const { a, n, role } = Condition.referencesOf(Row)

/** A condition from numbers, so that what is drawn shrinks. */
const conditionOf = ([kind = 0, ...rest]: ReadonlyArray<number>): Condition.Condition => {
  const pick = <A>(from: ReadonlyArray<A>): A => from[(rest[0] ?? 0) % from.length]!
  const [text, number] = [pick(["a", "ab", "b", "c"]), pick([-1, 0, 2, 10])]
  const half = Math.ceil(rest.length / 2)
  const parts = () => [conditionOf(rest.slice(0, half)), conditionOf(rest.slice(half))] as const
  switch (kind % (rest.length < 4 ? 9 : 12)) {
    case 0:
      return a.eq(text)
    case 1:
      return a.ne(text)
    case 2:
      return n.gt(number)
    case 3:
      return n.between(Math.min(number, 1), Math.max(number, 1))
    case 4:
      return a.exists()
    case 5:
      return a.beginsWith(text)
    case 6:
      return n.in([-1, 0, 2].slice(0, (rest[0] ?? 0) % 4))
    case 7:
      return role.eq(pick(["user", "admin"]))
    case 8:
      return a.size().gte(1)
    case 9:
      return Condition.not(conditionOf(rest))
    case 10:
      return Condition.and(...parts())
    default:
      return Condition.or(...parts())
  }
}

// -----------------------------------------------------------------------------
// The model
// -----------------------------------------------------------------------------

/** What stands in the table: a row, or something else. */
interface Stored {
  readonly row: Row | undefined
  readonly item: Item
}

const number = (i: number) => String(i).padStart(2, "0")

const store = Effect.fn(function* (drawn: typeof rows.Type, table: string, group?: string) {
  const stored = new Map<string, Stored>()
  for (const [i, { a, kind, ...rest }] of drawn.entries()) {
    const row = {
      ...rest,
      group: group ?? rest.group,
      id: number(i),
      role: kind === "old" ? "user" : rest.role,
      ...(a === undefined ? undefined : { a })
    }
    const { _type, role, ...old } = yield* Entity.encode(Row, row)
    const item =
      kind === "foreign" ? yield* Entity.encode(Foreign, row) : { ...old, ...(kind === "row" && { _type, role }) }
    // Neither of them is absent from an item that has both.
    stored.set(row.id, { row: kind === "foreign" ? undefined : row, item: item as Item })
  }
  const client = yield* DynamoClient.DynamoClient
  const { UnprocessedItems } = yield* client.batchWriteItem({
    RequestItems: { [table]: Array.from(stored.values(), ({ item: Item }) => ({ PutRequest: { Item } })) }
  })
  assert.deepStrictEqual(UnprocessedItems, {}, "all is written")
  return stored
})

const idOf = (item: object): string => (item as { readonly id: { readonly S: string } }).id.S

/** Whether the filter lets an item pass; a constant where it looks at none. */
const passes = (filter: Ask["filter"]) =>
  filter === undefined
    ? Effect.succeed(() => true)
    : Effect.map(
        // The fields' codecs need no services.
        Condition.resolve(conditionOf(filter)) as Effect.Effect<
          Effect.Success<ReturnType<typeof Condition.resolve>>,
          Schema.SchemaError
        >,
        (condition) =>
          ({ item }: Stored) =>
            typeof condition === "boolean" ? condition : holds(condition, item)
      )

/** The operands of an ask: ids, or ranks. */
const operandsOf = ({ lower, of, operator, upper }: Ask): readonly [string | number, string | number] => {
  const [least, most] = [Math.min(lower, upper), Math.max(lower, upper)]
  if (of !== "(table)") return [least % 3, Math.max(least % 3, most % 3)]
  return operator === "beginsWith" ? [number(least).slice(0, 1 + (most % 2)), ""] : [number(least), number(most)]
}

/** An index's ranks do not begin with a text. */
const operatorOf = ({ of, operator }: Ask): Ask["operator"] =>
  of !== "(table)" && operator === "beginsWith" ? "gte" : operator

const inRange = (ask: Ask, { item }: Stored): boolean => {
  const [lower, upper] = operandsOf(ask)
  const value = ask.of === "(table)" ? idOf(item) : Number((item["rank"] as { readonly N: string }).N)
  switch (operatorOf(ask)) {
    case "none":
      return true
    case "eq":
      return value === lower
    case "lt":
      return value < lower
    case "lte":
      return value <= lower
    case "gt":
      return value > lower
    case "gte":
      return value >= lower
    case "between":
      return value >= lower && value <= upper
    case "beginsWith":
      return String(value).startsWith(String(lower))
  }
}

// -----------------------------------------------------------------------------
// The reads
// -----------------------------------------------------------------------------

/** A query as code without types builds it. */
interface Untyped extends Query.Query<typeof Row, Query.Primary> {
  readonly sk: { readonly [operator: string]: (lower: unknown, upper: unknown) => Untyped }
}

const build = (ask: Ask, group: string) => {
  const from = Query.from(Row)
  const keyed = (ask.of === "(table)" ? from : from.index(ask.of)).pk(group) as unknown as Untyped
  const operator = operatorOf(ask)
  let query: Query.Query<typeof Row, Query.Primary> =
    operator === "none" ? keyed : keyed.sk[operator]!(...operandsOf(ask))
  const { filter } = ask
  if (filter !== undefined) query = query.filter(() => conditionOf(filter))
  return ask.reverse ? query.reverse() : query
}

/** What can be cut into pages: a query, or a scan. */
interface Pageable<Self> {
  limit(items: number): Self
  page(options?: {
    readonly after: Cursor.Cursor
  }): Effect.Effect<Page.Page<Row>, { readonly _tag: string }, DynamoClient.DynamoClient>
}

const throughText = (cursor: Cursor.Cursor) => Effect.flatMap(Cursor.encode(cursor), Cursor.decode)

/** Page after page, each from the cursor before it; from each, all the rest is what was not yet given. */
const walk = Effect.fn(function* <Cut extends Pageable<Cut>, All extends Pageable<All>>(
  cut: Cut,
  uncut: All,
  whole: ReadonlyArray<Row>
) {
  const pages: Array<Page.Page<Row>> = []
  let given: ReadonlyArray<Row> = []
  let page = yield* cut.page()
  while (true) {
    pages.push(page)
    given = [...given, ...page.items]
    assert.strictEqual(page.count, page.items.length)
    if (Option.isNone(page.cursor)) break
    assert.isBelow(pages.length, 100, "a walk ends")
    const after = page.cursor.value
    const text = yield* throughText(after)
    const rest = yield* uncut.limit(1000).page({ after: text })
    assert.deepStrictEqual([...given, ...rest.items], whole, "nothing is lost, nothing comes twice")
    page = yield* cut.page({ after: pages.length % 2 === 0 ? text : after })
  }
  assert.deepStrictEqual(given, whole)
  return pages
})

onlyLocal("reads find what the model says", (it) =>
  withTables(it, [Rows, Scanned], (it) => {
    const seen = new Map<string, number>()
    const saw = (what: string, happened: boolean) => seen.set(what, (seen.get(what) ?? 0) + (happened ? 1 : 0))
    let runs = 0

    it.effect.prop(
      "queries",
      { asks, rows },
      ({ asks, rows }) =>
        Effect.gen(function* () {
          const client = yield* DynamoClient.DynamoClient
          const group = `g${runs++}`
          const stored = yield* store(rows, "read-model", group)
          for (const ask of asks) {
            const { limit, maxScanned, of, pageSize, reverse } = ask
            const passing = yield* passes(ask.filter)
            // The engine's own order, which is also among equal ranks.
            const { Items = [] } = yield* client.query({
              TableName: "read-model",
              ...(of === "(table)" ? undefined : { IndexName: of }),
              KeyConditionExpression: "#p = :p",
              ExpressionAttributeNames: { "#p": of === "global" ? "group" : "pk" },
              ExpressionAttributeValues: { ":p": { S: of === "global" ? group : `G#${group}` } },
              ScanIndexForward: !reverse
            })
            assert.strictEqual(Items.length, rows.length)
            const order = Items.map((item) => (of === "(table)" ? idOf(item) : item["rank"]!.N!))
            assert.deepStrictEqual(order, reverse ? order.toSorted().toReversed() : order.toSorted())

            const evaluated = Items.map((item) => stored.get(idOf(item))!).filter((one) => inRange(ask, one))
            const found = (among: ReadonlyArray<Stored>) =>
              among.flatMap((one) => (one.row !== undefined && passing(one) ? [one.row] : []))
            const whole = found(evaluated)
            const query = build(ask, group)
            assert.deepStrictEqual(yield* query, whole)
            assert.strictEqual(yield* query.count(), whole.length)
            assert.deepStrictEqual(yield* query.first(), Option.fromUndefinedOr(whole[0]))

            let cut = query
            if (pageSize !== undefined) cut = cut.pageSize(pageSize)
            if (limit !== undefined) cut = cut.limit(limit)
            if (maxScanned !== undefined) cut = cut.maxScanned(maxScanned)
            const expected = found(evaluated.slice(0, maxScanned)).slice(0, limit)
            assert.deepStrictEqual(yield* cut, expected)
            assert.deepStrictEqual(yield* Stream.runCollect(cut.stream()), expected)
            assert.strictEqual(yield* cut.count(), expected.length)

            const pages = yield* walk(cut, query, whole)
            for (const { count, cursor, scannedCount, stoppedEarly } of pages) {
              assert.isAtMost(count, limit ?? Infinity)
              assert.isAtMost(scannedCount, maxScanned ?? Infinity)
              if (Option.isNone(cursor)) assert.isFalse(stoppedEarly)
              else if (limit !== undefined && !stoppedEarly) assert.strictEqual(count, limit)
            }
            saw(`${of} ${operatorOf(ask)}`, whole.length > 0)
            saw("filtered", evaluated.some((one) => one.row !== undefined && !passing(one)) && whole.length > 0)
            saw("pages", pages.length > 2)
            saw("empty pages", pages.some(({ count }) => count === 0) && whole.length > 0)
            saw("stopped early", pages.some(({ stoppedEarly }) => stoppedEarly) && whole.length > 0)
          }
        }),
      { timeout: 120_000, arbitrary: { runs: 40, seed: 11 } }
    )

    it.effect.prop(
      "scans, and their segments",
      {
        rows,
        filter,
        pageSize,
        total: Schema.Literals([1, 2, 3, 8]),
        limit: Schema.UndefinedOr(Schema.Literals([1, 3]))
      },
      ({ filter, limit, pageSize, rows, total }) =>
        Effect.gen(function* () {
          const client = yield* DynamoClient.DynamoClient
          const { Items: old = [] } = yield* client.scan({ TableName: "read-model-scan" })
          yield* Effect.forEach(old, ({ pk, sk }) =>
            client.deleteItem({ TableName: "read-model-scan", Key: { pk: pk!, sk: sk! } })
          )
          const stored = yield* store(rows, "read-model-scan")
          const passing = yield* passes(filter)
          // A scan has an order of its own.
          const byId = (rows: ReadonlyArray<Row>) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
          const expected = Array.from(stored.values()).flatMap((one) =>
            one.row !== undefined && passing(one) ? [one.row] : []
          )
          const from = Scan.from(ScannedRow)
          const scan = filter === undefined ? from : from.filter(() => conditionOf(filter))
          const whole = yield* scan
          assert.deepStrictEqual(byId(whole), expected)
          assert.strictEqual(yield* scan.count(), expected.length)

          const cutting = (scan: Scan.Scan<typeof ScannedRow, Query.Primary>) => {
            const sized = pageSize === undefined ? scan : scan.pageSize(pageSize)
            return limit === undefined ? sized : sized.limit(limit)
          }
          yield* walk(cutting(scan), scan, whole)
          const parts = yield* Effect.forEach(
            Array.from({ length: total }, (_, i) => scan.segment(i, total)),
            (segment) => Effect.tap(segment, (part) => walk(cutting(segment), segment, part))
          )
          assert.deepStrictEqual(byId(parts.flat()), expected, "each item is in one segment")

          const segmented = pageSize === undefined ? scan.segments(total) : scan.segments(total).pageSize(pageSize)
          assert.deepStrictEqual(byId(yield* segmented), expected)
          assert.strictEqual(yield* segmented.count(), expected.length)
          const limited = yield* segmented.limit(3)
          assert.strictEqual(limited.length, Math.min(3, expected.length))
          assert.strictEqual(new Set(limited.map(({ id }) => id)).size, limited.length)
          let given: ReadonlyArray<Row> = []
          const checkpointed = yield* Stream.runCollect(segmented.checkpoints())
          for (const [i, { checkpoint, items }] of checkpointed.entries()) {
            given = [...given, ...items]
            const after = yield* Effect.flatMap(Scan.encodeCheckpoint(checkpoint), Scan.decodeCheckpoint)
            const rest = yield* segmented.resume(after)
            assert.deepStrictEqual(byId([...given, ...rest]), expected, `after checkpoint ${i}`)
          }
          assert.isTrue(checkpointed.at(-1)?.checkpoint.isComplete ?? false)
          saw("segments", total > 1 && parts.filter((part) => part.length > 0).length > 1)
        }),
      { timeout: 120_000, arbitrary: { runs: 20, seed: 12 } }
    )

    it("and have met each case", () => {
      for (const of of ["(table)", "local", "global"]) {
        for (const operator of ["none", "eq", "lt", "lte", "gt", "gte", "between"]) {
          assert.isAbove(seen.get(`${of} ${operator}`) ?? 0, 0, `${of} ${operator}`)
        }
      }
      for (const what of ["(table) beginsWith", "filtered", "pages", "empty pages", "stopped early", "segments"]) {
        assert.isAbove(seen.get(what) ?? 0, 0, what)
      }
    })
  })
)
