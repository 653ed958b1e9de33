import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb"
import * as Config from "effect/Config"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { KnownFailure } from "./knownFailure.ts"
import { fromSdkError } from "./sdkFailure.ts"

/**
 * Credentials as such. The secret and the session token may be `Redacted`, and are then never shown.
 *
 * @category models
 * @since 0.1.0
 */
export interface StaticCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string | Redacted.Redacted<string>
  readonly sessionToken?: string | Redacted.Redacted<string> | undefined
  /** The account's id, by which the SDK can choose the account's own endpoint. */
  readonly accountId?: string | undefined
}

/**
 * Where DynamoDB is, and who asks. What is absent the AWS SDK finds as it always does: in its
 * environment variables, its configuration files, and from the machine the program runs on.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConnectionOptions {
  /** The AWS region: `eu-west-1`. */
  readonly region?: string | undefined
  /** The URL of the service, for DynamoDB Local and other engines. */
  readonly endpoint?: string | URL | undefined
  /** The credentials; absent means the SDK's default chain. */
  readonly credentials?: StaticCredentials | undefined
  /** The profile of the AWS configuration files to use. */
  readonly profile?: string | undefined
}

/**
 * What a client can be given: where DynamoDB is, who asks, and everything else that the SDK's own
 * client takes.
 *
 * The SDK's settings for retries are not among them: the client sends each request once, and what
 * is sent again is for `RetryPolicy` to say.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options
  extends
    Omit<ConnectionOptions, "credentials">,
    Omit<
      DynamoDBClientConfig,
      "region" | "endpoint" | "credentials" | "profile" | "maxAttempts" | "retryMode" | "retryStrategy"
    > {
  /** The credentials, or an SDK provider of them; absent means the SDK's default chain. */
  readonly credentials?: StaticCredentials | DynamoDBClientConfig["credentials"]
}

const reveal = (secret: string | Redacted.Redacted<string>): string =>
  typeof secret === "string" ? secret : Redacted.value(secret)

/**
 * An endpoint as the SDK takes it. `localhost:8000` is a URL too, of the scheme `localhost:`: the SDK would send
 * the request, credentials and all, to port 80. Such a one is refused at the first call, as what is no URL is.
 */
const sdkEndpoint = (endpoint: string): string | (() => Promise<never>) =>
  /^[a-z][a-z\d+.-]*:/i.test(endpoint) && !/^https?:/i.test(endpoint)
    ? () => Promise.reject(new Error("Invalid endpoint: it begins with neither http:// nor https://."))
    : endpoint

/**
 * How to send requests: by a handler as it is, or by the SDK's own with settings. The SDK waits for a connection as long as
 * the system does, which is minutes, and for an answer for ever; here it gives up when the direct client does.
 */
const boundedHandler = ({ defaultsMode, requestHandler }: Options): DynamoDBClientConfig => {
  // A mode of defaults has bounds of its own, where the handler has no settings.
  if (requestHandler === undefined && defaultsMode !== undefined) return {}
  return {
    requestHandler:
      requestHandler !== undefined && "handle" in requestHandler
        ? requestHandler
        : { connectionTimeout: 5000, socketTimeout: 30_000, ...requestHandler }
  }
}

type Provider = Extract<NonNullable<DynamoDBClientConfig["credentials"]>, (...args: never) => unknown>

/** A provider whose failures are told apart from those of requests, whatever they look like. */
const knownProvider =
  (provider: Provider): Provider =>
  (properties) =>
    provider(properties).then(
      // A provider is anybody's JavaScript: its type is a promise that it may not keep.
      (provided) =>
        provided?.accessKeyId === undefined
          ? noCredentials(new Error("The provider of credentials gave none."))
          : provided,
      noCredentials
    )

const noCredentials = (error: unknown): Promise<never> =>
  Promise.reject(new KnownFailure({ ...fromSdkError(error), origin: "credentials", sent: false }))

/** For a region that is empty the SDK would throw: it is refused at the first call, as one that is missing is. */
const noRegion = (): Promise<string> => Promise.reject(new Error("Region is missing."))

/** The options as the SDK takes them: no `undefined`, no `URL`, nothing redacted. */
export const toSdkConfig = (options: Options): DynamoDBClientConfig => {
  const { credentials, endpoint, profile, region, ...rest } = options
  const config: DynamoDBClientConfig = { ...rest, ...boundedHandler(options) }
  if (region !== undefined) config.region = region === "" ? noRegion : region
  if (endpoint !== undefined) config.endpoint = sdkEndpoint(typeof endpoint === "string" ? endpoint : endpoint.href)
  if (profile !== undefined) config.profile = profile
  if (typeof credentials === "function") config.credentials = knownProvider(credentials)
  else if (credentials !== undefined) {
    const { secretAccessKey, sessionToken, ...others } = credentials
    // others may hold `accountId: undefined`, which the SDK takes for absent though its type does not say so
    config.credentials = {
      ...(others as Omit<typeof others, "accountId">),
      secretAccessKey: reveal(secretAccessKey),
      ...(sessionToken === undefined ? undefined : { sessionToken: reveal(sessionToken) })
    }
  }
  return config
}

// A variable that is set to nothing counts as absent, as it does for AWS's own tools.
export const text = (name: string): Config.Config<string | undefined> =>
  Config.String(name).pipe(
    Config.option,
    Config.map((value) => Option.getOrUndefined(Option.filter(value, (text) => text !== "")))
  )

const whenSet = <A>(name: string, config: Config.Config<A>): Config.Config<A | undefined> =>
  Config.flatMap(text(name), (value): Config.Config<A | undefined> =>
    value === undefined ? Config.succeed(undefined) : config
  )

export const orElse = <A>(first: Config.Config<A | undefined>, second: Config.Config<A | undefined>) =>
  Config.flatMap(first, (value) => (value === undefined ? second : Config.succeed<A | undefined>(value)))

const whenNotSet = <A>(name: string, config: Config.Config<A | undefined>): Config.Config<A | undefined> =>
  Config.flatMap(text(name), (value) => (value === undefined ? config : Config.succeed<A | undefined>(undefined)))

// As the SDK has it, a profile goes before keys. An id without its secret is a mistake, and says so; no id leaves it all
// to the SDK's default chain.
const credentials = (): Config.Config<StaticCredentials | undefined> =>
  whenNotSet(
    "AWS_PROFILE",
    whenSet<StaticCredentials>(
      "AWS_ACCESS_KEY_ID",
      Config.all({
        accessKeyId: Config.String("AWS_ACCESS_KEY_ID"),
        secretAccessKey: Config.Redacted("AWS_SECRET_ACCESS_KEY"),
        sessionToken: whenSet("AWS_SESSION_TOKEN", Config.Redacted("AWS_SESSION_TOKEN"))
      })
    )
  )

const url = (name: string) => whenSet(name, Config.URL(name))

/** What AWS's own tools read from the environment. A function, so that bundles which do not ask leave it out. */
export const environment = (): Config.Config<ConnectionOptions> =>
  Config.all({
    region: orElse(text("AWS_REGION"), text("AWS_DEFAULT_REGION")),
    endpoint: orElse(url("AWS_ENDPOINT_URL_DYNAMODB"), url("AWS_ENDPOINT_URL")),
    credentials: credentials(),
    profile: text("AWS_PROFILE")
  })
