/**
 * The cases of the shared semantics (`semantics.json`: areas "condition", "projection", and filters of queries) that
 * the language can say, by their ids, with the outcome recorded there.
 *
 * The rest it cannot say, so that nobody runs into them:
 * - `c-type-path-arg`, `c-exists-in-cmp`, `c-bool-eq`: operators take what they are made for, and give conditions
 * - `c-syntax`, `c-kw-case`, `c-paren-1`, `-2`, `-3`, `c-path-underscore`, `p-trailing`: there is no text to get wrong
 * - `c-reserved-*`, `p-reserved`, `c-prefix-placeholders`, `c-name-unused`, `c-val-unused`, `c-eav-empty`: names and
 *   values are placeholders, none unused
 * - `c-len-4097`: no spaces are written
 * - `c-legacy-mix`: there are no legacy parameters; `c-noghost` is about writes
 * - `p-conflict`: a path into a list and one into a map do not both lead somewhere; `p-index-neg`: nor does one before
 *   the list; `q-filter-key`, `c-key-in-cond`: key attributes of what is queried are refused (filter.test.ts)
 */
import { DynamoClient } from "@effect-dynamo/client"
import { type Attribute, Condition, Entity, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { Get, Query } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const S = Table.make("sem-s", { partitionKey: "p", sortKey: null })
const Case = Entity.make("Case", {
  schema: Schema.Struct({
    p: Schema.String,
    a: Schema.Unknown,
    b: Schema.Unknown,
    c: Schema.Unknown,
    l: Schema.Unknown,
    s: Schema.Unknown,
    "a.b": Schema.Unknown,
    "a[0]": Schema.Unknown,
    _a: Schema.Unknown,
    data: Schema.Unknown,
    ttl: Schema.Unknown,
    nope: Schema.Unknown
  }),
  table: S,
  partitionKey: Key.attribute("p"),
  config: { entityTypeAttribute: false }
})
const o = Condition.referencesOf(Case)
const { a, b, c } = o
const { and, not, or } = Condition

type Attributes = Readonly<Record<string, Attribute.AttributeValue>>
const bytes = (...values: ReadonlyArray<number>) => Uint8Array.from(values)
const abc: Attributes = { a: { N: "1" }, b: { N: "2" }, c: { N: "3" } }
const one: Attributes = { a: { N: "1" } }
const many = (count: number) => or(...Array.from({ length: count }, () => a.eq(1)))

const cases: ReadonlyArray<
  readonly [id: string, item: Attributes, condition: Condition.Condition, outcome: boolean | "RequestRejected"]
> = [
  ["c-eq-num-repr", { a: { N: "1.0" } }, a.eq(1), true],
  ["c-lt-list-operand", one, a.lt([1]), "RequestRejected"],
  ["c-lt-list-attr", { a: { L: [{ N: "1" }] } }, a.lt(3), false],
  ["c-set-eq-order", { a: { SS: ["x", "y", "z"] } }, a.eq(new Set(["z", "x", "y"])), true],
  ["c-set-ne-order", { a: { SS: ["x", "y"] } }, a.ne(new Set(["y", "x"])), false],
  ["c-bin-set-eq", { a: { BS: [bytes(1), bytes(2)] } }, a.eq(new Set([bytes(2), bytes(1)])), true],
  ["c-list-eq-order", { a: { L: [{ N: "1" }, { N: "2" }] } }, a.eq([2, 1]), false],
  ["c-map-eq", { a: { M: { x: { N: "1" }, y: { L: [{ S: "q" }] } } } }, a.eq({ y: ["q"], x: 1 }), true],
  ["c-null-eq", { a: { NULL: true } }, a.eq(null), true],
  ["c-null-ne", {}, a.ne(null), true],
  ["c-ne-type", { a: { S: "1" } }, a.ne(1), true],
  [
    "c-exists-nested",
    { a: { M: { b: { L: [{ S: "x" }, { M: { c: { N: "1" } } }] } } } },
    a.get("b").at(1).get("c").exists(),
    true
  ],
  ["c-notexists-wrong-parent", { a: { S: "x" } }, a.get("b").notExists(), true],
  ["c-between-attr-badtype", { a: { S: "m" }, l: { L: [{ N: "1" }] } }, a.between("a", o.l), false],
  ["c-in-types", { a: { N: "174" } }, a.in(["dog", 174]), true],
  ["c-in-missing", {}, a.in([1]), false],
  ["c-type-N", one, a.type("N"), true],
  ["c-type-M", { a: { M: {} } }, a.type("M"), true],
  ["c-type-NULL", { a: { NULL: true } }, a.type("NULL"), true],
  ["c-type-unknown", one, a.type("DOG" as "S"), "RequestRejected"],
  ["c-begins-empty", { a: { S: "hello" } }, a.beginsWith(""), true],
  ["c-begins-bin", { a: { B: bytes(1, 200, 3) } }, a.beginsWith(bytes(1, 200)), true],
  ["c-contains-sub", { a: { S: "hello" } }, a.contains("ell"), true],
  ["c-contains-list", { a: { L: [{ N: "2" }, { S: "x" }] } }, a.contains("x"), true],
  ["c-contains-list-nonrec", { a: { L: [{ L: [{ N: "3" }] }] } }, a.contains(3), false],
  ["c-contains-bin", { a: { B: bytes(104, 105, 32, 116) } }, a.contains(bytes(105, 32)), true],
  ["c-cmp-same", { a: { S: "x" } }, a.eq(a), "RequestRejected"],
  ["c-size-str", { a: { S: "hello" } }, a.size().eq(5), true],
  ["c-size-ns", { a: { NS: ["2", "4", "7"] } }, a.size().eq(3), true],
  ["c-size-euro-1", { a: { S: "\u20ac" } }, a.size().eq(1), true],
  ["c-size-missing", {}, a.size().gte(0), false],
  ["c-prec-and-or", abc, or(a.lt(b), and(c.lt(b), b.gt(c))), true],
  ["c-prec-not-and", abc, and(not(a.lt(b)), c.lt(b)), false],
  ["c-prec-not-paren", abc, not(and(a.lt(b), c.lt(b))), true],
  ["c-prec-between-and", abc, and(b.between(a, c), a.lt(b)), true],
  ["c-dot-name", { "a.b": { N: "1" }, a: { M: { b: { N: "2" } } } }, o["a.b"].eq(1), true],
  ["c-bracket-name", { "a[0]": { N: "1" }, a: { L: [{ N: "2" }] } }, o["a[0]"].eq(1), true],
  ["c-path-underscore", { _a: { N: "1" } }, o._a.eq(1), true],
  ["c-reserved-data", { data: { N: "1" } }, o.data.eq(1), true],
  ["c-reserved-ttl", { ttl: { N: "1" } }, o.ttl.eq(1), true],
  ["c-prefix-placeholders", { a: { N: "1" }, b: { N: "10" } }, and(a.eq(1), b.eq(10)), true],
  ["c-short-circuit", one, or(a.eq(1), b.eq(2)), true],
  ["c-ops-300", one, many(150), true],
  ["c-ops-301", one, many(151), "RequestRejected"],
  ["q-filter-noresult-invalid", {}, o.s.beginsWith(1 as never), "RequestRejected"]
]

onlyLocal("the shared cases", (it) =>
  withTables(it, [S], (it) => {
    it.effect.each(cases)("%s", ([id, item, condition, outcome]) =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        yield* client.putItem({ TableName: "sem-s", Item: { p: { S: id }, ...item } })
        const counted = Query.from(Case)
          .pk(id)
          .filter(() => condition)
          .count()
        const found = yield* counted.pipe(
          Effect.map((count) => count === 1),
          Effect.catch((error) => Effect.succeed(error._tag))
        )
        assert.strictEqual(found, outcome)
      })
    )

    const item: Attributes = {
      a: {
        M: {
          b: { M: { c: { N: "1" }, d: { N: "2" } } },
          e: { L: [{ N: "0" }, { M: { f: { N: "5" }, g: { N: "6" } } }, { N: "2" }] }
        }
      },
      l: { L: [{ N: "7" }, { N: "42" }] }
    }

    it.effect("p-nested, p-missing: parts of one structure, and an item that has none of them", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        yield* client.putItem({ TableName: "sem-s", Item: { p: { S: "p" }, ...item } })
        const get = Get.from(Typed).key({ p: "p" })
        assert.deepStrictEqual(yield* get.select(["a", "b", "c"], ["a", "e", 1, "f"]).orFail(), {
          a: { b: { c: 1 }, e: [{ f: 5 }] }
        })
        assert.deepStrictEqual(yield* get.select("nope", ["l", 9]).orFail(), { l: [] })
      })
    )
  })
)

const Typed = Entity.make("Typed", {
  schema: Schema.Struct({
    p: Schema.String,
    a: Schema.Struct({
      b: Schema.Struct({ c: Schema.Number, d: Schema.Number }),
      e: Schema.Array(Schema.Struct({ f: Schema.Number, g: Schema.Number }))
    }),
    l: Schema.Array(Schema.Number),
    nope: Schema.optionalKey(Schema.String)
  }),
  table: S,
  partitionKey: Key.attribute("p"),
  config: { entityTypeAttribute: false }
})

describe("what the shared cases refuse", () => {
  it("does not come to a request", () => {
    const get = Get.from(Typed).key({ p: "p" })
    // p-conflict
    // @ts-expect-error a map has no positions
    assert.throws(() => get.select(["a", "b"], ["a", 1]), "There is no 1 to select")
    // p-index-neg
    assert.throws(() => get.select(["l", -1]), /-1/)
    assert.throws(() => Condition.referencesOf(Typed).l.at(-1), RangeError)
  })
})
