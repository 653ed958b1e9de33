/**
 * Several operations as one: all of them happen, or none does.
 *
 * A transaction of writes takes puts, updates, deletes and checks, of any entities and
 * tables; one of gets reads items as they were at one moment.
 *
 * **Example** (Moving money between accounts)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Check, Entity, Table, Transaction, Update } from "effect-dynamo"
 *
 * const Account = Entity.make("Account", {
 *   schema: Schema.Struct({ id: Schema.String, balance: Schema.Number }),
 *   table: Table.make("accounts", { sortKey: null }),
 *   partitionKey: ["id"]
 * })
 *
 * const transfer = (from: string, to: string, amount: number) =>
 *   Transaction.write([
 *     Check.in(Account).key({ id: from }).condition((account) => account.balance.gte(amount)),
 *     Update.in(Account).key({ id: from }).decrement("balance", amount),
 *     Update.in(Account).key({ id: to }).increment("balance", amount)
 *   ])
 * const program = transfer("a1", "a2", 100).pipe(
 *   Effect.as("done"),
 *   Effect.catchTag("ConditionalCheckFailed", ({ reasons: [source] }) =>
 *     Effect.succeed(source.code === "None" ? "there is no such account" : "there is not enough money")
 *   )
 * )
 * Effect.isEffect(program) // => true
 *
 * // A check of an item that is written too becomes its write's condition.
 * Effect.runSync(transfer("a1", "a2", 100).toInput()).TransactItems?.length // => 2
 * ```
 *
 * See [transactions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html).
 *
 * @module
 * @since 0.1.0
 */
import type { TransactGetItemsCommandInput, TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type * as DynamoError from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import type * as Fiber from "effect/Fiber"
import { describedOf } from "./internal/batchRun.ts"
import { typed } from "./internal/builder.ts"
import type * as operation from "./internal/operation.ts"
import { type OperationSpan, traced } from "./internal/operationSpan.ts"
import { failGets } from "./internal/transactionFailure.ts"
import * as gets from "./internal/transactionGets.ts"
import { planTransaction, rejected, type TransactionPlan } from "./internal/transactionPlan.ts"
import { runTransaction } from "./internal/transactionRun.ts"

// -----------------------------------------------------------------------------
// What it is made of
// -----------------------------------------------------------------------------

/**
 * Any operation of a transaction of writes: a put, an update, a delete or a check.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnyWrite extends operation.Operation<
  "Put" | "Update" | "Delete" | "Check",
  Entity.Any,
  unknown,
  unknown
> {}

/**
 * An operation of a transaction of writes, whatever its entity: for lists that are filled in a loop.
 * What such a transaction gives and fails with is not known by its operations. Of entities whose
 * schemas ask for services, an array of the operations' own types knows which.
 *
 * **Example** (An operation for each line of an order)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Put, Table, Transaction, Update } from "effect-dynamo"
 *
 * const table = Table.make("shop")
 * const Product = Entity.make("Product", {
 *   schema: Schema.Struct({ sku: Schema.String, stock: Schema.Int }),
 *   table,
 *   partitionKey: ["sku"]
 * })
 * const Order = Entity.make("Order", { schema: Schema.Struct({ no: Schema.Int }), table, partitionKey: ["no"] })
 *
 * const operations: Array<Transaction.Writable> = [Put.into(Order, { no: 7 }).ifNotExists()]
 * for (const sku of ["a", "b"]) {
 *   operations.push(
 *     Update.in(Product).key({ sku }).decrement("stock").condition((product) => product.stock.gte(1))
 *   )
 * }
 * Effect.isEffect(Transaction.write(operations)) // => true
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface Writable extends operation.Operation<
  "Put" | "Update" | "Delete" | "Check",
  Serviceless,
  unknown,
  DynamoError.DynamoError
> {}

/** An entity whose schema asks for no services. */
interface Serviceless extends Entity.Any {
  readonly "~@effect-dynamo/core/Entity": Entity.Any["~@effect-dynamo/core/Entity"] & {
    readonly managed: Entity.Managed<unknown, unknown, unknown, unknown, never>
  }
  readonly EncodingServices: never
  readonly DecodingServices: never
}

/**
 * Any operation of a transaction of gets.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnyGet extends operation.Operation<"Get", Entity.Any, unknown, unknown> {}

type Id = typeof operation.TypeId

/**
 * Refuses operations that are to return an item.
 *
 * @category models
 * @since 0.1.0
 */
export type CheckedWrites<Ops extends ReadonlyArray<AnyWrite>> = {
  // The operation too: with less here, an array that is spread before other operations would be taken for no tuple.
  readonly [I in keyof Ops]: Ops[I] &
    (ReturnsItem<Ops[I]> extends true ? Refused<"a transaction gives no items back: leave out `returning`"> : unknown)
}

/** What gives neither what was written nor nothing, gives what stood there. */
type ReturnsItem<Op extends AnyWrite> = [Op[Id]["value"]] extends [Op[Id]["entity"]["Type"] | void] ? false : true

/**
 * What keeps an operation out of a transaction.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refused<out Why extends string> {
  readonly "cannot be part of a transaction": Why
}

/**
 * Options of a transaction of writes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * By this, 1 to 36 characters long, DynamoDB recognises the transaction for 10 minutes, and does not do it twice.
   * Each run makes its own unless told, so give one where you run a transaction again yourself. Another
   * transaction with the same token fails with `IdempotentMismatch`; a new `updatedAt` or default makes it another.
   */
  readonly token?: string | undefined
}

