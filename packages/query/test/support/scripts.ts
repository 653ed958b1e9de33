import { readFileSync } from "node:fs"
import type { Script } from "../../../testing/test-support/faults.ts"

export type ScriptName =
  | "batch-in-trouble"
  | "item-conflict"
  | "network"
  | "refusals"
  | "server-errors"
  | "slow"
  | "table-lifecycle"
  | "throttled-for-ever"
  | "throttled-twice"
  | "transaction-in-progress"
  | "type-in-header"
  | "unprocessed-for-ever"

/** A script of test/fixtures/faults, for the fault proxy. */
export const scriptOf = (name: ScriptName): Script =>
  // The files are scripts; what they name is known to the proxy, or its tests fail.
  JSON.parse(readFileSync(new URL(`../fixtures/faults/${name}.json`, import.meta.url), "utf8")) as Script
