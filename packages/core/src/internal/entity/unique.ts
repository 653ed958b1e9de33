/**
 * Guards: items that stand for the values of unique fields, so that no two items can
 * have the same.
 */
import type { KeyData, Segment } from "../keys/model.ts"

/** What the partition key of every guard begins with. */
export const guardPrefix = "_unique#"

/** The sort key of every guard, in a table that has one. */
export const guardSortKey = "_unique#"

/** What marks a guard. */
export const guardMarker = "_Unique"

/** The key of a guard: `_unique#User#email#<value>`; of several fields, their names and then their values. */
export const uniqueKeyData = (
  entity: string,
  fields: ReadonlyArray<{ readonly field: string; readonly stored: string }>
): KeyData => ({
  _tag: "Template",
  source: `unique ${fields.map(({ field }) => field).join(", ")}`,
  segments: fields.flatMap(({ field }, i): ReadonlyArray<Segment> => [
    i === 0 ? `${guardPrefix}${entity}#${fields.map(({ stored }) => stored).join("#")}#` : "#",
    { field, mode: "plain" }
  ]),
  separator: "#",
  oneWay: false
})
