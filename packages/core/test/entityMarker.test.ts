import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Item } from "../src/Attribute.ts"
import { DynamoConfig, Entity, ResolvedEntity, Table } from "../src/main.ts"

const things = Table.make("things")
const keys = { table: things, partitionKey: ["id"], sortKey: ["at"] } as const
const fields = { id: Schema.String, at: Schema.String, n: Schema.Number }
const value = { id: "1", at: "a", n: 1 }

const Thing = Entity.make("Thing", { schema: Schema.Struct(fields), ...keys })

const classify = (entity: Entity.Any, item: Item) =>
  ResolvedEntity.use(entity, "test", (resolved) => Effect.succeed(ResolvedEntity.classify(resolved, item)))

const mine: Item = { pk: { S: "id#1#thing" }, sk: { S: "a" }, id: { S: "1" }, at: { S: "a" }, n: { N: "1" } }

describe("the marker", () => {
  it.effect("holds the entity's name as written", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Entity.encode(Thing, value), { ...mine, _type: { S: "Thing" } })
    })
  )

  it.effect("holds entityType where that is given, whose keys keep the entity's name", () =>
    Effect.gen(function* () {
      const Other = Entity.make("Thing", { schema: Schema.Struct(fields), ...keys, config: { entityType: "thing/v2" } })
      const item = yield* Entity.encode(Other, value)
      assert.deepStrictEqual(item, { ...mine, _type: { S: "thing/v2" } })
      assert.deepStrictEqual(yield* Entity.decode(Other, item), value)
      assert.strictEqual(yield* classify(Other, { ...mine, _type: { S: "Thing" } }), "other")
    })
  )

  it.effect("stands where the configuration says, or nowhere", () =>
    Effect.gen(function* () {
      const item = Entity.encode(Thing, value)
      assert.deepStrictEqual(yield* item.pipe(DynamoConfig.with({ entityTypeAttribute: "kind" })), {
        ...mine,
        kind: { S: "Thing" }
      })
      assert.deepStrictEqual(yield* item.pipe(DynamoConfig.with({ entityTypeAttribute: false })), mine)
    })
  )

  it.effect("is the schema's field that is stored under its name: one literal or several", () =>
    Effect.gen(function* () {
      const One = Entity.make("One", {
        schema: Schema.Struct({ ...fields, kind: Schema.Literal("one") }).pipe(Schema.encodeKeys({ kind: "_type" })),
        ...keys
      })
      const item = yield* Entity.encode(One, { ...value, kind: "one" })
      assert.deepStrictEqual(item["_type"], { S: "one" })
      assert.strictEqual(yield* classify(One, item), "mine")
      assert.strictEqual(yield* classify(One, { ...item, _type: { S: "One" } }), "other")

      const Several = Entity.make("Several", {
        schema: Schema.Struct({ ...fields, _type: Schema.Literals(["cat", "dog"]) }),
        ...keys
      })
      for (const _type of ["cat", "dog"] as const) {
        const item = yield* Entity.encode(Several, { ...value, _type })
        assert.deepStrictEqual(item["_type"], { S: _type })
        assert.deepStrictEqual(yield* Entity.decode(Several, item), { ...value, _type })
      }
      assert.strictEqual(yield* classify(Several, { ...mine, _type: { S: "cow" } }), "other")

      const Tagged = Entity.make("Tagged", {
        schema: Schema.Struct({ ...fields, _type: Schema.tag("tagged") }),
        ...keys
      })
      assert.deepStrictEqual((yield* Entity.encode(Tagged, value))["_type"], { S: "tagged" })
    })
  )
})

describe("whose an item is", () => {
  const cases: ReadonlyArray<readonly [string, Item, "mine" | "other"]> = [
    ["marker mine", { ...mine, _type: { S: "Thing" } }, "mine"],
    ["marker mine, keys another's", { ...mine, pk: { S: "whatever" }, _type: { S: "Thing" } }, "mine"],
    ["marker mine, malformed", { pk: mine["pk"]!, sk: mine["sk"]!, _type: { S: "Thing" } }, "mine"],
    ["marker another's", { ...mine, _type: { S: "Other" } }, "other"],
    ["marker in another case", { ...mine, _type: { S: "thing" } }, "other"],
    ["marker no text", { ...mine, _type: { N: "1" } }, "other"],
    ["no marker, keys mine", mine, "mine"],
    ["no marker, keys mine, malformed", { pk: mine["pk"]!, sk: mine["sk"]! }, "mine"],
    ["no marker, suffix another's", { ...mine, pk: { S: "id#1#other" } }, "other"],
    ["no marker, another field", { ...mine, pk: { S: "key#1#thing" } }, "other"],
    ["no marker, more parts", { ...mine, pk: { S: "id#1#more#2#thing" } }, "other"],
    ["no marker, sort key of two parts", { ...mine, sk: { S: "a#b" } }, "other"],
    ["no marker, sort key with an escape that is none", { ...mine, sk: { S: "a\\b" } }, "other"],
    ["no marker, no sort key", { pk: mine["pk"]! }, "other"],
    ["no marker, sort key of another type", { ...mine, sk: { N: "1" } }, "other"],
    ["nothing", {}, "other"]
  ]

  it.effect.each(cases)("%s", ([, item, expected]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* classify(Thing, item), expected)
      const decoded = yield* Effect.result(Entity.decode(Thing, item))
      if (expected === "other") {
        assert.strictEqual(decoded._tag, "Failure")
        assert.match(JSON.stringify(decoded), /its marker or its key is not this entity's/)
      }
    })
  )

  it.effect("without a marker attribute keys decide", () =>
    Effect.gen(function* () {
      const Unmarked = Entity.make("Thing", {
        schema: Schema.Struct(fields),
        ...keys,
        config: { entityTypeAttribute: false }
      })
      assert.strictEqual(yield* classify(Unmarked, { ...mine, _type: { S: "Other" } }), "mine")
      assert.strictEqual(yield* classify(Unmarked, { ...mine, sk: { S: "a#b" } }), "other")
    })
  )

  it.effect("an item that is mine and does not fit is a DecodeError with its path and key attributes", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Entity.decode(Thing, { ...mine, n: { S: "a-secret" } }))
      assert.strictEqual(error._tag, "DecodeError")
      assert.deepInclude(error, { entity: "Thing", table: "things", operation: "Entity.decode" })
      assert.deepStrictEqual(error.path, ["n"])
      assert.deepStrictEqual((error as { keyAttributes?: unknown }).keyAttributes, ["pk", "sk"])
      assert.notInclude(error.message + JSON.stringify(error), "a-secret")
    })
  )

  it.effect("what is no attribute value is refused, not thrown at", () =>
    Effect.gen(function* () {
      for (const n of [{}, { $unknown: ["X", 1] }, { N: "1", S: "x" }, { N: 1 }]) {
        const error = yield* Effect.flip(Entity.decode(Thing, { ...mine, n }))
        assert.strictEqual(error._tag, "DecodeError")
        assert.deepStrictEqual(error.path, ["n"])
      }
    })
  )
})
