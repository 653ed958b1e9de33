import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fs from "node:fs"
import * as decimal from "../../src/internal/decimal.ts"
import * as ordered from "../../src/internal/keys/ordered.ts"
import { compareBytes } from "./fixtures.ts"

const golden: ReadonlyArray<readonly [number: string, ascending: string, descending: string]> = [
  ["-1e125", "A873K899V", "z126p100e"],
  ["-1", "X8V", "c1e"],
  ["-1e-130", "Y998K899V", "b001p100e"],
  ["0", "a", "a"],
  ["1e-130", "b001p100e", "Y998K899V"],
  ["0.5", "c0p500e", "X9K499V"],
  ["9", "c9e", "X0V"],
  ["10", "d10e", "W89V"],
  ["10.25", "d10p250e", "W89K749V"],
  ["1234567", "i1234567e", "R8765432V"],
  ["1e125", "z126p100e", "A873K899V"]
]

/** Any number DynamoDB can hold, as text; many of them close to each other. */
const Numbers = Schema.Struct({
  negative: Schema.Boolean,
  coefficient: Schema.Union([
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1200 })),
    Schema.BigInt.check(Schema.isBetweenBigInt({ minimum: 0n, maximum: 10n ** 38n - 1n }))
  ]),
  exponent: Schema.Union([
    Schema.Int.check(Schema.isBetween({ minimum: -13, maximum: 0 })),
    Schema.Int.check(Schema.isBetween({ minimum: -130, maximum: 87 }))
  ])
})

const textOf = (n: typeof Numbers.Type): string => `${n.negative ? "-" : ""}${n.coefficient}e${n.exponent}`

const held = (text: string): decimal.Decimal => {
  const number = decimal.parse(text)
  assert(number !== undefined && decimal.inRange(number), text)
  return number
}

const write = (text: string, descending = false): string => {
  const out = ordered.encode(text, descending)
  assert.isDefined(out, text)
  return out
}

describe("ordered numbers", () => {
  it("has the golden rows, both ways and back", () => {
    for (const [number, ascending, descending] of golden) {
      assert.strictEqual(write(number), ascending, number)
      assert.strictEqual(write(number, true), descending, number)
      assert.strictEqual(ordered.decode(ascending, false), decimal.normalize(number), number)
      assert.strictEqual(ordered.decode(descending, true), decimal.normalize(number), number)
    }
  })

  it("is documented with its golden rows", () => {
    const page = fs.readFileSync(new URL("../../../../docs/ordered-numbers.md", import.meta.url), "utf8")
    const rows = page
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "").replace("−", "-")))
      .filter((cells) => /^-?\d\S*$/.test(cells[1] ?? ""))
      .map((cells) => cells.slice(1, 4))
    assert.deepStrictEqual(
      rows,
      golden.map((row) => Array.from(row))
    )
  })

  it("sorts across every change of form", () => {
    const rising = [
      "9.9e125",
      "1e125",
      "1.0000000000000000000000000000000000001e24",
      "1e24",
      "1e23",
      "99999999999999999999999.5",
      "99999999999999999999999",
      "1e22",
      "100.001",
      "100",
      "99.9999",
      "99.9",
      "99",
      "10.5",
      "10.25",
      "10.2",
      "10",
      "9.999999",
      "9.5",
      "9",
      "1.5",
      "1.001",
      "1.0001",
      "1",
      "0.999999",
      "0.5",
      "0.05",
      "1e-8",
      "1.5e-9",
      "1e-9",
      "9.99e-10",
      "1e-10",
      "1e-11",
      "1.5e-130",
      "1e-130"
    ].reverse()
    const all = [...rising.map((text) => `-${text}`).reverse(), "0", ...rising]
    const texts = all.map((text) => write(text))
    assert.deepStrictEqual(texts.toSorted(compareBytes), texts)
    const reversed = all.map((text) => write(text, true)).reverse()
    assert.deepStrictEqual(reversed.toSorted(compareBytes), reversed)
    assert.strictEqual(new Set(texts).size, texts.length)
  })

  it("is short", () => {
    assert.strictEqual(write("1234567890").length, 12)
    assert.strictEqual(write(`-${"9".repeat(38)}e-46`).length <= 67, true)
    assert.strictEqual(write(`${"9".repeat(38)}e88`).length, 57)
  })

  it("refuses numbers that DynamoDB cannot hold, and text that is not of the form", () => {
    for (const text of ["1e126", "1e-131", "1".repeat(39), "NaN", "", "Infinity"]) {
      assert.isUndefined(ordered.encode(text, false), text)
    }
    const bad = [
      "",
      "b",
      "c9",
      "c99e",
      "d9e",
      "d09e",
      "c0e",
      "c9p000e",
      "c9p50e",
      "c9p500p000e",
      "c9ee",
      "c9E",
      "C9e",
      "aa",
      "A",
      "Z",
      "z010p100e",
      "z126p010e",
      "z127p100e",
      "b000p100e",
      "b122p100e",
      "b001e",
      "X8e",
      "x8V",
      "9",
      "-1",
      "c٣e",
      `c1${"p111".repeat(13)}e`
    ]
    for (const text of bad) {
      assert.isUndefined(ordered.decode(text, false), text)
      assert.isUndefined(ordered.decode(text, true), text)
    }
  })

  it.prop(
    "keeps order in bytes, whatever follows, and parses back",
    { a: Numbers, b: Numbers },
    ({ a, b }) => {
      const x = textOf(a)
      const y = textOf(b)
      for (const descending of [false, true]) {
        const [s, t] = [write(x, descending), write(y, descending)]
        assert.match(s, /^[0-9A-Za-z]+$/)
        assert.strictEqual(ordered.decode(s, descending), decimal.normalize(x))
        const order = decimal.compare(held(x), held(y))
        assert.strictEqual(Math.sign(compareBytes(s, t)), descending ? 0 - order : order)
        if (order !== 0) {
          // Followed by the least and the greatest text.
          assert.strictEqual(Math.sign(compareBytes(s + "\u{10ffff}", t + "\u0000")), descending ? 0 - order : order)
        }
      }
    },
    { arbitrary: { runs: 4000, seed: 5 } }
  )
})
