/** This library, on its direct client, over undici, which the code written by hand has too. */
import * as Layer from "effect/Layer"
import * as HttpTransport from "@effect-dynamo/client/HttpTransport"
import { Agent } from "undici"
import type { Adapter } from "../lib/adapter.ts"
import { callsOver } from "./ours.ts"
import { clientOf } from "./oursDirect.ts"
import { ownMarkers } from "./oursEntities.ts"

export const adapter: Adapter = {
  name: "effect-dynamo, undici",
  markers: ownMarkers,
  connect: async (connection) => {
    // Without a socket there is nothing for undici to do.
    if (connection.stub !== undefined) return undefined
    const agent = new Agent({ connections: 128 })
    const calls = callsOver(Layer.provide(clientOf(connection), HttpTransport.layerUndici(agent)), connection)
    return {
      ...calls,
      close: async () => {
        await calls.close()
        await agent.destroy()
      }
    }
  }
}
