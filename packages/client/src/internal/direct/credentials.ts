import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import type { StaticCredentials } from "../options.ts"
import { fromSdkError } from "../sdkFailure.ts"
import type { TransportFailure } from "../transport.ts"
import type { Identity } from "./sign.ts"

/**
 * Credentials as a provider gives them: with the time at which they expire, if they do.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProvidedCredentials extends StaticCredentials {
  /** When they are of no use any more; absent means never. */
  readonly expiration?: Date | undefined
}

/**
 * What gives credentials when asked: of the AWS SDK's type, so that those of `@aws-sdk/credential-providers` fit.
 *
 * @category models
 * @since 0.1.0
 */
export type CredentialsProvider = (identityProperties?: Record<string, unknown>) => PromiseLike<ProvidedCredentials>

/** The credentials of a client. */
export interface Credentials {
  /** Those at hand, if they will be good for a while yet. */
  readonly current: (now: number) => Identity | undefined
  /** Those at hand or, if they will not be good for long, new ones. */
  readonly get: Effect.Effect<Identity, TransportFailure>
  /** Has the service's word that these are of no use. */
  readonly expired: (identity: Identity) => void
}

/** How long before they expire credentials are replaced. */
const margin = 5 * 60_000
/** How long the old ones are used after new ones could not be had. */
const pause = 30_000

const reveal = (secret: string | Redacted.Redacted<string>): string =>
  typeof secret === "string" ? secret : Redacted.value(secret)

export const toIdentity = (credentials: ProvidedCredentials): Identity => ({
  accessKeyId: credentials.accessKeyId,
  secretAccessKey: reveal(credentials.secretAccessKey),
  sessionToken: credentials.sessionToken === undefined ? undefined : reveal(credentials.sessionToken),
  accountId: credentials.accountId,
  expiresAt: credentials.expiration?.getTime()
})

/** Credentials that stay as they are. */
export const fixed = (identity: Identity): Credentials => ({
  current: () => identity,
  get: Effect.succeed(identity),
  expired: () => {}
})

/** Credentials that are fetched when they are first needed, and again before they expire, by one fiber at a time. */
export const fetched = (fetch: Effect.Effect<ProvidedCredentials, TransportFailure>): Credentials => {
  const oneAtATime = Semaphore.makeUnsafe(1)
  let identity: Identity | undefined
  let fetchAt = Number.POSITIVE_INFINITY

  const current = (now: number): Identity | undefined => (now < fetchAt ? identity : undefined)

  const replace = (now: number): Effect.Effect<Identity, TransportFailure> =>
    Effect.matchEffect(Effect.flatMap(fetch, validate), {
      onSuccess: (fresh) => {
        identity = fresh
        // Some are given out that expire very soon: they are not asked for before each request.
        fetchAt =
          fresh.expiresAt === undefined ? Number.POSITIVE_INFINITY : Math.max(fresh.expiresAt - margin, now + pause)
        return Effect.succeed(fresh)
      },
      onFailure: (failure) => {
        if (identity?.expiresAt === undefined || identity.expiresAt <= now) return Effect.fail(failure)
        fetchAt = now + pause
        return Effect.succeed(identity)
      }
    })

  return {
    current,
    get: oneAtATime.withPermit(
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const atHand = current(now)
        return atHand === undefined ? replace(now) : Effect.succeed(atHand)
      })
    ),
    expired: (refused) => {
      if (identity === refused) identity = undefined
    }
  }
}

const failure = (message: string, cause?: unknown): TransportFailure => ({
  origin: "credentials",
  code: "CredentialsProviderError",
  message,
  sent: false,
  cause
})

const validate = (provided: ProvidedCredentials): Effect.Effect<Identity, TransportFailure> =>
  // A provider is anybody's JavaScript: its type is a promise that it may not keep.
  typeof provided?.accessKeyId === "string" && provided.secretAccessKey !== undefined
    ? Effect.succeed(toIdentity(provided))
    : Effect.fail(failure("The provider of credentials gave none."))

/** Asks a provider. */
export const fromProvider = (
  provider: CredentialsProvider,
  region: string | undefined,
  profile: string | undefined
): Effect.Effect<ProvidedCredentials, TransportFailure> =>
  Effect.tryPromise({
    // As the SDK's clients do, so that a provider which calls STS asks in the client's region.
    try: () => provider({ callerClientConfig: { region: () => Promise.resolve(region), profile } }),
    catch: (error) => ({ ...fromSdkError(error), origin: "credentials" as const, sent: false })
  })

// Put together, so that no bundler takes it, and the SDK with it, into every application. One that is bundled, and
// runs where no credentials are in its environment, names its provider.
const nameOfDefaultChain = () => ["@aws-sdk", "credential-provider-node"].join("/")

/** What the module of the SDK's default chain offers. */
interface DefaultChain {
  readonly defaultProvider: (options: { readonly profile?: string }) => CredentialsProvider
}

/** The SDK's default chain: configuration files, single sign-on, web identity, container, machine. Loaded only here. */
export const fromDefaultChain = (region: string | undefined, profile: string | undefined): Credentials => {
  let provider: CredentialsProvider | undefined
  const load = Effect.tryPromise({
    // the module is known by name only, as it may not be installed
    try: () => import(/* @vite-ignore */ /* webpackIgnore: true */ nameOfDefaultChain()) as Promise<DefaultChain>,
    catch: (error) =>
      failure(
        "The environment has no credentials, and @aws-sdk/credential-provider-node, to look elsewhere, cannot be loaded.",
        error
      )
  })
  return fetched(
    Effect.suspend(() =>
      provider !== undefined
        ? fromProvider(provider, region, profile)
        : Effect.flatMap(load, ({ defaultProvider }) => {
            provider = defaultProvider(profile === undefined ? {} : { profile })
            return fromProvider(provider, region, profile)
          })
    )
  )
}