// -----------------------------------------------------------------------------
// What can go wrong
// -----------------------------------------------------------------------------

/**
 * What became of each operation of a transaction, in order, with the item that stood there.
 *
 * @category errors
 * @since 0.1.0
 */
export type Reasons<Ops extends ReadonlyArray<AnyWrite | AnyGet>> = {
  readonly [I in keyof Ops]: DynamoError.CancellationReason<Ops[I][Id]["entity"]["Type"]>
}

type AnyReasons = ReadonlyArray<DynamoError.CancellationReason>

/**
 * A condition of one of the operations was false, and so none of them was done: `reasons[i]` tells of operation `i`,
 * `item` is what stood in the way of the first that failed.
 *
 * @category errors
 * @since 0.1.0
 */
export interface ConditionalCheckFailed<out A, out R extends AnyReasons> extends DynamoError.ConditionalCheckFailed<A> {
  readonly reasons: R
}

/**
 * Other writes of the same items were under way, or came between an operation's reading and its writing: run it again.
 *
 * @category errors
 * @since 0.1.0
 */
export interface TransactionConflict<out R extends AnyReasons> extends DynamoError.TransactionConflict {
  /** None where DynamoDB does not tell which operations are concerned. */
  readonly reasons?: R | undefined
}

/**
 * The transaction was cancelled for another reason than conditions and conflicts.
 *
 * @category errors
 * @since 0.1.0
 */
export interface TransactionCanceled<out R extends AnyReasons> extends DynamoError.TransactionCanceled {
  readonly reasons: R
}

/**
 * What a transaction of writes can fail with: `ConditionalCheckFailed` only where an operation has a condition. Those
 * of an update are that its item exists, unless it is an upsert.
 *
 * @category errors
 * @since 0.1.0
 */
export type WriteError<Ops extends ReadonlyArray<AnyWrite>> =
  | DynamoError.Service
  | DynamoError.KeyError
  | DynamoError.ItemTooLarge
  | DynamoError.ItemCollectionTooLarge
  | DynamoError.IdempotentMismatch
  | PlanningError<Ops[number]>
  | TransactionCanceled<Reasons<Ops>>
  | TransactionConflict<Reasons<Ops>>
  | FailedCondition<Ops>

