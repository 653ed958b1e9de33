import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { holdsAll, holdsNone, isOther, sameItem, sameValue, sumOf } from "../src/internal/attributeValues.ts"

const bytes = (...of: ReadonlyArray<number>) => new Uint8Array(of)

describe("attribute values", () => {
  const equal: ReadonlyArray<readonly [AttributeValue, AttributeValue]> = [
    [{ S: "a" }, { S: "a" }],
    [{ S: "" }, { S: "" }],
    [{ N: "1" }, { N: "1.0" }],
    [{ N: "100" }, { N: "1E2" }],
    [{ N: "0.5" }, { N: ".50" }],
    [{ N: "-0" }, { N: "0.00" }],
    [{ N: "0e9" }, { N: "0" }],
    [{ N: "+00042" }, { N: "42" }],
    [{ N: "-1.5e-3" }, { N: "-0.0015" }],
    [{ B: bytes(1, 2) }, { B: Buffer.from([1, 2]) }],
    [{ BOOL: false }, { BOOL: false }],
    [{ NULL: true }, { NULL: true }],
    [{ SS: ["a", "b"] }, { SS: ["b", "a"] }],
    [{ NS: ["1", "2.0"] }, { NS: ["2", "1"] }],
    [{ BS: [bytes(1), bytes(2)] }, { BS: [bytes(2), bytes(1)] }],
    [{ L: [{ N: "1" }, { S: "a" }] }, { L: [{ N: "1.0" }, { S: "a" }] }],
    [{ M: { a: { N: "1" }, b: { NULL: true } } }, { M: { b: { NULL: true }, a: { N: "1" } } }],
    [{ M: JSON.parse('{"__proto__":{"S":"x"}}') }, { M: JSON.parse('{"__proto__":{"S":"x"}}') }]
  ]
  for (const [a, b] of equal) {
    it(`${JSON.stringify(a)} is ${JSON.stringify(b)}`, () => {
      assert.isTrue(sameValue(a, b))
      assert.isTrue(sameValue(b, a))
      assert.isFalse(isOther(a, b))
    })
  }

  const different: ReadonlyArray<readonly [AttributeValue, AttributeValue | undefined]> = [
    [{ S: "a" }, undefined],
    [{ S: "1" }, { N: "1" }],
    [{ N: "1" }, { N: "-1" }],
    [{ N: "10" }, { N: "1" }],
    [{ N: "99999999999999999999999999999999999999" }, { N: "99999999999999999999999999999999999998" }],
    [{ B: bytes(1) }, { B: bytes(1, 0) }],
    [{ B: bytes(1) }, { S: "AQ==" }],
    [{ BOOL: false }, { BOOL: true }],
    [{ BOOL: false }, { NULL: true }],
    [{ SS: ["a"] }, { SS: ["a", "b"] }],
    [{ SS: ["1"] }, { NS: ["1"] }],
    [{ SS: ["a"] }, { L: [{ S: "a" }] }],
    [{ L: [{ S: "a" }, { S: "b" }] }, { L: [{ S: "b" }, { S: "a" }] }],
    [{ L: [] }, { M: {} }],
    [{ M: { a: { S: "x" } } }, { M: {} }],
    [{ M: { a: { S: "x" } } }, { M: { b: { S: "x" } } }],
    [JSON.parse("{}"), JSON.parse("{}")]
  ]
  for (const [a, b] of different) {
    it(`${JSON.stringify(a)} is not ${JSON.stringify(b)}`, () => {
      assert.isFalse(sameValue(a, b))
      assert.isFalse(sameValue(b, a))
    })
  }

  it("what was given as undefined was not sent", () => {
    assert.isTrue(sameItem({ a: { S: "x" }, b: undefined as never }, { a: { S: "x" } }))
    assert.isFalse(sameItem({ a: { S: "x" }, b: undefined as never }, { a: { S: "x" }, c: { S: "y" } }))
  })

  it("only scalars are known to differ", () => {
    assert.isTrue(isOther({ N: "1" }, { N: "2" }))
    assert.isTrue(isOther({ N: "1" }, { S: "1" }))
    assert.isTrue(isOther({ BOOL: true }, { NULL: true }))
    assert.isFalse(isOther({ N: "1" }, { N: "one" }))
    assert.isFalse(isOther({ N: "1" }, { L: [] }))
    assert.isFalse(isOther({ SS: ["a"] }, { SS: ["b"] }))
  })

  it("members of sets", () => {
    assert.isTrue(holdsAll({ NS: ["1", "2", "3"] }, { NS: ["3.0", "1"] }))
    assert.isFalse(holdsAll({ NS: ["1"] }, { NS: ["1", "2"] }))
    assert.isFalse(holdsAll(undefined, { SS: ["a"] }))
    assert.isFalse(holdsAll({ SS: ["1"] }, { NS: ["1"] }))
    assert.isTrue(holdsNone({ SS: ["a"] }, { SS: ["b"] }))
    assert.isFalse(holdsNone({ BS: [bytes(1), bytes(2)] }, { BS: [bytes(2)] }))
    assert.isFalse(holdsNone({ S: "a" }, { SS: ["b"] }))
  })
})

describe("sums", () => {
  const cases: ReadonlyArray<readonly [a: string, b: string, sign: 1 | -1, sum: string | undefined]> = [
    ["1", "1", 1, "2"],
    ["1", "1", -1, "0"],
    ["0.1", "0.2", 1, "0.3"],
    ["-5", "1E2", 1, "95"],
    ["99999999999999999999999999999999999998", "1", 1, "99999999999999999999999999999999999999"],
    ["9999999999999999999999999999999999999", "1", 1, "1E37"],
    ["99999999999999999999999999999999999999", "0.1", 1, undefined],
    ["1E125", "1E-130", 1, undefined],
    ["1E9999", "1", 1, undefined],
    ["one", "1", 1, undefined],
    ["1", "", 1, undefined]
  ]
  for (const [a, b, sign, sum] of cases) {
    it(`${a} ${sign === 1 ? "+" : "-"} ${b}`, () => {
      const found = sumOf(a, b, sign)
      if (sum === undefined) assert.isUndefined(found)
      else assert.isTrue(sameValue({ N: found ?? "" }, { N: sum }), found)
    })
  }

  it.prop("of whole numbers are those of JavaScript", { a: Schema.Int, b: Schema.Int }, ({ a, b }) => {
    assert.isTrue(sameValue({ N: sumOf(String(a), String(b), 1) ?? "" }, { N: String(BigInt(a) + BigInt(b)) }))
    assert.isTrue(sameValue({ N: sumOf(String(a), String(b), -1) ?? "" }, { N: String(BigInt(a) - BigInt(b)) }))
  })
})
