/**
 * An update's request: what is set and removed, and what follows for the keys of
 * indexes.
 */
import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import { EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Expression from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Planning } from "./builder.ts"
import { existsHere, placeholderInput } from "./conditions.ts"
import { indexChanges } from "./indexChanges.ts"

/** What the builder says. */
export interface UpdateState {
  readonly entity: Entity.Any
  readonly key: Readonly<Record<string, unknown>>
  /** One record for each `set` or `remove`; `undefined` removes. */
  readonly changes: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly upsert: boolean
}

/** An attribute to write; `undefined` to remove it. */
export interface AttributeChange {
  readonly value: AttributeValue | undefined
  /** Only where the item lacks it. */
  readonly ifAbsent: boolean
}

/** The changes of an update by stored attribute name. */
export type AttributeChanges = Map<string, AttributeChange>

/** Plans an update, or says what of it cannot be written. */
export const planUpdate = (
  given: UpdateState,
  planning: Planning
): Effect.Effect<UpdateItemCommandInput, KeyError | EncodeError, unknown> => {
  const { entity, where } = planning
  const state = { ...given, key: keyValues(given.key, entity) }
  const key = ResolvedEntity.primaryKey(entity, state.key, where)
  if (Exit.isFailure(key)) return Exit.failCause(key.cause)
  const values = fieldValues(state, planning)
  if (Exit.isFailure(values)) return Exit.failCause(values.cause)
  return Effect.flatMapEager(fieldChanges(values.value, planning), (changes) => {
    const indexed = indexChanges(state, values.value, planning)
    if (Exit.isFailure(indexed)) return Exit.failCause(indexed.cause)
    for (const [attribute, value] of indexed.value) {
      // A field that is an index's key attribute has its own change already, except where null is stored as nothing.
      changes.set(attribute, { value, ifAbsent: false })
    }
    const whole = state.upsert ? addWhole(state, values.value, changes, planning) : Exit.void
    return Effect.mapEager(whole, () => request(state, key.value, changes, planning))
  })
}

/** The fields of the primary key alone: what else stands in the record (a whole value, say) may be out of date. */
const keyValues = (given: ResolvedEntity.Values, entity: ResolvedEntity.ResolvedEntity): ResolvedEntity.Values =>
  Object.fromEntries(Array.from(keyFieldsOf(entity), (field) => [field, given[field]]))

const keyFieldsOf = ({ primary }: ResolvedEntity.ResolvedEntity): ReadonlySet<string> =>
  new Set([...primary.partition, ...primary.sort].flatMap((slot) => slot.key.fields))

/** The fields that change, each once. */
const fieldValues = (
  state: UpdateState,
  { entity, where }: Planning
): Exit.Exit<ReadonlyMap<string, unknown>, EncodeError> => {
  const values = new Map<string, unknown>()
  const keyFields = keyFieldsOf(entity)
  const refuse = (field: string | undefined, why: string): Exit.Exit<never, EncodeError> =>
    Exit.fail(
      new EncodeError({
        message: `Cannot update ${entity.name}${field === undefined ? "" : ` at ${field}`}: ${why}`,
        ...where,
        entity: entity.name,
        path: field === undefined ? [] : [field]
      })
    )
  for (const record of state.changes) {
    for (const [field, value] of Object.entries(record)) {
      const codec = entity.definition.codec.fields.get(field)
      if (codec === undefined) return refuse(field, "it has no such field")
      if (keyFields.has(field)) {
        return refuse(field, "it is part of the primary key, which cannot change; delete the item and put it anew")
      }
      if (values.has(field)) return refuse(field, "it is changed twice in one update")
      if (value === undefined && !codec.optional) return refuse(field, "it is required, so it cannot be removed")
      values.set(field, value)
    }
  }
  return values.size === 0 && !state.upsert ? refuse(undefined, "nothing is changed") : Exit.succeed(values)
}

/** The attributes of the fields that change. */
const fieldChanges = (
  values: ReadonlyMap<string, unknown>,
  { entity, where }: Planning
): Effect.Effect<AttributeChanges, EncodeError, unknown> => {
  const changes: AttributeChanges = new Map()
  let all: Effect.Effect<unknown, EncodeError, unknown> = Exit.void
  for (const [field, value] of values) {
    const codec = entity.definition.codec.fields.get(field)!
    if (value === undefined) {
      changes.set(codec.stored, { value: undefined, ifAbsent: false })
      continue
    }
    all = Effect.flatMapEager(all, () =>
      Effect.mapEager(
        Effect.mapErrorEager(codec.encode(value), (error) => ResolvedEntity.encodeError(entity, error, where)),
        // Stored as nothing (an empty set, a None): the attribute goes.
        (stored) => changes.set(codec.stored, { value: stored, ifAbsent: false })
      )
    )
  }
  return Effect.mapEager(all, () => changes)
}

