/**
 * Faults between a program and DynamoDB, by a script: throttling, errors of the service, broken connections, slow and
 * damaged answers, batches that are done in part, transactions that are cancelled.
 *
 * A script is a list of rules. A rule says which requests it is about (`on`, `onAny`), when (`once`, `times`, `nth`,
 * `always`, `sequence`, `random`), and what happens to them (`throttle`, `drop`, …). Faults happen below retries,
 * timeouts and telemetry, which do with them what they do in production; and above the engine, which need not be able to
 * fail. Nothing here waits but by Effect's `Clock`, so that a `TestClock` moves the delays as it moves the retries.
 *
 * @module
 * @since 0.1.0
 */
import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import type { OperationName, TransportFailure } from "@effect-dynamo/client/DynamoClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as F from "effect/Function"
import * as Layer from "effect/Layer"
import type { Ambiguous, Fault } from "./internal/faults/fault.ts"
import * as fault from "./internal/faults/fault.ts"
import type { Reasons, Refusal } from "./internal/faults/failures.ts"
import * as failures from "./internal/faults/failures.ts"
import type { Request } from "./internal/faults/faulty.ts"
import * as faulty from "./internal/faults/faulty.ts"
import type { Plan } from "./internal/faults/plan.ts"
import * as plan from "./internal/faults/plan.ts"
import type { Match, Rule } from "./internal/faults/rule.ts"
import * as rule from "./internal/faults/rule.ts"
import type { ItemOperation, Throttle } from "./internal/faults/throttle.ts"
import * as throttling from "./internal/faults/throttle.ts"
import type { Share } from "./internal/faults/unprocessed.ts"
import { leaving } from "./internal/faults/unprocessed.ts"

export type { CancellationCode, Reason, Reasons, Refusal } from "./internal/faults/failures.ts"
export type { Ambiguous, Fault } from "./internal/faults/fault.ts"
export type { Request } from "./internal/faults/faulty.ts"
export type { Plan } from "./internal/faults/plan.ts"
export type { Match, Rule } from "./internal/faults/rule.ts"
export type { ItemOperation, Limit, Throttle } from "./internal/faults/throttle.ts"
export type { Share } from "./internal/faults/unprocessed.ts"

/**
 * Rules, in the order in which they are asked about each request: the first that has something to say decides. A rule
 * counts the requests that it is asked about and that it matches, so that of two rules about the same requests the
 * second takes over where the first ends. A request about which no rule has anything to say passes.
 *
 * @category models
 * @since 0.1.0
 */
export type Script = ReadonlyArray<Rule>

// -----------------------------------------------------------------------------
// Rules
// -----------------------------------------------------------------------------

/**
 * A rule about the requests of an operation, or of several. A fault that cannot happen to one of them does not compile.
 *
 * **Example** (Rules)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const script: Faults.Script = [
 *   Faults.on("PutItem", Faults.times(2, Faults.throttle())),
 *   Faults.on(["Query", "Scan"], Faults.always(Faults.unavailable), { table: "orders", index: "byDate" }),
 *   // Of each item the answer to the first put is lost.
 *   Faults.on("PutItem", Faults.once(Faults.applied(Faults.drop)), {
 *     per: ({ Item }) => JSON.stringify(Item?.["pk"])
 *   })
 * ]
 * script.length // => 3
 * ```
 *
 * @category rules
 * @since 0.1.0
 */
export const on = <Op extends OperationName>(
  operation: Op | ReadonlyArray<Op>,
  plan: Plan<NoInfer<Op>>,
  match?: Match<NoInfer<Op>>
): Rule => {
  const operations: ReadonlyArray<Op> = Array.isArray(operation) ? operation : [operation as Op] // no list is an `Op`
  return rule.make(operations, plan, match)
}

/**
 * A rule about the requests of all operations.
 *
 * **Example** (A network that breaks at the tenth request)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const script = [Faults.onAny(Faults.nth(10, Faults.drop))]
 * script.length // => 1
 * ```
 *
 * @category rules
 * @since 0.1.0
 */
export const onAny = (plan: Plan, match?: Match): Rule => rule.make(undefined, plan, match)

