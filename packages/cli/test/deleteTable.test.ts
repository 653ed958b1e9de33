/** Questions are asked in terminal.test.ts. */
import { Table } from "@effect-dynamo/core"
import { TableAdmin } from "@effect-dynamo/query"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { json, run } from "../test-support/cli.ts"

engines("delete-table", (it) => {
  it.effect("does nothing where there is no terminal to ask on, unless forced", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Table.make("old_users"))
      const { code, stderr, stdout } = yield* run("delete-table", "old_users")
      assert.include(stderr, "pass --force")
      assert.strictEqual(stdout, "")
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(yield* TableAdmin.list(), ["old_users"])

      const forced = yield* run("delete-table", "old_users", "--force")
      assert.strictEqual(forced.stderr, "Deleting old_users…\n")
      assert.strictEqual(forced.stdout, "Deleted old_users\n")
      assert.strictEqual(forced.code, 0)
      assert.deepStrictEqual(yield* TableAdmin.list(), [])
    })
  )

  it.effect("answers in JSON", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Table.make("users"))
      assert.deepStrictEqual(yield* json("delete-table", "users", "-f"), { deleted: "users" })
    })
  )

  it.effect("fails where there is no such table, and says where to look", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run("delete-table", "none-such", "--force")
      assert.include(stderr, "effect-dynamo list-tables")
      assert.strictEqual(code, 1)
    })
  )
})

onlyLocal("delete-table of a protected table", (it) => {
  it.effect("fails, forced or not", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Table.make("precious"), { deletionProtection: true })
      const { code, stderr } = yield* run("delete-table", "precious", "--force")
      assert.include(stderr, "protected against deletion")
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(yield* TableAdmin.list(), ["precious"])
    })
  )
})
