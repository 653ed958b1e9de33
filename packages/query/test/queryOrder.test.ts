/** Queries against what KEYS.md says of order, computed in memory. */
import { DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import { assert } from "@effect/vitest"
import { Effect, Schema, SchemaGetter, Stream } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Delete, Put, Query } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const keys = (name: string) => ({ partitionKey: `${name}pk`, sortKey: `${name}sk` })

const Things = Table.make("things", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    list: Index.global(keys("list")),
    template: Index.global(keys("template")),
    descending: Index.global(keys("descending")),
    padded: Index.global(keys("padded")),
    custom: Index.global(keys("custom")),
    date: Index.global(keys("date")),
    flags: Index.global(keys("flags")),
    byText: Index.local({ sortKey: "a" }),
    byNumber: Index.local({ sortKey: { name: "n", type: "N" }, projection: Index.keysOnly }),
    byBytes: Index.local({ sortKey: { name: "bytes", type: "B" }, projection: Index.include(["m"]) })
  }
})

// Among them what is escaped, what sorts below and above a separator, and what UTF-16 sorts otherwise than UTF-8.
const text = Schema.Literals(["a", "b", "ab", "a#b", "a\\", "a!", "a$", "é", "\u{1f600}", "\ufffd", "a#"])
const number = Schema.Literals([-1000, -1, -0.5, 0, 0.25, 1, 9, 10, 100])
const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
const Day = Schema.Date.pipe(
  Schema.encodeTo(Schema.String, {
    decode: SchemaGetter.transform((text: string) => new Date(text)),
    encode: SchemaGetter.transform(dayOf)
  })
)

const fields = {
  group: Schema.String,
  id: Schema.String,
  a: text,
  b: text,
  n: number,
  m: Schema.Literals([0, 1, 9, 10, 9999]),
  on: Schema.Boolean,
  at: Schema.Date,
  bytes: Schema.Uint8Array
}

const Thing = Entity.make("Thing", {
  schema: Schema.Struct(fields),
  table: Things,
  partitionKey: ["group"],
  sortKey: ["id"],
  indexes: {
    list: { partitionKey: ["group"], sortKey: ["a", "b"] },
    template: { partitionKey: ["group"], sortKey: Key.template("X#{a}#{n:ordered}#{b}#end") },
    descending: { partitionKey: ["group"], sortKey: Key.template("D#{n:desc}") },
    padded: { partitionKey: ["group"], sortKey: Key.template("P#{m:4}#{a}") },
    custom: {
      partitionKey: ["group"],
      sortKey: Key.template("{at:day}#{b}", { parts: { day: { schema: Day, order: "ascending" } } })
    },
    date: { partitionKey: ["group"], sortKey: Key.template("T#{at}#{b}") },
    flags: { partitionKey: ["group"], sortKey: ["on", "b"] }
  }
})
type Thing = typeof Thing.Type
type Field = Exclude<keyof Thing, "group">

/** How a part's values are compared: as bytes of text, or as what they are. */
type Kind = "text" | "number" | "bytes"

interface Pattern {
  readonly name: string
  readonly attribute: string
  readonly parts: ReadonlyArray<readonly [Field, Kind, written: (thing: Thing) => string]>
  /** Parts are escaped, and end with a separator unless they end the key. */
  readonly composite: boolean
  /** The key ends with text after its last part. */
  readonly ended?: boolean
}

