/**
 * Which of the requests that a rule is asked about get a fault.
 */
import type { OperationName } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Contravariant } from "effect/Types"
import type { Fault } from "./fault.ts"

export const TypeId = "~@effect-dynamo/testing/Faults/Plan"

/**
 * When a rule gives which fault.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan<in Op extends OperationName = OperationName> {
  readonly [TypeId]: { readonly _Op: Contravariant<Op> }
  /** @internal */
  readonly start: Effect.Effect<Begin>
}

/** Begins to count: once for a rule, or once for each thing that it counts for. */
export type Begin = () => Next

/** What happens to the next request; nothing where the plan has no say in it. Plans do not look at faults, so they hold any. */
export type Next = () => Fault<never> | undefined

const variance = { _Op: (_: unknown) => {} }

const make = <Op extends OperationName>(start: Effect.Effect<Begin>): Plan<Op> => ({ [TypeId]: variance, start })

/** By the place of a request among those that are counted, from 0. */
export const byPlace = <Op extends OperationName>(at: (place: number) => Fault<Op> | undefined): Plan<Op> =>
  make(
    Effect.succeed(() => {
      let place = 0
      return () => at(place++)
    })
  )

/** By chance, the same one for the same seed. */
export const byChance = <Op extends OperationName>(
  seed: number | string,
  probability: number,
  faults: ReadonlyArray<Fault<Op>>
): Plan<Op> =>
  make(
    Effect.map(Random.withSeed(Random.Random, seed), (random) => () => () => {
      if (random.nextDoubleUnsafe() >= probability) return undefined
      return faults[Math.floor(random.nextDoubleUnsafe() * faults.length)]
    })
  )
