import type { Attribute } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { itemSize, valueSize } from "../src/internal/itemSize.ts"

type Value = Attribute.AttributeValue

describe("the size of a value", () => {
  const sizes: ReadonlyArray<readonly [what: string, value: Value, size: number]> = [
    ["a text, in UTF-8", { S: "aé€😀" }, 1 + 2 + 3 + 4],
    ["no text", { S: "" }, 0],
    ["a number, by its digits", { N: "12345" }, 3 + 1],
    ["a negative number", { N: "-12" }, 1 + 1 + 1],
    ["a number without its outer zeros", { N: "1000.500" }, 3 + 1],
    ["a number in powers of ten", { N: "12E+100" }, 1 + 1],
    ["zero", { N: "0" }, 1],
    ["bytes", { B: new Uint8Array(7) }, 7],
    ["a boolean", { BOOL: false }, 1],
    ["null", { NULL: true }, 1],
    ["an empty list", { L: [] }, 3],
    ["a list", { L: [{ S: "ab" }, { L: [] }] }, 3 + 1 + 2 + 1 + 3],
    ["a map", { M: { ab: { S: "c" }, d: { BOOL: true } } }, 3 + 2 + 2 + 1 + 1 + 1],
    ["a set of texts", { SS: ["a", "bc"] }, 3],
    ["a set of numbers", { NS: ["1", "22"] }, 4],
    ["a set of bytes", { BS: [new Uint8Array(1), new Uint8Array(2)] }, 3]
  ]
  for (const [what, value, size] of sizes) {
    it(`of ${what}`, () => {
      assert.strictEqual(valueSize(value), size)
    })
  }
})

describe("the size of an item", () => {
  it("is that of its names and values", () => {
    assert.strictEqual(itemSize({ pk: { S: "a" }, é: { N: "1" } }), 2 + 1 + 2 + 2)
  })

  it("counts text as the platform encodes it", () => {
    const text = Array.from({ length: 0x800 }, (_, i) =>
      String.fromCodePoint(i * 0x21 + (i * 0x21 >= 0xd800 ? 0x2000 : 0))
    ).join("")
    assert.strictEqual(valueSize({ S: text }), new TextEncoder().encode(text).length)
  })
})
