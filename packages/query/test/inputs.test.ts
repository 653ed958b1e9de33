import { DynamoConfig, DynamoError, Entity, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Delete, Get, Put, Query, Update } from "../src/main.ts"
import { assertPlaceholders } from "./support/placeholders.ts"
import { Shop, User } from "./support/shop.ts"
import { unchecked } from "./support/unchecked.ts"

const key = { id: "1", email: "e" }
const stored = { pk: { S: "id#1#user" }, sk: { S: "e" } }
const item = {
  ...stored,
  _type: { S: "User" },
  id: { S: "1" },
  email: { S: "e" },
  role: { S: "user" },
  gsi1pk: { S: "role#user#user" },
  gsi1sk: { S: "1" }
}

describe("Put", () => {
  it.effect("writes attributes, marker and keys", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Put.into(User, key).toInput(), { TableName: "shop", Item: item })
      assert.deepStrictEqual(yield* Put.into(User, new User(key)).toInput(), { TableName: "shop", Item: item })
    })
  )

  it.effect("demands what it is told to, and gives the old item back", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Put.into(User, key).ifNotExists().returning("old").toInput(), {
        TableName: "shop",
        Item: item,
        ConditionExpression: "attribute_not_exists(#0)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ExpressionAttributeNames: { "#0": "pk" },
        ReturnValues: "ALL_OLD"
      })
      const exists = yield* Put.into(User, key).ifExists().toInput()
      assert.strictEqual(exists.ConditionExpression, "attribute_exists(#0)")
      const both = yield* Put.into(User, key).ifExists().ifNotExists().toInput()
      assert.strictEqual(both.ConditionExpression, "attribute_exists(#0) AND attribute_not_exists(#0)")
      assertPlaceholders(both)
    })
  )

  it.effect("is a value: each step gives a new one", () =>
    Effect.gen(function* () {
      const put = Put.into(User, key)
      const conditional = put.ifNotExists()
      assert.notStrictEqual<unknown>(put, conditional)
      assert.notProperty(yield* put.toInput(), "ConditionExpression")
      assert.property(yield* conditional.toInput(), "ConditionExpression")
    })
  )

  it.effect("shows neither keys nor values of itself", () =>
    Effect.sync(() => {
      for (const builder of [
        Put.into(User, { id: "secret", email: "secret" }),
        Get.from(User).key({ id: "secret", email: "s" })
      ]) {
        assert.notInclude(`${JSON.stringify(builder)} ${String(builder)}`, "secret")
        assert.include(JSON.stringify(builder), "User")
      }
    })
  )
})

describe("Get and Delete", () => {
  it.effect("ask for the key, whatever record it stands in", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Get.from(User).key(key).toInput(), { TableName: "shop", Key: stored })
      assert.deepStrictEqual(yield* Get.from(User).key(new User(key)).toInput(), { TableName: "shop", Key: stored })
      assert.deepStrictEqual(yield* Get.from(User).key(key).orFail().consistent().toInput(), {
        TableName: "shop",
        Key: stored,
        ConsistentRead: true
      })
      assert.deepStrictEqual(yield* Delete.from(User).key(key).toInput(), { TableName: "shop", Key: stored })
      assert.deepStrictEqual(yield* Delete.from(User).key(key).ifExists().returning("old").toInput(), {
        TableName: "shop",
        Key: stored,
        ConditionExpression: "attribute_exists(#0)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ExpressionAttributeNames: { "#0": "pk" },
        ReturnValues: "ALL_OLD"
      })
    })
  )

  it.effect("fail with the key's error before anything is sent", () =>
    Effect.gen(function* () {
      const key = { id: "", email: "secret" }
      for (const operation of [
        Get.from(User).key(key),
        Delete.from(User).key(key),
        Update.in(User).key(key).set({ name: "x" })
      ]) {
        const error = yield* Effect.flip(operation.toInput())
        assert.strictEqual(error._tag, "KeyError")
        assert.match(error.message, /partition key "pk" of User: "id" is empty/)
        assert.notInclude(JSON.stringify(error), "secret")
      }
    })
  )
})

