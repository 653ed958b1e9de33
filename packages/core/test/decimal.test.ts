import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as decimal from "../src/internal/decimal.ts"

const options = { arbitrary: { runs: 500, seed: 11 } }

const Digits = Schema.Struct({
  coefficient: Schema.BigInt.check(Schema.isBetweenBigInt({ minimum: -(10n ** 38n) + 1n, maximum: 10n ** 38n - 1n })),
  exponent: Schema.Int.check(Schema.isBetween({ minimum: -200, maximum: 200 }))
})

describe("decimal", () => {
  it("normalises the text of numbers", () => {
    const rows: Array<[string, string]> = [
      ["0", "0"],
      ["-0", "0"],
      ["0.000", "0"],
      ["0E+500", "0"],
      ["1", "1"],
      ["+1", "1"],
      ["-1.50", "-1.5"],
      ["1.0", "1"],
      ["00042", "42"],
      [".5", "0.5"],
      ["5.", "5"],
      ["-.05", "-0.05"],
      ["1E+20", "100000000000000000000"],
      ["1.5E2", "150"],
      ["1e-3", "0.001"],
      ["12345678901234567890.5", "12345678901234567890.5"],
      ["9".repeat(38), "9".repeat(38)],
      ["1E-130", `0.${"0".repeat(129)}1`],
      ["1E125", `1${"0".repeat(125)}`]
    ]
    for (const [text, plain] of rows) {
      assert.strictEqual(decimal.normalize(text), plain, text)
    }
  })

  it("refuses what is no number", () => {
    for (const text of [
      "",
      " ",
      "-",
      ".",
      "-.",
      "1 ",
      " 1",
      "NaN",
      "Infinity",
      "-Infinity",
      "0x1",
      "1e",
      "e5",
      "1_0",
      "1,5",
      "--1",
      "١"
    ]) {
      assert.isUndefined(decimal.parse(text), JSON.stringify(text))
      assert.isUndefined(decimal.normalize(text), JSON.stringify(text))
    }
  })

  it("knows DynamoDB's range", () => {
    const held = ["9".repeat(38) + "0".repeat(88), "1e-130", "1.5e-130", "-1e125", "9.99e125", "0"]
    const not = [
      "1e126",
      "9.9e-131",
      "1".repeat(39),
      `1.${"0".repeat(37)}1`,
      "1e400",
      "1e99999999999999999999",
      "1e-99999999999999999999"
    ]
    for (const text of held) {
      assert.isDefined(decimal.normalize(text), text)
    }
    for (const text of not) {
      assert.isFalse(decimal.inRange(decimal.parse(text) ?? decimal.zero), text)
      assert.isUndefined(decimal.normalize(text), text)
    }
  })

  it("compares by value", () => {
    const rising = [
      "-1e125",
      "-10",
      "-9.5",
      "-9",
      "-1e-130",
      "0",
      "1e-130",
      "0.1",
      "1",
      "1.05",
      "1.5",
      "9",
      "10",
      "1e125"
    ]
    for (const [i, a] of rising.entries()) {
      for (const [j, b] of rising.entries()) {
        const order = decimal.compare(decimal.parse(a) ?? decimal.zero, decimal.parse(b) ?? decimal.zero)
        assert.strictEqual(order, Math.sign(i - j), `${a} ? ${b}`)
      }
    }
  })

  it.prop(
    "gives one text to every spelling of a number",
    { n: Digits },
    ({ n }) => {
      const a = decimal.parse(`${n.coefficient}e${n.exponent}`)
      const b = decimal.parse(`${n.coefficient}000e${n.exponent - 3}`)
      assert.isDefined(a)
      assert.deepStrictEqual(a, b)
      const text = decimal.format(a)
      assert.match(text, /^(0|-?([1-9]\d*|0)(\.\d*[1-9])?)$/)
      assert.deepStrictEqual(decimal.parse(text), a)
    },
    options
  )

  it.prop(
    "agrees with JavaScript on its own numbers",
    { a: Schema.Finite, b: Schema.Finite },
    ({ a, b }) => {
      const x = decimal.parse(String(a)) ?? decimal.zero
      const y = decimal.parse(String(b)) ?? decimal.zero
      assert.strictEqual(decimal.compare(x, y), a < b ? -1 : a > b ? 1 : 0)
      assert.strictEqual(Number(decimal.format(x)), a === 0 ? 0 : a)
    },
    options
  )
})
