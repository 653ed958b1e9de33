/**
 * The form of a condition: all of it but its values. Conditions of one form have one text.
 */
import type { AttributeValue } from "../../Attribute.ts"
import { failed } from "../codec/node.ts"
import type { ConditionNode, OperandNode, Target } from "./model.ts"
import { mostIn } from "./resolve.ts"

/**
 * Adds the tokens of a condition, and its values as they are stored, in the order of its text. `false` where its text
 * depends on values (a field has a default, a list is split or empty), or where a value is refused or has to be waited
 * for: what was added is of no use then.
 */
export const add = (node: ConditionNode, tokens: Array<unknown>, values: Array<AttributeValue>): boolean => {
  tokens.push(node._tag)
  switch (node._tag) {
    case "Exists":
    case "NotExists":
      return addPath(node.target, tokens)
    case "Type":
      // Its name is a value in the text.
      values.push({ S: node.type })
      return addPath(node.target, tokens)
    case "Compare":
      tokens.push(node.operator)
      return addOperand(node.left, tokens, values) && addOperand(node.right, tokens, values)
    case "Between":
      return (
        addOperand(node.operand, tokens, values) &&
        addOperand(node.lower, tokens, values) &&
        addOperand(node.upper, tokens, values)
      )
    case "In":
      return (
        node.values.length <= mostIn &&
        addOperand(node.operand, tokens, values) &&
        addAll(node.values, addOperand, tokens, values)
      )
    case "BeginsWith":
      return addUndefaulted(node.target, tokens) && addOperand(node.prefix, tokens, values)
    case "Contains":
      return addUndefaulted(node.target, tokens) && addOperand(node.element, tokens, values)
    case "And":
    case "Or":
      return addAll(node.conditions, add, tokens, values)
    case "Not":
      return add(node.condition, tokens, values)
    case "Raw":
      tokens.push(node.text.length)
      for (const text of node.text) tokens.push(text)
      return node.parts.length === 0 || addAll(node.parts, addOperand, tokens, values)
  }
}

/** All of them: of none, a condition is a constant. */
const addAll = <A>(
  all: ReadonlyArray<A>,
  addOne: (one: A, tokens: Array<unknown>, values: Array<AttributeValue>) => boolean,
  tokens: Array<unknown>,
  values: Array<AttributeValue>
): boolean => {
  if (all.length === 0) return false
  tokens.push(all.length)
  for (const one of all) if (!addOne(one, tokens, values)) return false
  return true
}

const addOperand = (node: OperandNode, tokens: Array<unknown>, values: Array<AttributeValue>): boolean => {
  tokens.push(node._tag)
  if (node._tag !== "Value") return addUndefaulted(node.target, tokens)
  const value = node.codec().attemptEncode(node.value)
  if (value === undefined || failed(value)) return false
  values.push(value)
  return true
}

const addUndefaulted = (target: Target, tokens: Array<unknown>): boolean =>
  target.default === undefined && addPath(target, tokens)

const addPath = ({ path }: Target, tokens: Array<unknown>): boolean => {
  // The length says where it ends: names are any text.
  tokens.push(path.length)
  for (const key of path) tokens.push(key)
  return true
}
