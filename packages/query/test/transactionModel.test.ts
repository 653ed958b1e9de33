/** Money moves among accounts, from many fibers at once and through trouble: the sum stays. */
import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { DynamoError, Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Exit, Option, Random, Schema } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { faultProxy } from "../../testing/test-support/faults.ts"
import { Check, Get, Put, Scan, Transaction, Update } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Bank = Table.make("bank")

class Account extends Entity.Class<Account>("Account")(
  { id: Schema.Int, balance: Schema.Int },
  { table: Bank, partitionKey: ["id"] }
) {}

class Transfer extends Entity.Class<Transfer>("Transfer")(
  { from: Schema.Int, to: Schema.Int, amount: Schema.Int, id: Schema.Int },
  { table: Bank, partitionKey: Key.template("TRANSFERS"), sortKey: ["id"] }
) {}

const accounts = 10
const start = 100
const fibers = 100
const transfersEach = 3

const ids = Array.from({ length: accounts }, (_, id) => id)
const transfer = (id: number, from: number, to: number, amount: number) =>
  Transaction.write([
    Check.in(Account)
      .key({ id: from })
      .condition((a) => a.balance.gte(amount)),
    Update.in(Account).key({ id: from }).decrement("balance", amount),
    Update.in(Account).key({ id: to }).increment("balance", amount),
    Put.into(Transfer, { id, from, to, amount }).ifNotExists()
  ])

onlyLocal("transfers", (it) =>
  withTables(it, [Bank], (it) => {
    it.effect(
      "from 100 fibers at once keep the sum, through conflicts and lost answers",
      () =>
        Effect.gen(function* () {
          yield* Transaction.write(ids.map((id) => Put.into(Account, { id, balance: start })))
          const proxy = yield* faultProxy({
            rules: [
              {
                match: { op: "TransactWriteItems" },
                random: {
                  seed: 7,
                  p: 0.5,
                  faults: [
                    { cancel: { 0: "TransactionConflict" } },
                    { cancel: { 0: "TransactionConflict", 1: "TransactionConflict" } },
                    { cancel: { 1: "ThrottlingError" } },
                    { after: true, fault: "internal-500" },
                    { after: true, reset: "headers" },
                    "transaction-in-progress",
                    "throttling"
                  ]
                }
              }
            ]
          })
          const one = Effect.fnUntraced(function* (id: number) {
            const from = yield* Random.nextIntBetween(0, accounts - 1)
            const to = (from + (yield* Random.nextIntBetween(1, accounts - 1))) % accounts
            const amount = yield* Random.nextIntBetween(1, 80)
            const exit = yield* Effect.exit(transfer(id, from, to, amount))
            return { id, from, to, amount, exit }
          })
          const outcomes = yield* Effect.forEach(
            Array.from({ length: fibers }, (_, fiber) => fiber),
            (fiber) =>
              Effect.forEach(
                Array.from({ length: transfersEach }, (_, i) => fiber * transfersEach + i),
                one
              ),
            { concurrency: "unbounded" }
          ).pipe(
            DynamoClient.withRetry(RetryPolicy.make({ maxAttempts: 4, baseDelay: 5, throttleBaseDelay: 5 })),
            Random.withSeed("transfers"),
            Effect.provide(proxy.client)
          )

          const all = outcomes.flat()
          const expected = ids.map(() => start)
          const recorded = new Map((yield* Scan.from(Transfer).consistent()).map((transfer) => [transfer.id, transfer]))
          const failures: Record<string, number> = {}
          for (const { amount, exit, from, id, to } of all) {
            const record = recorded.get(id)
            if (record !== undefined) {
              assert.deepStrictEqual(record, new Transfer({ id, from, to, amount }))
              expected[from]! -= amount
              expected[to]! += amount
            }
            if (Exit.isSuccess(exit)) {
              assert.isDefined(record)
              continue
            }
            const [reason] = exit.cause.reasons
            // Each failure is one of ours: nothing died.
            assert(reason?._tag === "Fail")
            const { error } = reason
            assert.isTrue(DynamoError.isDynamoError(error))
            failures[error._tag] = (failures[error._tag] ?? 0) + 1
            if (error._tag === "ConditionalCheckFailed") {
              assert.isUndefined(record)
              assert.deepStrictEqual(
                error.reasons.map(({ code }) => code),
                ["ConditionalCheckFailed", "ConditionalCheckFailed", "None", "None"]
              )
              assert.isBelow(Option.getOrThrow(error.reasons[0].item).balance, amount)
            }
          }
          const balances = (yield* Transaction.get(ids.map((id) => Get.from(Account).key({ id }).orFail()))).map(
            ({ balance }) => balance
          )
          assert.deepStrictEqual(balances, expected)
          assert.strictEqual(
            balances.reduce((sum, balance) => sum + balance, 0),
            accounts * start
          )
          for (const balance of balances) assert.isAtLeast(balance, 0)
          // There was trouble, and not only trouble.
          assert.isAbove(failures["TransactionConflict"] ?? 0, 0)
          assert.isAbove(failures["ConditionalCheckFailed"] ?? 0, 0)
          assert.isAbove(recorded.size, fibers)
        }),
      60_000
    )
  })
)
