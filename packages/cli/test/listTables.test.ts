import { Table } from "@effect-dynamo/core"
import { TableAdmin } from "@effect-dynamo/query"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { json, run } from "../test-support/cli.ts"

const names = Array.from({ length: 120 }, (_, number) => `table-${String(number).padStart(3, "0")}`)

engines("list-tables", (it) => {
  it.effect("says that there are none", () =>
    Effect.gen(function* () {
      for (const line of [["list-tables"], ["list-tables", "--names"]]) {
        const { code, stderr, stdout } = yield* run(...line)
        assert.strictEqual(stderr, "No tables.\n")
        assert.strictEqual(stdout, "")
        assert.strictEqual(code, 0)
        assert.deepStrictEqual(yield* json(...line), [])
      }
    })
  )

  it.effect("lists tables of all pages", () =>
    Effect.gen(function* () {
      yield* Effect.forEach(names, (name) => TableAdmin.create(Table.make(name, { sortKey: null })), {
        concurrency: 8,
        discard: true
      })
      assert.deepStrictEqual(yield* json("list-tables", "--names"), names)
      const { stdout } = yield* run("list-tables")
      const [heading, ...lines] = stdout.trimEnd().split("\n")
      assert.strictEqual(heading, "NAME       STATUS  ITEMS  SIZE  BILLING")
      assert.deepStrictEqual(
        lines,
        names.map((name) => `${name}  ACTIVE      0   0 B  PAY_PER_REQUEST`)
      )
    })
  )

  it.effect("lists some of them, by name and by number", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run("list-tables", "--names", "--name-contains", "11")
      assert.deepStrictEqual(
        stdout.trimEnd().split("\n"),
        names.filter((name) => name.includes("11"))
      )
      assert.deepStrictEqual(yield* json("list-tables", "--names", "--limit", "110"), names.slice(0, 110))
      assert.deepStrictEqual(yield* json("list-tables", "--name-contains", "table-119", "--limit", "3"), [
        { name: "table-119", status: "ACTIVE", items: 0, bytes: 0, billing: "PAY_PER_REQUEST" }
      ])
    })
  )
})
