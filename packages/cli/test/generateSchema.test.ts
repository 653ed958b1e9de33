/** The command: its flags, its files, what it prints, and which items it looks at. */
import type { Item } from "@effect-dynamo/core/Attribute"
import { assert } from "@effect/vitest"
import { Effect, FileSystem, Random } from "effect"
import { DynamoClient, Table, TableAdmin } from "effect-dynamo"
import { engines } from "../../testing/test-support/engines.ts"
import { platform } from "../src/program.ts"
import { sample } from "../src/schema/sample.ts"
import { json, run } from "../test-support/cli.ts"

const fill = (name: string, items: ReadonlyArray<Item>) =>
  Effect.gen(function* () {
    yield* TableAdmin.create(Table.make(name, { partitionKey: "pk", sortKey: null }))
    const client = yield* DynamoClient.DynamoClient
    yield* Effect.forEach(items, (item) => client.putItem({ TableName: name, Item: item }), { concurrency: 8 })
  })

const users = (count: number): ReadonlyArray<Item> =>
  Array.from({ length: count }, (_, i) => ({
    pk: { S: `u${i}secret` },
    status: { S: i % 2 === 0 ? "active" : "blocked" },
    mail: { S: `secret${i}@example.com` }
  }))

/** A folder for files, gone when the test is over. */
const folder = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())

