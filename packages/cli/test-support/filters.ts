/** Conditions at random, as people would write them, and what they mean: for the tests of the filter language. */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import type { Comparator, Condition, Operand, Path } from "@effect-dynamo/core/Expression"
import { Arbitrary, BigDecimal, Schema } from "effect"

// -----------------------------------------------------------------------------
// At random
// -----------------------------------------------------------------------------

/** Decisions, one after the other: 0 when there are none left, which is always the simplest. */
class Choices {
  private readonly all: ReadonlyArray<number>
  private at = 0

  constructor(all: ReadonlyArray<number>) {
    this.all = all
  }

  below(most: number): number {
    return (this.all[this.at++] ?? 0) % most
  }

  of<A>(from: ReadonlyArray<A>): A {
    return from[this.below(from.length)]!
  }
}

const choices = Arbitrary.array(Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9999 }))), {
  minLength: 30,
  maxLength: 80
})

/** Names that stand as they are, and names that need backticks. */
const names = [
  "a",
  "b",
  "c",
  "size",
  "contains",
  "ø",
  "a-b",
  "$x",
  "and",
  "NULL",
  "x.y",
  "odd `name`",
  "1st",
  "#t",
  "__proto__"
]

/** Mostly one of few, so that items and conditions meet. */
const name = (from: Choices): string => (from.below(3) === 2 ? from.of(names) : names[from.below(3)]!)

const texts = ["", "a", "ab", "b", "it's", '"', "\\", "\n\t\u0001", "ø", "😀", "NULL"]
const numbers = [
  "0",
  "1",
  "2",
  "-1",
  "1.5",
  "10",
  "12345678901234567890123456789012345678",
  "12345678901234567890123456789012345677"
]
const bytes = [new Uint8Array([1]), new Uint8Array([1, 2]), new Uint8Array([255, 0, 3])]

const ordered = (from: Choices): AttributeValue => {
  switch (from.below(3)) {
    case 0:
      return { N: from.of(numbers) }
    case 1:
      return { S: from.of(texts) }
    default:
      return { B: from.of(bytes) }
  }
}

const literal = (from: Choices): AttributeValue => {
  switch (from.below(6)) {
    case 0:
      return { BOOL: true }
    case 1:
      return { BOOL: false }
    case 2:
      return { NULL: true }
    default:
      return ordered(from)
  }
}

const path = (from: Choices): Path => {
  const first = name(from)
  switch (from.below(6)) {
    case 0:
      return [first, name(from)]
    case 1:
      return [first, from.below(3)]
    case 2:
      return [first, from.below(2), name(from), 1]
    default:
      return [first]
  }
}

const value = (literal: AttributeValue): Operand => ({ _tag: "Value", value: literal })

const place = (from: Choices): Operand => ({ _tag: from.below(4) === 1 ? "Size" : "Path", path: path(from) })

/** Something that is not the same as another one, which DynamoDB would refuse. */
const other = (from: Choices, than: Operand, make: (from: Choices) => Operand): Operand => {
  for (let i = 0; i < 5; i++) {
    const made = make(from)
    if (printOperand(made) !== printOperand(than)) return made
  }
  return value({ N: "42" })
}

const comparators: ReadonlyArray<Comparator> = ["=", "<>", "<", "<=", ">", ">="]
const types = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"]

const leaf = (from: Choices): Condition => {
  switch (from.below(9)) {
    case 0:
      return { _tag: "Exists", path: path(from) }
    case 1:
      return { _tag: "NotExists", path: path(from) }
    case 2:
      return { _tag: "Type", path: path(from), type: from.of(types) }
    case 3: {
      const start = path(from)
      const itself: Operand = { _tag: "Path", path: start }
      const prefix = other(from, itself, () =>
        from.below(3) === 1
          ? { _tag: "Path", path: path(from) }
          : value(from.below(4) === 1 ? { B: from.of(bytes) } : { S: from.of(texts) })
      )
      return {
        _tag: "BeginsWith",
        path: start,
        prefix: "value" in prefix && "N" in prefix.value ? value({ S: "a" }) : prefix
      }
    }
    case 4: {
      const start = path(from)
      const element = other(from, { _tag: "Path", path: start }, (from) =>
        from.below(4) === 1 ? { _tag: "Path", path: path(from) } : value(literal(from))
      )
      return { _tag: "Contains", path: start, element }
    }
    case 5: {
      const operand = place(from)
      const values = Array.from({ length: 1 + from.below(4) }, () =>
        other(from, operand, (from) => (from.below(5) === 1 ? place(from) : value(literal(from))))
      )
      return { _tag: "In", operand, values }
    }
    case 6: {
      const operand = place(from)
      const bounds = [ordered(from), ordered(from)]
      const [one, two] = Object.keys(bounds[0]!)[0] === Object.keys(bounds[1]!)[0] ? bounds : [{ N: "1" }, { N: "2" }]
      const inOrder = compareValues(one!, two!)! <= 0
      return { _tag: "Between", operand, lower: value(inOrder ? one! : two!), upper: value(inOrder ? two! : one!) }
    }
    default: {
      const operator = from.of(comparators)
      const left = place(from)
      const isOrder = operator !== "=" && operator !== "<>"
      const right = other(from, left, (from) =>
        from.below(4) === 1 ? place(from) : value(isOrder ? ordered(from) : literal(from))
      )
      // DynamoDB compares a value with an attribute in either order.
      return from.below(4) === 1
        ? { _tag: "Compare", left: right, operator, right: left }
        : { _tag: "Compare", left, operator, right }
    }
  }
}

