/**
 * A query's request, from what the builder says.
 */
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb"
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import { type EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import * as Expression from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type { Planning } from "./builder.ts"
import { placeholderInput } from "./conditions.ts"
import { fieldsOf } from "./keyValues.ts"
import { isMarked } from "./marker.ts"
import { patternOf, planReading, type ReadPlan, type ReadState } from "./reading.ts"

/** Operators on a sort key. */
export type SortOperator = "eq" | "prefix" | "lt" | "lte" | "gt" | "gte" | "between" | "beginsWith"

/** What the builder says of the sort key. */
export interface SortCondition {
  readonly operator: SortOperator
  /** The operand; of `between` the lower one. */
  readonly value: unknown
  /** The upper operand of `between`. */
  readonly upper?: unknown
}

/** What the builder says. */
export interface QueryState extends ReadState {
  readonly partition: unknown
  readonly sort: SortCondition | undefined
  readonly reverse: boolean
}

/** A query, planned: everything but where to start and how many to evaluate. */
export interface QueryPlan {
  readonly pattern: ResolvedEntity.AccessPattern
  /** The key condition is of one item's whole key. */
  readonly exact: boolean
  readonly reading: ReadPlan
  readonly input: QueryCommandInput
  /** Entity, table, index and key condition, for cursors to be bound to. */
  readonly identity: string
}

type Bounds = ReadonlyArray<readonly [attribute: string, bound: ResolvedEntity.Bound]>

/** Plans a query, or says which key cannot be made. */
export const planQuery = (
  state: QueryState,
  planning: Planning
): Effect.Effect<QueryPlan, KeyError | EncodeError, unknown> => {
  const { entity, where } = planning
  const found = patternOf(state.index, planning)
  if (Exit.isFailure(found)) return Exit.failCause(found.cause)
  const pattern = found.value
  const partition = partitionBounds(state, pattern, planning)
  if (Exit.isFailure(partition)) return Exit.failCause(partition.cause)
  const sort = sortBounds(state.sort, pattern, planning)
  if (Exit.isFailure(sort)) return Exit.failCause(sort.cause)
  const bounds = [...partition.value, ...sort.value]
  const placeholders = new Expression.Placeholders()
  const keyCondition = placeholders.condition(
    Expression.and(bounds.map(([attribute, bound]) => boundCondition(attribute, bound)))
  )
  return Effect.mapEager(
    planReading(state, {
      planning,
      pattern,
      marker: markerFilter(entity, pattern),
      unfiltered: [...pattern.partition, ...pattern.sort],
      placeholders
    }),
    (reading): QueryPlan => ({
      pattern,
      exact:
        pattern.index === undefined &&
        bounds.length === pattern.partition.length + pattern.sort.length &&
        bounds.every(([, { op }]) => op === "eq"),
      reading,
      identity: JSON.stringify([entity.name, where.table, pattern.indexName ?? null, bounds], replaceBinary),
      input: {
        TableName: where.table,
        ...(pattern.indexName === undefined ? undefined : { IndexName: pattern.indexName }),
        KeyConditionExpression: keyCondition,
        ...reading.input,
        ...placeholderInput(placeholders),
        ...(state.reverse ? { ScanIndexForward: false } : undefined)
      }
    })
  )
}

/** The request of one page. */
export const withStart = (
  input: QueryCommandInput,
  start: Item | undefined,
  evaluate: number | undefined
): QueryCommandInput => ({
  ...input,
  ...(evaluate === undefined ? undefined : { Limit: evaluate }),
  ...(start === undefined ? undefined : { ExclusiveStartKey: start })
})

/** Bytes as text, so that an identity tells them apart. */
export const replaceBinary = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Array.from(value) : value

const partitionBounds = (
  state: QueryState,
  pattern: ResolvedEntity.AccessPattern,
  { entity, where }: Planning
): Exit.Exit<Bounds, KeyError> => {
  const fields = pattern.partition.flatMap((slot) => slot.key.fields)
  const values = fieldsOf(state.partition, fields)
  const bounds: Array<readonly [string, ResolvedEntity.Bound]> = []
  for (const slot of pattern.partition) {
    const key = slot.key.encode(values)
    if (Result.isFailure(key)) return Exit.fail(ResolvedEntity.keyError(entity, pattern, slot, key.failure, where))
    bounds.push([slot.attribute, { op: "eq", value: key.success }])
  }
  return Exit.succeed(bounds)
}

const sortBounds = (
  condition: SortCondition | undefined,
  pattern: ResolvedEntity.AccessPattern,
  { entity, where }: Planning
): Exit.Exit<Bounds, KeyError> => {
  if (condition === undefined) {
    // Literal text at the start of the sort key bounds the range to this entity's kind of keys.
    const only = pattern.sort.length === 1 ? pattern.sort[0]! : undefined
    return Exit.succeed(only?.key.all === undefined ? [] : [[only.attribute, only.key.all]])
  }
  const fields = pattern.sort.flatMap((slot) => slot.key.fields)
  const values = fieldsOf(condition.value, fields)
  const upper = condition.operator === "between" ? fieldsOf(condition.upper, fields) : undefined
  const refused = (slot: ResolvedEntity.KeySlot, message: string, field?: string): Exit.Exit<never, KeyError> =>
    Exit.fail(ResolvedEntity.keyError(entity, pattern, slot, { message, field, absent: false }, where))
  const [first] = pattern.sort
  if (first === undefined) {
    return Exit.fail(
      new KeyError({
        message: `${entity.name} has no sort key ${pattern.indexName === undefined ? "in its table" : `in the index "${pattern.indexName}"`}`,
        ...where,
        entity: entity.name,
        path: [],
        index: pattern.indexName
      })
    )
  }
  const given = new Set([...Object.keys(values), ...Object.keys(upper ?? {})])
  for (const name of given) {
    if (!fields.includes(name))
      return refused(first, `"${name}" is no field of it; it is made of ${fields.join(", ")}`, name)
  }
  const bounds: Array<readonly [string, ResolvedEntity.Bound]> = []
  // Several attributes: equal up to the last one given, whose operator is the query's.
  const used = pattern.sort.filter((slot) => slot.key.fields.some((field) => given.has(field)))
  const slots = used.length === 0 ? [first] : pattern.sort.slice(0, pattern.sort.indexOf(used[used.length - 1]!) + 1)
  if (condition.operator === "eq" && slots.length < pattern.sort.length) {
    const missing = pattern.sort[slots.length]!
    return refused(
      missing,
      `eq takes the whole key; give "${missing.key.fields[0]}" too, or use prefix`,
      missing.key.fields[0]
    )
  }
  for (const [i, slot] of slots.entries()) {
    const bound =
      i < slots.length - 1
        ? leading(slot, values, upper)
        : operate(slot, condition.operator, of(slot, values), upper === undefined ? undefined : of(slot, upper))
    if (Result.isFailure(bound)) {
      return Exit.fail(ResolvedEntity.keyError(entity, pattern, slot, bound.failure, where))
    }
    bounds.push([slot.attribute, bound.success])
  }
  return Exit.succeed(bounds)
}

type Failable = Result.Result<ResolvedEntity.Bound, ResolvedEntity.KeyFailure>

const equal = (slot: ResolvedEntity.KeySlot, values: ResolvedEntity.Values): Failable =>
  Result.map(slot.key.encode(values), (value: AttributeValue) => ({ op: "eq" as const, value }))

/** An attribute before the last one given: equal, in both bounds of a range. */
const leading = (
  slot: ResolvedEntity.KeySlot,
  values: ResolvedEntity.Values,
  upper: ResolvedEntity.Values | undefined
): Failable =>
  Result.flatMap(equal(slot, values), (bound) =>
    upper === undefined
      ? Result.succeed(bound)
      : Result.flatMap(equal(slot, upper), (other) =>
          Equal.equals(bound, other)
            ? Result.succeed(bound)
            : Result.fail({
                message: "both bounds of between name the same fields, equal in all but the last",
                field: slot.key.fields[0],
                absent: false
              })
        )
  )

/** The fields of one attribute's key. */
const of = (slot: ResolvedEntity.KeySlot, values: ResolvedEntity.Values): ResolvedEntity.Values =>
  Object.fromEntries(Object.entries(values).filter(([field]) => slot.key.fields.includes(field)))

const operate = (
  slot: ResolvedEntity.KeySlot,
  operator: SortOperator,
  values: ResolvedEntity.Values,
  upper: ResolvedEntity.Values | undefined
): Failable => {
  switch (operator) {
    case "eq":
      return equal(slot, values)
    case "prefix":
      return slot.key.prefix(values)
    case "beginsWith":
      return slot.key.beginsWith(values)
    case "between":
      return slot.key.between(values, upper ?? {})
    default:
      return slot.key.range(operator, values)
  }
}

const comparators = { eq: "=", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const

export const boundCondition = (attribute: string, bound: ResolvedEntity.Bound): Expression.Condition => {
  const operand = Expression.attribute(attribute)
  switch (bound.op) {
    case "between":
      return { _tag: "Between", operand, lower: Expression.value(bound.lower), upper: Expression.value(bound.upper) }
    case "beginsWith":
      return { _tag: "BeginsWith", path: [attribute], prefix: Expression.value(bound.value) }
    default:
      return { _tag: "Compare", left: operand, operator: comparators[bound.op], right: Expression.value(bound.value) }
  }
}

/**
 * What keeps other entities' items out on the server: nothing where keys decide
 * already, or where the index does not hold the marker.
 */
const markerFilter = (
  entity: ResolvedEntity.ResolvedEntity,
  pattern: ResolvedEntity.AccessPattern
): Expression.Condition | undefined => {
  const { marker } = entity
  if (marker === undefined || !ResolvedEntity.storesAttribute(entity, pattern, marker.attribute)) return undefined
  if (pattern.partition.every((slot) => slot.suffixed)) return undefined
  // What is a key of the index cannot be filtered on; the index holds no item without it.
  if ([...pattern.partition, ...pattern.sort].some((slot) => slot.attribute === marker.attribute)) return undefined
  return isMarked(marker)
}
