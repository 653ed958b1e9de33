/** What the generated tier has of its own: source that is safe whatever the schema's names are, and where it stops. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Equal, Exit, Option, Result, Schema, SchemaGetter } from "effect"
import { vi } from "vitest"
import type { AttributeValue, Item } from "../../src/Attribute.ts"
import { makeCodec } from "../../src/internal/codec/codec.ts"
import { derive } from "../../src/internal/codec/derive.ts"
import { generate } from "../../src/internal/codec/generate/generate.ts"
import { Program, quote } from "../../src/internal/codec/generate/source.ts"
import { failed, invalid } from "../../src/internal/codec/node.ts"
import { failure, field, ok, tiers } from "./tiers.ts"

const codecOf = (schema: Schema.Constraint) => makeCodec(derive(schema.ast), () => generate)

/** The sources that are made while `run` runs. */
const sourcesOf = (run: () => void): ReadonlyArray<string> => {
  const spy = vi.spyOn(Program.prototype, "text")
  try {
    run()
    return spy.mock.results.map(({ value }) => value as string)
  } finally {
    spy.mockRestore()
  }
}

const struct = (names: ReadonlyArray<string>, type: (name: string) => Schema.Top): Schema.Top => {
  const fields: { [name: string]: Schema.Top } = {}
  for (const name of names) {
    Object.defineProperty(fields, name, { value: type(name), enumerable: true, configurable: true, writable: true })
  }
  return Schema.Struct(fields)
}

const record = (entries: ReadonlyArray<readonly [string, unknown]>): object => {
  const out = {}
  for (const [name, value] of entries) {
    Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return out
}

const hostile = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "prototype",
  "then",
  "",
  " ",
  "0",
  "-1",
  "a.b",
  "a-b",
  '"',
  "'",
  "`",
  "\\",
  '\\"',
  "\n",
  "\r",
  "\0",
  "\u2028",
  "\u2029",
  "*/",
  "//",
  "/*",
  "<!--",
  "-->",
  "</script>",
  "${globalThis.hacked = true}",
  '"]; globalThis.hacked = true; //',
  "'+(globalThis.hacked = true)+'",
  "if",
  "return",
  "arguments",
  "eval",
  "c0",
  "f3",
  "v4",
  "😀",
  "Ärger"
]

describe("generated: names and literals", () => {
  it("are data, whatever is in them", () => {
    const required = tiers(struct(hostile, () => Schema.String))
    const value = record(hostile.map((name, i) => [name, String(i)]))
    const item = ok(required.encode(value)) as Item
    assert.deepStrictEqual(Object.keys(item).length, hostile.length)
    assert.deepStrictEqual(ok(required.decode(item)), value)
    assert.strictEqual(Object.getPrototypeOf(item), Object.prototype)
    assert.strictEqual(Object.getPrototypeOf(ok(required.decode(item))), Object.prototype)
    for (const name of hostile) {
      const lacking = record(Object.entries(item).filter(([other]) => other !== name)) as Item
      assert.deepStrictEqual(failure(required.decode(lacking)).path, [name])
    }
    assert.isFalse("hacked" in globalThis)
  })

  it("as optional fields, one by one", () => {
    // Schema itself finds those that every object has in a value that lacks them.
    const names = hostile.filter((name) => name === "__proto__" || !(name in Object.prototype))
    for (const name of names) {
      const codec = tiers(
        struct(["id", name], (name) => (name === "id" ? Schema.String : Schema.optionalKey(Schema.Int)))
      )
      for (const value of [
        record([["id", "x"]]),
        record([
          ["id", "x"],
          [name, 7]
        ])
      ]) {
        const item = ok(codec.encode(value)) as Item
        assert.deepStrictEqual(ok(codec.decode(item)), value)
      }
      assert.isTrue(
        Result.isFailure(
          codec.encode(
            record([
              ["id", "x"],
              [name, undefined]
            ])
          )
        )
      )
    }
  })

  it("as literals, tags and names of records", () => {
    const some = hostile.slice(0, 10)
    for (const literals of [hostile, some, ["\\"], ["\u2028"]]) {
      const codec = field(Schema.Literals(literals))
      for (const literal of hostile) {
        assert.strictEqual(Result.isSuccess(codec.encode(literal)), literals.includes(literal))
        assert.strictEqual(Result.isSuccess(codec.decode({ S: literal })), literals.includes(literal))
      }
    }
    const tagged = tiers(
      Schema.Union(hostile.map((kind) => Schema.Struct({ kind: Schema.Literal(kind), n: Schema.Int })))
    )
    for (const kind of hostile) {
      const item = ok(tagged.encode({ kind, n: 1 })) as Item
      assert.deepStrictEqual(item, { kind: { S: kind }, n: { N: "1" } })
      assert.deepStrictEqual(ok(tagged.decode(item)), { kind, n: 1 })
    }
    const names = tiers(Schema.Record(Schema.String, Schema.String))
    const value = record(hostile.map((name, i) => [name, String(i)]))
    assert.deepStrictEqual(ok(names.decode(ok(names.encode(value)) as Item)), value)
    assert.isFalse("hacked" in globalThis)
  })

  it("half a surrogate pair is in no literal and in no name", () => {
    assert.isTrue(Result.isFailure(field(Schema.Literal("\ud800")).encode("\ud800")))
    assert.isTrue(Result.isFailure(field(Schema.Literals(["a", "\ud800"])).encode("\ud800")))
    assert.strictEqual(quote("\ud800\u2028</"), '"\\ud800\\u2028\\u003c/"')
  })

  it("are all that a schema gives to the source, and quoted", () => {
    const codec = codecOf(
      Schema.Struct({
        secretName: Schema.String,
        kind: Schema.Literals(["secretLiteral", "other"]),
        checked: Schema.String.check(Schema.isPattern(/secretPattern/, { expected: "secretText" })),
        at: Schema.Date.annotate({ description: "secretDescription" })
      })
    )
    const value = { secretName: "secretValue", kind: "other", checked: "secretPattern", at: new Date(0) }
    const sources = sourcesOf(() => {
      const item = codec.attemptEncode(value)
      assert.isFalse(failed(item))
      assert.deepStrictEqual(codec.attemptDecode(item as Item), value)
    })
    assert.lengthOf(sources, 2)
    for (const source of sources) {
      assert.deepStrictEqual(new Set(source.match(/.secret\w+./g)), new Set(['"secretName"', '"secretLiteral"']))
    }
  })
})

