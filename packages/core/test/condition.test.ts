import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Schema } from "effect"
import * as Condition from "../src/Condition.ts"
import * as Entity from "../src/Entity.ts"
import * as Expression from "../src/Expression.ts"
import * as Key from "../src/Key.ts"
import * as Table from "../src/Table.ts"

const Order = Entity.make("Order", {
  schema: Schema.Struct({
    id: Schema.String,
    secret: Schema.String,
    at: Schema.DateTimeUtc,
    total: Schema.Number,
    role: Entity.withDefault(Schema.String, "user"),
    status: Schema.String,
    size: Schema.optionalKey(Schema.Number)
  }).pipe(Schema.encodeKeys({ status: "st" })),
  table: Table.make("conditions", { partitionKey: "pk", sortKey: "sk" }),
  partitionKey: Key.template("O#{id}"),
  sortKey: Key.template("{secret}"),
  keyOnly: ["secret"]
})
const o = Condition.referencesOf(Order)

const text = (condition: Condition.Condition) =>
  Effect.gen(function* () {
    const resolved = yield* Condition.resolve(condition) as Effect.Effect<
      Expression.Condition | boolean,
      Schema.SchemaError
    >
    if (typeof resolved === "boolean") return resolved
    const placeholders = new Expression.Placeholders()
    return [placeholders.condition(resolved), placeholders.names, placeholders.values] as const
  })

describe("Condition", () => {
  it.effect("writes values as their fields are stored, under placeholders that are shared", () =>
    Effect.gen(function* () {
      const at = DateTime.makeUnsafe("2024-01-15T00:00:00.000Z")
      const condition = Condition.and(
        o.at.gte(at),
        Condition.or(o.status.eq("paid"), o.status.eq("paid")),
        Condition.not(o.size.between(5, 9))
      )
      assert.deepStrictEqual(yield* text(condition), [
        "#0 >= :0 AND (#1 = :1 OR #1 = :1) AND (NOT #2 BETWEEN :2 AND :3)",
        { "#0": "at", "#1": "st", "#2": "size" },
        { ":0": { S: "2024-01-15T00:00:00.000Z" }, ":1": { S: "paid" }, ":2": { N: "5" }, ":3": { N: "9" } }
      ])
    })
  )

  it.effect("writes dates as their fields do, whatever those are encoded to", () =>
    Effect.gen(function* () {
      const Dated = Entity.make("Dated", {
        schema: Schema.Struct({
          id: Schema.String,
          text: Schema.DateTimeUtcFromString,
          millis: Schema.DateTimeUtcFromMillis,
          date: Schema.DateFromString,
          until: Schema.optionalKey(Schema.Date),
          ends: Schema.NullOr(Schema.Date)
        }),
        table: Table.make("dated", { sortKey: null, timeToLive: "until" }),
        partitionKey: ["id"]
      })
      const d = Condition.referencesOf(Dated)
      const date = new Date(1_000_999)
      const at = DateTime.fromDateUnsafe(date)
      const iso = { S: "1970-01-01T00:16:40.999Z" }
      for (const [condition, value] of [
        [d.text.eq(at), iso],
        [d.millis.eq(at), { N: "1000999" }],
        [d.date.eq(date), iso],
        // The time to live is stored in seconds.
        [d.until.eq(date), { N: "1000" }],
        [d.ends.eq(date), iso]
      ] as const) {
        const written = yield* text(condition)
        assert.deepStrictEqual(typeof written === "boolean" ? written : written[2], { ":0": value })
      }
    })
  )

  it.effect("folds what is always so", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* text(Condition.and()), true)
      assert.strictEqual(yield* text(Condition.or()), false)
      assert.strictEqual(yield* text(o.total.in([])), false)
      assert.strictEqual(yield* text(Condition.not(o.total.in([]))), true)
      assert.strictEqual(yield* text(Condition.and(o.total.exists(), o.total.in([]))), false)
      assert.deepStrictEqual(yield* text(Condition.or(o.total.in([]), o.total.exists())), [
        "attribute_exists(#0)",
        { "#0": "total" },
        undefined
      ])
    })
  )

  it.effect("splits lists of more than a hundred", () =>
    Effect.gen(function* () {
      for (const [count, lists] of [
        [1, 1],
        [100, 1],
        [101, 2],
        [200, 2],
        [201, 3]
      ] as const) {
        const written = yield* text(o.total.in(Array.from({ length: count }, (_, i) => i)))
        assert.isArray(written)
        assert.strictEqual(JSON.stringify(written).split(" IN (").length - 1, lists)
      }
    })
  )

  it.effect("of one's own has brackets once", () =>
    Effect.gen(function* () {
      const raw = (condition: Condition.Condition) =>
        Effect.map(text(Condition.and(condition, o.size.exists())), (written) =>
          typeof written === "boolean" ? written : written[0]
        )
      assert.strictEqual(
        yield* raw(Condition.raw`${o.total} > ${1} OR ${o.role.size()} = ${2}`),
        "(#0 > :0 OR size(#1) = :1) AND attribute_exists(#2)"
      )
      assert.strictEqual(yield* raw(Condition.raw`(${o.total} > ${1})`), "(#0 > :0) AND attribute_exists(#1)")
      assert.strictEqual(
        yield* raw(Condition.raw`(${o.total} > ${1}) OR (${o.total} < ${0})`),
        "((#0 > :0) OR (#0 < :1)) AND attribute_exists(#1)"
      )
    })
  )

  it.effect("knows the attributes that it is about", () =>
    Effect.gen(function* () {
      const attributes = (condition: Condition.Condition) =>
        Effect.map(
          Condition.resolve(condition) as Effect.Effect<Expression.Condition, Schema.SchemaError>,
          (resolved) => [...Expression.attributesOf(resolved)].sort()
        )
      assert.deepStrictEqual(
        yield* attributes(
          Condition.and(
            o.total.gt(1),
            Condition.not(o.status.in(["a"])),
            Condition.raw`${o.size} = ${1}`,
            o.role.size().between(1, 2)
          )
        ),
        ["role", "size", "st", "total"]
      )
      assert.deepStrictEqual(yield* attributes(o.total.eq(o.size)), ["size", "total"])
      assert.deepStrictEqual(yield* attributes(Condition.or(o.status.beginsWith("a"), o.role.contains("b"))), [
        "role",
        "st"
      ])
    })
  )

  it("has no reference to what is no attribute", () => {
    assert.throws(() => Reflect.get(o, "nope"), 'Order has no field "nope"')
    assert.throws(() => o.secret, 'The field "secret" of Order is keyOnly')
    assert.isFalse("nope" in o)
    assert.isTrue("total" in o)
  })
})
