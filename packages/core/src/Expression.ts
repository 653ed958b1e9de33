/**
 * DynamoDB's expressions: conditions as data, and their text with placeholders.
 *
 * Names and values are always placeholders (`#0`, `:0`), shared within one request
 * and none unused: no reserved word, dot or value can change what an expression means.
 *
 * See [expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html).
 *
 * @since 0.1.0
 */
import type { AttributeValue } from "./Attribute.ts"

/**
 * Where in an item: attribute names (stored), and positions in lists.
 *
 * @category models
 * @since 0.1.0
 */
export type Path = readonly [string, ...ReadonlyArray<string | number>]

/**
 * Comparison operators as expressions write them.
 *
 * @category models
 * @since 0.1.0
 */
export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">="

/**
 * What a comparison compares: a value, an attribute, or the size of one.
 *
 * @category models
 * @since 0.1.0
 */
export type Operand =
  | { readonly _tag: "Value"; readonly value: AttributeValue }
  | { readonly _tag: "Path"; readonly path: Path }
  | { readonly _tag: "Size"; readonly path: Path }

/**
 * A condition over one item, as data.
 *
 * @category models
 * @since 0.1.0
 */
export type Condition =
  | { readonly _tag: "Exists"; readonly path: Path }
  | { readonly _tag: "NotExists"; readonly path: Path }
  | { readonly _tag: "Type"; readonly path: Path; readonly type: string }
  | { readonly _tag: "Compare"; readonly left: Operand; readonly operator: Comparator; readonly right: Operand }
  | { readonly _tag: "Between"; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly _tag: "In"; readonly operand: Operand; readonly values: ReadonlyArray<Operand> }
  | { readonly _tag: "BeginsWith"; readonly path: Path; readonly prefix: Operand }
  | { readonly _tag: "Contains"; readonly path: Path; readonly element: Operand }
  | { readonly _tag: "And"; readonly conditions: ReadonlyArray<Condition> }
  | { readonly _tag: "Or"; readonly conditions: ReadonlyArray<Condition> }
  | { readonly _tag: "Not"; readonly condition: Condition }
  | { readonly _tag: "Raw"; readonly text: ReadonlyArray<string>; readonly parts: ReadonlyArray<Operand> }

/**
 * An attribute as an operand.
 *
 * @category constructors
 * @since 0.1.0
 */
export const attribute = (...path: Path): Operand => ({ _tag: "Path", path })

/**
 * A value as an operand.
 *
 * @category constructors
 * @since 0.1.0
 */
export const value = (value: AttributeValue): Operand => ({ _tag: "Value", value })

/**
 * All of the conditions.
 *
 * @category constructors
 * @since 0.1.0
 */
export const and = (conditions: ReadonlyArray<Condition>): Condition =>
  conditions.length === 1 ? conditions[0]! : { _tag: "And", conditions }

/**
 * The attributes that a condition is about, by their stored names. Names that the text of a
 * raw condition writes out are not seen.
 *
 * @category getters
 * @since 0.1.0
 */
export const attributesOf = (condition: Condition): ReadonlySet<string> => {
  const names = new Set<string>()
  const operand = (operand: Operand): void => {
    if (operand._tag !== "Value") names.add(operand.path[0])
  }
  const visit = (condition: Condition): void => {
    switch (condition._tag) {
      case "Exists":
      case "NotExists":
      case "Type":
        names.add(condition.path[0])
        return
      case "Compare":
        operand(condition.left)
        operand(condition.right)
        return
      case "Between":
        operand(condition.operand)
        operand(condition.lower)
        operand(condition.upper)
        return
      case "In":
        operand(condition.operand)
        condition.values.forEach(operand)
        return
      case "BeginsWith":
        names.add(condition.path[0])
        operand(condition.prefix)
        return
      case "Contains":
        names.add(condition.path[0])
        operand(condition.element)
        return
      case "And":
      case "Or":
        condition.conditions.forEach(visit)
        return
      case "Not":
        visit(condition.condition)
        return
      case "Raw":
        condition.parts.forEach(operand)
        return
    }
  }
  visit(condition)
  return names
}

