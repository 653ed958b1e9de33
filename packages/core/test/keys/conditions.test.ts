import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import type * as Model from "../../src/internal/keys/model.ts"
import { assertAllowed, attribute, failureOf, type Fields, list, make, template, unwrap } from "./fixtures.ts"

const order: Fields = { placedAt: "string", orderId: "string" }

const between = (lower: string, upper: string): Model.Bound => ({
  op: "between",
  lower: { S: lower },
  upper: { S: upper }
})
const one = (op: Exclude<Model.Bound["op"], "between">, value: string): Model.Bound => ({ op, value: { S: value } })

const ranges = (key: Model.CompiledKey, values: Model.Values): ReadonlyArray<Model.Bound> =>
  (["lt", "lte", "gte", "gt"] as const).map((op) => unwrap(key.range(op, values)))

describe("conditions on field lists", () => {
  const key = make(list("placedAt", "orderId"), order)

  it("prefix takes leading fields as a whole, eq all of them", () => {
    assert.deepStrictEqual(unwrap(key.prefix({ placedAt: "1" })), one("beginsWith", "1#"))
    assert.deepStrictEqual(unwrap(key.prefix({ placedAt: "1", orderId: "a#" })), one("eq", "1#a\\#"))
    const prefixed = make(list("placedAt", "orderId"), order, { config: { prefixSortKey: true } })
    assert.deepStrictEqual(unwrap(prefixed.prefix({ placedAt: "1" })), one("beginsWith", "placedAt#1#orderId#"))
    assert.deepStrictEqual(unwrap(prefixed.prefix({})), one("beginsWith", "placedAt#"))
  })

  it("beginsWith takes a raw beginning of the last one", () => {
    assert.deepStrictEqual(unwrap(key.beginsWith({ placedAt: "2024-" })), one("beginsWith", "2024-"))
    assert.deepStrictEqual(
      unwrap(key.beginsWith({ placedAt: "2024", orderId: "a#\\" })),
      one("beginsWith", "2024#a\\#\\\\")
    )
    const dated = make(list("at", "n"), { at: "date", n: "number" })
    assert.deepStrictEqual(unwrap(dated.beginsWith({ at: "2024-" })), one("beginsWith", "2024-"))
    assert.match(failureOf(dated.beginsWith({ at: new Date(0) })).message, /as text/)
    assert.match(failureOf(key.beginsWith({ placedAt: "" })).message, /empty/)
    assert.match(failureOf(key.beginsWith({ placedAt: "\ud83d" })).message, /well-formed/)
    assert.deepStrictEqual(
      unwrap(make(template("E#{email:lower}"), { email: "string" }).beginsWith({ email: "Jo" })),
      one("beginsWith", "E#jo")
    )
  })

  it("a range on a part with more after it compares it with its separator", () => {
    assert.deepStrictEqual(ranges(key, { placedAt: "2024-01-15" }), [
      one("lt", "2024-01-15#"),
      one("lt", "2024-01-15$"),
      one("gte", "2024-01-15#"),
      one("gte", "2024-01-15$")
    ])
    assert.deepStrictEqual(unwrap(key.between({ placedAt: "a" }, { placedAt: "b" })), between("a#", "b$"))
  })

  it("a range on the last part compares whole keys and stays inside the leading ones", () => {
    const [lt, lte, gte, gt] = ranges(key, { placedAt: "1", orderId: "b" })
    assert.deepStrictEqual(lte, between("1#", "1#b"))
    assert.deepStrictEqual(gte, between("1#b", "1$"))
    assert.deepStrictEqual(gt, between("1#b\u0000", "1$"))
    // The greatest string below "1#b" that DynamoDB can hold: 3 bytes, 255 times 4, and 1.
    assert.deepStrictEqual(lt, between("1#", `1#a${"\u{10ffff}".repeat(255)}\u007f`))
    const short = make(list("orderId"), order)
    assert.deepStrictEqual(ranges(short, { orderId: "b" }), [
      one("lt", "b"),
      one("lte", "b"),
      one("gte", "b"),
      one("gt", "b")
    ])
    assert.deepStrictEqual(
      unwrap(key.between({ placedAt: "1", orderId: "a" }, { placedAt: "1", orderId: "c" })),
      between("1#a", "1#c")
    )
  })

  it("needs no long bounds where the text has a fixed form", () => {
    const events = make(list("id", "at"), { id: "string", at: "date" })
    assert.deepStrictEqual(
      unwrap(events.range("lt", { id: "1", at: new Date(0) })),
      between("1#", "1#1970-01-01T00:00:00.000Y")
    )
  })

  it("turns round with descending parts", () => {
    const key = make(template("S#{score:desc}#{player}"), { score: "number", player: "string" })
    assert.deepStrictEqual(ranges(key, { score: 9 }), [
      between("S#X0V$", "S$"),
      between("S#X0V#", "S$"),
      between("S#", "S#X0V$"),
      between("S#", "S#X0V#")
    ])
    assert.deepStrictEqual(unwrap(key.between({ score: 9 }, { score: 10 })), between("S#W89V#", "S#X0V$"))
  })

  it("refuses what has no order", () => {
    const key = make(list("n", "a"), { n: "number", a: "string" })
    assert.match(failureOf(key.range("lt", { n: 1 })).message, /declare it ordered/)
    assert.match(failureOf(key.between({ n: 1 }, { n: 2 })).message, /declare it ordered/)
    assert.deepStrictEqual(unwrap(key.prefix({ n: 1 })), one("beginsWith", "1#"))
    const ordered = make(list({ field: "n", mode: "ordered" }), { n: "number" })
    assert.match(failureOf(ordered.beginsWith({ n: "c" })).message, /range operator/)
  })

  it("wants leading fields, without gaps or strangers", () => {
    const three = make(list("a", "b", "c"), { a: "string", b: "string", c: "string" })
    const bad: ReadonlyArray<readonly [Model.Values, RegExp]> = [
      [{}, /leading field/],
      [{ b: "1" }, /without gaps: "a", "b", "c"/],
      [{ a: "1", c: "1" }, /without gaps/],
      [{ a: "1", z: "1" }, /"z" is not a field of this key/],
      [{ a: "1", b: undefined }, /"b" is missing|as text/],
      [{ a: null, b: "1" }, /"a" is missing/],
      [{ a: "", b: "1" }, /"a" is empty/]
    ]
    for (const [values, message] of bad) {
      assert.match(failureOf(three.prefix(values)).message, message)
      assert.match(failureOf(three.range("gte", values)).message, message)
      assert.match(failureOf(three.beginsWith(values)).message, message)
      assert.match(failureOf(three.between(values, values)).message, message)
    }
  })

  it("wants two bounds of the same place, in order", () => {
    assert.match(failureOf(key.between({ placedAt: "1" }, { placedAt: "1", orderId: "a" })).message, /same fields/)
    assert.match(
      failureOf(key.between({ placedAt: "1", orderId: "a" }, { placedAt: "2", orderId: "b" })).message,
      /equal in all but the last/
    )
    assert.match(failureOf(key.between({ placedAt: "b" }, { placedAt: "a" })).message, /above the upper one/)
    assert.deepStrictEqual(unwrap(key.between({ placedAt: "a" }, { placedAt: "a" })), between("a#", "a$"))
    // By bytes, not by UTF-16 units: U+FFFD is below U+1F600.
    assert(Result.isSuccess(key.between({ placedAt: "\ufffd" }, { placedAt: "😀" })))
  })

  it("keeps bounds within DynamoDB's limit", () => {
    for (const length of [1022, 1023, 1024, 1025]) {
      const last = "x".repeat(length - 2)
      for (const op of ["lt", "lte", "gte", "gt"] as const) {
        const bound = key.range(op, { placedAt: "1", orderId: last })
        assert.strictEqual(Result.isSuccess(bound), length <= 1024)
        if (Result.isSuccess(bound)) {
          assertAllowed(bound.success)
        }
      }
    }
    assert.deepStrictEqual(
      unwrap(key.range("gt", { placedAt: "1", orderId: "x".repeat(1022) })),
      between(`1#${"x".repeat(1021)}y`, "1$")
    )
    // With its separator and one more byte no key could hold it.
    assert.match(failureOf(key.prefix({ placedAt: "x".repeat(1023) })).message, /1024 bytes/)
    assert(Result.isSuccess(key.prefix({ placedAt: "x".repeat(1022) })))
  })

  it("has a condition for all keys of an entity where they share text", () => {
    assert.isUndefined(key.all)
    assert.deepStrictEqual(make(list(), {}, { entity: "Note" }).all, one("eq", "note"))
    assert.deepStrictEqual(unwrap(make(list(), {}, { entity: "Note" }).prefix({})), one("eq", "note"))
    assert.match(failureOf(make(list(), {}).range("lt", {})).message, /no fields/)
    assert.deepStrictEqual(
      make(list("placedAt"), order, { config: { prefixSortKey: true } }).all,
      one("beginsWith", "placedAt#")
    )
    assert.deepStrictEqual(make(template("comm#{placedAt}"), order).all, one("beginsWith", "comm#"))
    assert.deepStrictEqual(make(template("metadata"), {}).all, one("eq", "metadata"))
  })
})