type FailedCondition<Ops extends ReadonlyArray<AnyWrite>> = [Conditional<Ops[number]>] extends [never]
  ? never
  : ConditionalCheckFailed<Conditional<Ops[number]>[Id]["entity"]["Type"], Reasons<Ops>>

/** The operations that have a condition. */
type Conditional<Op extends AnyWrite> = Op extends unknown
  ? [Extract<Op[Id]["error"], DynamoError.ConditionalCheckFailed | DynamoError.ItemNotFound>] extends [never]
    ? never
    : Op
  : never

/** The operations that read an item before they write it. */
type Reading<Op extends AnyWrite> = Op extends
  | { readonly toInput: (...args: never) => unknown }
  | { readonly [K in Id]: { readonly kind: "Check" } }
  ? never
  : Op

type PlanningError<Op extends AnyWrite> =
  | Extract<Op[Id]["error"], DynamoError.EncodeError>
  | ([Reading<Op>] extends [never] ? never : DynamoError.DecodeError)
  | Extract<Reading<Op>[Id]["error"], DynamoError.ItemNotFound>

/**
 * What a transaction of gets can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type GetError<Ops extends ReadonlyArray<AnyGet>> =
  | DynamoError.Service
  | Ops[number][Id]["error"]
  | TransactionCanceled<Reasons<Ops>>
  | TransactionConflict<Reasons<Ops>>

// -----------------------------------------------------------------------------
// Writes
// -----------------------------------------------------------------------------

/**
 * What each operation gives: a put its value as it was written, the others nothing.
 *
 * @category models
 * @since 0.1.0
 */
export type WriteResults<Ops extends ReadonlyArray<AnyWrite>> = {
  readonly [I in keyof Ops]: WrittenBy<Ops[I]>
}

type WrittenBy<Op extends AnyWrite> = Op extends {
  readonly [K in Id]: { readonly kind: "Put"; readonly value: infer A }
}
  ? A
  : "Put" extends Op[Id]["kind"]
    ? unknown
    : void

type EncodingServices<Ops extends ReadonlyArray<AnyWrite>> =
  | Ops[number][Id]["entity"]["EncodingServices"]
  | Entity.WriteServicesOf<Extract<Ops[number][Id], { readonly kind: "Put" }>["entity"]>

/**
 * What a transaction of writes needs.
 *
 * @category models
 * @since 0.1.0
 */
export type WriteServices<Ops extends ReadonlyArray<AnyWrite>> =
  | DynamoClient
  | EncodingServices<Ops>
  | Ops[number][Id]["entity"]["DecodingServices"]

/**
 * A transaction of writes. Yield it to run it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Write<Ops extends ReadonlyArray<AnyWrite>> extends Effect.Effect<
  WriteResults<Ops>,
  WriteError<Ops>,
  WriteServices<Ops>
> {
  /** The request as DynamoDB gets it, with the token that was given; needs no client. There is none where an operation reads first. */
  readonly toInput: [Reading<Ops[number]>] extends [never]
    ? () => Effect.Effect<
        TransactWriteItemsCommandInput,
        DynamoError.KeyError | DynamoError.RequestRejected | PlanningError<Ops[number]>,
        EncodingServices<Ops>
      >
    : ReadsFirst
}

