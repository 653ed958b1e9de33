import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import type * as Scope from "effect/Scope"
import type * as Http from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import type { Options } from "../Dynalite.ts"
import { EngineError } from "../EngineError.ts"
import { correctComparisons } from "./dynaliteComparisons.ts"
import { returnItemOnConditionCheckFailure } from "./dynaliteConditionCheck.ts"
import type { Running } from "./engineLayer.ts"

// Loaded when an engine starts, not when this module is imported. The package has no types of its own.
const require = createRequire(import.meta.url)
const load = (): ((options: Omit<Options, "port">) => Http.Server) => {
  returnItemOnConditionCheckFailure(require)
  correctComparisons(require)
  return require("dynalite")
}

interface Server {
  readonly http: Http.Server
  /** The answers to requests that read or write the database now. */
  readonly pending: Set<Http.ServerResponse>
  /** Called each time the last of them is given. */
  onIdle: () => void
}

/**
 * Starts Dynalite in this process; closes it with the scope.
 *
 * @internal
 */
export const start = (options: Options): Effect.Effect<Running, EngineError, Scope.Scope> =>
  Effect.map(Effect.acquireRelease(listen(options), close), ({ http }) => ({
    // A server that listens on TCP has an address with a port.
    endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  }))

const listen = ({ createTableMs = 0, deleteTableMs = 0, port = 0, updateTableMs = 0, ...rest }: Options) =>
  Effect.callback<Server, EngineError>((resume) => {
    const http = load()({ createTableMs, deleteTableMs, updateTableMs, ...rest })
    const server: Server = { http, pending: new Set(), onIdle: constVoid }
    http.on("request", (request, response) => protect(server, request, response))
    http.once("error", (cause) => resume(Effect.fail(notListening(port, cause))))
    http.listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
  })

/**
 * Dynalite throws outside of any call, which ends the process, when a request breaks off in its middle and when the database is
 * closed under one. An interrupted client does the first, a scope that closes meanwhile the second. Called after Dynalite's own
 * listener, so what is replaced here is what that one has set.
 */
const protect = (server: Server, request: Http.IncomingMessage, response: Http.ServerResponse): void => {
  request.removeAllListeners("error").on("error", constVoid)
  // Dynalite may answer within its own listener for this event.
  request.prependOnceListener("end", () => server.pending.add(response))
  // The events "finish" and "close" do not tell when the database is done: where the client has hung up, they come early or not.
  const end = response.end
  response.end = function (this: Http.ServerResponse, ...args: ReadonlyArray<unknown>) {
    const result = Reflect.apply(end, this, args)
    if (server.pending.delete(response) && server.pending.size === 0) server.onIdle()
    return result
  }
}

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    // Not earlier: Dynalite closes the database as soon as all clients have hung up, whatever it is still doing for them.
    server.onIdle = () => {
      server.onIdle = constVoid
      server.http.close(() => resume(Effect.void))
      // Connections that are kept alive, or are within a request, would keep the server open.
      server.http.closeAllConnections()
    }
    if (server.pending.size === 0) server.onIdle()
  })

const notListening = (port: number, cause: NodeJS.ErrnoException): EngineError =>
  cause.code === "EADDRINUSE"
    ? new EngineError({
        engine: "Dynalite",
        reason: "PortInUse",
        message: `Dynalite cannot listen on port ${port}: another program does. Leave out \`port\` to take a free one.`,
        cause
      })
    : new EngineError({
        engine: "Dynalite",
        reason: "NotStarted",
        message: `Dynalite cannot listen on 127.0.0.1, port ${port}: ${cause.code ?? cause.message}.`,
        cause
      })
