/** Counts what a client sends, call by call, and what its retries take of its quota. */
import { Context, Effect } from "effect"
import { DynamoClient, type RetryPolicy } from "effect-dynamo"

/** One call under way. */
interface Call {
  sent: number
  /** What the next retry costs, by the last failure. */
  cost: number
}

const CurrentCall = Context.Reference<Call | undefined>("soak/CurrentCall", { defaultValue: () => undefined })

export interface Counts {
  calls: number
  requests: number
  /** Tokens that retries have taken, and that successes have given back. */
  taken: number
  given: number
}

/** More than one request per call are retries: they are within the quota if they take no more than it has and gets. */
export const isWithinQuota = ({ given, taken }: Counts, quota: RetryPolicy.Quota): boolean =>
  taken <= quota.capacity + given

/** The client, counted. */
export const counted = (
  service: DynamoClient.Service
): { readonly service: DynamoClient.Service; readonly counts: Counts } => {
  const { quota } = service
  const counts: Counts = { calls: 0, requests: 0, taken: 0, given: 0 }

  const onTransport = DynamoClient.mapTransport(service, (transport) => ({
    send: (operation, input) =>
      Effect.withFiber((fiber) => {
        const call = fiber.getRef(CurrentCall)
        counts.requests++
        if (call !== undefined) {
          if (++call.sent > 1) counts.taken += call.cost
        }
        return Effect.tapError(transport.send(operation, input), ({ origin, status = 0 }) =>
          Effect.sync(() => {
            // A success that cannot be read counts as a broken connection, HTTP 408 as no answer in time.
            const isAnswer = origin === "response" && status >= 300 && status !== 408
            if (call !== undefined) call.cost = isAnswer ? quota.retryCost : quota.timeoutCost
          })
        )
      })
  }))

  const count =
    <I, A, E>(method: (input: I) => Effect.Effect<A, E>) =>
    (input: I): Effect.Effect<A, E> =>
      Effect.suspend(() => {
        counts.calls++
        const call: Call = { sent: 0, cost: 0 }
        return method(input).pipe(
          Effect.tap(() => Effect.sync(() => (counts.given += call.sent > 1 ? call.cost : 1))),
          Effect.provideService(CurrentCall, call)
        )
      })
  return {
    counts,
    service: {
      ...onTransport,
      getItem: count(onTransport.getItem),
      putItem: count(onTransport.putItem),
      updateItem: count(onTransport.updateItem),
      deleteItem: count(onTransport.deleteItem),
      query: count(onTransport.query),
      scan: count(onTransport.scan),
      batchGetItem: count(onTransport.batchGetItem),
      batchWriteItem: count(onTransport.batchWriteItem),
      transactWriteItems: count(onTransport.transactWriteItems)
    }
  }
}
