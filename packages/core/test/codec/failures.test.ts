/** What is refused, when, and what is said. */
import { assert, describe, it } from "@effect/vitest"
import {
  BigDecimal,
  Context,
  DateTime,
  Effect,
  Exit,
  Option,
  Redacted,
  Result,
  Schema,
  SchemaGetter,
  SchemaIssue
} from "effect"
import * as Attribute from "../../src/Attribute.ts"
import type { Item } from "../../src/Attribute.ts"
import * as ItemCodec from "../../src/ItemCodec.ts"
import { failure, field, ok, tiers } from "./tiers.ts"

describe("failures: items that do not fit", () => {
  const Address = Schema.Struct({ zip: Schema.String, lines: Schema.Array(Schema.String) })
  const codec = tiers(
    Schema.Struct({ id: Schema.String, address: Address, tags: Schema.optionalKey(Attribute.StringSet) })
  )
  const good: Item = { id: { S: "1" }, address: { M: { zip: { S: "z" }, lines: { L: [] } } } }

  it("the path is made of attributes", () => {
    const bad = (item: Item) => failure(codec.decode(item))
    assert.deepStrictEqual(bad({ ...good, address: { M: { zip: { N: "1" }, lines: { L: [] } } } }), {
      message: "Expected string",
      path: ["address", "zip"]
    })
    assert.deepStrictEqual(
      bad({ ...good, address: { M: { zip: { S: "z" }, lines: { L: [{ S: "a" }, { BOOL: true }] } } } }),
      {
        message: "Expected string",
        path: ["address", "lines", 1]
      }
    )
    assert.deepStrictEqual(bad({ address: good["address"]! }), { message: "Missing key", path: ["id"] })
    assert.deepStrictEqual(bad({ ...good, tags: { NS: ["1"] } }), {
      message: "Expected a set of strings (SS)",
      path: ["tags"]
    })
  })

  it("unknown attributes are ignored, whatever is in them", () => {
    const item = { ...good, extra: { S: "x" }, other: { $unknown: ["Z", 1] }, third: null } as never
    assert.deepStrictEqual(ok(codec.decode(item)), { id: "1", address: { zip: "z", lines: [] } })
  })

  it("malformed attribute values are failures, never a crash", () => {
    for (const attribute of [{ $unknown: ["Z", 1] }, { S: "x", N: "1" }, { S: 1 }, {}, null, "x", 5, [], { S: null }]) {
      assert.deepStrictEqual(failure(codec.decode({ ...good, id: attribute } as never)).path, ["id"])
    }
    for (const attribute of [{ M: [] }, { M: null }, { L: {} }, { SS: ["x"] }, { N: "1" }, { B: new Uint8Array() }]) {
      const loose = field(Schema.Struct({ x: Schema.optionalKey(Schema.String) }))
      assert.deepStrictEqual(failure(loose.decode(attribute)).path, ["a"])
      const record = field(Schema.Record(Schema.String, Schema.Unknown))
      assert.deepStrictEqual(failure(record.decode(attribute)).path, ["a"])
    }
    for (const item of [null, undefined, [], "x", 1]) assert.isTrue(Result.isFailure(codec.decode(item as never)))
  })

  it("a descriptor that is there but undefined is not there", () => {
    assert.deepStrictEqual(ok(field(Schema.String).decode({ S: "x", N: undefined })), { a: "x" })
  })
})

