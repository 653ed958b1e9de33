/** The codec of an entity: renamed, key-only and time-to-live fields, each field alone. */
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Context, DateTime, Effect, Exit, Option, Result, Schema, SchemaGetter } from "effect"
import type { Item } from "../../src/Attribute.ts"
import { type EntityCodecOptions, makeEntityCodec, renamesOf } from "../../src/internal/codec/entity.ts"

const none: EntityCodecOptions = { rename: {}, keyOnly: new Set(), timeToLive: undefined }
const run = <A>(effect: Effect.Effect<A, Schema.SchemaError, unknown>): A =>
  Effect.runSync(effect as Effect.Effect<A, Schema.SchemaError>)
const messageOf = (effect: Effect.Effect<unknown, Schema.SchemaError, unknown>): string =>
  Option.getOrThrow(Exit.findErrorOption(Effect.runSyncExit(effect as Effect.Effect<unknown, Schema.SchemaError>)))
    .message

class User extends Schema.Class<User>("User")({
  id: Schema.String,
  at: Schema.DateTimeUtc,
  role: Schema.String.pipe(
    Schema.withConstructorDefault(Effect.succeed("user")),
    Schema.withDecodingDefaultTypeKey(Effect.succeed("user"))
  ),
  tags: Schema.ReadonlySet(Schema.String),
  nick: Schema.optionalKey(Schema.NullOr(Schema.String)),
  kind: Schema.Literals(["a", "b"])
}) {
  get display() {
    return `<${this.id}>`
  }
}

describe("entity codec", () => {
  const codec = makeEntityCodec(User, {
    rename: { id: "pk1", at: "id" },
    keyOnly: new Set(["kind"]),
    timeToLive: undefined
  })
  const item: Item = {
    pk1: { S: "x" },
    id: { S: "1970-01-01T00:00:00.000Z" },
    role: { S: "user" },
    tags: { SS: ["t"] }
  }

  it("renames, leaves key-only fields out, makes instances", () => {
    const user = run(codec.make({ id: "x", at: DateTime.makeUnsafe(0), tags: new Set(["t"]), kind: "a" })) as User
    assert.instanceOf(user, User)
    assert.strictEqual(user.role, "user")
    assert.deepStrictEqual(run(codec.encode(user)), item)
    const back = run(codec.decode({ ...item, kind: { S: "a" }, at: { S: "an attribute of nobody" } })) as User
    assert.deepStrictEqual(back, user)
    assert.strictEqual(back.display, "<x>")
    assert.deepStrictEqual(
      run(codec.decode({ pk1: { S: "x" }, id: item["id"]!, kind: { S: "b" } })),
      new User({ id: "x", at: DateTime.makeUnsafe(0), tags: new Set(), kind: "b" })
    )
  })

  it("failures name fields", () => {
    assert.match(messageOf(codec.decode({ ...item, kind: { S: "a" }, pk1: { N: "1" } })), /at \["id"\]/)
    assert.match(messageOf(codec.decode(item)), /Missing key\n {2}at \["kind"\]/)
    assert.match(messageOf(codec.encode({ id: "x" })), /User/)
    assert.match(messageOf(codec.make({ id: "x" })), /Missing key/)
  })

  it("each field says what it is", () => {
    const facts = [...codec.fields.values()].map((field) => [
      field.name,
      field.stored,
      field.kind,
      field.optional,
      field.admitsNull,
      field.isSet,
      field.hasDefault,
      field.literals
    ])
    assert.deepStrictEqual(facts, [
      ["id", "pk1", "string", false, false, false, false, undefined],
      ["at", "id", "date", false, false, false, false, undefined],
      ["role", "role", "string", false, false, false, true, undefined],
      ["tags", "tags", "none", false, false, true, false, undefined],
      ["nick", "nick", "string", true, true, false, false, undefined],
      ["kind", "kind", "string", false, false, false, false, ["a", "b"]]
    ])
  })

  it("kinds of fields", () => {
    const kinds = (fields: Schema.Struct.Fields) =>
      [...makeEntityCodec(Schema.Struct(fields), none).fields.values()].map((field) => field.kind)
    assert.deepStrictEqual(
      kinds({
        a: Schema.FiniteFromString,
        b: Schema.Int.pipe(Schema.brand("B")),
        c: Schema.BigDecimal,
        d: Schema.Boolean,
        e: Schema.DateTimeZoned,
        f: Schema.Uint8Array,
        g: Schema.Option(Schema.Date),
        h: Schema.UndefinedOr(Schema.Literals([1, 2])),
        i: Schema.Union([Schema.String, Schema.Number]),
        j: Schema.Struct({ x: Schema.String }),
        k: Schema.Enum({ A: "a" }),
        l: Schema.TemplateLiteral(["x", Schema.String])
      }),
      ["string", "number", "number", "boolean", "zoned", "binary", "date", "number", "none", "none", "string", "string"]
    )
  })

  it("each field alone", () => {
    const field = (name: string) => codec.fields.get(name)!
    assert.deepStrictEqual(run(field("at").encode(DateTime.makeUnsafe(0))), { S: "1970-01-01T00:00:00.000Z" })
    assert.isUndefined(run(field("tags").encode(new Set())))
    assert.deepStrictEqual(run(field("tags").decode(undefined)), new Set())
    assert.strictEqual(run(field("role").decode(undefined)), "user")
    assert.strictEqual(run(field("role").decode({ NULL: true })), "user")
    assert.isUndefined(run(field("nick").decode(undefined)))
    assert.isNull(run(field("nick").decode({ NULL: true })))
    assert.match(messageOf(field("id").decode(undefined)), /Missing key\n {2}at \["id"\]/)
    assert.match(messageOf(field("id").encode(5)), /Expected string\n {2}at \["id"\]/)
  })

  it("for keys: at once, or why not", () => {
    class Kms extends Context.Service<Kms, { readonly seal: (text: string) => Effect.Effect<string> }>()("test/Kms2") {}
    const Sealed = Schema.String.pipe(
      Schema.decodeTo(Schema.String, {
        decode: SchemaGetter.passthrough<string>(),
        encode: SchemaGetter.transformEffect((text: string) => Effect.flatMap(Kms, (kms) => kms.seal(text)))
      })
    )
    const { fields } = makeEntityCodec(
      Schema.Struct({ s: Sealed, n: Schema.Number, o: Schema.Option(Schema.String) }),
      none
    )
    assert.deepStrictEqual(fields.get("n")!.encodeKey(1.5), Result.succeed({ N: "1.5" }))
    assert.deepStrictEqual(fields.get("o")!.encodeKey(Option.none()), Result.succeed(undefined))
    const nan = fields.get("n")!.encodeKey(NaN)
    assert.isTrue(Result.isFailure(nan) && /finite/.test(nan.failure))
    const sealed = fields.get("s")!.encodeKey("secret")
    assert.isTrue(Result.isFailure(sealed) && /service/.test(sealed.failure))
  })

  it("each item is an object of its own", () => {
    const user = new User({ id: "x", at: DateTime.makeUnsafe(0), tags: new Set(), kind: "a" })
    const first = run(codec.encode(user))
    first["extra"] = { S: "x" }
    assert.isUndefined(run(codec.encode(user))["extra"])
  })

  it("takes structs and classes only", () => {
    const open = Schema.StructWithRest(Schema.Struct({ a: Schema.String }), [
      Schema.Record(Schema.String, Schema.String)
    ])
    assert.throws(() => makeEntityCodec(open as never, none), /known by name/)
  })
})

