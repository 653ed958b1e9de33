/**
 * What all reads of many items share: filters, projections, limits and budgets.
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import * as Condition from "@effect-dynamo/core/Condition"
import { type DecodeError, EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Expression from "@effect-dynamo/core/Expression"
import * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Planning } from "./builder.ts"
import { type Expiry, expiryOf, withNow } from "./expiry.ts"

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
  /** Reads the whole items of those that an index gives. */
  readonly hydrate: boolean
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
  consistent: false,
  hydrate: false
}

/** The table, or the access pattern that a read names. */
export const patternOf = (
  index: string | undefined,
  { entity, where }: Planning
): Exit.Exit<ResolvedEntity.AccessPattern, KeyError> => {
  const pattern = index === undefined ? entity.primary : entity.patterns.get(index)
  return pattern === undefined
    ? Exit.fail(
        new KeyError({
          message: `${entity.name} has no access pattern "${index}" under the configuration in force`,
          ...where,
          entity: entity.name,
          path: [],
          index
        })
      )
    : Exit.succeed(pattern)
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

/** A selection that leads somewhere; throws for one that does not. */
export const selectionOf = (entity: Entity.Any, paths: Selection): Selection => {
  projectionOf(ResolvedEntity.definitionOf(entity), paths)
  return paths
}

/** The parts of a request that do not depend on how the items are found. */
export interface ReadPlan {
  readonly input: {
    readonly FilterExpression?: string
    readonly ProjectionExpression?: string
    readonly Select?: "ALL_ATTRIBUTES"
    readonly ConsistentRead?: true
    readonly ReturnConsumedCapacity: "TOTAL"
  }
  /** The index holds less than whole items, which are read from the table after it. */
  readonly hydrates: boolean
  /** What the items are read as; whole ones where there is none. */
  readonly projection: Projection.Projection | undefined
  /** What the builder's filter says; a constant where that does not depend on the item. */
  readonly filter: Expression.Condition | boolean
  /** The filter can hold for no item, so that there is nothing to ask for. */
  readonly never: boolean
  /** How items whose time has passed are left out; `undefined` where none expires. */
  readonly expiry: Expiry | undefined
}

/** What a read is planned with besides what its builder says. */
export interface ReadingOf {
  readonly planning: Planning
  readonly pattern: ResolvedEntity.AccessPattern
  /** Whose items are read, where they are not of one entity. */
  readonly entities?: ReadonlyArray<ResolvedEntity.ResolvedEntity>
  /** What keeps other entities' items out. */
  readonly marker: Expression.Condition | undefined
  /** The attributes that it cannot filter on: a query's key attributes. */
  readonly unfiltered: ReadonlyArray<ResolvedEntity.KeySlot>
  /** Those of its request. */
  readonly placeholders: Expression.Placeholders
}

/** Plans what a read says besides keys. */
export const planReading = (
  state: ReadState,
  { entities, marker, pattern, placeholders, planning, unfiltered }: ReadingOf
): Effect.Effect<ReadPlan, EncodeError, unknown> => {
  const { entity, now, where } = planning
  const filter = state.filter.length === 0 ? Exit.succeed(true) : Condition.resolve(Condition.and(...state.filter))
  return Effect.flatMapEager(
    Effect.mapErrorEager(filter, (error) => ResolvedEntity.encodeError(entity, error, where)),
    (own): Exit.Exit<ReadPlan, EncodeError> => {
      const refused = typeof own === "boolean" ? undefined : refusedFilter(own, pattern, planning, unfiltered)
      if (refused !== undefined) return Exit.fail(refused)
      const hydrates = state.hydrate && isPartial(pattern)
      const expires = expiryOf({ entities: entities ?? [entity], pattern, unfiltered, hydrates }, planning)
      if (Exit.isFailure(expires)) return Exit.failCause(expires.cause)
      const expiry = expires.value
      const live = expiry?._tag === "Filter" ? expiry.condition : undefined
      const conditions = [marker, live, typeof own === "boolean" ? undefined : own].filter((one) => one !== undefined)
      const filterText = conditions.length === 0 ? undefined : placeholders.condition(Expression.and(conditions))
      if (live !== undefined) placeholders.values = withNow(placeholders.values, now)
      const partial = isPartial(pattern) && !hydrates
      const selected = state.select ?? (partial ? ResolvedEntity.heldFields(entity, pattern) : undefined)
      const projection = selected === undefined ? undefined : projectionOf(entity.definition, selected)
      return Exit.succeed({
        hydrates,
        projection,
        filter: own,
        never: own === false,
        expiry,
        input: {
          ...(filterText === undefined ? undefined : { FilterExpression: filterText }),
          ...(fetches(projection, pattern, entities ?? [entity])
            ? { Select: "ALL_ATTRIBUTES" as const }
            : // An index that projects less gives all it holds without being asked; whole items are asked for after it.
              projection === undefined || hydrates || state.select === undefined
              ? undefined
              : { ProjectionExpression: projectionText(projection, entity, pattern, placeholders) }),
          ...(state.consistent ? { ConsistentRead: true as const } : undefined),
          // A page says what it cost.
          ReturnConsumedCapacity: "TOTAL"
        }
      })
    }
  )
}

/**
 * Whether a local index lacks what is asked for. DynamoDB fetches it from the table, item by
 * item, where whole items are asked for.
 */
const fetches = (
  projection: Projection.Projection | undefined,
  pattern: ResolvedEntity.AccessPattern,
  entities: ReadonlyArray<ResolvedEntity.ResolvedEntity>
): boolean =>
  pattern.index?._tag === "Local" &&
  !ResolvedEntity.isWhole(pattern) &&
  (projection === undefined ||
    entities.some((entity) => {
      const time = ResolvedEntity.timeToLiveOf(entity)
      return [...projection.paths.map(([name]) => name), ...(time === undefined ? [] : [time.stored])].some(
        (name) => !ResolvedEntity.storesAttribute(entity, pattern, name)
      )
    }))

/** Whether a read through an access pattern gives less than whole items. */
export const isPartial = (pattern: ResolvedEntity.AccessPattern): boolean =>
  pattern.index?._tag === "Global" && !ResolvedEntity.isWhole(pattern)

/** Why a filter cannot be; types see it first where they can. */
const refusedFilter = (
  filter: Expression.Condition,
  pattern: ResolvedEntity.AccessPattern,
  { entity, where }: Planning,
  unfiltered: ReadonlyArray<ResolvedEntity.KeySlot>
): EncodeError | undefined => {
  const refuse = (attribute: string, why: string): EncodeError =>
    new EncodeError({
      message: `Cannot filter ${entity.name} on "${attribute}": ${why}`,
      ...where,
      entity: entity.name,
      path: [attribute]
    })
  for (const attribute of Expression.attributesOf(filter)) {
    if (unfiltered.some((slot) => slot.attribute === attribute)) {
      return refuse(attribute, "it is a key attribute of what is queried; say it with the key (pk, sk)")
    }
    if (!ResolvedEntity.storesAttribute(entity, pattern, attribute)) {
      return refuse(attribute, `the index "${pattern.indexName}" does not hold it`)
    }
  }
  return undefined
}

type Definition = ResolvedEntity.ResolvedEntity["definition"]

const projections = new WeakMap<Definition, Map<string, Projection.Projection>>()

/** A selection is compiled once for an entity. */
export const projectionOf = (definition: Definition, select: Selection): Projection.Projection => {
  let known = projections.get(definition)
  if (known === undefined) projections.set(definition, (known = new Map()))
  const identity = JSON.stringify(select)
  let projection = known.get(identity)
  if (projection === undefined) known.set(identity, (projection = Projection.make(definition.codec, select)))
  return projection
}

/**
 * What is asked for: the selection, and what is needed besides to know whose an item is,
 * whether its time has passed, and where to go on after it.
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
  if (entity.marker !== undefined && ResolvedEntity.storesAttribute(entity, pattern, entity.marker.attribute)) {
    needed.add(entity.marker.attribute)
  }
  const time = ResolvedEntity.timeToLiveOf(entity)
  if (time !== undefined && ResolvedEntity.holdsAttribute(entity, pattern, time.stored)) needed.add(time.stored)
  // What a partial index does not hold comes from its keys, or not at all; DynamoDB refuses to be asked for it.
  // A path into an attribute that is needed whole would overlap with it.
  const asked = projection.paths.filter(
    ([name, ...inner]) =>
      ResolvedEntity.holdsAttribute(entity, pattern, name) && (inner.length === 0 || !needed.has(name))
  )
  const texts = asked.map((path) => placeholders.path(path))
  for (const [name, ...inner] of asked) if (inner.length === 0) needed.delete(name)
  for (const name of needed) texts.push(placeholders.name(name))
  return texts.join(", ")
}

/** An item as the read gives it: whole, or what was selected of it. */
export const decodeRead = (
  { entity, where }: Planning,
  pattern: ResolvedEntity.AccessPattern,
  { hydrates, projection }: Pick<ReadPlan, "hydrates" | "projection">,
  item: Item
): Effect.Effect<unknown, DecodeError, unknown> =>
  projection === undefined
    ? ResolvedEntity.decode(entity, item, where)
    : isPartial(pattern) && !hydrates
      ? ResolvedEntity.decodeHeld(entity, pattern, item, where, projection.decode)
      : ResolvedEntity.decodeWith(entity, item, where, projection.decode)
