/**
 * Work that takes many requests, each of which may leave a part of its work undone.
 */
import { type DynamoError, ThroughputExceeded } from "@effect-dynamo/core/DynamoError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Service } from "../DynamoClient.ts"
import { CurrentRetryPolicy } from "../RetryPolicy.ts"
import { advance, type Step } from "./call.ts"
import { RetryTokens } from "./retryTokens.ts"

/** How many requests of one operation are under way at the same time at most. */
export const CurrentConcurrency: Context.Reference<number> = /*#__PURE__*/ Context.Reference<number>(
  "@effect-dynamo/client/DynamoClient/CurrentConcurrency",
  { defaultValue: () => 8 }
)

/**
 * What of a batch was not done.
 *
 * @category models
 * @since 0.1.0
 */
export interface Left<out A, out E> {
  readonly left: ReadonlyArray<A>
  /** The failure of a request, where that is why; none where DynamoDB answered and left work unprocessed. */
  readonly cause: E | undefined
}

/** How work is sent. */
export interface Sending<in out A, out E, out R> {
  readonly operation: "BatchGetItem" | "BatchWriteItem"
  /** Sends work and gives what the answer left unprocessed of it. */
  readonly send: (work: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<A>, E, R>
}

/**
 * Sends the work of one request until nothing of it is left, or the retry policy ends: what DynamoDB left unprocessed
 * is sent again after the policy's delays. An answer that did some of the work begins the policy anew; one that did none
 * is a throttle like any other, and what is sent after it takes of the client's quota.
 *
 * A failure that may pass, which the client has retried already, leaves the work undone; one that lasts is the failure.
 */
export const untilProcessed = <A, E extends DynamoError, R>(
  work: ReadonlyArray<A>,
  client: Service,
  { operation, send }: Sending<A, E, R>
): Effect.Effect<Left<A, E>, E, R> =>
  Effect.withFiber((fiber) => {
    const { quota, schedule } = fiber.getRef(CurrentRetryPolicy)
    const tokens = quota ? RetryTokens.of(client.transport) : undefined
    const from = (work: ReadonlyArray<A>, step: Step | undefined): Effect.Effect<Left<A, E>, E, R> =>
      Effect.matchEffect(send(work), {
        onFailure: (error) =>
          error.isRetryable ? Effect.succeed<Left<A, E>>({ left: work, cause: error }) : Effect.fail(error),
        onSuccess: (left) => {
          if (left.length === 0) return Effect.succeed<Left<A, E>>({ left, cause: undefined })
          const progressed = left.length < work.length
          const started = step === undefined || progressed ? Schedule.toStep(schedule) : Effect.succeed(step)
          return Effect.flatMap(started, (step) =>
            Effect.flatMap(advance(step, unprocessed(operation, left.length, work.length)), (delay) => {
              const mayGo = progressed || tokens === undefined || tokens.take("throttle") !== undefined
              if (delay !== undefined && mayGo) return Effect.andThen(Effect.sleep(delay), from(left, step))
              // An answer of a batch get ends at 16 MB: to ask for the rest is not to try again, whatever the policy.
              if (progressed && operation === "BatchGetItem") return from(left, undefined)
              return Effect.succeed<Left<A, E>>({ left, cause: undefined })
            })
          )
        }
      })
    return from(work, undefined)
  })

/** That DynamoDB left work unprocessed, which it does where it is throttled. */
export const unprocessed = (operation: string, left: number, of: number, table?: string): ThroughputExceeded =>
  new ThroughputExceeded({
    message: `DynamoDB left ${left} of ${of} ${operation === "BatchGetItem" ? "keys" : "writes"} of a batch unprocessed`,
    operation,
    table,
    reasons: []
  })

/**
 * Does the work of many requests, some at the same time. After a failure no request is begun any more, and those under
 * way are finished: what is left is what is known not to be done, and what is in doubt.
 */
export const inChunks = <A, E, R>(
  chunks: ReadonlyArray<ReadonlyArray<A>>,
  run: (chunk: ReadonlyArray<A>) => Effect.Effect<Left<A, E>, E, R>
): Effect.Effect<Left<A, E>, E, R> =>
  Effect.withFiber((fiber) => {
    const left: Array<A> = []
    let cause: E | undefined
    let failure: { readonly error: E } | undefined
    const chunkOf = (chunk: ReadonlyArray<A>): Effect.Effect<void, never, R> =>
      Effect.suspend(() => {
        if (cause !== undefined || failure !== undefined) {
          left.push(...chunk)
          return Effect.void
        }
        return Effect.match(run(chunk), {
          onFailure: (error) => {
            failure ??= { error }
          },
          onSuccess: (undone) => {
            left.push(...undone.left)
            cause ??= undone.cause
          }
        })
      })
    return Effect.flatMap(
      Effect.forEach(chunks, chunkOf, { concurrency: fiber.getRef(CurrentConcurrency), discard: true }),
      () => (failure === undefined ? Effect.succeed({ left, cause }) : Effect.fail(failure.error))
    )
  })
