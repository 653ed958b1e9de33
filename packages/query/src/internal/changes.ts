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
  const clauses: { readonly [clause: string]: Array<string> } = { SET: [], REMOVE: [], ADD: [], DELETE: [] }
  for (const change of changes) {
    const path = placeholders.path(change.path)
    const orStart = (start: AttributeValue | undefined, of = path): string =>
      start === undefined ? of : `if_not_exists(${of}, ${placeholders.value(start)})`
    switch (change._tag) {
      case "Set":
        clauses["SET"]!.push(`${path} = ${placeholders.operand(change.value)}`)
        break
      case "Copy":
        clauses["SET"]!.push(`${path} = ${orStart(change.start, placeholders.path(change.from))}`)
        break
      case "SetIfAbsent":
        clauses["SET"]!.push(`${path} = if_not_exists(${path}, ${placeholders.value(change.value)})`)
        break
      case "Plus":
      case "Minus":
        clauses["SET"]!.push(
          `${path} = ${orStart(change.start)} ${change._tag === "Plus" ? "+" : "-"} ${placeholders.value(change.by)}`
        )
        break
      case "Extend": {
        const { after, before, start } = change
        const standing = () => orStart(start)
        clauses["SET"]!.push(
          before === undefined
            ? `${path} = list_append(${standing()}, ${placeholders.value(after!)})`
            : `${path} = list_append(${placeholders.value(before)}, ${standing()})`
        )
        break
      }
      case "Members":
        if (change.added !== undefined) clauses["ADD"]!.push(`${path} ${placeholders.value(change.added)}`)
        if (change.deleted !== undefined) clauses["DELETE"]!.push(`${path} ${placeholders.value(change.deleted)}`)
        break
      case "Remove":
        clauses["REMOVE"]!.push(path)
        break
    }
  }
  const texts = Object.entries(clauses).flatMap(([clause, parts]) =>
    parts.length === 0 ? [] : [`${clause} ${parts.join(", ")}`]
  )
  return texts.length === 0 ? undefined : texts.join(" ")
}
