/**
 * Conditions over an item: one language for filters, write conditions and checks.
 *
 * A condition is data. References to attributes come from the builders
 * (`.filter((order) => order.total.gt(100))`); their operators depend on the field's
 * type, and values go through the field's own codec, so that they compare as they are
 * stored.
 *
 * @module
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type { AttributeValue } from "./Attribute.ts"
import type { Any } from "./Entity.ts"
import type * as Expression from "./Expression.ts"
import { exitOf } from "./internal/codec/codec.ts"
import type { FieldCodec } from "./internal/codec/entity.ts"
import * as form from "./internal/condition/form.ts"
import type { ConditionNode } from "./internal/condition/model.ts"
import { ofField, operandOrValue } from "./internal/condition/reference.ts"
import * as resolve_ from "./internal/condition/resolve.ts"
import type { Definition } from "./internal/entity/definition.ts"
import { definitionOf } from "./ResolvedEntity.ts"

/**
 * What marks a value as a condition.
 *
 * @category type ids
 * @since 0.1.0
 */
export const TypeId = "~@effect-dynamo/core/Condition"

/**
 * A condition.
 *
 * @category models
 * @since 0.1.0
 */
export interface Condition {
  readonly [TypeId]: typeof TypeId
  /** @internal */
  readonly node: ConditionNode
}

/**
 * DynamoDB's names of the types of attribute values.
 *
 * @category models
 * @since 0.1.0
 */
export type AttributeType = "S" | "N" | "B" | "BOOL" | "NULL" | "L" | "M" | "SS" | "NS" | "BS"

// -----------------------------------------------------------------------------
// References
// -----------------------------------------------------------------------------

const ReferenceTypeId = "~@effect-dynamo/core/Condition/Reference"

/**
 * A reference to an attribute or a part of one, whatever its type.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reference<out T> {
  readonly [ReferenceTypeId]: T
  /** Equal to a value, or to another attribute. */
  eq(value: Operand<T>): Condition
  /** Not equal: an item that lacks the attribute is, too. */
  ne(value: Operand<T>): Condition
  /** One of the values; more than 100 are split, as DynamoDB takes so many in one list. */
  in(values: ReadonlyArray<NoInfer<T>>): Condition
  /** The item has the attribute. */
  exists(): Condition
  /** The item lacks the attribute. */
  notExists(): Condition
  /** The attribute is stored as this type. */
  type(type: AttributeType): Condition
}

/**
 * A value, or another attribute of the same type.
 *
 * @category models
 * @since 0.1.0
 */
export type Operand<T> = NoInfer<T> | Reference<T>

/**
 * A reference to an attribute whose values have an order in DynamoDB.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrderedReference<out T> extends Reference<T> {
  /** Less than. */
  lt(value: Operand<T>): Condition
  /** Less than or equal. */
  lte(value: Operand<T>): Condition
  /** Greater than. */
  gt(value: Operand<T>): Condition
  /** Greater than or equal. */
  gte(value: Operand<T>): Condition
  /** Between both, both included. */
  between(lower: Operand<T>, upper: Operand<T>): Condition
}

/**
 * A reference to text.
 *
 * @category models
 * @since 0.1.0
 */
export interface StringReference<out T> extends OrderedReference<T> {
  /** Begins with this text. */
  beginsWith(prefix: string): Condition
  /** Has this text in it. */
  contains(text: string): Condition
  /** The length of its text, as JavaScript counts it: in UTF-16 code units. */
  size(): OrderedReference<number>
}

/**
 * A reference to bytes.
 *
 * @category models
 * @since 0.1.0
 */
export interface BinaryReference<out T> extends OrderedReference<T> {
  /** Begins with these bytes. */
  beginsWith(prefix: Uint8Array): Condition
  /** Has these bytes in it. */
  contains(bytes: Uint8Array): Condition
  /** The number of its bytes. */
  size(): OrderedReference<number>
}

/**
 * A reference to a set.
 *
 * @category models
 * @since 0.1.0
 */
export interface SetReference<out T, out A> extends Reference<T> {
  /** Has this member. */
  contains(member: NoInfer<A>): Condition
  /** The number of its members. */
  size(): OrderedReference<number>
}

