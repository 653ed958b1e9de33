import { Effect, Redacted } from "effect"
import { DynamoLocal } from "@effect-dynamo/testing"
await Effect.runPromise(Effect.provide(Effect.gen(function*(){ console.log(yield* DynamoLocal.endpoint); yield* Effect.sleep("20 minutes") }), DynamoLocal.layer))
