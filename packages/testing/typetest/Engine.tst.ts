import { DynamoClient } from "@effect-dynamo/client"
import { Effect, Layer } from "effect"
import { describe, expect, test } from "tstyche"
import { Dynalite, DynamoLocal, Engine, type EngineError } from "../src/main.ts"

type EngineLayer = Layer.Layer<DynamoClient.DynamoClient | Engine.Engine, EngineError.EngineError>

describe("Engine", () => {
  test("is of either kind: layers stand for each other", () => {
    expect(Dynalite.layer).type.toBe<EngineLayer>()
    expect(DynamoLocal.layer).type.toBe<EngineLayer>()
    expect(Dynalite.layerWith({})).type.toBe<EngineLayer>()
    expect(DynamoLocal.layerWith({})).type.toBe<EngineLayer>()
    expect([Dynalite.layer, DynamoLocal.layer]).type.toBe<Array<EngineLayer>>()
  })

  test("is chosen as the program runs", () => {
    const chosen = Effect.map(DynamoLocal.isAvailable, (there) => (there ? DynamoLocal.layer : Dynalite.layer))
    expect(Layer.unwrap(chosen)).type.toBe<EngineLayer>()
  })

  test("is chosen by a condition", () => {
    const either = Math.random() < 0.5 ? Dynalite.layer : DynamoLocal.layer
    expect(Layer.provideMerge(Layer.empty, either)).type.toBe<EngineLayer>()
    expect(Effect.provide(Engine.endpoint, either)).type.toBe<Effect.Effect<string, EngineError.EngineError>>()
    expect(
      DynamoClient.DynamoClient.use((client) => client.listTables({})).pipe(
        Effect.asVoid,
        Effect.orDie,
        Effect.provide(either)
      )
    ).type.toBe<Effect.Effect<void, EngineError.EngineError>>()
  })

  test("has one endpoint", () => {
    expect(Dynalite.endpoint).type.toBe<Effect.Effect<string, never, Engine.Engine>>()
    expect(DynamoLocal.endpoint).type.toBe<Effect.Effect<string, never, Engine.Engine>>()
    expect(Engine.endpoint).type.toBe<Effect.Effect<string, never, Engine.Engine>>()
  })
})
