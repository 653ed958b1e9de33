/** Whole calls against DynamoDB Local, which shares the machine's cores with the client. */
import type { Calls } from "../lib/adapter.ts"
import { customer, loaded } from "../lib/canned.ts"
import { order } from "../lib/data.ts"
import { underLoad } from "../lib/load.ts"
import type { Scenario, Suite } from "../lib/scenario.ts"
import { same } from "../lib/verify.ts"

const total = loaded.customers * loaded.each

/** The i-th order of the table. */
const at = (i: number) => order(i % total, customer(Math.floor((i % total) / loaded.each)))

const scenario = (name: string, inFlight: number, run: (calls: Calls, i: number) => Promise<unknown>): Scenario => ({
  name,
  unit: "ops/s",
  needs: "dynamoLocal",
  long: true,
  prepare: async (adapter, settings) => {
    if (adapter.name === "SDK alone") return undefined
    const table = name.startsWith("put") ? "writes" : "bench"
    const calls = await adapter.connect?.({ endpoint: settings.dynamoLocal!, table, stub: undefined })
    if (calls === undefined) return undefined
    if (table === "writes") await calls.put.order(at(1))
    same("got", await calls.get.order(at(1)), at(1))
    return underLoad(inFlight, (i) => run(calls, i), settings, calls.close)
  }
})

const query = async (calls: Calls, i: number) => {
  const found = await calls.query.order(customer(i))
  if (found.length !== loaded.each) throw new Error(`${found.length} of ${loaded.each} orders`)
}

export const suite: Suite = {
  name: "local",
  title: "DynamoDB Local",
  baseline: "sdk",
  uses: "connect",
  generations: 1,
  scenarios: [
    scenario("get ×1", 1, (calls, i) => calls.get.order(at(i * 37))),
    scenario("get ×16", 16, (calls, i) => calls.get.order(at(i * 37))),
    scenario("get ×128", 128, (calls, i) => calls.get.order(at(i * 37))),
    scenario("put ×16", 16, (calls, i) => calls.put.order(at(i * 37))),
    scenario("query 100 ×16", 16, query)
  ]
}