// -----------------------------------------------------------------------------
// Plans
// -----------------------------------------------------------------------------

/**
 * The first request gets the fault.
 *
 * @category plans
 * @since 0.1.0
 */
export const once = <Op extends OperationName>(fault: Fault<Op>): Plan<Op> => times(1, fault)

/**
 * So many requests, from the first, get the fault. What is no whole number from 1 throws a `RangeError`.
 *
 * @category plans
 * @since 0.1.0
 */
export const times = <Op extends OperationName>(count: number, fault: Fault<Op>): Plan<Op> => {
  checkCount("times", count)
  return plan.byPlace((place) => (place < count ? fault : undefined))
}

/**
 * Only that request gets the fault, the first being 1. What is no whole number from 1 throws a `RangeError`.
 *
 * @category plans
 * @since 0.1.0
 */
export const nth = <Op extends OperationName>(which: number, fault: Fault<Op>): Plan<Op> => {
  checkCount("nth", which)
  return plan.byPlace((place) => (place === which - 1 ? fault : undefined))
}

/**
 * Every request gets the fault.
 *
 * @category plans
 * @since 0.1.0
 */
export const always = <Op extends OperationName>(fault: Fault<Op>): Plan<Op> => plan.byPlace(() => fault)

/**
 * One fault after the other, a request each. What comes after them is left to later rules.
 *
 * **Example** (The second put is throttled, the third is applied and its answer lost)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const script = [Faults.on("PutItem", Faults.sequence(Faults.pass, Faults.throttle(), Faults.applied(Faults.drop)))]
 * script.length // => 1
 * ```
 *
 * @category plans
 * @since 0.1.0
 */
export const sequence = <Op extends OperationName>(...faults: ReadonlyArray<Fault<Op>>): Plan<Op> =>
  plan.byPlace((place) => faults[place])

/**
 * One fault after the other, a request each, and from the first again.
 *
 * **Example** (Every other request fails)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const script = [Faults.onAny(Faults.cycle(Faults.pass, Faults.internalServerError))]
 * script.length // => 1
 * ```
 *
 * @category plans
 * @since 0.1.0
 */
export const cycle = <Op extends OperationName>(...faults: ReadonlyArray<Fault<Op>>): Plan<Op> =>
  plan.byPlace((place) => faults[place % faults.length])

/**
 * Chance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Chance<in Op extends OperationName = OperationName> {
  /** The same one gives the same faults to the same requests, in the order in which they are made. */
  readonly seed: number | string
  /** How likely a request gets a fault, from 0 to 1. */
  readonly probability: number
  /** Those that it can get, each as likely as the others. */
  readonly faults: ReadonlyArray<Fault<Op>>
}

/**
 * Requests get faults by chance: the same ones in every run with the same seed. A probability that is not from 0 to 1
 * throws a `RangeError`.
 *
 * **Gotchas**
 *
 * Of requests that are made at the same time, which is the first is up to the program and to its engine.
 *
 * **Example** (Chaos)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const chaos = Faults.onAny(
 *   Faults.random({
 *     seed: 1,
 *     probability: 0.2,
 *     faults: [Faults.throttle(), Faults.internalServerError, Faults.drop, Faults.applied(Faults.drop)]
 *   })
 * )
 * const script: Faults.Script = [chaos]
 * script.length // => 1
 * ```
 *
 * @category plans
 * @since 0.1.0
 */
export const random = <Op extends OperationName>({ faults, probability, seed }: Chance<Op>): Plan<Op> => {
  checkShare("random", "a probability", probability)
  return plan.byChance(seed, probability, faults)
}

// -----------------------------------------------------------------------------
// Faults
// -----------------------------------------------------------------------------

/**
 * No fault: the request passes, and later rules are not asked.
 *
 * @category faults
 * @since 0.1.0
 */
export const pass: Fault = fault.pass

