import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"

const Limited = Table.make("limited", {
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    byPlace: Index.global({ partitionKey: ["state", "city"], sortKey: ["street"] }),
    byNick: Index.local({ sortKey: "nick" })
  }
})

class Person extends Entity.Class<Person>("Person")(
  {
    id: Schema.String,
    name: Schema.String,
    group: Schema.String,
    rank: Schema.String,
    state: Schema.String,
    city: Schema.String,
    street: Schema.String,
    nick: Schema.String
  },
  {
    table: Limited,
    partitionKey: Key.template("P#{id}"),
    sortKey: Key.template("N#{name}"),
    indexes: {
      byGroup: { index: "gsi1", partitionKey: Key.template("G#{group}"), sortKey: Key.template("R#{rank}") }
    }
  }
) {}

const fields = { id: "a", name: "b", group: "c", rank: "d", state: "e", city: "f", street: "g", nick: "h" }

const limits: ReadonlyArray<
  readonly [field: keyof typeof fields, prefix: number, limit: number, attribute: string, index: string | undefined]
> = [
  ["id", 2, 2048, "pk", undefined],
  ["name", 2, 1024, "sk", undefined],
  ["group", 2, 2048, "gsi1pk", "gsi1"],
  ["rank", 2, 1024, "gsi1sk", "gsi1"],
  ["state", 0, 2048, "state", "byPlace"],
  ["city", 0, 2048, "city", "byPlace"],
  ["street", 0, 1024, "street", "byPlace"],
  ["nick", 0, 1024, "nick", "byNick"]
]

describe("the length of a key", () => {
  for (const [field, prefix, limit, attribute, index] of limits) {
    it.effect(`is at most ${limit} bytes in ${attribute}, and the error says where it is more`, () =>
      Effect.gen(function* () {
        // Two bytes for each character, and one more for what is left of an odd room.
        const room = limit - prefix
        const longest = "é".repeat(Math.floor(room / 2)) + "x".repeat(room % 2)
        yield* Entity.encode(Person, new Person({ ...fields, [field]: longest }))
        const error = yield* Effect.flip(Entity.encode(Person, new Person({ ...fields, [field]: `${longest}y` })))
        assert.strictEqual(error._tag, "KeyError")
        assert.deepInclude(error, { attribute, index, table: "limited", entity: "Person" })
        assert.include(error.message, `${limit} bytes`)
        assert.include(error.message, `"${attribute}"`)
        if (index !== undefined) assert.include(error.message, `"${index}"`)
        assert.notInclude(error.message, longest)
      })
    )
  }
})
