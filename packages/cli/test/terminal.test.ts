/** Every command line of the seed's section on the command line, typed at a terminal. */
import { assert } from "@effect/vitest"
import { Table } from "@effect-dynamo/core"
import { TableAdmin } from "@effect-dynamo/query"
import { DynamoClient } from "@effect-dynamo/client"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { Connection, onlyLocal } from "../../testing/test-support/engines.ts"
import { inFolder } from "../test-support/folder.ts"
import { controlC, enter, type } from "../test-support/pty.ts"

const tableOf = (name: string) => Table.make(name)

const keysOf = (table: string) =>
  Effect.map(TableAdmin.describe(table), ({ KeySchema = [] }) => KeySchema.map(({ AttributeName }) => AttributeName))

const escape = "\u001b["

onlyLocal("at a terminal, tables", (it) => {
  it.effect("are created with the default configuration", () =>
    Effect.gen(function* () {
      const { code, text } = yield* type(["create-table", "users"])
      assert.strictEqual(text, "Created users: keys pk (S), sk (S)")
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(yield* keysOf("users"), ["pk", "sk"])
    })
  )

  it.effect("are created with keys of other names", () =>
    Effect.gen(function* () {
      const line = ["create-table", "products", "--partition-key", "category_id", "--sort-key", "product_id"]
      const { code, text } = yield* type(line)
      assert.strictEqual(text, "Created products: keys category_id (S), product_id (S)")
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(yield* keysOf("products"), ["category_id", "product_id"])
    })
  )

  it.effect("are created with a partition key only", () =>
    Effect.gen(function* () {
      const { code, text } = yield* type([
        "create-table",
        "simple_counter",
        "--partition-key",
        "counter_id",
        "--no-sort-key"
      ])
      assert.strictEqual(text, "Created simple_counter: key counter_id (S)")
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(yield* keysOf("simple_counter"), ["counter_id"])
    })
  )

  it.effect("are created with provisioned capacity", () =>
    Effect.gen(function* () {
      const capacity = ["--billing-mode", "PROVISIONED", "--read-capacity", "50", "--write-capacity", "25"]
      const { code, text } = yield* type(["create-table", "high_traffic", ...capacity])
      assert.strictEqual(text, "Created high_traffic: keys pk (S), sk (S)")
      assert.strictEqual(code, 0)
      const { ProvisionedThroughput } = yield* TableAdmin.describe("high_traffic")
      assert.strictEqual(ProvisionedThroughput?.ReadCapacityUnits, 50)
      assert.strictEqual(ProvisionedThroughput?.WriteCapacityUnits, 25)
    })
  )

  it.effect("are created where --endpoint says", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* Connection
      const { code, text } = yield* type(["create-table", "local_test", "--endpoint", endpoint], {
        env: { AWS_ENDPOINT_URL: "http://127.0.0.1:9" }
      })
      assert.strictEqual(text, "Created local_test: keys pk (S), sk (S)")
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(yield* keysOf("local_test"), ["pk", "sk"])
    })
  )

  it.effect("are not created twice", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(tableOf("twice"))
      const { code, text } = yield* type(["create-table", "twice"])
      assert.include(text, 'The table "twice" exists already, just as it was to be created.')
      assert.strictEqual(code, 1)
    })
  )
})

onlyLocal("at a terminal, lists", (it) => {
  it.effect("have all tables, or some", () =>
    Effect.gen(function* () {
      for (const name of ["users", "old_users", "orders"]) yield* TableAdmin.create(tableOf(name))

      const all = yield* type(["list-tables"])
      assert.strictEqual(
        all.text,
        [
          "NAME       STATUS  ITEMS  SIZE  BILLING",
          "old_users  ACTIVE      0   0 B  PAY_PER_REQUEST",
          "orders     ACTIVE      0   0 B  PAY_PER_REQUEST",
          "users      ACTIVE      0   0 B  PAY_PER_REQUEST"
        ].join("\n")
      )
      assert.strictEqual(all.code, 0)

      const some = yield* type(["list-tables", "--name-contains", "user"])
      assert.deepStrictEqual(
        some.text.split("\n").map((line) => line.split(" ", 1)[0]),
        ["NAME", "old_users", "users"]
      )
      assert.strictEqual(some.code, 0)
    })
  )

  it.effect("are of the region that is named", () =>
    Effect.gen(function* () {
      yield* type(["create-table", "european", "--region", "eu-west-1"])
      const there = yield* type(["list-tables", "--region", "eu-west-1"])
      assert.strictEqual(there.code, 0)
      assert.strictEqual(there.text.split("\n")[1], "european  ACTIVE      0   0 B  PAY_PER_REQUEST")
      const elsewhere = yield* type(["list-tables", "--region", "eu-west-2"])
      assert.strictEqual(elsewhere.code, 0)
      assert.strictEqual(elsewhere.text, "No tables.")
    })
  )
})

