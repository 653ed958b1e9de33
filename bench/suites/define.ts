/** Entities of 30 attributes, ready in a cold process: declared, and one item of each written and read. */
import { product } from "../lib/data.ts"
import type { Scenario, Suite } from "../lib/scenario.ts"

const entities = (count: number): Scenario => ({
  name: count === 1 ? "1 entity" : `${count} entities`,
  unit: "ms",
  fresh: 5,
  prepare: async ({ define }) =>
    define === undefined
      ? undefined
      : {
          measure: async () => {
            const sample = product(1)
            const began = performance.now()
            define(count, sample)
            return performance.now() - began
          }
        }
})

export const suite: Suite = {
  name: "define",
  title: "Entities of 30 attributes, cold",
  baseline: "electrodb",
  uses: "define",
  scenarios: [entities(1), entities(10), entities(50)]
}
