/** A design declared with this library, beside the recorded facts that it must reproduce. */
import { BigDecimal, DateTime, type Effect, Option, Stream } from "effect"
import { type DynamoClient, type DynamoError, Entity, Get, type Page, Put, type Table } from "effect-dynamo"
import type { Logical, LogicalObject, Scenario } from "./scenario.ts"

type Client = DynamoClient.DynamoClient

/** An entity whose schema needs no services. */
type Plain = Entity.Any & { readonly EncodingServices: never; readonly DecodingServices: never }

/** How the fields that JSON cannot hold are read from it. */
export type Readers = { readonly [field: string]: (value: never) => unknown }

/** One entity of a design, over values as JSON. */
export interface Member {
  readonly entity: Entity.Any
  readonly put: (input: LogicalObject) => Effect.Effect<unknown, Put.Error, Client>
  /** By the key of a whole value: fields that are no part of it are left alone. */
  readonly get: (input: LogicalObject) => Effect.Effect<Option.Option<unknown>, Get.Error, Client>
  readonly encode: (input: LogicalObject) => Effect.Effect<object, DynamoError.EncodeError | DynamoError.KeyError>
  readonly decode: (stored: Entity.StoredItem) => Effect.Effect<unknown, DynamoError.DecodeError | DynamoError.KeyError>
}

/** An entity, over values as JSON. A recorded value has no type: what the schema says of it is checked when it is written. */
export const member = <E extends Plain>(entity: E, readers: Readers = {}): Member => {
  const value = (input: LogicalObject) => fromLogical(input, readers)
  return {
    entity,
    // The designs' entities keep nothing by themselves, so that their puts fail with no more than any.
    put: (input) => Put.into(entity, value(input) as Entity.PutInput<E>) as Effect.Effect<unknown, Put.Error, Client>,
    get: (input) => Get.from(entity).key(value(input) as Entity.KeyOf<E>),
    encode: (input) =>
      Entity.encode(entity, value(input) as Entity.PutInput<E>) as Effect.Effect<
        object,
        DynamoError.EncodeError | DynamoError.KeyError
      >,
    decode: (stored) => Entity.decode(entity, stored)
  }
}

type Answering = Effect.Effect<unknown, { readonly _tag: string }, Client>

/** How an operation of a scenario is done with the library. */
export type Step =
  /** Its answer is compared. */
  | { readonly _tag: "Run"; readonly effect: Answering }
  /** Of several entities: each answer is under the name of its entity. */
  | { readonly _tag: "Collection"; readonly effect: Answering }
  /** From an index of keys only: the answers have these fields of the entity's items. */
  | {
      readonly _tag: "Held"
      readonly effect: Answering
      readonly entity: string
      readonly fields: ReadonlyArray<string>
    }

export const run = (effect: Answering): Step => ({ _tag: "Run", effect })

export const held = (effect: Answering, entity: string, ...fields: ReadonlyArray<string>): Step => ({
  _tag: "Held",
  effect,
  entity,
  fields
})

type Pages<E> = Stream.Stream<Page.Page<unknown>, E, Client>

/** All pages of a collection whose entities have the recorded names. */
export const collection = <E extends { readonly _tag: string }>(stream: Pages<E>): Step => ({
  _tag: "Collection",
  effect: Stream.runCollect(stream)
})

/** All pages of a query. */
export const pages = <E extends { readonly _tag: string }>(stream: Pages<E>): Step => run(Stream.runCollect(stream))

export interface Design {
  readonly scenario: Scenario
  readonly table: Table.Table
  readonly members: { readonly [entity: string]: Member }
  readonly steps: { readonly [operation: string]: Step }
}

// -----------------------------------------------------------------------------
// Values as JSON
// -----------------------------------------------------------------------------

const fromLogical = (input: LogicalObject, readers: Readers): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input).map(([field, value]) => {
      const reader = readers[field]
      return [field, reader === undefined ? untagged(value) : reader(value as never)]
    })
  )

const untagged = (value: Logical): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(untagged)
  const object = value as LogicalObject
  return "$set" in object
    ? new Set(object["$set"] as ReadonlyArray<string>)
    : Object.fromEntries(Object.entries(object).map(([name, inner]) => [name, untagged(inner)]))
}

/** A decoded value as JSON. */
export const toLogical = (value: unknown): Logical => {
  if (Option.isOption(value)) return toLogical(Option.getOrNull(value))
  if (typeof value === "bigint") return { $num: String(value) }
  if (BigDecimal.isBigDecimal(value)) return { $num: BigDecimal.format(value) }
  if (value instanceof Uint8Array) return { $bin: Buffer.from(value).toString("base64") }
  if (DateTime.isDateTime(value)) return DateTime.formatIso(value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Set) return { $set: Array.from(value, toLogical) }
  if (Array.isArray(value)) return value.map(toLogical)
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toLogical(inner)]))
  }
  // What is left is JSON: a string, a number, a boolean or null.
  return value as Logical
}

/** What an operation gave, as a list of values. */
export const answersOf = (answer: unknown): ReadonlyArray<unknown> => {
  if (Option.isOption(answer)) return Option.toArray(answer)
  if (isPage(answer)) return answer.items
  if (Array.isArray(answer)) return answer.flatMap(answersOf)
  return answer === undefined ? [] : [answer]
}

export const isPage = (u: unknown): u is Page.Page<unknown> => typeof u === "object" && u !== null && "cursor" in u
