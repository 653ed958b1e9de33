import { it } from "@effect/vitest"
import { BigDecimal, DateTime, Duration, Effect, Option, Redacted, Schema } from "effect"
import { makeEntityCodec } from "../../src/internal/codec/entity.ts"
it("smoke", () => {
  class Sub extends Schema.Class<Sub>("Sub")({ _tag: Schema.tag("Sub"), when: Schema.Date }) {}
  class A extends Schema.Class<A>("A")({
    id: Schema.String, n: Schema.Number, opt: Schema.optionalKey(Schema.Number), o: Schema.Option(Schema.String),
    tags: Schema.ReadonlySet(Schema.String), nums: Schema.optional(Schema.ReadonlySet(Schema.BigInt)),
    lines: Schema.Array(Schema.Struct({ sku: Schema.String, q: Schema.Int })), u: Schema.NullOr(Schema.Date),
    b: Schema.Uint8Array, dur: Schema.Duration, bd: Schema.BigDecimal, un: Schema.Unknown,
    d: Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(true)), Schema.withDecodingDefaultTypeKey(Effect.succeed(true))),
    sub: Schema.Union([Sub, Schema.TaggedStruct("X", {})]), red: Schema.Redacted(Schema.String), ttl: Schema.DateTimeUtcFromString,
    rec: Schema.Record(Schema.String, Schema.Finite), lit: Schema.Literals(["a", "b"])
  }) {}
  const c = makeEntityCodec(A, { rename: { id: "pk1" }, keyOnly: new Set(), timeToLive: "ttl" })
  const v = new A({ id: "x", n: 1.5, o: Option.some("v"), tags: new Set(["q"]), lines: [{ sku: "a", q: 2 }], u: new Date(0), b: new Uint8Array([1]),
    dur: Duration.nanos(1500000n), bd: BigDecimal.fromStringUnsafe("1.50"), un: { a: [1, "2", null] }, sub: new Sub({ when: new Date(5) }), red: Redacted.make("s"),
    ttl: DateTime.makeUnsafe(5500), rec: { a: 1 }, lit: "a" })
  const e = c.encode(v)
  console.dir(e, { depth: 9 })
  const item = (e as any).value
  const d = c.decode(item)
  console.dir(d, { depth: 4 })
  const item2 = { ...item, lines: { L: [{ M: { sku: { S: "a" }, q: { S: "no" } } }] } }
  console.log(String((c.decode(item2) as any).cause))
  delete item.d; delete item.tags; delete item.o
  console.dir(c.decode(item), { depth: 2 })
  for (const f of c.fields.values()) console.log(f.name, f.stored, f.kind, f.optional, f.admitsNull, f.isSet, f.hasDefault, f.literals)
})
