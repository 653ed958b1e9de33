/**
 * How the direct client (`DynamoClient.layerDirect`) sends HTTP requests: by Node's own `https` unless another
 * transport is provided.
 *
 * @module
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { CurrentHttp } from "./internal/direct/currentHttp.ts"
import * as effectHttp from "./internal/direct/effectHttp.ts"
import * as nodeHttp from "./internal/direct/nodeHttp.ts"
import * as undici from "./internal/direct/undici.ts"
import type { Dispatcher } from "./internal/direct/undici.ts"
import type { TransportFailure } from "./internal/transport.ts"

export type { Dispatcher, DispatchHandler, DispatchOptions } from "./internal/direct/undici.ts"

/**
 * A request: always a `POST`.
 *
 * @category models
 * @since 0.1.0
 */
export interface HttpRequest {
  /** Where to. One object for all requests to the same place. */
  readonly url: URL
  /** The headers by lower-case name, among them `host`. They are signed: what is sent must be these. */
  readonly headers: { readonly [name: string]: string }
  /** JSON, to be sent as UTF-8. */
  readonly body: string
}

/**
 * An answer, read to its end.
 *
 * @category models
 * @since 0.1.0
 */
export interface HttpResponse {
  readonly status: number
  /** The headers by lower-case name. */
  readonly headers: { readonly [name: string]: string | ReadonlyArray<string> | undefined }
  readonly body: Uint8Array
}

/**
 * Sends one request once, and gives the answer to it, whatever its status. Interrupting `send` must abort the request.
 *
 * @category models
 * @since 0.1.0
 */
export interface HttpTransport {
  /** Sends a request, and fails where there is no answer to it. */
  readonly send: (request: HttpRequest) => Effect.Effect<HttpResponse, TransportFailure>
}

/**
 * The transport that direct clients are built with; `undefined` means one of their own, as `layerNode` makes it.
 *
 * **Example** (Answers made up for a test)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { DynamoClient, HttpTransport } from "effect-dynamo"
 *
 * const answers = Layer.succeed(HttpTransport.HttpTransport, {
 *   send: () => Effect.succeed({
 *     status: 200,
 *     headers: {},
 *     body: new TextEncoder().encode(`{ "TableNames": ["orders"] }`)
 *   })
 * })
 *
 * const client = DynamoClient.layerDirect({
 *   region: "eu-west-1",
 *   credentials: { accessKeyId: "test", secretAccessKey: "test" }
 * }).pipe(Layer.provide(answers))
 *
 * const tables = DynamoClient.DynamoClient.use((client) => client.listTables({})).pipe(
 *   Effect.map((answer) => answer.TableNames)
 * )
 * await Effect.runPromise(tables.pipe(Effect.provide(client))) // => ["orders"]
 * ```
 *
 * @category references
 * @since 0.1.0
 */
export const HttpTransport: Context.Reference<HttpTransport | undefined> = CurrentHttp

/**
 * How Node's own `https` and `http` are used.
 *
 * @category models
 * @since 0.1.0
 */
export interface NodeOptions {
  /** How many connections to one host are open at most; requests beyond that wait for one. Default 50. */
  readonly maxSockets?: number | undefined
  /** How long it may take to connect. Default 5 seconds. */
  readonly connectTimeout?: Duration.Input | undefined
  /**
   * How long a connection may be silent: while a request waits for its answer, which then fails with
   * `RequestTimeout`, and between requests, after which it is closed. Default 30 seconds.
   */
  readonly idleTimeout?: Duration.Input | undefined
}

/**
 * Node's own `https` and `http`, with connections that are kept for the next request and closed with the layer's
 * scope. A direct client has one of these by itself; provide it to set the options, or to share the connections
 * among several clients.
 *
 * **Example** (More connections)
 *
 * ```ts
 * import { Layer } from "effect"
 * import { DynamoClient, HttpTransport } from "effect-dynamo"
 *
 * const client = DynamoClient.layerDirect({ region: "eu-west-1" }).pipe(
 *   Layer.provide(HttpTransport.layerNode({ maxSockets: 200, connectTimeout: "1 second" }))
 * )
 * Layer.isLayer(client) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerNode = (options: NodeOptions = {}): Layer.Layer<never> =>
  Layer.effect(HttpTransport, nodeHttp.make(options))

/**
 * A dispatcher of [undici](https://undici.nodejs.org), version 7 or later: an `Agent`, a `Pool`, a `ProxyAgent`. It
 * costs less per request than Node's own `https`, in which undici is not included. The dispatcher stays its owner's:
 * timeouts, certificates and proxies are its own affair, and the layer does not close it.
 *
 * **Example** (An agent of undici's)
 *
 * ```ts
 * import { Layer } from "effect"
 * import { DynamoClient, HttpTransport } from "effect-dynamo"
 *
 * const client = (agent: HttpTransport.Dispatcher) =>
 *   DynamoClient.layerDirect({ region: "eu-west-1" }).pipe(Layer.provide(HttpTransport.layerUndici(agent)))
 * // client(new Agent({ connections: 50 }))
 * typeof client // => "function"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerUndici = (dispatcher: Dispatcher): Layer.Layer<never> =>
  Layer.effect(
    HttpTransport,
    Effect.sync(() => undici.make(dispatcher))
  )

/**
 * Effect's `HttpClient`: for runtimes that send by `fetch` only, and for programs that do all their HTTP by it. It costs
 * several times what Node's own `https` does.
 *
 * **Gotchas**
 *
 * Requests are still signed and read with Node's `crypto`, `zlib` and `Buffer`, which edge runtimes have under names
 * such as `nodejs_compat`.
 *
 * **Example** (By fetch)
 *
 * ```ts
 * import { Layer } from "effect"
 * import { FetchHttpClient } from "effect/http"
 * import { DynamoClient, HttpTransport } from "effect-dynamo"
 *
 * const client = DynamoClient.layerDirect({ region: "eu-west-1" }).pipe(
 *   Layer.provide(HttpTransport.layerHttpClient),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * Layer.isLayer(client) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerHttpClient: Layer.Layer<never, never, HttpClient.HttpClient> = /*#__PURE__*/ Layer.effect(
  HttpTransport,
  effectHttp.make
)
