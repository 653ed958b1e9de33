import { DynamoClient } from "@effect-dynamo/client"
import { Effect, Layer } from "effect"

export interface Sent {
  readonly operation: DynamoClient.OperationName
  readonly input: object
}

/** A client of an engine that answers to everything with nothing, and what it was sent. */
export const counting = (answer: object = {}) => {
  const sent: Array<Sent> = []
  const client = DynamoClient.make({
    send: (operation, input) =>
      Effect.sync(() => {
        sent.push({ operation, input })
        // An answer to every operation: none of their members is required.
        return { $metadata: {}, ...answer } as never
      })
  })
  return { client, layer: Layer.succeed(DynamoClient.DynamoClient, client), sent }
}
