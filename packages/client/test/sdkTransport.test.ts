import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schedule } from "effect"
import { local } from "./support/local.ts"
import { refusal, stubServer } from "./support/stubServer.ts"

// The middleware that the SDK puts together for a request serves others after it.

const get = (pk: string) =>
  DynamoClient.DynamoClient.use((client) => client.getItem({ TableName: "t", Key: { pk: { S: pk } } })).pipe(
    DynamoClient.noRetry
  )

/** Gives back each key as an item, after a moment; refuses some, and never answers others. */
const server = stubServer(({ body }) => {
  const Item = body.Key as { readonly pk: { readonly S: string } }
  if (Item.pk.S.startsWith("stay")) return undefined
  return Item.pk.S === "refused" ? refusal("ValidationException") : { status: 200, body: JSON.stringify({ Item }) }
})

/** Waits, in real time, until something holds; dies after two seconds. */
const until = (condition: () => boolean) =>
  Effect.suspend(() => (condition() ? Effect.void : Effect.fail("it never came to hold"))).pipe(
    Effect.retry(Schedule.spaced("10 millis").pipe(Schedule.upTo({ times: 200 }))),
    Effect.orDie
  )

const keys = (count: number) => Array.from({ length: count }, (_, i) => String(i))

describe("requests by one SDK client", () => {
  it.live("that are under way at once have each its own answer, again and again", () =>
    Effect.gen(function* () {
      const { url } = yield* server
      yield* Effect.gen(function* () {
        for (const count of [1, 20, 5, 30]) {
          const outputs = yield* Effect.forEach(keys(count), get, { concurrency: "unbounded" })
          assert.deepStrictEqual(
            outputs.map(({ Item }) => Item?.pk?.S),
            keys(count)
          )
        }
      }).pipe(Effect.provide(DynamoClient.layer(local(url))))
    })
  )

  it.live("are aborted each by itself, the second by the same middleware too", () =>
    Effect.gen(function* () {
      const { openSockets, requests, url } = yield* server
      yield* Effect.gen(function* () {
        yield* get("first")
        for (const name of ["stay 1", "stay 2"]) {
          const fiber = yield* Effect.forkChild(get(name))
          yield* until(() => JSON.stringify(requests.at(-1)?.body.Key).includes(name))
          const other = yield* get("other")
          assert.strictEqual(other.Item?.pk?.S, "other")
          assert.strictEqual(openSockets(), 2)
          yield* Fiber.interrupt(fiber)
          yield* until(() => openSockets() === 1)
        }
        assert.strictEqual((yield* get("last")).Item?.pk?.S, "last")
      }).pipe(Effect.provide(DynamoClient.layer(local(url))))
    })
  )

  it.live("go on after one that failed", () =>
    Effect.gen(function* () {
      const { url } = yield* server
      yield* Effect.gen(function* () {
        for (let i = 0; i < 3; i++) {
          assert.strictEqual((yield* get("a")).Item?.pk?.S, "a")
          assert.strictEqual((yield* Effect.flip(get("refused")))._tag, "RequestRejected")
        }
      }).pipe(Effect.provide(DynamoClient.layer(local(url))))
    })
  )

  it.live("say that they were sent once, without the SDK's own retries", () =>
    Effect.gen(function* () {
      const { requests, url } = yield* server
      const sdk = yield* Effect.acquireRelease(
        Effect.sync(() => new DynamoDBClient({ ...local(url), maxAttempts: 5 })),
        (client) => Effect.sync(() => client.destroy())
      )
      for (const layer of [DynamoClient.layer(local(url)), DynamoClient.layerFrom(sdk)]) {
        const { $metadata } = yield* get("a").pipe(Effect.provide(layer))
        assert.deepStrictEqual([$metadata.attempts, $metadata.totalRetryDelay], [1, 0])
      }
      assert.lengthOf(requests, 2)
      assert.isTrue(requests.every(({ headers }) => headers["amz-sdk-request"] === undefined))
    })
  )
})
