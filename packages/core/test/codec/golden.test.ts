/** KEYS.md, section Attributes, line by line. */
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, DateTime, Duration, Effect, Equal, Option, Redacted, Schema } from "effect"
import * as Attribute from "../../src/Attribute.ts"
import { failure, field, ok, tiers } from "./tiers.ts"

/** The value is stored so, and read back. */
const golden = (type: Schema.Constraint, value: unknown, attribute: unknown): void => {
  const codec = field(type)
  assert.deepStrictEqual(ok(codec.encode(value)), attribute === undefined ? {} : { a: attribute })
  const back = (ok(codec.decode(attribute)) as { readonly a: unknown }).a
  assert.isTrue(Equal.equals(back, value), `${String(back)} is not ${String(value)}`)
  assert.isAbove(codec.codec.fast(), 0, "the fast path takes no part")
}

const unencodable = (
  type: Schema.Constraint,
  value: unknown,
  message: RegExp,
  path: ReadonlyArray<unknown> = ["a"]
): void => {
  const { message: actual, path: at } = failure(field(type).encode(value))
  assert.match(actual, message)
  assert.deepStrictEqual(at, path)
}

const undecodable = (
  type: Schema.Constraint,
  attribute: unknown,
  message: RegExp,
  path: ReadonlyArray<unknown> = ["a"]
): void => {
  const { message: actual, path: at } = failure(field(type).decode(attribute))
  assert.match(actual, message)
  assert.deepStrictEqual(at, path)
}