describe("conditions on templates", () => {
  it("stay inside their literal text", () => {
    const key = make(template("ORDER#{placedAt}#ITEM#{orderId}"), order)
    assert.deepStrictEqual(unwrap(key.prefix({ placedAt: "1" })), one("beginsWith", "ORDER#1#ITEM#"))
    assert.deepStrictEqual(ranges(key, { placedAt: "1" }), [
      between("ORDER#", "ORDER#1#"),
      between("ORDER#", "ORDER#1$"),
      between("ORDER#1#", "ORDER$"),
      between("ORDER#1$", "ORDER$")
    ])
  })

  it("take text after the last placeholder as part of the whole key", () => {
    const key = make(template("#{placedAt}#END"), order)
    assert.deepStrictEqual(unwrap(key.prefix({ placedAt: "1" })), one("eq", "#1#END"))
    assert.deepStrictEqual(unwrap(key.range("lte", { placedAt: "1" })), between("#", "#1#END"))
  })

  it("refuse beginnings that literal text could go on from", () => {
    const key = make(template("{placedAt}xy{orderId}"), order)
    assert.deepStrictEqual(unwrap(key.beginsWith({ placedAt: "1y" })), one("beginsWith", "1y"))
    assert.deepStrictEqual(unwrap(key.beginsWith({ placedAt: "xy" })), one("beginsWith", "xy"))
    assert.match(failureOf(key.beginsWith({ placedAt: "1x" })).message, /would seem to go on/)
    assert.match(failureOf(key.beginsWith({ placedAt: "1xy2" })).message, /would seem to go on/)
  })

  it("go no further than the first of two touching placeholders", () => {
    const fields: Fields = { name: "string", id: "string", n: "number" }
    const key = make(template("a#{name}{id}", { oneWay: true }), fields, { primary: false })
    assert.deepStrictEqual(unwrap(key.beginsWith({ name: "Bo" })), one("beginsWith", "a#Bo"))
    assert.deepStrictEqual(unwrap(key.range("gte", { name: "Bo" })), between("a#Bo", "a$"))
    assert.deepStrictEqual(unwrap(key.prefix({ name: "Bo", id: "1" })), one("eq", "a#Bo1"))
    assert.match(failureOf(key.prefix({ name: "Bo" })).message, /its end is unknown/)
    assert.match(failureOf(key.range("lt", { name: "Bo", id: "1" })).message, /its end is unknown/)
    assert.match(failureOf(key.beginsWith({ name: "Bo", id: "1" })).message, /its end is unknown/)
    // An ordered number shows where it ends.
    const scores = make(template("a#{n:ordered}{id}", { oneWay: true }), fields, { primary: false })
    assert.deepStrictEqual(unwrap(scores.range("lte", { n: 10 })), between("a#", "a#d10f"))
  })

  it("need an order of their own parts", () => {
    const parts = {
      none: { schema: Schema.String },
      up: { schema: Schema.String, order: "ascending" as const },
      down: { schema: Schema.String, order: "descending" as const }
    }
    const fields: Fields = { a: "string", b: "string" }
    assert.match(
      failureOf(make(template("{a:none}#{b}", { parts }), fields).range("lt", { a: "1" })).message,
      /`order`/
    )
    assert.deepStrictEqual(
      unwrap(make(template("{a:up}#{b}", { parts }), fields).range("lt", { a: "1" })),
      one("lt", "1#")
    )
    assert.deepStrictEqual(
      unwrap(make(template("{a:down}#{b}", { parts }), fields).range("lt", { a: "1" })),
      one("gte", "1$")
    )
  })

  it("do not range over a field that stands in the key twice", () => {
    const key = make(template("{placedAt}#{placedAt}#{orderId}"), order)
    assert.deepStrictEqual(unwrap(key.prefix({ placedAt: "1" })), one("beginsWith", "1#1#"))
    assert.match(failureOf(key.range("lt", { placedAt: "1" })).message, /more than once/)
  })
})

