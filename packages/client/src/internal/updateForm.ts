/**
 * What an update does to each attribute, read from its text.
 *
 * See [update expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html).
 */
import type { AttributeValue, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import { isSet } from "./attributeValues.ts"
import { hasPosition, type Path, Reader, samePath, tokensOf } from "./expressionReader.ts"

/** What is done at one path. */
export type Change =
  | {
      readonly _tag: "Set" | "SetIfAbsent" | "AddMembers" | "DeleteMembers"
      readonly path: Path
      readonly value: AttributeValue
    }
  | { readonly _tag: "Remove"; readonly path: Path }
  /** A number is added or subtracted: from `start` where nothing stands there, if that is allowed. */
  | {
      readonly _tag: "Count"
      readonly path: Path
      readonly by: string
      readonly sign: 1 | -1
      readonly start: string | undefined
    }
  /** It is set to something else: a copy, an extended list, a sum of other things. */
  | { readonly _tag: "Derive"; readonly path: Path }

/** The changes that an update makes; `undefined` where its text is not understood. */
export const changesOf = (input: UpdateItemCommandInput): ReadonlyArray<Change> | undefined => {
  if (input.UpdateExpression === undefined) return Object.entries(input.AttributeUpdates ?? {}).map(legacyChange)
  const tokens = tokensOf(input.UpdateExpression)
  if (tokens === undefined || tokens.length === 0) return undefined
  const reader = new Reader(tokens, input)
  const changes: Array<Change> = []
  while (!reader.isAtEnd) {
    const clause = reader.keyword(["SET", "REMOVE", "ADD", "DELETE"])
    if (clause === undefined) return undefined
    do {
      const change = readers[clause](reader)
      if (change === undefined) return undefined
      changes.push(change)
    } while (reader.take(","))
  }
  return changes
}

/** Whether a second application of a change finds nothing to do. */
export const isRepeatable = (change: Change): boolean =>
  // Beyond the end of a list a value is appended; and what is removed from it moves what comes after.
  change._tag !== "Count" && change._tag !== "Derive" && !hasPosition(change.path)

/** The parameters from before there were expressions: `PUT` and `DELETE` of whole attributes. */
const legacyChange = ([name, { Action = "PUT", Value }]: [
  string,
  NonNullable<UpdateItemCommandInput["AttributeUpdates"]>[string]
]): Change => {
  const path = [name]
  if (Action === "PUT" && Value !== undefined) return { _tag: "Set", path, value: Value }
  return Action === "DELETE" && Value === undefined ? { _tag: "Remove", path } : { _tag: "Derive", path }
}

const readers: { readonly [Clause in "SET" | "REMOVE" | "ADD" | "DELETE"]: (reader: Reader) => Change | undefined } = {
  SET: (reader) => {
    const path = reader.path()
    if (path === undefined || !reader.take("=")) return undefined
    const left = operand(reader)
    if (left === undefined) return undefined
    const sign = reader.take("+") ? 1 : reader.take("-") ? -1 : undefined
    if (sign === undefined) return settingTo(path, left)
    const right = operand(reader)
    return right === undefined ? undefined : counting(path, left, sign, right)
  },
  REMOVE: (reader) => {
    const path = reader.path()
    return path === undefined ? undefined : { _tag: "Remove", path }
  },
  ADD: (reader) => {
    const path = reader.path()
    const value = path === undefined ? undefined : reader.value()
    if (path === undefined || value === undefined) return undefined
    if (value.N !== undefined) return { _tag: "Count", path, by: value.N, sign: 1, start: "0" }
    return isSet(value) ? { _tag: "AddMembers", path, value } : { _tag: "Derive", path }
  },
  DELETE: (reader) => {
    const path = reader.path()
    const value = path === undefined ? undefined : reader.value()
    if (path === undefined || value === undefined) return undefined
    return isSet(value) ? { _tag: "DeleteMembers", path, value } : { _tag: "Derive", path }
  }
}

/** What an attribute is set to, or is made of. */
type Operand =
  | { readonly _tag: "Value"; readonly value: AttributeValue }
  /** What stands at a path, or `start` where nothing does. */
  | { readonly _tag: "Standing"; readonly path: Path; readonly start: AttributeValue | undefined }
  | { readonly _tag: "Derived" }

const operand = (reader: Reader): Operand | undefined => {
  if (reader.call("if_not_exists")) {
    const path = reader.path()
    if (path === undefined || !reader.take(",")) return undefined
    const otherwise = operand(reader)
    if (otherwise === undefined || !reader.take(")")) return undefined
    return otherwise._tag === "Value" ? { _tag: "Standing", path, start: otherwise.value } : { _tag: "Derived" }
  }
  if (reader.call("list_append")) {
    const isRead = operand(reader) !== undefined && reader.take(",") && operand(reader) !== undefined
    return isRead && reader.take(")") ? { _tag: "Derived" } : undefined
  }
  const value = reader.value()
  if (value !== undefined) return { _tag: "Value", value }
  const path = reader.path()
  return path === undefined ? undefined : { _tag: "Standing", path, start: undefined }
}

const settingTo = (path: Path, to: Operand): Change => {
  if (to._tag === "Value") return { _tag: "Set", path, value: to.value }
  return to._tag === "Standing" && to.start !== undefined && samePath(path, to.path)
    ? { _tag: "SetIfAbsent", path, value: to.start }
    : { _tag: "Derive", path }
}

const counting = (path: Path, left: Operand, sign: 1 | -1, right: Operand): Change => {
  // `:by + path` is the same as `path + :by`
  const [from, by] = left._tag === "Value" && sign === 1 ? [right, left] : [left, right]
  return from._tag === "Standing" &&
    samePath(path, from.path) &&
    by._tag === "Value" &&
    by.value.N !== undefined &&
    (from.start === undefined || from.start.N !== undefined)
    ? { _tag: "Count", path, by: by.value.N, sign, start: from.start?.N }
    : { _tag: "Derive", path }
}
