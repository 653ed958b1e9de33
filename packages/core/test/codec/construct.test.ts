/** What is made without checks, and encodes, is what the schema's own constructor makes. */
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Exit, Option, Schema } from "effect"
import { type EntityCodecOptions, makeEntityCodec } from "../../src/internal/codec/entity.ts"
import { failed } from "../../src/internal/codec/node.ts"
import { Rng, struct } from "./generate.ts"

type Fields = Schema.Constraint & { readonly fields: Schema.Struct.Fields }

const none: EntityCodecOptions = { rename: {}, keyOnly: new Set(), timeToLive: undefined }

const isPlain = (u: unknown): u is Record<string, unknown> =>
  typeof u === "object" && u !== null && Object.getPrototypeOf(u) === Object.prototype

/** The names of all plain objects in their order, and which of them and of the lists are the input's own. */
const shape = (value: unknown, input: unknown): unknown =>
  Array.isArray(value)
    ? [value === input, ...value.map((one, i) => shape(one, (input as ReadonlyArray<unknown>)[i]))]
    : isPlain(value)
      ? [
          value === input,
          ...Object.keys(value).map((name) => [
            name,
            shape(value[name], typeof input === "object" && input !== null ? input[name as never] : undefined)
          ])
        ]
      : undefined

/** Whether the fast path made it; and that it made what the schema makes. */
const agrees = (schema: Fields, input: unknown): boolean => {
  const codec = makeEntityCodec(schema, none)
  const made = codec.attemptMake(input)
  const item = failed(made) ? made : codec.attemptEncode(made)
  if (failed(item)) return false
  const slow = Effect.runSync(codec.make(input) as Effect.Effect<unknown, Schema.SchemaError>)
  assert.deepStrictEqual(made, slow)
  assert.deepStrictEqual(shape(made, input), shape(slow, input))
  assert.deepStrictEqual(item, Effect.runSync(codec.encode(slow) as Effect.Effect<never, Schema.SchemaError>))
  return true
}

class Odd {
  readonly hidden = 1
  get id(): string {
    return "by a getter"
  }
}

const others: ReadonlyArray<unknown> = [
  undefined,
  null,
  "",
  "text",
  0,
  1.5,
  Number.NaN,
  true,
  [],
  {},
  1n,
  new Date(0),
  new Set(["a"])
]

/** The value with something done to one of its objects. */
const disturb = (rng: Rng, value: unknown): unknown => {
  if (Array.isArray(value)) {
    if (value.length === 0 || rng.next() < 0.2)
      return rng.pick([[...value, rng.pick(others)], new Array<unknown>(1).concat(value), value])
    const at = rng.int(value.length)
    return value.map((one, i) => (i === at ? disturb(rng, one) : one))
  }
  if (!isPlain(value)) return rng.next() < 0.3 ? rng.pick(others) : value
  const names = Object.keys(value)
  const name = names.length === 0 ? "x" : rng.pick(names)
  switch (rng.int(11)) {
    case 0:
      return Object.fromEntries(Object.entries(value).reverse())
    case 1:
      return { ...value, excess: 1 }
    case 2:
      return { excess: undefined, ...value }
    case 3:
      return { ...value, [Symbol.for("excess")]: 1 }
    case 4:
      return Object.fromEntries(Object.entries(value).filter(([one]) => one !== name))
    case 5:
      return Object.assign(Object.create(null), value)
    case 6:
      return Object.assign(new Odd(), Object.fromEntries(Object.entries(value).filter(([one]) => one !== "id")))
    case 7:
      return Object.assign(Object.create({ [name]: value[name] }), value)
    case 8: {
      const rest = Object.fromEntries(Object.entries(value).filter(([one]) => one !== name))
      return rng.next() < 0.5
        ? Object.defineProperty(rest, name, { value: value[name], enumerable: false })
        : Object.assign(Object.create({ [name]: value[name] }), rest)
    }
    case 9:
      return { ...value, [name]: rng.pick(others) }
    default:
      return { ...value, [name]: disturb(rng, value[name]) }
  }
}

describe("what is made without checks", () => {
  it.effect("is what the schema makes, of any schema and input", () =>
    Effect.gen(function* () {
      let fast = 0
      let fastDisturbed = 0
      for (let seed = 1; seed <= 150; seed++) {
        const rng = new Rng(seed)
        const schema = struct(rng, 2) as unknown as Fields
        if (Object.hasOwn(schema.fields, "__proto__")) continue
        const values = yield* Arbitrary.sampleEffect(Arbitrary.schema(schema as unknown as Schema.Top), {
          count: 4,
          seed
        })
        for (const value of values) {
          if (agrees(schema, value)) fast++
          for (let i = 0; i < 6; i++) if (agrees(schema, disturb(rng, value))) fastDisturbed++
        }
      }
      assert.isAbove(fast, 100)
      assert.isAbove(fastDisturbed, 300)
    })
  )

  it("fills constant defaults in, and leaves others to the schema", () => {
    const constant = Schema.Struct({
      id: Schema.String,
      role: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed("user"))),
      in: Schema.Struct({ kind: Schema.tag("In"), n: Schema.Int })
    })
    for (const input of [
      { id: "1", in: { n: 1 } },
      { id: "1", role: undefined, in: { kind: undefined, n: 1 } },
      { role: "x", in: { n: 1, kind: "In" }, id: "1" }
    ]) {
      assert.isTrue(agrees(constant, input))
    }
    assert.isFalse(agrees(constant, { id: "1", role: null, in: { n: 1 } }))
    assert.isFalse(agrees(constant, { id: "1", in: { n: 1.5 } }))
    let made = 0
    const each = Schema.Struct({
      n: Schema.Number.pipe(Schema.withConstructorDefault(Effect.sync(() => ++made)))
    })
    assert.isFalse(agrees(each, {}))
    assert.strictEqual(made, 0)
    assert.isTrue(agrees(each, { n: 1 }))
  })

  it("takes instances of a class as they are, and leaves making one to the class", () => {
    class Line extends Schema.Class<Line>("Line")({ sku: Schema.String }) {}
    class Order extends Schema.Class<Order>("Order")({ id: Schema.String, lines: Schema.Array(Line) }) {
      get count() {
        return this.lines.length
      }
    }
    const order = new Order({ id: "1", lines: [new Line({ sku: "a" })] })
    assert.isTrue(agrees(Order, order))
    assert.isFalse(agrees(Order, { ...order }))
    const held = Schema.Struct({ order: Order, more: Schema.Option(Schema.String) })
    assert.isTrue(agrees(held, { order, more: Option.some("x") }))
    assert.isTrue(agrees(held, { order: { id: "2", lines: [{ sku: "b" }] }, more: Option.none() }))
  })

  it("checks all the same", () => {
    const even = Schema.Struct({ n: Schema.Int.check(Schema.makeFilter((n) => n % 2 === 0)) })
    assert.isTrue(agrees(even, { n: 2 }))
    assert.isFalse(agrees(even, { n: 1 }))
    const throwing = Schema.Struct({
      get n() {
        return Schema.Int
      }
    })
    const input = {
      get n(): number {
        throw new Error("no n")
      }
    }
    assert.isFalse(agrees(throwing, input))
    assert.isTrue(
      Exit.hasDies(Effect.runSyncExit(makeEntityCodec(throwing, none).make(input) as Effect.Effect<unknown>))
    )
  })
})
