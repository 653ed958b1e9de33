import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Http from "node:http"
import type * as Https from "node:https"
import type { HttpRequest, HttpResponse, HttpTransport, NodeOptions } from "../../HttpTransport.ts"
import { fromSdkError } from "../sdkFailure.ts"
import type { TransportFailure } from "../transport.ts"
import { isFailure } from "./answer.ts"

/** Sends by Node's own `http` and `https`. The connections are closed with the scope. */
export const make = (options: NodeOptions): Effect.Effect<HttpTransport, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => makeSender(options)),
      (sender) => Effect.sync(sender.close)
    ),
    ({ send }) => ({ send })
  )

/** A duration as Node's timers take it, for which 0 is for ever. */
const timerMillis = (duration: Duration.Input): number => {
  const millis = Duration.toMillis(duration)
  return millis > 2 ** 31 - 1 ? 0 : Math.max(1, Math.ceil(millis))
}

/**
 * Node's module for a protocol, loaded when it is first needed: `https` brings TLS with it, and an engine on this machine
 * has no use for that. Not by `import`, which reads every export of a module, and of `http` that of `WebSocket`: it
 * loads all of undici, which takes several times as long as all else that a first request needs.
 */
const nodeModule = (isSecure: boolean): typeof Http | typeof Https =>
  isSecure ? process.getBuiltinModule("node:https") : process.getBuiltinModule("node:http")

/** What requests to one place have in common. */
interface Place {
  readonly url: URL
  readonly host: string
  readonly isSecure: boolean
  readonly node: typeof Http | typeof Https
  readonly options: Https.RequestOptions
}

const makeSender = ({ connectTimeout = "5 seconds", idleTimeout = "30 seconds", maxSockets = 50 }: NodeOptions) => {
  const connectMillis = timerMillis(connectTimeout)
  const timeout = timerMillis(idleTimeout)
  // The last connection used is the first to be used again, so that those not needed any more fall silent.
  const agentOptions: Https.AgentOptions = { keepAlive: true, maxSockets, timeout, scheduling: "lifo" }
  const agents: Array<Http.Agent> = []

  const placeOf = (url: URL): Place => {
    const isSecure = url.protocol === "https:"
    const node = nodeModule(isSecure)
    const agent = new node.Agent(agentOptions)
    agents.push(agent)
    const hostname = url.hostname.replace(/^\[|\]$/g, "") // of an IPv6 address
    const place = { protocol: url.protocol, hostname, path: url.pathname, method: "POST", agent, timeout }
    return { url, host: url.host, isSecure, node, options: url.port === "" ? place : { ...place, port: url.port } }
  }

  let last: Place | undefined
  const places = new Map<string, Place>()
  const place = (url: URL): Place => {
    if (last?.url === url) return last
    last = places.get(url.href) ?? placeOf(url)
    places.set(url.href, last)
    return last
  }

  const send = (request: HttpRequest) =>
    Effect.callback<HttpResponse, TransportFailure>((resume) => {
      const { host, isSecure, node, options } = place(request.url)
      let connected = true

      const fail = (failure: TransportFailure): void => resume(Effect.fail(failure))
      const failWith = (error: unknown): void => {
        const failure = fromSdkError(error)
        // An error of the socket is no mistake in the request, and before it was connected nothing was sent.
        fail({ ...failure, sent: failure.sent && connected, host: failure.host ?? host })
      }

      const message = open(node, options, request)
      if (isFailure(message)) return fail(message)
      message.on("error", failWith)
      message.on("timeout", () => {
        fail(silent(connected, host))
        message.destroy()
      })
      message.on("socket", (socket) => {
        if (!socket.connecting) return
        connected = false
        socket.setTimeout(connectMillis)
        socket.once(isSecure ? "secureConnect" : "connect", () => {
          connected = true
          socket.setTimeout(timeout)
        })
      })
      message.on("response", (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("error", failWith)
        // Only when it is closed is its connection free for the next request.
        response.on("close", () => {
          if (!response.complete) return
          const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
          resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body }))
        })
      })
      message.end(request.body)
      return Effect.sync(() => message.destroy())
    })

  return { send, close: () => agents.forEach((agent) => agent.destroy()) }
}

const open = (
  node: Place["node"],
  options: Https.RequestOptions,
  request: HttpRequest
): Http.ClientRequest | TransportFailure => {
  const withHeaders = { ...options, headers: headersOf(request) }
  // oxlint-disable-next-line house/no-try -- Node throws where a header or a host cannot be sent
  try {
    return node.request(withHeaders)
  } catch (error) {
    const { code, message } = fromSdkError(error)
    return { origin: "request", code, message, sent: false, cause: error }
  }
}

/** One after another, names and values in turn, as they are written: Node need not keep a record of them. */
const headersOf = ({ body, headers }: HttpRequest): ReadonlyArray<string> => {
  const list = ["content-length", String(Buffer.byteLength(body))]
  for (const name in headers) list.push(name, headers[name] ?? "")
  return list
}

const silent = (connected: boolean, host: string): TransportFailure => ({
  origin: "timeout",
  code: "TimeoutError",
  message: connected ? `${host} has not answered in time.` : `${host} could not be connected to in time.`,
  sent: connected,
  host,
  cause: undefined
})
