/**
 * The DynamoDB service: one Effect for each of DynamoDB's operations on data and tables, with the
 * AWS SDK's inputs and outputs, typed errors, retries and telemetry.
 *
 * Provide it with one of the layers. The builders (`Put`, `Query`, …) use it by themselves; use it
 * directly for what they do not cover.
 *
 * @module
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
import * as attempt from "./internal/attempt.ts"
import * as Capacity from "./Capacity.ts"
import * as call from "./internal/call.ts"
import { CurrentHttp } from "./internal/direct/currentHttp.ts"
import * as directTransport from "./internal/direct/directTransport.ts"
import * as nodeHttp from "./internal/direct/nodeHttp.ts"
import * as settings from "./internal/direct/settings.ts"
import type { DirectOptions } from "./internal/direct/settings.ts"
import * as charge from "./internal/charge.ts"
import * as chunks from "./internal/chunks.ts"
import * as coalesce from "./internal/coalesce.ts"
import { cached } from "./internal/readCache.ts"
import * as rates from "./internal/rate.ts"
import { RetryTokens } from "./internal/retryTokens.ts"
import type { Rate } from "./internal/rate.ts"
import * as metrics from "./internal/metrics.ts"
import { missingSdk } from "./internal/missingSdk.ts"
import type { OperationName, Operations } from "./internal/operations.ts"
import { environment, toSdkConfig } from "./internal/options.ts"
import type { ConnectionOptions, Options } from "./internal/options.ts"
import { logging, type RequestLogging } from "./internal/requestLog.ts"
import * as sdkTransport from "./internal/sdkTransport.ts"
import type { Transport } from "./internal/transport.ts"
import { CurrentMetrics, CurrentRequestLog } from "./internal/watch.ts"
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
export type { Rate } from "./internal/rate.ts"
export type { RequestLogging } from "./internal/requestLog.ts"
export type { Server, Transport, TransportFailure } from "./internal/transport.ts"

// -----------------------------------------------------------------------------
// Service
// -----------------------------------------------------------------------------

/**
 * One operation: an SDK input in; an Effect of the SDK's output, or of the errors the operation
 * can fail with, out. Needs nothing from the context, but heeds what `withRetry`, `withTimeout`,
 * `withIdempotent` and the like put there.
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
  const tokens = new RetryTokens(quota, transport)
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
} = /*#__PURE__*/ F.dual(2, (self: Service, f: (transport: Transport) => Transport): Service => {
  const service = make(withServer(f(self.transport), self.transport), self.quota)
  return coalesce.batched(self) === self ? coalesce.batched(service) : service
})

/** A transport that tells where requests go as the one underneath does, if it does not tell by itself. */
const withServer = (transport: Transport, { server }: Transport): Transport =>
  transport.server !== undefined || server === undefined
    ? transport
    : { send: (operation, input) => transport.send(operation, input), server }

/** The service, within the quota that is provided to its layer. */
const makeWithQuota = (transport: Transport): Effect.Effect<Service> =>
  Effect.map(RetryPolicy.CurrentQuota, (quota) => make(transport, quota))

// -----------------------------------------------------------------------------
// Layers
// -----------------------------------------------------------------------------

