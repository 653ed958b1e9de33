import type { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Result } from "effect"
import { call, direct, identity, sdk } from "./support/wires.ts"

const regions = [
  "us-east-1",
  "eu-central-1",
  "mx-central-1",
  "cn-north-1",
  "cn-northwest-1",
  "cn-south-9",
  "us-gov-west-1",
  "us-gov-east-1",
  "us-gov-north-9",
  "us-iso-east-1",
  "us-isob-east-1",
  "us-isof-south-1",
  "eu-isoe-west-1",
  "eusc-de-east-1",
  "aws-global",
  "aws-cn-global",
  "fips-us-east-1",
  "us-gov-west-1-fips",
  "local",
  "nowhere",
  "not a region"
]
const accounts = [undefined, "123456789012", "not an id"]
const modes = ["preferred", "required", "disabled"] as const
const flags = [false, true]
const endpoints = [
  undefined,
  "http://localhost:8000",
  "https://proxy.example/some/path",
  "https://dynamodb.us-east-1.api.aws",
  "localhost:8000",
  "nonsense"
]

const arn = (region: string, account: string, service = "dynamodb") =>
  `arn:aws:${service}:${region}:${account}:table/things`

const inputs: ReadonlyArray<[DynamoClient.OperationName, object]> = [
  ["GetItem", { TableName: arn("us-east-1", "111111111111"), Key: {} }],
  ["GetItem", { TableName: arn("us-west-1", "111111111111"), Key: {} }],
  ["GetItem", { TableName: arn("us-east-1", "111111111111", "s3"), Key: {} }],
  ["GetItem", { TableName: arn("us-east-1", "not an id"), Key: {} }],
  ["GetItem", { TableName: "arn:aws", Key: {} }],
  ["BatchGetItem", { RequestItems: { [arn("us-east-1", "111111111111")]: { Keys: [] } } }],
  ["TransactGetItems", { TransactItems: [{ Get: { TableName: arn("us-east-1", "111111111111"), Key: {} } }] }],
  [
    "TransactWriteItems",
    {
      ClientRequestToken: "t",
      TransactItems: [
        { Delete: { TableName: "others", Key: {} } },
        { Put: { TableName: arn("us-east-1", "111111111111"), Item: {} } }
      ]
    }
  ],
  ["TagResource", { ResourceArn: arn("us-east-1", "111111111111"), Tags: [] }],
  ["ListTables", {}],
  ["ExecuteStatement", { Statement: "x" }]
]

/** Where each client goes, and in which region it signs; or that it refuses to go. */
const compare = (operation: DynamoClient.OperationName, input: object, options: DynamoClient.DirectOptions) =>
  Effect.gen(function* () {
    const ours = direct({ body: "{}" }, options)
    const theirs = sdk({ body: "{}" }, options)
    const results = [
      yield* Effect.provide(call(operation, input), ours.layer),
      yield* Effect.provide(call(operation, input), theirs.layer)
    ]
    const [went, wentTheirs] = [ours.sent, theirs.sent].map(([sent]) =>
      sent === undefined ? "nowhere" : `${sent.url} ${/\d{8}\/[\w-]+\//.exec(sent.headers.authorization ?? "")?.[0]}`
    )
    const what = JSON.stringify({ operation, input, ...options, credentials: undefined })
    assert.strictEqual(went, wentTheirs, what)
    for (const result of results) {
      if (went === "nowhere") assert.isTrue(Result.isFailure(result), what)
      if (Result.isFailure(result)) assert.deepInclude(result.failure, { origin: "request", sent: false }, what)
    }
    return went
  })

