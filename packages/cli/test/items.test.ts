import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fromDynamoJson, toDynamoText } from "../src/items/dynamoJson.ts"
import { jsonMistake } from "../src/items/jsonMistake.ts"
import { fromPlainText, lossIn, toPlainText } from "../src/items/plain.ts"
import { anyItems } from "../test-support/items.ts"

const own = (name: string, value: unknown): Record<string, never> => {
  const object = {}
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  return object
}

describe("plain JSON", () => {
  it.effect.prop(
    "brings back every item without sets and binary",
    { item: anyItems("plain") },
    ({ item }) =>
      Effect.sync(() => {
        assert.strictEqual(lossIn(item), undefined)
        const text = toPlainText(item)
        assert.notInclude(text, "\n")
        assert.deepStrictEqual(fromPlainText(text), item)
      }),
    { arbitrary: { runs: 500, seed: 7 } }
  )

  it.effect.prop(
    "is JSON that every program reads",
    { item: anyItems("all") },
    ({ item }) => Effect.sync(() => assert.doesNotThrow(() => void JSON.parse(toPlainText(item)))),
    { arbitrary: { runs: 500, seed: 8 } }
  )

  it("has no character as such that steers a terminal or turns the direction of text", () => {
    const text = "\u001b[31m\u007f\u009b31m\u202e\u2066\u2028"
    for (const write of [toPlainText, toDynamoText]) {
      const json = write({ [text]: { S: text } })
      assert.match(json, /^[\x20-\x7e]+$/)
      assert.include(JSON.stringify(JSON.parse(json)), JSON.stringify(text))
    }
    assert.deepStrictEqual(fromPlainText(toPlainText({ s: { S: text } })), { s: { S: text } })
  })

  it("keeps the digits of numbers", () => {
    const item = { n: { N: "12345678901234567890123456789012345678" }, l: { L: [{ N: "-0.10" }, { N: "1E-130" }] } }
    assert.strictEqual(toPlainText(item), '{"n":12345678901234567890123456789012345678,"l":[-0.10,1E-130]}')
    assert.deepStrictEqual(fromPlainText(toPlainText(item)), item)
    assert.strictEqual(toPlainText({ a: { N: "+007." }, b: { N: ".5e3" } }), '{"a":7,"b":0.5e3}')
  })

  it("keeps names that mean something to the language", () => {
    const item = own("__proto__", { M: own("__proto__", { N: "1" }) })
    assert.strictEqual(toPlainText(item), '{"__proto__":{"__proto__":1}}')
    assert.deepStrictEqual(Object.entries(fromPlainText(toPlainText(item))), Object.entries(item))
  })

  it("shows sets and binary, and tells where they are", () => {
    const item = {
      a: { S: "x" },
      m: { M: { l: { L: [{ N: "1" }, { SS: ["b", "c"] }] } } },
      b: { B: Uint8Array.of(255) }
    }
    assert.strictEqual(toPlainText(item), '{"a":"x","m":{"l":[1,["b","c"]]},"b":"/w=="}')
    assert.strictEqual(lossIn(item), "m.l[1]")
    assert.strictEqual(lossIn({ n: { NS: ["1"] } }), "n")
  })

  it("refuses what is no object, without repeating it", () => {
    assert.throws(() => fromPlainText("[1]"), "no object")
    assert.throws(() => fromPlainText('{"password": secret}'), /^It is no JSON: Unexpected token 's'$/)
    assert.throws(() => fromPlainText('{"a":"b" "c"}'), /^It is no JSON: .* at position 9$/)
  })

  it("takes the last of a name that is there twice", () => {
    assert.deepStrictEqual(fromPlainText('{"a":1,"a":22222222222222222222}'), { a: { N: "22222222222222222222" } })
  })
})

describe("DynamoDB JSON", () => {
  it.effect.prop(
    "brings back every item",
    { item: anyItems("all") },
    ({ item }) =>
      Effect.sync(() => {
        const text = toDynamoText(item)
        assert.notInclude(text, "\n")
        assert.deepStrictEqual(fromDynamoJson(JSON.parse(text)), item)
      }),
    { arbitrary: { runs: 500, seed: 9 } }
  )

  it("writes binary as base64, also below a name that means something to the language", () => {
    const item = own("__proto__", { M: { b: { B: Uint8Array.of(0, 255) }, s: { BS: [Uint8Array.of(1)] } } })
    const text = '{"__proto__":{"M":{"b":{"B":"AP8="},"s":{"BS":["AQ=="]}}}}'
    assert.strictEqual(toDynamoText(item), text)
    assert.deepStrictEqual(Object.entries(fromDynamoJson(JSON.parse(text))), Object.entries(item))
  })

  it("names the attribute that is none", () => {
    const refused = (item: unknown, why: string) => assert.throws(() => fromDynamoJson(item), why)
    refused({ a: "text" }, 'The attribute "a" is no value of DynamoDB JSON')
    refused({ a: { S: "x", N: "1" } }, 'The attribute "a" is no value')
    refused({ a: { M: { b: { N: 1 } } } }, 'The attribute "a.b" is no N: it takes a number in quotes')
    refused({ a: { L: [{ S: "" }, { B: "no base64" }] } }, 'The attribute "a[1]" is no B: it takes base64')
    refused({ a: { BS: ["AQ==", "?"] } }, 'The attribute "a" is no BS')
    refused({ a: { NULL: false } }, 'The attribute "a" is no NULL')
    refused({ a: { SS: ["a", 1] } }, 'The attribute "a" is no SS')
    refused({ a: { Q: 1 } }, 'The attribute "a" has the type "Q"')
    refused(["a"], "no object")
  })
})

describe("mistakes in JSON", () => {
  it("are told without the text", () => {
    for (const text of ['{"a": secret}', '"secret', '{"secret"', "{secret}", '{"a":"secret\n"}', ""]) {
      let message = ""
      try {
        JSON.parse(text)
      } catch (error) {
        message = jsonMistake(error)
      }
      assert.notInclude(message, "secret")
      assert.include(message, "It is no JSON: ")
    }
  })
})
