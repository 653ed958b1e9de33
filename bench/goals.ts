/** What is to be reached, as data: each goal with the checks that say whether it is. */
import type { AdapterId } from "./adapters/registry.ts"
import { find, ratio, type Results, value } from "./lib/results.ts"

export interface Check {
  readonly what: string
  readonly measured: (results: Results) => number | undefined
  readonly bound: { readonly atMost: number } | { readonly atLeast: number }
}

export interface Goal {
  readonly number: number
  readonly goal: string
  readonly checks: ReadonlyArray<Check>
}

const names: { readonly [Id in AdapterId]?: string } = {
  ours: "closures",
  "ours-generated": "compiled",
  "ours-direct": "direct client",
  "ours-direct-generated": "direct client, compiled",
  "ours-undici": "direct client on undici",
  hand: "hand",
  json: "JSON.parse",
  sdk: "SDK",
  "sdk-bare": "SDK alone",
  "lib-dynamodb": "lib-dynamodb",
  electrodb: "ElectroDB",
  toolbox: "Toolbox",
  onetable: "OneTable"
}

const name = (id: AdapterId) => names[id] ?? id

/** Of times: the other takes at least so many times as long. */
const faster = (suite: string, scenario: string, of: AdapterId, than: AdapterId, times: number): Check => ({
  what: `${scenario}: ${name(than)} ÷ ${name(of)}`,
  measured: (results) => ratio(find(results, suite, scenario), than, of),
  bound: { atLeast: times }
})

/** Of times: it takes at most so many times as long. */
const within = (suite: string, scenario: string, of: AdapterId, than: AdapterId, times: number): Check => ({
  what: `${scenario}: ${name(of)} ÷ ${name(than)}`,
  measured: (results) => ratio(find(results, suite, scenario), of, than),
  bound: { atMost: times }
})

/** Of rates: it does at least so many times as much. */
const more = (suite: string, scenario: string, of: AdapterId, than: AdapterId, times: number): Check => ({
  what: `${scenario}: ${name(of)} ÷ ${name(than)}`,
  measured: (results) => ratio(find(results, suite, scenario), of, than),
  bound: { atLeast: times }
})

const amount = (suite: string, scenario: string, of: AdapterId, atMost: number): Check => ({
  what: `${scenario}: ${name(of)}`,
  measured: (results) => value(find(results, suite, scenario), of),
  bound: { atMost }
})

const each = <A>(values: ReadonlyArray<A>, checks: (value: A) => ReadonlyArray<Check>) => values.flatMap(checks)

const decodes = ["decode small", "decode medium", "decode 1 MB small", "decode 1 MB medium"]
const encodes = ["encode small", "encode medium"]
const stored = ["read small", "read medium", "write small", "write medium"]
const bytes = ["1 small", "1 medium", "100 small", "1 MB small", "1 MB medium"]
const calls = ["get small", "get medium", "put small", "put medium"]
const pages = ["query 100 small", "page 1 MB small", "page 1 MB medium"]
const peers = ["lib-dynamodb", "electrodb", "toolbox", "onetable"] as const