onlyLocal("at a terminal, deleting", (it) => {
  const question = "Type the table's name to delete it"

  it.effect("asks for the table's name", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(tableOf("old_users"))
      const { putItem } = yield* DynamoClient.DynamoClient
      yield* putItem({ TableName: "old_users", Item: { pk: { S: "1" }, sk: { S: "1" } } })
      const { code, text } = yield* type(["delete-table", "old_users"], {
        answers: [{ after: question, type: `old_users${enter}` }]
      })
      assert.include(text, "The table old_users and all that is in it will be lost: 1 item, ")
      assert.include(text, `✔ ${question} … old_users`)
      assert.isTrue(text.endsWith("\nDeleted old_users"))
      assert.strictEqual(code, 0)
      assert.notInclude(yield* TableAdmin.list(), "old_users")
    })
  )

  it.effect("does nothing where another name is typed", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(tableOf("kept_users"))
      const { code, text } = yield* type(["delete-table", "kept_users"], {
        answers: [{ after: question, type: `users${enter}` }]
      })
      assert.include(text, `That is not the table's name, "kept_users": nothing was deleted.`)
      assert.strictEqual(code, 1)
      assert.include(yield* TableAdmin.list(), "kept_users")
    })
  )

  it.effect("does nothing after control-C, and ends with 130", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(tableOf("asked_users"))
      const { code, text } = yield* type(["delete-table", "asked_users"], {
        answers: [{ after: question, type: controlC }]
      })
      assert.notInclude(text, "Deleted")
      assert.notInclude(text, "ERROR")
      assert.strictEqual(code, 130)
      assert.include(yield* TableAdmin.list(), "asked_users")
    })
  )

  it.effect("does not ask under --force", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(tableOf("forced_users"))
      const { code, text } = yield* type(["delete-table", "forced_users", "--force"])
      assert.strictEqual(text, "Deleted forced_users")
      assert.strictEqual(code, 0)
      assert.notInclude(yield* TableAdmin.list(), "forced_users")
    })
  )
})

onlyLocal("at a terminal, schemas", (it) => {
  const declaresTable = /^export const \w+ = Table\.make\("users"/m

  it.effect("are generated from a table that has items", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(tableOf("users"))
      const { putItem } = yield* DynamoClient.DynamoClient
      for (const id of ["1", "2", "3"]) {
        yield* putItem({
          TableName: "users",
          Item: { pk: { S: `USER#${id}` }, sk: { S: "PROFILE" }, name: { S: `Name ${id}` }, age: { N: id } }
        })
      }
      const { code, text } = yield* type(["generate-schema", "users"])
      assert.match(text, declaresTable)
      assert.match(text, /^export const \w+ = Entity\.make\("/m)
      assert.include(text, "--output FILE writes it to a file.")
      assert.strictEqual(code, 0)
    })
  )

  it.effect("have the name of a module", () =>
    Effect.gen(function* () {
      const { code, text } = yield* type(["generate-schema", "users", "--module", "MyApp.User"])
      assert.include(text, 'export const User = Entity.make("User"')
      assert.strictEqual(code, 0)
    })
  )

  it.effect("are written to a file", () =>
    inFolder((cwd) =>
      Effect.gen(function* () {
        const line = ["generate-schema", "users", "--output", "src/schemas/user.ts"]
        const { code, text } = yield* type(line, { cwd })
        assert.include(text, "Wrote src/schemas/user.ts: ")
        assert.strictEqual(code, 0)
        const written = readFileSync(`${cwd}/src/schemas/user.ts`, "utf8")
        assert.match(written, declaresTable)
        const again = yield* type(line, { cwd })
        assert.include(again.text, "is there already. Write over it with --overwrite")
        assert.strictEqual(again.code, 1)
      })
    )
  )
})

onlyLocal("at a terminal, colours", (it) => {
  const commands = {
    help: ["--help"],
    answers: ["describe-table", "painted"],
    mistakes: ["describe-table"],
    failures: ["describe-table", "none-such"]
  }
  for (const [what, line] of Object.entries(commands)) {
    it.effect(`are in ${what}, and not under NO_COLOR`, () =>
      Effect.gen(function* () {
        if (what === "answers") yield* TableAdmin.create(tableOf("painted"))
        const [painted, plain] = yield* Effect.all([type(line), type(line, { env: { NO_COLOR: "1" } })], {
          concurrency: 2
        })
        assert.include(painted.raw, escape)
        assert.notInclude(plain.raw, escape)
        assert.strictEqual(plain.text, painted.text)
        assert.strictEqual(plain.code, painted.code)
      })
    )
  }
})
