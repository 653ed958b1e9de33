import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Effect, Exit, Option, Schema } from "effect"
import * as Attribute from "../src/Attribute.ts"
import type { Item } from "../src/Attribute.ts"
import * as ItemCodec from "../src/ItemCodec.ts"

const errorOf = <E>(effect: Effect.Effect<unknown, E>): E =>
  Option.getOrThrow(Exit.findErrorOption(Effect.runSyncExit(effect)))

describe("Attribute: without a schema", () => {
  const item: Item = {
    s: { S: "x" },
    n: { N: "1.50" },
    big: { N: "12345678901234567890" },
    dec: { N: "0.1234567890123456789012345678" },
    b: { B: new Uint8Array([1]) },
    t: { BOOL: true },
    nil: { NULL: true },
    l: { L: [{ S: "a" }, { L: [] }, { M: { x: { N: "2" } } }] },
    m: { M: {} },
    ss: { SS: ["a", "b"] },
    ns: { NS: ["1", "12345678901234567890"] },
    bs: { BS: [new Uint8Array([2])] }
  }

  it("reads items", () => {
    assert.deepStrictEqual(Effect.runSync(Attribute.toPlain(item)), {
      s: "x",
      n: 1.5,
      big: 12345678901234567890n,
      dec: BigDecimal.fromStringUnsafe("0.1234567890123456789012345678"),
      b: new Uint8Array([1]),
      t: true,
      nil: null,
      l: ["a", [], { x: 2 }],
      m: {},
      ss: new Set(["a", "b"]),
      ns: new Set<number | bigint>([1, 12345678901234567890n]),
      bs: new Set([new Uint8Array([2])])
    })
  })

  it("what is read is written the same", () => {
    const plain = Effect.runSync(Attribute.toPlain(item))
    assert.deepStrictEqual(Effect.runSync(Attribute.fromPlain(plain)), { ...item, n: { N: "1.5" } })
  })

  it("tells attribute values from items", () => {
    assert.strictEqual(Effect.runSync(Attribute.toPlain({ S: "x" })), "x")
    assert.deepStrictEqual(Effect.runSync(Attribute.toPlain({ S: { S: "x" } })), { S: "x" })
    assert.deepStrictEqual(Effect.runSync(Attribute.toPlain({ M: { S: { S: "x" } } })), { S: "x" })
    assert.deepStrictEqual(Effect.runSync(Attribute.toPlain({ M: { S: "x" } } as Item)), { M: "x" })
    assert.deepStrictEqual(Effect.runSync(Attribute.toPlain({} as Item)), {})
    assert.deepStrictEqual(Effect.runSync(Attribute.toPlain({ M: {} })), {})
  })

  it("what is no attribute value fails with its path", () => {
    const error = errorOf(Attribute.toPlain({ a: { L: [{ S: "x" }, { $unknown: ["Z", 1] }] } } as never))
    assert.strictEqual(error._tag, "DecodeError")
    assert.deepStrictEqual(error.path, ["a", 1])
    assert.match(error.message, /\(at a\[1\]\)/)
    assert.match(errorOf(Attribute.toPlain({ N: "x" })).message, /number/)
    assert.match(errorOf(Attribute.toPlain({ S: "x", N: "1" } as never)).message, /descriptor/)
  })

  it("writes what DynamoDB can hold and nothing else", () => {
    const fails = (value: unknown, path: ReadonlyArray<string | number>, message: RegExp) => {
      const error = errorOf(Attribute.fromPlain(value as never))
      assert.strictEqual(error._tag, "EncodeError")
      assert.deepStrictEqual(error.path, path)
      assert.match(error.message, message)
    }
    assert.deepStrictEqual(Effect.runSync(Attribute.fromPlain({ a: undefined, b: 1 })), { b: { N: "1" } })
    assert.deepStrictEqual(Effect.runSync(Attribute.fromPlain(new Date(0))), { S: "1970-01-01T00:00:00.000Z" })
    fails({ a: NaN }, ["a"], /finite/)
    fails({ a: [1, undefined] }, ["a", 1], /form of its own/)
    fails({ a: { b: new Set() } }, ["a", "b"], /empty set/)
    fails({ a: new Set([1, "x"]) }, ["a"], /set of strings/)
    fails({ a: new Set([true]) }, ["a"], /set of strings/)
    fails({ a: new Set([1, 1n]) }, ["a"], /distinct/)
    fails({ a: () => 1 }, ["a"], /form of its own/)
    fails({ a: new Map() }, ["a"], /form of its own/)
    fails({ a: new Date(NaN) }, ["a"], /date/)
    fails({ a: "\ud800" }, ["a"], /well-formed/)
    fails({ "\ud800": 1 }, [], /name/)
  })

  it("__proto__ is data both ways", () => {
    const stored = JSON.parse(`{"__proto__":{"M":{"x":{"S":"y"}}}}`) as Item
    const plain = Effect.runSync(Attribute.toPlain(stored))
    assert.deepStrictEqual(Object.keys(plain), ["__proto__"])
    assert.strictEqual(JSON.stringify(Effect.runSync(Attribute.fromPlain(plain))), JSON.stringify(stored))
  })
})