/**
 * The placeholders of one request.
 *
 * **Example** (One request's names and values)
 *
 * ```ts
 * import { Expression } from "@effect-dynamo/core"
 *
 * const placeholders = new Expression.Placeholders()
 * placeholders.condition({
 *   _tag: "Compare",
 *   left: Expression.attribute("size", "a.b", 0),
 *   operator: "=",
 *   right: Expression.value({ N: "1" })
 * })
 * // => "#0.#1[0] = :0"
 * placeholders.names // => { "#0": "size", "#1": "a.b" }
 * placeholders.values // => { ":0": { N: "1" } }
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export class Placeholders {
  private readonly nameOf = new Map<string, string>()
  private readonly valueOf_ = new Map<string, string>()
  private valueCount = 0
  /** Names by placeholder; `undefined` where there are none, as DynamoDB wants it. */
  names: Record<string, string> | undefined = undefined
  /** Values by placeholder; `undefined` where there are none. */
  values: Record<string, AttributeValue> | undefined = undefined

  /** The placeholder of an attribute name. */
  name(name: string): string {
    let placeholder = this.nameOf.get(name)
    if (placeholder === undefined) {
      placeholder = `#${this.nameOf.size}`
      this.nameOf.set(name, placeholder)
      this.names ??= {}
      this.names[placeholder] = name
    }
    return placeholder
  }

  /** The placeholder of a value. Equal texts, numbers and booleans share one. */
  value(value: AttributeValue): string {
    const identity =
      "S" in value ? `S${value.S}` : "N" in value ? `N${value.N}` : "BOOL" in value ? `B${value.BOOL}` : undefined
    const known = identity === undefined ? undefined : this.valueOf_.get(identity)
    if (known !== undefined) return known
    const placeholder = `:${this.valueCount++}`
    if (identity !== undefined) this.valueOf_.set(identity, placeholder)
    this.values ??= {}
    this.values[placeholder] = value
    return placeholder
  }

  /** The text of a path. */
  path(path: Path): string {
    let text = this.name(path[0])
    for (let i = 1; i < path.length; i++) {
      const key = path[i]!
      text += typeof key === "number" ? `[${key}]` : `.${this.name(key)}`
    }
    return text
  }

  /** The text of an operand. */
  operand(operand: Operand): string {
    switch (operand._tag) {
      case "Value":
        return this.value(operand.value)
      case "Path":
        return this.path(operand.path)
      case "Size":
        return `size(${this.path(operand.path)})`
    }
  }

  /** The text of a condition. */
  condition(condition: Condition): string {
    switch (condition._tag) {
      case "Exists":
        return `attribute_exists(${this.path(condition.path)})`
      case "NotExists":
        return `attribute_not_exists(${this.path(condition.path)})`
      case "Type":
        return `attribute_type(${this.path(condition.path)}, ${this.value({ S: condition.type })})`
      case "Compare":
        return `${this.operand(condition.left)} ${condition.operator} ${this.operand(condition.right)}`
      case "Between":
        return `${this.operand(condition.operand)} BETWEEN ${this.operand(condition.lower)} AND ${this.operand(condition.upper)}`
      case "In":
        return `${this.operand(condition.operand)} IN (${condition.values.map((value) => this.operand(value)).join(", ")})`
      case "BeginsWith":
        return `begins_with(${this.path(condition.path)}, ${this.operand(condition.prefix)})`
      case "Contains":
        return `contains(${this.path(condition.path)}, ${this.operand(condition.element)})`
      case "And":
        return condition.conditions.map((inner) => this.inner(inner)).join(" AND ")
      case "Or":
        return condition.conditions.map((inner) => this.inner(inner)).join(" OR ")
      case "Not":
        return `NOT ${this.inner(condition.condition)}`
      case "Raw":
        return condition.text.reduce((text, next, i) => text + this.operand(condition.parts[i - 1]!) + next)
    }
  }

  /** A condition within another one. */
  private inner(condition: Condition): string {
    const text = this.condition(condition)
    // DynamoDB refuses brackets around brackets.
    return compound.has(condition._tag) && !(condition._tag === "Raw" && isBracketed(text)) ? `(${text})` : text
  }
}

/** What is put in brackets inside another condition. */
const compound: ReadonlySet<Condition["_tag"]> = new Set(["And", "Or", "Not", "Raw"])

/** Whether one pair of brackets encloses all of a text. */
const isBracketed = (text: string): boolean => {
  const trimmed = text.trim()
  if (!trimmed.startsWith("(")) return false
  let depth = 0
  for (let i = 0; i < trimmed.length; i++) {
    if (trimmed[i] === "(") depth++
    else if (trimmed[i] === ")" && --depth === 0) return i === trimmed.length - 1
  }
  return false
}
