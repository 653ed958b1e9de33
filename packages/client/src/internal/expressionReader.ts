/**
 * Reads the texts of DynamoDB's expressions, as far as it takes to know what a write does.
 *
 * It understands less than DynamoDB, and nothing differently: what it does not know it gives up on.
 *
 * See [operators and functions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html).
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import type { Item } from "./operations.ts"

/** Where in an item: names as they are stored, and positions in lists. */
export type Path = ReadonlyArray<string | number>

export const samePath = (a: Path, b: Path): boolean => a.length === b.length && a.every((step, i) => step === b[i])

/** Whether a path leads through a list: what stands at a position may be something else the next time. */
export const hasPosition = (path: Path): boolean => path.some((step) => typeof step === "number")

/** What stands at a path that leads through no list. */
export const valueAt = (item: Item, path: Path): AttributeValue | undefined => {
  let value: AttributeValue | undefined = { M: item }
  for (const step of path) {
    const map: Item | undefined = value?.M
    value = map !== undefined && Object.hasOwn(map, step) ? map[step] : undefined
  }
  return value
}

/** The placeholders of a request. */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined
}

const token = /\s*([#:]?\w+|<>|<=|>=|[-+=<>(),.[\]])/y

/** The tokens of an expression; `undefined` where something in it is none. */
export const tokensOf = (text: string): ReadonlyArray<string> | undefined => {
  const trimmed = text.trimEnd()
  const tokens: Array<string> = []
  let at = 0
  while (at < trimmed.length) {
    token.lastIndex = at
    const found = token.exec(trimmed)
    if (found === null) return undefined
    tokens.push(found[1]!)
    at = token.lastIndex
  }
  return tokens
}

/** Reads tokens from first to last. */
export class Reader {
  private readonly tokens: ReadonlyArray<string>
  private readonly placeholders: Placeholders
  private at = 0

  constructor(tokens: ReadonlyArray<string>, placeholders: Placeholders) {
    this.tokens = tokens
    this.placeholders = placeholders
  }

  get isAtEnd(): boolean {
    return this.at === this.tokens.length
  }

  /** Reads this token, if it is the next one. */
  take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false
    this.at++
    return true
  }

  /** Reads one of these keywords, in capitals or not. */
  keyword<const Keyword extends string>(keywords: ReadonlyArray<Keyword>): Keyword | undefined {
    const next = this.tokens[this.at]?.toUpperCase()
    const found = keywords.find((keyword) => keyword === next)
    if (found !== undefined) this.at++
    return found
  }

  /** Reads a function's name and its bracket. */
  call(name: string): boolean {
    if (this.tokens[this.at] !== name || this.tokens[this.at + 1] !== "(") return false
    this.at += 2
    return true
  }

  /** Reads a value's placeholder. */
  value(): AttributeValue | undefined {
    const next = this.tokens[this.at]
    const value = next?.startsWith(":") ? ownOf(this.placeholders.ExpressionAttributeValues, next) : undefined
    if (value !== undefined) this.at++
    return value
  }

  /** Reads a path. Where there is none, what was read is not as it was: give up. */
  path(): Path | undefined {
    const first = this.name()
    if (first === undefined) return undefined
    const path: Array<string | number> = [first]
    for (;;) {
      if (this.take(".")) {
        const name = this.name()
        if (name === undefined) return undefined
        path.push(name)
      } else if (this.take("[")) {
        const position = this.tokens[this.at++]
        if (position === undefined || !/^\d+$/.test(position) || !this.take("]")) return undefined
        path.push(Number(position))
      } else return path
    }
  }

  private name(): string | undefined {
    const next = this.tokens[this.at]
    // A name before a bracket is a function's.
    if (next === undefined || this.tokens[this.at + 1] === "(") return undefined
    const name = next.startsWith("#")
      ? ownOf(this.placeholders.ExpressionAttributeNames, next)
      : /^[a-z_]/i.test(next)
        ? next
        : undefined
    if (name !== undefined) this.at++
    return name
  }
}

const ownOf = <A>(record: Readonly<Record<string, A>> | undefined, key: string): A | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
