/**
 * What is told of calls while they run: spans, metrics and logs. Where nobody looks there is none of it, and a call pays
 * for three look-ups.
 */
import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type { OperationName } from "./operations.ts"
import type { RetryTokens } from "./retryTokens.ts"
import * as span from "./span.ts"
import type { Server, Transport, TransportFailure } from "./transport.ts"

/** The metrics of one call. */
export interface CallMetrics {
  /** For each request that is sent. */
  attempted(): void
  /** For each attempt that failed. */
  failed(error: DynamoError, failure: TransportFailure): void
  /** For each attempt that is followed by another. */
  retried(error: DynamoError): void
  /** With the type of error, if it failed. */
  ended(seconds: number, error: string | undefined): void
  answered(output: object): void
  /** How many tokens are left for retries. */
  quota(left: number, server: Server | undefined): void
}

// Who asks for metrics or logs provides the code for them, so that bundles of programs which do not are without it.

type MakeMetrics = (operation: OperationName, input: object, context: Context.Context<never>) => CallMetrics

/** Makes the metrics of a call; `undefined` where calls update none. */
export const CurrentMetrics: Context.Reference<MakeMetrics | undefined> = /*#__PURE__*/ Context.Reference<
  MakeMetrics | undefined
>("@effect-dynamo/client/DynamoClient/CurrentMetrics", { defaultValue: () => undefined })

type LogThrough = (transport: Transport) => Transport

/** Logs what goes through a transport; `undefined` where nothing is logged. */
export const CurrentRequestLog: Context.Reference<LogThrough | undefined> = /*#__PURE__*/ Context.Reference<
  LogThrough | undefined
>("@effect-dynamo/client/DynamoClient/CurrentRequestLog", { defaultValue: () => undefined })

/** Who is told what becomes of one call. */
export class Watch {
  readonly span: Tracer.Span | undefined
  /** The transport, with what is counted and logged of each request. */
  readonly transport: Transport
  private readonly source: Transport
  private readonly tokens: RetryTokens
  private readonly metrics: CallMetrics | undefined
  private attempts = 0
  /** The error of the last attempt that failed, and what it was made of. */
  private last: { readonly error: DynamoError; readonly failure: TransportFailure } | undefined
  constructor(
    source: Transport,
    tokens: RetryTokens,
    span: Tracer.Span | undefined,
    metrics: CallMetrics | undefined,
    log: LogThrough | undefined
  ) {
    this.span = span
    this.source = source
    this.tokens = tokens
    this.metrics = metrics
    const counted = metrics === undefined ? source : counting(source, metrics)
    this.transport = log === undefined ? counted : log(counted)
  }

  /** Before each attempt. */
  attempting(attempts: number): void {
    this.attempts = attempts
    if (this.span !== undefined && attempts > 1) span.describeResend(this.span, attempts - 1)
  }

  /** After each attempt that failed. */
  failed(error: DynamoError, failure: TransportFailure): void {
    this.last = { error, failure }
    this.metrics?.failed(error, failure)
  }

  /** Before the wait for a further attempt. */
  retrying(now: bigint, error: DynamoError, attempts: number, delay: Duration.Duration): void {
    if (this.span !== undefined) span.describeRetry(this.span, now, error, attempts, delay)
    this.metrics?.retried(error)
  }

  /** There is no further attempt, for lack of tokens. */
  exhausted(): void {
    if (this.span !== undefined) span.describeExhausted(this.span)
  }

  ended(exit: Exit.Exit<object, DynamoError>, seconds: number): void {
    // What is refused before it is sent went nowhere.
    const server = this.attempts === 0 ? undefined : this.source.server?.()
    if (this.span !== undefined) {
      if (server !== undefined) span.describeServer(this.span, server)
      if (Exit.isSuccess(exit)) span.describeOutput(this.span, exit.value)
      else this.describeFailure(this.span, exit.cause)
    }
    if (this.metrics !== undefined) {
      this.metrics.ended(seconds, Exit.isSuccess(exit) ? undefined : typeOf(exit.cause))
      if (Exit.isSuccess(exit)) this.metrics.answered(exit.value)
      if (this.attempts > 0) this.metrics.quota(this.tokens.left, server)
    }
  }

  private describeFailure(of: Tracer.Span, cause: Cause.Cause<DynamoError>): void {
    const error = Option.getOrUndefined(Cause.findErrorOption(cause))
    // A span that is interrupted says so by its exit.
    if (error !== undefined) span.describeError(of, error, this.last?.error === error ? this.last.failure : undefined)
  }
}

/** The type of error of a call that was interrupted. */
export const interrupted = "Interrupted"

/** The type of error by which a failed call is counted. */
const typeOf = (cause: Cause.Cause<DynamoError>): string =>
  Option.match(Cause.findErrorOption(cause), {
    onNone: () => (Cause.hasInterruptsOnly(cause) ? interrupted : "_OTHER"),
    onSome: ({ _tag }) => _tag
  })

const counting = (transport: Transport, metrics: CallMetrics): Transport => ({
  send: (operation, input) =>
    Effect.suspend(() => {
      metrics.attempted()
      return transport.send(operation, input)
    })
})

/** Runs a call, and lets those watch that want to. */
export const watched = <A extends object, E extends DynamoError>(
  fiber: Fiber.Fiber<unknown, unknown>,
  transport: Transport,
  tokens: RetryTokens,
  operation: OperationName,
  input: object,
  body: (watch: Watch | undefined) => Effect.Effect<A, E>
): Effect.Effect<A, E> => {
  const isTraced = span.isTraced(fiber)
  const makeMetrics = fiber.getRef(CurrentMetrics)
  const log = fiber.getRef(CurrentRequestLog)
  if (!isTraced && makeMetrics === undefined && log === undefined) return body(undefined)
  const metrics = makeMetrics?.(operation, input, fiber.context)
  const clock = fiber.getRef(Clock.Clock)
  const watch = (callSpan: Tracer.Span | undefined): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const watch = new Watch(transport, tokens, callSpan, metrics, log)
      const start = clock.currentTimeNanosUnsafe()
      return Effect.onExit(body(watch), (exit) =>
        Effect.sync(() => watch.ended(exit, Number(clock.currentTimeNanosUnsafe() - start) / 1e9))
      )
    })
  return isTraced
    ? Effect.useSpan(
        span.nameOf(operation),
        { kind: "client", attributes: span.ofInput(operation, input) },
        // What a transport traces of its own is part of the call.
        (callSpan) => Effect.provideService(watch(callSpan), Tracer.ParentSpan, callSpan)
      )
    : watch(undefined)
}
