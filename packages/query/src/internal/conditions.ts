/**
 * The conditions of writes: what the builders say, and what failed.
 */
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb"
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import * as Condition from "@effect-dynamo/core/Condition"
import { ConditionalCheckFailed, type EncodeError } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Expression from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { isHere, itemOf, type Planning, typed } from "./builder.ts"
import { isMarked } from "./marker.ts"

/** What a write demands of what stands there. */
export type Demand =
  | { readonly _tag: "Exists" }
  | { readonly _tag: "NotExists" }
  /** That it has this version, as a value of the field. */
  | { readonly _tag: "Version"; readonly version: unknown }
  | { readonly _tag: "Condition"; readonly condition: Condition.Condition }

/** What `condition` takes: a function from references to a condition. */
export type ConditionArgument = (references: never) => Condition.Condition

/** The demand that a condition says. */
export const demandOf = (entity: Entity.Any, given: ConditionArgument): Demand => ({
  _tag: "Condition",
  condition: given(Condition.referencesOf(entity) as never)
})

/** The conditions that a write's demands say. */
export const resolveDemands = (
  demands: ReadonlyArray<Demand>,
  planning: Planning
): Effect.Effect<ReadonlyArray<Expression.Condition>, EncodeError, unknown> => {
  const conditions: Array<Expression.Condition> = []
  const from = (first: number): Effect.Effect<ReadonlyArray<Expression.Condition>, EncodeError, unknown> => {
    for (let i = first; i < demands.length; i++) {
      const demand = demands[i]!
      switch (demand._tag) {
        case "Exists":
          conditions.push(exists(planning))
          break
        case "NotExists":
          conditions.push(notExists(planning))
          break
        default:
          return Effect.flatMapEager(resolveDemand(demand, planning), (condition) => {
            conditions.push(condition)
            return from(i + 1)
          })
      }
    }
    return Exit.succeed(conditions)
  }
  return from(0)
}

const resolveDemand = (
  demand: Extract<Demand, { readonly _tag: "Version" | "Condition" }>,
  planning: Planning
): Effect.Effect<Expression.Condition, EncodeError, unknown> => {
  const { entity, where } = planning
  if (demand._tag === "Version") {
    const field = entity.definition.codec.fields.get(entity.definition.managed.version!)!
    return Effect.mapEager(
      Effect.mapErrorEager(field.encode(demand.version), (error) => ResolvedEntity.encodeError(entity, error, where)),
      (version) => equalsLive(field.stored, version, planning)
    )
  }
  return Effect.mapEager(
    Effect.mapErrorEager(Condition.resolve(demand.condition), (error) =>
      ResolvedEntity.encodeError(entity, error, where)
    ),
    (condition) => (typeof condition === "boolean" ? constant(condition, entity) : condition)
  )
}

/** That an attribute is stored as this value; as nothing: that there is none. */
export const equals = (attribute: string, value: AttributeValue | undefined): Expression.Condition =>
  value === undefined
    ? { _tag: "NotExists", path: [attribute] }
    : { _tag: "Compare", left: Expression.attribute(attribute), operator: "=", right: Expression.value(value) }

/** That an attribute of an item whose time has not passed is stored as this value. */
export const equalsLive = (
  attribute: string,
  value: AttributeValue | undefined,
  planning: Planning
): Expression.Condition => {
  const equal = equals(attribute, value)
  const live = isLive(planning)
  return live === undefined ? equal : Expression.and([equal, live])
}

/** Every item has the partition key, so asking for it asks for the item. */
const keyPath = (entity: ResolvedEntity.ResolvedEntity): Expression.Path => [entity.primary.partition[0]!.attribute]

/** A condition that always holds, or never. */
const constant = (holds: boolean, entity: ResolvedEntity.ResolvedEntity): Expression.Condition => {
  const path = keyPath(entity)
  const both = [
    { _tag: "Exists", path },
    { _tag: "NotExists", path }
  ] as const
  return holds ? { _tag: "Or", conditions: both } : { _tag: "And", conditions: both }
}

/** That an item stands there whose time has not passed. */
export const exists = (planning: Planning): Expression.Condition => {
  const stands: Expression.Condition = { _tag: "Exists", path: keyPath(planning.entity) }
  const live = isLive(planning)
  return live === undefined ? stands : Expression.and([stands, live])
}

