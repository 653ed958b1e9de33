/**
 * The language of filters: DynamoDB's own conditions, with names and values in place.
 *
 *     condition  = all { "or" all }
 *     all        = one { "and" one }
 *     one        = "not" one | "(" condition ")" | function | comparison
 *     comparison = operand ( = | <> | != | < | <= | > | >= ) operand
 *                | operand "between" operand "and" operand
 *                | operand "in" "(" operand { "," operand } ")"
 *     function   = ( "attribute_exists" | "attribute_not_exists" ) "(" path ")"
 *                | "attribute_type" "(" path "," text ")"
 *                | ( "begins_with" | "contains" ) "(" path "," operand ")"
 *     operand    = literal | path | "size" "(" path ")"
 *     path       = name { "." name | "[" position "]" }
 *
 * See [operators and functions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html).
 */
import type { Comparator, Condition, Operand, Path } from "@effect-dynamo/core/Expression"
import * as Effect from "effect/Effect"
import type { UsageFailure } from "../failure.ts"
import { refuse, type Mistake } from "./mistake.ts"
import { tokensOf, type Token } from "./tokens.ts"

/** Words that are names of attributes only in backticks, or after a dot. */
const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "in", "between", "true", "false", "null"])

const comparators: { readonly [text: string]: Comparator } = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">="
}

const functions = ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"] as const

const types: ReadonlyArray<string> = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"]

/** Brackets within brackets, at most: what DynamoDB takes has far fewer. */
const deepest = 100

/**
 * Reads tokens from first to last. Where it reads `undefined` there is a mistake, which it keeps; nothing is read after
 * that.
 */
class Reader {
  private readonly tokens: ReadonlyArray<Token>
  private at = 0
  private depth = 0
  mistake: Mistake | undefined = undefined

  constructor(tokens: ReadonlyArray<Token>) {
    this.tokens = tokens
  }

  // The last token is the end, which is never passed.
  private get next(): Token {
    return this.tokens[this.at]!
  }

  private wrong(message: string, { at }: Token = this.next): undefined {
    this.mistake ??= { at, message }
    return undefined
  }

  private expected(what: string): undefined {
    return this.wrong(`expected ${what}, ${found(this.next)}`)
  }

  private takeSymbol(text: string): boolean {
    if (this.next._tag !== "Symbol" || this.next.text !== text) return false
    this.at++
    return true
  }

  private takeKeyword(keyword: string): boolean {
    if (this.next._tag !== "Word" || this.next.text.toLowerCase() !== keyword) return false
    this.at++
    return true
  }

  private symbol(text: string): true | undefined {
    return this.takeSymbol(text) ? true : this.expected(`"${text}"`)
  }

  /** The name of a function whose bracket is open: of no attribute, then. */
  private called(): string | undefined {
    const { next } = this
    const after = this.tokens[this.at + 1]
    return next._tag === "Word" && !isKeyword(next) && after?._tag === "Symbol" && after.text === "("
      ? next.text.toLowerCase()
      : undefined
  }

  end(): true | undefined {
    return this.next._tag === "End" ? true : this.expected('"and", "or" or the end')
  }

  condition(): Condition | undefined {
    return this.joined("or", "Or", () => this.joined("and", "And", () => this.one()))
  }

  private joined(by: string, _tag: "And" | "Or", part: () => Condition | undefined): Condition | undefined {
    const conditions: Array<Condition> = []
    do {
      const condition = part()
      if (condition === undefined) return undefined
      conditions.push(condition)
    } while (this.takeKeyword(by))
    return conditions.length === 1 ? conditions[0] : { _tag, conditions }
  }

  private one(): Condition | undefined {
    if (this.next._tag === "Word" && this.next.text.toLowerCase() === "not") {
      return this.nested(() => {
        const condition = this.one()
        return condition && { _tag: "Not", condition }
      })
    }
    if (this.next._tag === "Symbol" && this.next.text === "(") {
      return this.nested(() => {
        const condition = this.condition()
        return condition && this.symbol(")") && condition
      })
    }
    const name = this.called()
    return name === undefined || name === "size" ? this.comparison() : this.function(name)
  }

  /** Reads what follows the next token. */
  private nested(read: () => Condition | undefined): Condition | undefined {
    if (this.depth === deepest) return this.wrong(`more than ${deepest} brackets or "not" within each other`)
    this.at++
    this.depth++
    const condition = read()
    this.depth--
    return condition
  }

  private function(name: string): Condition | undefined {
    const known = functions.find((one) => one === name)
    if (known === undefined) return this.wrong(`there is no such function; there are ${functions.join(", ")} and size`)
    this.at += 2
    const path = this.path("the name of an attribute")
    if (path === undefined) return undefined
    const argument = (): Operand | undefined =>
      this.symbol(",") && this.operand(known === "attribute_type" ? typeNames : "a value or an attribute")
    const closed = (condition: Condition): Condition | undefined => this.symbol(")") && condition
    switch (known) {
      case "attribute_exists":
        return closed({ _tag: "Exists", path })
      case "attribute_not_exists":
        return closed({ _tag: "NotExists", path })
      case "attribute_type": {
        const place = this.tokens[this.at + 1]
        const type = argument()
        if (type === undefined) return undefined
        const name = type._tag === "Value" && "S" in type.value ? type.value.S : undefined
        return name !== undefined && types.includes(name)
          ? closed({ _tag: "Type", path, type: name })
          : this.wrong(`expected ${typeNames}`, place)
      }
      case "begins_with": {
        const place = this.tokens[this.at + 1]
        const prefix = argument()
        if (prefix === undefined) return undefined
        return prefix._tag === "Path" || (prefix._tag === "Value" && ("S" in prefix.value || "B" in prefix.value))
          ? closed({ _tag: "BeginsWith", path, prefix })
          : this.wrong("begins_with takes a text or binary", place)
      }
      case "contains": {
        const element = argument()
        return element && closed({ _tag: "Contains", path, element })
      }
    }
  }

