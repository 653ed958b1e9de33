/**
 * A query of several entities of one partition: its request, and whose each item is.
 */
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb"
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import { type DecodeError, type EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Expression from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { nowOf, type Planning } from "./builder.ts"
import type { Expiry } from "./expiry.ts"
import type { Reader } from "./explain.ts"
import { fieldsOf } from "./keyValues.ts"
import { isMarked } from "./marker.ts"
import { keyConditionText, replaceBinary } from "./queryPlan.ts"
import { decodeRead, isPartial, nothingSaid, planReading, type ReadPlan, type ReadState } from "./reading.ts"
import { projectionOf } from "./selection.ts"

/** The entities by the names that the caller gave them. */
export type Entities = Readonly<Record<string, Entity.Any>>

/** What the builder says. */
export interface CollectionState extends Pick<
  ReadState,
  "index" | "limit" | "pageSize" | "maxPages" | "maxScanned" | "consistent"
> {
  readonly entities: Entities
  readonly partition: unknown
  readonly reverse: boolean
}

/** One of the entities, and how its items are read. */
export interface Member extends Reader {
  readonly tag: string
  readonly planning: Planning
  /** One item at most: the key of the table has no fields but the partition's. */
  readonly isSingle: boolean
  readonly reading: Pick<ReadPlan, "hydrates" | "projection">
}

/** A collection's query, planned: everything but where to start and how many to evaluate. */
export interface CollectionPlan {
  readonly members: ReadonlyArray<Member>
  readonly input: QueryCommandInput
  /** Entities, table, index and key condition, for cursors to be bound to. */
  readonly identity: () => string
  /** How items whose time has passed are left out; `undefined` where none expires. */
  readonly expiry: Expiry | undefined
}

/** Refuses, where it is made, a collection that cannot be. */
export const check = (entities: Entities): void => {
  const refuse = (why: string): never => {
    throw new Error(`Query.collection: ${why}`)
  }
  const definitions = Object.values(entities).map((entity) => ResolvedEntity.definitionOf(entity))
  const [first] = definitions
  if (first === undefined) return refuse("it takes one entity or more, by name")
  for (const [i, { name, table }] of definitions.entries()) {
    if (table !== first.table)
      refuse(`"${name}" is of the table "${table.name}", "${first.name}" of "${first.table.name}"`)
    if (definitions.findIndex((other) => other.name === name) !== i) refuse(`"${name}" is given twice`)
  }
}

/** Plans the query under the configuration in force, or says why it cannot be. */
export const planCollection = (
  state: CollectionState,
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<CollectionPlan, KeyError | EncodeError, unknown> => {
  const found = membersOf(state, fiber)
  if (Exit.isExit(found)) return found
  const partition = partitionOf(state.partition, found)
  if (Exit.isExit(partition)) return partition
  const [{ pattern, planning }] = found
  const bounds: Array<readonly [string, ResolvedEntity.Bound]> = pattern.partition.map((slot, i) => [
    slot.attribute,
    { op: "eq", value: partition[i]! }
  ])
  const sort =
    pattern.sort.length === 1 ? ResolvedEntity.covering(found.map((member) => member.pattern.sort[0]!)) : undefined
  if (sort !== undefined) bounds.push([pattern.sort[0]!.attribute, sort])
  const placeholders = new Expression.Placeholders()
  // Filled as it goes, in this order.
  const input: QueryCommandInput = { TableName: planning.where.table }
  if (pattern.indexName !== undefined) input.IndexName = pattern.indexName
  input.KeyConditionExpression = keyConditionText(bounds, placeholders)
  const reading: ReadState = { ...nothingSaid, ...state, entity: Object.values(state.entities)[0]! }
  const planned = planReading(reading, {
    planning,
    pattern,
    entities: found.map(({ entity }) => entity),
    marker: markerFilter(found),
    unfiltered: [...pattern.partition, ...pattern.sort],
    request: input,
    placeholders
  })
  return Effect.mapEager(planned, ({ expiry }): CollectionPlan => {
    if (state.reverse) input.ScanIndexForward = false
    return {
      members: found,
      expiry,
      identity: () =>
        JSON.stringify(
          [found.map((member) => member.entity.name).sort(), planning.where.table, pattern.indexName ?? null, bounds],
          replaceBinary
        ),
      input
    }
  })
}

/** An item as its entity's value under that entity's tag; `undefined` where it is none of theirs. */
export const decodeTagged = (
  members: ReadonlyArray<Member>,
  item: Item
): Effect.Effect<unknown, DecodeError, unknown> | undefined => {
  const member = memberOf(members, item)
  return member === undefined
    ? undefined
    : Effect.mapEager(decodeRead(member.planning, member.pattern, member.reading, item), (value) => ({
        _tag: member.tag,
        value
      }))
}

/** {@link decodeTagged} for loops over many: a value, or a failure (`ResolvedEntity.isFailed`). */
export const attemptTagged = (members: ReadonlyArray<Member>, item: Item): unknown => {
  const member = memberOf(members, item)
  if (member === undefined || member.reading.projection !== undefined) return ResolvedEntity.failure
  const value = ResolvedEntity.attemptDecode(member.entity, item)
  return ResolvedEntity.isFailed(value) ? value : { _tag: member.tag, value }
}

/** A marker decides before any keys do. */
const memberOf = (members: ReadonlyArray<Member>, item: Item): Member | undefined =>
  members.find(({ entity: { marker } }) => {
    const stored = marker === undefined ? undefined : item[marker.attribute]
    return stored !== undefined && "S" in stored && marker!.values.includes(stored.S)
  }) ?? members.find(({ entity }) => ResolvedEntity.classify(entity, item) === "mine")

type Members = readonly [Member, ...ReadonlyArray<Member>]

const membersOf = (
  state: CollectionState,
  fiber: Fiber.Fiber<unknown, unknown>
): Members | Exit.Exit<never, KeyError> => {
  const members: Array<Member> = []
  const now = nowOf(fiber)
  for (const [tag, declared] of Object.entries(state.entities)) {
    const found = ResolvedEntity.fromFiber(declared, "Query", fiber)
    if (Exit.isExit(found)) return found
    const { entity, tableName } = found
    const where = { operation: "Query", table: tableName }
    const pattern = state.index === undefined ? entity.primary : entity.patterns.get(state.index)
    const refused =
      pattern === undefined
        ? `${entity.name} has no access pattern "${state.index}" under the configuration in force`
        : unlike(members[0], { entity, pattern }, tableName)
    if (refused !== undefined || pattern === undefined) {
      return Exit.fail(
        new KeyError({ message: refused ?? "", ...where, entity: entity.name, path: [], index: state.index })
      )
    }
    members.push({
      tag,
      entity,
      pattern,
      planning: { entity, where, now },
      isSingle: state.index === undefined && pattern.sort.every((slot) => slot.key.fields.length === 0),
      reading: {
        hydrates: false,
        projection: isPartial(pattern)
          ? projectionOf(entity.definition, ResolvedEntity.heldFields(entity, pattern))
          : undefined
      }
    })
  }
  // There is one entity at the least: `check` has seen to it.
  return members as unknown as Members
}

/** Why two entities' items cannot be read with one query. */
const unlike = (first: Member | undefined, other: Reader, table: string): string | undefined => {
  if (first === undefined) return undefined
  const names = `${first.entity.name} and ${other.entity.name}`
  if (first.planning.where.table !== table) return `${names} are in different tables under the configuration in force`
  if (first.pattern.indexName !== other.pattern.indexName) {
    return (
      `The access pattern "${other.pattern.name}" of ${names} is of two indexes: ` +
      `"${first.pattern.indexName}" and "${other.pattern.indexName}"`
    )
  }
  const attributes = ({ entity: { primary }, pattern }: Reader): ReadonlyArray<string> =>
    [primary.partition, primary.sort, pattern.partition, pattern.sort].flat().map((slot) => slot.attribute)
  return Equal.equals(attributes(first), attributes(other))
    ? undefined
    : `${names} have different key attributes under the configuration in force`
}

/** The partition key, as all of the entities write it. */
const partitionOf = (given: unknown, members: Members): ReadonlyArray<AttributeValue> | Exit.Exit<never, KeyError> => {
  const [first] = members
  const names = members.map(({ pattern }) => pattern.partition.flatMap((slot) => slot.key.fields))
  const values = fieldsOf(given, names[0]!)
  // The names are one entity's; another's fields are those at the same places of the same key.
  const named = names.find((fields) => fields.every((field) => Object.hasOwn(values, field))) ?? names[0]!
  let partition: ReadonlyArray<AttributeValue> | undefined
  for (const [i, { entity, pattern, planning }] of members.entries()) {
    const own = names[i]!
    const isNamed = own.every((field) => Object.hasOwn(values, field))
    const ownValues = isNamed ? values : Object.fromEntries(own.map((field, at) => [field, values[named[at]!]]))
    const keys: Array<AttributeValue> = []
    for (const slot of pattern.partition) {
      const key = slot.key.encode(ownValues)
      if (Result.isFailure(key)) {
        return Exit.fail(ResolvedEntity.keyError(entity, pattern, slot, key.failure, planning.where))
      }
      keys.push(key.success)
    }
    if (partition !== undefined && !Equal.equals(partition, keys)) {
      return Exit.fail(
        new KeyError({
          message:
            `${first.entity.name} and ${entity.name} are not in one partition under the configuration in force: ` +
            `they write its key in different ways`,
          ...planning.where,
          entity: entity.name,
          path: [],
          attribute: pattern.partition[0]?.attribute,
          index: pattern.indexName
        })
      )
    }
    partition = keys
  }
  return partition ?? []
}

/** Keeps other entities' items out on the server, where all of these are marked in one attribute that is there. */
const markerFilter = (members: Members): Expression.Condition | undefined => {
  const attribute = members[0].entity.marker?.attribute
  if (attribute === undefined) return undefined
  for (const { entity, pattern } of members) {
    if (entity.marker?.attribute !== attribute || !ResolvedEntity.storesAttribute(entity, pattern, attribute))
      return undefined
    // What is a key of the index cannot be filtered on.
    if ([...pattern.partition, ...pattern.sort].some((slot) => slot.attribute === attribute)) return undefined
  }
  return isMarked({ attribute, values: members.flatMap(({ entity }) => entity.marker!.values), isField: false })
}