const condition = (from: Choices, depth: number): Condition => {
  switch (depth === 0 ? 0 : from.below(6)) {
    case 1:
      return { _tag: "Not", condition: condition(from, depth - 1) }
    case 2:
    case 3:
      return { _tag: "And", conditions: Array.from({ length: 2 + from.below(2) }, () => condition(from, depth - 1)) }
    case 4:
      return { _tag: "Or", conditions: Array.from({ length: 2 + from.below(2) }, () => condition(from, depth - 1)) }
    default:
      return leaf(from)
  }
}

/** Any condition that DynamoDB takes. */
export const conditions: Arbitrary.Arbitrary<Condition> = Arbitrary.map(choices, (all) =>
  condition(new Choices(all), 3)
)

const content = (from: Choices, depth: number): AttributeValue => {
  switch (from.below(depth === 0 ? 4 : 8)) {
    case 4:
      return { M: attributes(from, depth - 1) }
    case 5:
      return { L: Array.from({ length: from.below(3) }, () => content(from, depth - 1)) }
    case 6:
      return from.below(2) === 0 ? { SS: ["a", "b"] } : { NS: ["1", "2"] }
    case 7:
      return { BS: [bytes[0]!] }
    default:
      return literal(from)
  }
}

const attributes = (from: Choices, depth: number): Record<string, AttributeValue> =>
  Object.fromEntries(Array.from({ length: 2 + from.below(5) }, () => [name(from), content(from, depth)]))

/** What an item may have beside its key. */
export const contents: Arbitrary.Arbitrary<Record<string, AttributeValue>> = Arbitrary.map(choices, (all) =>
  attributes(new Choices(all), 2)
)

// -----------------------------------------------------------------------------
// As text
// -----------------------------------------------------------------------------

const keywords = new Set(["and", "or", "not", "in", "between", "true", "false", "null"])

