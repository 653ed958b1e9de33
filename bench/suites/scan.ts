/** A scan of 50,000 small items in DynamoDB Local, by segments. */
import { loaded } from "../lib/canned.ts"
import type { Scenario, Suite } from "../lib/scenario.ts"

const segments = (count: number): Scenario => ({
  name: `${count} segment${count === 1 ? "" : "s"}`,
  unit: "items/s",
  needs: "dynamoLocal",
  long: true,
  prepare: async (adapter, settings) => {
    const calls = await adapter.connect?.({ endpoint: settings.dynamoLocal!, table: "bench", stub: undefined })
    const { scan } = calls ?? {}
    if (calls === undefined || scan === undefined) return undefined
    return {
      measure: async () => {
        const began = performance.now()
        let items = 0
        await scan(count, (page) => {
          items += page.length
        })
        if (items !== loaded.customers * loaded.each) throw new Error(`${items} items scanned`)
        return items / ((performance.now() - began) / 1000)
      },
      close: calls.close
    }
  }
})

export const suite: Suite = {
  name: "scan",
  title: "Parallel scan of 50,000 items, DynamoDB Local",
  baseline: "sdk",
  uses: "connect",
  generations: 1,
  scenarios: [segments(1), segments(4), segments(8)]
}
