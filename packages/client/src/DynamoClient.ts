/**
 * The DynamoDB service: one Effect for each of DynamoDB's operations on data and tables, with the
 * AWS SDK's inputs and outputs, typed errors, retries and telemetry.
 *
 * Provide it with one of the layers. The builders (`Put`, `Query`, …) use it by themselves; use it
 * directly for what they do not cover.
 *
 * @since 0.1.0
 */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as F from "effect/Function"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as call from "./internal/call.ts"
import { CurrentHttp } from "./internal/direct/currentHttp.ts"
import * as directTransport from "./internal/direct/directTransport.ts"
import * as nodeHttp from "./internal/direct/nodeHttp.ts"
import * as settings from "./internal/direct/settings.ts"
import type { DirectOptions } from "./internal/direct/settings.ts"
import * as chunks from "./internal/chunks.ts"
import * as coalesce from "./internal/coalesce.ts"
import { cached } from "./internal/readCache.ts"
import * as readRate from "./internal/readRate.ts"
import { RetryTokens } from "./internal/retryTokens.ts"
import type { ReadRate } from "./internal/readRate.ts"
import { missingSdk } from "./internal/missingSdk.ts"
import type { OperationName, Operations } from "./internal/operations.ts"
import { environment, toSdkConfig } from "./internal/options.ts"
import type { ConnectionOptions, Options } from "./internal/options.ts"
import * as sdkTransport from "./internal/sdkTransport.ts"
import type { Transport } from "./internal/transport.ts"
import * as RetryPolicy from "./RetryPolicy.ts"

export type {
  BatchExecuteStatementError,
  BatchGetItemError,
  BatchWriteItemError,
  DeleteItemError,
  ExecuteStatementError,
  ExecuteTransactionError,
  GetItemError,
  Item,
  OperationName,
  Operations,
  PutItemError,
  QueryError,
  ScanError,
  TableError,
  TransactGetItemsError,
  TransactWriteItemsError,
  UpdateItemError
} from "./internal/operations.ts"
export type { CredentialsProvider, ProvidedCredentials } from "./internal/direct/credentials.ts"
export type { AccountIdEndpointMode } from "./internal/direct/endpoint.ts"
export type { DirectOptions } from "./internal/direct/settings.ts"
export type { ConnectionOptions, Options, StaticCredentials } from "./internal/options.ts"
export type { ReadRate } from "./internal/readRate.ts"
export type { Transport, TransportFailure } from "./internal/transport.ts"

/**
 * One operation: an SDK input in; an Effect of the SDK's output, or of the errors the operation
 * can fail with, out. Needs nothing from the context, but heeds what `withRetry`, `withTimeout` and
 * `withIdempotent` put there.
 *
 * @category models
 * @since 0.1.0
 */
export interface Call<Name extends OperationName> {
  (input: Operations[Name]["input"]): Effect.Effect<Operations[Name]["output"], Operations[Name]["error"]>
}

