import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { DynamoConfig, Entity, Table } from "../src/main.ts"

const fields = { id: Schema.String, email: Schema.String }
const keys = { partitionKey: ["id"], sortKey: ["email"] } as const
const user = { id: "1", email: "e" }

const Plain = Entity.make("User", { schema: Schema.Struct(fields), table: Table.make("users"), ...keys })
const Configured = Entity.make("User", {
  schema: Schema.Struct(fields),
  table: Table.make("users"),
  ...keys,
  config: { keySeparator: "|", partitionKeyName: "entityPk", sortKeyName: "entitySk" }
})
const Named = Entity.make("User", {
  schema: Schema.Struct(fields),
  table: Table.make("users", { partitionKey: "tablePk", sortKey: "tableSk" }),
  ...keys,
  config: { partitionKeyName: "entityPk", sortKeyName: "entitySk" }
})

const fiberLevel = DynamoConfig.with({ keySeparator: "_", partitionKeyName: "withPk" })
const applicationLevel = Effect.provide(
  DynamoConfig.layer({ keySeparator: "::", partitionKeyName: "appPk", sortKeyName: "appSk" })
)

describe("DynamoConfig", () => {
  it.effect("holds its defaults where nothing is said", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Entity.key(Plain, user), { pk: { S: "id#1#user" }, sk: { S: "e" } })
      assert.deepStrictEqual(yield* DynamoConfig.current, DynamoConfig.defaults)
    })
  )

  it.effect("the application's level beats the defaults", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Entity.key(Plain, user), { appPk: { S: "id::1::user" }, appSk: { S: "e" } })
    }).pipe(applicationLevel)
  )

  it.effect("with beats the application's, option by option", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Entity.key(Plain, user), { withPk: { S: "id_1_user" }, appSk: { S: "e" } })
      const { keySeparator, partitionKeyName, sortKeyName } = yield* DynamoConfig.current
      assert.deepStrictEqual([keySeparator, partitionKeyName, sortKeyName], ["_", "withPk", "appSk"])
    }).pipe(fiberLevel, applicationLevel)
  )

  it.effect("the entity's beats with", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Entity.key(Configured, user), {
        entityPk: { S: "id|1|user" },
        entitySk: { S: "e" }
      })
    }).pipe(fiberLevel, applicationLevel)
  )

  it.effect("what the table names beats all", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Entity.key(Named, user), { tablePk: { S: "id_1_user" }, tableSk: { S: "e" } })
    }).pipe(fiberLevel, applicationLevel)
  )

  it.effect("an inner with beats an outer one, and says nothing of other options", () =>
    Effect.gen(function* () {
      const key = Entity.key(Plain, user)
      const inner = key.pipe(DynamoConfig.with({ keySeparator: "|" }))
      const outer = Effect.all([key, inner, key]).pipe(
        DynamoConfig.with({ keySeparator: "_", suffixPartitionKey: false })
      )
      assert.deepStrictEqual(
        (yield* outer).map((key) => key["pk"]),
        [{ S: "id_1" }, { S: "id|1" }, { S: "id_1" }]
      )
      assert.deepStrictEqual(yield* key, { pk: { S: "id#1#user" }, sk: { S: "e" } })
    })
  )

  it.effect("an option given as undefined says nothing, at any level", () =>
    Effect.gen(function* () {
      const Entity_ = Entity.make("User", {
        schema: Schema.Struct(fields),
        table: Table.make("users"),
        ...keys,
        config: { keySeparator: undefined, entityTypeAttribute: undefined, tableNamePrefix: undefined }
      })
      const item = Entity.encode(Entity_, user).pipe(
        DynamoConfig.with({ keySeparator: undefined }),
        Effect.provide(DynamoConfig.layer({ keySeparator: "_", sortKeyName: undefined }))
      )
      assert.deepStrictEqual(yield* item, {
        pk: { S: "id_1_user" },
        sk: { S: "e" },
        _type: { S: "User" },
        id: { S: "1" },
        email: { S: "e" }
      })
    })
  )

  it.effect("is inherited by the fibers an effect starts, and by no others", () =>
    Effect.gen(function* () {
      const [forked, beside] = yield* Effect.all(
        [
          Effect.flatMap(Effect.forkChild(Entity.key(Plain, user)), Fiber.join).pipe(
            DynamoConfig.with({ keySeparator: "_" })
          ),
          Entity.key(Plain, user)
        ],
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(forked["pk"], { S: "id_1_user" })
      assert.deepStrictEqual(beside["pk"], { S: "id#1#user" })
    })
  )

  it.effect("serves one entity under many configurations at once", () =>
    Effect.gen(function* () {
      const separators = ["#", "_", "|", "::", "/", "~~"]
      const keys = yield* Effect.forEach(
        [...separators, ...separators],
        (keySeparator) =>
          Effect.andThen(Effect.yieldNow, Entity.key(Plain, user)).pipe(DynamoConfig.with({ keySeparator })),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        keys.map((key) => key["pk"]),
        [...separators, ...separators].map((s) => ({ S: ["id", "1", "user"].join(s) }))
      )
    })
  )

  it.effect("an entity that cannot work under the configuration in force fails, naming it", () =>
    Effect.gen(function* () {
      const error = yield* Entity.key(Plain, user).pipe(DynamoConfig.with({ tableHasSortKey: false }), Effect.flip)
      assert.strictEqual(error._tag, "KeyError")
      assert.strictEqual(error.entity, "User")
      assert.strictEqual(error.table, "users")
      assert.match(error.message, /"User" cannot work: it declares a sort key, but the table "users" has none/)
    })
  )

  it.effect("tableHasSortKey: false leaves the sort key out", () =>
    Effect.gen(function* () {
      const Session = Entity.make("Session", {
        schema: Schema.Struct({ token: Schema.String }),
        table: Table.make("sessions"),
        partitionKey: ["token"]
      })
      const key = Entity.key(Session, { token: "t" })
      assert.deepStrictEqual(yield* key, { pk: { S: "token#t#session" }, sk: { S: "session" } })
      assert.deepStrictEqual(yield* key.pipe(DynamoConfig.with({ tableHasSortKey: false })), {
        pk: { S: "token#t#session" }
      })
    })
  )

  const bad: ReadonlyArray<readonly [DynamoConfig.Options, RegExp]> = [
    [{ keySeparator: "" }, /a key separator is one or more characters/],
    [{ keySeparator: "a" }, /a key separator is one or more characters/],
    [{ keySeparator: "#0" }, /a key separator is one or more characters/],
    [{ keySeparator: "é" }, /a key separator is one or more characters/],
    [{ keySeparator: "\\" }, /a key separator is one or more characters/],
    [{ keySeparator: "\n" }, /a key separator is one or more characters/],
    [{ keySeparator: "\ud800" }, /a key separator is one or more characters/],
    [{ partitionKeyName: "" }, /partitionKeyName is empty/],
    [{ sortKeyName: "" }, /sortKeyName is empty/],
    [{ entityTypeAttribute: "" }, /entityTypeAttribute is empty; use false/]
  ]

  it.each(bad)("refuses %j at every level", (options, message) => {
    assert.throws(() => DynamoConfig.layer(options), new RegExp(`DynamoConfig.layer: .*${message.source}`, "u"))
    assert.throws(
      () => DynamoConfig.with(Effect.void, options),
      new RegExp(`DynamoConfig.with: .*${message.source}`, "u")
    )
    assert.throws(
      () =>
        Entity.make("User", { schema: Schema.Struct(fields), table: Table.make("users"), ...keys, config: options }),
      new RegExp(`The configuration of the entity "User": .*${message.source}`, "u")
    )
  })
})