/**
 * Provides the service over an AWS SDK client of its own, whose connections are closed with the
 * layer's scope. Connections are kept alive between requests: `requestHandler` says how many, and how long what may take.
 *
 * **Details**
 *
 * What the options leave out the SDK finds as it always does (environment, configuration files,
 * machine). Nothing is sent while the layer is built: a wrong region or endpoint shows at the first
 * call, as a `NetworkError` where it leads nowhere and a `RequestRejected` where it cannot be right. So does an SDK
 * that is not installed.
 *
 * Unless `requestHandler` (or `defaultsMode`) says otherwise, connecting may take 5 seconds, and a connection may be silent
 * for 30 while a request waits for its answer. The SDK by itself waits as long as the system does, or for ever.
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
 * - `AWS_PROFILE`: the profile of the AWS configuration files
 * - otherwise `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY` and, for temporary ones, `AWS_SESSION_TOKEN`: the
 *   credentials
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

// -----------------------------------------------------------------------------
// Coalesced gets
// -----------------------------------------------------------------------------

/**
 * The same service, whose gets are coalesced: `getItem` calls that fibers make at the same time are sent together, as
 * [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html). Asked again for
 * the same service, it gives the same one.
 *
 * **Details**
 *
 * At the same time means: before the scheduler comes to the end of the fibers that are ready to run. What is asked for
 * twice in the same way is read once, and its item shared: do not change it. Gets of one table that differ in projection
 * or consistency, and gets with another retry policy, timeout, hedge, read rate, capacity meter or concurrency, are in
 * different requests.
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

// -----------------------------------------------------------------------------
// Settings
// -----------------------------------------------------------------------------

/**
 * How long each call may take, its retries included; `undefined` means as long as it takes. Set it
 * with `withTimeout`, or for a whole program with `Layer.succeed`.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentTimeout: Context.Reference<Duration.Duration | undefined> = call.CurrentTimeout

/**
 * How long each attempt of a call may take; `undefined` means as long as the connection lets it. Set it with
 * `withAttemptTimeout`.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentAttemptTimeout: Context.Reference<Duration.Duration | undefined> = attempt.CurrentAttemptTimeout

/**
 * After how long a get or a query without an answer is sent a second time; `undefined` means never. Set it with
 * `withHedge`.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentHedge: Context.Reference<Duration.Duration | undefined> = attempt.CurrentHedge

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
export const CurrentReadRate: Context.Reference<Rate | undefined> = rates.CurrentReadRate

/**
 * The bound on what writes consume; `undefined` means none. Set it with `withWriteRate`.
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentWriteRate: Context.Reference<Rate | undefined> = rates.CurrentWriteRate

/**
 * The meters that count what requests consume, each of them all; none by default. Set it with `withCapacity` or
 * `withCapacityMeter`, or for a whole program with a layer.
 *
 * **Example** (A meter of a whole program)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { Capacity, DynamoClient } from "effect-dynamo"
 *
 * const Metered = Layer.effect(
 *   DynamoClient.CurrentCapacityMeters,
 *   Effect.map(Capacity.makeMeter, (meter) => [meter])
 * )
 * Layer.isLayer(Metered) // => true
 * ```
 *
 * @category references
 * @since 0.1.0
 */
export const CurrentCapacityMeters: Context.Reference<ReadonlyArray<Capacity.Meter>> = charge.CurrentCapacityMeters

// -----------------------------------------------------------------------------
// How requests are sent
// -----------------------------------------------------------------------------

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
 * An effect that makes several calls, as a query over many pages does, may take longer as a whole. `withAttemptTimeout`
 * bounds each time that a request is sent.
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
 * Bounds every attempt of the calls within an effect: each time that a request is sent, its answer has so long to come,
 * whole. An attempt that takes longer is aborted, and counts as one without an answer, the trouble `timeout`: it is
 * retried as the policy says, and a write as `withIdempotent` says. Without a retry the call fails with `RequestTimeout`.
 *
 * **Details**
 *
 * The time begins when the request is made: to wait for a free connection, to connect, and to look for credentials are
 * part of it. All requests of the effect have the same bound, so it should be above what the slowest takes, such as a page
 * of 1 MB. Most gets and puts are answered within 10 milliseconds, and
 * [AWS suggests](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TroubleshootingLatency.html) to give
 * up on them soon; for
 * [transactions](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html), which
 * DynamoDB recognises while they are in progress, it suggests no less than a second.
 *
 * **Example** (Three attempts of half a second)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { DynamoClient, Entity, Get, RetryPolicy, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const user = Get.from(User).key({ id: "a" }).pipe(
 *   DynamoClient.withAttemptTimeout("500 millis"),
 *   DynamoClient.withRetry(RetryPolicy.make({ maxAttempts: 3 }))
 * )
 * Effect.isEffect(user) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withAttemptTimeout: {
  (duration: Duration.Input): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, duration: Duration.Input): Effect.Effect<A, E, R>
} = /*#__PURE__*/ F.dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, duration: Duration.Input) =>
  Effect.provideService(self, CurrentAttemptTimeout, Duration.fromInputUnsafe(duration))
)

