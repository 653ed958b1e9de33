/** The examples' handling of conflicts, which no engine can be made to show, through the fault proxy. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { Get, Put, TableAdmin } from "effect-dynamo"
import { safeTransfer } from "../../../examples/errors.ts"
import { Account, Bank, persistent } from "../../../examples/transactions.ts"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { faultProxy } from "../../testing/test-support/faults.ts"

const conflict = { cancel: { 0: "TransactionConflict" } }

onlyLocal("the examples", (it) => {
  it.effect("try a transaction again that another one stood in the way of, and give up in the end", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Bank)
      yield* Put.into(Account, { id: "a", balance: 100 })
      yield* Put.into(Account, { id: "b", balance: 0 })
      const proxy = yield* faultProxy({
        rules: [{ match: { op: "TransactWriteItems" }, sequence: [conflict, conflict] }]
      })
      const { client } = proxy

      assert.strictEqual(yield* persistent("t1", "a", "b", 10).pipe(Effect.provide(client)), "completed")
      assert.lengthOf(yield* proxy.requests("TransactWriteItems"), 3)
      assert.strictEqual((yield* Get.from(Account).key({ id: "a" }).orFail()).balance, 90)

      yield* proxy.setScript({ rules: [{ match: { op: "TransactWriteItems" }, sequence: [conflict], then: "repeat" }] })
      assert.strictEqual(yield* safeTransfer("t2", "a", "b", 10).pipe(Effect.provide(client)), "conflict")
      assert.lengthOf(yield* proxy.requests("TransactWriteItems"), 11)
      assert.strictEqual((yield* Get.from(Account).key({ id: "a" }).orFail()).balance, 90)
    })
  )
})