/**
 * What keeps a transaction from being shown as a request.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadsFirst {
  readonly "one of its operations reads the item first": true
}

/**
 * A transaction of puts, updates, deletes and checks.
 *
 * **Details**
 *
 * It gives what each operation gives: a put its value as written, the others nothing. An update whose item
 * does not exist is a condition that failed. A check of an item that another operation writes becomes that write's
 * condition, and shares its outcome.
 *
 * Refused before anything is sent: two writes of one item (`KeyError`), more than 100 items, guards of unique fields
 * included, and more than 4 MB (`RequestRejected`). Without operations nothing is sent.
 *
 * Some operations read their item first: an update with `recompute()`, and those that change unique fields. Where another
 * write comes between, the transaction fails with `TransactionConflict`; run again, it reads again.
 *
 * Defaults, timestamps and the token are made once a run; the client's retries send the same request again.
 * What it retries is the retry policy's: not conflicts, unless told with `retryOn`.
 *
 * **Example** (A user whose name nobody else has)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Put, Table, Transaction } from "effect-dynamo"
 *
 * const table = Table.make("users", { sortKey: null })
 * const User = Entity.make("User", {
 *   schema: Schema.Struct({ id: Schema.String, name: Schema.String }),
 *   table,
 *   partitionKey: ["id"]
 * })
 * const Name = Entity.make("Name", {
 *   schema: Schema.Struct({ name: Schema.String, id: Schema.String }),
 *   table,
 *   partitionKey: ["name"]
 * })
 * const register = Transaction.write([
 *   Put.into(User, { id: "1", name: "john" }),
 *   Put.into(Name, { id: "1", name: "john" }).ifNotExists()
 * ], { token: "registration-1" })
 * const input = Effect.runSync(register.toInput())
 * input.TransactItems?.length // => 2
 * input.ClientRequestToken // => "registration-1"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const write = <const Ops extends ReadonlyArray<AnyWrite>>(
  operations: Ops & CheckedWrites<Ops>,
  options?: Options
): Write<Ops> =>
  // Types know what comes of which operations.
  new WriteTransaction([...operations], options?.token) as never

/** DynamoDB's bounds of a token, in characters. */
const longestToken = 36

