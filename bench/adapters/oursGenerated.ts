/** This library's codec as generated source: left out until there is a module that switches it on. */
import type { Adapter } from "../lib/adapter.ts"

// A variable, since types do not know the module yet.
const module = "@effect-dynamo/core/GeneratedCodec"

const isThere = await import(module).then(
  () => true,
  () => false
)

const make = async (): Promise<Adapter> => {
  const { codec, define, plan, stored } = await import("./ours.ts")
  const { ownMarkers } = await import("./oursEntities.ts")
  return { name: "effect-dynamo, generated", markers: ownMarkers, codec: codec(), stored, plan, define }
}

export const adapter: Adapter | undefined = isThere ? await make() : undefined
