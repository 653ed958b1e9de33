import * as Equal from "effect/Equal"
import { deepStrictEqual } from "node:assert/strict"

/** What `actual // => expected` in the documentation asserts: equal as Effect compares, or deeply and strictly equal. */
export const equal = (actual: unknown, expected: unknown, location: string): void => {
  if (Equal.equals(actual, expected)) return
  try {
    deepStrictEqual(actual, expected)
  } catch (cause) {
    throw new Error(`${location}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
