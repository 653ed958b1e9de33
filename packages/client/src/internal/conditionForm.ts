/**
 * What a condition demands for sure, read from its text: those of its parts that must all hold.
 *
 * See [condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html).
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import { type Path, type Placeholders, Reader, tokensOf } from "./expressionReader.ts"

/** What must hold at one path. */
export type Demand =
  | { readonly _tag: "Exists" | "NotExists"; readonly path: Path }
  | { readonly _tag: "Equals"; readonly path: Path; readonly value: AttributeValue }

/** The demands of a condition, of those that are known here. */
export const demandsOf = (
  input: Placeholders & { readonly ConditionExpression?: string | undefined }
): ReadonlyArray<Demand> => {
  const tokens = tokensOf(input.ConditionExpression ?? "")
  return tokens === undefined ? [] : demandsIn(tokens, input)
}

const keywords = /^(AND|OR|NOT|IN|BETWEEN)$/i

/**
 * The attributes that a condition looks at. That a key attribute exists is no look at it, unless something is turned round
 * by `NOT`: no update makes that false.
 */
export const attributesIn = (
  input: Placeholders & {
    readonly ConditionExpression?: string | undefined
    readonly Key?: Readonly<Record<string, AttributeValue>> | undefined
  }
): ReadonlySet<string> => {
  const tokens = tokensOf(input.ConditionExpression ?? "") ?? []
  const isTurned = tokens.some((token) => token.toUpperCase() === "NOT")
  const names = new Set<string>()
  tokens.forEach((token, i) => {
    if (!/^[#a-z_]/i.test(token) || tokens[i - 1] === "." || tokens[i + 1] === "(" || keywords.test(token)) return
    const name = input.ExpressionAttributeNames?.[token] ?? token
    const isThere = !isTurned && tokens[i - 1] === "(" && tokens[i - 2] === "attribute_exists"
    if (!isThere || !Object.hasOwn(input.Key ?? {}, name)) names.add(name)
  })
  return names
}

const demandsIn = (tokens: ReadonlyArray<string>, placeholders: Placeholders): ReadonlyArray<Demand> =>
  partsOf(tokens).flatMap((part) => {
    const inner = withoutBrackets(part)
    if (inner !== undefined) return demandsIn(inner, placeholders)
    const demand = demandOf(new Reader(part, placeholders))
    return demand === undefined ? [] : [demand]
  })

/** What `AND` joins; nothing where the whole is of alternatives, or its brackets do not match. */
const partsOf = (tokens: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const parts: Array<Array<string>> = [[]]
  let depth = 0
  // The next AND is that of `x BETWEEN a AND b`.
  let isBetween = false
  for (const token of tokens) {
    if (token === "(") depth++
    if (token === ")" && --depth < 0) return []
    const word = depth === 0 ? token.toUpperCase() : undefined
    if (word === "OR") return []
    if (word === "AND" && !isBetween) {
      parts.push([])
      continue
    }
    if (word === "BETWEEN") isBetween = true
    else if (word === "AND") isBetween = false
    parts[parts.length - 1]!.push(token)
  }
  return depth === 0 ? parts : []
}

/** What one pair of brackets around all of it encloses; `undefined` where there is none. */
const withoutBrackets = (part: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  if (part[0] !== "(") return undefined
  let depth = 0
  for (let i = 0; i < part.length; i++) {
    if (part[i] === "(") depth++
    else if (part[i] === ")" && --depth === 0) return i === part.length - 1 ? part.slice(1, -1) : undefined
  }
  return undefined
}

const demandOf = (reader: Reader): Demand | undefined => {
  const demand = demandAt(reader)
  return reader.isAtEnd ? demand : undefined
}

const demandAt = (reader: Reader): Demand | undefined => {
  for (const [name, tag] of functions) {
    if (!reader.call(name)) continue
    const path = reader.path()
    return path !== undefined && reader.take(")") ? { _tag: tag, path } : undefined
  }
  const value = reader.value()
  if (value !== undefined) {
    const path = reader.take("=") ? reader.path() : undefined
    return path === undefined ? undefined : { _tag: "Equals", path, value }
  }
  const path = reader.path()
  if (path === undefined || !reader.take("=")) return undefined
  const right = reader.value()
  return right === undefined ? undefined : { _tag: "Equals", path, value: right }
}

const functions = [
  ["attribute_exists", "Exists"],
  ["attribute_not_exists", "NotExists"]
] as const