describe("generated: what there is source for", () => {
  it("is made once, and each direction when it is first used", () => {
    const codec = codecOf(Schema.Struct({ id: Schema.String, n: Schema.Int, at: Schema.Date }))
    const item = { id: { S: "x" }, n: { N: "1" }, at: { S: "1970-01-01T00:00:00.000Z" } }
    assert.lengthOf(
      sourcesOf(() => codec.attemptDecode(item)),
      1
    )
    assert.lengthOf(
      sourcesOf(() => codec.attemptDecode(item)),
      0
    )
    assert.lengthOf(
      sourcesOf(() => codec.attemptEncode({ id: "x", n: 1, at: new Date(0) })),
      1
    )
  })

  it("calls closures for nothing but what is special", () => {
    const Inner = Schema.Struct({ a: Schema.NullOr(Schema.String), b: Schema.optionalKey(Schema.Boolean) })
    const codec = codecOf(
      Schema.Struct({
        s: Schema.String,
        sets: Schema.ReadonlySet(Schema.Finite),
        inner: Inner,
        list: Schema.Array(Inner),
        record: Schema.Record(Schema.String, Inner),
        union: Schema.TaggedUnion({ A: { a: Schema.Date }, B: {} }),
        n: Schema.optional(Schema.Int),
        bin: Schema.Uint8Array
      })
    )
    const value = {
      s: "x",
      sets: new Set([1]),
      inner: { a: null },
      list: [{ a: "y", b: true }],
      record: { k: { a: "z" } },
      union: { _tag: "A", a: new Date(0) },
      bin: new Uint8Array([1])
    }
    const sources = sourcesOf(() => {
      assert.deepStrictEqual(codec.attemptDecode(codec.attemptEncode(value) as Item), value)
    })
    // One program for each direction; with a closure in between there would be more.
    assert.lengthOf(sources, 2)
  })

  it("keeps the order of the fields, present or not", () => {
    const names = ["a", "b", "c", "d", "e", "f"]
    const codec = tiers(struct(names, (name) => ("aceb".includes(name) ? Schema.optionalKey(Schema.Int) : Schema.Int)))
    for (let mask = 0; mask < 64; mask++) {
      const value = record(names.flatMap((name, i) => (mask & (1 << i) ? [[name, i] as const] : [])))
      const item = codec.encode(value)
      if (Result.isSuccess(item))
        assert.deepStrictEqual(Object.keys(ok(codec.decode(item.success as Item)) as object), Object.keys(value))
    }
    const few = tiers(struct(["x", "y", "z"], (name) => (name === "y" ? Schema.Int : Schema.optionalKey(Schema.Int))))
    for (const value of [{ y: 1 }, { x: 0, y: 1 }, { y: 1, z: 2 }, { x: 0, y: 1, z: 2 }]) {
      assert.deepStrictEqual(Object.keys(ok(few.decode(ok(few.encode(value)) as Item)) as object), Object.keys(value))
    }
  })

  it("is written once for a struct that stands in many places", () => {
    let type: Schema.Top = Schema.Struct({ n: Schema.Int })
    for (let i = 0; i < 24; i++) {
      const inner: Schema.Top = type
      type = Schema.Struct({ a: Schema.optionalKey(inner), b: Schema.optionalKey(inner), c: Schema.NullOr(inner) })
    }
    const codec = codecOf(type)
    const [source] = sourcesOf(() => assert.deepStrictEqual(codec.attemptDecode({ c: { NULL: true } }), { c: null }))
    assert.isBelow(source!.length, 100_000)
  })

  it("is too large for one function: closures, with source inside", () => {
    const names = Array.from({ length: 500 }, (_, i) => `f${i}`)
    const codec = tiers(struct(names, () => Schema.Struct({ n: Schema.Int })))
    const value = record(names.map((name, i) => [name, { n: i }]))
    assert.deepStrictEqual(ok(codec.decode(ok(codec.encode(value)) as Item)), value)
  })
})

