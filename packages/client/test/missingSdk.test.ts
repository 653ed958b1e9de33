import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { vi } from "vitest"
import { DynamoClient } from "../src/main.ts"

// As where it is not installed: it may be left out by those who use the direct client.
vi.mock("@aws-sdk/client-dynamodb", () => {
  throw new Error("Cannot find package '@aws-sdk/client-dynamodb'")
})

const options = { region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } }
// Never used, as there is nothing to use it by.
const client = {} as Parameters<typeof DynamoClient.layerFrom>[0]

describe("a client without the SDK", () => {
  for (const [name, layer] of [
    ["layer", DynamoClient.layer(options)],
    ["layerFrom", DynamoClient.layerFrom(client)]
  ] as const) {
    it.effect(`${name}: is made, and says at each call what is missing`, () =>
      Effect.gen(function* () {
        const error = yield* DynamoClient.DynamoClient.use((client) => client.listTables({})).pipe(Effect.flip)
        assert.strictEqual(error._tag, "RequestRejected")
        assert.strictEqual(error._tag === "RequestRejected" ? error.code : undefined, "MissingSdk")
        assert.strictEqual(
          error.message,
          "The request was not sent. @aws-sdk/client-dynamodb cannot be loaded. " +
            "Install it, or use DynamoClient.layerDirect, which does without."
        )
        assert.isDefined(error.cause)
        assert.isFalse(error.isRetryable)
      }).pipe(Effect.provide(layer))
    )
  }

  it.effect("is none that the direct client needs", () =>
    Layer.build(DynamoClient.layerDirect(options)).pipe(Effect.scoped, Effect.asVoid)
  )
})
