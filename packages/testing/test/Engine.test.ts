import type { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { inject } from "vitest"
import { Dynalite, DynamoLocal, Engine, type EngineError } from "../src/main.ts"
import { roundTrip, under } from "./utils.ts"

type EngineLayer = Layer.Layer<DynamoClient.DynamoClient | Engine.Engine, EngineError.EngineError>

const java = process.env["JAVA_HOME"] === undefined ? {} : { JAVA_HOME: process.env["JAVA_HOME"] }
const environment = { ...java, PATH: process.env["PATH"] ?? "" }

/** Uses the engine, whichever it is. */
const use = Effect.gen(function* () {
  assert.isDefined(yield* roundTrip("users"))
  return [yield* Engine.endpoint, yield* Dynalite.endpoint, yield* DynamoLocal.endpoint]
})

/** The endpoint is that of the engine that runs, by whichever name it is asked for. */
const assertSame = (endpoints: ReadonlyArray<string>) => {
  assert.match(endpoints[0] ?? "", /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.strictEqual(new Set(endpoints).size, 1)
}

const engineOf = (kind: "fast" | "complete") => (kind === "fast" ? Dynalite.layer : DynamoLocal.layer)

describe("Engine", () => {
  const layers: ReadonlyArray<EngineLayer> = [Dynalite.layer, DynamoLocal.layer]

  for (const [index, layer] of layers.entries()) {
    it.live.skipIf(index === 1 && inject("dynamoLocal").kind === "missing")(
      `is used by one program, whichever it is: ${index}`,
      () => Effect.map(Effect.provide(use, layer.pipe(under(environment))), assertSame),
      30_000
    )
  }

  it.live("is chosen as the program runs", () => {
    const chosen = Layer.unwrap(
      Effect.map(DynamoLocal.isAvailable, (there) => (there ? DynamoLocal.layer : Dynalite.layer))
    )
    const noJava = { JAVA_HOME: "/nonexistent" }
    return Effect.map(Effect.provide(use, chosen.pipe(under(noJava))), assertSame)
  })

  it.live("is chosen by a condition, below what is built on it", () => {
    const tables = Layer.effectDiscard(roundTrip("orders"))
    const engine = engineOf("fast")
    return Effect.map(Effect.provide(use, Layer.provideMerge(tables, engine).pipe(under(environment))), assertSame)
  })
})
