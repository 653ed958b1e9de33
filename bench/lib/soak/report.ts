/** What a soak has found, in Markdown, and what of it is wrong. */
import type { RetryPolicy } from "effect-dynamo"
import { kinds, type Totals } from "./arena.ts"
import { type Counts, isWithinQuota } from "./requests.ts"
import { median, type Sample, slope } from "./watch.ts"

export interface Findings {
  /** Seconds. */
  readonly took: number
  readonly seed: number
  readonly totals: Totals
  /** Items in the table in the end, when all arenas have cleared theirs. */
  readonly left: number
  /** How often the proxy did what. */
  readonly faults: ReadonlyMap<string, number>
  /** What came in at the proxy. */
  readonly requests: number
  readonly clients: ReadonlyArray<{ readonly name: string; readonly counts: Counts; readonly quota: RetryPolicy.Quota }>
  readonly fibers: { readonly started: number; readonly active: number }
  readonly samples: ReadonlyArray<Sample>
  /** What is left once all is closed. */
  readonly handles: ReadonlyArray<string>
  readonly warnings: ReadonlyArray<string>
}

/** By how much the heap may grow from the second quarter of a run to its last. Code is compiled in the first. */
const boundMiB = 8

const quarter = (samples: ReadonlyArray<Sample>, n: number) =>
  samples.slice(Math.floor((samples.length * n) / 4), Math.floor((samples.length * (n + 1)) / 4))

const growth = (samples: ReadonlyArray<Sample>, of: (sample: Sample) => number) =>
  median(quarter(samples, 3), of) - median(quarter(samples, 1), of)

const ofHeap = ({ heap }: Sample) => heap
const ofRss = ({ rss }: Sample) => rss

/** Nothing, where all is well. */
export const problemsOf = (found: Findings): ReadonlyArray<string> => {
  const { clients, fibers, handles, left, samples, totals, warnings } = found
  const problems = [...totals.problems]
  const check = (isWell: boolean, problem: string) => {
    if (!isWell) problems.push(problem)
  }
  check(totals.arenas > 0, "no arena came to its end")
  check(left === 0, `${left} items are left`)
  check(fibers.active === 0, `${fibers.active} fibers are left`)
  check(handles.length === 0, `left open: ${handles.join(", ")}`)
  check(warnings.length === 0, warnings.join("; "))
  check(samples.length < 8 || growth(samples, ofHeap) < boundMiB, "the heap grows")
  for (const { counts, name, quota } of clients) {
    check(isWithinQuota(counts, quota), `${name}: retries took ${counts.taken} tokens, and got ${counts.given}`)
    check(counts.requests > counts.calls, `${name}: nothing was retried`)
  }
  return problems
}

const row = (...cells: ReadonlyArray<string | number>) => `| ${cells.join(" | ")} |`

export const toMarkdown = (found: Findings): string => {
  const { clients, faults, fibers, handles, left, requests, samples, seed, took, totals } = found
  const faulty = Array.from(faults.values()).reduce((sum, count) => sum + count, 0)
  const problems = problemsOf(found)
  const [first, last] = [samples[0], samples.at(-1)]
  const later = samples.slice(Math.floor(samples.length / 4))
  return [
    "# Soak",
    "",
    "Puts, gets, deletes, increments, edits by version, claims with `ifNotExists`, batches, transactions, queries and scans of 32 fibers, half",
    "of them by each client, through the fault proxy against DynamoDB Local. Arenas of four fibers on one partition: when their operations are",
    "done, what stands there is read past the proxy, and compared with what was acknowledged, in doubt, and refused. Increments, edits and",
    "transfers leave their names in a set next to the number: each was applied once if the two agree. One operation in 50 is interrupted.",
    "",
    `Written by \`npm run bench:soak\` on Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}: ${took.toFixed(0)} s, seed ${seed}.`,
    "",
    problems.length === 0 ? "Nothing was wrong." : `**${problems.length} problems**`,
    ...problems.slice(0, 50).map((problem) => `- ${problem}`),
    "",
    row("operation", "acknowledged", "in doubt", "interrupted", "refused"),
    row("---", "---", "---", "---", "---"),
    ...kinds.map((kind) => {
      const { done, doubtful, late, refused } = totals.calls.get(kind)!
      return row(kind, done, doubtful, late, refused)
    }),
    "",
    `${totals.arenas} arenas were verified, with ${totals.items} items; ${left} items are left in the table.`,
    "",
    row("client", "calls", "requests", "tokens taken by retries", "given back by successes", "capacity"),
    row("---", "---", "---", "---", "---", "---"),
    ...clients.map(({ counts, name, quota }) =>
      row(name, counts.calls, counts.requests, counts.taken, counts.given, quota.capacity)
    ),
    "",
    `The proxy got ${requests} requests, and did something to ${faulty} of them (${((100 * faulty) / requests).toFixed(1)} %), by ${faults.size} kinds of fault.`,
    "",
    `Memory after collections: heap ${first?.heap.toFixed(1)} MiB at first, ${last?.heap.toFixed(1)} MiB at last; from the second quarter on it`,
    `grew by ${(slope(later, ofHeap) * 1024).toFixed(0)} KiB per minute. Resident ${first?.rss.toFixed(0)} and ${last?.rss.toFixed(0)} MiB, ${(slope(later, ofRss) * 1024).toFixed(0)} KiB per minute (the proxy is in the same process).`,
    "",
    `Of ${fibers.started} fibers ${fibers.active} are left. Sockets, timers and listeners left: ${handles.length === 0 ? "none" : handles.join(", ")}.`,
    ""
  ].join("\n")
}
