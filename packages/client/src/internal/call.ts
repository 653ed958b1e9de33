import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import type * as Tracer from "effect/Tracer"
import * as RetryPolicy from "../RetryPolicy.ts"
import type { Progress } from "./errors.ts"
import { mayHaveBeenApplied, toError, toTimeout } from "./errors.ts"
import type { OperationName, Operations } from "./operations.ts"
import { askingCost, CurrentReadRate, isPaced } from "./readRate.ts"
import { appliedBefore, isConditionFailure } from "./appliedBefore.ts"
import { askingItem, asksItem, isRepeatable, withToken, writes } from "./resend.ts"
import type { RetryTokens } from "./retryTokens.ts"
import { describeExhausted, describeRetry, withSpan } from "./span.ts"
import type { Transport, TransportFailure } from "./transport.ts"

/** How long a call may take, its retries included. */
export const CurrentTimeout: Context.Reference<Duration.Duration | undefined> = /*#__PURE__*/ Context.Reference<
  Duration.Duration | undefined
>("@effect-dynamo/client/DynamoClient/CurrentTimeout", { defaultValue: () => undefined })

/** What the caller says of writes: that they may be applied twice, or must not be. */
export const CurrentIdempotent: Context.Reference<boolean | undefined> = /*#__PURE__*/ Context.Reference<
  boolean | undefined
>("@effect-dynamo/client/DynamoClient/CurrentIdempotent", { defaultValue: () => undefined })

/** One operation as its caller sees it: sent, sent again where that helps and is safe, traced, bounded in time and cost. */
export const makeCall = <Name extends OperationName>(transport: Transport, operation: Name, tokens: RetryTokens) => {
  const mayBePaced = isPaced(operation)
  const send = (
    input: Operations[Name]["input"],
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<Operations[Name]["output"], Operations[Name]["error"]> => {
    const progress: Progress = { attempts: 0, inFlight: false, ambiguous: false }
    return withSpan(fiber, operation, input, progress, (span) =>
      run(transport, operation, tokens, input, progress, fiber, span)
    )
  }
  return (input: Operations[Name]["input"]): Effect.Effect<Operations[Name]["output"], Operations[Name]["error"]> =>
    Effect.withFiber((fiber) => {
      const rate = mayBePaced ? fiber.getRef(CurrentReadRate) : undefined
      // The wait for its turn is no part of the call: neither of its span nor of its timeout.
      return rate === undefined ? send(input, fiber) : rate.pace(Effect.suspend(() => send(askingCost(input), fiber)))
    })
}

const run = <Name extends OperationName>(
  transport: Transport,
  operation: Name,
  tokens: RetryTokens,
  given: Operations[Name]["input"],
  progress: Progress,
  fiber: Fiber.Fiber<unknown, unknown>,
  span: Tracer.Span | undefined
): Effect.Effect<Operations[Name]["output"], Operations[Name]["error"]> => {
  // `toError` gives only errors that `rules` names for the operation, as its type does
  const fail = (error: DynamoError) => Effect.fail(error as Operations[Name]["error"])

  let input = withToken(operation, given)
  const write = writes(operation, input)
  let step: Step | undefined
  /** What the last retry took of the client's tokens. */
  let taken: number | undefined

  const attempt: Effect.Effect<Operations[Name]["output"], Operations[Name]["error"]> = Effect.suspend(() => {
    progress.attempts++
    progress.inFlight = true
    return Effect.matchEffect(transport.send(operation, input), outcome)
  })

  const onSuccess = (output: Operations[Name]["output"]): typeof attempt => {
    tokens.give(taken)
    return Effect.succeed(output)
  }

  const onFailure = (failure: TransportFailure): typeof attempt => {
    progress.inFlight = false
    // The condition may be false because an earlier attempt was applied.
    if (progress.ambiguous && isConditionFailure(failure)) {
      const output = appliedBefore(operation, input, failure)
      return output !== undefined
        ? onSuccess(output)
        : fail(toError(operation, input, asksItem(given) ? failure : withoutItem(failure), progress))
    }
    const ambiguous = write && mayHaveBeenApplied(failure)
    if (ambiguous) {
      progress.ambiguous = true
      input = askingItem(operation, input)
    }
    const error = toError(operation, input, failure, progress)
    const safe = !ambiguous || (fiber.getRef(CurrentIdempotent) ?? isRepeatable(operation, input))
    const trouble = failure.permanent === true || !safe ? undefined : RetryPolicy.trouble(error)
    if (trouble === undefined) return fail(error)
    return Effect.flatMap(nextDelay(error), (delay) => {
      if (delay === undefined) return fail(error)
      if (fiber.getRef(RetryPolicy.CurrentRetryPolicy).quota) {
        taken = tokens.take(trouble)
        if (taken === undefined) {
          if (span !== undefined) describeExhausted(span)
          return fail(error)
        }
      }
      if (span === undefined) return Effect.andThen(Effect.sleep(delay), attempt)
      return Effect.flatMap(Clock.currentTimeNanos, (now) => {
        describeRetry(span, now, error, progress.attempts, delay)
        return Effect.andThen(Effect.sleep(delay), attempt)
      })
    })
  }
  const outcome = { onFailure, onSuccess }

  // The policy's schedule is started by the first failure: a call that succeeds pays nothing for it.
  const nextDelay = (error: DynamoError): Effect.Effect<Duration.Duration | undefined> =>
    step === undefined
      ? Effect.flatMap(Schedule.toStep(fiber.getRef(RetryPolicy.CurrentRetryPolicy).schedule), (started) => {
          step = started
          return advance(started, error)
        })
      : advance(step, error)

  const timeout = fiber.getRef(CurrentTimeout)
  return timeout === undefined
    ? attempt
    : Effect.timeoutOrElse(attempt, {
        duration: timeout,
        orElse: () => fail(toTimeout(operation, input, timeout, write, progress))
      })
}

/** A failed condition without the item that only the client asked for, and without the original, which has it too. */
const withoutItem = (failure: TransportFailure): TransportFailure => ({ ...failure, item: undefined, cause: undefined })

/** A schedule under way. */
export type Step = (now: number, error: DynamoError) => Pull.Pull<[unknown, Duration.Duration], never, unknown>

/** Steps the schedule once: how long to wait, or `undefined` where it ends. */
export const advance = (step: Step, error: DynamoError): Effect.Effect<Duration.Duration | undefined> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Pull.matchEffect(step(now, error), {
      onSuccess: ([, delay]) => Effect.succeed<Duration.Duration | undefined>(delay),
      onFailure: Effect.failCause,
      onDone: () => Effect.succeed(undefined)
    })
  )