/**
 * What an upsert writes besides, so that what it creates is a whole item: the fields
 * of its key, the marker, and defaults where the item lacks the field.
 */
const addWhole = (
  state: UpdateState,
  values: ReadonlyMap<string, unknown>,
  changes: AttributeChanges,
  { entity, where }: Planning
): Effect.Effect<unknown, EncodeError | KeyError, unknown> => {
  const given = {
    ...state.key,
    ...Object.fromEntries([...values].filter(([, value]) => value !== undefined))
  }
  // Made and checked as a put's: what is missing for a whole item is said here.
  return Effect.flatMapEager(ResolvedEntity.makeValue(entity, given, where), (made) =>
    Effect.flatMapEager(ResolvedEntity.encode(entity, made, where), (item): Exit.Exit<void, KeyError> => {
      const primary = new Set([...entity.primary.partition, ...entity.primary.sort].map((slot) => slot.attribute))
      for (const [attribute, value] of Object.entries(item)) {
        if (primary.has(attribute) || changes.has(attribute)) continue
        const unknown = unknownFieldOf(entity, attribute, given)
        if (unknown !== undefined) return Exit.fail(unsureKey(entity, attribute, unknown, where))
        const field = fieldStoredAs(entity, attribute)
        // The marker and what the key gives are what they are; a default gives way to what stands there.
        changes.set(attribute, { value, ifAbsent: field !== undefined && !(field in state.key) })
      }
      return Exit.void
    })
  )
}

/** A field that an index's key is made of by its default alone: what stands in the item may differ. */
const unknownFieldOf = (
  entity: ResolvedEntity.ResolvedEntity,
  attribute: string,
  given: ResolvedEntity.Values
): string | undefined => {
  for (const pattern of entity.patterns.values()) {
    const slots = [...pattern.partition, ...pattern.sort]
    if (!slots.some((slot) => slot.attribute === attribute && slot.field === undefined)) continue
    const fields = [...slots.flatMap((slot) => slot.key.fields), ...(pattern.when?.keys() ?? [])]
    const unknown = fields.find((field) => !(field in given))
    if (unknown !== undefined) return unknown
  }
  return undefined
}

const unsureKey = (
  entity: ResolvedEntity.ResolvedEntity,
  attribute: string,
  field: string,
  where: ResolvedEntity.Where
): KeyError =>
  new KeyError({
    message:
      `Cannot upsert ${entity.name}: its index key "${attribute}" takes "${field}", which has a default here ` +
      `but may have another value in the table; set it in this update`,
    ...where,
    entity: entity.name,
    path: [field],
    attribute
  })

const fieldStoredAs = (entity: ResolvedEntity.ResolvedEntity, attribute: string): string | undefined => {
  for (const field of entity.definition.codec.fields.values()) if (field.stored === attribute) return field.name
  return undefined
}

/** The request for the changes. */
const request = (
  state: UpdateState,
  Key: Item,
  changes: AttributeChanges,
  { entity, where }: Planning
): UpdateItemCommandInput => {
  const placeholders = new Expression.Placeholders()
  const condition = state.upsert ? undefined : placeholders.condition(existsHere(entity))
  const sets: Array<string> = []
  const removes: Array<string> = []
  for (const [attribute, { ifAbsent, value }] of changes) {
    const name = placeholders.name(attribute)
    if (value === undefined) removes.push(name)
    else {
      const text = placeholders.value(value)
      sets.push(`${name} = ${ifAbsent ? `if_not_exists(${name}, ${text})` : text}`)
    }
  }
  const clauses = [
    ...(sets.length === 0 ? [] : [`SET ${sets.join(", ")}`]),
    ...(removes.length === 0 ? [] : [`REMOVE ${removes.join(", ")}`])
  ]
  return {
    TableName: where.table,
    Key,
    ...(clauses.length === 0 ? undefined : { UpdateExpression: clauses.join(" ") }),
    ...(condition === undefined
      ? undefined
      : { ConditionExpression: condition, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
    ...placeholderInput(placeholders),
    ReturnValues: "ALL_NEW"
  }
}
