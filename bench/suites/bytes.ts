/** The bytes of an answer to values. */
import { pageSize, sample, type Item, type Shape } from "../lib/data.ts"
import { pageOf, storedItems } from "../lib/answers.ts"
import { type Scenario, type Suite, timed } from "../lib/scenario.ts"
import { sameAll } from "../lib/verify.ts"

const read = (shape: Shape, count: number, name: string): Scenario => ({
  name,
  unit: "ns",
  prepare: async (adapter, settings) => {
    const codec = adapter.codec?.[shape]
    if (codec === undefined) return undefined
    const bytes = Buffer.from(pageOf(storedItems(adapter, shape, count)).body)
    const run = () => codec.decodeAll((JSON.parse(bytes.toString()) as { readonly Items: Array<Item> }).Items)
    const values = Array.from({ length: count }, (_, i) => sample[shape](i))
    if (adapter.name === "JSON alone") sameAll("parsed", run(), storedItems(adapter, shape, count))
    else sameAll("read", run(), values)
    return timed(run, settings)
  }
})

export const suite: Suite = {
  name: "bytes",
  title: "Bytes → items",
  baseline: "json",
  uses: "codec",
  scenarios: [
    read("order", 1, "1 small"),
    read("product", 1, "1 medium"),
    read("order", 100, "100 small"),
    read("order", pageSize.order, "1 MB small"),
    read("product", pageSize.product, "1 MB medium")
  ]
}
