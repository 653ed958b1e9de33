/** Corners of Schema that both tiers must take. */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Equal, Exit, HashMap, Option, Redacted, Result, Schema, SchemaGetter } from "effect"
import { failure, field, ok, tiers } from "./tiers.ts"

const roundTrip = (type: Schema.Constraint, value: unknown): unknown => {
  const codec = field(type)
  const item = ok(codec.encode(value)) as { readonly a: never }
  const back = (ok(codec.decode(item.a)) as { readonly a: unknown }).a
  assert.isTrue(Equal.equals(back, value), `${JSON.stringify(item)} reads as ${JSON.stringify(back)}`)
  return item.a
}

describe("edge: schemas", () => {
  it("optional elements of tuples, whatever they are", () => {
    for (const type of [
      Schema.Redacted(Schema.Int),
      Schema.URL,
      Schema.Date,
      Schema.ReadonlySet(Schema.String),
      Schema.Option(Schema.Int)
    ]) {
      const tuple = Schema.Tuple([Schema.String, Schema.optionalKey(type as Schema.Top)])
      assert.deepStrictEqual(roundTrip(tuple, ["x"]), { L: [{ S: "x" }] })
    }
    roundTrip(Schema.Tuple([Schema.optionalKey(Schema.Redacted(Schema.Int))]), [Redacted.make(1)])
  })

  it("classes: extended, checked, recursive, nested in options and sets", () => {
    class Base extends Schema.Class<Base>("Base")({ id: Schema.Int }) {}
    class Sub extends Base.extend<Sub>("Sub")({ at: Schema.Date }) {}
    interface NodeShape {
      readonly name: string
      readonly next: Option.Option<NodeShape>
    }
    const Linked: Schema.Codec<NodeShape> = Schema.Struct({
      name: Schema.String,
      next: Schema.Option(Schema.suspend(() => Linked))
    })
    const sub = new Sub({ id: 1, at: new Date(0) })
    assert.deepStrictEqual(roundTrip(Sub, sub), { M: { id: { N: "1" }, at: { S: "1970-01-01T00:00:00.000Z" } } })
    roundTrip(Schema.Option(Sub), Option.some(sub))
    roundTrip(Schema.ReadonlySet(Sub), new Set([sub]))
    roundTrip(Schema.Record(Schema.String, Schema.Array(Sub)), { x: [sub] })
    assert.deepStrictEqual(roundTrip(Linked, { name: "a", next: Option.some({ name: "b", next: Option.none() }) }), {
      M: { name: { S: "a" }, next: { M: { name: { S: "b" } } } }
    })
    const Even = Sub.check(Schema.makeFilter((value) => value.id % 2 === 0, { expected: "an even id" }))
    assert.match(failure(field(Even).encode(sub)).message, /even/)
    assert.match(failure(field(Even).decode({ M: { id: { N: "1" }, at: { S: "1970-01-01" } } })).message, /even/)
  })

  it("keys renamed inside, of structs and classes", () => {
    class P extends Schema.Class<P>("P")({ at: Schema.Date, o: Schema.optionalKey(Schema.Int) }) {}
    const Renamed = P.pipe(Schema.encodeKeys({ at: "o", o: "at" }))
    assert.deepStrictEqual(roundTrip(Renamed, new P({ at: new Date(0), o: 1 })), {
      M: { o: { S: "1970-01-01T00:00:00.000Z" }, at: { N: "1" } }
    })
    assert.deepStrictEqual(failure(field(Renamed).decode({ M: { o: { S: "x" } } })).path, ["a", "o"])
  })

  it("checks of the encoded side see encoded values", () => {
    const even = Schema.flip(
      Schema.flip(Schema.Struct({ n: Schema.Number, at: Schema.Date })).check(
        Schema.makeFilter(({ n }) => n % 2 === 0, { expected: "an even number" })
      )
    )
    roundTrip(even, { n: 2, at: new Date(0) })
    assert.match(failure(field(even).encode({ n: 1, at: new Date(0) })).message, /even/)
    assert.match(failure(field(even).decode({ M: { n: { N: "1" }, at: { S: "1970-01-01" } } })).message, /even/)
  })

  it("unions: one of, overlapping structs, in lists", () => {
    const A = Schema.Struct({ x: Schema.Int })
    const B = Schema.Struct({ x: Schema.Int, y: Schema.optionalKey(Schema.Int) })
    assert.isTrue(Result.isFailure(field(Schema.Union([A, B], { mode: "oneOf" })).decode({ M: { x: { N: "1" } } })))
    assert.deepStrictEqual(ok(field(Schema.Union([A, B])).decode({ M: { x: { N: "1" }, y: { N: "2" } } })), {
      a: { x: 1 }
    })
    roundTrip(Schema.Array(Schema.Union([Schema.Null, Schema.Int, Schema.Array(Schema.String), A])), [
      null,
      1,
      ["x"],
      { x: 1 }
    ])
    roundTrip(Schema.ArrayEnsure(Schema.String), ["x", "y"])
    roundTrip(
      Schema.Union([
        Schema.Struct({ kind: Schema.Literal("a"), at: Schema.Date }),
        Schema.Struct({ kind: Schema.Literal("b"), at: Schema.Duration })
      ]),
      {
        kind: "a",
        at: new Date(5)
      }
    )
  })

  it("the tag of a union, wrong, absent or of another type", () => {
    const codec = field(Schema.TaggedUnion({ A: { a: Schema.String }, B: { b: Schema.Int } }))
    for (const _tag of [{ S: "C" }, { N: "1" }, undefined, null, { S: "A", N: "1" }]) {
      assert.isTrue(Result.isFailure(codec.decode({ M: { _tag, a: { S: "x" } } })))
    }
    for (const value of [{ _tag: "C" }, {}, null, "A", { _tag: "A", b: 1 }])
      assert.isTrue(Result.isFailure(codec.encode(value)))
  })

  it("types of Effect that bring a codec with them", () => {
    roundTrip(Schema.Exit(Schema.Int, Schema.String, Schema.String), Exit.succeed(1))
    roundTrip(Schema.Exit(Schema.Int, Schema.String, Schema.String), Exit.failCause(Cause.fail("no")))
    roundTrip(Schema.HashMap(Schema.String, Schema.Option(Schema.Date)), HashMap.make(["x", Option.some(new Date(0))]))
    roundTrip(Schema.Result(Schema.Int, Schema.String), Result.fail("x"))
  })

  it("records by other names than all strings", () => {
    roundTrip(Schema.Record(Schema.TemplateLiteral(["k-", Schema.String]), Schema.Date), { "k-a": new Date(0) })
    roundTrip(Schema.Record(Schema.Literals(["x", "y"]), Schema.Int), { x: 1, y: 2 })
    const rest = tiers(
      Schema.StructWithRest(Schema.Struct({ id: Schema.Date }), [Schema.Record(Schema.String, Schema.Unknown)])
    )
    const item = { id: { S: "1970-01-01T00:00:00.000Z" }, more: { N: "1" } }
    assert.deepStrictEqual(ok(rest.decode(item)), { id: new Date(0), more: 1 })
    assert.deepStrictEqual(ok(rest.encode({ id: new Date(0), more: 1 })), item)
  })

  it("Void, defaults on the encoded side, values omitted when written", () => {
    const codec = tiers(
      Schema.Struct({
        v: Schema.Void,
        d: Schema.FiniteFromString.pipe(Schema.withDecodingDefaultKey(Effect.succeed("7"))),
        o: Schema.Int.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(1), { encodingStrategy: "omit" }))
      })
    )
    assert.deepStrictEqual(ok(codec.encode({ v: undefined, d: 5, o: 9 })), { d: { S: "5" } })
    assert.deepStrictEqual(ok(codec.decode({})), { v: undefined, d: 7, o: 1 })
  })

  it("a transformation may ask for what is absent", () => {
    const Upper = Schema.optionalKey(Schema.String).pipe(
      Schema.decodeTo(Schema.String, {
        decode: SchemaGetter.transformOptional((text: Option.Option<string>) =>
          Option.some(Option.getOrElse(text, () => "none"))
        ),
        encode: SchemaGetter.transformOptional((text: Option.Option<string>) =>
          Option.filter(text, (s) => s !== "none")
        )
      })
    )
    const codec = field(Upper)
    assert.deepStrictEqual(ok(codec.decode(undefined)), { a: "none" })
    assert.deepStrictEqual(ok(codec.decode({ NULL: true })), { a: "none" })
    assert.deepStrictEqual(ok(codec.encode("none")), {})
    assert.deepStrictEqual(ok(codec.encode("x")), { a: { S: "x" } })
  })

  it("the empty struct and its like", () => {
    roundTrip(Schema.Struct({}), { x: 1 })
    assert.isTrue(Result.isFailure(field(Schema.Struct({})).decode({ NULL: true })))
    assert.isTrue(Result.isFailure(field(Schema.Never).decode({ S: "x" })))
  })
})