/** That no item stands there, or one whose time has passed. */
export const notExists = (planning: Planning): Expression.Condition => {
  const none: Expression.Condition = { _tag: "NotExists", path: keyPath(planning.entity) }
  const field = ResolvedEntity.timeToLiveOf(planning.entity)
  return field === undefined ? none : { _tag: "Or", conditions: [none, compareTime(field.stored, "<=", planning)] }
}

/** That an item's time has not passed; `undefined` for an entity without a time to live. */
export const isLive = (planning: Planning): Expression.Condition | undefined => {
  const field = ResolvedEntity.timeToLiveOf(planning.entity)
  if (field === undefined) return undefined
  const path: Expression.Path = [field.stored]
  return {
    _tag: "Or",
    conditions: [
      { _tag: "NotExists", path },
      ...(field.admitsNull ? [{ _tag: "Type", path, type: "NULL" } as const] : []),
      compareTime(field.stored, ">", planning)
    ]
  }
}

/** That an item's time has passed; of an entity with a time to live. */
export const hasExpired = (planning: Planning): Expression.Condition =>
  compareTime(ResolvedEntity.timeToLiveOf(planning.entity)!.stored, "<=", planning)

const compareTime = (attribute: string, operator: ">" | "<=", { now }: Planning): Expression.Condition => ({
  _tag: "Compare",
  left: Expression.attribute(attribute),
  operator,
  right: Expression.value({ N: String(Math.floor(now / 1000)) })
})

/** That an item of this entity stands there: where the key does not say whose it is, the marker does. */
export const existsHere = (planning: Planning): Expression.Condition => {
  const stands = exists(planning)
  const mine = isMine(planning)
  return mine === undefined ? stands : Expression.and([...(stands._tag === "And" ? stands.conditions : [stands]), mine])
}

/** That no other entity's item stands there; `undefined` where the key says so, or nothing does. */
export const isMine = ({ entity }: Planning): Expression.Condition | undefined =>
  entity.marker === undefined || entity.primary.partition.every((slot) => slot.suffixed)
    ? undefined
    : isMarked(entity.marker)

/** Adds to a request what its placeholders stand for: nothing where there are none. */
export const addPlaceholders = (
  request: Pick<QueryCommandInput, "ExpressionAttributeNames" | "ExpressionAttributeValues">,
  { names, values }: Expression.Placeholders
): void => {
  if (names !== undefined) request.ExpressionAttributeNames = names
  if (values !== undefined) request.ExpressionAttributeValues = values
}

/**
 * The same effect, whose failed condition carries the item that stood there as a
 * value. An item that is another entity's, whose time has passed, or that does not
 * decode, is none of this entity: the failure then has none.
 */
export const withDecodedFailure = <A, E, R>(
  planning: Planning,
  effect: Effect.Effect<A, E | ConditionalCheckFailed<object>, R>
): Effect.Effect<A, E | ConditionalCheckFailed, R> =>
  Effect.catchIf(
    effect,
    (error): error is Extract<E | ConditionalCheckFailed<object>, ConditionalCheckFailed<object>> =>
      error instanceof ConditionalCheckFailed,
    (failure) => Effect.flatMap(decodeStanding(planning, failure.item), (item) => Effect.fail(withItem(failure, item)))
  ) as Effect.Effect<A, E | ConditionalCheckFailed, R>

/** The same failure with another item. */
export const withItem = (
  failure: ConditionalCheckFailed<object>,
  item: Option.Option<unknown>
): ConditionalCheckFailed =>
  new ConditionalCheckFailed({
    message: failure.message,
    operation: failure.operation,
    table: failure.table,
    cause: failure.cause,
    requestId: failure.requestId,
    attempts: failure.attempts,
    ambiguous: failure.ambiguous,
    item
  })

/** The item that stood in a write's way, as a value of the entity. */
export const decodeStanding = (
  planning: Planning,
  item: Option.Option<object>
): Effect.Effect<Option.Option<unknown>> => {
  if (Option.isNone(item)) return Effect.succeedNone
  const stored = itemOf(item.value)
  return isHere(planning, stored)
    ? typed(Effect.option(ResolvedEntity.decode(planning.entity, stored, planning.where)))
    : Effect.succeedNone
}
