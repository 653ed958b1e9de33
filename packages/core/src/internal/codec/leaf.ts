/**
 * The natural form of every type that has one of its own in DynamoDB. Each is a pair
 * of plain functions, which both tiers of the codec call.
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { AttributeValue } from "../../Attribute.ts"
import { instantOfText, textOfInstant } from "./instant.ts"
import { bigDecimalOfText, bigIntOfText, numberOfText, textOfBigDecimal, textOfBigInt, textOfNumber } from "./number.ts"
import { fromPlain, malformed, toPlain } from "./plain.ts"
import { isRefusal, Refusal } from "./refusal.ts"
import { isSoleN, isSoleS } from "./sole.ts"
import { absent, isSole, marshal, unmarshal } from "./wire.ts"

/** A type and its attribute value. `encode` is only called with what `is` accepts. */
export interface Leaf<A = unknown> {
  readonly is: (u: unknown) => u is A
  readonly encode: (value: A) => AttributeValue | Refusal
  readonly decode: (attribute: AttributeValue) => A | Refusal
}

// A leaf is kept beside the node whose values it takes, so its type can be forgotten.
const make = <A>(leaf: Leaf<A>): Leaf => leaf as unknown as Leaf

const expectedNumber = new Refusal("Expected a number (N)")
const expectedText = new Refusal("Expected a date (S)")
const expectedBinary = new Refusal("Expected binary (B)")

/** A number of any type: its text is exact. */
const makeNumeric = <A>(
  is: (u: unknown) => u is A,
  textOf: (value: A) => string | Refusal,
  ofText: (text: string) => A | Refusal
): Leaf =>
  make<A>({
    is,
    encode: (value) => {
      const text = textOf(value)
      return typeof text === "string" ? { N: text } : text
    },
    decode: (attribute) => {
      const text = (attribute as { readonly N?: unknown }).N
      return typeof text === "string" && isSoleN(attribute) ? ofText(text) : expectedNumber
    }
  })

export const number = makeNumeric(Predicate.isNumber, textOfNumber, numberOfText)
export const bigint = makeNumeric(Predicate.isBigInt, textOfBigInt, bigIntOfText)
export const bigDecimal = makeNumeric(BigDecimal.isBigDecimal, textOfBigDecimal, bigDecimalOfText)

/** A numeric literal, or the numbers of an enum. */
export const numericLiterals = (literals: ReadonlyArray<number | bigint>): Leaf => {
  const allowed = new Set<unknown>(literals)
  const other = new Refusal(`Expected ${literals.map(String).join(" | ")} (N)`)
  const read: (text: string) => number | bigint | Refusal =
    typeof literals[0] === "bigint" ? bigIntOfText : numberOfText
  return makeNumeric(
    (u): u is number | bigint => allowed.has(u),
    (n) => (typeof n === "bigint" ? textOfBigInt(n) : textOfNumber(n)),
    (text) => {
      const n = read(text)
      return isRefusal(n) || allowed.has(n) ? n : other
    }
  )
}

const nanosInMilli = BigInt(1_000_000)
const infinite = new Refusal("Expected a finite duration: DynamoDB has no infinities")
const tooFine = new Refusal("Expected a duration in milliseconds, no finer than a nanosecond")

/** Milliseconds, with nanoseconds as decimals. */
export const duration = makeNumeric(
  Duration.isDuration,
  ({ value }) => {
    switch (value._tag) {
      case "Millis":
        return textOfNumber(value.millis)
      case "Nanos":
        return textOfBigDecimal(BigDecimal.make(value.nanos, 6))
      default:
        return infinite
    }
  },
  (text) => {
    const millis = numberOfText(text)
    if (typeof millis === "number" && Number.isSafeInteger(millis)) return Duration.millis(millis)
    const exact = bigDecimalOfText(text)
    if (isRefusal(exact)) return exact
    const nanos = BigDecimal.scale(exact, 6)
    if (!BigDecimal.equals(nanos, exact)) return tooFine
    return nanos.value % nanosInMilli === BigInt(0) && typeof millis === "number"
      ? Duration.millis(millis)
      : Duration.nanos(nanos.value)
  }
)