/**
 * What the service offers: DynamoDB's operations under their own names.
 *
 * See [DynamoDB's actions](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html).
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** Reads one item by its key. */
  readonly getItem: Call<"GetItem">
  /** Writes one whole item, in place of any that stood there. */
  readonly putItem: Call<"PutItem">
  /** Changes attributes of one item, or creates it. */
  readonly updateItem: Call<"UpdateItem">
  /** Deletes one item by its key. */
  readonly deleteItem: Call<"DeleteItem">
  /** Reads one page, of at most 1 MB, of the items of one partition. */
  readonly query: Call<"Query">
  /** Reads one page, of at most 1 MB, of a table or index. */
  readonly scan: Call<"Scan">
  /** Reads up to 100 items by their keys. What was not read is in the answer's `UnprocessedKeys`. */
  readonly batchGetItem: Call<"BatchGetItem">
  /** Puts and deletes up to 25 items. What was not written is in the answer's `UnprocessedItems`. */
  readonly batchWriteItem: Call<"BatchWriteItem">
  /** Reads up to 100 items as they are at one moment. */
  readonly transactGetItems: Call<"TransactGetItems">
  /** Writes up to 100 items, all or none. A `ClientRequestToken` is made where the input has none. */
  readonly transactWriteItems: Call<"TransactWriteItems">
  /** Runs one PartiQL statement. */
  readonly executeStatement: Call<"ExecuteStatement">
  /** Runs up to 25 PartiQL statements, each by itself. */
  readonly batchExecuteStatement: Call<"BatchExecuteStatement">
  /** Runs up to 100 PartiQL statements, all or none. */
  readonly executeTransaction: Call<"ExecuteTransaction">
  /** Begins to create a table. */
  readonly createTable: Call<"CreateTable">
  /** Tells a table's state, keys and indexes. */
  readonly describeTable: Call<"DescribeTable">
  /** Begins to change a table. */
  readonly updateTable: Call<"UpdateTable">
  /** Begins to delete a table. */
  readonly deleteTable: Call<"DeleteTable">
  /** Lists up to 100 tables. */
  readonly listTables: Call<"ListTables">
  /** Turns expiry of items on or off. */
  readonly updateTimeToLive: Call<"UpdateTimeToLive">
  /** Tells whether items of a table expire. */
  readonly describeTimeToLive: Call<"DescribeTimeToLive">
  /** Adds tags to a table. */
  readonly tagResource: Call<"TagResource">
  /** Removes tags from a table. */
  readonly untagResource: Call<"UntagResource">
  /** Lists the tags of a table. */
  readonly listTagsOfResource: Call<"ListTagsOfResource">
  /** Tells the account's limits in the region. */
  readonly describeLimits: Call<"DescribeLimits">
  /** Tells whether point-in-time recovery is on. */
  readonly describeContinuousBackups: Call<"DescribeContinuousBackups">
  /** Turns point-in-time recovery on or off. */
  readonly updateContinuousBackups: Call<"UpdateContinuousBackups">
  /** What sends the requests, below retries and telemetry. See `mapTransport`. */
  readonly transport: Transport
  /** What its retries may take. */
  readonly quota: RetryPolicy.Quota
}

/**
 * The DynamoDB service.
 *
 * **Example** (Calling an operation)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * const tableNames = DynamoClient.DynamoClient.use((client) => client.listTables({ Limit: 10 })).pipe(
 *   Effect.map((answer) => answer.TableNames ?? [])
 * )
 * Effect.isEffect(tableNames) // => true
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class DynamoClient
  extends /*#__PURE__*/ Context.Service<DynamoClient, Service>()("@effect-dynamo/client/DynamoClient") {}

/**
 * Makes the service on top of a transport: for tests that answer by themselves, and for what stands
 * between the service and its transport. Its retries are within `quota`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (transport: Transport, quota: RetryPolicy.Quota = RetryPolicy.defaultQuota): Service => {
  const tokens = new RetryTokens(quota)
  return {
    getItem: call.makeCall(transport, "GetItem", tokens),
    putItem: call.makeCall(transport, "PutItem", tokens),
    updateItem: call.makeCall(transport, "UpdateItem", tokens),
    deleteItem: call.makeCall(transport, "DeleteItem", tokens),
    query: call.makeCall(transport, "Query", tokens),
    scan: call.makeCall(transport, "Scan", tokens),
    batchGetItem: call.makeCall(transport, "BatchGetItem", tokens),
    batchWriteItem: call.makeCall(transport, "BatchWriteItem", tokens),
    transactGetItems: call.makeCall(transport, "TransactGetItems", tokens),
    transactWriteItems: call.makeCall(transport, "TransactWriteItems", tokens),
    executeStatement: call.makeCall(transport, "ExecuteStatement", tokens),
    batchExecuteStatement: call.makeCall(transport, "BatchExecuteStatement", tokens),
    executeTransaction: call.makeCall(transport, "ExecuteTransaction", tokens),
    createTable: call.makeCall(transport, "CreateTable", tokens),
    describeTable: call.makeCall(transport, "DescribeTable", tokens),
    updateTable: call.makeCall(transport, "UpdateTable", tokens),
    deleteTable: call.makeCall(transport, "DeleteTable", tokens),
    listTables: call.makeCall(transport, "ListTables", tokens),
    updateTimeToLive: call.makeCall(transport, "UpdateTimeToLive", tokens),
    describeTimeToLive: call.makeCall(transport, "DescribeTimeToLive", tokens),
    tagResource: call.makeCall(transport, "TagResource", tokens),
    untagResource: call.makeCall(transport, "UntagResource", tokens),
    listTagsOfResource: call.makeCall(transport, "ListTagsOfResource", tokens),
    describeLimits: call.makeCall(transport, "DescribeLimits", tokens),
    describeContinuousBackups: call.makeCall(transport, "DescribeContinuousBackups", tokens),
    updateContinuousBackups: call.makeCall(transport, "UpdateContinuousBackups", tokens),
    transport,
    quota
  }
}

/**
 * A service as the given one, on another transport made of its own: for what is to stand below retries, timeouts and
 * telemetry, as recordings and faults do. It has a retry quota of the same size.
 *
 * **Details**
 *
 * A service whose gets are coalesced (`batched`) gives one whose gets are. What else was put before the calls of a service
 * is not part of the new one: neither is what `withReadCache` keeps.
 *
 * **Example** (Counting requests)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * let requests = 0
 * const Counting = Layer.effect(
 *   DynamoClient.DynamoClient,
 *   DynamoClient.DynamoClient.useSync(
 *     DynamoClient.mapTransport((transport) => ({
 *       send: (operation, input) => {
 *         requests++
 *         return transport.send(operation, input)
 *       }
 *     }))
 *   )
 * )
 * const client = Counting.pipe(Layer.provide(DynamoClient.layer({ region: "eu-west-1" })))
 * Layer.isLayer(client) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const mapTransport: {
  (f: (transport: Transport) => Transport): (self: Service) => Service
  (self: Service, f: (transport: Transport) => Transport): Service
} = F.dual(2, (self: Service, f: (transport: Transport) => Transport): Service => {
  const service = make(f(self.transport), self.quota)
  return coalesce.batched(self) === self ? coalesce.batched(service) : service
})

/** The service, within the quota that is provided to its layer. */
const makeWithQuota = (transport: Transport): Effect.Effect<Service> =>
  Effect.map(RetryPolicy.CurrentQuota, (quota) => make(transport, quota))

