/** Every rule of KEYS.md on templates and plain attributes. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { attribute, failureOf, type Fields, make, refusal, template, textOf, unwrap } from "./fixtures.ts"

const strings = (...names: ReadonlyArray<string>): Fields => Object.fromEntries(names.map((name) => [name, "string"]))

describe("templates", () => {
  it("ignore configuration and are escaped against their own separator", () => {
    const config = { keySeparator: "|", prefixSortKey: true, escapeKeys: false }
    const key = make(template("ORDER#{placedAt}#{orderId}"), { placedAt: "date", orderId: "string" }, { config })
    const text = textOf(key, { placedAt: new Date(0), orderId: "a|#\\" })
    assert.strictEqual(text, "ORDER#1970-01-01T00:00:00.000Z#a|\\#\\\\")
    assert.deepStrictEqual(key.parse({ S: text }), {
      placedAt: { S: "1970-01-01T00:00:00.000Z" },
      orderId: { S: "a|#\\" }
    })
    const piped = make(template("{a}|{b}", { separator: "|" }), strings("a", "b"))
    assert.strictEqual(textOf(piped, { a: "#|", b: "x" }), "#\\||x")
  })

  it("are literal: no name, no suffix, field names and not stored ones", () => {
    const key = make(template("USER#{id}"), { id: ["string", "i"] }, { role: "partition" })
    assert.strictEqual(textOf(key, { id: "1" }), "USER#1")
    assert.strictEqual(textOf(make(template("metadata"), {}), {}), "metadata")
    assert.deepStrictEqual(make(template("metadata"), {}).parse({ S: "metadata" }), {})
    assert.isUndefined(make(template("metadata"), {}).parse({ S: "metadata2" }))
  })

  it("write braces", () => {
    const key = make(template("{{{a}}}#{{}}"), strings("a"))
    assert.strictEqual(textOf(key, { a: "x" }), "{x}#{}")
    assert.deepStrictEqual(key.parse({ S: "{x}#{}" }), { a: { S: "x" } })
  })

  it("say how values are written", () => {
    const key = make(template("{a:lower}#{b:upper}#{n:ordered}#{m:desc}#{p:4}"), {
      a: "string",
      b: "string",
      n: "number",
      m: "number",
      p: "number"
    })
    assert.strictEqual(textOf(key, { a: "AİSS", b: "ß", n: 5, m: 5, p: 12 }), "ai̇ss#SS#c5e#X4V#0012")
    assert.deepStrictEqual(key.parsed, ["n", "m", "p"])
    assert.deepStrictEqual(key.parse({ S: "a#B#c5e#X4V#0012" }), { n: { N: "5" }, m: { N: "5" }, p: { N: "12" } })
    assert.isUndefined(key.parse({ S: "A#B#c5e#X4V#0012" }))
    assert.isUndefined(key.parse({ S: "a#b#c5e#X4V#0012" }))
  })

  it("take any codec to text as a part", () => {
    const First = Schema.Struct({ letter: Schema.Literals(["a", "b"]) })
    const schema = Schema.fromJsonString(First)
    const key = make(template("L#{x:first}", { parts: { first: { schema } } }), { x: "none" })
    assert.strictEqual(textOf(key, { x: { letter: "a" } }), `L#{"letter":"a"}`)
    const failure = failureOf(key.encode({ x: { letter: "secret" } }))
    assert.match(failure.message, /part's schema/)
    assert.notInclude(failure.message, "secret")
    assert.deepStrictEqual(key.parsed, [])
    assert.deepStrictEqual(key.parse({ S: "L#anything" }), {})
    assert.isTrue(failureOf(key.encode({ x: undefined })).absent)
    const number = make(template("L#{x:n}", { parts: { n: { schema: Schema.Number } } }), { x: "number" })
    assert.match(failureOf(number.encode({ x: 1 })).message, /must encode to text/)
    assert.match(
      failureOf(make(template("{x:s}", { parts: { s: { schema: Schema.String } } }), { x: "string" }).encode({ x: "" }))
        .message,
      /empty/
    )
  })

  it("refuse a value in which the next literal could be found too early", () => {
    const key = make(template("{a}xy{b}-END"), strings("a", "b"))
    for (const values of [
      { a: "1", b: "2" },
      { a: "xy1", b: "xy" },
      { a: "x", b: "-EN" },
      { a: "yx", b: "#" }
    ]) {
      const text = textOf(key, values)
      assert.deepStrictEqual(key.parse({ S: text }), { a: { S: values.a }, b: { S: values.b } }, text)
    }
    for (const values of [
      { a: "1xy", b: "2" },
      { a: "1xy2", b: "2" },
      { a: "1", b: "2-END" },
      { a: "1", b: "2-END3" }
    ]) {
      const failure = failureOf(key.encode(values))
      assert.match(failure.message, /would seem to go on/)
      assert.isFalse(failure.absent)
    }
    // Found early, together with the beginning of the literal itself.
    const overlap = make(template("{a}aba{b}"), strings("a", "b"))
    assert.match(failureOf(overlap.encode({ a: "xab", b: "y" })).message, /would seem to go on/)
  })

  it("keep their braces, separators and parts in order", () => {
    const bad: ReadonlyArray<readonly [string, RegExp, Parameters<typeof template>[1]?]> = [
      ["", /empty/],
      ["a{b", /not closed/],
      ["a}b", /closes nothing/],
      ["{}", /names no field/],
      ["{:lower}", /names no field/],
      ["{a{b}", /inside the placeholder/],
      ["{a:nope}", /neither built in/],
      ["{a:toString}", /neither built in/],
      ["{a:0}", /width/],
      ["{a:39}", /width/],
      ["\ud800{a}", /well-formed/],
      ["{a}", /key separator/, { separator: "x" }],
      ["{a}", /key separator/, { separator: "" }],
      ["{a}", /built-in/, { parts: { lower: { schema: Schema.String } } }],
      ["{a}", /built-in/, { parts: { "10": { schema: Schema.String } } }]
    ]
    for (const [source, message, options] of bad) {
      assert.throws(() => template(source, options), message, source)
    }
  })

  it("need text between placeholders to parse back", () => {
    const fields = strings("name", "id")
    assert.match(refusal(template("account#{name}{id}"), fields), /put text between them$/)
    assert.match(refusal(template("account#{name}{id}"), fields, { primary: false }), /oneWay/)
    assert.match(refusal(template("account#{name}", { oneWay: true }), fields), /primary key must parse back/)
    const key = make(template("account#{name}{id}", { oneWay: true }), fields, { primary: false })
    assert.strictEqual(textOf(key, { name: "n#", id: "1" }), "account#n\\#1")
    assert.deepStrictEqual(key.parsed, [])
    assert.deepStrictEqual(key.parse({ S: "account#x" }), {})
    assert.isUndefined(key.parse({ S: "user#x" }))
  })

  it("may name a field twice, and read back only where both agree", () => {
    const key = make(template("A#{id}#B#{id}"), strings("id"))
    assert.deepStrictEqual(key.fields, ["id"])
    assert.strictEqual(textOf(key, { id: "1" }), "A#1#B#1")
    assert.deepStrictEqual(key.parse({ S: "A#1#B#1" }), { id: { S: "1" } })
    assert.isUndefined(key.parse({ S: "A#1#B#2" }))
  })

  it("refuse forms that do not fit the field", () => {
    assert.match(refusal(template("{x:desc}"), { x: "date" }), /for numbers/)
    assert.match(refusal(template("{x:lower}"), { x: "number" }), /for text/)
    assert.match(refusal(template("{x:upper}"), { x: "date" }), /for text/)
  })
})

describe("plain attributes", () => {
  it("are the field in its own type", () => {
    const values: ReadonlyArray<
      readonly ["S" | "N" | "B", Fields[string], unknown, ReturnType<ReturnType<typeof make>["parse"]>]
    > = [
      ["S", "string", "a#\\b", { x: { S: "a#\\b" } }],
      ["S", "date", new Date(0), { x: { S: "1970-01-01T00:00:00.000Z" } }],
      ["N", "number", 5, { x: { N: "5" } }],
      ["B", "binary", new Uint8Array([1]), { x: { B: new Uint8Array([1]) } }]
    ]
    for (const [type, kind, value, parsed] of values) {
      const key = make(attribute("x"), { x: kind }, { type })
      const encoded = unwrap(key.encode({ x: value }))
      assert.deepStrictEqual({ x: encoded }, parsed)
      assert.deepStrictEqual(key.parse(encoded), parsed)
      assert.isUndefined(key.parse({ BOOL: true }))
      assert.strictEqual(key.literalPrefix, "")
      assert.isUndefined(key.all)
    }
    assert.isUndefined(make(attribute("x"), { x: "date" }).parse({ S: "yesterday" }))
  })

  it("are refused where the types differ", () => {
    assert.match(refusal(attribute("x"), {}), /not a field/)
    assert.match(refusal(attribute("x"), { x: "boolean" }), /cannot be a key attribute/)
    assert.match(refusal(attribute("x"), { x: "none" }), /cannot be a key attribute/)
    assert.match(refusal(attribute("x"), { x: "number" }), /stored as N, but the key attribute has the type S/)
    assert.match(refusal(attribute("x"), { x: "string" }, { type: "N" }), /stored as S/)
  })

  it("refuse what DynamoDB refuses in a key", () => {
    const text = make(attribute("x"), { x: "string" })
    assert.match(failureOf(text.encode({ x: "" })).message, /empty/)
    assert.match(failureOf(text.encode({ x: "x".repeat(1025) })).message, /1024 bytes/)
    assert.match(failureOf(text.encode({ x: "\ud800" })).message, /well-formed/)
    assert.isTrue(failureOf(text.encode({ x: null })).absent)
    assert.isTrue(failureOf(text.encode({})).absent)
    const binary = make(attribute("x"), { x: "binary" }, { type: "B", role: "partition" })
    assert.match(failureOf(binary.encode({ x: new Uint8Array(0) })).message, /empty/)
    assert.match(failureOf(binary.encode({ x: new Uint8Array(2049) })).message, /2048 bytes/)
    const number = make(attribute("x"), { x: "number" }, { type: "N" })
    assert.match(failureOf(number.encode({ x: Number.NaN })).message, /can hold/)
  })
})
