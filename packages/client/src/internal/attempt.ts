/**
 * One attempt of a call: a request, or two of the same where it is hedged, within the time that an attempt has.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Tracer from "effect/Tracer"
import { count, CurrentCapacityMeters } from "./charge.ts"
import type { OperationName, Operations } from "./operations.ts"
import { rateOf } from "./rate.ts"
import type { Transport, TransportFailure } from "./transport.ts"

/** How long one attempt may take. */
export const CurrentAttemptTimeout: Context.Reference<Duration.Duration | undefined> = /*#__PURE__*/ Context.Reference<
  Duration.Duration | undefined
>("@effect-dynamo/client/DynamoClient/CurrentAttemptTimeout", { defaultValue: () => undefined })

/** After how long a read that has no answer is sent a second time. */
export const CurrentHedge: Context.Reference<Duration.Duration | undefined> = /*#__PURE__*/ Context.Reference<
  Duration.Duration | undefined
>("@effect-dynamo/client/DynamoClient/CurrentHedge", { defaultValue: () => undefined })

/** What is hedged: reads of which a caller waits for one answer. */
const hedgeable: ReadonlySet<OperationName> = new Set(["GetItem", "Query", "BatchGetItem"])

type Answer<Name extends OperationName> = Effect.Effect<Operations[Name]["output"], TransportFailure>

/** Makes an attempt as the settings in force say. */
export const makeAttempt = <Name extends OperationName>(
  transport: Transport,
  operation: Name,
  input: Operations[Name]["input"],
  fiber: Fiber.Fiber<unknown, unknown>,
  span: Tracer.Span | undefined
): Answer<Name> => {
  const delay = hedgeable.has(operation) ? fiber.getRef(CurrentHedge) : undefined
  const timeout = fiber.getRef(CurrentAttemptTimeout)
  const answer =
    delay === undefined ? transport.send(operation, input) : hedged(transport, operation, input, fiber, span, delay)
  return timeout === undefined
    ? answer
    : Effect.timeoutOrElse(answer, { duration: timeout, orElse: () => Effect.fail(lasted(operation, timeout)) })
}

/**
 * The first answer, of two requests where the first has none after the delay; the other is interrupted. A failure waits
 * for the other request while that is under way, and is one at once where it is not.
 */
const hedged = <Name extends OperationName>(
  transport: Transport,
  operation: Name,
  input: Operations[Name]["input"],
  fiber: Fiber.Fiber<unknown, unknown>,
  span: Tracer.Span | undefined,
  delay: Duration.Duration
): Answer<Name> =>
  Effect.suspend(() => {
    let underWay = 1
    const second = Effect.flatMap(Clock.currentTimeNanos, (now) => {
      underWay++
      span?.event("hedge", now, { "effect_dynamo.delay_ms": Duration.toMillis(delay) })
      return transport.send(operation, input)
    })
    /** A race ends by a success only: such is the failure of a request beside which none is under way. */
    const ending = <A, E>(request: Effect.Effect<A, E>): Effect.Effect<Exit.Exit<A, E>, E> =>
      Effect.flatMap(Effect.exit(request), (exit) =>
        Exit.isFailure(exit) && --underWay > 0 ? Effect.failCause(exit.cause) : Effect.succeed(exit)
      )
    // The first has had its turn already, and is paid for too.
    const CurrentRate = rateOf(operation)
    const rate = CurrentRate === undefined ? undefined : fiber.getRef(CurrentRate)
    const later = Effect.delay(ending(rate === undefined ? second : rate.pace(second)), delay)
    return Effect.flatMap(Effect.race(ending(transport.send(operation, input)), later), (exit) => {
      // What the request that is interrupted consumes nobody tells; it is the same request.
      if (underWay === 2 && Exit.isSuccess(exit)) {
        count(fiber.getRef(CurrentCapacityMeters), operation, input, exit.value)
      }
      return exit
    })
  })

/** What is told of an attempt that took too long. Whether DynamoDB has the request is not known. */
const lasted = (operation: OperationName, timeout: Duration.Duration): TransportFailure => ({
  origin: "timeout",
  code: "AttemptTimeout",
  message: `${operation} had no answer within ${Duration.format(timeout)}.`,
  sent: true,
  cause: undefined
})
