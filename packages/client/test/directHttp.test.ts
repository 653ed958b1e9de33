import { DynamoClient, HttpTransport } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { createServer as createTlsServer } from "node:https"
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net"
import * as Tls from "node:tls"
import { cert, key } from "./fixtures/certificate.ts"
import { local } from "./support/local.ts"
import { type Answer, stubServer } from "./support/stubServer.ts"

const list = DynamoClient.DynamoClient.use((client) => client.listTables({}))
const update = DynamoClient.DynamoClient.use((client) =>
  client.updateItem({ TableName: "things", Key: { pk: { S: "1" } } })
)

const tables = { status: 200, body: JSON.stringify({ TableNames: ["é", "x".repeat(100_000)] }) }

const direct = (endpoint: string) => DynamoClient.layerDirect(local(endpoint))

/** The dispatcher of undici that `fetch` has in Node. It is there once `fetch` was asked for. */
const dispatcher = Effect.sync(() => {
  void globalThis.fetch("data:,").catch(() => {})
  return (globalThis as unknown as Record<symbol, HttpTransport.Dispatcher>)[Symbol.for("undici.globalDispatcher.1")]!
})

const transports: ReadonlyArray<readonly [name: string, layer: Layer.Layer<never>]> = [
  ["node", HttpTransport.layerNode()],
  ["undici", Layer.unwrap(Effect.map(dispatcher, HttpTransport.layerUndici))],
  ["fetch", Layer.provide(HttpTransport.layerHttpClient, FetchHttpClient.layer)]
]

describe.each(transports)("HTTP by %s", (name, http) => {
  const client = (endpoint: string) => Layer.provide(direct(endpoint), http)

  it.live("sends what is signed, and reads the whole answer", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      const output = yield* list.pipe(Effect.provide(client(server.url)))
      assert.deepStrictEqual(output.TableNames, ["é", "x".repeat(100_000)])
      assert.strictEqual(output.$metadata.requestId, "request-1")
      const { headers, operation } = server.requests[0]!
      assert.strictEqual(operation, "ListTables")
      assert.strictEqual(headers.host, new URL(server.url).host)
      assert.strictEqual(headers["content-type"], "application/x-amz-json-1.0")
      assert.strictEqual(headers["content-length"], "2")
      assert.strictEqual(headers["accept-encoding"], "identity")
      assert.strictEqual(headers["user-agent"], "effect-dynamo")
      assert.match(String(headers.authorization), /SignedHeaders=content-type;host;x-amz-date;x-amz-target/)
    })
  )

  it.live("keeps its connections for the next requests", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      yield* Effect.repeat(list, { times: 9 }).pipe(Effect.provide(client(server.url)))
      assert.lengthOf(server.requests, 10)
      // undici's is free a moment after the answer's end only
      assert.isAtMost(server.openSockets(), name === "node" ? 1 : 2)
    })
  )

  it.live("aborts a request that is interrupted, whether it is answered or not yet", () =>
    Effect.gen(function* () {
      for (const answer of [undefined, { ...tables, body: `{"TableNames":[`, stall: true }]) {
        const server = yield* stubServer(() => answer)
        // built here: it is not its scope that closes the connection
        const built = yield* Layer.build(client(server.url))
        const fiber = yield* list.pipe(Effect.provide(built), Effect.forkChild)
        yield* Effect.sleep("100 millis")
        assert.lengthOf(server.requests, 1)
        assert.strictEqual(server.openSockets(), 1)
        yield* Fiber.interrupt(fiber)
        yield* Effect.sleep("50 millis")
        assert.strictEqual(server.openSockets(), 0)
      }
    })
  )

  it.live("fails where nobody listens, without doubt", () =>
    Effect.gen(function* () {
      // a port that was free a moment ago
      const { port } = yield* Effect.scoped(listening(createTcpServer()))
      const error = yield* update.pipe(
        DynamoClient.noRetry,
        Effect.flip,
        Effect.provide(client(`http://127.0.0.1:${port}`))
      )
      assert.strictEqual(error._tag, "NetworkError")
      assert.match(error.message, /127\.0\.0\.1.* cannot be reached \(ECONNREFUSED\)/)
      assert.propertyVal(error, "ambiguous", false)
    })
  )

  const broken: ReadonlyArray<readonly [what: string, answer: Answer]> = [
    ["before the answer", { status: 200, reset: true }],
    ["within the answer", { status: 200, headers: { "content-length": "100" }, body: "{", reset: true }]
  ]
  it.live.each(broken)("fails where the connection breaks %s, in doubt", ([, answer]) =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => answer)
      const error = yield* update.pipe(DynamoClient.noRetry, Effect.flip, Effect.provide(client(server.url)))
      assert.strictEqual(error._tag, "NetworkError")
      assert.propertyVal(error, "ambiguous", true)
    })
  )

  it.live("does not trust whom nobody vouches for, and does not try again", () =>
    Effect.gen(function* () {
      const server = yield* listening(createTlsServer({ key, cert }))
      const error = yield* list.pipe(Effect.flip, Effect.provide(client(`https://127.0.0.1:${server.port}`)))
      assert.strictEqual(error._tag, "NetworkError")
      assert.match(error.message, /not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/)
      assert.propertyVal(error, "attempts", 1)
    })
  )
})

