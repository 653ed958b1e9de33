import type { TransportFailure } from "../transport.ts"
import { tableNames } from "../tables.ts"
import type { Target } from "./sign.ts"

// Where a request goes: AWS's rules for DynamoDB, as the SDK's own client follows them.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html

/**
 * When to use the endpoint of an account: where its id is known, always, or never.
 *
 * @category models
 * @since 0.1.0
 */
export type AccountIdEndpointMode = "preferred" | "required" | "disabled"

/** What the endpoint follows from. */
export interface EndpointSettings {
  readonly region: string | undefined
  readonly endpoint: string | undefined
  readonly useFipsEndpoint: boolean
  readonly useDualstackEndpoint: boolean
  readonly accountIdEndpointMode: AccountIdEndpointMode
}

interface Partition {
  readonly name: string
  readonly regions: RegExp
  readonly suffix: string
  readonly dualstackSuffix: string
}

const partition = (name: string, regions: RegExp, suffix: string, dualstackSuffix: string): Partition => ({
  name,
  regions,
  suffix,
  dualstackSuffix
})

const commercial = partition("aws", /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/, "amazonaws.com", "api.aws")

const partitions: ReadonlyArray<Partition> = [
  commercial,
  partition("aws-cn", /^(cn-\w+-\d+|aws-cn-global)$/, "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
  partition("aws-eusc", /^eusc-de-\w+-\d+$/, "amazonaws.eu", "api.amazonwebservices.eu"),
  partition("aws-iso", /^(us-iso-\w+-\d+|aws-iso-global)$/, "c2s.ic.gov", "api.aws.ic.gov"),
  partition("aws-iso-b", /^(us-isob-\w+-\d+|aws-iso-b-global)$/, "sc2s.sgov.gov", "api.aws.scloud"),
  partition("aws-iso-e", /^(eu-isoe-\w+-\d+|aws-iso-e-global)$/, "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
  partition("aws-iso-f", /^(us-isof-\w+-\d+|aws-iso-f-global)$/, "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
  partition("aws-us-gov", /^(us-gov-\w+-\d+|aws-us-gov-global)$/, "amazonaws.com", "api.aws")
]

const partitionOf = (region: string): Partition => partitions.find(({ regions }) => regions.test(region)) ?? commercial

// Outside of the commercial partition, regions that have endpoints of accounts
const withAccounts = new Set(["us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1"])

const isHostLabel = (text: string): boolean => /^(?!-)[a-zA-Z0-9-]{1,63}(?<!-)$/.test(text)

const refuse = (code: string, message: string): TransportFailure => ({
  origin: "request",
  code,
  message,
  sent: false,
  cause: undefined
})

const invalid = (message: string) => refuse("InvalidConfiguration", message)

/** Where requests go, by the id of the account they are about, if any; or why there is no such place. */
export type Endpoints = (accountId: string | undefined) => Target | TransportFailure

/** Finds endpoints, each once. */
export const makeEndpoints = (settings: EndpointSettings): Endpoints => {
  const known = new Map<string | undefined, Target | TransportFailure>()
  return (accountId) => {
    let found = known.get(accountId)
    if (found === undefined) {
      found = resolve(settings, accountId)
      known.set(accountId, found)
    }
    return found
  }
}

export const isTarget = (found: Target | TransportFailure): found is Target => "url" in found

const resolve = (settings: EndpointSettings, accountId: string | undefined): Target | TransportFailure => {
  // Regions such as `fips-us-east-1` and `us-east-1-fips` are names for the region by its FIPS endpoint.
  const region = settings.region?.replace(/^fips-|-fips$/, "")
  if (region === undefined || region === "") return refuse("MissingRegion", "Region is missing.")
  if (!isHostLabel(region)) {
    return refuse("InvalidRegion", "Region not accepted: it is not a valid hostname component.")
  }
  const fips = settings.useFipsEndpoint || region !== settings.region
  return settings.endpoint === undefined
    ? official({ ...settings, region, useFipsEndpoint: fips }, accountId)
    : custom(settings.endpoint, { ...settings, region, useFipsEndpoint: fips })
}

interface InRegion extends EndpointSettings {
  readonly region: string
}

const custom = (endpoint: string, settings: InRegion): Target | TransportFailure => {
  if (settings.useFipsEndpoint) return invalid("FIPS and a custom endpoint are not supported together.")
  if (settings.useDualstackEndpoint) return invalid("Dual-stack and a custom endpoint are not supported together.")
  // `localhost:8000` is a URL too, of the scheme `localhost:`
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    return refuse("InvalidEndpoint", "Invalid endpoint: it is not a plain URL that begins with http:// or https://.")
  }
  const { dualstackSuffix } = partitionOf(settings.region)
  if (url.host === `dynamodb.${settings.region}.${dualstackSuffix}`) {
    return invalid("A dual-stack endpoint is not given as a URL, but by the setting for dual-stack.")
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/"
  return { url, region: settings.region }
}

const official = (settings: InRegion, accountId: string | undefined): Target | TransportFailure => {
  const { accountIdEndpointMode: mode, region, useDualstackEndpoint: dualstack, useFipsEndpoint: fips } = settings
  const { dualstackSuffix, name, suffix } = partitionOf(region)
  const at = (prefix: string): Target => ({
    url: new URL(`https://${prefix}.${region}.${dualstack ? dualstackSuffix : suffix}/`),
    region
  })

  if (region === "local") {
    return fips || dualstack
      ? invalid("The region local has neither FIPS nor dual-stack.")
      : { url: new URL("http://localhost:8000/"), region: "us-east-1" }
  }
  if (fips) {
    if (mode === "required") return invalid("FIPS endpoints of accounts, which are required, are not supported.")
    return at(name === "aws-us-gov" && !dualstack ? "dynamodb" : "dynamodb-fips")
  }
  if (mode === "disabled") return at("dynamodb")
  if (name !== "aws" && !withAccounts.has(region)) {
    return mode === "required"
      ? invalid("Endpoints of accounts, which are required, are not supported in this region.")
      : at("dynamodb")
  }
  if (accountId === undefined) {
    return mode === "required"
      ? invalid("The endpoint of the account is required, but the credentials do not tell the account's id.")
      : at("dynamodb")
  }
  return isHostLabel(accountId)
    ? at(`${accountId}.ddb`)
    : invalid("The account's id that the credentials tell is invalid.")
}

/** Finds the account that a request is about. */
export type AccountOf = (input: object, ofCredentials: string | undefined) => string | undefined

/**
 * The account that a request is about: that of the table's ARN, where one stands in the place of a name and is of
 * the client's region; otherwise that of the credentials. Where no account has an endpoint, it does not matter.
 */
export const makeAccountOf = (settings: EndpointSettings): AccountOf =>
  settings.endpoint !== undefined || settings.accountIdEndpointMode === "disabled"
    ? () => undefined
    : (input, ofCredentials) => {
        const table = firstTable(input)
        if (typeof table !== "string" || !table.startsWith("arn:")) return ofCredentials
        const [, , service, region, account = ""] = table.split(":")
        return service === "dynamodb" && region === settings.region && isHostLabel(account) ? account : ofCredentials
      }

const firstTable = (input: object): unknown => {
  if ("TableName" in input) return input.TableName
  if ("ResourceArn" in input) return input.ResourceArn
  return "RequestItems" in input || "TransactItems" in input ? tableNames(input)[0] : undefined
}