/**
 * DynamoDB throttles the request, and says which limit of which table or index by
 * [`ThrottlingReasons`](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html): the
 * provisioned throughput, unless told. Operations on tables are throttled for their rate. The program sees
 * `ThroughputExceeded`.
 *
 * **Example** (A hot key, and an index that is behind)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const script = [
 *   Faults.on("GetItem", Faults.times(3, Faults.throttle({ limit: "keyRange" }))),
 *   Faults.on("PutItem", Faults.times(3, Faults.throttle({ limit: "provisioned", index: "byDate" })))
 * ]
 * script.length // => 2
 * ```
 *
 * @category faults
 * @since 0.1.0
 */
export const throttle: {
  (): Fault
  (throttle: Throttle): Fault<ItemOperation>
} = (throttle?: Throttle): Fault =>
  throttle === undefined
    ? fault.make("throttle", fault.failing(throttling.anyThrottling))
    : fault.make(`throttle (${throttle.limit})`, fault.failing(throttling.throttling(throttle)))

/**
 * A refusal by its name, for those that have no fault of their own.
 *
 * **Example** (A kind of error that is new)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const fault = Faults.refuse({ code: "SomethingNewException", message: "What is this?" })
 * fault.name // => "SomethingNewException"
 * ```
 *
 * @category faults
 * @since 0.1.0
 */
export const refuse = (refusal: Refusal): Fault => fault.make(refusal.code, fault.failing(failures.refusal(refusal)))

/**
 * Any failure, as a transport gives it.
 *
 * @category faults
 * @since 0.1.0
 */
export const fail = (failure: TransportFailure): Fault => fault.make(failure.code, () => Effect.fail(failure))

/**
 * DynamoDB fails, with status 500: a write may have been applied (see `applied`) or not. The program sees
 * `ServiceUnavailable`.
 *
 * @category faults
 * @since 0.1.0
 */
export const internalServerError: Ambiguous = fault.ambiguous(
  "internalServerError",
  fault.failing(failures.refusal({ code: "InternalServerError", message: "Internal server error", status: 500 }))
)

/**
 * DynamoDB is not available, with status 503. The program sees `ServiceUnavailable`.
 *
 * @category faults
 * @since 0.1.0
 */
export const unavailable: Ambiguous = fault.ambiguous(
  "unavailable",
  fault.failing(
    failures.refusal({
      code: "ServiceUnavailableException",
      message: "Service Unavailable",
      status: 503
    })
  )
)

/**
 * The connection breaks before the request has arrived; made `applied`, after it was done. The program, which cannot know
 * which, sees `NetworkError` for both.
 *
 * @category faults
 * @since 0.1.0
 */
export const drop: Ambiguous = fault.ambiguous(
  "drop",
  fault.failing(failures.lost("network", "ECONNRESET", "The connection was reset."))
)

/**
 * There is no answer within the time that the connection allows; made `applied`, the request was done. The program sees
 * `RequestTimeout` at once: nothing waits. See `hang` for what waits.
 *
 * @category faults
 * @since 0.1.0
 */
export const timeout: Ambiguous = fault.ambiguous(
  "timeout",
  fault.failing(failures.lost("timeout", "TimeoutError", "There was no answer in time."))
)

/**
 * There is never an answer, until the request is interrupted, as by `DynamoClient.withTimeout`. Made `applied`, the
 * request was done.
 *
 * @category faults
 * @since 0.1.0
 */
export const hang: Ambiguous = fault.ambiguous("hang", () => Effect.never)

/**
 * There is no connection: nothing was sent. The program sees `NetworkError`.
 *
 * @category faults
 * @since 0.1.0
 */
export const unreachable: Fault = fault.make(
  "unreachable",
  fault.failing(failures.lost("network", "ECONNREFUSED", "The connection was refused.", false))
)

/**
 * The request is done, and its answer comes in part. The program sees `NetworkError`.
 *
 * @category faults
 * @since 0.1.0
 */
export const truncated: Fault = fault.make("truncated", fault.afterwards(fault.failing(failures.unreadable)))

/**
 * The request is done, and its answer is not what its checksum is of. The program sees `NetworkError`.
 *
 * @category faults
 * @since 0.1.0
 */
export const badChecksum: Fault = fault.make("badChecksum", fault.afterwards(fault.failing(failures.damaged)))

