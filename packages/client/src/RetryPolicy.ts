/**
 * When a request that failed is sent again, and after how long.
 *
 * The client retries by itself, by the policy it finds in the context: {@link defaultPolicy} unless
 * `DynamoClient.withRetry` says otherwise. A policy only decides about failures that sending the
 * same request again can heal: conditions that were false, refused requests, missing tables and
 * credentials are never retried, and neither is a write that may have been applied and must not be
 * applied twice.
 *
 * @module
 * @since 0.1.0
 */
import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"

const TypeId = "~@effect-dynamo/client/RetryPolicy"

/**
 * Decides, for each failure of a call, whether and when the request is sent again.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicy {
  readonly [TypeId]: typeof TypeId
  /** Steps once for each failure, with the error as its input; where it ends, the call fails. */
  readonly schedule: Schedule.Schedule<unknown, DynamoError>
  /** Whether retries take from the client's {@link Quota}, and end where it is used up. */
  readonly quota: boolean
}

/**
 * What kind of passing trouble an error is.
 *
 * - `throttle`: a limit of a table, an index, a key or the account
 * - `server`: a 5xx answer, or a transaction with the same token that is still in progress
 * - `network`: no connection, or a broken one
 * - `timeout`: no answer in time
 * - `conflict`: another write was under way on the item
 *
 * @category models
 * @since 0.1.0
 */
export type Trouble = "throttle" | "server" | "network" | "timeout" | "conflict"

/**
 * What a policy is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How often the request is sent at most, the first time included. Less than 1 throws a `RangeError`. Default 8. */
  readonly maxAttempts?: number | undefined
  /** No attempt begins later than this after the first failure. Default 30 seconds. */
  readonly maxElapsed?: Duration.Input | undefined
  /** The longest wait before the second attempt; doubles with every further one. Default 50 milliseconds. */
  readonly baseDelay?: Duration.Input | undefined
  /**
   * The same after throttling by a hot key range, or where DynamoDB does not tell by what: such takes longer to pass.
   * Default 200 milliseconds.
   */
  readonly throttleBaseDelay?: Duration.Input | undefined
  /**
   * The same after throttling by a limit of the table, the index or the account, which DynamoDB counts by the second.
   * Default 500 milliseconds; where `throttleBaseDelay` is given, two and a half times that.
   */
  readonly limitBaseDelay?: Duration.Input | undefined
  /** The longest wait between two attempts. Default 20 seconds. */
  readonly maxDelay?: Duration.Input | undefined
  /** What is retried. Default: all but `conflict`, which the AWS SDK leaves to the caller too. */
  readonly retryOn?: ReadonlyArray<Trouble> | undefined
  /** `false` for work that is retried whether or not the client's {@link Quota} is used up. Default `true`. */
  readonly quota?: boolean | undefined
}

/**
 * Whether a value is a retry policy.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRetryPolicy = (u: unknown): u is RetryPolicy => Predicate.hasProperty(u, TypeId)

// The codes of a cancelled transaction's operations that pass by themselves.
const throttledReasons = new Set(["ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"])

/**
 * What kind of passing trouble an error is, or `undefined` where sending the same request again
 * cannot help.
 *
 * A transaction that was cancelled for throttling, and for nothing that lasts, counts as `throttle`.
 *
 * **Example** (Telling troubles apart)
 *
 * ```ts
 * import { DynamoError, RetryPolicy } from "effect-dynamo"
 *
 * const error = new DynamoError.ThroughputExceeded({ message: "Throttled.", operation: "GetItem", reasons: [] })
 * RetryPolicy.trouble(error) // => "throttle"
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const trouble = (error: DynamoError): Trouble | undefined => {
  switch (error._tag) {
    case "ThroughputExceeded":
      return "throttle"
    case "ServiceUnavailable":
      return "server"
    case "NetworkError":
      return "network"
    case "RequestTimeout":
      return "timeout"
    case "TransactionConflict":
      return "conflict"
    case "TransactionCanceled": {
      const codes = error.reasons.map((reason) => reason.code).filter((code) => code !== "None")
      return codes.some((code) => throttledReasons.has(code)) &&
        codes.every((code) => throttledReasons.has(code) || code === "TransactionConflict")
        ? "throttle"
        : undefined
    }
    default:
      return undefined
  }
}

// Of DynamoDB's throttling reasons those that are of all of a table, an index or an account; the others are of key ranges.
const limitReason = /(Provisioned|MaxOnDemand)ThroughputExceeded$|AccountLimitExceeded$/

/** Whether a limit is exceeded that is larger than a key range's: with several reasons, the one that lasts longest counts. */
const exceedsLimit = (error: DynamoError): boolean =>
  error._tag === "ThroughputExceeded" && error.reasons.some(({ reason = "" }) => limitReason.test(reason))

