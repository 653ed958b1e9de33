/**
 * Faults between a client and the engine of a suite, by a script.
 *
 * ```ts
 * engines("orders", (it) => {
 *   it.effect("are put in spite of throttling", () =>
 *     Effect.gen(function* () {
 *       const proxy = yield* faultProxy({ rules: [{ match: { op: "PutItem" }, sequence: ["throttling", "pass"] }] })
 *       yield* put.pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
 *       assert.lengthOf(yield* proxy.requests("PutItem"), 2)
 *     })
 *   )
 * })
 * ```
 *
 * What is not run with `proxy.client` goes to the engine past the proxy: tables can be made, and the truth be read, in the same test.
 *
 * The client waits between attempts by Effect's `Clock`, the proxy (`delayMs`, `hang`, `drip`) by real time. In suites of `engines` both
 * are real: `retryAtOnce` spares the waits, the default policy has them as in production. Under a `TestClock` (`it.effect` elsewhere)
 * `retryAtOnce` works too; a policy that waits needs `TestClock.adjust` from another fiber once the proxy's log has the request, or
 * `it.live`.
 *
 * Outside of `engines` a suite provides `Connection` itself, to say where its engine is.
 */
import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { Context, Effect, Layer, type Scope } from "effect"
import { clientLayers, Connection, usual } from "./engines.ts"
import type { LogEntry } from "./faultProxy/log.ts"
import { makeProxy, type Traffic } from "./faultProxy/proxy.ts"
import type { Script } from "./faultProxy/script.ts"

export type { LogEntry } from "./faultProxy/log.ts"
export type { Traffic } from "./faultProxy/proxy.ts"
export type { Action, Chaos, Damage, Match, Rule, Script } from "./faultProxy/script.ts"

/** A proxy in front of an engine. */
export interface FaultProxy {
  /** A client that talks through the proxy, as the same user as the suite's. One for all who use it. */
  readonly client: Layer.Layer<DynamoClient.DynamoClient>
  /** The proxy's URL. */
  readonly endpoint: string
  /** What became of the requests since the script began, in the order in which they were done. */
  readonly log: Effect.Effect<ReadonlyArray<LogEntry>>
  /** Those of one operation. */
  readonly requests: (operation: DynamoClient.OperationName) => Effect.Effect<ReadonlyArray<LogEntry>>
  /** What is under way. */
  readonly traffic: Effect.Effect<Traffic>
  /** Begins another script, with an empty log. */
  readonly setScript: (script: Script) => Effect.Effect<void>
}

/** Starts a proxy in front of the suite's engine, on a free port; stops it with the scope, which in a test is the test's. */
export const faultProxy = Effect.fnUntraced(function* (
  script: Script
): Effect.fn.Return<FaultProxy, never, Connection | Scope.Scope> {
  const { client: kind = usual, endpoint, ...user } = yield* Connection
  const proxy = makeProxy(new URL(endpoint), script)
  const port = yield* Effect.acquireRelease(Effect.promise(proxy.listen), () => Effect.promise(proxy.close))
  const ownEndpoint = `http://127.0.0.1:${port}`
  // Built here, not where it is provided: its connections are kept as long as the proxy.
  const client = Context.get(
    yield* Layer.build(clientLayers[kind]({ ...user, endpoint: ownEndpoint })),
    DynamoClient.DynamoClient
  )
  const log = Effect.sync(proxy.log)
  return {
    client: Layer.succeed(DynamoClient.DynamoClient, client),
    endpoint: ownEndpoint,
    log,
    traffic: Effect.sync(proxy.traffic),
    requests: (operation) => Effect.map(log, (entries) => entries.filter(({ op }) => op === operation)),
    setScript: (script) => Effect.sync(() => proxy.load(script))
  }
})

/** The default policy without its waits, for tests of what is sent rather than when. */
export const retryAtOnce: RetryPolicy.RetryPolicy = RetryPolicy.make({ baseDelay: 0, throttleBaseDelay: 0 })
