/** 200,000 items scanned, 40 pages of 1 MB, from the server with canned answers; items are dropped as they come. */
import type { Calls } from "../lib/adapter.ts"
import { scanned } from "../lib/canned.ts"
import type { Unit } from "../lib/results.ts"
import type { Scenario, Suite } from "../lib/scenario.ts"

const processes = 2

/** Reads all pages, and gives how many items there were. */
const byPage = ({ scan }: Calls) =>
  scan === undefined
    ? undefined
    : async () => {
        let items = 0
        await scan(1, (page) => {
          items += page.length
        })
        return items
      }

const byItem = ({ scanItems }: Calls) =>
  scanItems === undefined
    ? undefined
    : async () => {
        let items = 0
        await scanItems(() => {
          items++
        })
        return items
      }

const scenario = (name: string, unit: Unit, reader: typeof byPage, watch: () => () => number): Scenario => ({
  name,
  unit,
  fresh: processes,
  long: true,
  prepare: async (adapter, settings) => {
    const calls = await adapter.connect?.({ endpoint: settings.server, table: "bench", stub: undefined })
    const read = calls === undefined ? undefined : reader(calls)
    if (calls === undefined || read === undefined) return undefined
    return {
      measure: async () => {
        globalThis.gc?.()
        const result = watch()
        const items = await read()
        if (items !== scanned.pages * scanned.perPage) throw new Error(`${items} items`)
        return result()
      },
      close: calls.close
    }
  }
})

/** What resident memory grew by at its highest, in MB. */
const growth = () => {
  const before = process.memoryUsage.rss()
  return () => (process.resourceUsage().maxRSS * 1024 - before) / 1e6
}

const cpu = () => {
  const before = process.cpuUsage()
  return () => {
    const { system, user } = process.cpuUsage(before)
    return (system + user) / (scanned.pages * scanned.perPage)
  }
}

export const suite: Suite = {
  name: "memory",
  title: "200,000 items streamed",
  baseline: "lib-dynamodb",
  uses: "connect",
  scenarios: [
    scenario("memory grown by", "MB", byPage, growth),
    scenario("CPU, page by page", "µs/item", byPage, cpu),
    scenario("CPU, item by item", "µs/item", byItem, cpu)
  ]
}
