/**
 * DynamoDB's attribute values, and schemas for what plain JSON lacks: sets,
 * exact numbers, binary.
 *
 * Every schema has a form in DynamoDB without anything from here. This module is for
 * the types that need one of their own (`make`), names for DynamoDB's sets, the
 * conversion of items that have no schema (`toPlain`, `fromPlain`), and sizes.
 *
 * @module
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import * as Exit from "effect/Exit"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { DecodeError, EncodeError } from "./DynamoError.ts"
import { customAnnotation } from "./internal/codec/ast.ts"
import * as leaves from "./internal/codec/leaf.ts"
import * as plain from "./internal/codec/plain.ts"
import { isRefusal, type Refusal } from "./internal/codec/refusal.ts"
import { formatPath } from "./internal/issues.ts"
import * as ItemSize from "./ItemSize.ts"

/**
 * An attribute value as DynamoDB stores it and as the AWS SDK takes it.
 *
 * See [the data types](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
 *
 * @category models
 * @since 0.1.0
 */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: Uint8Array }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: Array<AttributeValue> }
  | { M: { [name: string]: AttributeValue } }
  | { SS: Array<string> }
  | { NS: Array<string> }
  | { BS: Array<Uint8Array> }

/**
 * An item as DynamoDB stores it: attribute values by attribute name.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item {
  [name: string]: AttributeValue
}

// -----------------------------------------------------------------------------
// Schemas
// -----------------------------------------------------------------------------

/**
 * A set of strings, stored as `SS`.
 *
 * **Details**
 *
 * As a field, an empty set is stored as nothing, and nothing reads as the empty set (as absent,
 * where the field is optional): DynamoDB has no empty sets. For the same reason an empty set
 * inside a list or a record cannot be encoded.
 *
 * **Example** (A set of tags)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Attribute, ItemCodec } from "effect-dynamo"
 *
 * const Post = ItemCodec.make(Schema.Struct({ tags: Attribute.StringSet }))
 * Effect.runSync(Post.encode({ tags: new Set(["a", "b"]) })) // => { tags: { SS: ["a", "b"] } }
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const StringSet: Schema.$ReadonlySet<Schema.String> = /*#__PURE__*/ Schema.ReadonlySet(Schema.String)

/**
 * A set of numbers, stored as `NS`. Reads only numbers that JavaScript holds exactly: for others
 * there are `Schema.ReadonlySet(Schema.BigInt)` and `Schema.ReadonlySet(Schema.BigDecimal)`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NumberSet: Schema.$ReadonlySet<Schema.Number> = /*#__PURE__*/ Schema.ReadonlySet(Schema.Number)

/**
 * A set of binaries, stored as `BS`. Elements with the same bytes are the same to DynamoDB, so a
 * set that holds two of them cannot be encoded.
 *
 * @category schemas
 * @since 0.1.0
 */
export const BinarySet: Schema.$ReadonlySet<Schema.Uint8Array> = /*#__PURE__*/ Schema.ReadonlySet(Schema.Uint8Array)

/**
 * How a type is written and read: see {@link make}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<A> {
  /** Names the type in messages. */
  readonly identifier?: string | undefined
  /** Recognises the type's values. Needed in a union, and to refuse wrong values early; all are accepted without it. */
  readonly is?: ((u: unknown) => u is A) | undefined
  /** The attribute value of a value. May throw where there is none: the value is then refused. */
  readonly encode: (value: A) => AttributeValue
  /** The value of an attribute value. May throw on any that is none: the item is then refused. */
  readonly decode: (attribute: AttributeValue) => A
}

/**
 * Gives a type its own attribute value.
 *
 * **When to use**
 *
 * Use where the form that the type would have otherwise (its natural one, or its canonical JSON
 * codec) is not what is stored, most of all for tables that something else writes. Where a schema
 * with another encoded side is enough, prefer `Schema.decodeTo` and `Schema.encodeTo`.
 *
 * **Details**
 *
 * What `encode` or `decode` throws becomes an issue of the schema, without its message, which may
 * hold values.
 *
 * **Example** (Money as text with its currency)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Attribute, ItemCodec } from "effect-dynamo"
 *
 * class Money {
 *   readonly cents: number
 *   constructor(cents: number) {
 *     this.cents = cents
 *   }
 * }
 * const EUR = Attribute.make({
 *   identifier: "Money",
 *   is: (u): u is Money => u instanceof Money,
 *   encode: (money) => ({ S: `EUR ${money.cents / 100}` }),
 *   decode: (attribute) => {
 *     if (!("S" in attribute)) throw new Error("not money")
 *     return new Money(Number(attribute.S.slice(4)) * 100)
 *   }
 * })
 * const Price = ItemCodec.make(Schema.Struct({ price: EUR }))
 * Effect.runSync(Price.encode({ price: new Money(250) })) // => { price: { S: "EUR 2.5" } }
 * Effect.runSync(Price.decode({ price: { S: "EUR 2.5" } })).price.cents // => 250
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const make = <A>(options: Options<A>): Schema.declare<A> => {
  const is = options.is ?? ((_: unknown): _ is A => true)
  return Schema.declare<A>(is, {
    ...(options.identifier === undefined
      ? undefined
      : { identifier: options.identifier, expected: options.identifier }),
    [customAnnotation]: leaves.custom({ is, encode: options.encode, decode: options.decode })
  })
}

// -----------------------------------------------------------------------------
// Without a schema
// -----------------------------------------------------------------------------

/**
 * What an attribute value holds, as plain JavaScript: see {@link toPlain}.
 *
 * @category models
 * @since 0.1.0
 */