/**
 * A reference to a list.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListReference<T, A, E> extends Reference<T> {
  /** Has this element. */
  contains(element: NoInfer<A>): Condition
  /** The element at a position, from 0. */
  at(position: number): ReferenceTo<A, E>
  /** The number of its elements. */
  size(): OrderedReference<number>
}

/**
 * A reference to a map: a struct, a class, a record.
 *
 * @category models
 * @since 0.1.0
 */
export interface MapReference<T, E> extends Reference<T> {
  /** The value under a name. */
  get<const K extends Keys<T>>(name: K): ReferenceTo<At<T, K>, At<E, K>>
  /** The number of its names. */
  size(): OrderedReference<number>
}

/**
 * A reference to anything: all operators, and whatever the types cannot know is
 * decided when the request is made.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnknownReference extends OrderedReference<unknown> {
  /** Begins with this text, or these bytes. */
  beginsWith(prefix: string | Uint8Array): Condition
  /** Has this text in it, or this element. */
  contains(element: unknown): Condition
  /** Its element at a position, from 0. */
  at(position: number): UnknownReference
  /** Its field of a name. */
  get(name: string): UnknownReference
  /** The length of text or bytes, or the number of elements. */
  size(): OrderedReference<number>
}

type Keys<T> = T extends unknown ? (keyof T extends infer K ? (K extends string ? K : never) : never) : never

type At<T, K> = T extends unknown ? (K extends keyof T ? Exclude<T[K], undefined> : never) : never

type Numeric = number | bigint | BigDecimal.BigDecimal

/** What is stored in its natural order, as the type tells. */
type Ordered = string | Numeric | boolean | Date | DateTime.DateTime

/**
 * The reference to an attribute of type `T`, encoded by its schema as `E`: its
 * operators are those that mean something.
 *
 * @category models
 * @since 0.1.0
 */
export type ReferenceTo<T, E> = unknown extends T
  ? UnknownReference
  : [T] extends [Option.Option<infer A> | Redacted.Redacted<infer A>]
    ? ReferenceTo<A, Unwrapped<E>>
    : ToReference<T, Exclude<T, undefined | null>, E>

type Unwrapped<E> = E extends Option.Option<infer A> ? A : E extends Redacted.Redacted<infer A> ? A : E

type ToReference<T, Present, E> = [Present] extends [string]
  ? StringReference<Exclude<T, undefined>>
  : [Present] extends [Ordered]
    ? IsTextOfNumber<Present, E> extends true
      ? Reference<Exclude<T, undefined>>
      : OrderedReference<Exclude<T, undefined>>
    : [Present] extends [Uint8Array]
      ? BinaryReference<Exclude<T, undefined>>
      : [Present] extends [ReadonlySet<infer A>]
        ? SetReference<Exclude<T, undefined>, A>
        : [Present] extends [ReadonlyArray<infer A>]
          ? ListReference<Exclude<T, undefined>, A, ElementOf<E>>
          : [Present] extends [Ordered | ReadonlySet<unknown> | ReadonlyArray<unknown> | Uint8Array]
            ? Reference<Exclude<T, undefined>>
            : MapReference<Exclude<T, undefined>, Exclude<E, undefined | null>>

/** A number that its schema writes as text does not sort as a number. */
type IsTextOfNumber<Present, E> = [Present] extends [Numeric]
  ? [Exclude<E, undefined | null>] extends [string]
    ? true
    : false
  : false

type ElementOf<E> = Exclude<E, undefined | null> extends ReadonlyArray<infer A> ? A : unknown

/**
 * References to the fields of an entity.
 *
 * @category models
 * @since 0.1.0
 */
export type References<
  E extends Any,
  Without = never,
  // A parameter: only then do editors lead from a reference to the field of the schema.
  Names extends keyof E["~@effect-dynamo/core/Entity"]["fields"] = Exclude<
    keyof E["~@effect-dynamo/core/Entity"]["fields"],
    Without
  >
> = {
  readonly [K in Names]: ReferenceTo<
    E["~@effect-dynamo/core/Entity"]["fields"][K]["Type"],
    E["~@effect-dynamo/core/Entity"]["fields"][K]["Encoded"]
  >
}

// -----------------------------------------------------------------------------
// Combinators
// -----------------------------------------------------------------------------

/** @internal */
export const make = (node: ConditionNode): Condition => ({ [TypeId]: TypeId, node })

/**
 * Whether a value is a condition.
 *
 * @category guards
 * @since 0.1.0
 */
