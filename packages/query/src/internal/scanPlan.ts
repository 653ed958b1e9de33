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
import { placeholderInput } from "./conditions.ts"
import { fetchNow } from "./expiry.ts"
import type { Paged } from "./paging.ts"
import { isMarked } from "./marker.ts"
import { decodeRead, patternOf, planReading, type ReadPlan, type ReadState } from "./reading.ts"

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
  const { entity, where } = planning
  const found = patternOf(state.index, planning)
  if (Exit.isFailure(found)) return Exit.failCause(found.cause)
  const pattern = found.value
  const placeholders = new Expression.Placeholders()
  const filter = [...ofPattern(state, pattern, planning), ...state.filter]
  return Effect.mapEager(
    planReading(
      { ...state, filter },
      { planning, pattern, marker: ofEntity(entity, pattern), unfiltered: [], placeholders }
    ),
    (reading): ScanPlan => ({
      pattern,
      reading,
      input: {
        TableName: where.table,
        ...(pattern.indexName === undefined ? undefined : { IndexName: pattern.indexName }),
        ...reading.input,
        ...placeholderInput(placeholders)
      }
    })
  )
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
  // Each reference can be compared with what its field may be, which is what `when` was declared with.
  const references = Condition.referencesOf(state.entity) as Readonly<Record<string, Condition.Reference<unknown>>>
  return Array.from(pattern.when ?? []).flatMap(([field, values]) => {
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
  identity: identityOf(plan.pattern, running, segment && [segment.index, segment.total]),
  never: plan.reading.never,
  limit: state.limit,
  pageSize: state.pageSize,
  maxPages: state.maxPages,
  maxScanned: state.maxScanned,
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
): ScanCommandInput => ({
  ...input,
  ...(segment === undefined ? undefined : { Segment: segment.index, TotalSegments: segment.total }),
  ...(evaluate === undefined ? undefined : { Limit: evaluate }),
  ...(start === undefined ? undefined : { ExclusiveStartKey: start })
})
