import { DynamoClient, HttpTransport } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import { crc32 } from "node:zlib"
import { call, direct, identity, type Reply } from "./support/wires.ts"

/** The error of a get, sent once, that is answered so. */
const errorOf = (reply: Reply) =>
  DynamoClient.DynamoClient.use((client) => client.getItem({ TableName: "things", Key: { pk: { S: "1" } } })).pipe(
    DynamoClient.noRetry,
    Effect.flip,
    Effect.provide(direct(reply).layer)
  )

describe("an answer that cannot be read", () => {
  it.effect.each(["", "null", "[]", `"text"`, "1", `{"Item":{"pk":{"S":"secr`, "<html>secret</html>", "\u0000"])(
    "with status 200 is a NetworkError: %j",
    (body) =>
      Effect.gen(function* () {
        const error = yield* errorOf({ body })
        assert.strictEqual(error._tag, "NetworkError")
        assert.match(error.message, /could not be read/)
        assert.notInclude(JSON.stringify(error), "secr")
      })
  )

  it.effect.each([
    ["<html>secret</html>", 503, "ServiceUnavailable"],
    ["", 500, "ServiceUnavailable"],
    ["null", 502, "ServiceUnavailable"],
    ["<html>secret</html>", 403, "AccessDenied"],
    ["", 429, "ThroughputExceeded"],
    ["[]", 400, "RequestRejected"],
    ["", 302, "NetworkError"]
  ] as const)("with another status is what the status says: %j, %d", ([body, status, tag]) =>
    Effect.gen(function* () {
      const error = yield* errorOf({ status, body })
      assert.strictEqual(error._tag, tag)
      assert.notInclude(JSON.stringify(error), "secret")
    })
  )

  it.effect("may have been preceded by a write", () =>
    Effect.gen(function* () {
      const error = yield* DynamoClient.DynamoClient.use((client) =>
        client.updateItem({
          TableName: "things",
          Key: { pk: { S: "1" } },
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": { N: "1" } }
        })
      ).pipe(Effect.flip, Effect.provide(direct({ body: "<html>" }).layer))
      assert.strictEqual(error._tag, "NetworkError")
      assert.propertyVal(error, "ambiguous", true)
    })
  )
})

describe("a checksum", () => {
  const body = `{"Item":{"pk":{"S":"é"}}}`
  const get = (headers: Record<string, string>) => Effect.provide(call("GetItem", {}), direct({ headers, body }).layer)

  it.effect("that fits is no matter", () =>
    Effect.gen(function* () {
      assert.isTrue(Result.isSuccess(yield* get({ "x-amz-crc32": String(crc32(body)) })))
    })
  )

  it.effect("that does not is a failure of the network, which may be tried again", () =>
    Effect.gen(function* () {
      const result = yield* get({ "x-amz-crc32": String(crc32(body) ^ 1) })
      assert.isTrue(Result.isFailure(result))
      if (Result.isFailure(result)) {
        const { code, origin, permanent, sent } = result.failure
        assert.deepStrictEqual(
          { code, origin, permanent, sent },
          {
            code: "ChecksumMismatch",
            origin: "network",
            permanent: undefined,
            sent: true
          }
        )
      }
    })
  )

  it.effect("of what was unpacked on its way is not looked at", () =>
    Effect.gen(function* () {
      assert.isTrue(Result.isSuccess(yield* get({ "x-amz-crc32": "1", "content-encoding": "gzip" })))
    })
  )
})

describe("a clock that is wrong", () => {
  /** A service whose clock is ahead by so much, and which accepts signatures of its own time only. */
  const service = (ahead: number, code = "InvalidSignatureException") => {
    const dates: Array<string> = []
    const http = Layer.succeed(HttpTransport.HttpTransport, {
      send: ({ headers }) =>
        Effect.sync(() => {
          const date = headers["x-amz-date"] ?? ""
          dates.push(date)
          const now = new Date(ahead)
          const isRight = date === now.toISOString().replace(/[-:]|\.\d+/g, "")
          return {
            status: isRight ? 200 : 400,
            headers: { date: now.toUTCString() },
            body: new TextEncoder().encode(isRight ? "{}" : `{"__type":"x#${code}","message":"Wrong"}`)
          }
        })
    })
    const client = DynamoClient.layerDirect({ region: "eu-west-1", credentials: identity })
    return { layer: Layer.provide(client, http), dates }
  }
  const list = call("ListTables", {})

  it.effect("is allowed for, once and for all", () =>
    Effect.gen(function* () {
      const { dates, layer } = service(10 * 60_000)
      yield* Effect.gen(function* () {
        assert.isTrue(Result.isSuccess(yield* list))
        assert.isTrue(Result.isSuccess(yield* list))
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(dates, ["19700101T000000Z", "19700101T001000Z", "19700101T001000Z"])
    })
  )

  it.effect("is no longer allowed for once it is right", () =>
    Effect.gen(function* () {
      const { dates, layer } = service(10 * 60_000)
      yield* Effect.gen(function* () {
        assert.isTrue(Result.isSuccess(yield* list))
        yield* TestClock.setTime(10 * 60_000)
        assert.isTrue(Result.isSuccess(yield* list))
        assert.isTrue(Result.isSuccess(yield* list))
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(dates.slice(2), ["19700101T002000Z", "19700101T001000Z", "19700101T001000Z"])
    })
  )

  it.effect("is set right once, if that is not what is wrong", () =>
    Effect.gen(function* () {
      let refuses = false
      const dates: Array<string> = []
      const http = Layer.succeed(HttpTransport.HttpTransport, {
        send: ({ headers }) =>
          Effect.sync(() => {
            dates.push(headers["x-amz-date"] ?? "")
            const isRight = !refuses && dates.length > 1
            return {
              status: isRight ? 200 : 400,
              headers: { date: new Date(10 * 60_000).toUTCString() },
              body: new TextEncoder().encode(isRight ? "{}" : `{"__type":"x#InvalidSignatureException"}`)
            }
          })
      })
      const client = DynamoClient.layerDirect({ region: "eu-west-1", credentials: identity })
      yield* Effect.gen(function* () {
        assert.isTrue(Result.isSuccess(yield* list))
        refuses = true
        assert.isTrue(Result.isFailure(yield* list))
      }).pipe(Effect.provide(Layer.provide(client, http)))
      // The time of the last one was right: to send it again would not help.
      assert.deepStrictEqual(dates, ["19700101T000000Z", "19700101T001000Z", "19700101T001000Z"])
    })
  )

  it.effect("is not what is wrong where the clocks agree", () =>
    Effect.gen(function* () {
      const { dates, layer } = service(60_000)
      const result = yield* Effect.provide(list, layer)
      assert.isTrue(Result.isFailure(result) && result.failure.code === "InvalidSignatureException")
      assert.lengthOf(dates, 1)
    })
  )

  it.effect("is not what is wrong with other errors", () =>
    Effect.gen(function* () {
      const { dates, layer } = service(10 * 60_000, "AccessDeniedException")
      assert.isTrue(Result.isFailure(yield* Effect.provide(list, layer)))
      assert.lengthOf(dates, 1)
    })
  )
})
