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
import { Forms, sayingOf } from "./forms.ts"
import { fieldsOf } from "./keyValues.ts"
import { isMarked } from "./marker.ts"
import { noPattern, patternOf, planReading, type ReadPlan, type ReadState } from "./reading.ts"

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
  readonly bounds: Bounds
  readonly reading: ReadPlan
  readonly input: QueryCommandInput
}

/** The key condition, as far as it goes. */
type Bounds = ReadonlyArray<readonly [attribute: string, bound: ResolvedEntity.Bound]>

/** Plans a query, or says which key cannot be made. */
export const planQuery = (
  state: QueryState,
  planning: Planning
): Effect.Effect<QueryPlan, KeyError | EncodeError, unknown> => {
  const { where } = planning
  const pattern = patternOf(state.index, planning)
  if (pattern === undefined) return noPattern(state.index, planning)
  const shape = shapeOf(pattern, planning)
  const bounds: Array<Bounds[number]> = []
  const refused =
    addPartition(state.partition, pattern, shape, planning, bounds) ??
    addSort(state.sort, pattern, shape, planning, bounds)
  if (refused !== undefined) return Exit.fail(refused)
  const saying = sayingOf(state, bounds)
  const formed = saying && shape.forms.request(saying, planning)
  if (formed !== undefined) {
    const { input, reading } = formed
    if (state.reverse) input.ScanIndexForward = false
    return Exit.succeed({ pattern, bounds, reading, input })
  }
  const placeholders = new Expression.Placeholders()
  // Filled as it goes, in this order.
  const input: QueryCommandInput = { TableName: where.table }
  if (pattern.indexName !== undefined) input.IndexName = pattern.indexName
  input.KeyConditionExpression = keyConditionText(bounds, placeholders)
  const reading = planReading(state, {
    planning,
    pattern,
    marker: shape.marker,
    unfiltered: shape.keys,
    request: input,
    placeholders
  })
  return Effect.mapEager(reading, (reading): QueryPlan => {
    if (saying !== undefined) shape.forms.keep(saying, input, reading, shape.marker)
    if (state.reverse) input.ScanIndexForward = false
    return { pattern, bounds, reading, input }
  })
}

/** Whether the key condition is of one item's whole key. */
export const isExact = ({ bounds, pattern }: QueryPlan): boolean =>
  pattern.index === undefined &&
  bounds.length === pattern.partition.length + pattern.sort.length &&
  bounds.every(([, { op }]) => op === "eq")

/** Entity, table, index and key condition, for cursors to be bound to. */
export const identityOf = ({ bounds, pattern }: QueryPlan, { entity, where }: Planning): string =>
  JSON.stringify([entity.name, where.table, pattern.indexName ?? null, bounds], replaceBinary)

/** The request of one page. */
export const withStart = (
  input: QueryCommandInput,
  start: Item | undefined,
  evaluate: number | undefined
): QueryCommandInput => {
  const request = { ...input }
  if (evaluate !== undefined) request.Limit = evaluate
  if (start !== undefined) request.ExclusiveStartKey = start
  return request
}

/** Bytes as text, so that an identity tells them apart. */
export const replaceBinary = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Array.from(value) : value

/** What of an access pattern does not depend on values. */
interface Shape {
  /** The fields of the keys. */
  readonly partitionFields: ReadonlyArray<string>
  readonly sortFields: ReadonlyArray<string>
  /** The key attributes, which cannot be filtered on. */
  readonly keys: ReadonlyArray<ResolvedEntity.KeySlot>
  /** What keeps other entities' items out. */
  readonly marker: Expression.Condition | undefined
  readonly forms: Forms<QueryCommandInput>
}

const shapes = new WeakMap<ResolvedEntity.AccessPattern, Shape>()

/** Worked out once for an access pattern, which is of one entity under one configuration. */
const shapeOf = (pattern: ResolvedEntity.AccessPattern, { entity }: Planning): Shape => {
  let shape = shapes.get(pattern)
  if (shape === undefined) {
    shape = {
      partitionFields: pattern.partition.flatMap((slot) => slot.key.fields),
      sortFields: pattern.sort.flatMap((slot) => slot.key.fields),
      keys: [...pattern.partition, ...pattern.sort],
      marker: markerFilter(entity, pattern),
      forms: new Forms()
    }
    shapes.set(pattern, shape)
  }
  return shape
}

/** Adds the bounds of the partition key, or says why there are none. */
const addPartition = (
  partition: unknown,
  pattern: ResolvedEntity.AccessPattern,
  { partitionFields }: Shape,
  { entity, where }: Planning,
  bounds: Array<Bounds[number]>
): KeyError | undefined => {
  const values = fieldsOf(partition, partitionFields)
  for (const slot of pattern.partition) {
    const key = slot.key.encode(values)
    if (Result.isFailure(key)) return ResolvedEntity.keyError(entity, pattern, slot, key.failure, where)
    bounds.push([slot.attribute, { op: "eq", value: key.success }])
  }
  return undefined
}

