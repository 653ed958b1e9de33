/** The client of the DynamoDB that the command line, the environment and the AWS configuration files name. */
import { getHomeDir, loadSharedConfigFiles } from "@smithy/core/config"
import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { join } from "node:path"
import { Failure, UsageFailure } from "./failure.ts"
import * as settings from "./settings.ts"

const variable = (name: string): Effect.Effect<string | undefined> =>
  Config.String(name).pipe(
    Config.option,
    Effect.orDie,
    Effect.map((value) => Option.getOrUndefined(Option.filter(value, (text) => text !== "")))
  )

const firstVariable = (...names: ReadonlyArray<string>): Effect.Effect<string | undefined> =>
  Effect.map(Effect.all(names.map(variable)), (values) => values.find((value) => value !== undefined))

type Sections = { readonly [name: string]: { readonly [key: string]: string | undefined } | undefined }

/** The AWS configuration files: where they are looked for, and their sections. Files that are not there say nothing. */
const configuration = Effect.gen(function* () {
  const configFilepath = (yield* variable("AWS_CONFIG_FILE")) ?? join(getHomeDir(), ".aws", "config")
  const filepath = (yield* variable("AWS_SHARED_CREDENTIALS_FILE")) ?? join(getHomeDir(), ".aws", "credentials")
  const none = { configFile: {}, credentialsFile: {} }
  const { configFile, credentialsFile }: { readonly configFile: Sections; readonly credentialsFile: Sections } =
    yield* Effect.promise(() => loadSharedConfigFiles({ configFilepath, filepath }).catch(() => none))
  return { config: configFile, credentials: credentialsFile, paths: [configFilepath, filepath] }
})

/** What the configuration files say of a profile, which has to be in one of them if it is named. */
const profileOf = Effect.fnUntraced(function* (name: string | undefined, by: string) {
  const { config, credentials, paths } = yield* configuration
  const profile = name ?? "default"
  if (profile !== "default" && !Object.hasOwn(config, profile) && !Object.hasOwn(credentials, profile)) {
    return yield* Effect.fail(
      new Failure({
        message:
          `There is no profile "${profile}", which ${by} names: looked for it in ${paths.join(" and ")}.\n` +
          "AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name other files; aws configure list-profiles lists what is there."
      })
    )
  }
  const own = config[profile]
  const services = own?.["services"]
  const service = services === undefined ? undefined : config[`services.${services}`]
  return { region: own?.["region"], endpoint: service?.["dynamodb.endpoint_url"] ?? own?.["endpoint_url"] }
})

const isLoopback = (url: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/.test(url.hostname)

/** One that the command line has is a mistake of the command line. */
const parseEndpoint = (text: string, isFlag: boolean): Effect.Effect<URL, Failure | UsageFailure> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return Effect.succeed(url)
  const message = `The endpoint "${text}" is no URL: write it as http://localhost:8000`
  return Effect.fail(isFlag ? new UsageFailure({ message }) : new Failure({ message }))
}

/** A layer of the client that a connection names; what it leaves open the environment and the AWS configuration files say. */
export const layerOf = (
  connection: settings.Connection
): Layer.Layer<DynamoClient.DynamoClient, Failure | UsageFailure> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const flag = Option.getOrUndefined(connection.profile)
      const profile = flag ?? (yield* variable("AWS_PROFILE"))
      const files = yield* profileOf(profile, flag === undefined ? "AWS_PROFILE" : "the command line")
      const address =
        Option.getOrUndefined(connection.endpoint) ??
        (yield* firstVariable("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL")) ??
        files.endpoint
      const endpoint =
        address === undefined ? undefined : yield* parseEndpoint(address, Option.isSome(connection.endpoint))
      const local = endpoint !== undefined && isLoopback(endpoint)
      const region =
        Option.getOrUndefined(connection.region) ??
        (yield* firstVariable("AWS_REGION", "AWS_DEFAULT_REGION")) ??
        files.region ??
        (local ? "us-east-1" : undefined)
      if (region === undefined) {
        return yield* Effect.fail(
          new Failure({
            message: "No region is set: pass --region eu-west-1, or set AWS_REGION, or name a --profile that has one."
          })
        )
      }
      // An engine on this machine wants credentials and takes any: none need be set up for it.
      const anonymous = local && profile === undefined && (yield* variable("AWS_ACCESS_KEY_ID")) === undefined
      return DynamoClient.layerDirect({
        region,
        ...(endpoint === undefined ? undefined : { endpoint }),
        ...(profile === undefined ? undefined : { profile }),
        ...(anonymous ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } } : undefined)
      })
    })
  )

/** Gives an effect the client that the common flags name. */
export const provide = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.flatMap(settings.connection, (connection) => Effect.provide(self, layerOf(connection)))
