/** Region, endpoint, credentials and profile: what is found where, and how a wrong one shows; by both clients. */
import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Config, ConfigProvider, Context, Effect, Layer, Redacted } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import { local } from "./support/local.ts"
import { type Answer, refusal, stubServer } from "./support/stubServer.ts"

const list = DynamoClient.DynamoClient.use((client) => client.listTables({}))
const tables: Answer = { status: 200, body: JSON.stringify({ TableNames: ["a"] }) }

type Environment = Readonly<Record<string, string>>

/** The environment of the process itself, which the SDK reads: nothing of AWS's but this, and a file with one profile. */
const processEnvironment = (variables: Environment = {}) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "effect-dynamo-"))
      const file = join(folder, "credentials")
      writeFileSync(file, "[somebody]\naws_access_key_id = FROMFILE\naws_secret_access_key = s\n")
      const before = { ...process.env }
      for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name]
      Object.assign(process.env, {
        AWS_SHARED_CREDENTIALS_FILE: file,
        AWS_CONFIG_FILE: join(folder, "config"),
        AWS_EC2_METADATA_DISABLED: "true",
        ...variables
      })
      return { before, folder }
    }),
    ({ before, folder }) =>
      Effect.sync(() => {
        for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name]
        Object.assign(process.env, before)
        rmSync(folder, { recursive: true })
      })
  )

const config = (variables: Environment) => ConfigProvider.layer(ConfigProvider.fromEnvRecord(variables))

const clients = [
  { name: "sdk", layer: DynamoClient.layer, layerConfig: DynamoClient.layerConfig },
  { name: "direct", layer: DynamoClient.layerDirect, layerConfig: DynamoClient.layerDirectConfig }
] as const

/** Config as the environment of the process is now: otherwise it is as it was at first. */
const asItIsNow = Layer.unwrap(Effect.sync(() => ConfigProvider.layer(ConfigProvider.fromEnv())))

/** A second client. */
class There extends Context.Service<There, DynamoClient.Service>()("test/There") {}

/** Who asks, and in which region, as DynamoDB sees it. */
const signedBy = (authorization: string | undefined) => /Credential=(\w+)\/\d+\/([\w-]+)\//.exec(authorization ?? "")

interface Wrong {
  readonly what: string
  readonly options?: Partial<DynamoClient.ConnectionOptions>
  readonly answer?: Answer
  readonly tag: string
  readonly code?: string
  readonly message: RegExp
  readonly sent: number
}

const secret = "SECRETACCESSKEY"

const wrong: ReadonlyArray<Wrong> = [
  {
    what: "no region",
    options: { region: undefined },
    tag: "RequestRejected",
    code: "MissingRegion",
    message: /not sent.*set AWS_REGION/,
    sent: 0
  },
  {
    what: "a region that cannot be one",
    options: { region: "not a region" },
    tag: "RequestRejected",
    code: "InvalidRegion",
    message: /not sent.*Check the client's region/,
    sent: 0
  },
  {
    what: "the region of another endpoint",
    answer: refusal("InvalidSignatureException", { message: "Credential should be scoped to a valid region." }),
    tag: "AccessDenied",
    message: /valid region.*InvalidSignatureException/,
    sent: 1
  },
  ...["not a url", "localhost:8000", "ftp://localhost:8000"].map((endpoint): Wrong => ({
    what: `an endpoint that is none, ${endpoint}`,
    options: { endpoint },
    tag: "RequestRejected",
    code: "InvalidEndpoint",
    message: /not sent.*http:\/\/localhost:8000/,
    sent: 0
  })),
  {
    what: "an endpoint that is not DynamoDB's",
    answer: { status: 404, body: "<html>Not found</html>", headers: { "content-type": "text/html" } },
    tag: "RequestRejected",
    message: /./,
    sent: 1
  },
  {
    what: "credentials that are refused",
    answer: refusal("UnrecognizedClientException", { message: "The security token is invalid." }),
    tag: "AccessDenied",
    message: /Check the credentials.*UnrecognizedClientException/,
    sent: 1
  },
  {
    what: "no credentials anywhere",
    options: { credentials: undefined },
    tag: "AccessDenied",
    message: /Give the client credentials/,
    sent: 0
  },
  {
    what: "a profile that is none",
    options: { credentials: undefined, profile: "nobody" },
    tag: "AccessDenied",
    message: /Give the client credentials/,
    sent: 0
  }
]