/**
 * Provides the service over an AWS SDK client of its own, whose connections are closed with the
 * layer's scope. Connections are kept alive between requests.
 *
 * **Details**
 *
 * What the options leave out the SDK finds as it always does (environment, configuration files,
 * machine). Nothing is sent while the layer is built: a wrong region or endpoint shows at the first
 * call, as a `NetworkError` where it leads nowhere and a `RequestRejected` where it cannot be right. So does an SDK
 * that is not installed.
 *
 * **Example** (A local engine)
 *
 * ```ts
 * import { Layer, Redacted } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * const local = DynamoClient.layer({
 *   region: "eu-west-1",
 *   endpoint: "http://localhost:8000",
 *   credentials: { accessKeyId: "local", secretAccessKey: Redacted.make("local") }
 * })
 * Layer.isLayer(local) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<DynamoClient> =>
  layerSdk((sdk) =>
    Effect.acquireRelease(
      Effect.sync(() => sdkTransport.makeClient(sdk, toSdkConfig(options))),
      (client) => Effect.sync(() => client.destroy())
    ).pipe(Effect.map((client) => sdkTransport.fromOwnClient(sdk, client)))
  )

const layerSdk = (
  transport: (sdk: sdkTransport.Sdk) => Effect.Effect<Transport, never, Scope.Scope>
): Layer.Layer<DynamoClient> =>
  Layer.effect(
    DynamoClient,
    sdkTransport
      .load()
      .pipe(
        Effect.matchEffect({ onFailure: (cause) => Effect.succeed(missingSdk(cause)), onSuccess: transport }),
        Effect.flatMap(makeWithQuota)
      )
  )

/**
 * As `layer`, with options read from Effect's `Config`: those given, or AWS's own variables.
 *
 * **Details**
 *
 * Without an argument it reads
 *
 * - `AWS_REGION`, else `AWS_DEFAULT_REGION`: the region
 * - `AWS_ENDPOINT_URL_DYNAMODB`, else `AWS_ENDPOINT_URL`: the URL of the service
 * - `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY` and, for temporary ones, `AWS_SESSION_TOKEN`: the
 *   credentials
 * - `AWS_PROFILE`: the profile of the AWS configuration files
 *
 * each of which may be absent, and is then looked for by the SDK in its own places.
 *
 * **Example** (Names of one's own)
 *
 * ```ts
 * import { Config, Layer } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * const client = DynamoClient.layerConfig({
 *   region: Config.String("ORDERS_REGION"),
 *   endpoint: Config.URL("ORDERS_DYNAMODB")
 * })
 * Layer.isLayer(client) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  config: Config.Wrap<ConnectionOptions> = environment()
): Layer.Layer<DynamoClient, Config.ConfigError> => Layer.unwrap(Effect.map(Config.unwrap(config), layer))

/**
 * Provides the service over an AWS SDK client that exists already. The client stays its owner's:
 * the layer neither changes nor closes it.
 *
 * **Details**
 *
 * The client's own retries do not take part: each request is sent once, and `RetryPolicy` says what
 * is sent again.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFrom = (client: DynamoDBClient): Layer.Layer<DynamoClient> =>
  layerSdk((sdk) => Effect.sync(() => sdkTransport.fromClient(sdk, sdkTransport.withoutRetries(client))))

/**
 * Provides the same service without the AWS SDK: requests are written, signed and sent, and answers read, by
 * this library, for a tenth of the CPU. The SDK's code is not even loaded.
 *
 * **Details**
 *
 * What the options leave out is read from `Config`, by the names of AWS's environment variables:
 *
 * - `AWS_REGION`, else `AWS_DEFAULT_REGION`
 * - `AWS_ENDPOINT_URL_DYNAMODB`, else `AWS_ENDPOINT_URL`
 * - `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_ACCOUNT_ID`, unless `AWS_PROFILE`
 *   is set
 * - `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`, `AWS_ACCOUNT_ID_ENDPOINT_MODE`
 *
 * Where there are no credentials in the environment either, the SDK's default chain looks for them (configuration
 * files, single sign-on, web identity, container, machine), if it is installed. Credentials that expire are replaced
 * 5 minutes before they do. Nothing is sent while the layer is built: a missing region shows at the first call, as
 * a `RequestRejected`.
 *
 * Checksums of answers are verified, and a clock that is wrong is allowed for. What sends the requests can be
 * exchanged: see `HttpTransport`.
 *
 * **Gotchas**
 *
 * The region is not looked for in AWS's configuration files. In a bundled application the default chain is not
 * part of the bundle: where the environment holds no credentials, give a provider of
 * `@aws-sdk/credential-providers`. Proxies and certificates of one's own want `HttpTransport.layerUndici`.
 *
 * **Example** (A local engine)
 *
 * ```ts
 * import { Layer, Redacted } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * const local = DynamoClient.layerDirect({
 *   region: "eu-west-1",
 *   endpoint: "http://localhost:8000",
 *   credentials: { accessKeyId: "local", secretAccessKey: Redacted.make("local") }
 * })
 * Layer.isLayer(local) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerDirect = (options: DirectOptions = {}): Layer.Layer<DynamoClient> =>
  Layer.effect(
    DynamoClient,
    Effect.gen(function* () {
      const provided = yield* CurrentHttp
      // Runtimes without Node's modules bring a transport of their own.
      const http = provided ?? (yield* nodeHttp.make({}))
      return yield* makeWithQuota(directTransport.make(yield* settings.read(options), http))
    })
  )

/**
 * As `layerDirect`, with options read from Effect's `Config`: those given, or the variables that `layerConfig` reads.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerDirectConfig = (
  config: Config.Wrap<ConnectionOptions> = environment()
): Layer.Layer<DynamoClient, Config.ConfigError> => Layer.unwrap(Effect.map(Config.unwrap(config), layerDirect))

/**
 * The same service, whose gets are coalesced: `getItem` calls that fibers make at the same time are sent together, as
 * [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html). Asked again for
 * the same service, it gives the same one.
 *
 * **Details**
 *
 * At the same time means: before the scheduler comes to the end of the fibers that are ready to run. What is asked for
 * twice in the same way is read once, and its item shared: do not change it. Gets of one table that differ in projection
 * or consistency, and gets with another retry policy, timeout, read rate or concurrency, are in different requests.
 *
 * A get is sent by itself where it is alone, or asks for what BatchGetItem cannot say (`ReturnConsumedCapacity`,
 * `AttributesToGet`). So is each get of a request that DynamoDB refuses: one wrong key, or one table that is not there,
 * fails only who asked for it. To interrupt one get does not touch the others.
 *
 * Keys that DynamoDB leaves unprocessed are asked for again by the retry policy; what is left when it ends fails with
 * `ThroughputExceeded`.
 *
 * **Example** (Two gets in one request)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * const read = DynamoClient.DynamoClient.use((client) =>
 *   Effect.forEach(
 *     ["a", "b"],
 *     (id) => DynamoClient.batched(client).getItem({ TableName: "users", Key: { id: { S: id } } }),
 *     { concurrency: "unbounded" }
 *   )
 * )
 * Effect.isEffect(read) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const batched: (service: Service) => Service = coalesce.batched

/**
 * Coalesces the gets of a whole program: provides the service that it is given, as `batched` makes it.
 *
 * **Example** (A program whose gets meet)
 *
 * ```ts
 * import { Layer } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * const client = DynamoClient.layerBatched.pipe(Layer.provide(DynamoClient.layer({ region: "eu-west-1" })))
 * Layer.isLayer(client) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerBatched: Layer.Layer<DynamoClient, never, DynamoClient> = /*#__PURE__*/ Layer.effect(
  DynamoClient,
  /*#__PURE__*/ DynamoClient.useSync(batched)
)