/** Adds the bounds of the sort key, or says why there are none. */
const addSort = (
  condition: SortCondition | undefined,
  pattern: ResolvedEntity.AccessPattern,
  { sortFields }: Shape,
  { entity, where }: Planning,
  bounds: Array<Bounds[number]>
): KeyError | undefined => {
  const { sort } = pattern
  const [first] = sort
  if (condition === undefined) {
    // Literal text at the start of the sort key bounds the range to this entity's kind of keys.
    if (sort.length === 1 && first!.key.all !== undefined) bounds.push([first!.attribute, first!.key.all])
    return undefined
  }
  if (first === undefined) {
    return new KeyError({
      message: `${entity.name} has no sort key ${pattern.indexName === undefined ? "in its table" : `in the index "${pattern.indexName}"`}`,
      ...where,
      entity: entity.name,
      path: [],
      index: pattern.indexName
    })
  }
  const { operator } = condition
  const refused = (slot: ResolvedEntity.KeySlot, message: string, field?: string): KeyError =>
    ResolvedEntity.keyError(entity, pattern, slot, { message, field, absent: false }, where)
  const values = fieldsOf(condition.value, sortFields)
  const upper = operator === "between" ? fieldsOf(condition.upper, sortFields) : undefined
  const strange = strangerIn(values, sortFields) ?? (upper && strangerIn(upper, sortFields))
  if (strange !== undefined) {
    return refused(first, `"${strange}" is no field of it; it is made of ${sortFields.join(", ")}`, strange)
  }
  // Several attributes: equal up to the last one given, whose operator is the query's.
  const last = lastGiven(sort, values, upper)
  if (operator === "eq" && last < sort.length - 1) {
    const missing = sort[last + 1]!
    return refused(
      missing,
      `eq takes the whole key; give "${missing.key.fields[0]}" too, or use prefix`,
      missing.key.fields[0]
    )
  }
  for (let i = 0; i <= last; i++) {
    const slot = sort[i]!
    const bound = i < last ? leading(slot, values, upper) : operate(slot, sort, operator, values, upper)
    if (Result.isFailure(bound)) return ResolvedEntity.keyError(entity, pattern, slot, bound.failure, where)
    bounds.push([slot.attribute, bound.success])
  }
  return undefined
}

/** A name that is none of the fields. */
const strangerIn = (values: ResolvedEntity.Values, fields: ReadonlyArray<string>): string | undefined => {
  for (const name of Object.keys(values)) if (!fields.includes(name)) return name
  return undefined
}

/** The last attribute of which a field is given; the first where none is. */
const lastGiven = (
  sort: ReadonlyArray<ResolvedEntity.KeySlot>,
  values: ResolvedEntity.Values,
  upper: ResolvedEntity.Values | undefined
): number => {
  const isGiven = (field: string): boolean =>
    Object.hasOwn(values, field) || (upper !== undefined && Object.hasOwn(upper, field))
  for (let i = sort.length - 1; i > 0; i--) if (sort[i]!.key.fields.some(isGiven)) return i
  return 0
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

/** The fields of one attribute's key; all where the sort key is one attribute. */
const of = (
  slot: ResolvedEntity.KeySlot,
  sort: ReadonlyArray<ResolvedEntity.KeySlot>,
  values: ResolvedEntity.Values
): ResolvedEntity.Values =>
  sort.length === 1
    ? values
    : Object.fromEntries(Object.entries(values).filter(([field]) => slot.key.fields.includes(field)))

const operate = (
  slot: ResolvedEntity.KeySlot,
  sort: ReadonlyArray<ResolvedEntity.KeySlot>,
  operator: SortOperator,
  values: ResolvedEntity.Values,
  upper: ResolvedEntity.Values | undefined
): Failable => {
  const own = of(slot, sort, values)
  switch (operator) {
    case "eq":
      return equal(slot, own)
    case "prefix":
      return slot.key.prefix(own)
    case "beginsWith":
      return slot.key.beginsWith(own)
    case "between":
      return slot.key.between(own, of(slot, sort, upper ?? {}))
    default:
      return slot.key.range(operator, own)
  }
}

const comparators = { eq: "=", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const

/** The text of a key condition. */
export const keyConditionText = (bounds: Bounds, placeholders: Expression.Placeholders): string => {
  let text = ""
  for (const [attribute, bound] of bounds) {
    text += (text === "" ? "" : " AND ") + boundText(placeholders.name(attribute), bound, placeholders)
  }
  return text
}

const boundText = (name: string, bound: ResolvedEntity.Bound, placeholders: Expression.Placeholders): string => {
  switch (bound.op) {
    case "between":
      return `${name} BETWEEN ${placeholders.value(bound.lower)} AND ${placeholders.value(bound.upper)}`
    case "beginsWith":
      return `begins_with(${name}, ${placeholders.value(bound.value)})`
    default:
      return `${name} ${comparators[bound.op]} ${placeholders.value(bound.value)}`
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
