/** This library's codec as generated source. */
import "effect-dynamo/GeneratedCodec"
import type { Adapter } from "../lib/adapter.ts"
import { codec, define, plan, stored } from "./ours.ts"
import { ownMarkers } from "./oursEntities.ts"

export const adapter: Adapter = {
  name: "effect-dynamo, generated",
  markers: ownMarkers,
  codec: codec(),
  stored,
  plan,
  define
}