const printName = (name: string, isFirst: boolean): string =>
  /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name) && !(isFirst && keywords.has(name.toLowerCase()))
    ? name
    : `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``

const printPath = ([first, ...steps]: Path): string =>
  printName(first, true) +
  steps.map((step) => (typeof step === "number" ? `[${step}]` : `.${printName(step, false)}`)).join("")

const printValue = (literal: AttributeValue): string => {
  if ("S" in literal) return JSON.stringify(literal.S)
  if ("N" in literal) return literal.N
  if ("BOOL" in literal) return String(literal.BOOL)
  if ("B" in literal) return `b64"${Buffer.from(literal.B).toString("base64")}"`
  return "null"
}

const printOperand = (operand: Operand): string => {
  switch (operand._tag) {
    case "Value":
      return printValue(operand.value)
    case "Path":
      return printPath(operand.path)
    case "Size":
      return `size(${printPath(operand.path)})`
  }
}

const printInner = (inner: Condition): string =>
  inner._tag === "And" || inner._tag === "Or" ? `(${print(inner)})` : print(inner)

/** A condition as people write it. */
export const print = (of: Condition): string => {
  switch (of._tag) {
    case "Exists":
      return `attribute_exists(${printPath(of.path)})`
    case "NotExists":
      return `Attribute_Not_Exists( ${printPath(of.path)} )`
    case "Type":
      return `attribute_type(${printPath(of.path)},'${of.type}')`
    case "BeginsWith":
      return `begins_with(${printPath(of.path)}, ${printOperand(of.prefix)})`
    case "Contains":
      return `contains(${printPath(of.path)}, ${printOperand(of.element)})`
    case "In":
      return `${printOperand(of.operand)} in (${of.values.map(printOperand).join(",")})`
    case "Between":
      return `${printOperand(of.operand)} Between ${printOperand(of.lower)} and ${printOperand(of.upper)}`
    case "Compare":
      return `${printOperand(of.left)} ${of.operator} ${printOperand(of.right)}`
    case "And":
      return of.conditions.map(printInner).join(" and ")
    case "Or":
      return of.conditions.map(printInner).join(" OR ")
    case "Not":
      return `not ${printInner(of.condition)}`
    case "Raw":
      throw new Error("filters have no raw parts")
  }
}

// -----------------------------------------------------------------------------
// What it means
// -----------------------------------------------------------------------------

const typeOf = (of: AttributeValue): string => Object.keys(of)[0]!

const canonical = (of: AttributeValue): string => {
  if ("M" in of)
    return JSON.stringify(
      Object.entries(of.M)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, one]) => [name, canonical(one)])
    )
  if ("L" in of) return JSON.stringify(of.L.map(canonical))
  return JSON.stringify(of, (_, one: unknown) => (one instanceof Uint8Array ? Array.from(one) : one))
}

const same = (a: AttributeValue, b: AttributeValue): boolean => typeOf(a) === typeOf(b) && canonical(a) === canonical(b)

/** The order of two values of the same type, if it has one. */
const compareValues = (a: AttributeValue, b: AttributeValue): number | undefined => {
  if ("S" in a && "S" in b) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S))
  if ("N" in a && "N" in b) return BigDecimal.Order(BigDecimal.fromStringUnsafe(a.N), BigDecimal.fromStringUnsafe(b.N))
  if ("B" in a && "B" in b) return Buffer.compare(a.B, b.B)
  return undefined
}

const at = (item: Record<string, AttributeValue>, steps: Path): AttributeValue | undefined => {
  let found: AttributeValue | undefined = { M: item }
  for (const step of steps) {
    if (found === undefined) return undefined
    const within: AttributeValue = found
    if (typeof step === "number") found = "L" in within ? (within.L as ReadonlyArray<AttributeValue>)[step] : undefined
    else found = "M" in within && Object.hasOwn(within.M, step) ? within.M[step] : undefined
  }
  return found
}

const sizeOf = (of: AttributeValue | undefined): AttributeValue | undefined => {
  if (of === undefined) return undefined
  const size =
    "S" in of
      ? of.S.length
      : "B" in of
        ? of.B.length
        : "L" in of
          ? of.L.length
          : "M" in of
            ? Object.keys(of.M).length
            : "SS" in of
              ? of.SS.length
              : "NS" in of
                ? of.NS.length
                : "BS" in of
                  ? of.BS.length
                  : undefined
  return size === undefined ? undefined : { N: String(size) }
}

const valueOf = (operand: Operand, item: Record<string, AttributeValue>): AttributeValue | undefined =>
  operand._tag === "Value"
    ? operand.value
    : operand._tag === "Path"
      ? at(item, operand.path)
      : sizeOf(at(item, operand.path))

const compare = (operator: Comparator, a: AttributeValue | undefined, b: AttributeValue | undefined): boolean => {
  // What is not there is unequal to anything, even to what is not there either.
  if (operator === "<>") return a === undefined || b === undefined || !same(a, b)
  if (a === undefined || b === undefined) return false
  if (operator === "=") return same(a, b)
  const order = compareValues(a, b)
  if (order === undefined) return false
  return operator === "<" ? order < 0 : operator === "<=" ? order <= 0 : operator === ">" ? order > 0 : order >= 0
}

const isIn = (element: AttributeValue, of: AttributeValue): boolean => {
  if ("S" in of) return "S" in element && of.S.includes(element.S)
  if ("B" in of) return "B" in element && Buffer.from(of.B).includes(Buffer.from(element.B))
  if ("SS" in of) return "S" in element && of.SS.includes(element.S)
  if ("NS" in of) return "N" in element && of.NS.includes(element.N)
  if ("BS" in of) return of.BS.some((one) => same({ B: one }, element))
  if ("L" in of) return of.L.some((one) => same(one, element))
  return false
}

/** Whether an item matches, as Amazon's documents have it. */
export const matches = (of: Condition, item: Record<string, AttributeValue>): boolean => {
  switch (of._tag) {
    case "Exists":
      return at(item, of.path) !== undefined
    case "NotExists":
      return at(item, of.path) === undefined
    case "Type": {
      const found = at(item, of.path)
      return found !== undefined && typeOf(found) === of.type
    }
    case "BeginsWith": {
      const [found, prefix] = [at(item, of.path), valueOf(of.prefix, item)]
      if (found === undefined || prefix === undefined) return false
      if ("S" in found) return "S" in prefix && found.S.startsWith(prefix.S)
      return "B" in found && "B" in prefix && Buffer.from(found.B).subarray(0, prefix.B.length).equals(prefix.B)
    }
    case "Contains": {
      const [found, element] = [at(item, of.path), valueOf(of.element, item)]
      return found !== undefined && element !== undefined && isIn(element, found)
    }
    case "In": {
      const found = valueOf(of.operand, item)
      return of.values.some((one) => compare("=", found, valueOf(one, item)))
    }
    case "Between": {
      const [found, lower, upper] = [of.operand, of.lower, of.upper].map((operand) => valueOf(operand, item))
      return compare(">=", found, lower) && compare("<=", found, upper)
    }
    case "Compare":
      return compare(of.operator, valueOf(of.left, item), valueOf(of.right, item))
    case "And":
      return of.conditions.every((one) => matches(one, item))
    case "Or":
      return of.conditions.some((one) => matches(one, item))
    case "Not":
      return !matches(of.condition, item)
    case "Raw":
      throw new Error("filters have no raw parts")
  }
}
