import { DynamoClient } from "@effect-dynamo/client"
import { Effect, Layer } from "effect"
import type { It } from "../../../testing/test-support/engines.ts"
import { type Action, faultProxy, retryAtOnce } from "../../../testing/test-support/faults.ts"

export const TableName = "things"

/** Tests that find a table with a partition key `pk`. */
export const withThings = (it: It, tests: (it: It) => void): void => {
  const made = Layer.effectDiscard(
    DynamoClient.DynamoClient.use((client) =>
      client.createTable({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }]
      })
    ).pipe(
      Effect.andThen(
        DynamoClient.DynamoClient.use((client) => client.describeTable({ TableName })).pipe(
          Effect.repeat({ while: ({ Table }) => Table?.TableStatus !== "ACTIVE" })
        )
      )
    )
  )
  it.layer(made, { timeout: "30 seconds" })(tests)
}

/** What is lost on the way: nothing reaches the engine, or no answer comes back. */
export const lost: Action = { reset: "before" }
export const appliedThenLost: Action = { after: true }
export const appliedThen500: Action = { after: true, fault: "internal-500" }

/** Runs a call through a proxy that does so to its requests, one after another; tells what became of it, and of the requests. */
export const through = Effect.fnUntraced(function* <A, E>(
  actions: ReadonlyArray<Action>,
  call: (client: DynamoClient.Service) => Effect.Effect<A, E>,
  /** What others do before the second request. */
  meanwhile: (engine: DynamoClient.Service) => Effect.Effect<unknown, unknown> = () => Effect.void
) {
  const engine = yield* DynamoClient.DynamoClient
  const proxy = yield* faultProxy({ rules: [{ sequence: actions }] })
  const { transport } = yield* Effect.provide(DynamoClient.DynamoClient, proxy.client)
  let sent = 0
  const client = DynamoClient.make({
    send: (operation, input) =>
      Effect.suspend(() =>
        ++sent === 2
          ? Effect.andThen(Effect.orDie(meanwhile(engine)), transport.send(operation, input))
          : transport.send(operation, input)
      )
  })
  const result = yield* Effect.result(DynamoClient.withRetry(call(client), retryAtOnce))
  const requests = yield* proxy.log
  return { result, requests: requests.length, engineCalls: requests.reduce((sum, entry) => sum + entry.engineCalls, 0) }
})

/** The truth. */
export const itemOf = (pk: string) =>
  DynamoClient.DynamoClient.use((client) =>
    client.getItem({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true })
  ).pipe(Effect.map(({ Item }) => Item))
