/**
 * From what the builders hold to DynamoDB's conditions: values encoded, long lists
 * split, constants folded, and defaults made to hold for items that lack the field.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type { AttributeValue } from "../../Attribute.ts"
import type { Condition, Operand } from "../../Expression.ts"
import { exitOf } from "../codec/codec.ts"
import { Refusal, toIssue } from "../codec/refusal.ts"
import * as evaluate from "./evaluate.ts"
import type { ConditionNode, OperandNode, Target } from "./model.ts"

type Eager<A> = Effect.Effect<A, Schema.SchemaError, unknown>

/** A condition, or the constant that it is. */
export type Resolved = Condition | boolean

/** DynamoDB takes so many operands of `IN`. */
export const mostIn = 100

/** Resolves a condition. An `Exit` where no value's schema has to wait. */
export const resolve = (node: ConditionNode): Eager<Resolved> => resolveWith(node, undefined)

/** `waited` holds the values that had to be waited for. */
const resolveWith = (node: ConditionNode, waited: Map<ValueNode, AttributeValue> | undefined): Eager<Resolved> => {
  const values = new Values(waited)
  const resolved = resolveNode(node, values)
  const { unsettled } = values
  // Nearly always: nothing refused, nothing to wait for. No effect is made on the way, which is most of the cost.
  if (unsettled === undefined) return Exit.succeed(resolved)
  return Effect.flatMapEager(unsettled.value, (value) =>
    value === undefined
      ? Exit.fail(new Schema.SchemaError(toIssue(nothing)))
      : resolveWith(node, new Map(waited).set(unsettled.node, value))
  )
}

type ValueNode = Extract<OperandNode, { readonly _tag: "Value" }>

/** Values as they are stored, up to the first that is not at hand. */
class Values {
  private readonly waited: ReadonlyMap<ValueNode, AttributeValue> | undefined
  /** The first value that is refused, or that has to be waited for: what is resolved then is of no use. */
  unsettled: { readonly node: ValueNode; readonly value: Eager<AttributeValue | undefined> } | undefined = undefined
  constructor(waited: ReadonlyMap<ValueNode, AttributeValue> | undefined) {
    this.waited = waited
  }
  of(node: ValueNode): AttributeValue {
    if (this.unsettled !== undefined) return unused
    const waited = this.waited?.get(node)
    if (waited !== undefined) return waited
    const value = node.codec().encode(node.value)
    const exit = exitOf(value)
    if (exit?._tag === "Success" && exit.value !== undefined) return exit.value
    this.unsettled = { node, value }
    return unused
  }
}

const unused: AttributeValue = { NULL: true }

const resolveNode = (node: ConditionNode, values: Values): Resolved => {
  switch (node._tag) {
    case "Exists":
    case "NotExists":
      return { _tag: node._tag, path: node.target.path }
    case "Type":
      return { _tag: "Type", path: node.target.path, type: node.type }
    case "Compare": {
      const left = operand(node.left, values)
      const right = operand(node.right, values)
      const { operator } = node
      const condition: Condition = { _tag: "Compare", left, operator, right }
      // By far the most there are.
      if (node.left._tag !== "Value" && node.left.target.default === undefined) return condition
      return withDefault(node.left, condition, (value) =>
        right._tag === "Value" ? evaluate.compare(value, operator, right.value) : undefined
      )
    }
    case "Between": {
      const one = operand(node.operand, values)
      const lower = operand(node.lower, values)
      const upper = operand(node.upper, values)
      return withDefault(node.operand, { _tag: "Between", operand: one, lower, upper }, (value) =>
        lower._tag === "Value" && upper._tag === "Value"
          ? evaluate.compare(value, ">=", lower.value) && evaluate.compare(value, "<=", upper.value)
          : undefined
      )
    }
    case "In": {
      const one = operand(node.operand, values)
      const all = node.values.map((value) => operand(value, values))
      if (all.length === 0) return false
      const parts = Array.from({ length: Math.ceil(all.length / mostIn) }, (_, i): Condition => ({
        _tag: "In",
        operand: one,
        values: all.slice(i * mostIn, (i + 1) * mostIn)
      }))
      return withDefault(node.operand, parts.length === 1 ? parts[0]! : { _tag: "Or", conditions: parts }, (value) =>
        all.some((other) => other._tag === "Value" && evaluate.equals(value, other.value))
      )
    }
    case "BeginsWith": {
      const prefix = operand(node.prefix, values)
      const { path } = node.target
      return withDefault(reference(node.target), { _tag: "BeginsWith", path, prefix }, (value) =>
        prefix._tag === "Value" ? evaluate.beginsWith(value, prefix.value) : undefined
      )
    }
    case "Contains": {
      const element = operand(node.element, values)
      const { path } = node.target
      return withDefault(reference(node.target), { _tag: "Contains", path, element }, (value) =>
        element._tag === "Value" ? evaluate.contains(value, element.value) : undefined
      )
    }
    case "And":
    case "Or":
      return joined(node._tag, node.conditions, values)
    case "Not": {
      const condition = resolveNode(node.condition, values)
      return typeof condition === "boolean" ? !condition : { _tag: "Not", condition }
    }
    case "Raw":
      return { _tag: "Raw", text: node.text, parts: node.parts.map((part) => operand(part, values)) }
  }
}

/** All of the conditions; `holds` is the constant that decides nothing, its contrary the one that decides all. */
const joined = (_tag: "And" | "Or", nodes: ReadonlyArray<ConditionNode>, values: Values): Resolved => {
  const holds = _tag === "And"
  const conditions: Array<Condition> = []
  let isDecided = false
  for (const node of nodes) {
    const condition = resolveNode(node, values)
    if (typeof condition !== "boolean") conditions.push(condition)
    else if (condition !== holds) isDecided = true
  }
  if (isDecided) return !holds
  return conditions.length === 0 ? holds : conditions.length === 1 ? conditions[0]! : { _tag, conditions }
}

const nothing = new Refusal("Expected a value that is stored; for one that is stored as nothing, ask with notExists()")

const reference = (target: Target): OperandNode => ({ _tag: "Reference", target })

const operand = (node: OperandNode, values: Values): Operand => {
  switch (node._tag) {
    case "Reference":
      return { _tag: "Path", path: node.target.path }
    case "Size":
      return { _tag: "Size", path: node.target.path }
    case "Value":
      return { _tag: "Value", value: values.of(node) }
  }
}

/**
 * An item that lacks the field has its default: what DynamoDB says of the absent
 * attribute is put right where it is another answer. (Of an absent attribute only `<>`
 * is true.)
 */
const withDefault = (
  node: OperandNode,
  condition: Condition,
  holds: (value: AttributeValue) => boolean | undefined
): Condition => {
  if (node._tag === "Value") return condition
  const default_ = node.target.default
  const value = default_?.value()
  if (default_ === undefined || value === undefined) return condition
  const compared = node._tag === "Size" ? evaluate.size(value) : value
  const wanted = compared === undefined ? undefined : holds(compared)
  const given = node._tag === "Reference" && condition._tag === "Compare" && condition.operator === "<>"
  if (wanted === undefined || wanted === given) return condition
  return wanted
    ? { _tag: "Or", conditions: [condition, { _tag: "NotExists", path: default_.field }] }
    : { _tag: "And", conditions: [condition, { _tag: "Exists", path: default_.field }] }
}