/**
 * Hedges the gets and queries of an effect: where one has no answer after the delay, the same request is sent a second
 * time, and the first good answer of the two is taken. The other request is aborted.
 *
 * **When to use**
 *
 * Where a few slow answers, and not the usual ones, are what hurts. Of requests that are slow for a reason of their own,
 * such as pages of many items, the second is as slow as the first.
 *
 * **Details**
 *
 * It holds for `getItem`, `query` and `batchGetItem`, hence for `Get`, `Query`, `Collection` and `Batch.get`; neither for
 * scans nor for transactions, and never for writes. An attempt has two requests at most. One that fails before the delay
 * is over fails as it would have; one that fails after it waits for the other. So a hedge is no retry: it takes nothing
 * of the quota, is no attempt of `RetryPolicy`, and what both requests fail with is retried as ever. `withAttemptTimeout`
 * and `withTimeout` bound both. On the call's span it is an event `hedge`.
 *
 * **Gotchas**
 *
 * What is sent twice is paid for twice, so choose a delay that few answers exceed: with the 99th percentile of the
 * latency, one in a hundred reads costs double. `withReadRate` and `withCapacity` count both: of the request that is
 * aborted as much as of the other, since nobody tells. Where all answers are slow, as in an outage, all reads are sent
 * twice.
 *
 * **Example** (A second try after 30 milliseconds)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { DynamoClient, Entity, Get, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const user = Get.from(User).key({ id: "a" }).pipe(DynamoClient.withHedge("30 millis"))
 * Effect.isEffect(user) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withHedge: {
  (delay: Duration.Input): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, delay: Duration.Input): Effect.Effect<A, E, R>
} = /*#__PURE__*/ F.dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, delay: Duration.Input) =>
  Effect.provideService(self, CurrentHedge, Duration.fromInputUnsafe(delay))
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
 * is made of many: a whole number from 1. Any other throws a `RangeError`.
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
export const withReadCache = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | DynamoClient> =>
  Effect.flatMap(DynamoClient, (client) => Effect.provideService(self, DynamoClient, cached(client)))

// -----------------------------------------------------------------------------
// Cost
// -----------------------------------------------------------------------------

/**
 * Bounds what the queries, scans and batch gets of an effect consume: so many
 * [read capacity units](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)
 * a second, all of them together, whatever fiber or segment they run in. A rate that is no number above 0 throws a
 * `RangeError`.
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
  rates.check("withReadRate", unitsPerSecond)
  return Effect.suspend(() => Effect.provideService(self, CurrentReadRate, rates.makeRead(unitsPerSecond)))
})

/**
 * Bounds what the writes of an effect consume: so many
 * [write capacity units](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)
 * a second, all of them together, whatever fiber they run in: puts, updates, deletes, batches and transactions, but not
 * PartiQL. A rate that is no number above 0 throws a `RangeError`.
 *
 * **Details**
 *
 * A request waits until what was consumed before it is within the rate, as `withReadRate` says of reads. What it costs
 * itself is known only when it is answered; until then it counts by the size of its items, and by what others of such a
 * size cost, which is more where there are indexes. A batch of 25 items of 1 KB costs 25 units, all at once; a
 * transaction twice as many.
 *
 * A write whose condition is false is paid for too: DynamoDB does not say how much, so it counts as it was expected to.
 * One that is throttled counts nothing.
 *
 * Each run of the effect has a bound of its own. One inside another takes its place.
 *
 * **Example** (An import in the background)
 *
 * ```ts
 * import { Effect, Schema, Stream } from "effect"
 * import { Batch, DynamoClient, Entity, Put, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const load = (users: Stream.Stream<User>) =>
 *   users.pipe(
 *     Stream.map((user) => Put.into(User, user)),
 *     Batch.writeStream,
 *     Stream.runDrain,
 *     DynamoClient.withWriteRate(100)
 *   )
 * Effect.isEffect(load(Stream.empty)) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withWriteRate: {
  (unitsPerSecond: number): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, unitsPerSecond: number): Effect.Effect<A, E, R>
} = /*#__PURE__*/ F.dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, unitsPerSecond: number) => {
  rates.check("withWriteRate", unitsPerSecond)
  return Effect.suspend(() => Effect.provideService(self, CurrentWriteRate, rates.makeWrite(unitsPerSecond)))
})

/**
 * Runs an effect, and gives with its result what it consumed: everything that it sent, from all of its fibers, with all
 * pages, batches and transactions.
 *
 * **Details**
 *
 * It counts what DynamoDB's answers tell, which it asks for by index. Nothing is asked, and nothing counted, where there
 * is neither this nor a meter. Within another one, both count.
 *
 * What DynamoDB charges without telling is not in it: writes whose condition was false, cancelled transactions, and
 * requests without an answer (timeouts, broken connections). Of two hedged requests the one that is given up counts as
 * the other does. Throttled requests consume nothing.
 *
 * Gets that are coalesced (`batched`) meet those of the same meters only, so each counts as if it were alone in the
 * program. What `withReadCache` gives without asking DynamoDB consumes nothing.
 *
 * Where the effect fails, what it consumed goes with it: for that see `withCapacityMeter`.
 *
 * **Example** (What a query costs)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { DynamoClient, Entity, Query, Table } from "effect-dynamo"
 *
 * class Order extends Entity.Class<Order>("Order")({
 *   customer: Schema.String,
 *   id: Schema.String
 * }, { table: Table.make("orders"), partitionKey: ["customer"], sortKey: ["id"] }) {}
 *
 * const orders = Query.from(Order).pk({ customer: "a" })
 * const program = Effect.gen(function* () {
 *   const [found, { read, tables }] = yield* DynamoClient.withCapacity(orders)
 *   return { found, read, ofTable: tables["orders"]?.table.read }
 * })
 * Effect.isEffect(program) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withCapacity = <A, E, R>(
  self: Effect.Effect<A, E, R>
): Effect.Effect<readonly [result: A, consumed: Capacity.Capacity], E, R> =>
  Effect.flatMap(Capacity.makeMeter, (meter) =>
    Effect.flatMap(charge.metered(self, meter), (result) =>
      Effect.map(meter.consumed, (consumed) => [result, consumed] as const)
    )
  )

/**
 * Counts on a meter what an effect consumes, besides what counts already. The meter tells it at any time: while the effect
 * runs, and after it failed or was interrupted. See `withCapacity` for what is counted, and `Capacity.makeMeter` for an
 * example.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withCapacityMeter: {
  (meter: Capacity.Meter): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, meter: Capacity.Meter): Effect.Effect<A, E, R>
} = /*#__PURE__*/ F.dual(2, charge.metered)

