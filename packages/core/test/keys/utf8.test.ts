import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as utf8 from "../../src/internal/keys/utf8.ts"
import { compareBytes } from "./fixtures.ts"

const characters = [
  "\u0000",
  "a",
  "\u007f",
  "\u0080",
  "\u07ff",
  "\u0800",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "\u{10000}",
  "😀",
  "\u{10ffff}"
]
const Text = Schema.Array(Schema.Literals(characters)).check(Schema.isMaxLength(5))
const options = { arbitrary: { runs: 2000, seed: 3 } }

describe("utf8", () => {
  it.prop(
    "measures and compares as the bytes do",
    { a: Text, b: Text },
    ({ a, b }) => {
      const [x, y] = [a.join(""), b.join("")]
      assert.strictEqual(utf8.byteLength(x), Buffer.byteLength(x))
      assert.strictEqual(utf8.isLongerThan(x, 6), Buffer.byteLength(x) > 6)
      assert.strictEqual(Math.sign(utf8.compare(x, y)), compareBytes(x, y))
      assert.isTrue(utf8.isWellFormed(x))
    },
    options
  )

  it.prop(
    "has nothing between a string and its neighbours",
    { a: Text, b: Text },
    ({ a, b }) => {
      const [x, y] = [a.join(""), b.join("")]
      const limit = 20
      const after = utf8.afterPrefix(x)
      if (after !== undefined) {
        assert.isBelow(compareBytes(x, after), 0)
        // A string at or above x, and below what is after it, begins with x.
        assert.strictEqual(y.startsWith(x), compareBytes(x, y) <= 0 && compareBytes(y, after) < 0)
      }
      const above = utf8.above(x, limit)
      assert.strictEqual(compareBytes(y, x) > 0, above !== undefined && compareBytes(y, above) >= 0)
      if (x !== "") {
        const below = utf8.below(x, limit)
        assert.isAtMost(Buffer.byteLength(below), limit)
        assert.strictEqual(compareBytes(y, x) < 0, compareBytes(y, below) <= 0)
      }
    },
    options
  )

  it("has neighbours at the limit", () => {
    assert.strictEqual(utf8.above("aa", 3), "aa\u0000")
    assert.strictEqual(utf8.above("aaa", 3), "aab")
    // One more would take a byte more: the next string ends earlier.
    assert.strictEqual(utf8.above("aa\u007f", 3), "ab")
    assert.strictEqual(utf8.above("a\u07ff", 3), "b")
    assert.isUndefined(utf8.above("\u{10ffff}", 4))
    assert.strictEqual(utf8.below("ab", 7), "aa\u{10ffff}\u007f")
    assert.strictEqual(utf8.below("a\u0000", 7), "a")
    assert.strictEqual(utf8.below("\ue000", 5), "\ud7ff\u07ff")
    assert.isUndefined(utf8.afterPrefix(""))
    assert.strictEqual(utf8.afterPrefix("a\u{10ffff}"), "b")
  })

  it("knows halves of surrogate pairs", () => {
    for (const text of ["\ud800", "\udfff", "a\ud83d", "\ude00\ud83d", "\ud83d\ud83d\ude00", "😀\ude00"]) {
      assert.isFalse(utf8.isWellFormed(text))
    }
  })
})