describe("time to live", () => {
  const ttl = (type: Schema.Constraint) =>
    makeEntityCodec(Schema.Struct({ t: type } as Schema.Struct.Fields), { ...none, timeToLive: "t" })
  const golden = (type: Schema.Constraint, value: unknown, seconds: string | undefined, back = value) => {
    const codec = ttl(type)
    const item: Item = seconds === undefined ? {} : { t: { N: seconds } }
    assert.deepStrictEqual(run(codec.encode({ t: value })), item)
    assert.deepStrictEqual((run(codec.decode(item)) as { readonly t: unknown }).t, back)
    assert.strictEqual(codec.fields.get("t")!.kind, "number")
  }

  it("N in epoch seconds, whatever its schema", () => {
    golden(Schema.Date, new Date(1999), "1", new Date(1000))
    golden(Schema.Date, new Date(-1), "-1", new Date(-1000))
    golden(Schema.DateTimeUtc, DateTime.makeUnsafe(5000), "5")
    golden(Schema.DateTimeUtcFromString, DateTime.makeUnsafe(5000), "5")
    golden(Schema.DateTimeUtcFromMillis, DateTime.makeUnsafe(5000), "5")
    golden(Schema.DateFromString, new Date(5000), "5")
    golden(Schema.Int, 5, "5")
    golden(Schema.BigInt, 5n, "5")
    golden(Schema.String, "1970-01-01T00:00:05.700Z", "5", "1970-01-01T00:00:05.000Z")
    golden(Schema.NullOr(Schema.Date), new Date(5000), "5")
    golden(Schema.optional(Schema.DateTimeUtc), DateTime.makeUnsafe(5000), "5")
    golden(Schema.optionalKey(Schema.Date), new Date(5000), "5")
    golden(Schema.Option(Schema.DateTimeUtc), Option.some(DateTime.makeUnsafe(5000)), "5")
    golden(Schema.Option(Schema.Date), Option.none(), undefined)
    golden(Schema.Date.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(new Date(0)))), new Date(5000), "5")
    const zoned = DateTime.makeZonedUnsafe(5000, { timeZone: "Europe/Paris" })
    const codec = ttl(Schema.DateTimeZoned)
    assert.deepStrictEqual(run(codec.encode({ t: zoned })), { t: { N: "5" } })
    const back = (run(codec.decode({ t: { N: "5" } })) as { readonly t: DateTime.Zoned }).t
    assert.isTrue(DateTime.isZoned(back) && back.epochMilliseconds === 5000)
  })

  it("absent and NULL, as for any field", () => {
    assert.deepStrictEqual(run(ttl(Schema.optionalKey(Schema.Date)).decode({ t: { NULL: true } })), {})
    assert.deepStrictEqual(run(ttl(Schema.NullOr(Schema.Date)).encode({ t: null })), { t: { NULL: true } })
  })

  it("failures", () => {
    assert.match(messageOf(ttl(Schema.String).encode({ t: "soon" })), /ISO 8601/)
    assert.match(messageOf(ttl(Schema.Date).decode({ t: { N: "1e20" } })), /epoch seconds/)
    assert.match(messageOf(ttl(Schema.Date).decode({ t: { S: "1970-01-01T00:00:00.000Z" } })), /number \(N\)/)
    for (const type of [
      Schema.Boolean,
      Schema.Uint8Array,
      Schema.Array(Schema.Date),
      Schema.Struct({}),
      Schema.Literal("x")
    ]) {
      assert.throws(() => ttl(type), /time-to-live field "t" cannot be stored as epoch seconds/)
    }
  })
})

