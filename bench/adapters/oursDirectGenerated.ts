/** This library on its direct client, with its codec as generated source: all that can be switched on. */
import "effect-dynamo/GeneratedCodec"
import type { Adapter } from "../lib/adapter.ts"
import { adapter as direct } from "./oursDirect.ts"

export const adapter: Adapter = { ...direct, name: "effect-dynamo, direct, generated" }