describe("golden: scalars", () => {
  it("string S", () => {
    golden(Schema.String, "", { S: "" })
    golden(Schema.String, "Zoë \u{1F600} \u0000", { S: "Zoë \u{1F600} \u0000" })
    golden(Schema.NonEmptyString.pipe(Schema.brand("Id")), "x", { S: "x" })
    golden(Schema.Literals(["a", "b"]), "b", { S: "b" })
    golden(Schema.TemplateLiteral(["a-", Schema.Number]), "a-1", { S: "a-1" })
    golden(Schema.Enum({ A: "a", B: "b" }), "b", { S: "b" })
    unencodable(Schema.String, "\ud800", /well-formed/)
    unencodable(Schema.Record(Schema.String, Schema.String), { "\udc00": "x" }, /well-formed/)
  })

  it("number N, exact", () => {
    golden(Schema.Number, 0, { N: "0" })
    golden(Schema.Number, 1.5, { N: "1.5" })
    golden(Schema.Int, -42, { N: "-42" })
    golden(Schema.Number, 1e21, { N: "1000000000000000000000" })
    golden(Schema.Number, 1e-7, { N: "0.0000001" })
    golden(Schema.Number, 9e125, { N: `9${"0".repeat(125)}` })
    golden(Schema.Number, 1e-130, { N: `0.${"0".repeat(129)}1` })
    golden(Schema.Literals([1, 2.5]), 2.5, { N: "2.5" })
    golden(Schema.Enum({ One: 1, Two: 2 }), 2, { N: "2" })
    golden(Schema.Enum({ One: 1, Two: "2" }), "2", { S: "2" })
    golden(Schema.Enum({ One: 1, Two: "2" }), 1, { N: "1" })
    assert.deepStrictEqual(ok(field(Schema.Number).encode(-0)), { a: { N: "0" } })
    for (const other of [NaN, Infinity, -Infinity]) unencodable(Schema.Number, other, /finite/)
    for (const far of [1e126, -1e200, 1e-131, 5e-324]) unencodable(Schema.Number, far, /range/)
  })

  it("a number field reads only numbers it can hold exactly", () => {
    const codec = field(Schema.Number)
    for (const [text, n] of [
      ["1.50", 1.5],
      ["1E+2", 100],
      ["0.1", 0.1],
      ["-0", 0],
      ["9007199254740992", 2 ** 53]
    ] as const) {
      assert.deepStrictEqual(ok(codec.decode({ N: text })), { a: n })
    }
    for (const text of [
      "9007199254740993",
      "0.1000000000000000055511151231257827021181583404541015625",
      "12345678901234567890"
    ]) {
      undecodable(Schema.Number, { N: text }, /exact|can hold/)
    }
    undecodable(Schema.Number, { N: "12345678901234567890" }, /BigInt or Schema.BigDecimal/)
    for (const text of ["", " 1", "abc", "NaN", "Infinity", "0x10", "1e400"])
      undecodable(Schema.Number, { N: text }, /can hold/)
  })

  it("bigint and BigDecimal N, exact", () => {
    golden(Schema.BigInt, 12345678901234567890n, { N: "12345678901234567890" })
    golden(Schema.BigInt, 0n, { N: "0" })
    golden(Schema.Literal(7n), 7n, { N: "7" })
    golden(Schema.BigDecimal, BigDecimal.fromStringUnsafe("1.50"), { N: "1.5" })
    golden(Schema.BigDecimal, BigDecimal.fromStringUnsafe("-12345678901234567890123456789012345.678"), {
      N: "-12345678901234567890123456789012345.678"
    })
    golden(Schema.BigDecimal, BigDecimal.make(1n, -20), { N: "100000000000000000000" })
    unencodable(Schema.BigInt, BigInt("1".repeat(39)), /38 significant/)
    unencodable(Schema.BigDecimal, BigDecimal.make(1n, 131), /38 significant/)
    undecodable(Schema.BigInt, { N: "1.5" }, /integer/)
    assert.deepStrictEqual(ok(field(Schema.BigInt).decode({ N: "1E+3" })), { a: 1000n })
  })

  it("boolean BOOL, null NULL, binary B", () => {
    golden(Schema.Boolean, true, { BOOL: true })
    golden(Schema.Literal(false), false, { BOOL: false })
    golden(Schema.Null, null, { NULL: true })
    golden(Schema.NullOr(Schema.String), null, { NULL: true })
    golden(Schema.NullOr(Schema.String), "x", { S: "x" })
    golden(Schema.Uint8Array, new Uint8Array([1, 2]), { B: new Uint8Array([1, 2]) })
    golden(Schema.Uint8Array, new Uint8Array(), { B: new Uint8Array() })
  })

  it("Date and DateTime S in ISO form", () => {
    golden(Schema.Date, new Date(1), { S: "1970-01-01T00:00:00.001Z" })
    golden(Schema.DateTimeUtc, DateTime.makeUnsafe("2024-01-15T10:30:00Z"), { S: "2024-01-15T10:30:00.000Z" })
    golden(Schema.DateTimeZoned, DateTime.makeZonedUnsafe(0, { timeZone: "Europe/Paris" }), {
      S: "1970-01-01T01:00:00.000+01:00[Europe/Paris]"
    })
    golden(Schema.Date, new Date(8.64e15), { S: "+275760-09-13T00:00:00.000Z" })
    unencodable(Schema.Date, new Date(NaN), /Date/)
    assert.deepStrictEqual(ok(field(Schema.Date).decode({ S: "2024-01-15" })), { a: new Date("2024-01-15T00:00:00Z") })
    assert.deepStrictEqual(ok(field(Schema.Date).decode({ S: "2024-01-15T10:00:00+02:00" })), {
      a: new Date("2024-01-15T08:00:00Z")
    })
    for (const text of ["hello 5", "2024-13-01", "2024-01-15T10:00:00", "15/01/2024", ""])
      undecodable(Schema.Date, { S: text }, /ISO/)
  })

  it("Duration N in milliseconds", () => {
    golden(Schema.Duration, Duration.seconds(90), { N: "90000" })
    golden(Schema.Duration, Duration.zero, { N: "0" })
    golden(Schema.Duration, Duration.nanos(1_500_001n), { N: "1.500001" })
    golden(Schema.Duration, Duration.nanos(-1n), { N: "-0.000001" })
    golden(Schema.Duration, Duration.nanos(123456789012345678901n), { N: "123456789012345.678901" })
    unencodable(Schema.Duration, Duration.infinity, /finite/)
    undecodable(Schema.Duration, { N: "0.0000001" }, /nanosecond/)
  })

  it("Redacted its value", () => {
    golden(Schema.Redacted(Schema.String), Redacted.make("s"), { S: "s" })
    golden(Schema.Redacted(Schema.Number, { disallowJsonEncode: true }), Redacted.make(1), { N: "1" })
    const labelled = field(Schema.Redacted(Schema.String, { label: "key" }))
    assert.strictEqual((ok(labelled.decode({ S: "s" })) as { a: Redacted.Redacted }).a.label, "key")
    unencodable(Schema.Redacted(Schema.String, { label: "key" }), Redacted.make("s", { label: "other" }), /key/, [
      "a",
      "label"
    ])
  })
})