/**
 * How long each call may take, its retries included; `undefined` means as long as it takes. Set it
 * with `withTimeout`, or for a whole program with `Layer.succeed`.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentTimeout: Context.Reference<Duration.Duration | undefined> = call.CurrentTimeout

/**
 * Whether writes may be applied twice; `undefined` leaves it to the kind of write. Set it with
 * `withIdempotent`.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentIdempotent: Context.Reference<boolean | undefined> = call.CurrentIdempotent

/**
 * How many requests of one operation are under way at the same time at most, where an operation is
 * made of many: the segments of a scan, the requests of a batch. Set it with `withConcurrency`. Default 8.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentConcurrency: Context.Reference<number> = chunks.CurrentConcurrency

/**
 * The bound on what reads consume; `undefined` means none. Set it with `withReadRate`.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentReadRate: Context.Reference<ReadRate | undefined> = readRate.CurrentReadRate

/**
 * Runs an effect with a retry policy of its own.
 *
 * **Example** (Sending nothing twice)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient, RetryPolicy } from "effect-dynamo"
 *
 * const program = Effect.map(RetryPolicy.CurrentRetryPolicy, (policy) => policy === RetryPolicy.none).pipe(
 *   DynamoClient.withRetry(RetryPolicy.none)
 * )
 * Effect.runSync(program) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withRetry: {
  (policy: RetryPolicy.RetryPolicy): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, policy: RetryPolicy.RetryPolicy): Effect.Effect<A, E, R>
} = /*#__PURE__*/ F.dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, policy: RetryPolicy.RetryPolicy) =>
  Effect.provideService(self, RetryPolicy.CurrentRetryPolicy, policy)
)

