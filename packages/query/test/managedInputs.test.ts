/** What the library keeps by itself, as it stands in requests. */
import { DynamoConfig, DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Context, DateTime, Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Delete, Put } from "../src/main.ts"
import { answering } from "./support/client.ts"

const Things = Table.make("things", {
  partitionKey: "pk",
  sortKey: "sk",
  timeToLive: "ttl",
  indexes: { recent: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})
const keys = { table: Things, partitionKey: Key.template("T#{id}"), sortKey: Key.template("T") } as const
const stored = { pk: { S: "T#1" }, sk: { S: "T" }, id: { S: "1" } }
const millis = Date.UTC(2024, 0, 15, 1, 2, 3, 999)
const iso = { S: "2024-01-15T01:02:03.999Z" }
const seconds = { N: String(Math.floor(millis / 1000)) }

describe("Put", () => {
  it.effect("of an entity with timestamps fills them in, and the keys made of them", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(millis)
      const Dated = Entity.make("Dated", {
        ...keys,
        schema: Schema.Struct({ id: Schema.String, made: Schema.DateTimeUtc, changed: Schema.Date }),
        indexes: { recent: { partitionKey: Key.template("RECENT"), sortKey: Key.template("{changed}") } },
        createdAt: "made",
        updatedAt: "changed"
      })
      const index = { gsi1pk: { S: "RECENT" }, gsi1sk: iso }
      const put = Put.into(Dated, { id: "1" })
      assert.deepStrictEqual(yield* put.toInput(), {
        TableName: "things",
        Item: { ...stored, _type: { S: "Dated" }, made: iso, changed: iso, ...index }
      })
      const made = DateTime.makeUnsafe("2020-01-01T00:00:00.000Z")
      const again = yield* Put.into(Dated, { id: "1", made, changed: new Date(0) }).toInput()
      assert.deepStrictEqual(again.Item, {
        ...stored,
        _type: { S: "Dated" },
        made: { S: "2020-01-01T00:00:00.000Z" },
        changed: iso,
        ...index
      })
      // A builder is a value: each run has a time of its own.
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual((yield* put.toInput()).Item?.["changed"], { S: "2024-01-15T02:02:03.999Z" })
    })
  )

  const Counted = Entity.make("Counted", {
    ...keys,
    schema: Schema.Struct({ id: Schema.String, v: Schema.Int }).pipe(Schema.encodeKeys({ v: "rev" })),
    version: "v"
  })
  const counted = { ...stored, _type: { S: "Counted" } }

  it.effect("of an entity with a version creates, or replaces the version that was read", () =>
    Effect.gen(function* () {
      const created = {
        TableName: "things",
        Item: { ...counted, rev: { N: "1" } },
        ConditionExpression: "attribute_not_exists(#0)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
        ExpressionAttributeNames: { "#0": "pk" }
      }
      assert.deepStrictEqual(yield* Put.into(Counted, { id: "1" }).toInput(), created)
      assert.deepStrictEqual(yield* Put.into(Counted, { id: "1", v: 0 }).toInput(), created)
      assert.deepStrictEqual(yield* Put.into(Counted, { id: "1" }).ifNotExists().toInput(), created)
      assert.deepStrictEqual(yield* Put.into(Counted, { id: "1", v: 7 }).toInput(), {
        TableName: "things",
        Item: { ...counted, rev: { N: "8" } },
        ConditionExpression: "#0 = :0",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ExpressionAttributeNames: { "#0": "rev" },
        ExpressionAttributeValues: { ":0": { N: "7" } }
      })
      const both = yield* Put.into(Counted, { id: "1", v: 7 })
        .condition((c) => c.v.gt(3))
        .toInput()
      assert.strictEqual(both.ConditionExpression, "#0 > :0 AND #0 = :1")
    })
  )

  const Session = Entity.make("Session", {
    ...keys,
    schema: Schema.Struct({ id: Schema.String, until: Schema.optionalKey(Schema.Date), v: Schema.Int }).pipe(
      Schema.encodeKeys({ until: "ttl" })
    ),
    timeToLive: "until",
    version: "v"
  })

  it.effect("of an entity with a time to live counts what has expired as gone", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(millis)
      const create = yield* Put.into(Session, { id: "1", until: new Date(millis + 5000) }).toInput()
      assert.deepStrictEqual(create, {
        TableName: "things",
        Item: { ...stored, _type: { S: "Session" }, ttl: { N: String(Math.floor(millis / 1000) + 5) }, v: { N: "1" } },
        ConditionExpression: "attribute_not_exists(#0) OR #1 <= :0",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ExpressionAttributeNames: { "#0": "pk", "#1": "ttl" },
        ExpressionAttributeValues: { ":0": seconds }
      })
      const exists = yield* Put.into(Session, { id: "1", v: 2 }).ifExists().toInput()
      assert.strictEqual(
        exists.ConditionExpression,
        "attribute_exists(#0) AND (attribute_not_exists(#1) OR #1 > :0) AND #2 = :1"
      )
      const removed = yield* Delete.from(Session).key({ id: "1" }).ifExists().toInput()
      assert.strictEqual(removed.ConditionExpression, "attribute_exists(#0) AND (attribute_not_exists(#1) OR #1 > :0)")
    })
  )

  const User = Entity.make("User", {
    ...keys,
    schema: Schema.Struct({
      id: Schema.String,
      email: Schema.String,
      org: Schema.String,
      nick: Schema.optionalKey(Schema.String)
    }),
    unique: ["email", ["org", "nick"]]
  })

  it.effect("of an entity with unique fields takes guards along", () =>
    Effect.gen(function* () {
      const put = Put.into(User, { id: "1", email: "a@b", org: "o#1", nick: "n" }).ifNotExists()
      const guard = (key: string) => ({
        Put: {
          TableName: "things",
          Item: { pk: { S: key }, sk: { S: "_unique#" }, _type: { S: "_Unique" } },
          ConditionExpression: "attribute_not_exists(#0)",
          ExpressionAttributeNames: { "#0": "pk" }
        }
      })
      const expected = [
        {
          Put: {
            TableName: "things",
            Item: {
              ...stored,
              _type: { S: "User" },
              email: { S: "a@b" },
              org: { S: "o#1" },
              nick: { S: "n" }
            },
            ConditionExpression: "attribute_not_exists(#0)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
            ExpressionAttributeNames: { "#0": "pk" }
          }
        },
        guard("_unique#User#email#a@b"),
        guard("_unique#User#org#nick#o\\#1#n")
      ]
      assert.deepStrictEqual(yield* put.toInput(), { TransactItems: expected })
      const bare = yield* Put.into(User, { id: "1", email: "a@b", org: "o" }).ifNotExists().toInput()
      assert.lengthOf(bare.TransactItems!, 2)
      const prefixed = yield* put.toInput().pipe(DynamoConfig.with({ tableNamePrefix: "test-" }))
      for (const item of prefixed.TransactItems!) assert.strictEqual(item.Put?.TableName, "test-things")
    })
  )

  class Ids extends Context.Service<Ids, { readonly next: Effect.Effect<string> }>()("test/Ids") {}

  it.effect("runs beforeWrite once, before timestamps, defaults and keys are made", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(millis)
      let ran = 0
      const Made = Entity.make("Made", {
        ...keys,
        schema: Schema.Struct({
          id: Schema.String,
          slug: Schema.optionalKey(Schema.String),
          role: Entity.withDefault(Schema.String, "user"),
          at: Schema.Date
        }),
        createdAt: "at",
        beforeWrite: (value) =>
          Effect.gen(function* () {
            ran++
            const ids = yield* Ids
            return { ...value, id: yield* ids.next, slug: value.id.toLowerCase() }
          })
      })
      const input = yield* Put.into(Made, { id: "ONE" })
        .toInput()
        .pipe(Effect.provideService(Ids, { next: Effect.succeed("1") }))
      assert.deepStrictEqual(input.Item, {
        ...stored,
        _type: { S: "Made" },
        slug: { S: "one" },
        role: { S: "user" },
        at: iso
      })
      assert.strictEqual(ran, 1)
    })
  )

  it.effect("fails with what beforeWrite fails with, and sends nothing", () =>
    Effect.gen(function* () {
      const Refusing = Entity.make("Refusing", {
        ...keys,
        schema: Schema.Struct({ id: Schema.String }),
        beforeWrite: () => invalid
      })
      const error = yield* Effect.flip(
        Effect.provide(
          Put.into(Refusing, { id: "1" }),
          answering(() => Effect.die("nothing is sent"))
        )
      )
      assert.strictEqual(error._tag, "EncodeError")
      assert.strictEqual(error.message, "the day is closed")
    })
  )

  it.effect("refuses what beforeWrite makes of a value where the schema does", () =>
    Effect.gen(function* () {
      const Wrong = Entity.make("Wrong", {
        ...keys,
        schema: Schema.Struct({ id: Schema.String, n: Schema.Int }),
        beforeWrite: (value) => Effect.succeed({ ...value, n: 1.5 })
      })
      const error = yield* Effect.flip(Put.into(Wrong, { id: "1", n: 1 }).toInput())
      assert.strictEqual(error._tag, "EncodeError")
      assert.deepStrictEqual((error as { readonly path: unknown }).path, ["n"])
    })
  )
})

const invalid = Effect.fail(
  new DynamoError.EncodeError({
    message: "the day is closed",
    operation: "PutItem",
    table: "things",
    entity: "Refusing",
    path: []
  })
)
