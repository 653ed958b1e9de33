/** What the fast path does in ways of its own agrees with the plain way of doing it. */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { instantOfText, textOfInstant } from "../../src/internal/codec/instant.ts"
import { numberOfText } from "../../src/internal/codec/number.ts"
import { isRefusal } from "../../src/internal/codec/refusal.ts"
import { makeShape } from "../../src/internal/codec/shape.ts"
import * as sole from "../../src/internal/codec/sole.ts"
import { type AttributeType, isSole } from "../../src/internal/codec/wire.ts"
import * as decimal from "../../src/internal/decimal.ts"
import { Rng } from "./generate.ts"
import { field, ok, tiers } from "./tiers.ts"

const text = (rng: Rng, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[rng.int(alphabet.length)]).join("")

describe("numbers", () => {
  /** By digits alone: the text means what the number, written, means. */
  const exactly = (text: string): number | undefined => {
    const exact = decimal.normalize(text)
    const n = Number(text)
    return exact === undefined || exact !== decimal.normalize(String(n)) ? undefined : n === 0 ? 0 : n
  }
  const differ = (text: string): boolean => {
    const n = numberOfText(text)
    return !Object.is(isRefusal(n) ? undefined : n, exactly(text))
  }

  it("are read exactly or refused", () => {
    const texts =
      "- . -. 5. .5 -.5 0 -0 -0.0 00 007 0.1 1.10 1- --1 1.2.3 +1 0x10 0b1 1e3 1E-7 NaN Infinity 1/2 1:2 1,5 １ " +
      "999999999999999 -99999999999999 9007199254740993 0.30000000000000004 0.000000000000001 123456789012.345 " +
      "1234567890123456 0.1234567890123 179769313486231570000000 4.35 1.005"
    assert.deepStrictEqual(["", " 1", "1 ", ...texts.split(" ")].filter(differ), [])
  })

  it("of any characters", () => {
    const rng = new Rng(7)
    const texts = Array.from({ length: 20_000 }, () =>
      text(rng, rng.next() < 0.7 ? "0123456789." : "0123456789.-+eEx ", rng.int(19))
    )
    assert.deepStrictEqual(texts.filter(differ), [])
    assert.isAbove(texts.filter((text) => exactly(text) !== undefined).length, 5_000)
  })
})

describe("instants", () => {
  const day = 86_400_000
  const read = (text: string): number => {
    const millis = instantOfText(text)
    return isRefusal(millis) ? Number.NaN : millis
  }
  /** Whether we write or read it otherwise than `Date`. */
  const differ = (millis: number): boolean => {
    const written = new Date(millis).toISOString()
    return textOfInstant(millis) !== written || read(written) !== millis
  }

  it("of every day of 800 years are written and read as Date does", () => {
    const rng = new Rng(3)
    const days = Array.from({ length: 800 * 366 }, (_, i) => Date.UTC(1600, 0, 1) + i * day + rng.int(day))
    assert.deepStrictEqual(days.filter(differ), [])
  })

  it("at the ends of years, of what has four digits, and of time", () => {
    const years = [-1, 0, 1, 4, 99, 100, 101, 1969, 1970, 9999, 10_000].map((year) => new Date(0).setUTCFullYear(year))
    const ends = [...years, -8_640_000_000_000_000, 8_640_000_000_000_000].flatMap((start) =>
      [-1, 0, 1, 59 * day, 365 * day].map((more) => start + more)
    )
    assert.deepStrictEqual(ends.filter((millis) => Math.abs(millis) <= 8_640_000_000_000_000).filter(differ), [])
    assert.throws(() => textOfInstant(Number.NaN), RangeError)
  })

  it("that are none are refused", () => {
    const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
    const rng = new Rng(5)
    const texts = Array.from({ length: 20_000 }, () => {
      const written = new Date(rng.int(4_000_000) * 1_000_003).toISOString()
      const at = rng.int(24)
      // Digits may make a thirteenth month, a 31st of April, a 61st second.
      return written.slice(0, at) + text(rng, rng.next() < 0.8 ? "0123456789" : ":-.TZ ", 1) + written.slice(at + 1)
    })
    const ofForm = texts.filter((text) => form.test(text))
    assert.deepStrictEqual(
      ofForm.filter((text) => !Object.is(read(text), Date.parse(text))),
      []
    )
    assert.isAbove(ofForm.filter((text) => Number.isNaN(Date.parse(text))).length, 500)
    assert.isTrue(texts.filter((text) => !form.test(text)).some((text) => Number.isNaN(read(text))))
  })
})

