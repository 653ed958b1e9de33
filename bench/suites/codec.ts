/** Values as attribute values and back, without keys: the codec and nothing else. */
import type { Codec } from "../lib/adapter.ts"
import { pageSize, sample, type Shape, type Shapes } from "../lib/data.ts"
import { storedItem, storedItems } from "../lib/answers.ts"
import { type Scenario, type Suite, timed } from "../lib/scenario.ts"
import { same, sameAll } from "../lib/verify.ts"

const label = { order: "small", product: "medium" } as const

const encode = <S extends Shape>(shape: S): Scenario => ({
  name: `encode ${label[shape]}`,
  unit: "ns",
  prepare: async (adapter, settings) => {
    const codec: Codec<Shapes[S]> | undefined = adapter.codec?.[shape]
    if (codec === undefined || adapter.name === "JSON alone") return undefined
    const value = sample[shape](1)
    same("decoded of encoded", codec.decode(codec.encode(value)), value)
    return timed(() => codec.encode(value), settings)
  }
})

const decode = (shape: Shape): Scenario => ({
  name: `decode ${label[shape]}`,
  unit: "ns",
  prepare: async (adapter, settings) => {
    const codec = adapter.codec?.[shape]
    if (codec === undefined || adapter.name === "JSON alone") return undefined
    const item = storedItem(adapter, shape, sample[shape](1))
    same("decoded", codec.decode(item), sample[shape](1))
    return timed(() => codec.decode(item), settings)
  }
})

const decodePage = (shape: Shape): Scenario => ({
  name: `decode 1 MB ${label[shape]}`,
  unit: "ns",
  prepare: async (adapter, settings) => {
    const codec = adapter.codec?.[shape]
    if (codec === undefined || adapter.name === "JSON alone") return undefined
    const items = storedItems(adapter, shape, pageSize[shape])
    sameAll(
      "decoded",
      codec.decodeAll(items),
      items.map((_, i) => sample[shape](i))
    )
    return timed(() => codec.decodeAll(items), settings)
  }
})

export const suite: Suite = {
  name: "codec",
  title: "Codec: values ↔ attribute values",
  baseline: "sdk",
  uses: "codec",
  scenarios: [
    encode("order"),
    decode("order"),
    encode("product"),
    decode("product"),
    decodePage("order"),
    decodePage("product")
  ]
}
