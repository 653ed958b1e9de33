import { DynamoConfig, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Delete, Get, Put, Query, Update } from "../src/main.ts"

const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    byTotal: Index.local({ sortKey: { name: "total", type: "N" }, projection: Index.keysOnly }),
    inverted: Index.global({ partitionKey: "sk", sortKey: "pk", projection: Index.include(["_type"]) }),
    bare: Index.global({ partitionKey: "sk", sortKey: "total2", projection: Index.keysOnly })
  }
})

class User extends Entity.Class<User>("User")(
  {
    id: Schema.String,
    email: Schema.String,
    name: Schema.optionalKey(Schema.String),
    role: Entity.withDefault(Schema.String, "user"),
    total: Schema.optionalKey(Schema.Number)
  },
  {
    table: Shop,
    partitionKey: ["id"],
    sortKey: ["email"],
    indexes: { byRole: { index: "gsi1", partitionKey: ["role"], sortKey: ["id"] } }
  }
) {}

class Order extends Entity.Class<Order>("Order")(
  { customerId: Schema.String, placedAt: Schema.String, orderId: Schema.String },
  {
    table: Shop,
    partitionKey: Key.template("C#{customerId}"),
    sortKey: Key.template("ORDER#{placedAt}#{orderId}")
  }
) {}

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

