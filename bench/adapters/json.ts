/** The floor of reading bytes: `JSON.parse`, and nothing made of it. */
import type { Adapter, Codec } from "../lib/adapter.ts"

const codec: Codec<unknown> = {
  encode: () => ({}),
  decode: (item) => item,
  decodeAll: (items) => items
}

export const adapter: Adapter = {
  name: "JSON alone",
  markers: { order: {}, product: {} },
  codec: { order: codec, product: codec }
}