export type Plain =
  | string
  | number
  | bigint
  | BigDecimal.BigDecimal
  | boolean
  | null
  | Uint8Array
  | ReadonlySet<string>
  | ReadonlySet<number | bigint | BigDecimal.BigDecimal>
  | ReadonlySet<Uint8Array>
  | ReadonlyArray<Plain>
  | PlainObject

/**
 * A plain object of {@link Plain} values; `undefined` is absent.
 *
 * @category models
 * @since 0.1.0
 */
export interface PlainObject {
  readonly [name: string]: Plain | undefined
}

/**
 * Reads an item, or one attribute value, without a schema.
 *
 * **Details**
 *
 * A number is a `number` if that holds it exactly, else a `bigint`, else a `BigDecimal`. Sets are
 * `Set`s, maps plain objects in which every name, `__proto__` too, is only data. Fails with
 * `DecodeError` on what is no attribute value.
 *
 * **Example** (Reading an item of unknown shape)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Attribute } from "effect-dynamo"
 *
 * const item = { id: { S: "a" }, views: { N: "12345678901234567890" }, tags: { SS: ["x"] } }
 * Effect.runSync(Attribute.toPlain(item)) // => { id: "a", views: 12345678901234567890n, tags: new Set(["x"]) }
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const toPlain: {
  (attribute: AttributeValue): Effect.Effect<Plain, DecodeError>
  (item: Item): Effect.Effect<PlainObject, DecodeError>
} = (input: AttributeValue | Item): Exit.Exit<never, DecodeError> => {
  // No value is both: what stands under a descriptor is never an attribute value itself.
  const value = plain.toPlain(input as AttributeValue)
  const read = isRefusal(value) && !hasDescriptor(input) ? plain.itemToPlain(input as Item) : value
  // The two signatures say what is what.
  return isRefusal(read) ? Exit.fail(decodeError(read)) : Exit.succeed(read as never)
}

/** Whether the input was meant as an attribute value: then it is that which is wrong with it. */
const hasDescriptor = (input: AttributeValue | Item): boolean => {
  const [name, ...others] = Object.keys(input)
  if (name === undefined || others.length > 0 || !descriptors.has(name)) return false
  const raw: unknown = input[name as never]
  return typeof raw !== "object" || raw === null || Array.isArray(raw) || raw instanceof Uint8Array
}

const descriptors = new Set(["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"])

/**
 * Writes a plain object as an item, or any other plain value as an attribute value, without a
 * schema.
 *
 * **Details**
 *
 * The reverse of {@link toPlain}. Properties that are `undefined` are left out; a `Date` is written
 * as `Schema.Date` would be. Fails with `EncodeError` on what DynamoDB cannot hold: NaN and the infinities, numbers
 * beyond 38 digits, empty or mixed sets, `undefined` in a list, functions, symbols, instances of
 * classes.
 *
 * **Example** (Writing an item of unknown shape)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Attribute } from "effect-dynamo"
 *
 * Effect.runSync(Attribute.fromPlain({ id: "a", tags: new Set(["x"]) })) // => { id: { S: "a" }, tags: { SS: ["x"] } }
 * Effect.runSync(Attribute.fromPlain([1, null])) // => { L: [{ N: "1" }, { NULL: true }] }
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromPlain: {
  (object: PlainObject): Effect.Effect<Item, EncodeError>
  (value: Plain | Date): Effect.Effect<AttributeValue, EncodeError>
} = (value: Plain | Date): Exit.Exit<never, EncodeError> => {
  const attribute = plain.fromPlain(value)
  if (isRefusal(attribute)) return Exit.fail(encodeError(attribute))
  // Only a plain object becomes a map, and it is an item.
  return Exit.succeed(("M" in attribute ? attribute.M : attribute) as never)
}

// -----------------------------------------------------------------------------
// Sizes
// -----------------------------------------------------------------------------

/**
 * How large DynamoDB counts an attribute value to be, in bytes, without the attribute's name.
 *
 * **Details**
 *
 * Texts count by their UTF-8, binary as it is, a number by its significant digits (two in a byte, and a byte or two),
 * `BOOL` and `NULL` one byte, a list or a map 3 bytes and one for each element. See
 * [the sizes of items](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 *
 * **Example** (Sizes of values)
 *
 * ```ts
 * import { Attribute } from "effect-dynamo"
 *
 * Attribute.size({ S: "é" }) // => 2
 * Attribute.size({ N: "1234" }) // => 3
 * Attribute.size({ L: [{ BOOL: true }, { S: "ab" }] }) // => 8
 * ```
 *
 * @category sizes
 * @since 0.1.0
 */
export const size: (attribute: AttributeValue) => number = ItemSize.ofValue

/**
 * How large DynamoDB counts an item to be, in bytes: the names and values of all of its attributes, its keys included.
 * An item may have 409,600. `Entity.size` tells it of an entity's value.
 *
 * **Example** (The size of an item)
 *
 * ```ts
 * import { Attribute } from "effect-dynamo"
 *
 * Attribute.itemSize({ id: { S: "a" }, views: { N: "7" } }) // => 10
 * ```
 *
 * @category sizes
 * @since 0.1.0
 */
export const itemSize: (item: Item) => number = ItemSize.ofItem

const describe = (refusal: Refusal): string =>
  refusal.path.length === 0 ? refusal.message : `${refusal.message} (at ${formatPath(refusal.path)})`

const noEntity = "(none)"

const encodeError = (refusal: Refusal): EncodeError =>
  new EncodeError({
    message: describe(refusal),
    operation: "Attribute.fromPlain",
    entity: noEntity,
    path: refusal.path
  })

const decodeError = (refusal: Refusal): DecodeError =>
  new DecodeError({
    message: describe(refusal),
    operation: "Attribute.toPlain",
    entity: noEntity,
    path: refusal.path,
    keyAttributes: []
  })
