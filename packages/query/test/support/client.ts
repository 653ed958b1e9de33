import { DynamoClient } from "@effect-dynamo/client"
import { Effect, Layer } from "effect"

/** What was sent, in order. */
export interface Sent {
  readonly operation: DynamoClient.OperationName
  readonly input: Readonly<Record<string, unknown>>
}

/** Runs an effect with the client that is there, noting each request. */
export const recorded = <A, E, R>(
  effect: (sent: ReadonlyArray<Sent>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | DynamoClient.DynamoClient> =>
  Effect.flatMap(DynamoClient.DynamoClient, ({ transport }) => {
    const sent: Array<Sent> = []
    const client = DynamoClient.make({
      send: (operation, input) =>
        Effect.suspend(() => {
          sent.push({ operation, input: { ...input } })
          return transport.send(operation, input)
        })
    })
    return Effect.provideService(effect(sent), DynamoClient.DynamoClient, client)
  })

/** A client that answers by itself, and nothing of any engine. */
export const answering = (
  answer: (operation: DynamoClient.OperationName, input: Readonly<Record<string, unknown>>) => Effect.Effect<object>
): Layer.Layer<DynamoClient.DynamoClient> =>
  Layer.succeed(
    DynamoClient.DynamoClient,
    DynamoClient.make({
      // Whatever the operation, the answer is the test's.
      send: (operation, input) => answer(operation, { ...input }) as Effect.Effect<never>
    })
  )