/**
 * Runs an effect with every request sent only once.
 *
 * @category combinators
 * @since 0.1.0
 */
export const noRetry = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  withRetry(self, RetryPolicy.none)

/**
 * Bounds every call to DynamoDB within an effect in time: retries and the waits between them
 * included. A call that takes longer is aborted and fails with `RequestTimeout`.
 *
 * An effect that makes several calls, as a query over many pages does, may take longer as a whole.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withTimeout: {
  (duration: Duration.Input): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, duration: Duration.Input): Effect.Effect<A, E, R>
} = /*#__PURE__*/ F.dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, duration: Duration.Input) =>
  Effect.provideService(self, CurrentTimeout, Duration.fromInputUnsafe(duration))
)

/**
 * Says whether the writes of an effect may be applied twice, which only matters where a write failed
 * without an answer (5xx, a broken connection, no answer in time) and may have been applied.
 *
 * **Details**
 *
 * Where nothing is said, such a write is sent again if a second application changes nothing and answers the same, or
 * if there cannot be a second one:
 *
 * - `PutItem` and `DeleteItem`, on a condition or none, unless they answer with the old item
 * - `UpdateItem` of values that are set, attributes that are removed, and members that are added to sets or deleted from
 *   them, unless it answers with the old item
 * - `UpdateItem` of any kind whose success makes its condition false: that an attribute which it sets does not exist, or
 *   has a value which it changes, as a version does
 * - `BatchWriteItem`; and transactions, which DynamoDB recognises by their token for 10 minutes
 *
 * Numbers that are counted, lists that are extended, positions in lists, copies and PartiQL are not. With `true` all are
 * sent again, with `false` none is. After throttling, and after failures before the request was sent, everything is.
 *
 * Where the condition fails after such an attempt, the item that stands there is compared with what was sent. If it is
 * as the write leaves it, the write succeeds; if not, `ConditionalCheckFailed` says that it is `ambiguous`.
 *
 * **Gotchas**
 *
 * Who wrote an item is not seen: where two write the very same, both may be told that they succeeded. A write that only
 * one may win should say whose it is (an owner, a token), or be run with `false`.
 *
 * **Example** (A counter that may count twice, rather than not at all)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { DynamoClient, Entity, Table, Update } from "effect-dynamo"
 *
 * class Video extends Entity.Class<Video>("Video")({
 *   id: Schema.String,
 *   views: Schema.Int
 * }, { table: Table.make("videos", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const seen = (id: string) => Update.in(Video).key({ id }).increment("views")
 * // For all writes of an effect, or for one.
 * Effect.isEffect(seen("a").pipe(DynamoClient.withIdempotent(true))) // => true
 * Effect.isEffect(seen("a").idempotent()) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withIdempotent: {
  (idempotent: boolean): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, idempotent: boolean): Effect.Effect<A, E, R>
} = /*#__PURE__*/ F.dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, idempotent: boolean) =>
  Effect.provideService(self, CurrentIdempotent, idempotent)
)

