import type { Attribute, Expression } from "@effect-dynamo/core"
import * as evaluate from "../../../core/src/internal/condition/evaluate.ts"

type Value = Attribute.AttributeValue
type Item = Readonly<Record<string, Value>>

/** What stands at a path. */
const at = (item: Item, [name, ...rest]: Expression.Path): Value | undefined =>
  rest.reduce<Value | undefined>((value, key) => {
    if (value === undefined) return undefined
    if (typeof key === "number") return "L" in value ? value.L[key] : undefined
    return "M" in value && Object.hasOwn(value.M, key) ? value.M[key] : undefined
  }, item[name])

const operand = (item: Item, one: Expression.Operand): Value | undefined => {
  if (one._tag === "Value") return one.value
  const found = at(item, one.path)
  return one._tag === "Path" || found === undefined ? found : evaluate.size(found)
}

/** Whether a condition holds for an item, computed in memory: the model that DynamoDB is held against. */
export const holds = (condition: Expression.Condition, item: Item): boolean => {
  switch (condition._tag) {
    case "Exists":
      return at(item, condition.path) !== undefined
    case "NotExists":
      return at(item, condition.path) === undefined
    case "Type": {
      const value = at(item, condition.path)
      return value !== undefined && condition.type in value
    }
    case "Compare": {
      const [left, right] = [operand(item, condition.left), operand(item, condition.right)]
      if (left === undefined || right === undefined) return condition.operator === "<>"
      return evaluate.compare(left, condition.operator, right)
    }
    case "Between": {
      const [value, lower, upper] = [condition.operand, condition.lower, condition.upper].map((one) =>
        operand(item, one)
      )
      if (value === undefined || lower === undefined || upper === undefined) return false
      return evaluate.compare(value, ">=", lower) && evaluate.compare(value, "<=", upper)
    }
    case "In": {
      const value = operand(item, condition.operand)
      return condition.values.some((one) => {
        const other = operand(item, one)
        return value !== undefined && other !== undefined && evaluate.equals(value, other)
      })
    }
    case "BeginsWith": {
      const [value, prefix] = [at(item, condition.path), operand(item, condition.prefix)]
      return value !== undefined && prefix !== undefined && evaluate.beginsWith(value, prefix)
    }
    case "Contains": {
      const [value, element] = [at(item, condition.path), operand(item, condition.element)]
      return value !== undefined && element !== undefined && evaluate.contains(value, element)
    }
    case "And":
      return condition.conditions.every((inner) => holds(inner, item))
    case "Or":
      return condition.conditions.some((inner) => holds(inner, item))
    case "Not":
      return !holds(condition.condition, item)
    case "Raw":
      throw new Error("text of one's own has no model")
  }
}
