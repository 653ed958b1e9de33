/**
 * Dynalite, an engine written in JavaScript, in the process of the program itself.
 *
 * It starts in some fifty milliseconds and needs nothing installed, so it is the engine for a first try and for fast tests. What it lacks
 * is told at {@link layer}; where that matters, use `DynamoLocal`.
 *
 * @module
 * @since 0.1.0
 */
import type * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Engine from "./Engine.ts"
import type { EngineError } from "./EngineError.ts"
import { start } from "./internal/dynaliteServer.ts"
import { engineLayer } from "./internal/engineLayer.ts"
import { namingOperations } from "./internal/unknownOperation.ts"

/**
 * How Dynalite is to run.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The port to listen on, on 127.0.0.1. A free one if absent. */
  readonly port?: number | undefined
  /** The folder to keep the data in, as a LevelDB. In memory if absent: gone when the engine stops. */
  readonly path?: string | undefined
  /** How long a new table stays `CREATING`, in milliseconds. 0 if absent. */
  readonly createTableMs?: number | undefined
  /** How long a table stays `DELETING`, in milliseconds. 0 if absent. */
  readonly deleteTableMs?: number | undefined
  /** How long a changed table stays `UPDATING`, in milliseconds. 0 if absent. */
  readonly updateTableMs?: number | undefined
  /** The largest item it accepts, in KB. DynamoDB's 400 if absent. */
  readonly maxItemSizeKb?: number | undefined
  /**
   * The client to provide, from how the engine is reached: `DynamoClient.layer` if absent, `DynamoClient.layerDirect` for
   * the direct client.
   */
  readonly client?: ((connection: DynamoClient.ConnectionOptions) => Layer.Layer<DynamoClient.DynamoClient>) | undefined
}

/**
 * The running engine's URL, for tools outside of the program.
 *
 * **Example** (Printing where the engine listens)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Dynalite } from "@effect-dynamo/testing"
 *
 * const program = Effect.gen(function* () {
 *   const endpoint = yield* Dynalite.endpoint
 *   return endpoint.startsWith("http://")
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer))) // => true
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const endpoint: Effect.Effect<string, never, Engine.Engine> = Engine.endpoint

/**
 * Starts Dynalite as the options say and provides a client that talks to it; stops it with the scope.
 *
 * `DYNAMODB_ENDPOINT` in the environment names another engine to use instead: then none is started.
 *
 * **Example** (Tables that take their time)
 *
 * ```ts
 * import { Layer } from "effect"
 * import { Dynalite } from "@effect-dynamo/testing"
 *
 * const slow = Dynalite.layerWith({ createTableMs: 500, deleteTableMs: 500 })
 * Layer.isLayer(slow) // => true
 * ```
 *
 * **Example** (The direct client, by one line)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 * import { Dynalite } from "@effect-dynamo/testing"
 *
 * const direct = Dynalite.layerWith({ client: DynamoClient.layerDirect })
 * const tables = DynamoClient.DynamoClient.use((client) => client.listTables({}))
 *
 * await Effect.runPromise(Effect.map(tables, ({ TableNames }) => TableNames).pipe(Effect.provide(direct))) // => []
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<DynamoClient.DynamoClient | Engine.Engine, EngineError> =>
  engineLayer("Dynalite", start(options), namingOperations(options.client))

/**
 * Starts Dynalite on a free port, with its data in memory, and provides a client that talks to it; stops it with the scope.
 *
 * `DYNAMODB_ENDPOINT` in the environment names another engine to use instead: then none is started.
 *
 * **Gotchas**
 *
 * Dynalite lacks, as of version 4.0.0:
 *
 * - transactions: `TransactWriteItems`, `TransactGetItems`
 * - PartiQL: `ExecuteStatement`, `BatchExecuteStatement`, `ExecuteTransaction`
 * - `UpdateTimeToLive`, so items do not expire
 * - global indexes with several attributes in their partition or sort key, and adding an index to a table that is billed on demand
 * - streams, deletion protection, backups and `DescribeLimits`
 *
 * It refuses such requests with `RequestRejected`, whose message names the operation.
 *
 * It compares lists and maps wrongly, without a word: `=`, `<>` and `IN` hold no list or map for equal to another, and `contains` finds
 * only strings, numbers and bytes in a list.
 *
 * When an engine is started here, it is added to Dynalite what it lacks too: `ReturnValuesOnConditionCheckFailure`, and comparisons as
 * DynamoDB makes them with attributes that are not there, with empty strings and with `false`.
 *
 * **Example** (Creating a table)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 * import { Dynalite } from "@effect-dynamo/testing"
 *
 * const program = Effect.gen(function* () {
 *   const client = yield* DynamoClient.DynamoClient
 *   yield* client.createTable({
 *     TableName: "users",
 *     BillingMode: "PAY_PER_REQUEST",
 *     AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
 *     KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }]
 *   })
 *   const tables = yield* client.listTables({})
 *   return tables.TableNames
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer))) // => ["users"]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<DynamoClient.DynamoClient | Engine.Engine, EngineError> = layerWith({})