export const goals: ReadonlyArray<Goal> = [
  {
    number: 1,
    goal: "decode: compiled ≥ 10× util-dynamodb and ≤ 1.3× hand-checked; closures ≥ 3.5×",
    checks: each(decodes, (scenario) => [
      faster("codec", scenario, "ours-generated", "sdk", 10),
      within("codec", scenario, "ours-generated", "hand", 1.3),
      faster("codec", scenario, "ours", "sdk", 3.5)
    ])
  },
  {
    number: 2,
    goal: "encode: compiled ≥ 8× util-dynamodb and ≤ 1.4× hand-checked; closures ≥ 3.5×",
    checks: each(encodes, (scenario) => [
      faster("codec", scenario, "ours-generated", "sdk", 8),
      within("codec", scenario, "ours-generated", "hand", 1.4),
      faster("codec", scenario, "ours", "sdk", 3.5)
    ])
  },
  {
    number: 3,
    goal: "against ElectroDB and Toolbox: compiled ≥ 20×, closures ≥ 6×",
    checks: each(stored, (scenario) =>
      each(["electrodb", "toolbox"] as const, (peer) => [
        faster("stored", scenario, "ours-generated", peer, 20),
        faster("stored", scenario, "ours", peer, 6)
      ])
    )
  },
  {
    number: 4,
    goal: "bytes → items: compiled ≤ 1.2× JSON.parse alone, closures ≤ 1.4×",
    checks: each(bytes, (scenario) => [
      within("bytes", scenario, "ours-generated", "json", 1.2),
      within("bytes", scenario, "ours", "json", 1.4)
    ])
  },
  {
    number: 5,
    goal: "plan of a query ≥ 10× faster than ElectroDB and Toolbox",
    checks: [faster("plan", "query", "ours", "electrodb", 10), faster("plan", "query", "ours", "toolbox", 10)]
  },
  {
    number: 6,
    goal: "direct client, stubbed: get/put ≤ 3× hand and ≤ 0.10 of the SDK; pages ≤ 1.25× hand and ≤ 0.25 of the SDK",
    checks: [
      ...each(["ours-direct", "ours-direct-generated"] as const, (client) => [
        ...each(calls, (scenario) => [
          within("stub", scenario, client, "hand", 3),
          within("stub", scenario, client, "sdk", 0.1)
        ]),
        ...each(pages, (scenario) => [
          within("stub", scenario, client, "hand", 1.25),
          within("stub", scenario, client, "sdk", 0.25)
        ])
      ])
    ]
  },
  {
    number: 7,
    goal: "sockets, 16 in flight, direct client: ≥ 6× lib-dynamodb, ≥ 8× ElectroDB and Toolbox",
    checks: each(["ours-direct", "ours-undici"] as const, (client) =>
      each(["get ×16", "put ×16"], (scenario) => [
        more("sockets", scenario, client, "lib-dynamodb", 6),
        more("sockets", scenario, client, "electrodb", 8),
        more("sockets", scenario, client, "toolbox", 8)
      ])
    )
  },
  {
    number: 8,
    goal: "on the SDK layer: ≤ 1.1× the SDK alone on get/put, ≤ 0.45× its default on pages, faster than every peer",
    checks: [
      ...each(calls, (scenario) => [within("stub", scenario, "ours", "sdk-bare", 1.1)]),
      ...each(pages, (scenario) => [within("stub", scenario, "ours", "sdk", 0.45)]),
      ...each([...calls, ...pages], (scenario) => peers.map((peer) => within("stub", scenario, "ours", peer, 1)))
    ]
  },
  {
    number: 9,
    goal: "DynamoDB Local, direct client: get ×16 ≥ 2.5× the SDK; scan in 8 segments ≥ 1.5×",
    checks: each(["ours-direct", "ours-undici"] as const, (client) => [
      more("local", "get ×16", client, "sdk", 2.5),
      more("scan", "8 segments", client, "sdk", 1.5)
    ])
  },
  {
    number: 10,
    goal: "200,000 items streamed: memory growth ≤ 0.7× lib-dynamodb's; item by item ≤ 1.25× the CPU of page by page",
    checks: each(["ours", "ours-direct"] as const, (client) => [
      within("memory", "memory grown by", client, "lib-dynamodb", 0.7),
      {
        what: `CPU, item by item ÷ page by page: ${name(client)}`,
        measured: (results) => {
          const item = value(find(results, "memory", "CPU, item by item"), client)
          const page = value(find(results, "memory", "CPU, page by page"), client)
          return item === undefined || page === undefined ? undefined : item / page
        },
        bound: { atMost: 1.25 }
      }
    ])
  },
  {
    number: 11,
    goal: "small app: own code ≤ 15 KB gzipped; on the direct client ≤ 140 KB; import and first get ≤ 0.75× the bare SDK's",
    checks: [
      amount("size", "without Effect and AWS SDK, gzipped", "ours", 15),
      amount("size", "whole app, gzipped", "ours-direct", 140),
      within("size", "import, first get and query", "ours-direct", "sdk", 0.75)
    ]
  },
  {
    number: 12,
    goal: "50 entities of 30 attributes, cold: ≤ 10 ms with closures, ≤ 0.1× ElectroDB",
    checks: [amount("define", "50 entities", "ours", 10), within("define", "50 entities", "ours", "electrodb", 0.1)]
  },
  {
    number: 13,
    goal: "types: each further entity ≤ 3,500 instantiations, fewer than ElectroDB and Toolbox; first ≤ 11,000",
    checks: [
      amount("types", "first entity", "ours", 11_000),
      amount("types", "each further, of 10", "ours", 3_500),
      amount("types", "each further, of 50", "ours", 3_500),
      // ElectroDB works out what an operation gives when it is run, and not before: compared are programs that run them.
      within("types", "each further, operations run", "ours", "electrodb", 1),
      within("types", "each further, operations run", "ours", "toolbox", 1)
    ]
  }
]

/** What fails a smoke run: exact figures alone, a little above where they stand. To be lowered as they fall. */
export const gates: ReadonlyArray<Check> = [
  amount("size", "without Effect and AWS SDK, gzipped", "ours", 69),
  amount("size", "whole app, gzipped", "ours-direct", 114)
]

export type Verdict = "met" | "not met" | "not measured"

export const verdict = ({ bound, measured }: Check, results: Results): Verdict => {
  const found = measured(results)
  if (found === undefined) return "not measured"
  return ("atMost" in bound ? found <= bound.atMost : found >= bound.atLeast) ? "met" : "not met"
}

/** Met where all its checks are, not met where one is not. */
export const goalVerdict = ({ checks }: Goal, results: Results): Verdict => {
  const verdicts = checks.map((check) => verdict(check, results))
  if (verdicts.includes("not met")) return "not met"
  return verdicts.includes("not measured") ? "not measured" : "met"
}
