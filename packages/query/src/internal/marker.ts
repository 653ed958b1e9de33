/**
 * The marker, as a condition: whose an item is, asked of DynamoDB.
 */
import * as Expression from "@effect-dynamo/core/Expression"
import type * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"

/** That an item is marked as this entity's, or not at all. */
export const isMarked = (marker: ResolvedEntity.Marker): Expression.Condition => {
  const operand = Expression.attribute(marker.attribute)
  const values = marker.values.map((S) => Expression.value({ S }))
  return {
    _tag: "Or",
    conditions: [
      { _tag: "NotExists", path: [marker.attribute] },
      values.length === 1
        ? { _tag: "Compare", left: operand, operator: "=", right: values[0]! }
        : { _tag: "In", operand, values }
    ]
  }
}