describe("objects", () => {
  it("are plain, whatever they were made by", () => {
    const Shape = makeShape()
    const one = new Shape(false)
    assert.deepStrictEqual(one, {})
    assert.strictEqual(Object.getPrototypeOf(one), Object.prototype)
    assert.strictEqual(one.constructor, Object)
    assert.deepStrictEqual(Reflect.ownKeys(one), [])
  })

  it("of more fields than are reserved for", () => {
    const names = Array.from({ length: 80 }, (_, i) => `f${i}`)
    const codec = tiers(Schema.Struct(Object.fromEntries(names.map((name) => [name, Schema.Int]))))
    for (let round = 0; round < 20; round++) {
      const value = Object.fromEntries(names.map((name, i) => [name, i * round]))
      const item = ok(codec.encode(value))
      assert.deepStrictEqual(item, Object.fromEntries(names.map((name, i) => [name, { N: String(i * round) }])))
      const back = ok(codec.decode(item as never))
      assert.deepStrictEqual(back, value)
      assert.deepStrictEqual(Object.keys(back as object), names)
    }
  })
})

describe("descriptors", () => {
  it("beside another are found as by isSole", () => {
    const types: ReadonlyArray<AttributeType> = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"]
    const written = { S: sole.isSoleS, N: sole.isSoleN, BOOL: sole.isSoleBOOL, M: sole.isSoleM, L: sole.isSoleL }
    for (const [type, isSoleOf] of Object.entries(written)) {
      for (const other of types) {
        const attribute = { [type]: 1, [other]: 1 }
        assert.strictEqual(isSoleOf(attribute), isSole(attribute, type as AttributeType), `${type}, ${other}`)
        assert.strictEqual(isSoleOf(attribute), type === other)
      }
      const beside: object = { N: undefined, S: undefined, [type]: 1, other: 1 }
      assert.isTrue(isSoleOf(beside))
    }
  })
})

describe("checks", () => {
  it("of Finite are implied, of others are not", () => {
    const finite = field(Schema.Finite)
    for (const value of [Number.NaN, Infinity, -Infinity, 1e300]) assert.isTrue(Result.isFailure(finite.encode(value)))
    const positive = field(Schema.Finite.check(Schema.isGreaterThan(0)))
    assert.isTrue(Result.isFailure(positive.encode(0)))
    assert.isTrue(Result.isFailure(positive.decode({ N: "-1" })))
    assert.strictEqual(ok(positive.decode({ N: "1" }) as Result.Result<{ readonly a: number }, unknown>).a, 1)
  })

  it("in groups, in order, until one fails", () => {
    const seen: Array<string> = []
    const check = (name: string, passes: (n: number) => boolean) =>
      Schema.makeFilter<number>((n) => {
        seen.push(name)
        return passes(n)
      })
    const schema = Schema.Struct({
      a: Schema.Number.check(
        Schema.makeFilterGroup([check("one", (n) => n > 1), check("two", (n) => n > 2)]),
        check("three", (n) => n > 3)
      )
    })
    const codec = tiers(schema)
    assert.isTrue(Result.isFailure(codec.decode({ a: { N: "2" } })))
    // The fast path alone, the reference, and both together, which ask both.
    assert.deepStrictEqual(new Set(seen), new Set(["one", "two"]))
    assert.isTrue(Result.isSuccess(codec.decode({ a: { N: "4" } })))
    assert.include(seen, "three")
  })

  it("of the members of a set", () => {
    const texts = field(Schema.ReadonlySet(Schema.NonEmptyString))
    const numbers = field(Schema.ReadonlySet(Schema.Int))
    assert.isTrue(Result.isFailure(texts.encode(new Set(["a", ""]))))
    assert.isTrue(Result.isFailure(texts.encode(new Set(["a", "\ud800"]))))
    assert.isTrue(Result.isFailure(texts.decode({ SS: ["a", ""] })))
    assert.isTrue(Result.isFailure(texts.decode({ SS: ["a", 1] })))
    assert.isTrue(Result.isFailure(numbers.encode(new Set([1, 1.5]))))
    assert.isTrue(Result.isFailure(numbers.encode(new Set([1, Number.NaN]))))
    assert.isTrue(Result.isFailure(numbers.decode({ NS: ["1", "1.5"] })))
    assert.deepStrictEqual(ok(numbers.decode({ NS: ["1", "1.0", "2"] })), { a: new Set([1, 2]) })
  })

  it("of a class, on both its sides", () => {
    class Range extends Schema.Class<Range>("Range")({ from: Schema.Int, to: Schema.Int }) {
      get size(): number {
        return this.to - this.from
      }
    }
    const codec = field(Range.check(Schema.makeFilter(({ from, to }) => from <= to)))
    const range = new Range({ from: 1, to: 3 })
    const stored = { M: { from: { N: "1" }, to: { N: "3" } } }
    assert.deepStrictEqual(ok(codec.encode(range)), { a: stored })
    const back = ok(codec.decode(stored)) as { readonly a: Range }
    assert.instanceOf(back.a, Range)
    assert.strictEqual(back.a.size, 2)
    assert.isTrue(Result.isFailure(codec.encode(new Range({ from: 3, to: 1 }))))
    assert.isTrue(Result.isFailure(codec.encode({ from: 1, to: 3 })))
    assert.isTrue(Result.isFailure(codec.decode({ M: { from: { N: "3" }, to: { N: "1" } } })))
    assert.isTrue(Result.isFailure(codec.decode({ M: { from: { N: "3" } } })))
  })
})