const escape = (value: string) => value.replace(/[\\#]/g, (character) => `\\${character}`)
const a = ["a", "text", (thing: Thing) => escape(thing.a)] as const
const b = ["b", "text", (thing: Thing) => escape(thing.b)] as const
const n = ["n", "number", (thing: Thing) => String(thing.n)] as const

const patterns: ReadonlyArray<Pattern> = [
  { name: "(table)", attribute: "sk", composite: true, parts: [["id", "text", ({ id }) => escape(id)]] },
  { name: "list", attribute: "listsk", composite: true, parts: [a, b] },
  { name: "template", attribute: "templatesk", composite: true, ended: true, parts: [a, n, b] },
  { name: "descending", attribute: "descendingsk", composite: true, parts: [n] },
  { name: "padded", attribute: "paddedsk", composite: true, parts: [["m", "number", ({ m }) => String(m)], a] },
  { name: "custom", attribute: "customsk", composite: true, parts: [["at", "text", ({ at }) => dayOf(at)], b] },
  { name: "date", attribute: "datesk", composite: true, parts: [["at", "text", ({ at }) => at.toISOString()], b] },
  { name: "flags", attribute: "flagssk", composite: true, parts: [["on", "text", ({ on }) => String(on)], b] },
  { name: "byText", attribute: "a", composite: false, parts: [["a", "text", (thing) => thing.a]] },
  { name: "byNumber", attribute: "n", composite: false, parts: [n] },
  { name: "byBytes", attribute: "bytes", composite: false, parts: [["bytes", "bytes", () => ""]] }
]

const utf8 = (value: string) => Buffer.from(value, "utf8")

const compareAttributes = (a: AttributeValue | undefined, b: AttributeValue | undefined): number => {
  if (a !== undefined && b !== undefined) {
    if ("S" in a && "S" in b) return Buffer.compare(utf8(a.S), utf8(b.S))
    if ("N" in a && "N" in b) return Number(a.N) - Number(b.N)
    if ("B" in a && "B" in b) return Buffer.compare(a.B, b.B)
  }
  throw new Error("the key attributes of one index have one type")
}

/** How an item compares with an operand in the part that the operator is about. */
const comparePart = (pattern: Pattern, index: number, thing: Thing, operand: Thing): number => {
  const [field, kind, written] = pattern.parts[index]!
  if (kind === "number") return Number(thing[field]) - Number(operand[field])
  if (kind === "bytes") return Buffer.compare(thing.bytes, operand.bytes)
  const end = pattern.composite && (index < pattern.parts.length - 1 || pattern.ended === true) ? "#" : ""
  return Buffer.compare(utf8(written(thing) + end), utf8(written(operand) + end))
}

const operators = ["none", "eq", "prefix", "lt", "lte", "gt", "gte", "between", "beginsWith"] as const
type Operator = (typeof operators)[number]

interface Ask {
  readonly operator: Operator
  readonly depth: number
  readonly operand: Thing
  readonly upper: Thing
  readonly length: number
}

/** The beginning of a part that `beginsWith` is asked for; `undefined` where the part has none. */
const beginning = (pattern: Pattern, { depth, length, operand }: Ask): string | Uint8Array | undefined => {
  const [field, kind] = pattern.parts[depth - 1]!
  if (kind === "number" || field === "on") return undefined
  if (kind === "bytes") return operand.bytes.slice(0, length)
  const whole =
    field === "at" ? (pattern.name === "custom" ? dayOf(operand.at) : operand.at.toISOString()) : operand[field]
  return Array.from(String(whole)).slice(0, length).join("")
}

const matches = (pattern: Pattern, ask: Ask, thing: Thing): boolean => {
  const { depth, operand, operator, upper } = ask
  const compare = (index: number, with_ = operand) => comparePart(pattern, index, thing, with_)
  const equalUpTo = (count: number) => pattern.parts.slice(0, count).every((_, index) => compare(index) === 0)
  const last = depth - 1
  switch (operator) {
    case "none":
      return true
    case "eq":
      return equalUpTo(pattern.parts.length)
    case "prefix":
      return equalUpTo(depth)
    case "lt":
      return equalUpTo(last) && compare(last) < 0
    case "lte":
      return equalUpTo(last) && compare(last) <= 0
    case "gt":
      return equalUpTo(last) && compare(last) > 0
    case "gte":
      return equalUpTo(last) && compare(last) >= 0
    case "between":
      return equalUpTo(last) && compare(last) >= 0 && compare(last, upper) <= 0
    case "beginsWith": {
      const start = beginning(pattern, ask)!
      return (
        equalUpTo(last) &&
        (typeof start === "string"
          ? pattern.parts[last]![2](thing).startsWith(pattern.composite ? escape(start) : start)
          : Buffer.compare(thing.bytes.slice(0, start.length), start) === 0)
      )
    }
  }
}

/** A query as code without types builds it. */
interface Untyped extends Query.Query<typeof Thing, Query.Primary> {
  readonly sk: { readonly [operator: string]: (value: unknown, upper?: unknown) => Untyped }
}

const build = (pattern: Pattern, ask: Ask, group: string): Untyped => {
  const { depth, operand, operator, upper } = ask
  const from = Query.from(Thing) as unknown as {
    readonly index: (name: string) => { readonly pk: (group: string) => Untyped }
  } & {
    readonly pk: (group: string) => Untyped
  }
  const query = (pattern.name === "(table)" ? from : from.index(pattern.name)).pk(group)
  if (operator === "none") return query
  const pick = (thing: Thing, count: number) =>
    Object.fromEntries(pattern.parts.slice(0, count).map(([field]) => [field, thing[field]]))
  if (operator === "eq") return query.sk["eq"]!(pick(operand, pattern.parts.length))
  const [field] = pattern.parts[depth - 1]!
  const value =
    operator === "beginsWith" ? { ...pick(operand, depth), [field]: beginning(pattern, ask) } : pick(operand, depth)
  return query.sk[operator]!(value, { ...pick(operand, depth), [field]: upper[field] })
}

const things = Schema.Array(
  Schema.Struct({
    a: text,
    b: text,
    n: number,
    m: fields.m,
    on: Schema.Boolean,
    at: Schema.Literals([0, 1, 86_400_000, 86_400_001, 10 * 86_400_000]),
    bytes: Schema.Literals(["00", "01", "0100", "7f", "80", "ff", "ff00"])
  })
).check(Schema.isMinLength(14), Schema.isMaxLength(14))

const asks = Schema.Array(
  Schema.Struct({
    operator: Schema.Literals(operators),
    depth: Schema.Literals([1, 2, 3]),
    operand: Schema.Literals([0, 1, 2, 3, 4, 5, 6, 7]),
    upper: Schema.Literals([0, 1, 2, 3, 4, 5, 6, 7]),
    length: Schema.Literals([1, 2, 10]),
    reverse: Schema.Boolean,
    limit: Schema.UndefinedOr(Schema.Literals([1, 2, 5])),
    pageSize: Schema.UndefinedOr(Schema.Literals([1, 3, 50]))
  })
).check(Schema.isMinLength(4), Schema.isMaxLength(4))

engines("queries find what order says", (it) =>
  withTables(it, [Things], (it) => {
    const seen = new Map<string, number>()

    it.effect.prop(
      "on every kind of key, by every operator",
      { asks, things },
      ({ asks, things }) =>
        Effect.gen(function* () {
          const group = "g"
          const all = things.map(({ at, bytes, ...rest }, i): Thing => ({
            ...rest,
            group,
            id: `${rest.a}${i}`,
            at: new Date(at),
            bytes: new Uint8Array(Buffer.from(bytes, "hex"))
          }))
          for (const thing of yield* Query.from(Thing).pk(group)) yield* Delete.from(Thing).key(thing)
          const stored = new Map<string, Item>()
          for (const thing of all) {
            yield* Put.into(Thing, thing)
            stored.set(thing.id, yield* Entity.encode(Thing, thing))
          }
          for (const pattern of patterns) {
            const attribute = ({ id }: Thing) => stored.get(id)?.[pattern.attribute]
            for (const { limit, operand, operator, pageSize, reverse, upper, ...rest } of asks) {
              const depth = Math.min(rest.depth, pattern.parts.length)
              const ask = { operator, depth, operand: all[operand]!, upper: all[upper]!, length: rest.length }
              if (operator === "beginsWith" && beginning(pattern, ask) === undefined) continue
              let query: Query.Query<typeof Thing, Query.Primary> = build(pattern, ask, group)
              if (reverse) query = query.reverse()
              if (limit !== undefined) query = query.limit(limit)
              if (pageSize !== undefined) query = query.pageSize(pageSize)
              if (operator === "between" && comparePart(pattern, depth - 1, ask.operand, ask.upper) > 0) {
                if (pattern.composite) assert.strictEqual((yield* Effect.flip(query))._tag, "KeyError")
                continue
              }
              const expected = all
                .filter((thing) => matches(pattern, ask, thing))
                .sort((a, b) => compareAttributes(attribute(a), attribute(b)) * (reverse ? -1 : 1))
              const found = yield* query
              const what = `${pattern.name} ${operator} ${depth}`
              seen.set(what, Math.max(seen.get(what) ?? 0, found.length))
              // Items whose keys are equal have no order among them.
              assert.deepStrictEqual(found.map(attribute), expected.map(attribute).slice(0, limit), what)
              const ids = new Set(found.map(({ id }) => id))
              assert.strictEqual(ids.size, found.length, "nothing twice")
              for (const thing of found)
                assert.deepStrictEqual(
                  thing,
                  expected.find(({ id }) => id === thing.id),
                  what
                )
              const streamed = yield* Stream.runCollect(query.stream())
              assert.deepStrictEqual(streamed, found)
            }
          }
        }),
      { timeout: 120_000, arbitrary: { runs: 12, seed: 5 } }
    )

    it("has found something by every operator on every key", () => {
      for (const { composite, name, parts } of patterns) {
        for (const operator of ["none", "eq", "prefix", "lt", "lte", "gt", "gte", "between"]) {
          const found = parts.some((_, i) => (seen.get(`${name} ${operator} ${i + 1}`) ?? 0) > 0)
          assert.isTrue(found, `${name} ${operator} ${composite}`)
        }
      }
    })

    it.effect("and refuse a range where written order is not the values' order", () =>
      Effect.gen(function* () {
        const Plain = Entity.make("Plain", {
          schema: Schema.Struct({ group: Schema.String, n: Schema.Number, b: Schema.String }),
          table: Things,
          partitionKey: ["group"],
          sortKey: ["n", "b"]
        })
        yield* Effect.forEach([2, 10], (n) => Put.into(Plain, { group: "g", n, b: "x" }))
        const sk = Query.from(Plain).pk("g").sk
        const error = yield* Effect.flip(sk.gte({ n: 2 } as never))
        assert.instanceOf(error, DynamoError.KeyError)
        assert.match(error.message, /"n" .*plain decimal text/)
        assert.deepStrictEqual(
          (yield* sk.prefix({ n: 10 })).map(({ n }) => n),
          [10]
        )
        assert.deepStrictEqual(
          (yield* sk.gte({ n: 10, b: "a" })).map(({ n }) => n),
          [10]
        )
      })
    )
  })
)