// -----------------------------------------------------------------------------
// Telemetry
// -----------------------------------------------------------------------------

/**
 * Lets the calls of an effect update metrics: how many there are and how long they take, attempts, retries, throttling,
 * errors, consumed capacity, items read. Metrics are Effect's own, which `Metric.snapshot` and the exporters of
 * `effect/observability` read. Without this nothing is counted, and it costs next to nothing.
 *
 * **Details**
 *
 * Names, attributes and units stand in the guide, on its page about telemetry.
 * `db.client.operation.duration` and `db.client.response.returned_rows` are
 * [OpenTelemetry's](https://opentelemetry.io/docs/specs/semconv/db/database-metrics/). Attributes are names of operations,
 * tables, indexes and errors, never keys or values. Capacity is counted where a request asks for it.
 *
 * **Example** (Counting calls)
 *
 * ```ts
 * import { Effect, Metric } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * const program = DynamoClient.DynamoClient.use((client) => client.listTables({})).pipe(
 *   Effect.andThen(Metric.snapshot),
 *   DynamoClient.withMetrics
 * )
 * Effect.isEffect(program) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withMetrics: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> =
  /*#__PURE__*/ Effect.provideService(CurrentMetrics, metrics.make)

/**
 * Lets the calls of a whole program update metrics, as `withMetrics` does for an effect. Provide it to the program, not
 * to the layer of the client.
 *
 * **Example** (A program with metrics)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 *
 * const live = Layer.merge(DynamoClient.layer({ region: "eu-west-1" }), DynamoClient.layerMetrics)
 * const program = DynamoClient.DynamoClient.use((client) => client.listTables({})).pipe(Effect.provide(live))
 * Effect.isEffect(program) // => true
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMetrics: Layer.Layer<never> = /*#__PURE__*/ Layer.succeed(CurrentMetrics, metrics.make)

/**
 * Logs each request of an effect and the answer to it, with keys and items: the only place where this library shows them.
 *
 * **Details**
 *
 * Each attempt has two entries, at the level `Debug` unless `level` says otherwise: `DynamoDB request` with the input,
 * and `DynamoDB answer` with the output, `DynamoDB failure` with what DynamoDB or the network said, or `DynamoDB request
 * aborted`. They stand in the call's span, where there is one. With `values: false` they tell operation, tables, outcome
 * and time, and nothing of what was read or written.
 *
 * **Gotchas**
 *
 * What is in your tables is then in your logs: personal data, tokens, secrets, of everybody whose items are read; and
 * logs are kept elsewhere, for longer, and are open to others. Use it for development and for single requests. Credentials
 * are not logged. A level that is not enabled costs little; one that is copies every item into the log.
 *
 * **Example** (Seeing what one query sends)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { DynamoClient, Entity, Query, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const users = Query.from(User).pk("a").pipe(DynamoClient.withRequestLogging({ level: "Info" }))
 * Effect.isEffect(users) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withRequestLogging: <
  Arg extends Effect.Effect<unknown, unknown, unknown> | RequestLogging | undefined = RequestLogging
>(
  effectOrOptions?: Arg,
  options?: RequestLogging
) => [Arg] extends [Effect.Effect<infer A, infer E, infer R>]
  ? Effect.Effect<A, E, R>
  : <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = /*#__PURE__*/ F.dual(
  (args) => Effect.isEffect(args[0]),
  <A, E, R>(self: Effect.Effect<A, E, R>, options: RequestLogging = {}): Effect.Effect<A, E, R> =>
    Effect.provideService(self, CurrentRequestLog, logging(options))
)