/**
 * The answer comes late by so much, by Effect's `Clock`. The request is done at once: a write whose caller does not wait
 * so long was applied.
 *
 * @category faults
 * @since 0.1.0
 */
export const delay = (duration: Duration.Input): Fault => delayed(pass, duration)

/**
 * A fault after the request was done: the write is applied, and the program is not told.
 *
 * **Example** (A write whose answer is lost)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const script = [Faults.on("UpdateItem", Faults.once(Faults.applied(Faults.internalServerError)))]
 * script.length // => 1
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const applied: (fault: Ambiguous) => Fault = fault.applied

/**
 * A fault that is told late by so much, by Effect's `Clock`. What of the request is done is done at once.
 *
 * **Example** (A service that is slow to fail)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const fault = Faults.unavailable.pipe(Faults.delayed("2 seconds"))
 * fault.name // => "unavailable (delayed)"
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const delayed: {
  (duration: Duration.Input): <Op extends OperationName>(fault: Fault<Op>) => Fault<Op>
  <Op extends OperationName>(fault: Fault<Op>, duration: Duration.Input): Fault<Op>
} = /*#__PURE__*/ F.dual(2, <Op extends OperationName>(self: Fault<Op>, duration: Duration.Input) =>
  fault.delayed(self, Duration.fromInputUnsafe(duration))
)

/**
 * DynamoDB leaves the last of a batch unprocessed: so many of its keys or writes, a fraction of them, or all. What is left
 * is not done, the rest is. Sent again, it is a batch of its own, to which the same can happen. A count that is no whole
 * number from 1, and a fraction that is not from 0 to 1, throw a `RangeError`.
 *
 * **Example** (Half of each batch)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const script = [
 *   Faults.on("BatchWriteItem", Faults.sequence(Faults.unprocessed("all"), Faults.unprocessed({ count: 3 }))),
 *   Faults.on("BatchGetItem", Faults.times(3, Faults.unprocessed({ fraction: 0.5 })))
 * ]
 * script.length // => 2
 * ```
 *
 * @category faults
 * @since 0.1.0
 */
export const unprocessed = (share: Share): Fault<"BatchGetItem" | "BatchWriteItem"> => {
  if (share !== "all") {
    if ("count" in share) checkCount("unprocessed", share.count)
    else checkShare("unprocessed", "a fraction", share.fraction)
  }
  return fault.make("unprocessed", leaving(share))
}

/**
 * A transaction is under way on the item that is to be written. The program sees `TransactionConflict`. For conflicts of
 * a transaction itself, see `cancel`.
 *
 * @category faults
 * @since 0.1.0
 */
export const conflict: Fault<"PutItem" | "UpdateItem" | "DeleteItem" | "ExecuteStatement"> = fault.make(
  "conflict",
  fault.failing(
    failures.refusal({
      code: "TransactionConflictException",
      message: "Transaction is ongoing for the item"
    })
  )
)

/**
 * DynamoDB cancels the transaction for reasons by the positions of its operations, as they are sent. The program sees
 * `ConditionalCheckFailed` where a condition is among the reasons, `TransactionConflict` where conflicts are all of them,
 * and otherwise `TransactionCanceled`.
 *
 * **Gotchas**
 *
 * A reason of an operation that the transaction does not have is a mistake in the script: the request dies of it.
 *
 * **Example** (The second operation meets another transaction)
 *
 * ```ts
 * import { Faults } from "@effect-dynamo/testing"
 *
 * const script = [Faults.on("TransactWriteItems", Faults.once(Faults.cancel({ 1: "TransactionConflict" })))]
 * script.length // => 1
 * ```
 *
 * @category faults
 * @since 0.1.0
 */
export const cancel = (reasons: Reasons): Fault<"TransactGetItems" | "TransactWriteItems" | "ExecuteTransaction"> =>
  fault.make("cancel", (exchange) => {
    const failure = failures.cancellation(reasons, exchange)
    return failure === undefined
      ? Effect.die(new RangeError("Faults.cancel has a reason of an operation that the transaction does not have."))
      : Effect.fail(failure)
  })

/**
 * The transaction with this token is still under way. The program sees `ServiceUnavailable`.
 *
 * @category faults
 * @since 0.1.0
 */
