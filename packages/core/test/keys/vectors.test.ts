/** The hazards of composite keys that were recorded on DynamoDB Local: `id` names the recorded case. */
import { assert, describe, it } from "@effect/vitest"
import {
  attribute,
  compareBytes,
  failureOf,
  type Fields,
  holds,
  list,
  make,
  template,
  textOf,
  unwrap
} from "./fixtures.ts"

const xy: Fields = { x: "string", y: "string" }

describe("recorded hazards", () => {
  it("sep-in-value", () => {
    const key = make(template("T#{x}#{y}"), xy)
    assert.notStrictEqual(textOf(key, { x: "a#b", y: "c" }), textOf(key, { x: "a", y: "b#c" }))
  })

  it("empty-field", () => {
    const key = make(template("T#{x}#{y}"), xy)
    assert.strictEqual(failureOf(key.encode({ x: "", y: "#a" })).field, "x")
    assert.strictEqual(textOf(key, { x: "#", y: "a" }), "T#\\##a")
  })

  it("num-9-10", () => {
    for (const form of ["ordered", "4"]) {
      const key = make(template(`N#{n:${form}}`), { n: "number" })
      const texts = [9, 10].map((n) => textOf(key, { n }))
      assert.deepStrictEqual(texts.toSorted(compareBytes), texts)
    }
    assert.match(failureOf(make(template("N#{n}"), { n: "number" }).range("gt", { n: 9 })).message, /ordered/)
  })

  it("date-ms", () => {
    const key = make(template("D#{d}"), { d: "date" })
    const dates = ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.500Z", "2024-01-01T00:00:01Z"]
    const texts = dates.map((d) => textOf(key, { d: new Date(d) }))
    assert.deepStrictEqual(texts.toSorted(compareBytes), texts)
  })

  it("id-prefix", () => {
    const key = make(template("USER#{u}#ORDER#{o}"), { u: "string", o: "string" })
    const inputs = [
      { u: "1", o: "a" },
      { u: "10", o: "b" },
      { u: "1", o: "c" }
    ]
    const bound = unwrap(key.prefix({ u: "1" }))
    assert.deepStrictEqual(
      inputs.flatMap((input, i) => (holds(bound, textOf(key, input)) ? [i] : [])),
      [0, 2]
    )
  })

  it("between-upper", () => {
    const key = make(template("D#{d}#{id}"), { d: "string", id: "string" })
    const inputs = [
      ["2024-01-01", "a"],
      ["2024-01-31", "b"],
      ["2024-01-31", "0"],
      ["2024-02-01", "c"]
    ]
    const bound = unwrap(key.between({ d: "2024-01-01" }, { d: "2024-01-31" }))
    const found = inputs.flatMap(([d, id], i) => (holds(bound, textOf(key, { d, id })) ? [i] : []))
    assert.deepStrictEqual(found, [0, 1, 2])
    assert.isTrue(holds(bound, "D#2024-01-31#"))
  })

  it("pk-2048", () => {
    const key = make(template("P#{x}"), xy, { role: "partition" })
    assert.strictEqual(textOf(key, { x: "€".repeat(681) }).length, 683)
    assert.match(failureOf(key.encode({ x: "€".repeat(685) })).message, /2048/)
  })

  it("sk-1024", () => {
    const key = make(list("x", "y"), xy)
    assert.strictEqual(textOf(key, { x: "a".repeat(1000), y: "b".repeat(23) }).length, 1024)
    assert.match(failureOf(key.encode({ x: "a".repeat(1000), y: "b".repeat(24) })).message, /1024/)
  })

  it("empty-plain-key", () => {
    const key = make(attribute("x"), xy)
    for (const result of [
      key.encode({ x: "" }),
      key.prefix({ x: "" }),
      key.beginsWith({ x: "" }),
      key.range("gt", { x: "" })
    ]) {
      assert.match(failureOf(result).message, /empty/)
    }
  })

  it("undefined-field", () => {
    const key = make(template("T#{x}#{y}"), xy)
    for (const y of [undefined, null]) {
      const failure = failureOf(key.encode({ x: "a", y }))
      assert.deepStrictEqual([failure.field, failure.absent], ["y", true])
    }
  })

  it("roundtrip-pad", () => {
    const key = make(template("I#{n:8}"), { n: "number" })
    assert.strictEqual(textOf(key, { n: 12345678 }), "I#12345678")
    assert.deepStrictEqual(key.parse({ S: "I#12345678" }), { n: { N: "12345678" } })
  })
})
