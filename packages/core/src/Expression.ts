/**
 * DynamoDB's expressions: conditions as data, and their text with placeholders.
 *
 * Names and values are always placeholders (`#0`, `:0`), shared within one request
 * and none unused: no reserved word, dot or value can change what an expression means.
 *
 * See [expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html).
 *
 * @module
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
  findAttribute(condition, (name) => {
    names.add(name)
    return false
  })
  return names
}

/** The first of a condition's attributes, by their stored names, of which `f` says yes. @internal */
export const findAttribute = (condition: Condition, f: (name: string) => boolean): string | undefined => {
  switch (condition._tag) {
    case "Exists":
    case "NotExists":
    case "Type":
      return found(condition.path, f)
    case "Compare":
      return inOperand(condition.left, f) ?? inOperand(condition.right, f)
    case "Between":
      return inOperand(condition.operand, f) ?? inOperand(condition.lower, f) ?? inOperand(condition.upper, f)
    case "In":
      return inOperand(condition.operand, f) ?? inAny(condition.values, inOperand, f)
    case "BeginsWith":
      return found(condition.path, f) ?? inOperand(condition.prefix, f)
    case "Contains":
      return found(condition.path, f) ?? inOperand(condition.element, f)
    case "And":
    case "Or":
      return inAny(condition.conditions, findAttribute, f)
    case "Not":
      return findAttribute(condition.condition, f)
    case "Raw":
      return inAny(condition.parts, inOperand, f)
  }
}

const found = ([name]: Path, f: (name: string) => boolean): string | undefined => (f(name) ? name : undefined)

const inOperand = (operand: Operand, f: (name: string) => boolean): string | undefined =>
  operand._tag === "Value" ? undefined : found(operand.path, f)

const inAny = <A>(
  all: ReadonlyArray<A>,
  search: (one: A, f: (name: string) => boolean) => string | undefined,
  f: (name: string) => boolean
): string | undefined => {
  for (const one of all) {
    const name = search(one, f)
    if (name !== undefined) return name
  }
  return undefined
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
  private readonly nameList: Array<string> = []
  private readonly valueList: Array<AttributeValue> = []
  // Most requests have few placeholders, which are found faster in a list; a list of an `IN`, say, is not searched.
  private nameOf: Map<string, number> | undefined = undefined
  private valueOf_: Map<string, number> | undefined = undefined
  /** Names by placeholder; `undefined` where there are none, as DynamoDB wants it. */
  names: Record<string, string> | undefined = undefined
  /** Values by placeholder; `undefined` where there are none. */
  values: Record<string, AttributeValue> | undefined = undefined

  /** The placeholder of an attribute name. */
  name(name: string): string {
    const { nameList } = this
    const known = this.nameOf === undefined ? nameList.indexOf(name) : (this.nameOf.get(name) ?? -1)
    if (known >= 0) return placeholder("#", known)
    const at = nameList.push(name) - 1
    if (this.nameOf !== undefined) this.nameOf.set(name, at)
    else if (at === mostListed) this.nameOf = new Map(nameList.map((name, i) => [name, i]))
    const text = placeholder("#", at)
    this.names ??= {}
    this.names[text] = name
    return text
  }

  /** The placeholder of a value. Equal texts, numbers and booleans share one. */
  value(value: AttributeValue): string {
    const { valueList } = this
    const known = this.valueOf_ === undefined ? indexOfScalar(valueList, value) : this.known(this.valueOf_, value)
    if (known >= 0) return placeholder(":", known)
    const at = valueList.push(value) - 1
    if (this.valueOf_ !== undefined) remember(this.valueOf_, value, at)
    else if (at === mostListed) {
      const all = (this.valueOf_ = new Map())
      valueList.forEach((value, i) => remember(all, value, i))
    }
    const text = placeholder(":", at)
    this.values ??= {}
    this.values[text] = value
    return text
  }

  private known(all: ReadonlyMap<string, number>, value: AttributeValue): number {
    const identity = scalarIdentity(value)
    return identity === undefined ? -1 : (all.get(identity) ?? -1)
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
        return this.joined(condition.conditions, " AND ")
      case "Or":
        return this.joined(condition.conditions, " OR ")
      case "Not":
        return `NOT ${this.inner(condition.condition)}`
      case "Raw":
        return condition.text.reduce((text, next, i) => text + this.operand(condition.parts[i - 1]!) + next)
    }
  }

  private joined(conditions: ReadonlyArray<Condition>, by: string): string {
    let text = ""
    for (let i = 0; i < conditions.length; i++) text += (i === 0 ? "" : by) + this.inner(conditions[i]!)
    return text
  }

  /** A condition within another one. */
  private inner(condition: Condition): string {
    const text = this.condition(condition)
    // DynamoDB refuses brackets around brackets.
    return isCompound(condition) && !(condition._tag === "Raw" && isBracketed(text)) ? `(${text})` : text
  }
}

/** The longest list of placeholders that is searched. */
const mostListed = 16

const texts: { readonly [mark: string]: ReadonlyArray<string> } = {
  "#": Array.from({ length: 32 }, (_, i) => `#${i}`),
  ":": Array.from({ length: 32 }, (_, i) => `:${i}`)
}

/** The text of a placeholder: of the first ones it is there already, as the name of a property wants it. */
const placeholder = (mark: "#" | ":", at: number): string => texts[mark]![at] ?? `${mark}${at}`

/** What tells texts, numbers and booleans apart; `undefined` of other values, which do not share a placeholder. */
const scalarIdentity = (value: AttributeValue): string | undefined =>
  "S" in value ? `S${value.S}` : "N" in value ? `N${value.N}` : "BOOL" in value ? `B${value.BOOL}` : undefined

const remember = (all: Map<string, number>, value: AttributeValue, at: number): void => {
  const identity = scalarIdentity(value)
  if (identity !== undefined) all.set(identity, at)
}

/** Where the same text, number or boolean stands in a list; -1 where it does not, and of other values. */
const indexOfScalar = (values: ReadonlyArray<AttributeValue>, value: AttributeValue): number => {
  for (let i = 0; i < values.length; i++) if (isSameScalar(values[i]!, value)) return i
  return -1
}

/** Whether two values share a placeholder: they are the same text, number or boolean. @internal */
export const isSameScalar = (a: AttributeValue, b: AttributeValue): boolean =>
  "S" in a
    ? "S" in b && a.S === b.S
    : "N" in a
      ? "N" in b && a.N === b.N
      : "BOOL" in a && "BOOL" in b && a.BOOL === b.BOOL

/** Whether a condition is put in brackets inside another one. */
const isCompound = ({ _tag }: Condition): boolean => _tag === "And" || _tag === "Or" || _tag === "Not" || _tag === "Raw"

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