describe("generated: leaves", () => {
  it("numbers, exactly or not at all", () => {
    const numbers = [
      "0",
      "-0",
      "1",
      "-1",
      "1.5",
      "007",
      "5.",
      ".5",
      "-.5",
      "123456789012345",
      "1234567890123456",
      "9007199254740991"
    ]
    const more = [
      "9007199254740993",
      "0.1",
      "0.30000000000000004",
      "1e3",
      "1E-7",
      "99999999999999.9",
      "-123456789.12345",
      "+5"
    ]
    const never = ["", "-", ".", "-.", "1.2.3", "--1", "1-", " 1", "1 ", "0x1", "NaN", "Infinity", "1_0", "１", "1e999"]
    const codecs = [
      Schema.Number,
      Schema.Finite,
      Schema.Int,
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 5 }))
    ]
    for (const codec of codecs.map(field)) {
      for (const text of [...numbers, ...more]) codec.decode({ N: text })
      for (const text of never) assert.isTrue(Result.isFailure(codec.decode({ N: text })))
      for (const n of [
        0,
        -0,
        1,
        -1,
        1.5,
        5,
        6,
        1e-7,
        1e21,
        1e-6,
        2 ** 53,
        1e126,
        1e-131,
        NaN,
        Infinity,
        "1",
        1n,
        null,
        {}
      ])
        codec.encode(n)
    }
    assert.deepStrictEqual(ok(field(Schema.Number).decode({ N: "-0" })), { a: 0 })
    assert.isTrue(Result.isFailure(field(Schema.Int).decode({ N: "1.5" })))
    assert.isTrue(Result.isFailure(field(Schema.Int).encode(1.5)))
    assert.isTrue(Result.isFailure(field(Schema.Finite).encode(NaN)))
  })

  it("every leaf refuses every other's attribute and value", () => {
    const leaves: ReadonlyArray<Schema.Constraint> = [
      Schema.String,
      Schema.Boolean,
      Schema.Null,
      Schema.Number,
      Schema.BigInt,
      Schema.BigDecimal,
      Schema.Date,
      Schema.DateTimeUtc,
      Schema.DateTimeZoned,
      Schema.Duration,
      Schema.Uint8Array,
      Schema.Literal("x"),
      Schema.Literal(1),
      Schema.Literal(true),
      Schema.Literals(["x", "y"]),
      Schema.Enum({ X: "x", Y: "y" }),
      Schema.Enum({ X: 1 }),
      Schema.ReadonlySet(Schema.String),
      Schema.ReadonlySet(Schema.Int),
      Schema.ReadonlySet(Schema.Uint8Array),
      Schema.ReadonlySet(Schema.Literals(["x", "y"])),
      Schema.ReadonlySet(Schema.String.check(Schema.isMinLength(2))),
      Schema.Array(Schema.String),
      Schema.Record(Schema.String, Schema.Int),
      Schema.Struct({ x: Schema.String }),
      Schema.NullOr(Schema.String),
      Schema.NullOr(Schema.Date),
      Schema.UndefinedOr(Schema.Int),
      Schema.NullishOr(Schema.String),
      Schema.Union([Schema.String, Schema.Number, Schema.Boolean, Schema.Null, Schema.Array(Schema.String)]),
      Schema.Option(Schema.String),
      Schema.Json,
      Schema.Unknown,
      Schema.String.pipe(Schema.brand("B")),
      Schema.Never
    ]
    const attributes: ReadonlyArray<unknown> = [
      { S: "x" },
      { S: "yy" },
      { S: "1970-01-01" },
      { S: "1970-01-01T00:00:00.000Z" },
      { N: "1" },
      { N: "x" },
      { BOOL: true },
      { BOOL: false },
      { NULL: true },
      { NULL: false },
      { B: new Uint8Array([1]) },
      { L: [] },
      { L: [{ S: "x" }] },
      { L: [null] },
      { M: {} },
      { M: { x: { S: "x" } } },
      { M: { x: undefined } },
      { M: null },
      { SS: [] },
      { SS: ["x"] },
      { SS: ["xx", "yy"] },
      { NS: ["1"] },
      { NS: ["1.5"] },
      { NS: [1] },
      { BS: [new Uint8Array([1])] },
      { BS: ["x"] },
      { S: "x", N: "1" },
      { S: "x", N: undefined },
      { S: "x", $unknown: 1 },
      { N: "1", __type: "x" },
      { M: {}, L: [] },
      {},
      null,
      "x",
      1,
      [],
      undefined
    ]
    const values: ReadonlyArray<unknown> = [
      "x",
      "yy",
      "\ud800",
      1,
      1.5,
      true,
      false,
      null,
      undefined,
      1n,
      new Date(0),
      new Date(NaN),
      new Uint8Array([1]),
      [],
      ["x"],
      [undefined],
      {},
      { x: "x" },
      { x: 1 },
      new Set(),
      new Set(["x"]),
      new Set(["xx"]),
      new Set([1]),
      new Set([1, 1.5]),
      new Set([new Uint8Array([1]), new Uint8Array([1])]),
      Option.none(),
      Option.some("x"),
      Symbol("x"),
      () => 1
    ]
    for (const leaf of leaves) {
      const codecs = [leaf, Schema.optionalKey(leaf), Schema.optional(leaf)].map((type) => field(type))
      for (const codec of codecs) {
        for (const attribute of attributes) codec.decode(attribute)
        for (const value of values) codec.encode(value)
        codec.codec.encode({})
      }
    }
  })

  it("a property that is no descriptor means nothing beside one", () => {
    assert.deepStrictEqual(ok(field(Schema.String).decode({ S: "x", __type: "y" })), { a: "x" })
    assert.deepStrictEqual(ok(field(Schema.Unknown).decode({ L: [{ N: "1", $unknown: 1 }] })), { a: [1] })
    assert.isTrue(Result.isFailure(field(Schema.String).decode({ S: "x", BS: [] })))
    assert.isTrue(Result.isFailure(field(Schema.Unknown).decode({ Z: "x" })))
  })
})