/** Each placeholder of a request is used, and each one used is there. */
const assertPlaceholders = (input: object) => {
  const {
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
    ...rest
  } = input as {
    readonly ExpressionAttributeNames?: object
    readonly ExpressionAttributeValues?: object
  }
  const text = Object.entries(rest)
    .filter(([name]) => name.endsWith("Expression"))
    .map(([, text]) => String(text))
    .join(" ")
  assert.deepStrictEqual(Array.from(new Set(text.match(/#\d+/g) ?? [])).sort(), Object.keys(names).sort())
  assert.deepStrictEqual(Array.from(new Set(text.match(/:\d+/g) ?? [])).sort(), Object.keys(values).sort())
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
      for (const operation of [Get.from(User), Delete.from(User), Update.in(User)]) {
        const error = yield* Effect.flip(operation.key({ id: "", email: "secret" }).toInput())
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
        Update.in(Two)
          .key({ id: "1", a: "stale", b: "stale" } as { id: string })
          .set({ a: "x" })
          .toInput()
      )
      assert.strictEqual(error._tag, "KeyError")
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
    change(Update.in(User).key(key) as unknown as Untyped) as Update.Update<typeof User, never>
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
      assert.strictEqual(error._tag, "EncodeError")
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

describe("Query", () => {
  it.effect("says the partition, and nothing of a marker where the key ends with the entity's name", () =>
    Effect.gen(function* () {
      const input = {
        TableName: "shop",
        KeyConditionExpression: "#0 = :0",
        ExpressionAttributeNames: { "#0": "pk" },
        ExpressionAttributeValues: { ":0": { S: "id#1#user" } },
        ReturnConsumedCapacity: "TOTAL" as const
      }
      assert.deepStrictEqual(yield* Query.from(User).pk("1").toInput(), input)
      assert.deepStrictEqual(yield* Query.from(User).pk({ id: "1" }).toInput(), input)
    })
  )

  it.effect("says direction, consistency and how many to look at", () =>
    Effect.gen(function* () {
      const query = Query.from(User).pk("1").reverse().consistent()
      const { ConsistentRead, Limit, ScanIndexForward } = yield* query.toInput()
      assert.deepStrictEqual([ConsistentRead, Limit, ScanIndexForward], [true, undefined, false])
      assert.strictEqual((yield* query.limit(10).toInput()).Limit, 10)
      assert.strictEqual((yield* query.pageSize(5).toInput()).Limit, 5)
      assert.strictEqual((yield* query.limit(10).pageSize(5).toInput()).Limit, 5)
      assert.strictEqual((yield* query.limit(3).pageSize(5).toInput()).Limit, 3)
    })
  )

  it.effect("keeps other entities out on the server where keys do not", () =>
    Effect.gen(function* () {
      const input = yield* Query.from(Order).pk("c").toInput()
      assert.strictEqual(input.KeyConditionExpression, "#0 = :0 AND begins_with(#1, :1)")
      assert.strictEqual(input.FilterExpression, "attribute_not_exists(#2) OR #2 = :2")
      assert.deepStrictEqual(input.ExpressionAttributeNames, { "#0": "pk", "#1": "sk", "#2": "_type" })
      assert.deepStrictEqual(input.ExpressionAttributeValues, {
        ":0": { S: "C#c" },
        ":1": { S: "ORDER#" },
        ":2": { S: "Order" }
      })
      assertPlaceholders(input)
      const unsuffixed = Query.from(User)
        .pk("1")
        .toInput()
        .pipe(DynamoConfig.with({ suffixPartitionKey: false }))
      assert.strictEqual((yield* unsuffixed).FilterExpression, "attribute_not_exists(#1) OR #1 = :1")
      const unmarked = unsuffixed.pipe(DynamoConfig.with({ entityTypeAttribute: false }))
      assert.isUndefined((yield* unmarked).FilterExpression)
    })
  )

  it.effect("keeps them out of an inverted index, whose partition holds no entity's name", () =>
    Effect.gen(function* () {
      const input = yield* Query.from(User).index("inverted").pk("e").toInput()
      assert.strictEqual(input.IndexName, "inverted")
      assert.strictEqual(input.KeyConditionExpression, "#0 = :0 AND begins_with(#1, :1)")
      assert.strictEqual(input.FilterExpression, "attribute_not_exists(#2) OR #2 = :2")
      assertPlaceholders(input)
      const sorted = yield* Query.from(User).index("inverted").pk("e").sk.eq("1").toInput()
      assert.deepStrictEqual(sorted.ExpressionAttributeValues?.[":1"], { S: "id#1#user" })
    })
  )

  it.effect("does not filter by a marker that the index does not hold", () =>
    Effect.gen(function* () {
      const Bare = Entity.make("Bare", {
        schema: Schema.Struct({ id: Schema.String, email: Schema.String, total2: Schema.String }),
        table: Shop,
        partitionKey: Key.template("{id}"),
        sortKey: ["email"]
      })
      const input = yield* Query.from(Bare).index("bare").pk("e").toInput()
      assert.isUndefined(input.FilterExpression)
    })
  )

  it.effect("does not filter by a marker that is a key of the index: DynamoDB refuses that", () =>
    Effect.gen(function* () {
      const Kinds = Table.make("kinds", {
        indexes: {
          byType: Index.global({ partitionKey: "_type", sortKey: "at" }),
          byAt: Index.global({ partitionKey: "at", sortKey: "_type" })
        }
      })
      const Cat = Entity.make("Cat", {
        schema: Schema.Struct({ id: Schema.String, at: Schema.String, _type: Schema.tag("cat") }),
        table: Kinds,
        partitionKey: Key.template("{id}")
      })
      assert.isUndefined((yield* Query.from(Cat).index("byType").pk("cat").toInput()).FilterExpression)
      assert.isUndefined((yield* Query.from(Cat).index("byAt").pk("now").toInput()).FilterExpression)
      assert.isDefined((yield* Query.from(Cat).pk("1").toInput()).FilterExpression)
    })
  )

  it.effect(
    "does not filter a local index by a marker that it does not hold, for all that whole items are asked for",
    () =>
      Effect.gen(function* () {
        const Log = Entity.make("Log", {
          schema: Schema.Struct({ id: Schema.String, at: Schema.String, total: Schema.Number }),
          table: Shop,
          partitionKey: Key.template("{id}"),
          sortKey: Key.template("{at}")
        })
        const input = yield* Query.from(Log).index("byTotal").pk("1").toInput()
        assert.isUndefined(input.FilterExpression)
        assert.strictEqual(input.Select, "ALL_ATTRIBUTES")
      })
  )

  it.effect("takes several literals as the marker", () =>
    Effect.gen(function* () {
      const Pet = Entity.make("Pet", {
        schema: Schema.Struct({ id: Schema.String, _type: Schema.Literals(["cat", "dog"]) }),
        table: Table.make("pets"),
        partitionKey: Key.template("{id}")
      })
      const input = yield* Query.from(Pet).pk("1").toInput()
      assert.strictEqual(input.FilterExpression, "attribute_not_exists(#2) OR #2 IN (:2, :3)")
      assertPlaceholders(input)
    })
  )

  it.effect("asks a local index for whole items where it does not hold them", () =>
    Effect.gen(function* () {
      const input = yield* Query.from(User).index("byTotal").pk("1").sk.gte(5).consistent().toInput()
      assert.deepStrictEqual(input, {
        TableName: "shop",
        IndexName: "byTotal",
        KeyConditionExpression: "#0 = :0 AND #1 >= :1",
        ExpressionAttributeNames: { "#0": "pk", "#1": "total" },
        ExpressionAttributeValues: { ":0": { S: "id#1#user" }, ":1": { N: "5" } },
        Select: "ALL_ATTRIBUTES",
        ConsistentRead: true,
        ReturnConsumedCapacity: "TOTAL" as const
      })
    })
  )

  it.effect("says each operator, with bounds that stay within the key's text", () =>
    Effect.gen(function* () {
      const sk = Query.from(Order).pk("c").sk
      const cases = [
        [sk.eq({ placedAt: "a", orderId: "1" }), "#1 = :1", ["ORDER#a#1"]],
        [sk.prefix({ placedAt: "a" }), "begins_with(#1, :1)", ["ORDER#a#"]],
        [sk.beginsWith({ placedAt: "a" }), "begins_with(#1, :1)", ["ORDER#a"]],
        [sk.beginsWith({ placedAt: "a", orderId: "1" }), "begins_with(#1, :1)", ["ORDER#a#1"]],
        [sk.gte({ placedAt: "a" }), "#1 BETWEEN :1 AND :2", ["ORDER#a#", "ORDER$"]],
        [sk.gt({ placedAt: "a" }), "#1 BETWEEN :1 AND :2", ["ORDER#a$", "ORDER$"]],
        [sk.lt({ placedAt: "a" }), "#1 BETWEEN :1 AND :2", ["ORDER#", "ORDER#a#"]],
        [sk.lte({ placedAt: "a" }), "#1 BETWEEN :1 AND :2", ["ORDER#", "ORDER#a$"]],
        [sk.between({ placedAt: "a" }, { placedAt: "b" }), "#1 BETWEEN :1 AND :2", ["ORDER#a#", "ORDER#b$"]]
      ] as const
      for (const [query, condition, bounds] of cases) {
        const input = yield* query.toInput()
        assert.strictEqual(input.KeyConditionExpression, `#0 = :0 AND ${condition}`)
        assert.deepStrictEqual(
          Object.values(input.ExpressionAttributeValues ?? {}).map((value) => value.S),
          ["C#c", ...bounds, "Order"]
        )
        assertPlaceholders(input)
      }
    })
  )

  it.effect("fails with a KeyError for operands that are no part of the key", () =>
    Effect.gen(function* () {
      const sk = Query.from(Order).pk("c").sk
      const cases: ReadonlyArray<readonly [Query.Query<typeof Order, Query.Primary>, RegExp]> = [
        [sk.eq({ placedAt: "a" } as never), /"orderId" is missing/],
        [sk.eq({ placedAt: "a", orderId: "" }), /"orderId" is empty/],
        [sk.gte({ orderId: "1" } as never), /leading fields of the key, without gaps/],
        [sk.gte({ placedAt: "a", nope: "1" } as never), /"nope" is no field of it/],
        [sk.gte({} as never), /needs a leading field of the key/],
        [sk.prefix({ placedAt: undefined } as never), /"placedAt" is missing/],
        [sk.between({ placedAt: "b" }, { placedAt: "a" }), /lower bound above the upper/],
        [sk.between({ placedAt: "b" }, {} as never), /needs a leading field/]
      ]
      for (const [query, message] of cases) {
        const error = yield* Effect.flip(query.toInput())
        assert.strictEqual(error._tag, "KeyError")
        assert.match(error.message, message)
        assert.deepInclude(error, { entity: "Order", table: "shop", operation: "Query", attribute: "sk" })
      }
      const partition = yield* Effect.flip(
        Query.from(Order)
          .pk({} as never)
          .toInput()
      )
      assert.match(partition.message, /partition key "pk" of Order: "customerId" is missing/)
      const foreign = yield* Effect.flip(
        Query.from(Order)
          .index("nope" as never)
          .pk("c" as never)
          .toInput()
      )
      assert.match(foreign.message, /Order has no access pattern "nope"/)
    })
  )

  it("takes whole numbers from 1 as limits", () => {
    for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => Query.from(User).pk("1").limit(bad), /Query: limit takes a whole number from 1/)
      assert.throws(() => Query.from(User).pk("1").pageSize(bad), /Query: pageSize takes a whole number from 1/)
    }
  })

  it.effect("never asks for more items than DynamoDB can count", () =>
    Effect.gen(function* () {
      const input = yield* Query.from(User).pk("1").limit(Number.MAX_SAFE_INTEGER).toInput()
      assert.isAtMost(input.Limit ?? 0, 2 ** 31 - 1)
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
