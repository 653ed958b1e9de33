/**
 * From what the builders hold to DynamoDB's conditions: values encoded, long lists
 * split, constants folded, and defaults made to hold for items that lack the field.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type { AttributeValue } from "../../Attribute.ts"
import type { Condition, Operand } from "../../Expression.ts"
import { Refusal, toIssue } from "../codec/refusal.ts"
import * as evaluate from "./evaluate.ts"
import type { ConditionNode, OperandNode } from "./model.ts"
import { operandOrValue } from "./reference.ts"

type Eager<A> = Effect.Effect<A, Schema.SchemaError, unknown>

/** A condition, or the constant that it is. */
export type Resolved = Condition | boolean

/** DynamoDB takes so many operands of `IN`. */
const mostIn = 100

/** Resolves a condition. An `Exit` where no value's schema has to wait. */
export const resolve = (node: ConditionNode): Eager<Resolved> => {
  switch (node._tag) {
    case "Exists":
    case "NotExists":
      return Exit.succeed({ _tag: node._tag, path: node.target.path })
    case "Type":
      return Exit.succeed({ _tag: "Type", path: node.target.path, type: node.type })
    case "Compare":
      return Effect.flatMapEager(operand(node.left), (left) =>
        Effect.mapEager(operand(node.right), (right) =>
          withDefault(node.left, { _tag: "Compare", left, operator: node.operator, right }, (value) =>
            right._tag === "Value" ? evaluate.compare(value, node.operator, right.value) : undefined
          )
        )
      )
    case "Between":
      return Effect.mapEager(all([node.operand, node.lower, node.upper], operand), ([one, lower, upper]) =>
        withDefault(node.operand, { _tag: "Between", operand: one!, lower: lower!, upper: upper! }, (value) =>
          lower!._tag === "Value" && upper!._tag === "Value"
            ? evaluate.compare(value, ">=", lower!.value) && evaluate.compare(value, "<=", upper!.value)
            : undefined
        )
      )
    case "In":
      return Effect.mapEager(all([node.operand, ...node.values], operand), ([one, ...values]) => {
        if (values.length === 0) return false
        const lists = Array.from({ length: Math.ceil(values.length / mostIn) }, (_, i) =>
          values.slice(i * mostIn, (i + 1) * mostIn)
        )
        const parts = lists.map((values): Condition => ({ _tag: "In", operand: one!, values }))
        return withDefault(node.operand, parts.length === 1 ? parts[0]! : { _tag: "Or", conditions: parts }, (value) =>
          values.some((other) => other._tag === "Value" && evaluate.equals(value, other.value))
        )
      })
    case "BeginsWith":
      return Effect.mapEager(operand(node.prefix), (prefix) =>
        withDefault(
          { _tag: "Reference", target: node.target },
          { _tag: "BeginsWith", path: node.target.path, prefix },
          (value) => (prefix._tag === "Value" ? evaluate.beginsWith(value, prefix.value) : undefined)
        )
      )
    case "Contains":
      return Effect.mapEager(operand(node.element), (element) =>
        withDefault(
          { _tag: "Reference", target: node.target },
          { _tag: "Contains", path: node.target.path, element },
          (value) => (element._tag === "Value" ? evaluate.contains(value, element.value) : undefined)
        )
      )
    case "And":
      return Effect.mapEager(all(node.conditions, resolve), (conditions) => every(conditions))
    case "Or":
      return Effect.mapEager(all(node.conditions, resolve), (conditions) => some(conditions))
    case "Not":
      return Effect.mapEager(resolve(node.condition), (condition) =>
        typeof condition === "boolean" ? !condition : { _tag: "Not", condition }
      )
    case "Raw":
      return Effect.mapEager(
        all(node.parts, (part) => operand(operandOrValue(part))),
        (parts) => ({ _tag: "Raw", text: node.text, parts })
      )
  }
}

const all = <A, B>(inputs: ReadonlyArray<A>, f: (input: A) => Eager<B>): Eager<Array<B>> => {
  const outputs: Array<B> = []
  const from = (first: number): Eager<Array<B>> => {
    for (let i = first; i < inputs.length; i++) {
      const output = f(inputs[i]!)
      if (!Exit.isExit(output) || output._tag === "Failure") {
        return Effect.flatMapEager(output, (value) => {
          outputs.push(value)
          return from(i + 1)
        })
      }
      // The guard does not know the type of the outcome.
      outputs.push(output.value as B)
    }
    return Exit.succeed(outputs)
  }
  return from(0)
}

const every = (conditions: ReadonlyArray<Resolved>): Resolved => {
  if (conditions.includes(false)) return false
  const rest = conditions.filter((condition) => typeof condition !== "boolean")
  return rest.length === 0 ? true : rest.length === 1 ? rest[0]! : { _tag: "And", conditions: rest }
}

const some = (conditions: ReadonlyArray<Resolved>): Resolved => {
  if (conditions.includes(true)) return true
  const rest = conditions.filter((condition) => typeof condition !== "boolean")
  return rest.length === 0 ? false : rest.length === 1 ? rest[0]! : { _tag: "Or", conditions: rest }
}

const nothing = new Refusal("Expected a value that is stored; for one that is stored as nothing, ask with notExists()")

const operand = (node: OperandNode): Eager<Operand> => {
  switch (node._tag) {
    case "Reference":
      return Exit.succeed({ _tag: "Path", path: node.target.path })
    case "Size":
      return Exit.succeed({ _tag: "Size", path: node.target.path })
    case "Value":
      return Effect.flatMapEager(node.codec().encode(node.value), (value): Eager<Operand> =>
        value === undefined
          ? Exit.fail(new Schema.SchemaError(toIssue(nothing)))
          : Exit.succeed({ _tag: "Value", value })
      )
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
