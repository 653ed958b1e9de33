/**
 * The conditions of writes: what the builders say, and what failed.
 */
import { ConditionalCheckFailed } from "@effect-dynamo/core/DynamoError"
import * as Expression from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { itemOf, type Planning, typed } from "./builder.ts"
import { isMarked } from "./marker.ts"

/** What a write may demand of what stands there. */
export type Existence = "exists" | "notExists"

/** The condition that an item stands there, or that none does. */
export const existence = (entity: ResolvedEntity.ResolvedEntity, existence: Existence): Expression.Condition => ({
  _tag: existence === "exists" ? "Exists" : "NotExists",
  // Every item has the partition key, so asking for it asks for the item.
  path: [entity.primary.partition[0]!.attribute]
})

/** That an item of this entity stands there: where the key does not say whose it is, the marker does. */
export const existsHere = (entity: ResolvedEntity.ResolvedEntity): Expression.Condition => {
  const exists = existence(entity, "exists")
  return entity.marker === undefined || entity.primary.partition.every((slot) => slot.suffixed)
    ? exists
    : Expression.and([exists, isMarked(entity.marker)])
}

/** The parts of a request that say its condition. */
export const conditionInput = (
  conditions: ReadonlyArray<Expression.Condition>,
  placeholders: Expression.Placeholders
): { readonly ConditionExpression: string; readonly ReturnValuesOnConditionCheckFailure: "ALL_OLD" } | undefined =>
  conditions.length === 0
    ? undefined
    : {
        ConditionExpression: placeholders.condition(Expression.and(conditions)),
        ReturnValuesOnConditionCheckFailure: "ALL_OLD"
      }

/** The parts of a request that say its placeholders: none where there are none. */
export const placeholderInput = (
  placeholders: Expression.Placeholders
): {
  readonly ExpressionAttributeNames?: Record<string, string>
  readonly ExpressionAttributeValues?: NonNullable<Expression.Placeholders["values"]>
} => ({
  ...(placeholders.names === undefined ? undefined : { ExpressionAttributeNames: placeholders.names }),
  ...(placeholders.values === undefined ? undefined : { ExpressionAttributeValues: placeholders.values })
})

/**
 * The same effect, whose failed condition carries the item that stood there as a
 * value. An item that is another entity's, or does not decode, is none of this
 * entity: the failure then has none.
 */
export const withDecodedFailure = <A, E, R>(
  { entity, where }: Planning,
  effect: Effect.Effect<A, E | ConditionalCheckFailed<object>, R>
): Effect.Effect<A, E | ConditionalCheckFailed, R> =>
  Effect.catchIf(
    effect,
    (error): error is Extract<E | ConditionalCheckFailed<object>, ConditionalCheckFailed<object>> =>
      error instanceof ConditionalCheckFailed,
    (failure) =>
      Effect.flatMap(decodeItem(entity, where, failure.item), (item) =>
        Effect.fail(
          new ConditionalCheckFailed({
            message: failure.message,
            operation: failure.operation,
            table: failure.table,
            cause: failure.cause,
            requestId: failure.requestId,
            attempts: failure.attempts,
            item
          })
        )
      )
  ) as Effect.Effect<A, E | ConditionalCheckFailed, R>

const decodeItem = (
  entity: ResolvedEntity.ResolvedEntity,
  where: ResolvedEntity.Where,
  item: Option.Option<object>
): Effect.Effect<Option.Option<unknown>> =>
  Option.isNone(item)
    ? Effect.succeedNone
    : typed(Effect.option(ResolvedEntity.decodeMine(entity, itemOf(item.value), where)))