export const transactionInProgress: Fault<"TransactWriteItems" | "ExecuteTransaction"> = fault.make(
  "transactionInProgress",
  fault.failing(
    failures.refusal({
      code: "TransactionInProgressException",
      message: "The transaction with the given request token is already in progress."
    })
  )
)

/**
 * The credentials do not allow it. The program sees `AccessDenied`.
 *
 * @category faults
 * @since 0.1.0
 */
export const accessDenied: Fault = refuse({
  code: "AccessDeniedException",
  message: "User is not authorized to perform the action"
})

/**
 * The credentials have expired. The program sees `AccessDenied`.
 *
 * @category faults
 * @since 0.1.0
 */
export const expiredCredentials: Fault = refuse({
  code: "ExpiredTokenException",
  message: "The security token included in the request is expired"
})

/**
 * DynamoDB refuses the request as it is written. The program sees `RequestRejected`.
 *
 * @category faults
 * @since 0.1.0
 */
export const validation: Fault = refuse({
  code: "ValidationException",
  message: "One or more parameter values were invalid"
})

/**
 * There is no such table or index. The program sees `ResourceNotFound`.
 *
 * @category faults
 * @since 0.1.0
 */
export const resourceNotFound: Fault = refuse({
  code: "ResourceNotFoundException",
  message: "Requested resource not found"
})

/**
 * Too many tables are being made or changed at the same time. The program sees `ThroughputExceeded`.
 *
 * @category faults
 * @since 0.1.0
 */
export const limitExceeded: Fault<"CreateTable" | "UpdateTable" | "DeleteTable" | "UpdateTimeToLive"> = refuse({
  code: "LimitExceededException",
  message:
    "Subscriber limit exceeded: There is a limit of 500 tables that can be created, deleted, or updated simultaneously"
})

const checkCount = (name: string, count: number): void => {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`Faults.${name} takes a whole number from 1, not ${count}`)
  }
}

const checkShare = (name: string, what: string, share: number): void => {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`Faults.${name} takes ${what} from 0 to 1, not ${share}`)
}

// -----------------------------------------------------------------------------
// Scripts at work
// -----------------------------------------------------------------------------

/**
 * A script at work.
 *
 * @category services
 * @since 0.1.0
 */
export class Faults extends Context.Service<
  Faults,
  {
    /** The client that has the faults. */
    readonly client: DynamoClient.Service
    /** The client underneath, which has none. */
    readonly underlying: DynamoClient.Service
    /** What became of the requests since the script began, in the order in which they were made. */
    readonly requests: Effect.Effect<ReadonlyArray<Request>>
    /** Begins another script, with an empty log. */
    readonly setScript: (script: Script) => Effect.Effect<void>
  }
>()("@effect-dynamo/testing/Faults") {}