describe("renamesOf", () => {
  const Plain = Schema.Struct({
    a: Schema.Date,
    b: Schema.String,
    c: Schema.optionalKey(Schema.Option(Schema.BigDecimal))
  })

  it("reads Schema.encodeKeys back", () => {
    assert.isUndefined(renamesOf(Plain))
    assert.isUndefined(renamesOf(User))
    assert.deepStrictEqual(renamesOf(Plain.pipe(Schema.encodeKeys({ a: "A", b: "a" }))), {
      schema: Plain,
      rename: { a: "A", b: "a" }
    })
    assert.deepStrictEqual(renamesOf(User.pipe(Schema.encodeKeys({ id: "pk1" })))?.rename, { id: "pk1" })
    assert.strictEqual(renamesOf(User.pipe(Schema.encodeKeys({ id: "pk1" })))?.schema, User)
    assert.deepStrictEqual(renamesOf(Plain.pipe(Schema.encodeKeys({})))?.rename, {})
  })

  it("stores the same as the schema would by itself", () => {
    const { rename, schema } = renamesOf(Plain.pipe(Schema.encodeKeys({ a: "A", c: "b", b: "c" })))!
    const codec = makeEntityCodec(schema, { ...none, rename })
    const value = { a: new Date(0), b: "x", c: Option.some(BigDecimal.fromStringUnsafe("1.5")) }
    const item = run(codec.encode(value))
    assert.deepStrictEqual(Object.keys(item), ["A", "c", "b"])
    assert.deepStrictEqual(run(codec.decode(item)), value)
  })

  it("refuses anything else", () => {
    const upper = Schema.Struct({ a: Schema.String }).pipe(
      Schema.decodeTo(Schema.Struct({ a: Schema.String }), {
        decode: SchemaGetter.transform(({ a }: { readonly a: string }) => ({ a: a.toLowerCase() })),
        encode: SchemaGetter.transform(({ a }: { readonly a: string }) => ({ a: a.toUpperCase() }))
      })
    )
    const trimming = Schema.Struct({ a: Schema.String }).pipe(
      Schema.decodeTo(Schema.Struct({ a: Schema.String }), {
        decode: SchemaGetter.transform((o: { readonly a: string }) => o),
        encode: SchemaGetter.transform(({ a }: { readonly a: unknown }) => ({
          a: typeof a === "string" ? a.trim() : (a as string)
        }))
      })
    )
    for (const schema of [
      upper,
      trimming,
      Schema.String,
      Schema.Record(Schema.String, Schema.String),
      Schema.Union([Plain])
    ]) {
      assert.throws(() => renamesOf(schema), /Expected a struct or a class/)
    }
  })
})
