/**
 * DynamoDB's limits of expressions.
 *
 * See [the limits](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html).
 */
import * as ItemSize from "@effect-dynamo/core/ItemSize"
import { tokensOf } from "./expressionReader.ts"

/** The members of requests that say something in expressions. */
export interface Expressions {
  readonly KeyConditionExpression?: string | undefined
  readonly FilterExpression?: string | undefined
  readonly ConditionExpression?: string | undefined
  readonly UpdateExpression?: string | undefined
  readonly ProjectionExpression?: string | undefined
  readonly ExpressionAttributeNames?: { readonly [placeholder: string]: string } | undefined
  readonly ExpressionAttributeValues?: ItemSize.Item | undefined
}

/** A limit that is exceeded. */
export interface ExpressionRefusal {
  readonly code: string
  /** What of the request exceeds it. */
  readonly what: string
  /** What follows that in a sentence, with what to do about it. */
  readonly why: string
}

/** The most bytes of an expression. */
const mostBytes = 4096

/** The most bytes of all names and values together. */
const mostPlaceholderBytes = 2 * 1024 * 1024

/** The most operators and functions of an expression. */
const mostOperators = 300

/** The most values of an `IN`. */
const mostOperands = 100

/** Why DynamoDB would refuse a request's expressions. */
export const refusalOfExpressions = (request: Expressions): ExpressionRefusal | undefined =>
  ofText("KeyConditionExpression", request.KeyConditionExpression) ??
  ofText("FilterExpression", request.FilterExpression) ??
  ofText("ConditionExpression", request.ConditionExpression) ??
  ofText("UpdateExpression", request.UpdateExpression) ??
  ofText("ProjectionExpression", request.ProjectionExpression) ??
  ofValues(request)

/** In a text that is no longer there is neither too much nor too many: `a IN (b,c,…)` and `a=b OR …` take more. */
const harmless = 2 * mostOperands

const ofText = (name: string, text: string | undefined): ExpressionRefusal | undefined => {
  if (text === undefined || text.length <= harmless) return undefined
  const bytes = text.length * 3 > mostBytes ? ItemSize.ofText(text) : 0
  if (bytes > mostBytes) {
    return {
      code: "ExpressionTooLong",
      what: name,
      why: `is ${bytes} bytes long; DynamoDB takes ${mostBytes}. Say it with fewer parts, or in several requests.`
    }
  }
  const tokens = tokensOf(text) ?? []
  const operands = mostValues(tokens)
  if (operands > mostOperands) {
    return {
      code: "TooManyOperands",
      what: name,
      why: `has an IN with ${operands} values; DynamoDB takes ${mostOperands}. Say several, with OR between them.`
    }
  }
  const operators = countOperators(tokens)
  return operators > mostOperators
    ? {
        code: "TooManyOperators",
        what: name,
        why: `has ${operators} operators and functions; DynamoDB takes ${mostOperators}. Say it with fewer parts.`
      }
    : undefined
}

/** How many values the longest `IN` has. */
const mostValues = (tokens: ReadonlyArray<string>): number => {
  let most = 0
  for (let i = 0; i + 1 < tokens.length; i++) {
    if (tokens[i]!.toUpperCase() !== "IN" || tokens[i + 1] !== "(") continue
    let values = 1
    let depth = 1
    for (let at = i + 2; at < tokens.length && depth > 0; at++) {
      const token = tokens[at]
      if (token === "(") depth++
      else if (token === ")") depth--
      else if (token === "," && depth === 1) values++
    }
    most = Math.max(most, values)
  }
  return most
}

const symbols: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">=", "+", "-"])
const words: ReadonlySet<string> = new Set(["AND", "OR", "NOT", "IN", "BETWEEN"])

/**
 * How many operators and functions an expression has at least. What an update sets, adds and removes counts for nothing
 * here: only what it computes does.
 */
const countOperators = (tokens: ReadonlyArray<string>): number => {
  const isUpdate = /^(SET|REMOVE|ADD|DELETE)$/i.test(tokens[0] ?? "")
  let operators = 0
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    const word = token.toUpperCase()
    if (symbols.has(token)) operators += isUpdate && token === "=" ? 0 : 1
    else if (words.has(word)) operators++
    else if (tokens[i + 1] === "(" && /^[a-z]/i.test(token)) operators++
    // The AND that belongs to it has been, or will be, counted.
    if (word === "BETWEEN") operators--
  }
  return operators
}

const ofValues = ({
  ExpressionAttributeNames: names = {},
  ExpressionAttributeValues: values = {}
}: Expressions): ExpressionRefusal | undefined => {
  let bound = ItemSize.boundOfItem(values)
  for (const placeholder in names) bound += names[placeholder]!.length * 3
  if (bound <= mostPlaceholderBytes) return undefined
  const bytes =
    Object.values(names).reduce((sum, name) => sum + ItemSize.ofText(name), 0) +
    Object.values(values).reduce((sum, value) => sum + ItemSize.ofValue(value), 0)
  return bytes <= mostPlaceholderBytes
    ? undefined
    : {
        code: "ExpressionValuesTooLarge",
        what: "names and values of the expressions",
        why: `are ${bytes} bytes; DynamoDB takes ${mostPlaceholderBytes}. Compare with less, or in several requests.`
      }
}
