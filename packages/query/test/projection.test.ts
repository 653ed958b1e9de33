import { Attribute, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Get, Put, Query } from "../src/main.ts"
import { recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Things = Table.make("projected", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    keys: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk", projection: Index.keysOnly }),
    some: Index.global({ partitionKey: "kind", sortKey: "gsi1sk", projection: Index.include(["n", "note", "t"]) }),
    local: Index.local({ sortKey: { name: "n", type: "N" }, projection: Index.keysOnly })
  }
})

class Address extends Schema.Class<Address>("Address")({
  city: Schema.String,
  zip: Schema.optionalKey(Schema.String)
}) {
  get line() {
    return `${this.zip} ${this.city}`
  }
}

const Renamed = Schema.Struct({ city: Schema.String, at: Schema.DateTimeUtc }).pipe(
  Schema.encodeKeys({ city: "c", at: "a.t" })
)

const Thing = Entity.make("Thing", {
  schema: Schema.Struct({
    id: Schema.String,
    at: Schema.DateTimeUtc,
    kind: Schema.String,
    count: Schema.Int,
    note: Schema.optionalKey(Schema.String),
    tags: Attribute.StringSet,
    level: Entity.withDefault(Schema.Int, 3),
    address: Address,
    renamed: Renamed,
    list: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int })),
    record: Schema.Record(Schema.String, Schema.Number),
    either: Schema.Union([
      Schema.Struct({ kind: Schema.Literal("a"), a: Schema.Number }),
      Schema.Struct({ kind: Schema.Literal("b"), b: Schema.String })
    ]),
    nested: Schema.optionalKey(Schema.Struct({ inner: Renamed }))
  }).pipe(Schema.encodeKeys({ count: "n" })),
  table: Things,
  partitionKey: Key.template("T#{id}"),
  sortKey: Key.template("{at}"),
  indexes: {
    keys: { partitionKey: Key.template("K#{kind}"), sortKey: Key.template("{count:ordered}#{id}") },
    some: {}
  }
})
type Thing = typeof Thing.Type

const at = DateTime.makeUnsafe("2024-01-15T00:00:00.000Z")
const key = { id: "1", at }
const thing: Thing = {
  ...key,
  kind: "x",
  count: 5,
  note: "hello",
  tags: new Set(["a", "b"]),
  level: 7,
  address: new Address({ city: "Paris" }),
  renamed: { city: "Rome", at },
  list: [
    { sku: "s", quantity: 1 },
    { sku: "t", quantity: 2 }
  ],
  record: { "a.b": 1, size: 2 },
  either: { kind: "b", b: "B" },
  nested: { inner: { city: "Oslo", at } }
}
const get = Get.from(Thing).key(key)
const query = Query.from(Thing).pk("1")

