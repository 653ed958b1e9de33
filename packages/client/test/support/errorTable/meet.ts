/** Makes the errors of the table happen: clients that meet them, by what stands at the other end. */
import { DynamoClient, HttpTransport } from "@effect-dynamo/client"
import { Effect, Layer, type Scope } from "effect"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import dns from "node:dns"
import { createServer as createTlsServer } from "node:https"
import { createServer, type AddressInfo, type Server, type Socket } from "node:net"
import { vi } from "vitest"
import { type ClientKind, Connection } from "../../../../testing/test-support/engines.ts"
import { type Action, faultProxy, type LogEntry } from "../../../../testing/test-support/faults.ts"
import { cert, key } from "../../fixtures/certificate.ts"
import type { Cause, SystemError } from "./row.ts"

/** A client that meets an error, and what came in of what it sent, where something listens. */
export interface Meeting {
  readonly client: Layer.Layer<DynamoClient.DynamoClient>
  readonly log?: Effect.Effect<ReadonlyArray<LogEntry>>
}

/** How long who is impatient waits for a connection, and for an answer. */
const patience = 150

export const meet = (cause: Cause): Effect.Effect<Meeting, never, Connection | Scope.Scope> =>
  Effect.gen(function* () {
    const { client: kind = "sdk", ...connection } = yield* Connection
    const at = (options: object, impatient = false) => clientOf(kind, { ...connection, ...options }, impatient)
    switch (cause.at) {
      case "proxy": {
        const proxy = yield* faultProxy({ rules: [{ sequence: [cause.action], then: "last" }] })
        if (cause.impatient === true) return { client: at({ endpoint: proxy.endpoint }, true) }
        return { client: proxy.client, log: proxy.log }
      }
      case "socket":
        yield* breakConnections(cause.connected, cause.error)
        return { client: at({}) }
      case "options":
        return { client: at(cause.options) }
      case "endpoint":
        return { client: at({ endpoint: yield* endpointOf(cause.endpoint) }, true) }
    }
  })

/** What went wrong in a few words, for the name of a test. */
export const nameOf = (cause: Cause): string => {
  switch (cause.at) {
    case "proxy":
      return nameOfAction(cause.action) + (cause.impatient === true ? ", without patience" : "")
    case "socket":
      return `${cause.error.code} ${cause.connected ? "when connected" : "when connecting"}`
    case "endpoint":
      return `an endpoint that is ${cause.endpoint}`
    case "options":
      return JSON.stringify(cause.options, (_, value) => (typeof value === "function" ? String(value) : value))
  }
}

const nameOfAction = (action: Action): string => (typeof action === "string" ? action : JSON.stringify(action))

const clientOf = (kind: ClientKind, options: DynamoClient.ConnectionOptions, impatient: boolean) => {
  if (kind === "sdk") {
    const requestHandler = { connectionTimeout: patience, socketTimeout: patience }
    return DynamoClient.layer({ ...options, ...(impatient ? { requestHandler } : undefined) })
  }
  const direct = DynamoClient.layerDirect(options)
  return impatient
    ? Layer.provide(direct, HttpTransport.layerNode({ connectTimeout: patience, idleTimeout: patience }))
    : direct
}

/** Every connection that this process makes gets the error, as if the system gave it. */
const breakConnections = (connected: boolean, { code, ...fields }: SystemError) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const fail = (socket: Socket) =>
        process.nextTick(() =>
          socket.destroy(Object.assign(new Error(`${fields.syscall} ${code}`), { code, ...fields }))
        )
      const onSocket = (message: unknown) => {
        // what Node says of each
        const { socket } = message as { readonly socket: Socket }
        if (connected) socket.once("connect", () => fail(socket))
        else fail(socket)
      }
      subscribe(channel, onSocket)
      return onSocket
    }),
    (onSocket) => Effect.sync(() => unsubscribe(channel, onSocket))
  )

const channel = "net.client.socket"

type Endpoint = Extract<Cause, { readonly at: "endpoint" }>["endpoint"]

const endpointOf = (endpoint: Endpoint): Effect.Effect<string, never, Scope.Scope> => {
  switch (endpoint) {
    case "closed":
      // a port that was free a moment ago
      return Effect.map(Effect.scoped(listening(createServer())), (port) => `http://127.0.0.1:${port}`)
    case "untrusted":
      return Effect.map(listening(createTlsServer({ cert, key })), (port) => `https://127.0.0.1:${port}`)
    case "not-tls":
      return Effect.map(listening(createServer(answerPlainly)), (port) => `https://127.0.0.1:${port}`)
    case "silent":
      // A name that is looked up for ever: no address is known to be silent wherever the tests run.
      return Effect.as(
        Effect.acquireRelease(
          Effect.sync(() => vi.spyOn(dns, "lookup").mockImplementation((() => {}) as unknown as typeof dns.lookup)),
          (spy) => Effect.sync(() => spy.mockRestore())
        ),
        "http://silent.test"
      )
  }
}

const answerPlainly = (socket: Socket): void => {
  socket.on("error", () => {})
  socket.resume().end("no TLS")
}

const listening = (server: Server): Effect.Effect<number, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      // listening on a port, hence an AddressInfo
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
  )
