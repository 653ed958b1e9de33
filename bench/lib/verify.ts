/** An adapter that gives a wrong answer is not measured: the run ends. */
import { isDeepStrictEqual } from "node:util"
import { plain } from "./data.ts"

const keysAndMarkers = new Set(["pk", "sk", "_type", "_et", "entity", "__edb_e__", "__edb_v__"])

/** Without what keys and markers a library leaves in or takes out. */
const bare = (value: unknown): unknown => {
  const flat = plain(value)
  return typeof flat === "object" && flat !== null && !Array.isArray(flat)
    ? Object.fromEntries(Object.entries(flat).filter(([name]) => !keysAndMarkers.has(name)))
    : flat
}

export const same = (what: string, actual: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(bare(actual), bare(expected))) {
    throw new Error(`${what}: ${JSON.stringify(bare(actual))} is not ${JSON.stringify(bare(expected))}`)
  }
}

export const sameAll = (what: string, actual: ReadonlyArray<unknown>, expected: ReadonlyArray<unknown>): void => {
  if (actual.length !== expected.length) throw new Error(`${what}: ${actual.length} and not ${expected.length}`)
  for (const i of [0, expected.length >> 1, expected.length - 1]) same(`${what}, ${i}`, actual[i], expected[i])
}