const makeInstant = <A>(is: (u: unknown) => u is A, toMillis: (value: A) => number, ofMillis: (millis: number) => A) =>
  make<A>({
    is,
    encode: (value) => ({ S: textOfInstant(toMillis(value)) }),
    decode: (attribute) => {
      const text = (attribute as { readonly S?: unknown }).S
      if (typeof text !== "string" || !isSoleS(attribute)) return expectedText
      const millis = instantOfText(text)
      return isRefusal(millis) ? millis : ofMillis(millis)
    }
  })

export const isValidDate = (u: unknown): u is Date => u instanceof Date && !Number.isNaN(u.getTime())
export const isUtc = (u: unknown): u is DateTime.Utc => DateTime.isDateTime(u) && DateTime.isUtc(u)

export const date = makeInstant(
  isValidDate,
  (value) => value.getTime(),
  (millis) => new Date(millis)
)
export const dateTimeUtc = makeInstant(
  isUtc,
  (value) => value.epochMilliseconds,
  (millis) => DateTime.makeUnsafe(millis)
)

const isZoned = (u: unknown): u is DateTime.Zoned => DateTime.isDateTime(u) && DateTime.isZoned(u)
const offMinute = new Refusal("Expected an offset in whole minutes: the zoned ISO form holds no finer one")
const notZoned = new Refusal("Expected a zoned date in ISO 8601 (S)")

/** The canonical form of Schema: ISO 8601 with offset and zone. */
export const dateTimeZoned = make<DateTime.Zoned>({
  is: isZoned,
  // The offsets of old local times have seconds, which would be lost, and the instant with them.
  encode: (value) => (DateTime.zonedOffset(value) % 60_000 === 0 ? { S: DateTime.formatIsoZoned(value) } : offMinute),
  decode: (attribute) => {
    const text = (attribute as { readonly S?: unknown }).S
    if (typeof text !== "string" || !isSoleS(attribute)) return expectedText
    return Option.getOrElse(DateTime.makeZonedFromString(text), () => notZoned)
  }
})

const isUint8Array = (u: unknown): u is Uint8Array => u instanceof Uint8Array

export const binary = make<Uint8Array>({
  is: isUint8Array,
  encode: (value) => ({ B: value }),
  decode: (attribute) => {
    const bytes = (attribute as { readonly B?: unknown }).B
    return isUint8Array(bytes) && isSole(attribute, "B") ? bytes : expectedBinary
  }
})

/** Values of types that are only known when they are met. */
const makePlain = (is: (u: unknown) => u is unknown, expected: string): Leaf => {
  const other = new Refusal(`Expected ${expected}`)
  return {
    is,
    encode: (value) => fromPlain(value),
    decode: (attribute) => {
      const value = toPlain(attribute)
      return isRefusal(value) || is(value) ? value : other
    }
  }
}

const anything = makePlain((_): _ is unknown => true, "a value")

export const unknown: Leaf = {
  is: anything.is,
  // Whether it may be stored as nothing depends on where it stands.
  encode: (value) => (value === undefined ? absent : anything.encode(value)),
  decode: (attribute) => (attribute === absent ? undefined : anything.decode(attribute))
}
export const json = makePlain(Schema.is(Schema.Json), "a JSON value")
export const objectKeyword = makePlain(Predicate.isObjectKeyword, "an object or array")
export const notNullish = makePlain(Predicate.isNotNullish, "a value that is not null")

/** A type with functions of its own: see `Attribute.make`. */
export const custom = <A>(options: {
  readonly is: (u: unknown) => u is A
  readonly encode: (value: A) => AttributeValue
  readonly decode: (attribute: AttributeValue) => A
}): Leaf => {
  const cannotEncode = new Refusal("The value cannot be encoded: Attribute.make's `encode` failed")
  const cannotDecode = new Refusal("The stored value cannot be decoded: Attribute.make's `decode` failed")
  const other = new Refusal("The stored value decodes to another type: Attribute.make's `is` refuses it")
  return make<A>({
    is: options.is,
    encode: (value) => {
      // oxlint-disable-next-line house/no-try -- the user's function throws where it refuses a value
      try {
        const attribute = options.encode(value)
        return isRefusal(toPlain(attribute)) ? malformed : marshal(unmarshal(attribute))
      } catch {
        return cannotEncode
      }
    },
    decode: (attribute) => {
      // oxlint-disable-next-line house/no-try -- the user's function throws where it refuses an attribute value
      try {
        const value = options.decode(attribute)
        return options.is(value) ? value : other
      } catch {
        return cannotDecode
      }
    }
  })
}

export { instantOfText, textOfInstant }