describe("golden: containers", () => {
  it("arrays and tuples L", () => {
    golden(Schema.Array(Schema.Number), [], { L: [] })
    golden(Schema.Array(Schema.Number), [1, 2], { L: [{ N: "1" }, { N: "2" }] })
    golden(Schema.Tuple([Schema.String, Schema.Boolean]), ["a", true], { L: [{ S: "a" }, { BOOL: true }] })
    golden(Schema.Tuple([Schema.String, Schema.optionalKey(Schema.Boolean)]), ["a"], { L: [{ S: "a" }] })
    golden(Schema.TupleWithRest(Schema.Tuple([Schema.String]), [Schema.Number, Schema.Boolean]), ["a", 1, 2, true], {
      L: [{ S: "a" }, { N: "1" }, { N: "2" }, { BOOL: true }]
    })
    golden(Schema.NonEmptyArray(Schema.Date), [new Date(0)], { L: [{ S: "1970-01-01T00:00:00.000Z" }] })
  })

  it("structs, records, classes M", () => {
    class P extends Schema.Class<P>("P")({ x: Schema.Number, at: Schema.Date }) {}
    golden(Schema.Struct({ b: Schema.String }), { b: "x" }, { M: { b: { S: "x" } } })
    golden(Schema.Record(Schema.String, Schema.Number), { x: 1, "": 2 }, { M: { x: { N: "1" }, "": { N: "2" } } })
    golden(Schema.Record(Schema.String, Schema.Number), {}, { M: {} })
    golden(P, new P({ x: 1, at: new Date(0) }), { M: { x: { N: "1" }, at: { S: "1970-01-01T00:00:00.000Z" } } })
    golden(
      Schema.Struct({ b: Schema.Date }).pipe(Schema.encodeKeys({ b: "B" })),
      { b: new Date(0) },
      {
        M: { B: { S: "1970-01-01T00:00:00.000Z" } }
      }
    )
    const decoded = ok(field(P).decode({ M: { x: { N: "1" }, at: { S: "1970-01-01T00:00:00.000Z" } } }))
    assert.instanceOf((decoded as { a: unknown }).a, P)
  })

  it("ReadonlySet of strings SS, of numbers NS, of binaries BS, of anything else L", () => {
    golden(Attribute.StringSet, new Set(["a", "b"]), { SS: ["a", "b"] })
    golden(Schema.ReadonlySet(Schema.Literals(["x", "y"])), new Set(["x"]), { SS: ["x"] })
    golden(Schema.ReadonlySet(Schema.NonEmptyString.pipe(Schema.brand("T"))), new Set(["x"]), { SS: ["x"] })
    golden(Schema.ReadonlySet(Schema.FiniteFromString), new Set([1, 2]), { SS: ["1", "2"] })
    golden(Attribute.NumberSet, new Set([1, 2.5]), { NS: ["1", "2.5"] })
    golden(Schema.ReadonlySet(Schema.BigInt), new Set([12345678901234567890n]), { NS: ["12345678901234567890"] })
    golden(Schema.ReadonlySet(Schema.BigDecimal), new Set([BigDecimal.fromStringUnsafe("0.1")]), { NS: ["0.1"] })
    golden(Attribute.BinarySet, new Set([new Uint8Array([1])]), { BS: [new Uint8Array([1])] })
    golden(Schema.ReadonlySet(Schema.Boolean), new Set([true]), { L: [{ BOOL: true }] })
    golden(Schema.ReadonlySet(Schema.Date), new Set([new Date(0)]), { L: [{ S: "1970-01-01T00:00:00.000Z" }] })
    golden(Schema.ReadonlySet(Schema.Union([Schema.String, Schema.Number])), new Set(["a", 1]), {
      L: [{ S: "a" }, { N: "1" }]
    })
  })

  it("elements that DynamoDB holds as the same", () => {
    unencodable(Attribute.BinarySet, new Set([new Uint8Array([1]), new Uint8Array([1])]), /distinct/)
    unencodable(
      Schema.ReadonlySet(Schema.BigDecimal),
      new Set([BigDecimal.fromStringUnsafe("1"), BigDecimal.fromStringUnsafe("1.0")]),
      /distinct/
    )
    golden(Attribute.BinarySet, new Set([new Uint8Array([1, 11]), new Uint8Array([11, 1])]), {
      BS: [new Uint8Array([1, 11]), new Uint8Array([11, 1])]
    })
  })

  it("what has no natural form has its canonical JSON codec, as attribute values", () => {
    golden(Schema.URL, new URL("https://a.b/"), { S: "https://a.b/" })
    golden(Schema.ReadonlyMap(Schema.String, Schema.Date), new Map([["x", new Date(0)]]), {
      L: [{ L: [{ S: "x" }, { S: "1970-01-01T00:00:00.000Z" }] }]
    })
    golden(Schema.Symbol, Symbol.for("x"), { S: "Symbol(x)" })
  })

  it("Unknown and JSON as they are", () => {
    const value = { s: "x", n: 1, list: [true, null, { deep: "y" }] }
    const attribute = {
      M: { s: { S: "x" }, n: { N: "1" }, list: { L: [{ BOOL: true }, { NULL: true }, { M: { deep: { S: "y" } } }] } }
    }
    for (const type of [Schema.Unknown, Schema.Any, Schema.Json, Schema.ObjectKeyword]) golden(type, value, attribute)
    golden(Schema.Unknown, new Set(["a"]), { SS: ["a"] })
    golden(Schema.Unknown, undefined, undefined)
    unencodable(Schema.Json, { a: 1n }, /JSON/)
    undecodable(Schema.Json, { SS: ["a"] }, /JSON/)
    unencodable(Schema.Unknown, { x: [() => 1] }, /form of its own/, ["a", "x", 0])
    unencodable(Schema.Unknown, [undefined], /form of its own/, ["a", 0])
  })
})

