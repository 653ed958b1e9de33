/** What every command takes: where DynamoDB is, who asks, and how to answer. */
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import type * as Option from "effect/Option"
import { toggle } from "./flagValue.ts"

/** The AWS region. */
export const Region = GlobalFlag.Setting("region")({
  flag: Flag.String("region").pipe(
    Flag.withDescription("The AWS region; else AWS_REGION, AWS_DEFAULT_REGION, or the profile's"),
    Flag.withMetavar("REGION"),
    Flag.optional
  )
})

/** The URL of the service. */
export const Endpoint = GlobalFlag.Setting("endpoint")({
  flag: Flag.String("endpoint").pipe(
    Flag.withDescription("The service's URL, as of DynamoDB Local; else AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL"),
    Flag.withMetavar("URL"),
    Flag.optional
  )
})

/** The profile of the AWS configuration files. */
export const Profile = GlobalFlag.Setting("profile")({
  flag: Flag.String("profile").pipe(
    Flag.withDescription("The profile of the AWS configuration files; else AWS_PROFILE"),
    Flag.withMetavar("NAME"),
    Flag.optional
  )
})

/** Whether to answer in JSON. */
export const Json = GlobalFlag.Setting("json")({
  flag: toggle("json", "Answer in JSON, for machines")
})

/** Whether to say nothing but the answer. */
export const Quiet = GlobalFlag.Setting("quiet")({
  flag: Flag.Boolean("quiet").pipe(
    Flag.withAlias("q"),
    Flag.withDescription("Print no notes and no progress, only the answer"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
})

/** In the order in which help shows them. */
export const all = [Region, Endpoint, Profile, Json, Quiet] as const

/** Where DynamoDB is and who asks, as far as the command line says so. */
export interface Connection {
  readonly region: Option.Option<string>
  readonly endpoint: Option.Option<string>
  readonly profile: Option.Option<string>
}

/** The connection that the common flags name. */
export const connection = Effect.all({ region: Region, endpoint: Endpoint, profile: Profile })