engines("a selection", (it) =>
  withTables(it, [Things], (it) => {
    it.effect("is of this item", () => Put.into(Thing, thing))

    it.effect("of fields gives those", () =>
      Effect.gen(function* () {
        const expected = { count: 5, note: "hello", tags: new Set(["a", "b"]) }
        assert.deepStrictEqual(yield* get.select("count", "note", "tags"), Option.some(expected))
        assert.deepStrictEqual(yield* get.select("count", "note", "tags").orFail(), expected)
        assert.deepStrictEqual(yield* get.orFail().select("count", "note", "tags").consistent(), expected)
        assert.deepStrictEqual(yield* query.select("count", "note", "tags"), [expected])
        assert.deepStrictEqual(yield* get.select("count", "note").select("note").orFail(), { note: "hello" })
      })
    )

    it.effect("of parts gives those, under the names of the schema", () =>
      Effect.gen(function* () {
        const parts = <A, E, R>(selected: Effect.Effect<A, E, R>, expected: A) =>
          Effect.map(selected, (value) => assert.deepStrictEqual(value, expected))
        yield* parts(get.select(["address", "city"]).orFail(), { address: { city: "Paris" } })
        yield* parts(get.select(["address", "zip"]).orFail(), { address: {} })
        yield* parts(get.select(["renamed", "city"]).orFail(), { renamed: { city: "Rome" } })
        yield* parts(get.select(["renamed", "at"], ["renamed", "city"]).orFail(), { renamed: { city: "Rome", at } })
        yield* parts(get.select(["nested", "inner", "at"]).orFail(), { nested: { inner: { at } } })
        yield* parts(get.select(["list", 1, "sku"]).orFail(), { list: [{ sku: "t" }] })
        yield* parts(get.select(["record", "a.b"]).orFail(), { record: { "a.b": 1 } })
        yield* parts(get.select(["either", "kind"]).orFail(), { either: { kind: "b" } })
        yield* parts(get.select("address", ["address", "city"]).orFail(), { address: new Address({ city: "Paris" }) })
      })
    )

    it.effect("of what the item lacks tells it from an item that is not there", () =>
      Effect.gen(function* () {
        const { nested: _, note: __, ...bare } = thing
        yield* Put.into(Thing, { ...bare, id: "2" })
        const select = (id: string) => Get.from(Thing).key({ id, at }).select("note", ["nested", "inner"])
        assert.deepStrictEqual(yield* select("2"), Option.some({}))
        assert.deepStrictEqual(yield* select("3"), Option.none())
        assert.strictEqual((yield* Effect.flip(select("3").orFail()))._tag, "ItemNotFound")
      })
    )

    it.effect("asks for nothing that is not needed", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          yield* get.select("level", ["record", "size"])
          assert.deepStrictEqual(sent[0]!.input["ProjectionExpression"], "#0, #1.#2, #3, #4, #5")
          assert.deepStrictEqual(sent[0]!.input["ExpressionAttributeNames"], {
            "#0": "level",
            "#1": "record",
            "#2": "size",
            "#3": "pk",
            "#4": "sk",
            "#5": "_type"
          })
        })
      )
    )

    it.effect("is of what an index holds", () =>
      Effect.gen(function* () {
        // Keys alone: what they are made of.
        const held = { id: "1", at, kind: "x", count: 5 }
        const keys = Query.from(Thing).index("keys").pk("x").sk.prefix({ count: 5, id: "1" })
        assert.deepStrictEqual(yield* keys, [held])
        assert.deepStrictEqual(yield* keys.select("count", "at"), [{ count: 5, at }])
        assert.strictEqual(yield* keys.count(), 1)
        // And attributes besides.
        const some = Query.from(Thing).index("some").pk("x").sk.prefix({ count: 5, id: "1" })
        assert.deepStrictEqual(yield* some, [{ ...held, note: "hello" }])
        assert.deepStrictEqual(yield* some.filter((t) => t.note.eq("hello")), [{ ...held, note: "hello" }])
        assert.deepStrictEqual(yield* some.filter((t) => t.note.eq("x")), [])
        assert.deepStrictEqual(yield* some.select("id", "note"), [{ id: "1", note: "hello" }])
        // A local index fetches what it lacks.
        const local = Query.from(Thing).index("local").pk("1")
        assert.deepStrictEqual(yield* local, [thing])
        assert.deepStrictEqual(yield* local.select("level"), [{ level: 7 }])
      })
    )

    it.effect("refuses a filter on what the index does not hold, or is queried", () =>
      Effect.gen(function* () {
        const some = Query.from(Thing).index("some").pk("x")
        // @ts-expect-error the index does not hold it
        const level = some.filter((t) => t.level.eq(7))
        const error = yield* Effect.flip(level)
        assert.strictEqual(error.message, 'Cannot filter Thing on "level": the index "some" does not hold it')
        // @ts-expect-error a key attribute of what is queried
        const kind = Query.from(Thing).index("some").pk("x").filter({ kind: "x" })
        assert.match((yield* Effect.flip(kind)).message, /Thing on "kind": it is a key attribute of what is queried/)
      })
    )
  })
)

describe("a selection", () => {
  it("of what there is not is refused where it is said", () => {
    // @ts-expect-error no such field
    assert.throws(() => get.select("nope"), 'There is no field "nope" to select')
    // @ts-expect-error no such part
    assert.throws(() => query.select(["address", "nope"]), 'There is no "nope" to select')
    // @ts-expect-error the index does not hold it
    Query.from(Thing).index("keys").pk("x").select("level")
  })
})
