import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import type * as RetryPolicy from "@effect-dynamo/client/RetryPolicy"
import { Clock, type Duration, Effect } from "effect"

/** How a request ends, and after how long; never, where that is infinite. */
export type Ending = readonly [after: Duration.Input, end: "answer" | DynamoClient.TransportFailure]

export interface SlowRequest {
  readonly operation: DynamoClient.OperationName
  /** When it was sent. */
  readonly at: number
  /** When it was aborted, if it was. */
  abortedAt: number | undefined
}

/** A client whose requests end as told, one after another, by the clock of the test; later ones as the last. */
export const slow = (endings: ReadonlyArray<Ending>, output: object = {}, quota?: RetryPolicy.Quota) => {
  const requests: Array<SlowRequest> = []
  const transport: DynamoClient.Transport = {
    send: (operation) =>
      Effect.gen(function* () {
        const request: SlowRequest = { operation, at: yield* Clock.currentTimeMillis, abortedAt: undefined }
        requests.push(request)
        const nth = requests.length
        const [after, end] = endings[nth - 1] ?? endings.at(-1)!
        yield* Effect.onInterrupt(Effect.sleep(after), () =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            request.abortedAt = now
          })
        )
        if (end !== "answer") return yield* Effect.fail(end)
        // Whatever the operation, the tests look only at which request was answered.
        return { $metadata: { requestId: `r${nth}` }, ...output } as never
      })
  }
  return {
    client: DynamoClient.make(transport, quota),
    requests,
    sentAt: () => requests.map(({ at }) => at),
    abortedAt: () => requests.map(({ abortedAt }) => abortedAt)
  }
}
