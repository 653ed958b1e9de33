/** Both tiers say the same, and what is written is read back. */
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Equal, Result, Schema } from "effect"
import type { Item } from "../../src/Attribute.ts"
import { corrupt, Rng, schema as anySchema, struct } from "./generate.ts"
import { ok, tiers } from "./tiers.ts"

/** What a value may be refused for though it fits its schema: DynamoDB cannot hold it. */
const unstorable =
  /well-formed|range|38 significant|empty set|finite|distinct|nested|form of its own|Invalid data|cannot be told|whole minutes/i

const check = (schema: Schema.Top, seed: number, count: number) =>
  Effect.gen(function* () {
    const codec = tiers(schema)
    const rng = new Rng(seed)
    const values = yield* Arbitrary.sampleEffect(Arbitrary.schema(schema), { count, seed })
    let stored = 0
    for (const value of values) {
      const encoded = codec.encode(value)
      if (Result.isFailure(encoded)) {
        assert.match(encoded.failure[0]!.message, unstorable)
        continue
      }
      stored++
      const item = encoded.success as Item
      const back = ok(codec.decode(item))
      assert.isTrue(Equal.equals(back, value), "decode(encode(x)) is not x")
      assert.deepStrictEqual(ok(codec.encode(back)), item)
      for (let i = 0; i < 3; i++) codec.decode(corrupt(rng, item))
    }
    return { stored, fast: codec.fast() }
  })

interface Tree {
  readonly value: string
  readonly children: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  value: Schema.String,
  children: Schema.Array(Schema.suspend(() => Tree))
})
class Money extends Schema.Class<Money>("Money")({
  amount: Schema.BigDecimal,
  currency: Schema.Literals(["EUR", "USD"])
}) {}

const broad: { readonly [name: string]: Schema.Top } = {
  scalars: Schema.Struct({
    s: Schema.String,
    f: Schema.Finite,
    i: Schema.Int,
    b: Schema.Boolean,
    n: Schema.Null,
    big: Schema.BigInt,
    dec: Schema.BigDecimal,
    bin: Schema.Uint8Array
  }),
  dates: Schema.Struct({ d: Schema.Date, utc: Schema.DateTimeUtc, zoned: Schema.DateTimeZoned, dur: Schema.Duration }),
  sets: Schema.Struct({
    ss: Schema.ReadonlySet(Schema.String),
    ns: Schema.ReadonlySet(Schema.Finite),
    big: Schema.ReadonlySet(Schema.BigInt),
    ds: Schema.ReadonlySet(Schema.Date),
    opt: Schema.optionalKey(Schema.ReadonlySet(Schema.NonEmptyString).check(Schema.isMinSize(1)))
  }),
  options: Schema.Struct({
    o: Schema.Option(Schema.String),
    oo: Schema.Option(Schema.Option(Schema.Int)),
    list: Schema.Array(Schema.Option(Schema.Date)),
    opt: Schema.optionalKey(Schema.Option(Schema.Int))
  }),
  classes: Schema.Struct({ m: Money, ms: Schema.Array(Money), by: Schema.Record(Schema.String, Money) }),
  collections: Schema.Struct({
    map: Schema.ReadonlyMap(Schema.String, Schema.Int),
    hashMap: Schema.HashMap(Schema.String, Schema.Int),
    hashSet: Schema.HashSet(Schema.Int),
    chunk: Schema.Chunk(Schema.Date)
  }),
  tuples: Schema.Struct({
    t: Schema.Tuple([Schema.String, Schema.optionalKey(Schema.Int)]),
    r: Schema.TupleWithRest(Schema.Tuple([Schema.Boolean]), [Schema.Int, Schema.String]),
    n: Schema.NonEmptyArray(Schema.Int)
  }),
  unions: Schema.Struct({
    u: Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Null]),
    t: Schema.TaggedUnion({ A: { a: Schema.Date }, B: { b: Schema.optionalKey(Schema.Int) }, C: {} }),
    s: Schema.Union([Schema.Struct({ x: Schema.String }), Schema.Struct({ y: Schema.Int })]),
    v: Schema.Union([
      Schema.Struct({ v: Schema.Literal(1), a: Schema.String }),
      Schema.Struct({ v: Schema.Literal(2), a: Schema.Date })
    ])
  }),
  renamed: Schema.Struct({
    inner: Schema.Struct({ at: Schema.Date, by: Schema.optionalKey(Schema.String) }).pipe(
      Schema.encodeKeys({ at: "AT", by: "by2" })
    )
  }),
  checked: Schema.Struct({
    p: Schema.Struct({ a: Schema.Int, b: Schema.Int }).check(Schema.makeFilter(({ a, b }) => a <= b))
  }),
  rest: Schema.StructWithRest(Schema.Struct({ id: Schema.String }), [
    Schema.Record(Schema.TemplateLiteral(["x-", Schema.String]), Schema.Int)
  ]),
  recursive: Schema.Struct({ tree: Tree }),
  transformed: Schema.Struct({
    n: Schema.FiniteFromString,
    d: Schema.DateTimeUtcFromMillis,
    trimmed: Schema.Trim,
    each: Schema.Array(Schema.BigIntFromString)
  }),
  defaults: Schema.Struct({
    a: Schema.Int.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(5))),
    b: Schema.Date.pipe(Schema.withDecodingDefaultType(Effect.succeed(new Date(0)))),
    c: Schema.Option(Schema.Int).pipe(Schema.withDecodingDefaultTypeKey(Effect.succeedNone))
  })
}

describe("agreement", () => {
  for (const [name, schema] of Object.entries(broad)) {
    it.effect(`generated values: ${name}`, () =>
      Effect.gen(function* () {
        const { fast, stored } = yield* check(schema, 11, 60)
        // Extremes are generated on purpose, and DynamoDB cannot hold all of them.
        assert.isAbove(stored, 0)
        assert.isAbove(fast, stored, "the fast path takes no part")
      })
    )
  }

  it.effect("generated values of generated schemas", () =>
    Effect.gen(function* () {
      let stored = 0
      let fast = 0
      for (let seed = 1; seed <= 150; seed++) {
        const result = yield* check(struct(new Rng(seed), 3), seed, 8).pipe(
          Effect.catchDefect((defect) => Effect.die(new Error(`seed ${seed}: ${String(defect)}`, { cause: defect })))
        )
        stored += result.stored
        fast += result.fast
      }
      assert.isAbove(stored, 300)
      assert.isAbove(fast, stored)
    })
  )

  it.effect("generated schemas as single fields", () =>
    Effect.gen(function* () {
      for (let seed = 1000; seed < 1100; seed++) {
        yield* check(Schema.Struct({ a: anySchema(new Rng(seed), 2) }), seed, 6).pipe(
          Effect.catchDefect((defect) => Effect.die(new Error(`seed ${seed}: ${String(defect)}`, { cause: defect })))
        )
      }
    })
  )
})