describe("golden: absence", () => {
  const optionalKey = Schema.optionalKey(Schema.String)

  it("absent and undefined are nothing", () => {
    const struct = tiers(
      Schema.Struct({ a: optionalKey, b: Schema.optional(Schema.String), c: Schema.UndefinedOr(Schema.String) })
    )
    assert.deepStrictEqual(ok(struct.encode({ b: undefined, c: undefined })), {})
    assert.deepStrictEqual(ok(struct.decode({})), { c: undefined })
    assert.deepStrictEqual(ok(struct.encode({ a: "x", b: "y", c: "z" })), {
      a: { S: "x" },
      b: { S: "y" },
      c: { S: "z" }
    })
  })

  it("an optional field reads a stored NULL as absent unless its schema admits null", () => {
    assert.deepStrictEqual(ok(field(optionalKey).decode({ NULL: true })), {})
    assert.deepStrictEqual(ok(field(Schema.optional(Schema.String)).decode({ NULL: true })), {})
    assert.deepStrictEqual(ok(field(Schema.optionalKey(Schema.NullOr(Schema.String))).decode({ NULL: true })), {
      a: null
    })
    assert.deepStrictEqual(ok(field(Schema.UndefinedOr(Schema.String)).decode({ NULL: true })), { a: undefined })
    const withDefault = Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("d")))
    assert.deepStrictEqual(ok(field(withDefault).decode({ NULL: true })), { a: "d" })
    assert.deepStrictEqual(ok(field(withDefault).decode(undefined)), { a: "d" })
    undecodable(Schema.String, { NULL: true }, /string/)
  })

  it("an empty set as a field is stored as nothing, and nothing reads as the empty set", () => {
    for (const type of [Attribute.StringSet, Attribute.NumberSet, Attribute.BinarySet]) {
      golden(type, new Set(), undefined)
      const optional = field(Schema.optionalKey(type))
      assert.deepStrictEqual(ok(optional.encode(new Set())), {})
      assert.deepStrictEqual(ok(optional.decode(undefined)), {})
    }
    const nested = field(Schema.Struct({ s: Attribute.StringSet }))
    assert.deepStrictEqual(ok(nested.encode({ s: new Set() })), { a: { M: {} } })
    golden(Schema.NullOr(Attribute.StringSet), new Set(), undefined)
    golden(Schema.NullOr(Attribute.StringSet), null, { NULL: true })
  })

  it("inside a list or a record an empty set is an error", () => {
    unencodable(Schema.Array(Attribute.StringSet), [new Set(["a"]), new Set()], /empty set/, ["a", 1])
    unencodable(Schema.Record(Schema.String, Attribute.NumberSet), { x: new Set() }, /empty set/, ["a", "x"])
    unencodable(Schema.Tuple([Attribute.StringSet]), [new Set()], /empty set/, ["a", 0])
    unencodable(Schema.Option(Attribute.StringSet), Option.some(new Set()), /empty set/)
  })

  it("Option its value or nothing", () => {
    golden(Schema.Option(Schema.String), Option.some("x"), { S: "x" })
    golden(Schema.Option(Schema.String), Option.none(), undefined)
    golden(Schema.Option(Schema.Date), Option.some(new Date(0)), { S: "1970-01-01T00:00:00.000Z" })
    golden(Schema.Option(Schema.FiniteFromString), Option.some(1), { S: "1" })
    assert.deepStrictEqual(ok(field(Schema.Option(Schema.String)).decode({ NULL: true })), { a: Option.none() })
    golden(Schema.Option(Schema.NullOr(Schema.String)), Option.some(null), { NULL: true })
    unencodable(Schema.Option(Schema.UndefinedOr(Schema.String)), Option.some(undefined), /Some\(undefined\)/)
  })

  it("a nested Option its canonical form", () => {
    const some = { M: { _tag: { S: "Some" }, value: { S: "x" } } }
    const none = { M: { _tag: { S: "None" } } }
    golden(Schema.Array(Schema.Option(Schema.String)), [Option.some("x"), Option.none()], { L: [some, none] })
    golden(Schema.Option(Schema.Option(Schema.String)), Option.some(Option.none()), none)
    golden(Schema.Option(Schema.Option(Schema.String)), Option.none(), undefined)
    golden(Schema.optionalKey(Schema.Option(Schema.String)), Option.some("x"), some)
    golden(Schema.optionalKey(Schema.Option(Schema.String)), Option.none(), none)
    golden(Schema.NullOr(Schema.Option(Schema.String)), Option.none(), none)
    golden(Schema.OptionFromNullOr(Schema.String), Option.none(), { NULL: true })
    golden(Schema.OptionFromOptionalKey(Schema.String), Option.none(), undefined)
    golden(Schema.OptionFromUndefinedOr(Schema.String), Option.none(), undefined)
  })

  it("undefined in a list is NULL where nothing else is", () => {
    golden(Schema.Array(Schema.UndefinedOr(Schema.String)), ["a", undefined], { L: [{ S: "a" }, { NULL: true }] })
    assert.throws(() => field(Schema.Array(Schema.NullishOr(Schema.String))), /at a\.\[\]: null and undefined/)
  })
})
