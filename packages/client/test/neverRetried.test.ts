import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { type ClientKind, clientLayers, enginesOnBothClients } from "../../testing/test-support/engines.ts"
import { type Action, faultProxy, retryAtOnce } from "../../testing/test-support/faults.ts"
import { local } from "./support/local.ts"
import { refusal, type StubRequest, stubServer } from "./support/stubServer.ts"

const put = DynamoClient.DynamoClient.use((client) => client.putItem({ TableName: "t", Item: { pk: { S: "1" } } }))

enginesOnBothClients("a request that is refused", (it) => {
  const refusals: ReadonlyArray<readonly [fault: Action & string, tag: string]> = [
    ["access-denied", "AccessDenied"],
    ["unrecognized-client", "AccessDenied"],
    ["expired-token", "AccessDenied"],
    ["missing-token", "AccessDenied"],
    ["signature-expired", "AccessDenied"],
    ["validation", "RequestRejected"],
    ["serialization", "RequestRejected"],
    ["unknown-operation", "RequestRejected"],
    ["payload-too-large", "RequestRejected"],
    ["unmodeled-error", "RequestRejected"],
    ["resource-not-found", "ResourceNotFound"],
    ["conditional", "ConditionalCheckFailed"],
    ["item-collection-size", "ItemCollectionTooLarge"]
  ]
  for (const [fault, tag] of refusals) {
    it.effect(`with ${fault} is sent once`, () =>
      Effect.gen(function* () {
        const proxy = yield* faultProxy({ rules: [{ sequence: [fault], then: "repeat" }] })
        const error = yield* put.pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client), Effect.flip)
        assert.strictEqual(error._tag, tag)
        assert.lengthOf(yield* proxy.requests("PutItem"), 1)
      })
    )
  }
})

/** When a request says that it was signed. */
const signedAt = ({ headers }: StubRequest): number =>
  Date.parse(String(headers["x-amz-date"]).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"))

const minutes = 60_000

/** A service whose clock is ahead by so much; it accepts what was signed within five minutes of its time, or nothing. */
const aheadBy = (ahead: number, code: string, acceptsAny = true) =>
  stubServer((request) => {
    const now = Date.now() + ahead
    const isRight = acceptsAny && Math.abs(signedAt(request) - now) < 5 * minutes
    const answer = isRight ? { status: 200, body: "{}" } : refusal(code)
    return { ...answer, headers: { date: new Date(now).toUTCString() } }
  })

describe.each<ClientKind>(["sdk", "direct"])("a clock that is wrong [%s]", (kind) => {
  const through = (url: string) =>
    put.pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(clientLayers[kind](local(url))), Effect.result)

  for (const code of ["InvalidSignatureException", "RequestTimeTooSkewed"]) {
    for (const ahead of [20 * minutes, -20 * minutes]) {
      it.live(`is set right, and the request sent once more (${code}, ${ahead / minutes} minutes)`, () =>
        Effect.gen(function* () {
          const server = yield* aheadBy(ahead, code)
          const twice = Effect.all([put, put]).pipe(Effect.provide(clientLayers[kind](local(server.url))))
          yield* twice
          // The second request has the right time at once.
          assert.lengthOf(server.requests, 3)
        })
      )
    }

    it.live(`is set right once, if that does not help (${code})`, () =>
      Effect.gen(function* () {
        const server = yield* aheadBy(20 * minutes, code, false)
        const result = yield* through(server.url)
        assert(Result.isFailure(result))
        assert.strictEqual(result.failure._tag, "AccessDenied")
        assert.lengthOf(server.requests, 2)
      })
    )
  }

  it.live("is not what is wrong where the clocks agree, or with other errors", () =>
    Effect.gen(function* () {
      for (const server of [
        yield* aheadBy(0, "InvalidSignatureException", false),
        yield* aheadBy(20 * minutes, "AccessDeniedException", false)
      ]) {
        const result = yield* through(server.url)
        assert(Result.isFailure(result))
        assert.strictEqual(result.failure._tag, "AccessDenied")
        assert.lengthOf(server.requests, 1)
      }
    })
  )
})