/**
 * Makes a policy of a schedule, which is stepped with the error of each failure.
 *
 * **Details**
 *
 * The schedule sees only errors that sending the request again can heal: use it as you would with
 * `Effect.retry`. Its delays are used as they are, without jitter.
 *
 * **Example** (Three attempts, a tenth of a second apart)
 *
 * ```ts
 * import { Schedule } from "effect"
 * import { RetryPolicy } from "effect-dynamo"
 *
 * const policy = RetryPolicy.fromSchedule(Schedule.spaced("100 millis").pipe(Schedule.upTo({ times: 2 })))
 * RetryPolicy.isRetryPolicy(policy) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromSchedule = (
  schedule: Schedule.Schedule<unknown, DynamoError>,
  options: Pick<Options, "quota"> = {}
): RetryPolicy => ({ [TypeId]: TypeId, schedule, quota: options.quota ?? true })

const defaultRetryOn: ReadonlyArray<Trouble> = ["throttle", "server", "network", "timeout"]

/**
 * Makes a policy: exponential backoff with full jitter, so that the wait before attempt `n + 1` lies
 * anywhere between nothing and `baseDelay * 2^(n-1)`, at most `maxDelay`.
 *
 * See [exponential backoff and jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * **Details**
 *
 * After throttling the waits are longer: `throttleBaseDelay` takes the place of `baseDelay` where a key range is hot, or
 * nothing is known; `limitBaseDelay` where
 * [DynamoDB's reasons](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html) name a
 * limit of the table, the index or the account. Those are refilled by the second, so there is no use in asking sooner.
 *
 * **Example** (Giving up early)
 *
 * ```ts
 * import { RetryPolicy } from "effect-dynamo"
 *
 * const hasty = RetryPolicy.make({ maxAttempts: 3, maxElapsed: "2 seconds", retryOn: ["throttle", "server"] })
 * RetryPolicy.isRetryPolicy(hasty) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): RetryPolicy => {
  const maxAttempts = options.maxAttempts ?? 8
  if (!(maxAttempts >= 1)) throw new RangeError(`RetryPolicy.make takes maxAttempts from 1, not ${maxAttempts}`)
  const maxElapsed = Duration.toMillis(options.maxElapsed ?? "30 seconds")
  const baseDelay = Duration.toMillis(options.baseDelay ?? "50 millis")
  const throttleBaseDelay = Duration.toMillis(options.throttleBaseDelay ?? "200 millis")
  const limitBaseDelay =
    options.limitBaseDelay === undefined ? throttleBaseDelay * 2.5 : Duration.toMillis(options.limitBaseDelay)
  const maxDelay = Duration.toMillis(options.maxDelay ?? "20 seconds")
  const retryOn = new Set(options.retryOn ?? defaultRetryOn)
  return fromSchedule(
    Schedule.fromStepWithMetadata(
      // `attempt` is the number of failures so far, hence of attempts made
      Effect.succeed(({ attempt, elapsed, input }: Schedule.InputMetadata<DynamoError>) => {
        const kind = trouble(input)
        if (kind === undefined || !retryOn.has(kind) || attempt >= maxAttempts) return Cause.done(attempt)
        const base = kind !== "throttle" ? baseDelay : exceedsLimit(input) ? limitBaseDelay : throttleBaseDelay
        const ceiling = Math.min(maxDelay, base * 2 ** (attempt - 1))
        return Effect.flatMap(Random.next, (random) => {
          const delay = random * ceiling
          return elapsed + delay > maxElapsed
            ? Cause.done(attempt)
            : Effect.succeed<[number, Duration.Duration]>([attempt, Duration.millis(delay)])
        })
      })
    ),
    options
  )
}

/**
 * Never sends a request twice.
 *
 * @category constructors
 * @since 0.1.0
 */
