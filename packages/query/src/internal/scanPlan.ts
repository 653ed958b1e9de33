/**
 * A scan's request, from what the builder says.
 */
import type { ScanCommandInput } from "@aws-sdk/client-dynamodb"
import type { Item } from "@effect-dynamo/core/Attribute"
import * as Condition from "@effect-dynamo/core/Condition"
import type { EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import * as Expression from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Planning, Running } from "./builder.ts"
import { fetchNow } from "./expiry.ts"
import { Forms, sayingOf } from "./forms.ts"
import type { Paged } from "./paging.ts"
import { isMarked } from "./marker.ts"
import { attemptRead, decodeRead, noPattern, patternOf, planReading, type ReadPlan, type ReadState } from "./reading.ts"

/** One of the parts that DynamoDB divides a scan into. */
export interface Segment {
  readonly index: number
  readonly total: number
}

/** What the builder says. */
export interface ScanState extends ReadState {
  readonly segment: Segment | undefined
}

/** A scan, planned: everything but its segment, where to start and how many to evaluate. */
export interface ScanPlan {
  readonly pattern: ResolvedEntity.AccessPattern
  readonly reading: ReadPlan
  readonly input: ScanCommandInput
}

/** Plans a scan. */
export const planScan = (
  state: ScanState,
  planning: Planning
): Effect.Effect<ScanPlan, KeyError | EncodeError, unknown> => {
  const pattern = patternOf(state.index, planning)
  if (pattern === undefined) return noPattern(state.index, planning)
  const ofIndex = ofPattern(state, pattern, planning)
  const filtered = ofIndex.length === 0 ? state : { ...state, filter: [...ofIndex, ...state.filter] }
  const { forms, marker } = shapeOf(pattern, planning)
  const saying = sayingOf(filtered, [])
  const formed = saying && forms.request(saying, planning)
  if (formed !== undefined) return Exit.succeed({ pattern, ...formed })
  const placeholders = new Expression.Placeholders()
  // Filled as it goes, in this order.
  const input: ScanCommandInput = { TableName: planning.where.table }
  if (pattern.indexName !== undefined) input.IndexName = pattern.indexName
  const reading = planReading(filtered, { planning, pattern, marker, unfiltered: [], request: input, placeholders })
  return Effect.mapEager(reading, (reading): ScanPlan => {
    if (saying !== undefined) forms.keep(saying, input, reading, marker)
    return { pattern, reading, input }
  })
}

/** What of an access pattern does not depend on values. */
interface Shape {
  readonly marker: Expression.Condition | undefined
  readonly forms: Forms<ScanCommandInput>
}

const shapes = new WeakMap<ResolvedEntity.AccessPattern, Shape>()

/** Worked out once for an access pattern, which is of one entity under one configuration. */
const shapeOf = (pattern: ResolvedEntity.AccessPattern, { entity }: Planning): Shape => {
  let shape = shapes.get(pattern)
  if (shape === undefined) shapes.set(pattern, (shape = { marker: ofEntity(entity, pattern), forms: new Forms() }))
  return shape
}

/** A scan meets every entity's items, so the marker is asked for wherever it is: no key decides before. */
const ofEntity = (
  entity: ResolvedEntity.ResolvedEntity,
  pattern: ResolvedEntity.AccessPattern
): Expression.Condition | undefined =>
  entity.marker !== undefined && ResolvedEntity.storesAttribute(entity, pattern, entity.marker.attribute)
    ? isMarked(entity.marker)
    : undefined

/** An index may hold items of another access pattern of the same entity: those of other values in its `when`. */
const ofPattern = (
  state: ScanState,
  pattern: ResolvedEntity.AccessPattern,
  { entity }: Planning
): ReadonlyArray<Condition.Condition> => {
  if (pattern.when === undefined) return []
  // Each reference can be compared with what its field may be, which is what `when` was declared with.
  const references = Condition.referencesOf(state.entity) as Readonly<Record<string, Condition.Reference<unknown>>>
  return Array.from(pattern.when).flatMap(([field, values]) => {
    const { stored } = entity.definition.codec.fields.get(field)!
    return ResolvedEntity.storesAttribute(entity, pattern, stored) ? [references[field]!.in(values)] : []
  })
}

/** What places of a scan belong to. */
export const identityOf = (
  pattern: ResolvedEntity.AccessPattern,
  { entity, where }: Planning,
  segment: unknown
): string => JSON.stringify(["Scan", entity.name, where.table, pattern.indexName ?? null, segment ?? null])

/** The read in pages that a scan is, or one segment of it. */
export const paged = <E>(
  state: ScanState,
  plan: ScanPlan,
  running: Running,
  segment: Segment | undefined,
  send: (input: ScanCommandInput) => ReturnType<Paged<E, never>["fetch"]>
): Paged<E, never> => ({
  planning: running,
  pattern: plan.pattern,
  identity: () => identityOf(plan.pattern, running, segment && [segment.index, segment.total]),
  never: plan.reading.never,
  limit: state.limit,
  pageSize: state.pageSize,
  maxPages: state.maxPages,
  maxScanned: state.maxScanned,
  attempt: attemptRead(running, plan.reading),
  decode: (item) =>
    ResolvedEntity.classify(running.entity, item) === "other"
      ? undefined
      : decodeRead(running, plan.pattern, plan.reading, item),
  fetch: (start, evaluate) => fetchNow(plan.reading.expiry, inputOf(plan, segment, start, evaluate), send)
})

/** One request. */
export const inputOf = (
  { input }: ScanPlan,
  segment: Segment | undefined,
  start: Item | undefined,
  evaluate: number | undefined
): ScanCommandInput => {
  const request = { ...input }
  if (segment !== undefined) {
    request.Segment = segment.index
    request.TotalSegments = segment.total
  }
  if (evaluate !== undefined) request.Limit = evaluate
  if (start !== undefined) request.ExclusiveStartKey = start
  return request
}
