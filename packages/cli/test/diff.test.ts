import { Index, Table } from "@effect-dynamo/core"
import { TableAdmin } from "@effect-dynamo/query"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { json, run } from "../test-support/cli.ts"
import { withModules } from "../test-support/modules.ts"

const schema = `
import { Index, Table } from "effect-dynamo"
export const Users = Table.make("users", {
  indexes: { byStatus: Index.global({ partitionKey: "status" }), byEmail: Index.global({ partitionKey: "email" }) }
})
`

/** What is not as declared: the key, one index, another that is not declared. */
const Live = Table.make("staging-users", {
  sortKey: { name: "sk", type: "N" },
  indexes: {
    byStatus: Index.global({ partitionKey: "status", projection: Index.keysOnly }),
    byDate: Index.local({ sortKey: "date" })
  }
})

engines("diff", (it) => {
  it.effect("ends with 0 where nothing differs", () =>
    withModules({ "schema.ts": schema }, (folder) =>
      Effect.gen(function* () {
        const reference = `${folder}/schema.ts#Users`
        assert.strictEqual((yield* run("create-table", "--from", reference)).code, 0)
        const { code, stderr, stdout } = yield* run("diff", reference)
        assert.strictEqual(stdout, "No differences.\n")
        assert.strictEqual(stderr, "")
        assert.strictEqual(code, 0)
        assert.deepStrictEqual(yield* json("diff", reference), [])
      })
    )
  )

  it.effect("lists what differs, and ends with 1", () =>
    withModules({ "schema.ts": schema }, (folder) =>
      Effect.gen(function* () {
        yield* TableAdmin.create(Live)
        const line = ["diff", `${folder}/schema.ts#Users`, "staging-users"]
        const { code, stderr, stdout } = yield* run(...line)
        assert.deepStrictEqual(stdout.trimEnd().split("\n"), [
          "~ sortKey: declared as sk (S), but is sk (N)",
          "~ indexes.byStatus.projection: declared as all attributes, but is keys",
          "+ indexes.byEmail: declared as global; partitionKey email (S); projection all attributes, but missing",
          "- indexes.byDate: not declared, but there as local; partitionKey pk (S); sortKey date (S); projection all attributes"
        ])
        assert.strictEqual(stderr, "")
        assert.strictEqual(code, 1)

        const machine = yield* run(...line, "--json")
        assert.deepStrictEqual((JSON.parse(machine.stdout) as ReadonlyArray<unknown>).slice(0, 1), [
          { path: "sortKey", kind: "different", declared: "sk (S)", live: "sk (N)" }
        ])
        assert.strictEqual(machine.stderr, "")
        assert.strictEqual(machine.code, 1)
      })
    )
  )

  it.effect("ends with 1 where there is no such table, and says how to make it", () =>
    withModules({ "schema.ts": schema }, (folder) =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run("diff", `${folder}/schema.ts`, "none-such")
        assert.include(stderr, 'There is no table "none-such" to compare with.')
        assert.include(stderr, `effect-dynamo create-table none-such --from ${folder}/schema.ts`)
        assert.strictEqual(stdout, "")
        assert.strictEqual(code, 1)
      })
    )
  )
})
