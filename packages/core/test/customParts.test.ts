import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, SchemaGetter } from "effect"
import { Entity, Index, Key, Table } from "../src/main.ts"

const Log = Table.make("log", { partitionKey: "pk", sortKey: "sk" })

/** 99999999 − n, padded: the newest first. Nothing is lost. */
const inverted = Schema.String.pipe(
  Schema.decodeTo(Schema.Number, {
    decode: SchemaGetter.transform((text: string) => 99999999 - Number(text)),
    encode: SchemaGetter.transform((n: number) => String(99999999 - n).padStart(8, "0"))
  })
)

/** The day of a moment: the time of day is lost. */
const day = Schema.String.pipe(
  Schema.decodeTo(Schema.String, {
    decode: SchemaGetter.transform((text: string) => `${text}T00:00:00.000Z`),
    encode: SchemaGetter.transform((at: string) => at.slice(0, 10))
  })
)

const entity = <P extends Key.CustomPart>(part: P, schema: Schema.Codec<string | number>) =>
  Entity.make("Entry", {
    schema: Schema.Struct({ id: Schema.String, n: schema }),
    table: Log,
    partitionKey: Key.template("E#{id}"),
    sortKey: Key.template("N#{n:part}" as "N#{n}", { parts: { part } }),
    keyOnly: ["n"]
  })

describe("fields that live in a key's custom part alone", () => {
  it.effect("come back where the part loses nothing", () =>
    Effect.gen(function* () {
      const Entry = entity({ schema: inverted, order: "descending" }, Schema.Number)
      const item = yield* Entity.encode(Entry, { id: "a", n: 12 })
      assert.deepStrictEqual(item, {
        id: { S: "a" },
        _type: { S: "Entry" },
        pk: { S: "E#a" },
        sk: { S: "N#99999987" }
      })
      assert.deepStrictEqual(yield* Entity.decode(Entry, item), { id: "a", n: 12 })
    })
  )

  it.effect("are refused, value by value, where it would lose something", () =>
    Effect.gen(function* () {
      const Entry = entity({ schema: day }, Schema.String)
      const midnight = { id: "a", n: "2024-01-15T00:00:00.000Z" }
      assert.deepStrictEqual(yield* Entity.decode(Entry, yield* Entity.encode(Entry, midnight)), midnight)
      const error = yield* Effect.flip(Entity.encode(Entry, { id: "a", n: "2024-01-15T10:00:00.000Z" }))
      assert.strictEqual(error._tag, "KeyError")
      assert.match(error.message, /does not come back from the key/)
    })
  )

  it.effect("are no part of an item whose key does not tell them", () =>
    Effect.gen(function* () {
      const Entry = entity({ schema: inverted }, Schema.Number)
      const stored = { id: { S: "a" }, pk: { S: "E#a" }, sk: { S: "N#what" } }
      const error = yield* Effect.flip(Entity.decode(Entry, stored))
      assert.strictEqual(error._tag, "DecodeError")
    })
  )
})

describe("numbers that are stored as text", () => {
  const Seat = Entity.make("Seat", {
    schema: Schema.Struct({ id: Schema.String, row: Schema.FiniteFromString, score: Schema.FiniteFromString }),
    table: Log,
    partitionKey: Key.template("E#{id}"),
    sortKey: Key.template("R#{row:4}#{score:ordered}"),
    keyOnly: ["row", "score"]
  })

  it.effect("can be padded and ordered in keys, and come back", () =>
    Effect.gen(function* () {
      const seat = { id: "a", row: 12, score: -1 }
      const item = yield* Entity.encode(Seat, seat)
      assert.deepStrictEqual(item["sk"], { S: "R#0012#X8V" })
      assert.deepStrictEqual(yield* Entity.decode(Seat, item), seat)
    })
  )
})

describe("one attribute of two access patterns", () => {
  const Shared = Table.make("shared", {
    partitionKey: "pk",
    sortKey: "sk",
    indexes: {
      one: Index.global({ partitionKey: "gpk", sortKey: "gsk1" }),
      two: Index.global({ partitionKey: "gpk", sortKey: "gsk2" })
    }
  })
  const declare = (one: Key.CustomPart, two: Key.CustomPart) => () =>
    Entity.make("Entry", {
      schema: Schema.Struct({ id: Schema.String, n: Schema.Number }),
      table: Shared,
      partitionKey: Key.template("E#{id}"),
      sortKey: Key.template("E"),
      indexes: {
        one: { partitionKey: Key.template("N#{n:part}" as "N#{n}", { parts: { part: one } }) },
        two: { partitionKey: Key.template("N#{n:part}" as "N#{n}", { parts: { part: two } }) }
      }
    })

  it("is the same key only where its parts are written by the same schema", () => {
    assert.doesNotThrow(declare({ schema: inverted }, { schema: inverted }))
    assert.throws(declare({ schema: inverted }, { schema: Schema.FiniteFromString }), /made in two ways/)
  })
})
