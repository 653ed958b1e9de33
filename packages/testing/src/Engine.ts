/**
 * The engine that runs, whichever it is: what both `Dynalite.layer` and `DynamoLocal.layer` provide beside the client. So either can
 * stand where the other does, and a program can choose.
 *
 * @module
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * A running engine.
 *
 * **Example** (The engine of record where it can run, and Dynalite elsewhere)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 * import { Dynalite, DynamoLocal, Engine, EngineError } from "@effect-dynamo/testing"
 *
 * const Best: Layer.Layer<DynamoClient.DynamoClient | Engine.Engine, EngineError.EngineError> = Layer.unwrap(
 *   Effect.map(DynamoLocal.isAvailable, (there) => (there ? DynamoLocal.layer : Dynalite.layer))
 * )
 * const tables = DynamoClient.DynamoClient.use((client) => client.listTables({}))
 *
 * await Effect.runPromise(Effect.map(tables, ({ TableNames }) => TableNames).pipe(Effect.provide(Best))) // => []
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Engine extends Context.Service<
  Engine,
  {
    /** Its URL, such as `http://127.0.0.1:54321`. */
    readonly endpoint: string
    /** Waits until it has ended by itself, and gives its last words. Absent where it cannot, or nobody here would see it. */
    readonly ended?: Effect.Effect<string> | undefined
  }
>()("@effect-dynamo/testing/Engine") {}

/**
 * The running engine's URL, for tools outside of the program: of whichever engine it is.
 *
 * **Example** (Looking into the engine with Amazon's command line)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Engine } from "@effect-dynamo/testing"
 *
 * const hint = Effect.map(Engine.endpoint, (endpoint) => `aws dynamodb list-tables --endpoint-url ${endpoint}`)
 * Effect.isEffect(hint) // => true
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const endpoint: Effect.Effect<string, never, Engine> = Effect.map(Engine, (engine) => engine.endpoint)