describe("Update", () => {
  it.effect("requires the item to be there, and asks for it as it is after", () =>
    Effect.gen(function* () {
      const input = yield* Update.in(User).key(key).set({ name: "x", total: 5 }).toInput()
      assert.deepStrictEqual(input, {
        TableName: "shop",
        Key: stored,
        UpdateExpression: "SET #1 = :0, #2 = :1",
        ConditionExpression: "attribute_exists(#0)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ExpressionAttributeNames: { "#0": "pk", "#1": "name", "#2": "total" },
        ExpressionAttributeValues: { ":0": { S: "x" }, ":1": { N: "5" } },
        ReturnValues: "ALL_NEW"
      })
      assertPlaceholders(input)
    })
  )

  it.effect("removes by remove and by undefined", () =>
    Effect.gen(function* () {
      const input = yield* Update.in(User).key(key).remove("name").set({ total: undefined }).toInput()
      assert.strictEqual(input.UpdateExpression, "REMOVE #1, #2")
      assert.isUndefined(input.ExpressionAttributeValues)
      assertPlaceholders(input)
      const mixed = yield* Update.in(User).key(key).set({ name: "x", total: undefined }).toInput()
      assert.strictEqual(mixed.UpdateExpression, "SET #1 = :0 REMOVE #2")
      assertPlaceholders(mixed)
    })
  )

  it.effect("rewrites the keys of indexes with the fields they are made of", () =>
    Effect.gen(function* () {
      const input = yield* Update.in(User).key(key).set({ role: "admin" }).toInput()
      assert.strictEqual(input.UpdateExpression, "SET #1 = :0, #2 = :1")
      assert.deepStrictEqual(input.ExpressionAttributeNames, { "#0": "pk", "#1": "role", "#2": "gsi1pk" })
      assert.deepStrictEqual(input.ExpressionAttributeValues, { ":0": { S: "admin" }, ":1": { S: "role#admin#user" } })
    })
  )

  it.effect("as an upsert writes a whole item; a default gives way to what stands there", () =>
    Effect.gen(function* () {
      const Plain = Entity.make("User", {
        schema: Schema.Struct({ ...User.fields, rank: Schema.Number }),
        table: Table.make("users"),
        partitionKey: ["id"],
        sortKey: ["email"]
      })
      const input = yield* Update.in(Plain).key(key).set({ rank: 1 }).upsert().toInput()
      assert.notProperty(input, "ConditionExpression")
      assert.strictEqual(input.UpdateExpression, "SET #0 = :0, #1 = :1, #2 = :2, #3 = if_not_exists(#3, :3), #4 = :4")
      assert.deepStrictEqual(input.ExpressionAttributeNames, {
        "#0": "rank",
        "#1": "id",
        "#2": "email",
        "#3": "role",
        "#4": "_type"
      })
      assertPlaceholders(input)
    })
  )

  it.effect("as an upsert refuses an index key of a default: what stands there may differ", () =>
    Effect.gen(function* () {
      const upsert = Update.in(User).key(key).set({ name: "x" }).upsert()
      const error = yield* Effect.flip(upsert.toInput())
      assert.strictEqual(error._tag, "KeyError")
      assert.match(
        error.message,
        /its index key "gsi1pk" takes "role", which has a default here .* set it in this update/
      )
      const input = yield* Update.in(User).key(key).set({ role: "x" }).upsert().toInput()
      assert.include(JSON.stringify(input.ExpressionAttributeValues), "role#x#user")
      assertPlaceholders(input)
    })
  )

  it.effect("takes of its key only the key: the rest of a record may be long out of date", () =>
    Effect.gen(function* () {
      const stale = { ...key, role: "stale", name: "stale", total: 1 }
      const input = yield* Update.in(User).key(stale).set({ role: "new" }).upsert().toInput()
      assert.notInclude(JSON.stringify(input), "stale")

      const Two = Entity.make("Two", {
        schema: Schema.Struct({ id: Schema.String, a: Schema.String, b: Schema.String }),
        table: Shop,
        partitionKey: ["id"],
        indexes: { gsi1: { partitionKey: ["a", "b"] } }
      })
      const error = yield* Effect.flip(
        unchecked(
          Update.in(Two)
            .key({ id: "1", a: "stale", b: "stale" } as { id: string })
            .set({ a: "x" })
        ).toInput()
      )
      assert.instanceOf(error, DynamoError.KeyError)
      assert.match(error.message, /index "gsi1" is made of a, b, of which b is not known here/)
      assert.deepStrictEqual(error.path, ["b"])
    })
  )

  /** An update as code without types sees it. */
  interface Untyped {
    readonly set: (values: object) => Untyped
    readonly remove: (...fields: ReadonlyArray<string>) => Untyped
  }
  const untyped = (change: (update: Untyped) => unknown) =>
    unchecked(change(Update.in(User).key(key) as unknown as Untyped) as object)
  const refusals: ReadonlyArray<readonly [string, Parameters<typeof untyped>[0], RegExp, ReadonlyArray<string>]> = [
    ["nothing", (update) => update, /Cannot update User: nothing is changed/, []],
    ["an empty set", (update) => update.set({}), /nothing is changed/, []],
    ["a removal of nothing", (update) => update.remove(), /nothing is changed/, []],
    [
      "a field of the partition key",
      (update) => update.set({ id: "2" }),
      /at id: it is part of the primary key/,
      ["id"]
    ],
    [
      "the same value of the sort key",
      (update) => update.set({ email: "e" }),
      /at email: it is part of the primary key/,
      ["email"]
    ],
    ["a removal of a key field", (update) => update.remove("id"), /at id: it is part of the primary key/, ["id"]],
    [
      "a field set twice",
      (update) => update.set({ name: "a" }).set({ name: "b" }),
      /at name: it is changed twice/,
      ["name"]
    ],
    [
      "a field set and removed",
      (update) => update.set({ name: "a" }).remove("name"),
      /at name: it is changed twice/,
      ["name"]
    ],
    ["no field", (update) => update.set({ nope: 1 }), /at nope: it has no such field/, ["nope"]],
    ["a removal of no field", (update) => update.remove("nope"), /at nope: it has no such field/, ["nope"]],
    [
      "a name every object has",
      (update) => update.set({ constructor: 1 }),
      /at constructor: it has no such field/,
      ["constructor"]
    ],
    ["the marker", (update) => update.set({ _type: "x" }), /it has no such field/, ["_type"]],
    ["an index's key attribute", (update) => update.set({ gsi1pk: "x" }), /it has no such field/, ["gsi1pk"]],
    [
      "the removal of a required field",
      (update) => update.set({ role: undefined }),
      /at role: it is required/,
      ["role"]
    ],
    [
      "a value that does not fit",
      (update) => update.set({ total: "secret" }),
      /^Cannot write User at total: /,
      ["total"]
    ],
    ["a number that DynamoDB cannot hold", (update) => update.set({ total: Number.NaN }), /at total: /, ["total"]]
  ]

  it.effect.each(refusals)("refuses %s", ([, change, message, path]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(untyped(change).toInput())
      assert.instanceOf(error, DynamoError.EncodeError)
      assert.match(error.message, message)
      assert.deepStrictEqual(error.path, path)
      assert.strictEqual(error.operation, "UpdateItem")
      assert.notInclude(JSON.stringify(error), "secret")
    })
  )

  it.effect("refuses an upsert from untyped code that is no whole item", () =>
    Effect.gen(function* () {
      const Needy = Entity.make("Needy", {
        schema: Schema.Struct({ id: Schema.String, needed: Schema.String, other: Schema.optionalKey(Schema.String) }),
        table: Table.make("needy"),
        partitionKey: ["id"]
      })
      const update = Update.in(Needy).key({ id: "1" }).set({ other: "x" }) as unknown as Update.Upsert<typeof Needy> & {
        readonly upsert: () => Update.Upsert<typeof Needy>
      }
      const error = yield* Effect.flip(update.upsert().toInput())
      assert.strictEqual(error._tag, "EncodeError")
      assert.deepStrictEqual(error.path, ["needed"])
    })
  )
})

