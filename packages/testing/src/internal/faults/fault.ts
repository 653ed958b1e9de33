/**
 * What can happen to a request in place of being sent and answered.
 */
import type { OperationName, TransportFailure } from "@effect-dynamo/client/DynamoClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Pipeable, Prototype } from "effect/Pipeable"
import type { Contravariant } from "effect/Types"

export const TypeId = "~@effect-dynamo/testing/Faults/Fault"

/**
 * What happens to one request: of any operation, unless its type names those that it can happen to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault<in Op extends OperationName = OperationName> extends Pipeable {
  readonly [TypeId]: { readonly _Op: Contravariant<Op> }
  /** What the log of requests calls it. */
  readonly name: string
  /** Gives the answer to a request in place of the engine, or by its help. */
  readonly run: Run
}

/**
 * A fault after which nobody can tell whether the request was done: one that can happen before as well as after it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ambiguous extends Fault {
  readonly isAmbiguous: true
}

/** One request on its way. */
export interface Exchange {
  readonly operation: OperationName
  readonly input: object
  /** What the service calls the request in its answer. */
  readonly requestId: string
  /** Gives the engine a request, this one or another of the same operation. */
  readonly send: (input: object) => Effect.Effect<object, TransportFailure>
}

/** Gives the answer to a request, by the engine's help or without it. */
export type Run = (exchange: Exchange) => Effect.Effect<object, TransportFailure>

const variance = { _Op: (_: unknown) => {} }

export const make = <Op extends OperationName = OperationName>(name: string, run: Run): Fault<Op> => ({
  ...Prototype,
  [TypeId]: variance,
  name,
  run
})

/** A fault that the engine knows nothing of, unless it is made `applied`. */
export const ambiguous = (name: string, run: Run): Ambiguous => ({ ...make(name, run), isAmbiguous: true })

/** A failure that can be told beforehand. */
export const failing =
  (failure: (exchange: Exchange) => TransportFailure): Run =>
  (exchange) =>
    Effect.fail(failure(exchange))

const forwarded: Run = ({ input, send }) => send(input)

export const pass: Fault = make("pass", forwarded)

/** The engine does the request; what it answers is lost. */
export const afterwards =
  (run: Run): Run =>
  (exchange) =>
    Effect.andThen(Effect.ignore(forwarded(exchange)), run(exchange))

export const applied = ({ name, run }: Ambiguous): Fault => make(`${name} (applied)`, afterwards(run))

/** What the engine has to do is done at once: its answer is what takes time. */
export const delayed = <Op extends OperationName>({ name, run }: Fault<Op>, by: Duration.Duration): Fault<Op> =>
  make(name === pass.name ? "delay" : `${name} (delayed)`, (exchange) =>
    Effect.flatMap(Effect.exit(run(exchange)), (exit) => Effect.delay(exit, by))
  )