/** A server on a free port of this machine, closed with the scope. */
const listening = (server: Server) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number }>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ port: (server.address() as AddressInfo).port })))
    }),
    () => Effect.sync(() => void server.close())
  )

describe("Node's own https", () => {
  it.live("works over TLS", () =>
    Effect.gen(function* () {
      const before = Tls.getCACertificates("default")
      yield* Effect.addFinalizer(() => Effect.sync(() => Tls.setDefaultCACertificates(before)))
      Tls.setDefaultCACertificates([cert])
      const server = yield* listening(createTlsServer({ key, cert }, (_, response) => response.end(tables.body)))
      const output = yield* Effect.andThen(list, list).pipe(Effect.provide(direct(`https://127.0.0.1:${server.port}`)))
      assert.lengthOf(output.TableNames ?? [], 2)
    })
  )

  it.live("closes its connections with its scope, and shares them until then", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      yield* Effect.gen(function* () {
        yield* list.pipe(Effect.provide(direct(server.url)))
        yield* list.pipe(Effect.provide(direct(server.url)))
        assert.strictEqual(server.openSockets(), 1)
      }).pipe(Effect.provide(HttpTransport.layerNode()))
      yield* Effect.sleep("50 millis")
      assert.strictEqual(server.openSockets(), 0)
    })
  )

  it.live("opens no more connections than it may", () =>
    Effect.gen(function* () {
      let most = 0
      const server = yield* stubServer(() => {
        most = Math.max(most, server.openSockets())
        return tables
      })
      yield* Effect.all(
        Array.from({ length: 10 }, () => list),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(direct(server.url)), Effect.provide(HttpTransport.layerNode({ maxSockets: 2 })))
      assert.lengthOf(server.requests, 10)
      assert.strictEqual(most, 2)
    })
  )

  it.live("gives up a connection that is silent", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => undefined)
      const error = yield* update.pipe(
        DynamoClient.noRetry,
        Effect.flip,
        Effect.provide(direct(server.url)),
        Effect.provide(HttpTransport.layerNode({ idleTimeout: "100 millis" }))
      )
      assert.strictEqual(error._tag, "RequestTimeout")
      assert.propertyVal(error, "ambiguous", true)
      yield* Effect.sleep("50 millis")
      assert.strictEqual(server.openSockets(), 0)
    })
  )

  it.live("gives up connecting, and nothing was sent", () =>
    Effect.gen(function* () {
      // It takes connections and never says a word of TLS.
      const server = yield* listening(createTcpServer())
      const error = yield* update.pipe(
        DynamoClient.noRetry,
        Effect.flip,
        Effect.provide(direct(`https://127.0.0.1:${server.port}`)),
        Effect.provide(HttpTransport.layerNode({ connectTimeout: "100 millis" }))
      )
      assert.strictEqual(error._tag, "RequestTimeout")
      assert.match(error.message, /could not be connected to/)
      assert.propertyVal(error, "ambiguous", false)
    })
  )

  it.live("sends no header that is none", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      const credentials = { accessKeyId: "A", secretAccessKey: "s", sessionToken: "secret\nx-evil: 1" }
      const error = yield* list.pipe(
        Effect.flip,
        Effect.provide(DynamoClient.layerDirect({ region: "eu-west-1", endpoint: server.url, credentials }))
      )
      assert.strictEqual(error._tag, "RequestRejected")
      assert.notInclude(error.message, "secret")
      assert.lengthOf(server.requests, 0)
    })
  )
})