export const none: RetryPolicy = /*#__PURE__*/ make({ maxAttempts: 1 })

/**
 * The policy that holds where none is given: at most 8 attempts within 30 seconds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const defaultPolicy: RetryPolicy = /*#__PURE__*/ make()

/**
 * The policy in force. Set it with `DynamoClient.withRetry`, or for a whole program with
 * `Layer.succeed(RetryPolicy.CurrentRetryPolicy, policy)`.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentRetryPolicy: Context.Reference<RetryPolicy> = /*#__PURE__*/ Context.Reference<RetryPolicy>(
  "@effect-dynamo/client/RetryPolicy/CurrentRetryPolicy",
  { defaultValue: () => defaultPolicy }
)

// -----------------------------------------------------------------------------
// Quota
// -----------------------------------------------------------------------------

/**
 * Bounds the retries of a client, all of its calls together, so that an outage does not multiply the load.
 *
 * **Details**
 *
 * The client begins with `capacity` tokens. Each retry takes some; where too few are left, there is no retry: the call
 * fails at once with the error it has. A success gives back what its last retry took, or one token if there was none,
 * up to the capacity. So a short trouble is retried as the policy says, and in a long one the client sends little more
 * than what it is asked for. The AWS SDK calls this the
 * [standard retry mode](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
 *
 * What a batch leaves unprocessed takes of it too, where an answer did none of the batch's work: that is a throttle. Where
 * it did some, what is left is sent without.
 *
 * @category models
 * @since 0.1.0
 */
export interface Quota {
  /** How many tokens there are at most: `Infinity` for no bound, 0 for no retries. */
  readonly capacity: number
  /** How many a retry takes after throttling, a 5xx answer or a conflict. */
  readonly retryCost: number
  /** How many a retry takes after a broken connection, or no answer in time. */
  readonly timeoutCost: number
}

/**
 * Makes a quota. What is left out is as in {@link defaultQuota}. Numbers below 0 throw a `RangeError`.
 *
 * **Example** (A client that gives up sooner)
 *
 * ```ts
 * import { Layer } from "effect"
 * import { DynamoClient, RetryPolicy } from "effect-dynamo"
 *
 * const quota = RetryPolicy.makeQuota({ capacity: 100 })
 * quota.capacity / quota.retryCost // => 20
 *
 * const client = DynamoClient.layer({ region: "eu-west-1" }).pipe(
 *   Layer.provide(Layer.succeed(RetryPolicy.CurrentQuota, quota))
 * )
 * Layer.isLayer(client) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeQuota = (options: { readonly [K in keyof Quota]?: Quota[K] | undefined } = {}): Quota => {
  const { capacity = 500, retryCost = 5, timeoutCost = 10 } = options
  for (const [name, value] of Object.entries({ capacity, retryCost, timeoutCost })) {
    if (!(value >= 0)) throw new RangeError(`RetryPolicy.makeQuota takes a ${name} from 0, not ${value}`)
  }
  return { capacity, retryCost, timeoutCost }
}

/**
 * The quota of clients that are given none: 500 tokens, of which a retry takes 5, and 10 after a broken connection or
 * no answer in time.
 *
 * @category constructors
 * @since 0.1.0
 */
export const defaultQuota: Quota = /*#__PURE__*/ makeQuota()

/**
 * The quota of the clients that are made with it. It is read once, when a layer makes its client: provide it to that
 * layer. Each client has tokens of its own.
 *
 * A policy made with `quota: false` neither takes tokens nor heeds that there are none.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentQuota: Context.Reference<Quota> = /*#__PURE__*/ Context.Reference<Quota>(
  "@effect-dynamo/client/RetryPolicy/CurrentQuota",
  { defaultValue: () => defaultQuota }
)
