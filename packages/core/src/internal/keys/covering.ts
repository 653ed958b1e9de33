/**
 * The one range of a key attribute that holds the keys of several entities.
 */
import * as Equal from "effect/Equal"
import type { Bound } from "./model.ts"
import * as utf8 from "./utf8.ts"

/** The narrowest bound that holds wherever one of these does; `undefined` where there is none. */
export const covering = (bounds: ReadonlyArray<Bound | undefined>): Bound | undefined => {
  const [first] = bounds
  if (first === undefined || bounds.every((bound) => Equal.equals(bound, first))) return first
  let lower: string | undefined
  let upper: string | undefined
  for (const bound of bounds) {
    const range = bound === undefined ? undefined : rangeOf(bound)
    if (range === undefined) return undefined
    if (lower === undefined || utf8.compare(range.lower, lower) < 0) lower = range.lower
    if (upper === undefined || utf8.compare(range.upper, upper) > 0) upper = range.upper
  }
  const widest = bounds.find((bound) => {
    const range = rangeOf(bound!)
    return range?.lower === lower && range?.upper === upper
  })
  return widest ?? { op: "between", lower: { S: lower! }, upper: { S: upper! } }
}

/** From the least key to the greatest. Of a prefix that is the next text, which is no such key itself. */
const rangeOf = (bound: Bound): { readonly lower: string; readonly upper: string } | undefined => {
  if (bound.op === "between" || !("S" in bound.value)) return undefined
  const lower = bound.value.S
  const upper = bound.op === "eq" ? lower : bound.op === "beginsWith" ? utf8.afterPrefix(lower) : undefined
  return upper === undefined ? undefined : { lower, upper }
}
