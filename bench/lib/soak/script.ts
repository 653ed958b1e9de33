/** What goes wrong in the soak: every kind of fault that passes, and a few that do not, at a rate of 20 %. */
import type { Action, Rule, Script } from "../../../packages/testing/test-support/faultProxy/script.ts"

/** What can befall any request. */
const any: ReadonlyArray<Action> = [
  "pt-exceeded",
  "pt-exceeded-reasons",
  "throttling",
  "throttling-reasons",
  "request-limit",
  "header-type",
  "throttling-429",
  "too-many-429-html",
  "internal-500",
  "internal-failure-500",
  "empty-500",
  "bad-gateway-502",
  "unavailable-503",
  "unavailable-503-html",
  "gateway-timeout-504",
  "request-timeout-408",
  { fault: "internal-500", after: true },
  { fault: "gateway-timeout-504", after: true },
  { reset: "before" },
  { reset: "headers" },
  { reset: "mid-body" },
  { after: true },
  { hang: 100 },
  { hang: 100, after: true },
  { delayMs: 50 },
  { drip: { bytes: 64, everyMs: 2 } },
  { response: "malformed" },
  { response: "truncated" },
  { response: "empty" },
  { response: "html" },
  { response: "null" },
  { response: "crc" },
  { response: "corrupt" },
  { response: "no-crc" },
  { response: "unknown-fields" }
]

/** What does not pass: the call fails, and nothing was done. */
const final: ReadonlyArray<Action> = [
  "validation",
  "access-denied",
  "unrecognized-client",
  "expired-token",
  "serialization",
  "forbidden-403-html",
  "bad-request-400-html",
  "unmodeled-error"
]

const batches: ReadonlyArray<Action> = [
  { unprocessed: { count: 1 } },
  { unprocessed: { fraction: 0.5, pick: "even" } },
  { unprocessed: { all: true } }
]

const reads: ReadonlyArray<Action> = [{ page: 1 }, { page: 2 }, { stallPage: true, page: 2 }]

const itemWrites: ReadonlyArray<Action> = ["transaction-conflict", "replicated-write-conflict"]

const transactions: ReadonlyArray<Action> = [
  "transaction-in-progress",
  { cancel: { 0: "TransactionConflict" } },
  { cancel: { 1: "ThrottlingError" } },
  { cancel: { 0: "ProvisionedThroughputExceeded", 1: "TransactionConflict" } },
  { error: { name: "TransactionCanceledException" } }
]

/** The script of a while; each has a seed of its own, so that none of them repeats another. */
export const scriptOf = (seed: number, p: number): Script => {
  const rule = (id: string, share: number, faults: ReadonlyArray<Action>, op?: ReadonlyArray<string>): Rule => ({
    id,
    ...(op === undefined ? undefined : { match: { op } }),
    random: { seed: seed * 31 + id.length, p: p * share, faults }
  })
  return {
    rules: [
      rule("final", 0.05, final),
      rule("batch", 0.25, batches, ["BatchWriteItem", "BatchGetItem"]),
      rule("read", 0.25, reads, ["Query", "Scan"]),
      rule("conflict", 0.1, itemWrites, ["PutItem", "UpdateItem", "DeleteItem"]),
      rule("transaction", 0.25, transactions, ["TransactWriteItems"]),
      rule("any", 0.9, any)
    ]
  }
}
