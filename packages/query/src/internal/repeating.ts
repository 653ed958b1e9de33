/**
 * Writes of which the builder says that they may be applied twice.
 */
import { withIdempotent } from "@effect-dynamo/client/DynamoClient"
import type * as Effect from "effect/Effect"

/** What a builder says of being applied twice: nothing, unless it may be. */
export interface Repeating {
  readonly isIdempotent?: boolean | undefined
}

/** Runs a write as its builder says. */
export const asSaid = <A, E, R>({ isIdempotent }: Repeating, write: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  isIdempotent === true ? withIdempotent(write, true) : write
