/**
 * What an update changes, as data, and its text.
 *
 * See [update expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html).
 */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import type { Operand, Path, Placeholders } from "@effect-dynamo/core/Expression"

/** One change of an item. Each path is changed once, and none leads through another one's. */
export type Change =
  | { readonly _tag: "Set"; readonly path: Path; readonly value: Operand }
  /** To what stands at another path; to `start` where nothing does. */
  | { readonly _tag: "Copy"; readonly path: Path; readonly from: Path; readonly start: AttributeValue | undefined }
  /** To a value where nothing stands there. */
  | { readonly _tag: "SetIfAbsent"; readonly path: Path; readonly value: AttributeValue }
  /** By a number, up or down; from `start` where nothing stands there. */
  | {
      readonly _tag: "Plus" | "Minus"
      readonly path: Path
      readonly by: AttributeValue
      readonly start: AttributeValue | undefined
    }
  | Extension
  | Members
  | { readonly _tag: "Remove"; readonly path: Path }

/**
 * Elements put before those of a list or after them; of `start` where nothing stands there.
 * DynamoDB does one of them: where both are said, the plan reads the item and sets the whole list.
 */
export interface Extension {
  readonly _tag: "Extend"
  readonly path: Path
  readonly before: AttributeValue | undefined
  readonly after: AttributeValue | undefined
  readonly start: AttributeValue
}

/** Members put into a set, or taken out of it: one of them, as with lists. */
export interface Members {
  readonly _tag: "Members"
  readonly path: Path
  readonly added: AttributeValue | undefined
  readonly deleted: AttributeValue | undefined
}

/** The text of an update expression; none where nothing changes. */
export const changesText = (changes: ReadonlyArray<Change>, placeholders: Placeholders): string | undefined => {
  let set = ""
  let remove = ""
  let add = ""
  let delete_ = ""
  for (const change of changes) {
    const path = placeholders.path(change.path)
    switch (change._tag) {
      case "Remove":
        remove += `${remove === "" ? "REMOVE " : ", "}${path}`
        break
      case "Members":
        if (change.added !== undefined) {
          add += `${add === "" ? "ADD " : ", "}${path} ${placeholders.value(change.added)}`
        }
        if (change.deleted !== undefined) {
          delete_ += `${delete_ === "" ? "DELETE " : ", "}${path} ${placeholders.value(change.deleted)}`
        }
        break
      default:
        set += `${set === "" ? "SET " : ", "}${path} = ${newText(change, path, placeholders)}`
        break
    }
  }
  const clauses = [set, remove, add, delete_].filter((clause) => clause !== "")
  return clauses.length === 0 ? undefined : clauses.join(" ")
}

/** What a path is set to. */
const newText = (
  change: Exclude<Change, { readonly _tag: "Members" | "Remove" }>,
  path: string,
  placeholders: Placeholders
): string => {
  switch (change._tag) {
    case "Set":
      return placeholders.operand(change.value)
    case "Copy":
      return orStart(placeholders.path(change.from), change.start, placeholders)
    case "SetIfAbsent":
      return orStart(path, change.value, placeholders)
    case "Plus":
      return `${orStart(path, change.start, placeholders)} + ${placeholders.value(change.by)}`
    case "Minus":
      return `${orStart(path, change.start, placeholders)} - ${placeholders.value(change.by)}`
    case "Extend": {
      const { after, before, start } = change
      return before === undefined
        ? `list_append(${orStart(path, start, placeholders)}, ${placeholders.value(after!)})`
        : `list_append(${placeholders.value(before)}, ${orStart(path, start, placeholders)})`
    }
  }
}

/** What stands at a path; `start` where nothing does. */
const orStart = (path: string, start: AttributeValue | undefined, placeholders: Placeholders): string =>
  start === undefined ? path : `if_not_exists(${path}, ${placeholders.value(start)})`
