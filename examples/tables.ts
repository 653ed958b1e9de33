/**
 * Tables, as the seed's command line made them: with keys, without a sort key, with capacity set aside; listed, described
 * and deleted. For development, tests and scripts: in production tables belong to CDK, SST or Terraform.
 */
import assert from "node:assert/strict"
import { Console, Effect } from "effect"
import { DynamoConfig, Index, Table, TableAdmin } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

/** Keys as the configuration calls them, `pk` and `sk`. */
const Users = Table.make("users")

/** Keys of one's own, and an index. */
const Products = Table.make("products", {
  partitionKey: "category_id",
  sortKey: "product_id",
  indexes: { byPrice: Index.global({ partitionKey: "category_id", sortKey: { name: "price", type: "N" } }) }
})

const Counters = Table.make("counters", { partitionKey: "counter_id", sortKey: null })
const Traffic = Table.make("high_traffic")

export const program = Effect.gen(function* () {
  yield* Effect.forEach([Users, Products, Counters], (table) => TableAdmin.create(table), { concurrency: "unbounded" })
  yield* TableAdmin.create(Traffic, { billing: { readCapacity: 50, writeCapacity: 25 } })
  const again = yield* Effect.flip(TableAdmin.create(Users))
  assert.equal(again._tag, "ResourceInUse")
  // There or not, it is there afterwards; it fails if the table that is there is another one.
  yield* TableAdmin.ensure(Users)
  // The prefix is the configuration's, so one declaration makes a table for each stage.
  yield* TableAdmin.create(Users).pipe(DynamoConfig.with({ tableNamePrefix: "test-" }))
  const all = yield* TableAdmin.list()
  yield* Console.log(`tables: ${all.join(", ")}`)
  const ofUsers = yield* TableAdmin.list({ nameContains: "user" })
  assert.ok(["test-users", "users"].every((name) => ofUsers.includes(name)))
  yield* Console.log(`with "user" in their names: ${ofUsers.join(", ")}`)

  const { GlobalSecondaryIndexes, KeySchema } = yield* TableAdmin.describe(Products)
  assert.deepEqual(
    KeySchema?.map(({ AttributeName }) => AttributeName),
    ["category_id", "product_id"]
  )
  assert.equal(GlobalSecondaryIndexes?.[0]?.IndexName, "byPrice")
  // What a table is, beside what it is declared to be.
  assert.deepEqual(yield* TableAdmin.drift(Products), [])
  const { ProvisionedThroughput } = yield* TableAdmin.describe(Traffic)
  assert.deepEqual([ProvisionedThroughput?.ReadCapacityUnits, ProvisionedThroughput?.WriteCapacityUnits], [50, 25])

  // A `Table` value follows the prefix; a text is the full name.
  const mine = [Users, Products, Counters, Traffic, "test-users"]
  yield* Effect.forEach(mine, (table) => TableAdmin.delete(table), { concurrency: "unbounded" })
  assert.equal((yield* Effect.flip(TableAdmin.describe(Users)))._tag, "ResourceNotFound")
  const left = yield* TableAdmin.list()
  assert.ok(mine.every((table) => !left.includes(typeof table === "string" ? table : table.name)))
  yield* Console.log("every table is gone")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
