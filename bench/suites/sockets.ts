/** Whole calls over sockets, to a server in a process of its own that answers what was made in advance. */
import type { Calls } from "../lib/adapter.ts"
import { order } from "../lib/data.ts"
import { underLoad } from "../lib/load.ts"
import type { Scenario, Suite } from "../lib/scenario.ts"
import { same } from "../lib/verify.ts"

const values = Array.from({ length: 64 }, (_, i) => order(i))

const scenario = (name: string, inFlight: number, run: (calls: Calls, i: number) => Promise<unknown>): Scenario => ({
  name,
  unit: "ops/s",
  prepare: async (adapter, settings) => {
    // The SDK's client alone differs from the SDK with its converter by too little to be told apart here.
    if (adapter.name === "SDK alone") return undefined
    const calls = await adapter.connect?.({ endpoint: settings.server, table: "bench", stub: undefined })
    if (calls === undefined) return undefined
    same("got", await calls.get.order(order(1)), order(1))
    return underLoad(inFlight, (i) => run(calls, i), settings, calls.close)
  }
})

export const suite: Suite = {
  name: "sockets",
  title: "Whole call over sockets",
  baseline: "sdk",
  uses: "connect",
  scenarios: [
    scenario("get ×1", 1, (calls) => calls.get.order(values[1]!)),
    scenario("get ×16", 16, (calls) => calls.get.order(values[1]!)),
    scenario("put ×16", 16, (calls, i) => calls.put.order(values[i & 63]!))
  ]
}