/**
 * Bounds how many requests each operation of an effect has under way at the same time, where an operation
 * is made of many: a whole number from 1.
 *
 * **Example** (A scan that is gentle with its table)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * const program = DynamoClient.CurrentConcurrency.pipe(DynamoClient.withConcurrency(2))
 * Effect.runSync(program) // => 2
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withConcurrency: {
  (requests: number): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, requests: number): Effect.Effect<A, E, R>
} = /*#__PURE__*/ F.dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, requests: number) => {
  if (!Number.isSafeInteger(requests) || requests < 1) {
    throw new RangeError(`DynamoClient.withConcurrency takes a whole number from 1, not ${requests}`)
  }
  return Effect.provideService(self, CurrentConcurrency, requests)
})

/**
 * Runs an effect with a cache of the items that its gets read: what was read once within it is not read again. Meant
 * for what is short, as the handling of one request: the cache begins empty and ends with the effect, and nothing is
 * removed from it but by writes.
 *
 * **Details**
 *
 * It holds for `getItem`, hence for `Get` and for gets that are batched, with the same key, projection and client. The
 * effect's own writes of an item (put, update, delete, batch, transaction) remove it; a PartiQL statement removes all.
 * Writes of others do not: within the effect an item stays as it was first read. A consistent get always asks
 * DynamoDB, and what it read takes the place of what was. Queries, scans and `Batch.get` do not use the cache.
 * Failures are not kept. What `ReturnConsumedCapacity` is asked for is not cached.
 *
 * **Example** (Handling a request)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { DynamoClient, Entity, Get, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   name: Schema.String
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const user = (id: string) => Get.from(User).key({ id }).orFail()
 * // One request to DynamoDB.
 * const handle = (id: string) =>
 *   Effect.zipWith(user(id), user(id), (one, same) => one.name === same.name).pipe(DynamoClient.withReadCache)
 * Effect.isEffect(handle("a")) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withReadCache = <A, E, R>(
  self: Effect.Effect<A, E, R>
): Effect.Effect<A, E, Exclude<R, DynamoClient> | DynamoClient> =>
  Effect.flatMap(DynamoClient, (client) => Effect.provideService(self, DynamoClient, cached(client)))

/**
 * Bounds what the queries, scans and batch gets of an effect consume: so many
 * [read capacity units](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)
 * a second, all of them together, whatever fiber or segment they run in.
 *
 * **Details**
 *
 * A request waits until what was consumed before it is within the rate. Up to `t` seconds after the
 * beginning, `unitsPerSecond * t` units are consumed, and those of the request that is under way: a page of
 * 1 MB costs 128, of a consistent read 256, so a low rate wants a `pageSize` too. The wait is no part of
 * `withTimeout`.
 *
 * Each run of the effect has a bound of its own. One inside another takes its place.
 *
 * **Example** (A scan in the background)
 *
 * ```ts
 * import { Effect, Schema, Stream } from "effect"
 * import { DynamoClient, Entity, Scan, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const count = Scan.from(User).segments(4).stream().pipe(
 *   Stream.runCount,
 *   DynamoClient.withReadRate(50)
 * )
 * Effect.isEffect(count) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withReadRate: {
  (unitsPerSecond: number): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, unitsPerSecond: number): Effect.Effect<A, E, R>
} = /*#__PURE__*/ F.dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, unitsPerSecond: number) => {
  readRate.check(unitsPerSecond)
  return Effect.suspend(() => Effect.provideService(self, CurrentReadRate, readRate.make(unitsPerSecond)))
})