export const isCondition = (u: unknown): u is Condition => Predicate.hasProperty(u, TypeId)

/**
 * All of the conditions; of none: true.
 *
 * @category combinators
 * @since 0.1.0
 */
export const and = (...conditions: ReadonlyArray<Condition>): Condition =>
  make({ _tag: "And", conditions: conditions.map(({ node }) => node) })

/**
 * Any of the conditions; of none: false.
 *
 * @category combinators
 * @since 0.1.0
 */
export const or = (...conditions: ReadonlyArray<Condition>): Condition =>
  make({ _tag: "Or", conditions: conditions.map(({ node }) => node) })

/**
 * The contrary of a condition.
 *
 * @category combinators
 * @since 0.1.0
 */
export const not = (condition: Condition): Condition => make({ _tag: "Not", condition: condition.node })

/**
 * A condition in DynamoDB's own language, for what this one lacks. References and
 * values in it become placeholders: nothing of a value can change what it means.
 *
 * @category combinators
 * @since 0.1.0
 */
export const raw = (text: TemplateStringsArray, ...parts: ReadonlyArray<unknown>): Condition =>
  make({ _tag: "Raw", text: [...text], parts: parts.map(operandOrValue) })

// -----------------------------------------------------------------------------
// Making conditions
// -----------------------------------------------------------------------------

const references = new WeakMap<object, Readonly<Record<string, unknown>>>()

/**
 * References to the fields of an entity: what the builders hand to `filter` and
 * `condition`.
 *
 * @category references
 * @since 0.1.0
 */
export const referencesOf = <E extends Any>(entity: E): References<E> => {
  const definition = definitionOf(entity)
  let made = references.get(definition)
  if (made === undefined) references.set(definition, (made = makeReferences(definition)))
  // There is one for each field, with the operators of its type.
  return made as References<E>
}

/** References by field, made when first asked for. What is no attribute of its own is refused by name. */
const makeReferences = ({ codec, keyOnly, name: entity }: Definition): Readonly<Record<string, unknown>> => {
  const known = new Map<string, unknown>()
  return new Proxy<Record<string, unknown>>(Object.create(null), {
    get: (_, name) => {
      // What is asked of any object, by assertions and inspection, is not asked of the entity.
      if (typeof name === "symbol") return undefined
      if (known.has(name)) return known.get(name)
      const field = codec.fields.get(name)
      if (field === undefined) throw new Error(`${entity} has no field ${JSON.stringify(name)}`)
      if (keyOnly.has(name)) {
        throw new Error(
          `The field ${JSON.stringify(name)} of ${entity} is keyOnly: it is no attribute that a condition could be about`
        )
      }
      const reference = ofField(make, field, field.hasDefault ? () => constantDefault(field) : undefined)
      known.set(name, reference)
      return reference
    },
    has: (_, name) => typeof name === "string" && codec.fields.has(name)
  })
}

/** The default of a field that has one, as stored, where it is the same each time. */
const constantDefault = (field: FieldCodec): AttributeValue | undefined => {
  const value = exitOf(field.decode(undefined))
  const stored = value?._tag === "Success" ? exitOf(field.encode(value.value)) : undefined
  return stored?._tag === "Success" ? stored.value : undefined
}

/**
 * That fields have these values.
 *
 * @category constructors
 * @since 0.1.0
 */
export const equal = <E extends Any>(entity: E, values: { readonly [K in keyof E["Type"]]?: unknown }): Condition => {
  const of = referencesOf(entity) as Readonly<Record<string, { eq(value: unknown): Condition }>>
  return and(
    // A field that there is not is refused by its reference.
    ...Object.entries(values).map(([field, value]) => of[field]!.eq(value))
  )
}

/**
 * A condition as DynamoDB's, or the constant it is: values encoded by their fields'
 * codecs.
 *
 * @category expressions
 * @since 0.1.0
 */
export const resolve = (
  condition: Condition
): Effect.Effect<Expression.Condition | boolean, Schema.SchemaError, unknown> => resolve_.resolve(condition.node)

/** Adds what tells the form of a condition apart, and its values; `false` where its text depends on them. @internal */
export const addForm = (condition: Condition, tokens: Array<unknown>, values: Array<AttributeValue>): boolean =>
  form.add(condition.node, tokens, values)