for (const { layer, layerConfig, name } of clients) {
  const layerOf = (options: DynamoClient.ConnectionOptions) => Layer.provide(layer({ ...options }), asItIsNow)

  describe(`the ${name} client finds`, () => {
    const asked = (make: (url: string) => Layer.Layer<DynamoClient.DynamoClient, unknown>) =>
      Effect.gen(function* () {
        const server = yield* stubServer(() => tables)
        yield* list.pipe(Effect.provide(make(server.url)))
        const { authorization, "x-amz-security-token": token } = server.requests[0]!.headers
        const [, user, region] = signedBy(authorization) ?? []
        return { user, region, token }
      })

    it.live("what is given: a URL, values, and redacted ones", () =>
      Effect.gen(function* () {
        const found = yield* asked((url) =>
          layerOf({
            region: "eu-west-3",
            endpoint: new URL(url),
            credentials: {
              accessKeyId: "AKID",
              secretAccessKey: Redacted.make(secret),
              sessionToken: Redacted.make("token")
            }
          })
        )
        assert.deepStrictEqual(found, { user: "AKID", region: "eu-west-3", token: "token" })
      })
    )

    it.live("AWS's variables, through Config", () =>
      Effect.gen(function* () {
        yield* processEnvironment({ AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "PROCESS" })
        const keys = { AWS_ACCESS_KEY_ID: "CONFIG", AWS_SECRET_ACCESS_KEY: "s" }
        const first = yield* asked((url) =>
          Layer.provide(
            layerConfig(),
            config({
              ...keys,
              AWS_REGION: "ap-south-1",
              AWS_DEFAULT_REGION: "ap-south-2",
              AWS_ENDPOINT_URL_DYNAMODB: url,
              AWS_ENDPOINT_URL: "http://127.0.0.1:1",
              AWS_SESSION_TOKEN: "token"
            })
          )
        )
        assert.deepStrictEqual(first, { user: "CONFIG", region: "ap-south-1", token: "token" })
        const second = yield* asked((url) =>
          Layer.provide(
            layerConfig(),
            config({ ...keys, AWS_REGION: "", AWS_DEFAULT_REGION: "sa-east-1", AWS_ENDPOINT_URL: url })
          )
        )
        assert.deepStrictEqual(second, { user: "CONFIG", region: "sa-east-1", token: undefined })
      })
    )

    it.live("names of one's own", () =>
      Effect.gen(function* () {
        const found = yield* asked((url) =>
          layerConfig({
            region: Config.String("ORDERS_REGION"),
            endpoint: Config.URL("ORDERS_URL"),
            credentials: { accessKeyId: Config.String("ORDERS_ID"), secretAccessKey: Config.Redacted("ORDERS_SECRET") }
          }).pipe(
            Layer.provide(
              config({ ORDERS_REGION: "eu-north-1", ORDERS_URL: url, ORDERS_ID: "ORDERS", ORDERS_SECRET: "s" })
            )
          )
        )
        assert.deepStrictEqual(found, { user: "ORDERS", region: "eu-north-1", token: undefined })
      })
    )

    it.live("a profile's credentials, by its name given or in AWS_PROFILE", () =>
      Effect.gen(function* () {
        yield* processEnvironment()
        const given = yield* asked((endpoint) => layerOf({ region: "eu-west-1", endpoint, profile: "somebody" }))
        assert.strictEqual(given.user, "FROMFILE")
        const named = yield* asked((url) =>
          Layer.provide(
            layerConfig(),
            config({ AWS_PROFILE: "somebody", AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: url })
          )
        )
        assert.strictEqual(named.user, "FROMFILE")
        // As for the SDK, it goes before keys.
        const keys = { AWS_ACCESS_KEY_ID: "CONFIG", AWS_SECRET_ACCESS_KEY: "s" }
        const both = yield* asked((url) =>
          Layer.provide(
            layerConfig(),
            config({ ...keys, AWS_PROFILE: "somebody", AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: url })
          )
        )
        assert.strictEqual(both.user, "FROMFILE")
      })
    )

    it.live("credentials in the environment of the process, where none are given", () =>
      Effect.gen(function* () {
        yield* processEnvironment({ AWS_ACCESS_KEY_ID: "PROCESS", AWS_SECRET_ACCESS_KEY: "s", AWS_REGION: "eu-west-2" })
        const found = yield* asked((endpoint) => layerOf({ endpoint }))
        assert.deepStrictEqual(found, { user: "PROCESS", region: "eu-west-2", token: undefined })
      })
    )
  })

  describe(`the ${name} client says`, () => {
    for (const { answer, code, message, options, sent, tag, what } of wrong) {
      it.live(`${what}: ${tag}, without a retry`, () =>
        Effect.gen(function* () {
          yield* processEnvironment()
          const server = yield* stubServer(() => answer ?? tables)
          const given = { ...local(server.url), credentials: { accessKeyId: "AKID", secretAccessKey: secret } }
          const error = yield* list.pipe(Effect.flip, Effect.provide(layerOf({ ...given, ...options })))
          assert.strictEqual(error._tag, tag, error.message)
          assert.match(error.message, message)
          if (code !== undefined) assert.propertyVal(error, "code", code)
          assert.propertyVal(error, "attempts", 1)
          assert.lengthOf(server.requests, sent)
          assert.notInclude(inspect(error, { depth: null }), secret)
        })
      )
    }

    it.live("a host that is none, and one where nobody listens: NetworkError", () =>
      Effect.gen(function* () {
        const { url } = yield* Effect.scoped(stubServer(() => tables)) // closed again: its port is free
        for (const endpoint of ["http://dynamodb.nowhere.invalid", url]) {
          const error = yield* list.pipe(DynamoClient.noRetry, Effect.flip, Effect.provide(layerOf(local(endpoint))))
          assert.strictEqual(error._tag, "NetworkError")
          assert.match(error.message, /cannot be reached.*Check the client's endpoint and region/)
        }
      })
    )

    it.live("TLS where there is none: NetworkError, without a retry", () =>
      Effect.gen(function* () {
        const server = yield* stubServer(() => tables)
        const endpoint = server.url.replace("http:", "https:")
        const error = yield* list.pipe(Effect.flip, Effect.provide(layerOf(local(endpoint))))
        assert.strictEqual(error._tag, "NetworkError")
        assert.match(error.message, /Check the endpoint/)
        assert.propertyVal(error, "attempts", 1)
      })
    )

    it.live("a key without its secret, and an endpoint that is no URL, when it is made: ConfigError", () =>
      Effect.gen(function* () {
        const variables: ReadonlyArray<Environment> = [
          { AWS_ACCESS_KEY_ID: "A" },
          { AWS_ENDPOINT_URL_DYNAMODB: "nonsense" },
          { AWS_ENDPOINT_URL: "nonsense" }
        ]
        for (const some of variables) {
          const error = yield* layerConfig().pipe(Layer.provide(config(some)), Layer.build, Effect.scoped, Effect.flip)
          assert.strictEqual(error._tag, "ConfigError")
        }
      })
    )
  })
}

describe("two clients in one program", () => {
  for (const { layer, name } of clients) {
    it.live(`are two layers, of which one is under a name of its own [${name}]`, () =>
      Effect.gen(function* () {
        const here = yield* stubServer(() => tables)
        const there = yield* stubServer(() => tables)
        const user = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: "s" })
        const layerHere = layer({ region: "eu-west-1", endpoint: here.url, credentials: user("HERE") })
        const layerThere = layer({ region: "us-east-1", endpoint: there.url, credentials: user("THERE") })
        yield* Effect.gen(function* () {
          for (let i = 0; i < 3; i++) {
            yield* list
            yield* Effect.provideServiceEffect(list, DynamoClient.DynamoClient, There)
          }
        }).pipe(
          Effect.provide(Layer.effect(There, DynamoClient.DynamoClient).pipe(Layer.provide(layerThere))),
          Effect.provide(layerHere)
        )
        for (const [server, who] of [
          [here, ["HERE", "eu-west-1"]],
          [there, ["THERE", "us-east-1"]]
        ] as const) {
          assert.lengthOf(server.requests, 3)
          assert.strictEqual(server.opened(), 1)
          for (const { headers } of server.requests) {
            assert.deepStrictEqual(signedBy(headers.authorization)?.slice(1), [...who])
          }
        }
      })
    )
  }
})
