/**
 * Configuration, as the seed's README shows it: the four levels from the defaults to the entity's own, what each option
 * does to a stored key, and options from the environment.
 */
import assert from "node:assert/strict"
import { Config, ConfigProvider, Console, Effect, Layer, Schema } from "effect"
import { Attribute, DynamoConfig, Entity, Get, Put, Table, TableAdmin } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

const fields = { tenantId: Schema.String, userId: Schema.String }
const key = { tenantId: "acme", userId: "123" }

const Users = Table.make("users")

const User = Entity.make("User", {
  schema: Schema.Struct(fields),
  table: Users,
  partitionKey: ["tenantId"],
  sortKey: ["userId"]
})

// 1. The defaults.
const byDefault = Entity.key(User, key)

// 2. The application's, as a layer: once for the program.
const Application = DynamoConfig.layer({
  partitionKeyName: "PK",
  sortKeyName: "SK",
  keySeparator: "|"
})
const ofApplication = byDefault.pipe(Effect.provide(Application))

// 3. One effect's and its fibers': what a process configuration is elsewhere. The inner one wins; nothing is to be cleared.
const ofEffect = byDefault.pipe(
  DynamoConfig.with({ suffixPartitionKey: false }),
  DynamoConfig.with({ keySeparator: "-", suffixPartitionKey: true }),
  Effect.provide(Application)
)

// 4. The entity's own, which beats all of these.
const Legacy = Entity.make("User", {
  schema: Schema.Struct(fields),
  table: Users,
  partitionKey: ["tenantId"],
  sortKey: ["userId"],
  config: { keySeparator: "_", prefixSortKey: true, suffixPartitionKey: false }
})
const ofEntity = Entity.key(Legacy, key).pipe(DynamoConfig.with({ keySeparator: "-" }), Effect.provide(Application))

// Without fields for a sort key the entity's name stands in it, unless tables have none.
const Counter = Entity.make("Counter", {
  schema: Schema.Struct({ id: Schema.String }),
  table: Table.make("counters"),
  partitionKey: ["id"]
})
const withSortKey = Entity.key(Counter, { id: "visits" })
const withoutSortKey = withSortKey.pipe(DynamoConfig.with({ tableHasSortKey: false }))

// What a table names itself is no default that something could change.
const Named = Entity.make("User", {
  schema: Schema.Struct(fields),
  table: Table.make("users", { partitionKey: "hash", sortKey: "range" }),
  partitionKey: ["tenantId"],
  sortKey: ["userId"]
})
const ofTable = Entity.key(Named, key).pipe(Effect.provide(Application))

// A layer takes values from wherever they are.
const FromEnvironment = Layer.unwrap(
  Effect.map(Config.String("TABLE_PREFIX"), (tableNamePrefix) => DynamoConfig.layer({ tableNamePrefix }))
)
const Staging = ConfigProvider.layer(ConfigProvider.fromEnvRecord({ TABLE_PREFIX: "staging-" }))

/** Operations read configuration when they run, so one program works in all of them, tables and all. */
const roundTrip = Effect.gen(function* () {
  yield* TableAdmin.create(Users)
  yield* Put.into(User, key)
  yield* Get.from(User).key(key).orFail()
  return (yield* TableAdmin.describe(Users)).TableName
})

export const program = Effect.gen(function* () {
  const levels = { byDefault, ofApplication, ofEffect, ofEntity, ofTable, withSortKey, withoutSortKey }
  for (const [level, key] of Object.entries(levels)) {
    yield* Console.log(`${level}:`, yield* Attribute.toPlain(yield* key))
  }
  assert.deepEqual(yield* ofApplication, { PK: { S: "tenantId|acme|user" }, SK: { S: "123" } })
  assert.deepEqual(yield* ofEffect, { PK: { S: "tenantId-acme" }, SK: { S: "123" } })
  assert.deepEqual(yield* ofEntity, { PK: { S: "tenantId_acme" }, SK: { S: "userId_123" } })
  assert.deepEqual(yield* ofTable, { hash: { S: "tenantId|acme|user" }, range: { S: "123" } })

  assert.deepEqual(yield* withoutSortKey, { pk: { S: "id#visits#counter" } })

  assert.equal(yield* roundTrip, "users")
  assert.equal(yield* roundTrip.pipe(Effect.provide(FromEnvironment), Effect.provide(Staging)), "staging-users")
  yield* Console.log("every level has its say")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
