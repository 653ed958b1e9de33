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

/**
 * Whether no program listens on a port, now.
 *
 * @internal
 */
export const isFree = (port: number): Effect.Effect<boolean> =>
  Effect.callback((resume) => {
    const server = createServer()
    // Other errors, such as that only root may listen there, the engine has better words for.
    server.once("error", (cause: NodeJS.ErrnoException) => resume(Effect.succeed(cause.code !== "EADDRINUSE")))
    server.listen(port, () => server.close(() => resume(Effect.succeed(true))))
  })
