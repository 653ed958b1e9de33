import { DynamoClient } from "@effect-dynamo/client"
import { Attribute, DynamoError, Entity, ItemSize, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { Get, Put } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Things = Table.make("sized-things", { sortKey: null })

/**
 * An engine's own word on whether an item is too large: sent below the client, which would say so before.
 */
const takes = (item: Attribute.Item) =>
  Effect.gen(function* () {
    const { transport } = yield* DynamoClient.DynamoClient
    return yield* Effect.match(transport.send("PutItem", { TableName: Things.name, Item: item }), {
      onSuccess: () => true,
      onFailure: (failure) => {
        assert.match(failure.message, /item size/i)
        return false
      }
    })
  })

/** An item with these attributes that is so large, filled up with text. */
const filled = (attributes: Attribute.Item, size: number): Attribute.Item => {
  const item: Attribute.Item = { pk: { S: "a" }, ...attributes, f: { S: "" } }
  return { ...item, f: { S: "x".repeat(size - Attribute.itemSize(item)) } }
}

const bytes = (length: number, from = 0) => Uint8Array.from({ length }, (_, i) => (i + from) % 256)

/** Numbers of every length and sign, with the decimal point everywhere. */
const numbers: ReadonlyArray<string> = [
  ..."0 -0 0.0 1 -1 10 100 1000 12 123 1234 0.1 0.01 0.001 1.2 12.3 0.12 0.012 -0.5 -0.05 99999 100001".split(" "),
  ..."1e125 1E-130 -9.9e125 -1E-129 1.5e2 00042".split(" "),
  ...Array.from({ length: 38 }, (_, i) => "1234567891".repeat(4).slice(0, i + 1)),
  ...Array.from({ length: 38 }, (_, i) => `-${"9876543219".repeat(4).slice(0, i + 1)}`),
  ...Array.from({ length: 36 }, (_, i) => `0.${"0".repeat(i)}7`),
  ...Array.from({ length: 37 }, (_, i) => `${"1".repeat(i + 1)}.${"1".repeat(37 - i)}`),
  ...Array.from({ length: 37 }, (_, i) => `-${"1".repeat(i + 1)}.${"1".repeat(37 - i)}`)
]

const cases: ReadonlyArray<readonly [what: string, attributes: Attribute.Item]> = [
  ["texts", { a: { S: "abc" }, b: { S: "é€😀" }, c: { S: "" }, "né€😀": { S: "name" } }],
  ["booleans and null", { a: { BOOL: true }, b: { BOOL: false }, c: { NULL: true } }],
  ["binary", { a: { B: bytes(1000) }, b: { B: new Uint8Array() } }],
  ["sets of texts", { a: { SS: ["a", "bc", "é"] }, b: { SS: [""] } }],
  ["sets of binary", { a: { BS: [bytes(3), bytes(40, 7)] } }],
  ["sets of numbers", { a: { NS: ["1", "-22", "3.75", "1e100"] }, b: { NS: ["0"] } }],
  ["lists", { a: { L: [] }, b: { L: [{ S: "ab" }, { N: "12" }, { L: [{ BOOL: true }] }, { NULL: true }] } }],
  ["maps", { a: { M: {} }, b: { M: { x: { S: "" }, é: { N: "1" }, inner: { M: { deep: { L: [{ SS: ["a"] }] } } } } } }],
  [
    "a large nested map",
    { m: { M: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, { N: `${i}` }])) } }
  ]
]

onlyLocal("the size of an item, as the engine counts it", (it) =>
  withTables(it, [Things], (it) => {
    const limit = ItemSize.largestItem
    for (const [what, attributes] of cases) {
      it.effect(`of ${what}`, () =>
        Effect.gen(function* () {
          assert.isTrue(yield* takes(filled(attributes, limit)), "409,600 bytes")
          assert.isFalse(yield* takes(filled(attributes, limit + 1)), "one more")
        })
      )
    }

    it.effect(
      "of numbers, whatever their length, sign and decimal point",
      () =>
        Effect.gen(function* () {
          // A few in each item: each of them is sent as 400 KB.
          for (let i = 0; i < numbers.length; i += 6) {
            const some = numbers.slice(i, i + 6)
            const attributes = Object.fromEntries(some.map((N, at) => [`n${at}`, { N }]))
            assert.isTrue(yield* takes(filled(attributes, limit)), `${some.join()}: 409,600 bytes`)
            assert.isFalse(yield* takes(filled(attributes, limit + 1)), `${some.join()}: one more`)
          }
        }),
      120_000
    )
  })
)

class Thing extends Entity.Class<Thing>("Thing")(
  { id: Schema.String, text: Schema.String },
  { table: Things, partitionKey: Key.template("{id}") }
) {}

onlyLocal("Entity.size, as the engine counts it", (it) =>
  withTables(it, [Things], (it) => {
    it.effect("is the size of the item that a put writes", () =>
      Effect.gen(function* () {
        const without = yield* Entity.size(Thing, { id: "a", text: "" })
        const largest = { id: "a", text: "x".repeat(ItemSize.largestItem - without) }
        assert.strictEqual(yield* Entity.size(Thing, largest), ItemSize.largestItem)
        yield* Put.into(Thing, largest)
        assert.strictEqual((yield* Get.from(Thing).key({ id: "a" }).orFail()).text, largest.text)
        const tooLarge = { ...largest, text: `${largest.text}x` }
        assert.isFalse(yield* takes(yield* Entity.encode(Thing, tooLarge)))
        const error = yield* Effect.flip(Put.into(Thing, tooLarge))
        assert.instanceOf(error, DynamoError.ItemTooLarge)
        assert.deepInclude(error, { size: ItemSize.largestItem + 1, table: Things.name, operation: "PutItem" })
        assert.deepInclude(error.largest?.[0], { name: "text" })
      })
    )
  })
)
