/** The path of an attribute, as Dynalite's parser gives it: `["address", "lines", 0]`. */
type Path = ReadonlyArray<string | number>

/** A value as it is on the wire: `{ S: "x" }`. */
type Value = Readonly<Record<string, unknown>>

/** A call of a function, `size` as an operand among them. */
interface Call {
  readonly type: "function"
  readonly name: string
  readonly args: ReadonlyArray<Operand>
}

type Operand = Path | Value | Call

type Comparator = "=" | "<" | "<=" | ">" | ">="

/** A condition or a filter, as Dynalite's parser gives it and its `db/index.js` evaluates it. */
type Expression =
  | { readonly type: "and" | "or"; readonly args: readonly [Expression, Expression] }
  | { readonly type: "not"; readonly args: readonly [Expression] }
  | { readonly type: Comparator | "<>"; readonly args: readonly [Operand, Operand] }
  | { readonly type: "between"; readonly args: readonly [Operand, from: Operand, to: Operand] }
  | { readonly type: "in"; readonly args: readonly [Operand, ...list: ReadonlyArray<Operand>] }
  | Call

interface Parsed {
  expression: Expression
}

/** What is used of Dynalite's `validations/index.js`. The validations of operations call the function as a property of the module. */
interface Validations {
  validateExpressions: (
    data: { _condition?: Parsed; _filter?: Parsed },
    ...rest: ReadonlyArray<unknown>
  ) => string | undefined
}

const corrected = Symbol.for("@effect-dynamo/testing/dynaliteComparisons")

/**
 * Has Dynalite compare as DynamoDB does, where as of version 4.0.0 it does not:
 *
 * - attributes that are not there are equal to each other, and to whatever `size` cannot measure; of DynamoDB every comparison with one
 *   is false, but for `<>`
 * - one that is not there in `IN`, in `begins_with` or as the upper bound of `BETWEEN` throws outside of any call, which ends the process
 * - the empty string and `false` are taken for attributes that are not there by `IN`, `BETWEEN`, `size` and `attribute_type`
 *
 * Conditions and filters are written in other words, before they are evaluated, that Dynalite evaluates well. Dynalite's modules are the
 * process's: this holds for every Dynalite in it.
 *
 * See [comparisons](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html).
 */
export const correctComparisons = (require: NodeJS.Require): void => {
  const validations: Validations = require("dynalite/validations")
  const { validateExpressions } = validations
  if (corrected in validateExpressions) return
  validations.validateExpressions = Object.assign(
    (...args: Parameters<Validations["validateExpressions"]>) => {
      const refused = validateExpressions(...args)
      const [{ _condition, _filter }] = args
      for (const parsed of [_condition, _filter]) {
        if (parsed !== undefined) parsed.expression = correct(parsed.expression)
      }
      return refused
    },
    { [corrected]: true }
  )
}

const correct = (expression: Expression): Expression => {
  switch (expression.type) {
    case "and":
      return and(correct(expression.args[0]), correct(expression.args[1]))
    case "or":
      return or(correct(expression.args[0]), correct(expression.args[1]))
    case "not":
      return not(correct(expression.args[0]))
    case "<>":
      return not(compare("=", ...expression.args))
    case "between": {
      const [operand, from, to] = expression.args
      return and(compare(">=", operand, from), compare("<=", operand, to))
    }
    case "in": {
      const [operand, ...list] = expression.args
      return list.map((one) => compare("=", operand, one)).reduce(or)
    }
    case "function":
      return correctCall(expression)
    default:
      return compare(expression.type, ...expression.args)
  }
}

const correctCall = (expression: Call): Expression => {
  const [operand, other] = expression.args
  if (operand === undefined || other === undefined) return expression
  switch (expression.name) {
    case "begins_with":
      return and(isOneOf(["S", "B"], operand), expression)
    case "attribute_type": {
      const type = Object.entries(other).find(([key]) => key === "S")?.[1]
      return typeof type === "string" ? isOneOf([type], operand) : expression
    }
    default:
      return expression
  }
}

/** A comparison that is false where an operand is not there, or of a type that has no order where it asks for one. */
const compare = (type: Comparator, left: Operand, right: Operand): Expression => {
  const isFit = type === "=" ? exists : isOrdered
  return readings(left, isFit)
    .flatMap((one) =>
      readings(right, isFit).map((other) =>
        and(and(one.when, other.when), { type, args: [one.operand, other.operand] })
      )
    )
    .reduce(or)
}

interface Reading {
  readonly when: Expression
  readonly operand: Operand
}

/** What stands for an operand, by what is there. */
const readings = (operand: Operand, isFit: (operand: Operand) => Expression): ReadonlyArray<Reading> => {
  const there = { when: isFit(operand), operand }
  const measured = isCall(operand) ? operand.args[0] : undefined
  return measured === undefined
    ? [there]
    : // Of the empty string, and of no bytes, it does not know the size.
      [there, { when: or(equal(measured, { S: "" }), equal(measured, { B: "" })), operand: { N: "0" } }]
}

/** Whether an operand is there and of one of the types. Dynalite by itself knows the type of no value in `missed`. */
const isOneOf = (types: ReadonlyArray<string>, operand: Operand): Expression =>
  types
    .map((type): Expression => {
      const told = call("attribute_type", operand, { S: type })
      const value = missed[type]
      return value === undefined ? told : or(told, equal(operand, value))
    })
    .reduce(or)

const isOrdered = (operand: Operand): Expression => isOneOf(["S", "N", "B"], operand)

const missed: { readonly [type: string]: Value } = { S: { S: "" }, B: { B: "" }, BOOL: { BOOL: false } }

const isCall = (operand: Operand): operand is Call => "args" in operand

/** Values exist too, and what `size` can measure. */
const exists = (operand: Operand): Expression => call("attribute_exists", operand)
const call = (name: string, ...args: ReadonlyArray<Operand>): Call => ({ type: "function", name, args })
const equal = (left: Operand, right: Operand): Expression => ({ type: "=", args: [left, right] })
const and = (left: Expression, right: Expression): Expression => ({ type: "and", args: [left, right] })
const or = (left: Expression, right: Expression): Expression => ({ type: "or", args: [left, right] })
const not = (expression: Expression): Expression => ({ type: "not", args: [expression] })