describe("conditions on plain attributes", () => {
  it("are DynamoDB's own", () => {
    const text = make(attribute("x"), { x: "string" })
    assert.deepStrictEqual(unwrap(text.prefix({ x: "a#" })), one("eq", "a#"))
    assert.deepStrictEqual(unwrap(text.beginsWith({ x: "a#" })), one("beginsWith", "a#"))
    assert.deepStrictEqual(ranges(text, { x: "a" }), [one("lt", "a"), one("lte", "a"), one("gte", "a"), one("gt", "a")])
    assert.match(failureOf(text.beginsWith({ x: "" })).message, /empty/)
    assert.match(failureOf(text.between({ x: "b" }, { x: "a" })).message, /above/)
    assert.match(failureOf(text.range("lt", { y: 1 })).message, /"y" is not a field/)
    const number = make(attribute("x"), { x: "number" }, { type: "N" })
    assert.deepStrictEqual(unwrap(number.between({ x: 9 }, { x: 10 })), {
      op: "between",
      lower: { N: "9" },
      upper: { N: "10" }
    })
    assert.match(failureOf(number.between({ x: 10 }, { x: 9 })).message, /above/)
    assert.match(failureOf(number.beginsWith({ x: 1 })).message, /range operator/)
    const binary = make(attribute("x"), { x: "binary" }, { type: "B" })
    const bytes = (...values: ReadonlyArray<number>) => new Uint8Array(values)
    assert.deepStrictEqual(unwrap(binary.beginsWith({ x: bytes(1) })), { op: "beginsWith", value: { B: bytes(1) } })
    assert.match(failureOf(binary.beginsWith({ x: "a" })).message, /as bytes/)
    assert.match(failureOf(binary.between({ x: bytes(2) }, { x: bytes(1, 9) })).message, /above/)
    assert(Result.isSuccess(binary.between({ x: bytes(1) }, { x: bytes(1, 0) })))
  })
})
