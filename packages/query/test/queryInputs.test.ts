import { DynamoConfig, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Query } from "../src/main.ts"
import { assertPlaceholders } from "./support/placeholders.ts"
import { Order, Shop, User } from "./support/shop.ts"

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