describe("generated: what is called", () => {
  it("checks that throw, on both sides", () => {
    const bad = Schema.String.check(
      Schema.makeFilter((text: string) => {
        if (text === "boom") throw new Error("boom")
        return text !== "no"
      })
    )
    for (const schema of [Schema.Struct({ a: bad }), Schema.Struct({ a: Schema.Array(bad) })]) {
      const codec = codecOf(schema)
      const isList = schema.fields.a !== bad
      const value = (text: string) => ({ a: isList ? [text] : text })
      const item = (text: string): Item => ({ a: isList ? { L: [{ S: text }] } : { S: text } })
      assert.isTrue(Exit.hasDies(Effect.runSyncExit(codec.decode(item("boom")) as Effect.Effect<unknown>)))
      assert.isTrue(Exit.hasDies(Effect.runSyncExit(codec.encode(value("boom")) as Effect.Effect<unknown>)))
      assert.strictEqual(codec.attemptDecode(item("no")), invalid)
      assert.deepStrictEqual(codec.attemptDecode(item("yes")), value("yes"))
    }
  })

  it.effect("transformations that take an effect or a service", () =>
    Effect.gen(function* () {
      class Suffix extends Context.Service<Suffix, string>()("Suffix") {}
      const Slow = Schema.String.pipe(
        Schema.decodeTo(Schema.String, {
          decode: SchemaGetter.transformEffect((text: string) =>
            Effect.gen(function* () {
              yield* Effect.yieldNow
              return text + (yield* Suffix)
            })
          ),
          encode: SchemaGetter.transform((text: string) => text.slice(0, -1))
        })
      )
      const codec = codecOf(Schema.Struct({ a: Schema.Array(Schema.Struct({ s: Slow })), b: Schema.Int }))
      const item: Item = { a: { L: [{ M: { s: { S: "x" } } }] }, b: { N: "1" } }
      assert.deepStrictEqual(ok(tiers(Schema.Struct({ s: Schema.Trim })).decode({ s: { S: "x" } })), { s: "x" })
      const value = yield* Effect.provideService(
        codec.decode(item) as Effect.Effect<unknown, Schema.SchemaError, Suffix>,
        Suffix,
        "!"
      )
      assert.deepStrictEqual(value, { a: [{ s: "x!" }], b: 1 })
      assert.deepStrictEqual(codec.attemptEncode(value), item)
    })
  )

  it("recursion, through lists, options, records and unions", () => {
    interface Tree {
      readonly value: number
      readonly left?: Tree
      readonly right: Tree | null
      readonly all: ReadonlyArray<Tree>
      readonly by: { readonly [name: string]: Tree }
    }
    const Tree: Schema.Codec<Tree> = Schema.Struct({
      value: Schema.Int,
      left: Schema.optionalKey(Schema.suspend(() => Tree)),
      right: Schema.NullOr(Schema.suspend(() => Tree)),
      all: Schema.Array(Schema.suspend(() => Tree)),
      by: Schema.Record(
        Schema.String,
        Schema.suspend(() => Tree)
      )
    })
    const leaf: Tree = { value: 1, right: null, all: [], by: {} }
    const value: Tree = { value: 2, left: leaf, right: leaf, all: [leaf, leaf], by: { x: leaf, __proto: leaf } }
    const codec = tiers(Tree)
    const item = ok(codec.encode(value)) as Item
    assert.deepStrictEqual(ok(codec.decode(item)), value)
    const one = (item["all"] as Extract<AttributeValue, { readonly L: unknown }>).L[0]!
    const wrong: AttributeValue = { M: { ...(one as { readonly M: Item }).M, value: { N: "x" } } }
    const broken: Item = { ...item, all: { L: [one, wrong] } }
    assert.deepStrictEqual(failure(codec.decode(broken)).path, ["all", 1, "value"])
    // The reference alone would run out of stack.
    const endless: { [name: string]: unknown } = { ...leaf }
    endless["left"] = endless
    const exit = Effect.runSyncExit(codecOf(Tree).encode(endless) as Effect.Effect<unknown, Schema.SchemaError>)
    assert.match(String(exit), /Nested too deeply/)
  })

  it("classes, with their checks and constructors", () => {
    class Money extends Schema.Class<Money>("Money")(
      Schema.Struct({ amount: Schema.Finite, currency: Schema.Literals(["EUR", "USD"]) }).check(
        Schema.makeFilter(({ amount }) => amount >= 0, { expected: "no debt" })
      )
    ) {
      get text() {
        return `${this.amount} ${this.currency}`
      }
    }
    class Order extends Schema.TaggedClass<Order>()("Order", {
      id: Schema.String,
      total: Money,
      note: Schema.optionalKey(Schema.String)
    }) {}
    const codec = tiers(Order)
    const order = new Order({ id: "1", total: new Money({ amount: 5, currency: "EUR" }) })
    const item = ok(codec.encode(order)) as Item
    const back = ok(codec.decode(item)) as Order
    assert.isTrue(Equal.equals(back, order))
    assert.instanceOf(back, Order)
    assert.strictEqual(back.total.text, "5 EUR")
    const debt = { ...item, total: { M: { amount: { N: "-5" }, currency: { S: "EUR" } } } }
    assert.match(failure(codec.decode(debt)).message, /no debt/)
    assert.isTrue(Result.isFailure(codec.encode({ ...order })))
    const either = tiers(Schema.Union([Order, Schema.TaggedStruct("Other", { n: Schema.Int })]))
    assert.isTrue(Equal.equals(ok(either.decode(ok(either.encode(order)) as Item)), order))
    assert.deepStrictEqual(ok(either.decode({ _tag: { S: "Other" }, n: { N: "1" } })), { _tag: "Other", n: 1 })
  })

  it("getters of a value are read once", () => {
    let reads = 0
    const value = {
      id: "x",
      get n() {
        reads++
        return 1
      }
    }
    const codec = codecOf(Schema.Struct({ id: Schema.String, n: Schema.optionalKey(Schema.Int) }))
    assert.deepStrictEqual(codec.attemptEncode(value), { id: { S: "x" }, n: { N: "1" } })
    assert.strictEqual(reads, 1)
  })
})
