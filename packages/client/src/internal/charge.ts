/**
 * What calls cost: bounded by the rate in force, and counted on the meters.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { Meter } from "../Capacity.ts"
import { askingCost, consumedBy, isPriced } from "./consumed.ts"
import type { OperationName, Operations } from "./operations.ts"
import { rateOf } from "./rate.ts"
import { sizeOfRequest } from "./sizeOfRequest.ts"

/** The meters in force, from the outermost to the innermost. */
export const CurrentCapacityMeters: Context.Reference<ReadonlyArray<Meter>> = /*#__PURE__*/ Context.Reference<
  ReadonlyArray<Meter>
>("@effect-dynamo/client/DynamoClient/CurrentCapacityMeters", { defaultValue: () => [] })

/** Counts what an effect consumes on one more meter: on each only once. */
export const metered = <A, E, R>(self: Effect.Effect<A, E, R>, meter: Meter): Effect.Effect<A, E, R> =>
  Effect.flatMap(CurrentCapacityMeters, (meters) =>
    meters.includes(meter) ? self : Effect.provideService(self, CurrentCapacityMeters, [...meters, meter])
  )

/** Sends a request. */
export interface Send<Name extends OperationName> {
  (
    input: Operations[Name]["input"],
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<Operations[Name]["output"], Operations[Name]["error"]>
}

/** Sends a request in its turn, and counts what it consumed. Where nobody asks, it is sent as it is. */
export const charged = <Name extends OperationName>(operation: Name, send: Send<Name>): Send<Name> => {
  if (!isPriced(operation)) return send
  const CurrentRate = rateOf(operation)
  return (input, fiber) => {
    const rate = CurrentRate === undefined ? undefined : fiber.getRef(CurrentRate)
    const meters = fiber.getRef(CurrentCapacityMeters)
    if (rate === undefined && meters.length === 0) return send(input, fiber)
    const asking = askingCost(input, meters.length === 0 ? "TOTAL" : "INDEXES")
    // The wait for its turn is no part of the call: neither of its span nor of its timeout.
    const answer =
      rate === undefined
        ? send(asking, fiber)
        : rate.pace(
            Effect.suspend(() => send(asking, fiber)),
            sizeOfRequest(operation, input)
          )
    return meters.length === 0
      ? answer
      : Effect.map(answer, (output) => {
          count(meters, operation, input, output)
          return output
        })
  }
}

/** Counts what an answer says that its request consumed. */
export const count = <Name extends OperationName>(
  meters: ReadonlyArray<Meter>,
  operation: Name,
  input: Operations[Name]["input"],
  output: Operations[Name]["output"]
): void => {
  if (meters.length === 0) return
  const consumed = consumedBy(operation, input, output)
  if (consumed !== undefined) for (const meter of meters) meter.addUnsafe(consumed)
}