  private comparison(): Condition | undefined {
    const start = this.next
    const operand = this.operand('a condition, such as status = "paid"')
    if (operand === undefined) return undefined
    const { next } = this
    const operator = next._tag === "Symbol" ? comparators[next.text] : undefined
    if (operator !== undefined) {
      this.at++
      const isOrder = operator !== "=" && operator !== "<>"
      const second = this.next
      const right = isOrder ? this.ordered(operand, start) && this.operand() : this.operand()
      return right && (!isOrder || this.ordered(right, second))
        ? { _tag: "Compare", left: operand, operator, right }
        : undefined
    }
    if (this.takeKeyword("between")) {
      const first = this.next
      const lower = this.ordered(operand, start) && this.operand()
      if (!lower || !this.ordered(lower, first)) return undefined
      if (!this.takeKeyword("and")) return this.expected('"and" and the upper bound')
      const second = this.next
      const upper = this.operand()
      return upper && this.ordered(upper, second) ? { _tag: "Between", operand, lower, upper } : undefined
    }
    if (this.takeKeyword("in")) {
      const values: Array<Operand> = []
      if (!this.symbol("(")) return undefined
      do {
        const value = this.operand()
        if (value === undefined) return undefined
        values.push(value)
      } while (this.takeSymbol(","))
      return this.takeSymbol(")") ? { _tag: "In", operand, values } : this.expected('"," or ")"')
    }
    return this.expected('=, <>, <, <=, >, >=, "between" or "in"')
  }

  /** Whether an operand can be less or more than another one. */
  private ordered(operand: Operand, place: Token): boolean {
    if (operand._tag !== "Value" || "S" in operand.value || "N" in operand.value || "B" in operand.value) return true
    this.wrong("only texts, numbers and binary are less or more than others: compare with = or <>", place)
    return false
  }

  private operand(what = "a value or an attribute"): Operand | undefined {
    const { next } = this
    if (next._tag === "Literal") {
      this.at++
      return { _tag: "Value", value: next.value }
    }
    if (this.takeKeyword("true")) return { _tag: "Value", value: { BOOL: true } }
    if (this.takeKeyword("false")) return { _tag: "Value", value: { BOOL: false } }
    if (this.takeKeyword("null")) return { _tag: "Value", value: { NULL: true } }
    const name = this.called()
    if (name === "size") {
      this.at += 2
      const path = this.path("the name of an attribute")
      return path && this.symbol(")") && { _tag: "Size", path }
    }
    if (name !== undefined) return this.wrong("of the functions, only size gives a value to compare")
    const path = this.path(what)
    return path && { _tag: "Path", path }
  }

  path(what: string): Path | undefined {
    const first = this.next._tag === "Word" && isKeyword(this.next) ? undefined : this.takeName()
    if (first === undefined) return this.expected(what)
    const steps: Array<string | number> = []
    for (;;) {
      if (this.takeSymbol(".")) {
        const name = this.takeName()
        if (name === undefined) return this.expected("a name after the dot")
        steps.push(name)
      } else if (this.takeSymbol("[")) {
        const { next } = this
        const position = next._tag === "Literal" && "N" in next.value ? next.value.N : ""
        if (!/^\d{1,9}$/.test(position)) return this.expected("a position in a list, counted from 0")
        this.at++
        if (!this.symbol("]")) return undefined
        steps.push(Number(position))
      } else return [first, ...steps]
    }
  }

  private takeName(): string | undefined {
    const { next } = this
    if (next._tag !== "Word" && next._tag !== "Quoted") return undefined
    this.at++
    return next._tag === "Word" ? next.text : next.name
  }

  /** Paths with commas between them. */
  paths(): ReadonlyArray<Path> | undefined {
    const paths: Array<Path> = []
    do {
      const path = this.path("the name of an attribute")
      if (path === undefined) return undefined
      paths.push(path)
    } while (this.takeSymbol(","))
    return this.next._tag === "End" ? paths : this.expected('"," or the end')
  }
}

const isKeyword = ({ text }: { readonly text: string }): boolean => keywords.has(text.toLowerCase())

const typeNames = `one of ${types.map((type) => `"${type}"`).join(", ")}`

const found = (token: Token): string => {
  switch (token._tag) {
    case "End":
      return "not the end"
    case "Literal":
      return "not a value"
    case "Quoted":
      return "not a name"
    case "Word":
      return isKeyword(token) ? `not "${token.text}" (a name, if in backticks)` : `not "${token.text}"`
    case "Symbol":
      return `not "${token.text}"`
  }
}

/** Reads a whole text. `what` it is shows in the failure. */
const read = <A>(what: string, text: string, f: (reader: Reader) => A | undefined): Effect.Effect<A, UsageFailure> =>
  Effect.suspend(() => {
    const tokens = tokensOf(text)
    if ("message" in tokens) return Effect.fail(refuse(what, text, tokens))
    const reader = new Reader(tokens)
    const result = f(reader)
    // Where nothing was read there is a mistake.
    return result === undefined ? Effect.fail(refuse(what, text, reader.mistake!)) : Effect.succeed(result)
  })

/** The condition that a filter states. */
export const parseFilter = (text: string): Effect.Effect<Condition, UsageFailure> =>
  read("filter", text, (reader) => {
    const condition = reader.condition()
    return condition && reader.end() && condition
  })

/** The paths of a projection: `id,address.city,items[0]`. */
export const parsePaths = (text: string): Effect.Effect<ReadonlyArray<Path>, UsageFailure> =>
  read("list of attributes", text, (reader) => reader.paths())
