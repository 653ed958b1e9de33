import * as Effect from "effect/Effect"
import { type AddressInfo, createServer } from "node:net"

/**
 * A port that no program listens on, now: another may take it before it is used.
 *
 * @internal
 */
export const freePort: Effect.Effect<number> = Effect.callback((resume) => {
  const server = createServer()
  server.once("error", (cause) => resume(Effect.die(cause)))
  // On every interface, as DynamoDB Local will.
  server.listen(0, () => {
    // A server that listens on TCP has an address with a port.
    const { port } = server.address() as AddressInfo
    server.close(() => resume(Effect.succeed(port)))
  })
})