describe("Attribute.make", () => {
  class Version {
    readonly major: number
    readonly minor: number
    constructor(major: number, minor: number) {
      this.major = major
      this.minor = minor
    }
  }
  const VersionAttribute = Attribute.make<Version>({
    identifier: "Version",
    is: (u): u is Version => u instanceof Version,
    encode: ({ major, minor }) => ({ S: `${major}.${minor}` }),
    decode: (attribute) => {
      if (!("S" in attribute)) throw new Error("secret value")
      const [major, minor] = attribute.S.split(".")
      return new Version(Number(major), Number(minor))
    }
  })

  it("gives a type its own attribute value, wherever it stands", () => {
    const codec = ItemCodec.make(
      Schema.Struct({
        v: VersionAttribute,
        all: Schema.Array(VersionAttribute),
        maybe: Schema.optionalKey(VersionAttribute),
        either: Schema.Union([Schema.Number, VersionAttribute])
      })
    )
    const value = { v: new Version(1, 2), all: [new Version(3, 4)], either: new Version(5, 6) }
    const item = { v: { S: "1.2" }, all: { L: [{ S: "3.4" }] }, either: { S: "5.6" } }
    assert.deepStrictEqual(Effect.runSync(codec.encode(value)), item)
    assert.deepStrictEqual(Effect.runSync(codec.decode(item)), value)
    assert.deepStrictEqual(Effect.runSync(codec.decode({ ...item, either: { N: "7" } })).either, 7)
  })

  it("what its functions throw is an issue, without the message", () => {
    const codec = ItemCodec.make(Schema.Struct({ v: VersionAttribute }))
    const error = errorOf(codec.decode({ v: { N: "1" } }))
    assert.match(error.message, /`decode` failed\n {2}at \["v"\]/)
    assert.notMatch(error.message, /secret/)
    assert.match(errorOf(codec.encode({ v: "no version" as never })).message, /Expected Version/)
  })

  it("needs encode and decode only", () => {
    const Upper = Attribute.make({
      encode: (text: string) => ({ S: text.toUpperCase() }),
      decode: (attribute) => ("S" in attribute ? attribute.S.toLowerCase() : "")
    })
    const codec = ItemCodec.make(Schema.Struct({ u: Upper }))
    assert.deepStrictEqual(Effect.runSync(codec.encode({ u: "x" })), { u: { S: "X" } })
    assert.deepStrictEqual(Effect.runSync(codec.decode({ u: { S: "X" } })), { u: "x" })
  })

  it("what it makes must be an attribute value", () => {
    for (const attribute of [{ S: 1 }, {}, { SS: [] }, { S: "\ud800" }]) {
      const Broken = Attribute.make({ encode: (_: number) => attribute as never, decode: () => 1 })
      assert.isTrue(Exit.isFailure(Effect.runSyncExit(ItemCodec.make(Schema.Struct({ b: Broken })).encode({ b: 1 }))))
    }
  })
})
