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

/** Runs an effect with the client that is there; `between` is run after each item that is read, with how many were. */
export const afterReads = <A, E, R, E2>(
  effect: Effect.Effect<A, E, R>,
  between: (reads: number) => Effect.Effect<unknown, E2, DynamoClient.DynamoClient>
): Effect.Effect<A, E, R | DynamoClient.DynamoClient> =>
  Effect.flatMap(DynamoClient.DynamoClient, (real) => {
    let reads = 0
    const client = DynamoClient.make({
      send: (operation, input) => {
        const sent = real.transport.send(operation, input)
        return operation !== "GetItem"
          ? sent
          : Effect.tap(sent, () =>
              between(++reads).pipe(Effect.provideService(DynamoClient.DynamoClient, real), Effect.orDie)
            )
      }
    })
    return Effect.provideService(effect, DynamoClient.DynamoClient, client)
  })