describe("failures: names that every object has", () => {
  it("an attribute called __proto__ is data", () => {
    const fields: Schema.Struct.Fields = Object.fromEntries([["__proto__", Schema.String]])
    const item = JSON.parse(`{"__proto__":{"S":"x"}}`) as Item
    for (const schema of [Schema.Struct(fields), Schema.Record(Schema.String, Schema.String)]) {
      const codec = tiers(schema)
      const value = ok(codec.decode(item)) as object
      assert.deepStrictEqual(Object.keys(value), ["__proto__"])
      assert.strictEqual(Object.getPrototypeOf(value), Object.prototype)
      const encoded = ok(codec.encode(value)) as Item
      assert.strictEqual(JSON.stringify(encoded), `{"__proto__":{"S":"x"}}`)
      assert.isAbove(codec.fast(), 1)
    }
    const deep = ok(field(Schema.Unknown).decode({ M: item })) as { a: object }
    assert.strictEqual(Object.getPrototypeOf(deep.a), Object.prototype)
    assert.strictEqual(JSON.stringify(deep), `{"a":{"__proto__":"x"}}`)
    assert.isUndefined(({} as { readonly S?: unknown }).S)
  })

  it("an absent attribute is not found on Object.prototype", () => {
    const codec = tiers(Schema.Struct({ toString: Schema.optionalKey(Schema.Unknown), valueOf: Schema.String }))
    assert.deepStrictEqual(failure(codec.decode({})).path, ["valueOf"])
    const decoded = ok(codec.decode({ valueOf: { S: "x" } })) as object
    assert.deepStrictEqual(Object.keys(decoded), ["valueOf"])
  })
})

describe("failures: without end", () => {
  interface Tree {
    readonly children: ReadonlyArray<Tree>
  }
  const Tree = Schema.Struct({ children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree)) })
  const codec = ItemCodec.make(Tree)

  it("deep values and items are failures", () => {
    let value: Tree = { children: [] }
    let item: Item = { children: { L: [] } }
    for (let i = 0; i < 20_000; i++) {
      value = { children: [value] }
      item = { children: { L: [{ M: item }] } }
    }
    const refused = (effect: Effect.Effect<unknown, Schema.SchemaError>) =>
      assert.match(Option.getOrThrow(Exit.findErrorOption(Effect.runSyncExit(effect))).message, /Nested too deeply/)
    refused(codec.encode(value))
    refused(codec.decode(item))
    const untyped = ItemCodec.make(Schema.Struct({ u: Schema.Unknown }))
    refused(untyped.encode({ u: value }))
    refused(untyped.decode({ u: { M: item } }))
    const cycle: Array<unknown> = []
    cycle.push(cycle)
    assert.isTrue(Exit.isFailure(Effect.runSyncExit(untyped.encode({ u: cycle }))))
  })

  it("what DynamoDB allows is allowed", () => {
    let value: Tree = { children: [] }
    for (let i = 0; i < 15; i++) value = { children: [value] }
    assert.deepStrictEqual(Effect.runSync(codec.decode(Effect.runSync(codec.encode(value)))), value)
  })
})

describe("failures: schemas that cannot be stored", () => {
  const refused = (schema: Schema.Constraint, message: RegExp) => assert.throws(() => field(schema), message)

  it("unions that could not be read back", () => {
    refused(Schema.Union([Schema.Number, Schema.BigInt]), /at a: number and bigint are both stored as N/)
    refused(Schema.Union([Schema.String, Schema.Date]), /string and Date are both stored as S/)
    refused(Schema.Union([Schema.Date, Schema.DateTimeUtc]), /Date and DateTimeUtc are both/)
    refused(Schema.Union([Schema.Literal(1), Schema.BigInt]), /number and bigint/)
    refused(Schema.Union([Schema.Number, Schema.Duration]), /number and Duration/)
    refused(Schema.NullOr(Schema.Union([Schema.BigDecimal, Schema.Finite])), /BigDecimal and number/)
    refused(Schema.Union([Schema.ReadonlySet(Schema.Number), Schema.ReadonlySet(Schema.BigInt)]), /NS/)
    refused(
      Schema.Struct({ b: Schema.Array(Schema.Union([Schema.String, Schema.Redacted(Schema.String)])) }),
      /at a\.b\.\[\]/
    )
  })

  it("unions that can", () => {
    for (const schema of [
      Schema.Union([Schema.Literal("never"), Schema.Date]),
      Schema.Union([Schema.Number, Schema.Date, Schema.Uint8Array, Schema.Boolean]),
      Schema.Union([Schema.Literals([1, 2]), Schema.Number])
    ]) {
      field(schema)
    }
    const dates = field(Schema.Union([Schema.Literal("never"), Schema.Date]))
    assert.deepStrictEqual(ok(dates.decode({ S: "never" })), { a: "never" })
    assert.deepStrictEqual(ok(dates.decode({ S: "1970-01-01T00:00:00.000Z" })), { a: new Date(0) })
  })

  it("types without a form, names that are no strings", () => {
    class Opaque {}
    refused(Schema.Array(Schema.instanceOf(Opaque)), /at a\.\[\]: its type has no form/)
    assert.throws(() => ItemCodec.make(Schema.Struct({ [Symbol.for("s")]: Schema.String })), /name is a string/)
  })

  it("what is no map is no item", () => {
    for (const schema of [
      Schema.String,
      Schema.Array(Schema.String),
      Schema.NullOr(Schema.Struct({ a: Schema.String })),
      Schema.Unknown
    ]) {
      assert.throws(() => ItemCodec.make(schema as Schema.Codec<unknown>), /no map/)
    }
    ItemCodec.make(Schema.Record(Schema.String, Schema.Number))
    ItemCodec.make(Schema.Union([Schema.Struct({ a: Schema.String }), Schema.Struct({ b: Schema.String })]))
  })
})

