/**
 * The marker, as a condition: whose an item is, asked of DynamoDB.
 */
import * as Expression from "@effect-dynamo/core/Expression"
import type * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"

const conditions = new WeakMap<ResolvedEntity.Marker, Expression.Condition>()

/** That an item is marked as this entity's, or not at all. Said in nearly every request, so it is made once. */
export const isMarked = (marker: ResolvedEntity.Marker): Expression.Condition => {
  let condition = conditions.get(marker)
  if (condition === undefined) conditions.set(marker, (condition = make(marker)))
  return condition
}

const make = ({ attribute, values }: ResolvedEntity.Marker): Expression.Condition => {
  const operand = Expression.attribute(attribute)
  // They stand in the requests that callers are shown: what one of them changes there must not change the others.
  const operands = values.map((S) => Expression.value(Object.freeze({ S })))
  return {
    _tag: "Or",
    conditions: [
      { _tag: "NotExists", path: [attribute] },
      operands.length === 1
        ? { _tag: "Compare", left: operand, operator: "=", right: operands[0]! }
        : { _tag: "In", operand, values: operands }
    ]
  }
}