/**
 * Puts a script to work on the client that is there, without taking its place: for tests that use both.
 *
 * **Example** (A client of one's own)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient } from "effect-dynamo"
 * import { Dynalite, Faults } from "@effect-dynamo/testing"
 *
 * const program = Effect.gen(function* () {
 *   const faults = yield* Faults.make([Faults.onAny(Faults.always(Faults.accessDenied))])
 *   const error = yield* Effect.flip(faults.client.listTables({}))
 *   // The client that is there has no faults.
 *   yield* DynamoClient.DynamoClient.use((client) => client.listTables({}))
 *   return error._tag
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer))) // => "AccessDenied"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (script: Script): Effect.Effect<Faults["Service"], never, DynamoClient.DynamoClient> =>
  Effect.flatMap(DynamoClient.DynamoClient, (underlying) =>
    Effect.map(faulty.make(underlying.transport, script), ({ requests, setScript, transport }) => ({
      client: DynamoClient.mapTransport(underlying, () => transport),
      underlying,
      requests,
      setScript
    }))
  )

/**
 * Gives the client that it is provided with faults by a script, and the log of what became of the requests.
 *
 * **Details**
 *
 * The faults are below the retry policy, timeouts, spans and metrics of the client. The script begins when the layer is
 * built. It holds for any client and any engine; a client that is `batched` stays so.
 *
 * **Example** (Is it put in spite of throttling?)
 *
 * ```ts
 * import { Effect, Layer, Schema } from "effect"
 * import { Entity, Put, Table, TableAdmin } from "effect-dynamo"
 * import { Dynalite, Faults } from "@effect-dynamo/testing"
 *
 * const Users = Table.make("users", { sortKey: null })
 *
 * class User extends Entity.Class<User>("User")({ id: Schema.String }, { table: Users, partitionKey: ["id"] }) {}
 *
 * const Flaky = Faults.layer([Faults.on("PutItem", Faults.times(2, Faults.throttle()))]).pipe(
 *   Layer.provide(Dynalite.layer)
 * )
 *
 * const program = Effect.gen(function* () {
 *   yield* TableAdmin.create(Users)
 *   yield* Put.into(User, { id: "1" })
 *   const requests = yield* Faults.requests("PutItem")
 *   return requests.map(({ fault, outcome }) => [fault, outcome])
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(Flaky)))
 * // => [["throttle", "failed"], ["throttle", "failed"], [undefined, "answered"]]
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  script: Script
): Layer.Layer<DynamoClient.DynamoClient | Faults, never, DynamoClient.DynamoClient> =>
  Layer.effectContext(
    Effect.map(make(script), (faults) =>
      Context.make(Faults, faults).pipe(Context.add(DynamoClient.DynamoClient, faults.client))
    )
  )

/**
 * What became of the requests since the script began, in the order in which they were made: of all, or of one operation.
 *
 * @category accessors
 * @since 0.1.0
 */
export const requests: {
  (): Effect.Effect<ReadonlyArray<Request>, never, Faults>
  <Op extends OperationName>(operation: Op): Effect.Effect<ReadonlyArray<Request<Op>>, never, Faults>
} = (operation?: OperationName) =>
  Effect.flatMap(Faults, (faults) =>
    operation === undefined
      ? faults.requests
      : // Filtered, they are of that operation.
        Effect.map(faults.requests, (requests) => requests.filter((request) => request.operation === operation))
  ) as Effect.Effect<ReadonlyArray<Request<never>>, never, Faults>

/**
 * Begins another script, with an empty log.
 *
 * @category combinators
 * @since 0.1.0
 */
export const setScript = (script: Script): Effect.Effect<void, never, Faults> =>
  Effect.flatMap(Faults, (faults) => faults.setScript(script))

/**
 * Runs an effect with the client underneath: without faults, and without its requests in the log. For what a test prepares,
 * and for looking at what came of it.
 *
 * **Example** (Applied twice?)
 *
 * ```ts
 * import { Effect, Layer, Schema } from "effect"
 * import { Entity, Get, Put, Table, TableAdmin, Update } from "effect-dynamo"
 * import { Dynalite, Faults } from "@effect-dynamo/testing"
 *
 * const Counters = Table.make("counters", { sortKey: null })
 *
 * class Counter extends Entity.Class<Counter>("Counter")(
 *   { id: Schema.String, n: Schema.Int },
 *   { table: Counters, partitionKey: ["id"] }
 * ) {}
 *
 * const Flaky = Faults.layer([Faults.on("UpdateItem", Faults.always(Faults.applied(Faults.drop)))]).pipe(
 *   Layer.provide(Dynalite.layer)
 * )
 *
 * const program = Effect.gen(function* () {
 *   yield* TableAdmin.create(Counters)
 *   yield* Put.into(Counter, { id: "a", n: 0 })
 *   const error = yield* Effect.flip(Update.in(Counter).key({ id: "a" }).increment("n", 1))
 *   const counter = yield* Faults.bypass(Get.from(Counter).key({ id: "a" }).orFail())
 *   return [error._tag, counter.n]
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(Flaky))) // => ["NetworkError", 1]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const bypass = <A, E, R>(
  self: Effect.Effect<A, E, R>
): Effect.Effect<A, E, Exclude<R, DynamoClient.DynamoClient> | Faults> =>
  Effect.flatMap(Faults, ({ underlying }) => Effect.provideService(self, DynamoClient.DynamoClient, underlying))