describe("failures: values are not told", () => {
  it("messages hold neither values nor what is redacted", () => {
    const secret = "s3cr3t\ud800"
    const Secrets = Schema.Struct({
      r: Schema.Redacted(Schema.String),
      n: Schema.Number,
      s: Schema.Array(Schema.String)
    })
    const codec = ItemCodec.make(Secrets)
    const messages = [
      codec.encode({ r: Redacted.make(secret), n: 1, s: [] }),
      codec.encode({ r: Redacted.make("x"), n: 1e300, s: [] }),
      codec.encode({ r: Redacted.make("x"), n: 1, s: [secret] }),
      codec.decode({ r: { N: "424242" }, n: { N: "1" }, s: { L: [] } }),
      codec.decode({ r: { S: "x" }, n: { S: "s3cr3t" }, s: { L: [] } }),
      codec.decode({ r: { S: "x" }, n: { N: "4242424242424242424242" }, s: { L: [] } })
    ].map(
      (effect) =>
        Option.getOrThrow(
          Exit.findErrorOption(Effect.runSyncExit(effect as Effect.Effect<unknown, Schema.SchemaError>))
        ).message
    )
    for (const message of messages) assert.notMatch(message, /s3cr3t|4242|1e300|1e\+300/)
  })
})

describe("effects", () => {
  class Kms extends Context.Service<Kms, { readonly open: (text: string) => Effect.Effect<string> }>()("test/Kms") {}
  const Sealed = Schema.String.pipe(
    Schema.decodeTo(Schema.String, {
      decode: SchemaGetter.transformEffect((text: string, options) =>
        text.startsWith("e:")
          ? Effect.flatMap(Kms, (kms) => kms.open(text))
          : Effect.fail(new SchemaIssue.InvalidValue({ message: "not sealed" }, text, options))
      ),
      encode: SchemaGetter.transform((text: string) => `e:${text}`)
    })
  )
  const codec = ItemCodec.make(Schema.Struct({ at: Schema.Date, secret: Sealed }))

  it.effect("schemas that need services", () =>
    Effect.gen(function* () {
      const item = yield* codec.encode({ at: new Date(0), secret: "x" })
      assert.deepStrictEqual(item, { at: { S: "1970-01-01T00:00:00.000Z" }, secret: { S: "e:x" } })
      const items = [item, { ...item, secret: { S: "e:y" } }]
      const values = yield* codec.decodeAll(items)
      assert.deepStrictEqual(
        values.map(({ secret }) => secret),
        ["x", "y"]
      )
      const error = yield* Effect.flip(codec.decodeAll([...items, { ...item, secret: { S: "z" } }]))
      assert.match(error.message, /not sealed[^]*\[2\]\["secret"\]/)
    }).pipe(Effect.provideService(Kms, { open: (text) => Effect.delay(Effect.succeed(text.slice(2)), "0 millis") }))
  )

  it("where nothing waits, what comes back is an Exit", () => {
    const plain = ItemCodec.make(
      Schema.Struct({
        n: Schema.FiniteFromString,
        d: Schema.Date,
        b: Schema.BigInt.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(1n))),
        u: Schema.URL
      })
    )
    const item = { n: { S: "1" }, d: { S: "1970-01-01T00:00:00.000Z" }, u: { S: "https://a.b/" } }
    const good = plain.decode(item)
    assert.isTrue(Exit.isExit(good) && Exit.isSuccess(good))
    for (const bad of [
      plain.decode({ ...item, d: { S: "no" } }),
      plain.encode({ n: 1, d: new Date(NaN), b: 1n, u: new URL("https://a.b/") })
    ]) {
      assert.isTrue(Exit.isExit(bad) && Exit.isFailure(bad))
    }
    const sealed = codec.encode({ at: new Date(0), secret: "x" })
    assert.isTrue(Exit.isExit(sealed))
    assert.isTrue(Exit.isExit(plain.decodeAll([item, item])))
  })

  it.effect("defaults that are made each time", () =>
    Effect.gen(function* () {
      let made = 0
      const Counted = Schema.Number.pipe(Schema.withDecodingDefaultTypeKey(Effect.sync(() => ++made)))
      const counted = ItemCodec.make(Schema.Struct({ n: Counted, s: Schema.String }))
      const item: Item = { s: { S: "x" } }
      assert.deepStrictEqual(yield* counted.decodeAll([item, { ...item, n: { N: "7" } }, item]), [
        { n: 1, s: "x" },
        { n: 7, s: "x" },
        { n: 2, s: "x" }
      ])
    })
  )

  it("a defect of a user's function stays a defect", () => {
    const Throws = Schema.String.pipe(
      Schema.decodeTo(Schema.String, {
        decode: SchemaGetter.transform((): string => {
          throw new Error("bug")
        }),
        encode: SchemaGetter.passthrough<string>()
      })
    )
    const exit = Effect.runSyncExit(ItemCodec.make(Schema.Struct({ a: Throws })).decode({ a: { S: "x" } }))
    assert.isTrue(Exit.isFailure(exit) && Exit.hasDies(exit))
  })

  it("JSON text, catching, and other links that only the reference follows", () => {
    const caught = Schema.Number.pipe(Schema.catchDecoding(() => Effect.succeedSome(-1)))
    const json = tiers(
      Schema.Struct({ j: Schema.fromJsonString(Schema.Struct({ d: Schema.DateFromString })), c: caught })
    )
    const value = { j: { d: new Date(0) }, c: 5 }
    const item = ok(json.encode(value))
    assert.deepStrictEqual(item, { j: { S: `{"d":"1970-01-01T00:00:00.000Z"}` }, c: { N: "5" } })
    assert.deepStrictEqual(ok(json.decode(item as Item)), value)
    assert.deepStrictEqual(ok(json.decode({ ...(item as Item), c: { S: "x" } })), { ...value, c: -1 })
  })

  it("a page of items in one go", () => {
    const rows = ItemCodec.make(Schema.Struct({ id: Schema.Int, at: Schema.DateTimeUtc, dec: Schema.BigDecimal }))
    const values = Array.from({ length: 3000 }, (_, id) => ({
      id,
      at: DateTime.makeUnsafe(id),
      dec: BigDecimal.make(BigInt(id), 2)
    }))
    const items = values.map((value) => Effect.runSync(rows.encode(value)))
    assert.deepStrictEqual(
      Effect.runSync(rows.decodeAll(items)).map(({ id }) => id),
      values.map(({ id }) => id)
    )
    const broken = [...items]
    broken[1234] = { ...items[1234]!, id: { S: "x" } }
    const error = Effect.runSync(Effect.flip(rows.decodeAll(broken)))
    assert.match(error.message, /\[1234\]\["id"\]/)
  })
})