describe("table names", () => {
  it.effect("have a prefix for each tenant", () =>
    Effect.gen(function* () {
      const names = yield* Effect.forEach(["a-", "b-", "a-"], (tableNamePrefix) =>
        Effect.all([
          Put.into(User, key).toInput(),
          Get.from(User).key(key).toInput(),
          Delete.from(User).key(key).toInput(),
          Update.in(User).key(key).set({ name: "x" }).toInput(),
          Query.from(User).pk("1").toInput()
        ]).pipe(
          Effect.map((inputs) => new Set(inputs.map(({ TableName }) => TableName))),
          DynamoConfig.with({ tableNamePrefix })
        )
      )
      assert.deepStrictEqual(names, [new Set(["a-shop"]), new Set(["b-shop"]), new Set(["a-shop"])])
      const error = yield* Effect.flip(Get.from(User).key({ id: "", email: "e" }).toInput()).pipe(
        DynamoConfig.with({ tableNamePrefix: "a-" })
      )
      assert.strictEqual(error.table, "a-shop")
    })
  )

  it.effect("beat the application's by the entity's", () =>
    Effect.gen(function* () {
      const Own = Entity.make("Own", {
        schema: Schema.Struct({ id: Schema.String }),
        table: Table.make("own"),
        partitionKey: ["id"],
        config: { tableNamePrefix: "mine-" }
      })
      const { TableName } = yield* Get.from(Own)
        .key({ id: "1" })
        .toInput()
        .pipe(Effect.provide(DynamoConfig.layer({ tableNamePrefix: "app-" })))
      assert.strictEqual(TableName, "mine-own")
    })
  )
})
