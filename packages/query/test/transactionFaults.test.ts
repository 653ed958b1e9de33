import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { assert } from "@effect/vitest"
import { Effect, Option } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { type Action, faultProxy, retryAtOnce, type Script } from "../../testing/test-support/faults.ts"
import { Check, Delete, Get, Put, Query, Transaction, Update } from "../src/main.ts"
import { Account, Audit, Bank, Member, Task, Transfer } from "./support/bank.ts"
import { recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

/** What DynamoDB does to the transactions of one kind, one after another; then they pass. */
const sequence = (op: "TransactWriteItems" | "TransactGetItems", ...actions: ReadonlyArray<Action>): Script => ({
  rules: [{ match: { op }, sequence: actions }]
})
const writesMeet = (...actions: ReadonlyArray<Action>) => faultProxy(sequence("TransactWriteItems", ...actions))

const put = (id: string, balance = 0) => Put.into(Account, { id, balance })
const account = (id: string) => Get.from(Account).key({ id })
const checked = (id: string) => Check.in(Account).key({ id })
const member = (id: string, email: string) => new Member({ id, email, name: id })
const none = { code: "None", message: undefined, item: Option.none() }

/** Runs an effect with a client that, before it sends its first transaction, lets something else happen. */
const disturbed = <A, E, R, B, E2>(
  effect: Effect.Effect<A, E, R>,
  meanwhile: Effect.Effect<B, E2, DynamoClient.DynamoClient>
) =>
  DynamoClient.DynamoClient.use((client) => {
    let first = true
    const disturb = Effect.suspend(() => {
      if (!first) return Effect.void
      first = false
      return Effect.asVoid(Effect.orDie(Effect.provideService(meanwhile, DynamoClient.DynamoClient, client)))
    })
    const between = DynamoClient.make({
      send: (operation, input) =>
        Effect.andThen(
          operation === "TransactWriteItems" ? disturb : Effect.void,
          client.transport.send(operation, input)
        )
    })
    return Effect.provideService(effect, DynamoClient.DynamoClient, between)
  })

onlyLocal("transactions in trouble", (it) =>
  withTables(it, [Bank, Audit], (it) => {
    it.effect("are sent again as they were, with the same token", () =>
      Effect.gen(function* () {
        const proxy = yield* writesMeet(
          "throttling",
          { after: true, fault: "internal-500" },
          "transaction-in-progress",
          { cancel: { 0: "ThrottlingError" } },
          { cancel: { 0: "TransactionConflict", 1: "ProvisionedThroughputExceeded" } }
        )
        const sent = yield* recorded((sent) =>
          Transaction.write([put("a1", 1).ifNotExists(), put("a2", 2)]).pipe(
            DynamoClient.withRetry(retryAtOnce),
            Effect.as(sent)
          )
        ).pipe(Effect.provide(proxy.client))
        assert.lengthOf(sent, 6)
        for (const request of sent) assert.deepStrictEqual(request, sent[0])
        const [token, ...others] = new Set((yield* proxy.requests("TransactWriteItems")).map(({ token }) => token))
        assert.match(String(token), /^[\da-f-]{36}$/)
        assert.lengthOf(others, 0)
        // The engine was given it twice, and did it once: its condition would have failed.
        assert.deepStrictEqual(yield* account("a1"), Option.some(new Account({ id: "a1", balance: 1 })))
      })
    )

    it.effect("are not sent again for a conflict, unless told", () =>
      Effect.gen(function* () {
        const proxy = yield* writesMeet(
          { cancel: { 1: "TransactionConflict" } },
          { cancel: { 0: "TransactionConflict" } }
        )
        const both = Transaction.write([put("b1"), put("b2")]).pipe(Effect.provide(proxy.client))
        const error = yield* Effect.flip(both.pipe(DynamoClient.withRetry(retryAtOnce)))
        assert(error._tag === "TransactionConflict")
        assert.isTrue(error.isRetryable)
        assert.deepStrictEqual(error.reasons, [
          none,
          { code: "TransactionConflict", message: "Transaction is ongoing for the item", item: Option.none() }
        ])
        assert.strictEqual(
          error.message,
          "The transaction was cancelled by operation 1, Put of Account: Transaction is ongoing for the item."
        )
        assert.lengthOf(yield* proxy.requests("TransactWriteItems"), 1)
        yield* both.pipe(DynamoClient.withRetry(RetryPolicy.make({ baseDelay: 0, retryOn: ["conflict"] })))
        assert.lengthOf(yield* proxy.requests("TransactWriteItems"), 3)
      })
    )

    it.effect("fail with a conflict of another Region's, which tells no reasons", () =>
      Effect.gen(function* () {
        const proxy = yield* writesMeet("replicated-write-conflict")
        const error = yield* Effect.flip(Transaction.write([put("j1")]).pipe(Effect.provide(proxy.client)))
        assert(error._tag === "TransactionConflict")
        assert.isUndefined(error.reasons)
      })
    )

    it.effect("are sent again only where every reason passes", () =>
      Effect.gen(function* () {
        const proxy = yield* writesMeet({ cancel: { 0: "ThrottlingError", 1: "ItemCollectionSizeLimitExceeded" } })
        const error = yield* Transaction.write([put("c1"), put("c2")]).pipe(
          DynamoClient.withRetry(retryAtOnce),
          Effect.provide(proxy.client),
          Effect.flip
        )
        assert(error._tag === "TransactionCanceled")
        assert.deepStrictEqual(
          error.reasons.map(({ code }) => code),
          ["ThrottlingError", "ItemCollectionSizeLimitExceeded"]
        )
        assert.include(error.message, "by operation 0, Put of Account")
        assert.include(error.message, "(1 more in `reasons`)")
        assert.lengthOf(yield* proxy.requests("TransactWriteItems"), 1)
      })
    )

    it.effect("tell of operations, not of what was sent for them", () =>
      Effect.gen(function* () {
        const stood = new Account({ id: "d3", balance: 9 })
        // Sent are: the delete of d3 with its checks, the check of d1, the put, the member, and the member's guard.
        const proxy = yield* writesMeet(
          { cancel: { 4: "TransactionConflict", 1: "ProvisionedThroughputExceeded" } },
          { cancel: { 4: "ThrottlingError", 3: "TransactionConflict" } },
          { cancel: { 4: "ConditionalCheckFailed", 3: "TransactionConflict" } },
          {
            cancel: {
              0: {
                Code: "ConditionalCheckFailed",
                Item: {
                  pk: { S: "id#d3#account" },
                  sk: { S: "account" },
                  id: { S: "d3" },
                  balance: { N: "9" },
                  _type: { S: "Account" }
                }
              },
              2: "TransactionConflict"
            }
          }
        )
        const transaction = Transaction.write([
          checked("d3").ifExists(),
          checked("d1").ifNotExists(),
          Delete.from(Account).key({ id: "d3" }),
          checked("d3").condition((a) => a.balance.eq(1)),
          put("d2"),
          Put.into(Member, member("d4", "d4@d.com")).ifNotExists()
        ]).pipe(DynamoClient.noRetry, Effect.provide(proxy.client))
        const outcome = Effect.map(Effect.flip(transaction), (error) =>
          "reasons" in error
            ? [error._tag, error.reasons?.map((reason) => ("code" in reason ? reason.code : reason.reason))]
            : [error._tag]
        )
        const [nothing, conflict, throttled] = ["None", "TransactionConflict", "ProvisionedThroughputExceeded"]
        const failed = "ConditionalCheckFailed"
        assert.deepStrictEqual(yield* outcome, [
          "TransactionCanceled",
          [nothing, throttled, nothing, nothing, nothing, conflict]
        ])
        assert.deepStrictEqual(yield* outcome, [
          "TransactionConflict",
          [nothing, nothing, nothing, nothing, nothing, conflict]
        ])
        assert.deepStrictEqual(yield* outcome, [failed, [nothing, nothing, nothing, nothing, nothing, failed]])
        const error = yield* Effect.flip(transaction)
        assert(error._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(
          error.reasons.map(({ code, item }) => [code, item]),
          [
            [failed, Option.some(stood)],
            [nothing, Option.none()],
            [failed, Option.some(stood)],
            [failed, Option.some(stood)],
            [conflict, Option.none()],
            [nothing, Option.none()]
          ]
        )
      })
    )

    it.effect("fail with a conflict where another write comes between reading and writing", () =>
      Effect.gen(function* () {
        yield* Put.into(Member, member("e1", "one@e.com"))
        const change = Transaction.write([
          put("e1"),
          Put.into(Member, member("e1", "two@e.com")),
          Check.in(Member).key({ id: "e1" }).ifExists()
        ])
        const error = yield* Effect.flip(disturbed(change, Put.into(Member, member("e1", "three@e.com"))))
        assert(error._tag === "TransactionConflict")
        assert.isTrue(error.isRetryable)
        const between = {
          code: "TransactionConflict",
          message: "Another write came between reading the item and writing it",
          item: Option.some(member("e1", "three@e.com"))
        }
        assert.deepStrictEqual(error.reasons, [none, between, between])
        assert.deepStrictEqual(yield* account("e1"), Option.none())
        yield* change
        assert.deepStrictEqual(yield* Get.from(Member).key({ id: "e1" }), Option.some(member("e1", "two@e.com")))
      })
    )

    it.effect("read what an update's index keys need, and fail with a conflict where it changes before", () =>
      Effect.gen(function* () {
        const task = { id: "i1", state: "open", rank: 1 }
        yield* Put.into(Task, task)
        const close = Transaction.write([
          Update.in(Task).key({ id: "i1" }).set({ state: "done" }).recompute(),
          put("i1")
        ])
        const error = yield* Effect.flip(disturbed(close, Put.into(Task, { ...task, rank: 2 })))
        assert(error._tag === "TransactionConflict")
        assert.deepStrictEqual(error.reasons?.[0].item, Option.some(new Task({ ...task, rank: 2 })))
        // What the key does not need may change.
        yield* disturbed(close, Put.into(Task, { ...task, rank: 2, note: "!" }))
        assert.deepStrictEqual(yield* Query.from(Task).index("byState").pk({ state: "done", rank: 2 }), [
          new Task({ ...task, state: "done", rank: 2, note: "!" })
        ])
      })
    )

    it.effect("fail with a conflict where an item comes up, or goes, between reading and writing", () =>
      Effect.gen(function* () {
        const create = Transaction.write([Put.into(Member, member("f1", "one@f.com"))])
        const appeared = yield* Effect.flip(disturbed(create, Put.into(Member, member("f1", "two@f.com"))))
        assert.strictEqual(appeared._tag, "TransactionConflict")
        const end = Transaction.write([
          Delete.from(Member)
            .key({ id: "f1" })
            .condition((m) => m.name.eq("f1"))
        ])
        const gone = yield* Effect.flip(disturbed(end, Delete.from(Member).key({ id: "f1" })))
        assert.strictEqual(gone._tag, "TransactionConflict")
      })
    )

    it.effect("fail with the caller's condition where what was read is as it was", () =>
      Effect.gen(function* () {
        yield* Put.into(Member, member("g1", "one@g.com"))
        const end = Transaction.write([
          Delete.from(Member)
            .key({ id: "g1" })
            .condition((m) => m.name.eq("g1"))
        ])
        const renamed = Put.into(Member, { ...member("g1", "one@g.com"), name: "other" })
        const error = yield* Effect.flip(disturbed(end, renamed))
        assert(error._tag === "ConditionalCheckFailed")
        assert.strictEqual(Option.getOrThrow(error.item).name, "other")
      })
    )

    it.effect("fail with the condition that failed, where another operation's item changed too", () =>
      Effect.gen(function* () {
        yield* Put.into(Member, member("k1", "one@k.com"))
        const change = Transaction.write([Put.into(Member, member("k1", "two@k.com")), checked("k1").ifExists()])
        const error = yield* Effect.flip(disturbed(change, Put.into(Member, member("k1", "three@k.com"))))
        assert(error._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(
          error.reasons.map(({ code }) => code),
          ["TransactionConflict", "ConditionalCheckFailed"]
        )
        assert.deepStrictEqual(error.item, Option.none())
      })
    )

    it.effect("of gets tell which", () =>
      Effect.gen(function* () {
        const proxy = yield* faultProxy(
          sequence(
            "TransactGetItems",
            { cancel: { 1: "TransactionConflict" } },
            { cancel: { 0: "TransactionConflict", 1: "ValidationError" } },
            { cancel: { 0: "ProvisionedThroughputExceeded" } }
          )
        )
        const read = Transaction.get([account("h1"), account("h1").select("id"), Get.from(Transfer).key({ id: "h2" })])
        const through = read.pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
        const conflict = yield* Effect.flip(through)
        assert(conflict._tag === "TransactionConflict")
        assert.deepStrictEqual(
          conflict.reasons?.map(({ code }) => code),
          ["None", "None", "TransactionConflict"]
        )
        assert.strictEqual(
          conflict.message,
          "The transaction was cancelled by operation 2, Get of Transfer: Transaction is ongoing for the item."
        )
        const canceled = yield* Effect.flip(through)
        assert(canceled._tag === "TransactionCanceled")
        assert.deepStrictEqual(
          canceled.reasons.map(({ code }) => code),
          ["TransactionConflict", "TransactionConflict", "ValidationError"]
        )
        assert.include(canceled.message, "operation 2, Get of Transfer")
        assert.deepStrictEqual(yield* through, [Option.none(), Option.none(), Option.none()])
        assert.lengthOf(yield* proxy.requests("TransactGetItems"), 4)
      })
    )
  })
)