describe("where requests go", () => {
  it.live("follows from region, FIPS, dual-stack, the account and its mode, as with the SDK", () =>
    Effect.gen(function* () {
      const places = new Set<string | undefined>()
      for (const region of regions) {
        for (const accountId of accounts) {
          for (const accountIdEndpointMode of modes) {
            for (const useFipsEndpoint of flags) {
              for (const useDualstackEndpoint of flags) {
                const credentials = { ...identity, ...(accountId === undefined ? undefined : { accountId }) }
                places.add(
                  yield* compare(
                    "ListTables",
                    {},
                    {
                      region,
                      credentials,
                      accountIdEndpointMode,
                      useFipsEndpoint,
                      useDualstackEndpoint
                    }
                  )
                )
              }
            }
          }
        }
      }
      assert.isAbove(places.size, 60)
    })
  )

  it.live("is the endpoint that is given, as with the SDK", () =>
    Effect.gen(function* () {
      for (const endpoint of endpoints) {
        for (const region of ["us-east-1", "local", "cn-north-1"]) {
          for (const useFipsEndpoint of flags) {
            for (const useDualstackEndpoint of flags) {
              yield* compare(
                "ListTables",
                {},
                {
                  region,
                  useFipsEndpoint,
                  useDualstackEndpoint,
                  ...(endpoint === undefined ? undefined : { endpoint })
                }
              )
            }
          }
        }
      }
    })
  )

  it.live("follows from the ARN of a table, as with the SDK", () =>
    Effect.gen(function* () {
      for (const [operation, input] of inputs) {
        for (const accountIdEndpointMode of modes) {
          for (const accountId of [undefined, "123456789012"]) {
            const credentials = { ...identity, ...(accountId === undefined ? undefined : { accountId }) }
            yield* compare(operation, input, { region: "us-east-1", credentials, accountIdEndpointMode })
          }
        }
      }
    })
  )
})

describe("what the options leave out", () => {
  const goes = (env: Record<string, string>, options: DynamoClient.DirectOptions = {}) =>
    Effect.gen(function* () {
      const { layer, sent } = direct({ body: "{}" }, { region: undefined, credentials: undefined, ...options })
      const result = yield* call("ListTables", {}).pipe(
        Effect.provide(layer),
        Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(env)))
      )
      if (Result.isFailure(result)) return result.failure.code
      const { headers, url } = sent[0]!
      return `${url} ${/Credential=([\w/-]+)\/dynamodb/.exec(headers.authorization ?? "")?.[1]?.replace(/\d{8}\//, "")} ${headers["x-amz-security-token"]}`
    })

  const keys = { AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "s" }

  it.effect("is found in the environment", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* goes({ ...keys, AWS_REGION: "eu-west-3", AWS_DEFAULT_REGION: "eu-west-2", AWS_SESSION_TOKEN: "t" }),
        "https://dynamodb.eu-west-3.amazonaws.com/ A/eu-west-3 t"
      )
      assert.strictEqual(
        yield* goes({ ...keys, AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-2", AWS_SESSION_TOKEN: "" }),
        "https://dynamodb.eu-west-2.amazonaws.com/ A/eu-west-2 undefined"
      )
      const local = { ...keys, AWS_REGION: "eu-west-3", AWS_ENDPOINT_URL: "http://localhost:1" }
      assert.strictEqual(yield* goes(local), "http://localhost:1/ A/eu-west-3 undefined")
      assert.strictEqual(
        yield* goes({ ...local, AWS_ENDPOINT_URL_DYNAMODB: "http://localhost:2" }),
        "http://localhost:2/ A/eu-west-3 undefined"
      )
      assert.strictEqual(
        yield* goes({ ...local, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }),
        "https://dynamodb.eu-west-3.amazonaws.com/ A/eu-west-3 undefined"
      )
      assert.strictEqual(
        yield* goes({ ...local, AWS_ENDPOINT_URL_DYNAMODB: "http://localhost:2" }, { endpoint: "http://localhost:3" }),
        "http://localhost:3/ A/eu-west-3 undefined"
      )
      const account = { ...keys, AWS_REGION: "eu-west-3", AWS_ACCOUNT_ID: "123456789012" }
      assert.strictEqual(
        yield* goes(account),
        "https://123456789012.ddb.eu-west-3.amazonaws.com/ A/eu-west-3 undefined"
      )
      assert.strictEqual(
        yield* goes({ ...account, AWS_ACCOUNT_ID_ENDPOINT_MODE: "disabled", AWS_USE_DUALSTACK_ENDPOINT: "true" }),
        "https://dynamodb.eu-west-3.api.aws/ A/eu-west-3 undefined"
      )
      assert.strictEqual(
        yield* goes({ ...account, AWS_USE_FIPS_ENDPOINT: "TRUE" }),
        "https://dynamodb-fips.eu-west-3.amazonaws.com/ A/eu-west-3 undefined"
      )
    })
  )

  it.effect("is missed at the first call", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* goes(keys), "MissingRegion")
      assert.strictEqual(yield* goes({ ...keys, AWS_REGION: "a.b" }), "InvalidRegion")
      assert.strictEqual(yield* goes({ ...keys, AWS_REGION: "x", AWS_ENDPOINT_URL: "localhost:1" }), "InvalidEndpoint")
    })
  )
})
