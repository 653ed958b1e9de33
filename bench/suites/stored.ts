/** Values as stored items and back, with keys, markers and checks: what entity libraries do for a put and a get. */
import { sample, type Shape } from "../lib/data.ts"
import { storedItem } from "../lib/answers.ts"
import { type Scenario, type Suite, timed } from "../lib/scenario.ts"
import { same } from "../lib/verify.ts"

const label = { order: "small", product: "medium" } as const

const write = (shape: Shape): Scenario => ({
  name: `write ${label[shape]}`,
  unit: "ns",
  prepare: async (adapter, settings) => {
    if (adapter.stored === undefined) return undefined
    // The union of both shapes is too much for the compiler, though each alone is right.
    const stored = adapter.stored[shape] as { readonly encode: (value: unknown) => unknown }
    const value = sample[shape](1)
    same("written", stored.encode(value), storedItem(adapter, shape, value as never))
    return timed(() => stored.encode(value), settings)
  }
})

const read = (shape: Shape): Scenario => ({
  name: `read ${label[shape]}`,
  unit: "ns",
  prepare: async (adapter, settings) => {
    const stored = adapter.stored?.[shape]
    if (stored === undefined) return undefined
    const item = storedItem(adapter, shape, sample[shape](1) as never)
    same("read", stored.decode(item), sample[shape](1))
    return timed(() => stored.decode(item), settings)
  }
})

export const suite: Suite = {
  name: "stored",
  title: "Stored items: values ↔ items with keys and markers",
  baseline: "ours",
  uses: "stored",
  scenarios: [write("order"), read("order"), write("product"), read("product")]
}
