/** This library's codec of classes: values are instances, made by their class. */
import type { Adapter } from "../lib/adapter.ts"
import { codecOf } from "./ours.ts"
import { OrderClass, ownMarkers, ProductClass } from "./oursEntities.ts"

// Values to encode must be instances: made once of each.
const instances = new Map<unknown, unknown>()

const fromPlain = (Class: new (value: never) => unknown, codec: ReturnType<typeof codecOf>) => ({
  ...codec,
  encode: (value: unknown) => {
    let instance = instances.get(value)
    if (instance === undefined) {
      instance = new Class(value as never)
      instances.set(value, instance)
    }
    return codec.encode(instance)
  }
})

export const adapter: Adapter = {
  name: "effect-dynamo, classes",
  markers: ownMarkers,
  codec: {
    order: fromPlain(OrderClass, codecOf(OrderClass)),
    product: fromPlain(ProductClass, codecOf(ProductClass))
  }
}
