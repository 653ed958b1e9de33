import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import { Clock, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"

interface Sent {
  readonly at: number
  readonly input: Readonly<Record<string, unknown>>
}

/** A client whose answers tell a cost (`ConsumedCapacity`, if any) and take so long; it notes what was sent, and when. */
export const costing = (cost: (request: number) => object | undefined, millis = 0) => {
  const sent: Array<Sent> = []
  const client = DynamoClient.make({
    send: (_operation, input) =>
      Effect.gen(function* () {
        sent.push({ at: yield* Clock.currentTimeMillis, input: { ...input } })
        const ConsumedCapacity = cost(sent.length - 1)
        yield* Effect.sleep(millis)
        // Whatever the operation, the answer is the test's.
        return { $metadata: {}, ...(ConsumedCapacity === undefined ? {} : { ConsumedCapacity }) } as never
      })
  })
  return { client, sent }
}

/** A cost of so many units. */
export const units = (CapacityUnits: number) => ({ CapacityUnits })

/** When each was sent. */
export const timesOf = (sent: ReadonlyArray<{ readonly at: number }>) => sent.map(({ at }) => at)

/** The result of an effect, for which the clock of the test goes on by so much. */
export const after =
  (millis: number) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(effect)
      yield* TestClock.adjust(millis)
      return yield* Fiber.join(fiber)
    })
