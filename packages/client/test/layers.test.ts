import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Config, ConfigProvider, Context, Effect, Layer, Redacted } from "effect"
import { local } from "./support/local.ts"
import { stubServer } from "./support/stubServer.ts"

const list = DynamoClient.DynamoClient.use((client) => client.listTables({}))
const get = DynamoClient.DynamoClient.use((client) => client.getItem({ TableName: "t", Key: { pk: { S: "1" } } }))

const tables = { status: 200, body: JSON.stringify({ TableNames: ["a"] }) }

describe("layer", () => {
  it.live("keeps its connection for the next request, and closes it with its scope", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      yield* Effect.gen(function* () {
        assert.deepStrictEqual((yield* list).TableNames, ["a"])
        yield* list
        assert.strictEqual(server.openSockets(), 1)
      }).pipe(Effect.provide(DynamoClient.layer(local(server.url))))
      yield* Effect.sleep("50 millis")
      assert.strictEqual(server.openSockets(), 0)
    })
  )

  it.live("takes credentials with a redacted secret, a URL, and the SDK's own options", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      yield* list.pipe(
        Effect.provide(
          DynamoClient.layer({
            region: "eu-west-3",
            endpoint: new URL(server.url),
            credentials: {
              accessKeyId: "AKID",
              secretAccessKey: Redacted.make("secret"),
              sessionToken: Redacted.make("token")
            },
            customUserAgent: "orders"
          })
        )
      )
      const headers = server.requests[0]?.headers ?? {}
      assert.match(String(headers.authorization), /Credential=AKID\/\d+\/eu-west-3\/dynamodb/)
      assert.strictEqual(headers["x-amz-security-token"], "token")
      assert.include(headers["user-agent"], "orders")
    })
  )

  it.live("takes a provider of credentials", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      const credentials = () => Promise.resolve({ accessKeyId: "PROVIDED", secretAccessKey: "s" })
      yield* list.pipe(Effect.provide(DynamoClient.layer({ ...local(server.url), credentials })))
      assert.match(String(server.requests[0]?.headers.authorization), /Credential=PROVIDED/)
    })
  )

  it.live("two layers are two clients in one program", () =>
    Effect.gen(function* () {
      const here = yield* stubServer(() => tables)
      const there = yield* stubServer(() => tables)
      const a = yield* Layer.build(DynamoClient.layer(local(here.url)))
      const b = yield* Layer.build(DynamoClient.layer(local(there.url)))
      yield* Context.get(a, DynamoClient.DynamoClient).listTables({})
      yield* Context.get(b, DynamoClient.DynamoClient).listTables({})
      yield* Context.get(b, DynamoClient.DynamoClient).listTables({})
      assert.deepStrictEqual([here.requests.length, there.requests.length], [1, 2])
    })
  )
})

describe("layerConfig", () => {
  const withEnv = (env: Record<string, string>) =>
    Layer.provide(DynamoClient.layerConfig(), ConfigProvider.layer(ConfigProvider.fromEnvRecord(env)))

  it.live("reads AWS's own variables", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      yield* list.pipe(
        Effect.provide(
          withEnv({
            AWS_REGION: "ap-south-1",
            AWS_ENDPOINT_URL_DYNAMODB: server.url,
            AWS_ENDPOINT_URL: "http://127.0.0.1:1",
            AWS_ACCESS_KEY_ID: "FROMENV",
            AWS_SECRET_ACCESS_KEY: "s",
            AWS_SESSION_TOKEN: ""
          })
        )
      )
      const headers = server.requests[0]?.headers ?? {}
      assert.match(String(headers.authorization), /Credential=FROMENV\/\d+\/ap-south-1\/dynamodb/)
      assert.isUndefined(headers["x-amz-security-token"])
    })
  )

  it.live("falls back to the general variables", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      yield* list.pipe(
        Effect.provide(
          withEnv({
            AWS_DEFAULT_REGION: "sa-east-1",
            AWS_ENDPOINT_URL: server.url,
            AWS_ACCESS_KEY_ID: "A",
            AWS_SECRET_ACCESS_KEY: "s"
          })
        )
      )
      assert.match(String(server.requests[0]?.headers.authorization), /\/sa-east-1\/dynamodb/)
    })
  )

  it.live("a key id without its secret, or an endpoint that is no URL, is a ConfigError", () =>
    Effect.gen(function* () {
      for (const env of [{ AWS_ACCESS_KEY_ID: "A" }, { AWS_ENDPOINT_URL_DYNAMODB: "nonsense" }]) {
        const error = yield* Effect.flip(Effect.scoped(Layer.build(withEnv(env))))
        assert.strictEqual(error._tag, "ConfigError")
      }
    })
  )

  it.live("reads names of one's own", () =>
    Effect.gen(function* () {
      const server = yield* stubServer(() => tables)
      const layer = DynamoClient.layerConfig({
        region: Config.String("ORDERS_REGION"),
        endpoint: Config.URL("ORDERS_URL"),
        credentials: { accessKeyId: Config.String("ORDERS_ID"), secretAccessKey: Config.Redacted("ORDERS_SECRET") }
      })
      const env = { ORDERS_REGION: "eu-north-1", ORDERS_URL: server.url, ORDERS_ID: "ORDERS", ORDERS_SECRET: "s" }
      yield* list.pipe(Effect.provide(layer), Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(env))))
      assert.match(String(server.requests[0]?.headers.authorization), /Credential=ORDERS\/\d+\/eu-north-1/)
    })
  )
})

describe("layerFrom", () => {
  it.live("uses the client, leaves it open, and leaves its retries to it", () =>
    Effect.gen(function* () {
      let failing = false
      const server = yield* stubServer(() => (failing ? { status: 500 } : tables))
      const sdk = new DynamoDBClient({
        region: "eu-west-1",
        endpoint: server.url,
        credentials: { accessKeyId: "theirs", secretAccessKey: "s" },
        maxAttempts: 3
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => sdk.destroy()))

      yield* Effect.gen(function* () {
        assert.deepStrictEqual((yield* list).TableNames, ["a"])
        failing = true
        const error = yield* get.pipe(DynamoClient.noRetry, Effect.flip)
        assert.strictEqual(error._tag, "ServiceUnavailable")
        assert.strictEqual(server.requests.length, 2) // sent once, though the client itself would send it three times
      }).pipe(Effect.provide(DynamoClient.layerFrom(sdk)))

      yield* Effect.sleep("50 millis")
      assert.strictEqual(server.openSockets(), 1)
      assert.match(String(server.requests[0]?.headers.authorization), /Credential=theirs/)
      assert.strictEqual(yield* Effect.promise(() => sdk.config.maxAttempts()), 3)
    })
  )
})
