import { assert, describe, it } from "@effect/vitest"
import { displayWidth } from "effect/cli/CliOutput"
import { attributeTable, columnsOf, itemTable, shorten } from "../src/reading/itemTable.ts"
import type { Item } from "@effect-dynamo/client/DynamoClient"

const items: ReadonlyArray<Item> = [
  { pk: { S: "a" }, n: { N: "1" }, tags: { SS: ["x"] } },
  { n: { N: "10.5" }, pk: { S: "bcd" }, note: { S: "hello\nworld" } },
  { pk: { S: "日本" }, n: { N: "-3" }, m: { M: { on: { BOOL: true } } } }
]

describe("a table of items", () => {
  it("has keys first, then what most items have", () => {
    assert.deepStrictEqual(columnsOf(items, ["sk", "pk"]), ["pk", "n", "note", "m", "tags"])
  })

  it("has numbers on the right, and everything in one line", () => {
    assert.strictEqual(
      itemTable(items, ["pk"], undefined).text,
      [
        "pk       n  note              m            tags",
        'a        1                                 ["x"]',
        "bcd   10.5  hello\\u000aworld",
        '日本    -3                    {"on":true}'
      ].join("\n")
    )
  })

  it("is no wider than the screen, and says what there was no room for", () => {
    for (let width = 1; width < 60; width++) {
      const { hidden, text } = itemTable(items, ["pk"], width)
      for (const line of text.split("\n")) assert.isAtMost(displayWidth(line), Math.max(2, width), `at ${width}`)
      const shown = text.split("\n")[0]!.trim().split(/\s+/).length
      assert.strictEqual(shown + hidden.length, 5, `at ${width}`)
    }
    assert.deepStrictEqual(itemTable(items, ["pk"], 25).hidden, ["note", "m", "tags"])
  })

  it("gives the room that is left to what was cut", () => {
    const long: ReadonlyArray<Item> = [{ a: { S: "x".repeat(200) }, b: { S: "y" } }]
    const [, row] = itemTable(long, [], 60).text.split("\n")
    assert.strictEqual(row, `${"x".repeat(56)}…  y`)
  })

  it("cuts long texts without splitting what is one character", () => {
    assert.strictEqual(shorten("abc", 3), "abc")
    assert.strictEqual(shorten("abcd", 3), "ab…")
    assert.strictEqual(shorten("日本語", 4), "日…")
    assert.strictEqual(shorten("👩‍👩‍👧x", 2), "…")
    assert.strictEqual(shorten("x".repeat(100_000), 5), "xxxx…")
    assert.strictEqual(shorten("\u001b[31mred", 80), "\\u001b[31mred")
  })

  it("of one item has a line for each attribute", () => {
    assert.strictEqual(
      attributeTable({ n: { N: "1" }, pk: { S: "a b" }, gone: { NULL: true } }, ["pk"]),
      ["ATTRIBUTE  TYPE  VALUE", "pk         S     a b", "gone       NULL  null", "n          N     1"].join("\n")
    )
  })
})
