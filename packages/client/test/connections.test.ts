/** Connections, and how long they may take: what is set where, for both clients. */
import { DynamoClient, HttpTransport } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { toSdkConfig } from "../src/internal/options.ts"
import { local } from "./support/local.ts"
import { stubServer } from "./support/stubServer.ts"
import { until } from "./support/until.ts"

const list = DynamoClient.DynamoClient.use((client) => client.listTables({}))
const update = DynamoClient.DynamoClient.use((client) =>
  client.updateItem({ TableName: "things", Key: { pk: { S: "1" } } })
)
const tables = { status: 200, body: JSON.stringify({ TableNames: ["a"] }) }

const sdk = (endpoint: string, requestHandler?: object) =>
  DynamoClient.layer({ ...local(endpoint), ...(requestHandler === undefined ? {} : { requestHandler }) })

const direct = (endpoint: string, options?: HttpTransport.NodeOptions) =>
  options === undefined
    ? DynamoClient.layerDirect(local(endpoint))
    : Layer.provide(DynamoClient.layerDirect(local(endpoint)), HttpTransport.layerNode(options))

const many = (n: number) =>
  Effect.all(
    Array.from({ length: n }, () => list),
    { concurrency: "unbounded" }
  )

for (const [name, layer, withTwo, silent] of [
  [
    "sdk",
    sdk,
    (endpoint: string) => sdk(endpoint, { httpAgent: { maxSockets: 2 } }),
    (endpoint: string) => sdk(endpoint, { socketTimeout: 100 })
  ],
  [
    "direct",
    direct,
    (endpoint: string) => direct(endpoint, { maxSockets: 2 }),
    (endpoint: string) => direct(endpoint, { idleTimeout: 100 })
  ]
] as const) {
  describe(`the ${name} client's connections`, () => {
    it.live("are kept for the requests that follow", () =>
      Effect.gen(function* () {
        const server = yield* stubServer(() => tables)
        yield* Effect.gen(function* () {
          for (let i = 0; i < 20; i++) yield* list
          assert.strictEqual(server.opened(), 1)
          yield* many(20)
          const opened = server.opened()
          assert.isAtMost(opened, 20)
          for (let i = 0; i < 5; i++) yield* many(10)
          assert.strictEqual(server.opened(), opened)
          assert.strictEqual(server.openSockets(), opened)
        }).pipe(Effect.provide(layer(server.url)))
        yield* until(() => server.openSockets() === 0)
        assert.lengthOf(server.requests, 90)
      })
    )

    it.live("are 50 at most, or as many as is said", () =>
      Effect.gen(function* () {
        for (const [client, bound] of [
          [layer, 50],
          [withTwo, 2]
        ] as const) {
          const server = yield* stubServer(() => tables)
          yield* many(120).pipe(Effect.provide(client(server.url)))
          assert.lengthOf(server.requests, 120)
          assert.strictEqual(server.opened(), bound)
        }
      })
    )

    it.live("may be silent for so long only, which leaves a write in doubt", () =>
      Effect.gen(function* () {
        const server = yield* stubServer(() => undefined)
        yield* Effect.gen(function* () {
          const error = yield* update.pipe(DynamoClient.noRetry, Effect.flip)
          assert.strictEqual(error._tag, "RequestTimeout")
          assert.propertyVal(error, "ambiguous", true)
          yield* until(() => server.openSockets() === 0)
        }).pipe(Effect.provide(silent(server.url)))
      })
    )
  })
}

describe("the SDK's settings of time", () => {
  // A name that is looked up for ever: the connection is never made.
  const connecting = { httpAgent: { lookup: () => {} } }

  it.live("bound how long it may take to connect, after which nothing was sent", () =>
    Effect.gen(function* () {
      const error = yield* update.pipe(
        DynamoClient.noRetry,
        Effect.flip,
        Effect.provide(sdk("http://dynamodb.test", { ...connecting, connectionTimeout: 100 }))
      )
      assert.strictEqual(error._tag, "RequestTimeout")
      assert.match(error.message, /did not establish a connection/)
      assert.propertyVal(error, "ambiguous", false)
    })
  )

  it.live("bound how long a request may take, where that is to throw", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => undefined)
      const error = yield* update.pipe(
        DynamoClient.noRetry,
        Effect.flip,
        Effect.provide(sdk(server.url, { requestTimeout: 100, throwOnRequestTimeout: true }))
      )
      assert.strictEqual(error._tag, "RequestTimeout")
      assert.propertyVal(error, "ambiguous", true)
    })
  )

  it("let connecting take 5 seconds, and silence 30, unless they say otherwise", () => {
    const handlerOf = (options: DynamoClient.Options) => toSdkConfig(options).requestHandler as unknown
    const bounds = { connectionTimeout: 5000, socketTimeout: 30_000 }
    assert.deepStrictEqual(handlerOf({}), bounds)
    assert.deepStrictEqual(handlerOf({ requestHandler: { httpsAgent: { maxSockets: 2 } } }), {
      ...bounds,
      httpsAgent: { maxSockets: 2 }
    })
    assert.deepStrictEqual(handlerOf({ requestHandler: { connectionTimeout: 100 } }), {
      ...bounds,
      connectionTimeout: 100
    })
    assert.isUndefined(handlerOf({ defaultsMode: "in-region" }))
    const handler = { handle: () => Promise.reject(new Error("not sent")) }
    assert.strictEqual(handlerOf({ requestHandler: handler }), handler)
  })
})
