/**
 * What all reads of many items share: filters, projections, limits and budgets.
 *
 * @internal
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import * as Condition from "@effect-dynamo/core/Condition"
import type { DecodeError, EncodeError } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Expression from "@effect-dynamo/core/Expression"
import * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Planning } from "./builder.ts"

/** What a selection is made of. */
export type Selection = ReadonlyArray<string | ReadonlyArray<string | number>>

/** What the builders of reads say. */
export interface ReadState {
  readonly entity: Entity.Any
  readonly index: string | undefined
  readonly filter: ReadonlyArray<Condition.Condition>
  readonly select: Selection | undefined
  readonly limit: number | undefined
  readonly pageSize: number | undefined
  readonly maxPages: number | undefined
  readonly maxScanned: number | undefined
  readonly consistent: boolean
}

/** A read that says nothing yet. */
export const nothingSaid: Omit<ReadState, "entity"> = {
  index: undefined,
  filter: [],
  select: undefined,
  limit: undefined,
  pageSize: undefined,
  maxPages: undefined,
  maxScanned: undefined,
  consistent: false
}

/** A number of items, pages or the like. */
export const positive = (what: string, items: number): number => {
  if (!Number.isSafeInteger(items) || items < 1) {
    throw new RangeError(`${what} takes a whole number from 1, not ${items}`)
  }
  return items
}

/** What `filter` takes: a function from references to a condition, or values by field. */
export type FilterArgument = ((references: never) => Condition.Condition) | { readonly [field: string]: unknown }

/** The condition that a filter says. */
export const filterOf = (entity: Entity.Any, given: FilterArgument): Condition.Condition =>
  typeof given === "function" ? given(Condition.referencesOf(entity) as never) : Condition.equal(entity, given as never)

/** The parts of a request that do not depend on how the items are found. */
export interface ReadPlan {
  readonly input: {
    readonly FilterExpression?: string
    readonly ProjectionExpression?: string
    readonly Select?: "ALL_ATTRIBUTES"
    readonly ConsistentRead?: true
    readonly ReturnConsumedCapacity: "TOTAL"
  }
  readonly projection: Projection.Projection | undefined
  /** The filter can hold for no item, so that there is nothing to ask for. */
  readonly never: boolean
}

/** Plans what a read says besides keys, with the placeholders of its request. */
export const planReading = (
  state: ReadState,
  pattern: ResolvedEntity.AccessPattern,
  marker: Expression.Condition | undefined,
  placeholders: Expression.Placeholders,
  { entity, where }: Planning
): Effect.Effect<ReadPlan, EncodeError, unknown> => {
  const filter = state.filter.length === 0 ? Exit.succeed(true) : Condition.resolve(Condition.and(...state.filter))
  return Effect.mapEager(
    Effect.mapErrorEager(filter, (error) => ResolvedEntity.encodeError(entity, error, where)),
    (own): ReadPlan => {
      const conditions = [...(marker === undefined ? [] : [marker]), ...(typeof own === "boolean" ? [] : [own])]
      const filterText = conditions.length === 0 ? undefined : placeholders.condition(Expression.and(conditions))
      const projection = state.select === undefined ? undefined : projectionOf(entity, state.select)
      return {
        projection,
        never: own === false,
        input: {
          ...(filterText === undefined ? undefined : { FilterExpression: filterText }),
          ...(projection === undefined
            ? // A local index gives whole items only when asked; what it lacks is fetched from the table.
              pattern.index?._tag === "Local" && !ResolvedEntity.isWhole(pattern)
              ? { Select: "ALL_ATTRIBUTES" as const }
              : undefined
            : { ProjectionExpression: projectionText(projection, entity, pattern, placeholders) }),
          ...(state.consistent ? { ConsistentRead: true as const } : undefined),
          // A page says what it cost.
          ReturnConsumedCapacity: "TOTAL"
        }
      }
    }
  )
}

const projections = new WeakMap<ResolvedEntity.ResolvedEntity, Map<string, Projection.Projection>>()

/** A selection is compiled once for an entity. */
export const projectionOf = (entity: ResolvedEntity.ResolvedEntity, select: Selection): Projection.Projection => {
  let known = projections.get(entity)
  if (known === undefined) projections.set(entity, (known = new Map()))
  const identity = JSON.stringify(select)
  let projection = known.get(identity)
  if (projection === undefined) known.set(identity, (projection = Projection.make(entity.definition.codec, select)))
  return projection
}

/**
 * What is asked for: the selection, and what is needed besides to know whose an item is
 * and where to go on after it.
 */
export const projectionText = (
  projection: Projection.Projection,
  entity: ResolvedEntity.ResolvedEntity,
  pattern: ResolvedEntity.AccessPattern,
  placeholders: Expression.Placeholders
): string => {
  const needed = new Set<string>()
  for (const slots of [entity.primary.partition, entity.primary.sort, pattern.partition, pattern.sort]) {
    for (const { attribute } of slots) needed.add(attribute)
  }
  if (entity.marker !== undefined && ResolvedEntity.projects(pattern, entity.marker.attribute)) {
    needed.add(entity.marker.attribute)
  }
  const paths = new Map(projection.paths.map((path) => [placeholders.path(path), path]))
  const whole = new Set([...paths.values()].filter((path) => path.length === 1).map(([name]) => name))
  for (const name of needed) if (!whole.has(name)) paths.set(placeholders.name(name), [name])
  // A path into an attribute that is needed whole would overlap with it.
  const texts = [...paths].flatMap(([text, path]) => (path.length > 1 && needed.has(path[0]) ? [] : [text]))
  return texts.join(", ")
}

/** An item as the read gives it: whole, or what was selected of it. */
export const decodeRead = (
  { entity, where }: Planning,
  projection: Projection.Projection | undefined,
  item: Item
): Effect.Effect<unknown, DecodeError, unknown> =>
  projection === undefined
    ? ResolvedEntity.decode(entity, item, where)
    : ResolvedEntity.decodeWith(entity, item, where, projection.decode)
