import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ConnectionOptions, StaticCredentials } from "../options.ts"
import { orElse, text } from "../options.ts"
import type { Credentials, CredentialsProvider } from "./credentials.ts"
import { fetched, fixed, fromDefaultChain, fromProvider, toIdentity } from "./credentials.ts"
import type { AccountIdEndpointMode, EndpointSettings } from "./endpoint.ts"

/**
 * What a direct client can be given. What is absent it finds in AWS's environment variables, by the names that
 * stand beside each.
 *
 * @category models
 * @since 0.1.0
 */
export interface DirectOptions extends Omit<ConnectionOptions, "credentials"> {
  /**
   * The credentials, or a provider of them, such as those of `@aws-sdk/credential-providers`. Absent means
   * `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY`, or else the SDK's default chain, which is loaded only then.
   */
  readonly credentials?: StaticCredentials | CredentialsProvider | undefined
  /** Whether to use endpoints validated by FIPS 140; `AWS_USE_FIPS_ENDPOINT`. Default false. */
  readonly useFipsEndpoint?: boolean | undefined
  /** Whether to use endpoints of IPv6 and IPv4; `AWS_USE_DUALSTACK_ENDPOINT`. Default false. */
  readonly useDualstackEndpoint?: boolean | undefined
  /**
   * Whether to use the endpoint of the account, where its id is known from the credentials or from a table's ARN;
   * `AWS_ACCOUNT_ID_ENDPOINT_MODE`. Default `preferred`.
   */
  readonly accountIdEndpointMode?: AccountIdEndpointMode | undefined
}

/** The options, with the environment for what they leave out. */
export interface Settings {
  readonly endpoint: EndpointSettings
  readonly credentials: Credentials
}

const flag = (name: string): Config.Config<boolean> =>
  Config.map(text(name), (value) => value?.toLowerCase() === "true")

const modes = new Set<string | undefined>(["preferred", "required", "disabled"])
const isMode = (mode: string | undefined): mode is AccountIdEndpointMode => modes.has(mode)

const environment = Config.all({
  region: orElse(text("AWS_REGION"), text("AWS_DEFAULT_REGION")),
  endpoint: orElse(text("AWS_ENDPOINT_URL_DYNAMODB"), text("AWS_ENDPOINT_URL")),
  ignoreEndpoints: flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
  profile: text("AWS_PROFILE"),
  useFipsEndpoint: flag("AWS_USE_FIPS_ENDPOINT"),
  useDualstackEndpoint: flag("AWS_USE_DUALSTACK_ENDPOINT"),
  accountIdEndpointMode: text("AWS_ACCOUNT_ID_ENDPOINT_MODE"),
  accessKeyId: text("AWS_ACCESS_KEY_ID"),
  secretAccessKey: Config.option(Config.Redacted("AWS_SECRET_ACCESS_KEY")),
  sessionToken: text("AWS_SESSION_TOKEN"),
  accountId: text("AWS_ACCOUNT_ID")
})

type Environment = Config.Success<typeof environment>

// Every variable may be absent, so this fails only where a provider of configuration is broken: a defect, as it is
// where the SDK cannot read the environment.
export const read = (options: DirectOptions): Effect.Effect<Settings> =>
  Effect.map(Effect.orDie(environment), (found) => {
    const endpoint = endpointSettings(options, found)
    return { endpoint, credentials: credentials(options, found, endpoint.region) }
  })

const endpointSettings = (options: DirectOptions, found: Environment): EndpointSettings => {
  const { endpoint } = options
  return {
    region: options.region ?? found.region,
    endpoint:
      endpoint === undefined
        ? found.ignoreEndpoints
          ? undefined
          : found.endpoint
        : typeof endpoint === "string"
          ? endpoint
          : endpoint.href,
    useFipsEndpoint: options.useFipsEndpoint ?? found.useFipsEndpoint,
    useDualstackEndpoint: options.useDualstackEndpoint ?? found.useDualstackEndpoint,
    accountIdEndpointMode:
      options.accountIdEndpointMode ?? (isMode(found.accountIdEndpointMode) ? found.accountIdEndpointMode : "preferred")
  }
}

const credentials = (options: DirectOptions, found: Environment, region: string | undefined): Credentials => {
  const profile = options.profile ?? found.profile
  if (typeof options.credentials === "function") return fetched(fromProvider(options.credentials, region, profile))
  if (options.credentials !== undefined) return fixed(toIdentity(options.credentials))
  // As the SDK has it, a profile goes before keys in the environment.
  if (profile === undefined && found.accessKeyId !== undefined && Option.isSome(found.secretAccessKey)) {
    const { accessKeyId, accountId, secretAccessKey, sessionToken } = found
    return fixed(toIdentity({ accessKeyId, secretAccessKey: secretAccessKey.value, sessionToken, accountId }))
  }
  return fromDefaultChain(region, profile)
}