class WriteTransaction extends Effectable.Class<ReadonlyArray<unknown>, DynamoError.DynamoError, DynamoClient> {
  readonly operations: ReadonlyArray<AnyWrite>
  readonly token: string | undefined
  constructor(operations: ReadonlyArray<AnyWrite>, token: string | undefined) {
    super()
    this.operations = operations
    this.token = token
  }
  plan(fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<TransactionPlan, operation.PlanError> {
    return this.token === undefined || (this.token.length > 0 && this.token.length <= longestToken)
      ? typed(planTransaction(this.operations, fiber))
      : rejected("InvalidToken", `its token is ${this.token.length} characters long, and not 1 to ${longestToken}`)
  }
  toInput(): Effect.Effect<TransactWriteItemsCommandInput, operation.PlanError> {
    return Effect.withFiber((fiber) => Effect.mapEager(this.plan(fiber), (plan) => inputOf(plan, this.token)))
  }
  asEffect(): Effect.Effect<ReadonlyArray<unknown>, DynamoError.DynamoError, DynamoClient> {
    return traced(
      () => describedOf("TransactWrite", this.operations),
      (span) => this.run(span)
    )
  }
  private run(
    span: OperationSpan | undefined
  ): Effect.Effect<ReadonlyArray<unknown>, DynamoError.DynamoError, DynamoClient> {
    return Effect.withFiber((fiber) =>
      Effect.flatMapEager(this.plan(fiber), (plan) => {
        if (plan.items.length === 0) return Effect.succeed([])
        span?.of(plan.places.map(({ write }) => write.planning.where.table))
        // The requirement of the client stands in the type of the effect.
        const client = Context.getUnsafe(fiber.context, DynamoClient)
        const input = inputOf(plan, this.token ?? crypto.randomUUID())
        return Effect.map(runTransaction(client, plan, input), () => plan.places.map(writtenBy))
      })
    )
  }
  override toJSON(): unknown {
    return { _id: "Transaction", operations: this.operations }
  }
}

const inputOf = ({ items }: TransactionPlan, token: string | undefined): TransactWriteItemsCommandInput => ({
  TransactItems: [...items],
  ...(token === undefined ? undefined : { ClientRequestToken: token })
})

const writtenBy = ({ write: { action } }: TransactionPlan["places"][number]): unknown =>
  action._tag === "Put" ? action.value : undefined

// -----------------------------------------------------------------------------
// Gets
// -----------------------------------------------------------------------------

/**
 * What each get gives: an option, or with `orFail` the value.
 *
 * @category models
 * @since 0.1.0
 */
export type GetResults<Ops extends ReadonlyArray<AnyGet>> = { readonly [I in keyof Ops]: Ops[I][Id]["value"] }

/**
 * A transaction of gets. Yield it to run it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Get<Ops extends ReadonlyArray<AnyGet>> extends Effect.Effect<
  GetResults<Ops>,
  GetError<Ops>,
  DynamoClient | Ops[number][Id]["entity"]["DecodingServices"]
> {
  /** The request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<TransactGetItemsCommandInput, DynamoError.KeyError | DynamoError.RequestRejected>
}

/**
 * A transaction of gets: items as they were at one moment, consistently, at twice the cost.
 *
 * **Details**
 *
 * It gives what each get gives. An item that is asked for twice is read once. More than 100 items are refused before
 * anything is sent (`RequestRejected`); DynamoDB refuses more than 4 MB. Where another write of an item is under way,
 * it fails with `TransactionConflict`. Without gets nothing is sent.
 *
 * **Example** (Two accounts at one moment)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Get, Table, Transaction } from "effect-dynamo"
 *
 * const Account = Entity.make("Account", {
 *   schema: Schema.Struct({ id: Schema.String, balance: Schema.Number }),
 *   table: Table.make("accounts", { sortKey: null }),
 *   partitionKey: ["id"]
 * })
 * const total = Effect.map(
 *   Transaction.get([
 *     Get.from(Account).key({ id: "a1" }).orFail(),
 *     Get.from(Account).key({ id: "a2" }).orFail()
 *   ]),
 *   ([a, b]) => a.balance + b.balance
 * )
 * Effect.isEffect(total) // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const get = <const Ops extends ReadonlyArray<AnyGet>>(operations: Ops): Get<Ops> =>
  // Types know what comes of which gets.
  new GetTransaction([...operations]) as never

class GetTransaction extends Effectable.Class<ReadonlyArray<unknown>, DynamoError.DynamoError, DynamoClient> {
  readonly operations: ReadonlyArray<AnyGet>
  constructor(operations: ReadonlyArray<AnyGet>) {
    super()
    this.operations = operations
  }
  toInput(): Effect.Effect<TransactGetItemsCommandInput, DynamoError.KeyError | DynamoError.RequestRejected> {
    return Effect.withFiber((fiber) => Effect.mapEager(gets.planGets(this.operations, fiber), getsInput))
  }
  asEffect(): Effect.Effect<ReadonlyArray<unknown>, DynamoError.DynamoError, DynamoClient> {
    return traced(
      () => describedOf("TransactGet", this.operations),
      (span) => this.run(span)
    )
  }
  private run(
    span: OperationSpan | undefined
  ): Effect.Effect<ReadonlyArray<unknown>, DynamoError.DynamoError, DynamoClient> {
    return Effect.withFiber((fiber) =>
      Effect.flatMapEager(gets.planGets(this.operations, fiber), (plan) => {
        if (plan.items.length === 0) return Effect.succeed([])
        span?.of(plan.items.map(({ Get }) => Get?.TableName ?? ""))
        // The requirement of the client stands in the type of the effect.
        const client = Context.getUnsafe(fiber.context, DynamoClient)
        const told = Effect.catchTags(client.transactGetItems(getsInput(plan)), {
          TransactionCanceled: (failure) => Effect.fail(failGets(plan.places, failure)),
          TransactionConflict: (failure) => Effect.fail(failGets(plan.places, failure))
        })
        return Effect.flatMap(told, ({ Responses = [] }) => {
          span?.gave(Responses.filter(({ Item }) => Item !== undefined).length)
          return typed(gets.giveAll(plan, Responses))
        })
      })
    )
  }
  override toJSON(): unknown {
    return { _id: "Transaction", operations: this.operations }
  }
}

const getsInput = ({ items }: gets.GetsPlan): TransactGetItemsCommandInput => ({ TransactItems: [...items] })