engines("generate-schema", (it) => {
  it.effect("prints a module, and nothing of what items hold but the values of enumerations", () =>
    Effect.gen(function* () {
      yield* fill("printed-users", users(24))
      const { code, stderr, stdout } = yield* run("generate-schema", "printed-users")
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(stdout, module)
      assert.notInclude(stdout + stderr, "secret")
      assert.include(stderr, "--output FILE writes it to a file")
      const plain = yield* run("generate-schema", "printed-users", "--no-literals", "--quiet")
      assert.include(plain.stdout, "status: Schema.String")
      assert.notInclude(plain.stdout, "blocked")
      assert.strictEqual(plain.stderr, "")
    })
  )

  it.effect("names the entity and the package as it is told", () =>
    Effect.gen(function* () {
      yield* fill("named-users", users(1))
      const flags = ["--module", "MyApp.person_card", "--import", "@effect-dynamo/core"]
      const { stdout } = yield* run("generate-schema", "named-users", ...flags)
      assert.include(stdout, 'export const PersonCard = Entity.make("PersonCard", {')
      assert.include(stdout, "export type PersonCard = typeof PersonCard.Type")
      assert.include(stdout, 'import { Entity, Key, Table } from "@effect-dynamo/core"')
      const { code, stderr } = yield* run("generate-schema", "named-users", "--module", "MyApp.")
      assert.strictEqual(code, 2)
      assert.include(stderr, "--module takes a name")
    })
  )

  it.effect("gives the table the name where there are several entities", () =>
    Effect.gen(function* () {
      yield* fill(
        "named-shop",
        ["USER#", "ORDER#"].flatMap((prefix) => [{ pk: { S: `${prefix}1` } }, { pk: { S: `${prefix}2` } }])
      )
      const { stdout } = yield* run("generate-schema", "named-shop", "--module", "MyApp.Shop")
      assert.include(stdout, 'export const Shop = Table.make("named-shop"')
      assert.include(stdout, 'export const User = Entity.make("User"')
      assert.include(stdout, 'export const Order = Entity.make("Order"')
    })
  )

  it.effect("writes a file in a folder that is made, and no file that is there", () =>
    Effect.gen(function* () {
      yield* fill("filed-users", users(2))
      const fs = yield* FileSystem.FileSystem
      const file = `${yield* folder}/src/schemas/user.ts`
      const first = yield* run("generate-schema", "filed-users", "--output", file)
      assert.strictEqual(first.stdout, `Wrote ${file}: the table FiledUsers and the entity FiledUser, from 2 items.\n`)
      const text = yield* fs.readFileString(file)
      assert.include(text, "Entity.make")
      yield* fs.writeFileString(file, "mine")
      const second = yield* run("generate-schema", "filed-users", "--output", file)
      assert.strictEqual(second.code, 1)
      assert.include(second.stderr, "Write over it with --overwrite")
      assert.strictEqual(yield* fs.readFileString(file), "mine")
      const third = yield* run("generate-schema", "filed-users", "--output", file, "--overwrite")
      assert.strictEqual(third.code, 0)
      assert.strictEqual(yield* fs.readFileString(file), text)
      const stray = yield* run("generate-schema", "filed-users", "--overwrite")
      assert.strictEqual(stray.code, 2)
      const blocked = yield* run("generate-schema", "filed-users", "--output", `${file}/below.ts`)
      assert.strictEqual(blocked.code, 1)
      assert.include(blocked.stderr, "could not be written")
    }).pipe(Effect.provide(platform), Effect.scoped)
  )

  it.effect("gives the model as JSON", () =>
    Effect.gen(function* () {
      yield* fill("json-users", [
        { pk: { S: "USER#1" }, id: { S: "1" }, tags: { SS: ["a"] } },
        { pk: { S: "USER#2" }, id: { S: "2" } }
      ])
      assert.deepStrictEqual(yield* json("generate-schema", "json-users"), {
        table: { name: "json-users", partitionKey: { name: "pk", type: "S" }, indexes: [] },
        sampled: 2,
        notes: [],
        entities: [
          {
            name: "User",
            fields: [
              { name: "id", stored: "id", optional: false, type: { _tag: "String" } },
              { name: "tags", stored: "tags", optional: true, type: { _tag: "StringSet" } }
            ],
            keyOnly: [],
            items: 2,
            partitionKey: { template: "USER#{id}" },
            indexes: []
          }
        ]
      })
    })
  )

  it.effect("tells of a table without items what its keys are", () =>
    Effect.gen(function* () {
      yield* fill("no-items", [])
      const { code, stderr, stdout } = yield* run("generate-schema", "no-items")
      assert.strictEqual(code, 0)
      assert.include(stdout, "schema: Schema.Struct({ pk: Schema.String })")
      assert.include(stderr, "The table is empty")
    })
  )

  it.effect("says what to do where there is no such table", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run("generate-schema", "no-such-table")
      assert.strictEqual(code, 1)
      assert.include(stderr, "effect-dynamo list-tables")
    })
  )

  it.effect("looks at as many items as it is told, from all over the table", () =>
    Effect.gen(function* () {
      yield* fill("sampled-users", users(200))
      const sampled = (...flags: ReadonlyArray<string>) =>
        Effect.map(
          json("generate-schema", "sampled-users", ...flags),
          (model) => (model as { sampled: number }).sampled
        )
      assert.strictEqual(yield* sampled(), 100)
      assert.strictEqual(yield* sampled("--sample", "7"), 7)
      assert.strictEqual(yield* sampled("--sample", "5000"), 200)
      assert.strictEqual(yield* sampled("--sample", "all"), 200)
      assert.strictEqual((yield* run("generate-schema", "sampled-users", "--sample", "0")).code, 2)
      // Of a table that is known to be large, another sample has other items.
      const keys = (seed: string) =>
        Effect.map(sample("sampled-users", { limit: 20, items: 2000 }).pipe(Random.withSeed(seed)), (items) =>
          items.map((item) => JSON.stringify(item["pk"])).sort()
        )
      const [one, other] = [yield* keys("a"), yield* keys("b")]
      assert.strictEqual(new Set(one).size, 20)
      assert.strictEqual(new Set(other).size, 20)
      assert.notDeepEqual(one, other)
    })
  )
})

const module = `/**
 * The table "printed-users" and what is in it.
 *
 * Written by \`effect-dynamo generate-schema printed-users\`
 * from the table's description and 24 items.
 * Items that were not looked at may have more: see what is optional, and the literals.
 */
import { Schema } from "effect"
import { Entity, Key, Table } from "effect-dynamo"

export const PrintedUsers = Table.make("printed-users", { partitionKey: "pk", sortKey: null })

export const PrintedUser = Entity.make("PrintedUser", {
  schema: Schema.Struct({
    pk: Schema.String,
    mail: Schema.String,
    status: Schema.Literals(["active", "blocked"])
  }),
  table: PrintedUsers,
  partitionKey: Key.attribute("pk"),
  config: { entityTypeAttribute: false }
})

export type PrintedUser = typeof PrintedUser.Type
`
