/**
 * What all reads of many items share: filters, projections, limits and budgets.
 */
import type { QueryCommandInput, ScanCommandInput } from "@aws-sdk/client-dynamodb"
import type { Item } from "@effect-dynamo/core/Attribute"
import * as Condition from "@effect-dynamo/core/Condition"
import { type DecodeError, EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Expression from "@effect-dynamo/core/Expression"
import type * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { type Planning, settled } from "./builder.ts"
import { addPlaceholders } from "./conditions.ts"
import { type Expiry, expiryOf, withNow } from "./expiry.ts"
import { projectionOf, projectionText } from "./selection.ts"

/** What the builders of reads say. */
export interface ReadState {
  readonly entity: Entity.Any
  readonly index: string | undefined
  readonly filter: ReadonlyArray<Condition.Condition>
  readonly select: Projection.Projection | undefined
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
export const patternOf = (index: string | undefined, { entity }: Planning): ResolvedEntity.AccessPattern | undefined =>
  index === undefined ? entity.primary : entity.patterns.get(index)

/** That there is no such access pattern. */
export const noPattern = (index: string | undefined, { entity, where }: Planning): Exit.Exit<never, KeyError> =>
  Exit.fail(
    new KeyError({
      message: `${entity.name} has no access pattern "${index}" under the configuration in force`,
      ...where,
      entity: entity.name,
      path: [],
      index
    })
  )

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
export type ReadRequest = Pick<
  QueryCommandInput & ScanCommandInput,
  | "FilterExpression"
  | "Select"
  | "ProjectionExpression"
  | "ConsistentRead"
  | "ReturnConsumedCapacity"
  | "ExpressionAttributeNames"
  | "ExpressionAttributeValues"
>

/** What is to be known of a read besides its request. */
export interface ReadPlan {
  /** The index holds less than whole items, which are read from the table after it. */
  readonly hydrates: boolean
  /** What the items are read as; whole ones where there is none. */
  readonly projection: Projection.Projection | undefined
  /** Whether the builder's filter depends on the item. */
  readonly isFiltered: boolean
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
  /** What its request says already: how the items are found. The plan adds its parts. */
  readonly request: ReadRequest
  /** Those of its request. */
  readonly placeholders: Expression.Placeholders
}

/** Plans what a read says besides keys, and adds it to the request. */
export const planReading = (state: ReadState, reading: ReadingOf): Effect.Effect<ReadPlan, EncodeError, unknown> => {
  const { filter } = state
  if (filter.length === 0) return planFiltered(state, reading, true)
  const { entity, where } = reading.planning
  const resolved = Condition.resolve(filter.length === 1 ? filter[0]! : Condition.and(...filter))
  const known = settled(resolved)
  // Nearly always: the way around through effects takes longer than all there is to do.
  if (known?._tag === "Success") return planFiltered(state, reading, known.value)
  return Effect.flatMapEager(
    Effect.mapErrorEager(resolved, (error) => ResolvedEntity.encodeError(entity, error, where)),
    (own) => planFiltered(state, reading, own)
  )
}

const planFiltered = (
  state: ReadState,
  { entities, marker, pattern, placeholders, planning, request, unfiltered }: ReadingOf,
  own: Expression.Condition | boolean
): Exit.Exit<ReadPlan, EncodeError> => {
  const { entity, now } = planning
  const condition = typeof own === "boolean" ? undefined : own
  const refused = condition && refusedFilter(condition, pattern, planning, unfiltered)
  if (refused !== undefined) return Exit.fail(refused)
  const isPart = isPartial(pattern)
  const hydrates = state.hydrate && isPart
  const all = entities ?? [entity]
  const expires = expiryOf({ entities: all, pattern, unfiltered, hydrates }, planning)
  if (Exit.isFailure(expires)) return Exit.failCause(expires.cause)
  const expiry = expires.value
  const live = expiry?._tag === "Filter" ? expiry.condition : undefined
  const conditions: Array<Expression.Condition> = []
  for (const one of [marker, live, condition]) if (one !== undefined) conditions.push(one)
  if (conditions.length > 0) request.FilterExpression = placeholders.condition(Expression.and(conditions))
  if (live !== undefined) placeholders.values = withNow(placeholders.values, now)
  const projection =
    state.select ??
    (isPart && !hydrates ? projectionOf(entity.definition, ResolvedEntity.heldFields(entity, pattern)) : undefined)
  if (fetches(projection, pattern, all)) request.Select = "ALL_ATTRIBUTES"
  // An index that projects less gives all it holds without being asked; whole items are asked for after it.
  else if (projection !== undefined && !hydrates && state.select !== undefined) {
    request.ProjectionExpression = projectionText(projection, entity, pattern, placeholders)
  }
  if (state.consistent) request.ConsistentRead = true
  // A page says what it cost.
  request.ReturnConsumedCapacity = "TOTAL"
  addPlaceholders(request, placeholders)
  return Exit.succeed<ReadPlan>({
    hydrates,
    projection,
    isFiltered: condition !== undefined,
    never: own === false,
    expiry
  })
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
  const isKey = (attribute: string): boolean => {
    for (const slot of unfiltered) if (slot.attribute === attribute) return true
    return false
  }
  const holdsAll = ResolvedEntity.isWhole(pattern)
  const attribute = Expression.findAttribute(
    filter,
    (name) => isKey(name) || !(holdsAll || ResolvedEntity.storesAttribute(entity, pattern, name))
  )
  return attribute === undefined
    ? undefined
    : isKey(attribute)
      ? refuse(attribute, "it is a key attribute of what is queried; say it with the key (pk, sk)")
      : refuse(attribute, `the index "${pattern.indexName}" does not hold it`)
}

/** {@link decodeRead} of this entity's items for loops over many, where whole items are read. */
export const attemptRead = (
  { entity }: Planning,
  { projection }: Pick<ReadPlan, "projection">
): ((item: Item) => unknown) | undefined =>
  projection === undefined ? (item) => ResolvedEntity.attemptDecodeMine(entity, item) : undefined

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
