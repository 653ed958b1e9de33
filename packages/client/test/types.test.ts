import { DynamoClient } from "@effect-dynamo/client"
import type * as DynamoError from "@effect-dynamo/core/DynamoError"
import { assert, it } from "@effect/vitest"
import type { Effect, Layer } from "effect"
import { scripted } from "./support/script.ts"

// Checked by the compiler: that the file compiles is the test.

type ErrorOf<Call> = Call extends (input: never) => Effect.Effect<unknown, infer E, infer R>
  ? [R] extends [never]
    ? E
    : "needs something from the context"
  : never
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
const holds = <T extends true>(value: T) => value

type Tags<Name extends keyof DynamoClient.Service> = Exclude<
  Extract<ErrorOf<DynamoClient.Service[Name]>, { readonly _tag: string }>,
  DynamoError.Service
>["_tag"]

it("each operation names what it can fail with, and nothing else", () => {
  holds<Same<ErrorOf<DynamoClient.Service["getItem"]>, DynamoError.Service>>(true)
  holds<Same<ErrorOf<DynamoClient.Service["query"]>, DynamoError.Service>>(true)
  holds<Same<ErrorOf<DynamoClient.Service["batchGetItem"]>, DynamoError.Service>>(true)
  holds<Same<ErrorOf<DynamoClient.Service["describeTable"]>, DynamoError.Service>>(true)
  holds<Same<Tags<"createTable">, "ResourceInUse">>(true)
  holds<
    Same<Tags<"putItem">, "ConditionalCheckFailed" | "TransactionConflict" | "ItemTooLarge" | "ItemCollectionTooLarge">
  >(true)
  holds<Same<Tags<"deleteItem">, "ConditionalCheckFailed" | "TransactionConflict" | "ItemCollectionTooLarge">>(true)
  holds<Same<Tags<"transactGetItems">, "TransactionCanceled" | "TransactionConflict">>(true)
  assert.isFunction(scripted([]).client.getItem)
})

it("inputs are the SDK's", () => {
  const { client } = scripted([])
  // @ts-expect-error: a key is missing
  assert.isDefined(client.getItem({ TableName: "t" }))
  assert.isDefined(client.getItem({ TableName: "t", Key: { pk: { S: "1" } } }))
})

it("a layer takes no setting of the SDK's retries", () => {
  const layer: Layer.Layer<DynamoClient.DynamoClient> = DynamoClient.layer({ region: "eu-west-1" })
  // @ts-expect-error: retries are for RetryPolicy to say
  assert.isDefined(DynamoClient.layer({ region: "eu-west-1", maxAttempts: 3 }))
  assert.isDefined(layer)
})

it("a direct layer takes what the SDK's takes of credentials, and needs nothing", () => {
  type OfSdk = NonNullable<DynamoClient.Options["credentials"]>
  holds<OfSdk extends NonNullable<DynamoClient.DirectOptions["credentials"]> ? true : false>(true)
  const layer: Layer.Layer<DynamoClient.DynamoClient> = DynamoClient.layerDirect({ region: "eu-west-1" })
  // @ts-expect-error: not a setting of the direct client
  assert.isDefined(DynamoClient.layerDirect({ region: "eu-west-1", requestHandler: {} }))
  assert.isDefined(layer)
})
