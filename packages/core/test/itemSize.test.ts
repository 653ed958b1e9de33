import { Attribute, Entity, ItemSize, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"

type Value = Attribute.AttributeValue

const valueSize = Attribute.size
const { itemSize } = Attribute

describe("the size of a value", () => {
  const sizes: ReadonlyArray<readonly [what: string, value: Value, size: number]> = [
    ["a text, in UTF-8", { S: "aé€😀" }, 1 + 2 + 3 + 4],
    ["no text", { S: "" }, 0],
    ["a number, by its digits", { N: "12345" }, 3 + 1],
    ["a negative number", { N: "-12" }, 1 + 1 + 1],
    ["a number without its outer zeros", { N: "1000.500" }, 3 + 1],
    ["a number in powers of ten", { N: "12E+100" }, 1 + 1],
    ["a number whose first digit is a pair by itself", { N: "1.2" }, 1 + 2],
    ["a number below one", { N: "0.012" }, 1 + 2],
    ["a number of 38 digits", { N: "1".repeat(38) }, 1 + 19],
    ["a negative one", { N: `-${"1".repeat(38)}` }, 1 + 19 + 1],
    ["a negative one, whose first and last digit are by themselves", { N: `-1.${"1".repeat(37)}` }, 1 + 20],
    ["zero", { N: "0" }, 1],
    ["zero, however it is written", { N: "-0.00" }, 1],
    ["bytes", { B: new Uint8Array(7) }, 7],
    ["a boolean", { BOOL: false }, 1],
    ["null", { NULL: true }, 1],
    ["an empty list", { L: [] }, 3],
    ["a list", { L: [{ S: "ab" }, { L: [] }] }, 3 + 1 + 2 + 1 + 3],
    ["a map", { M: { ab: { S: "c" }, d: { BOOL: true } } }, 3 + 2 + 2 + 1 + 1 + 1],
    ["a set of texts", { SS: ["a", "bc"] }, 3],
    ["a set of numbers", { NS: ["1", "22"] }, 4],
    ["a set of bytes", { BS: [new Uint8Array(1), new Uint8Array(2)] }, 3]
  ]
  for (const [what, value, size] of sizes) {
    it(`of ${what}`, () => {
      assert.strictEqual(valueSize(value), size)
    })
  }
})

describe("the size of an item", () => {
  it("is that of its names and values", () => {
    assert.strictEqual(itemSize({ pk: { S: "a" }, é: { N: "1" } }), 2 + 1 + 2 + 2)
  })

  it("counts long texts as the platform encodes them, whatever stands where they are divided", () => {
    for (const lead of ["", "x", "é", "😀"]) {
      for (const length of [0, 1, 255, 256, 257, 4095, 4096, 4097, 8192, 9000]) {
        const text = (lead + "😀".repeat(length)).slice(0, -1 - (length % 2) * 2).replace(/[\uD800-\uDBFF]$/, "")
        assert.strictEqual(valueSize({ S: text }), new TextEncoder().encode(text).length, `${lead}${length}`)
      }
    }
  })

  it("counts text as the platform encodes it", () => {
    const text = Array.from({ length: 0x800 }, (_, i) =>
      String.fromCodePoint(i * 0x21 + (i * 0x21 >= 0xd800 ? 0x2000 : 0))
    ).join("")
    assert.strictEqual(valueSize({ S: text }), new TextEncoder().encode(text).length)
  })
})

/** What an item is made of, of every type. */
const arbitraryItem = Schema.Record(
  Schema.String,
  Schema.Union([
    Schema.Struct({ S: Schema.String }),
    Schema.Struct({ N: Schema.Finite }),
    Schema.Struct({ SS: Schema.Array(Schema.String) }),
    Schema.Struct({ NS: Schema.Array(Schema.Finite) }),
    Schema.Struct({ BOOL: Schema.Boolean }),
    Schema.Struct({ B: Schema.Uint8Array }),
    Schema.Struct({ BS: Schema.Array(Schema.Uint8Array) })
  ])
)

/** Numbers are text. */
const stored = (item: typeof arbitraryItem.Type): ItemSize.Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      "N" in value ? { N: `${value.N}` } : "NS" in value ? { NS: value.NS.map(String) } : value
    ])
  )

describe("the bound of an item", () => {
  it.prop("is never below its size, in lists and maps either", [arbitraryItem], ([given]) => {
    const item = stored(given)
    const size = ItemSize.ofItem(item)
    assert.isAtLeast(ItemSize.boundOfItem(item), size)
    const nested = { list: { L: Object.values(item) }, map: { M: item } }
    assert.isAtLeast(ItemSize.boundOfItem(nested), ItemSize.ofItem(nested))
    assert.strictEqual(
      ItemSize.largestAttributes(item, Infinity).reduce((sum, one) => sum + one.size, 0),
      size
    )
  })

  it("is found without looking into texts", () => {
    assert.strictEqual(ItemSize.boundOfItem({ a: { S: "xyz" } }), 3 + 9)
  })
})

describe("Entity.size", () => {
  class Order extends Entity.Class<Order>("Order")(
    {
      customer: Schema.String,
      id: Schema.String,
      note: Schema.optionalKey(Schema.String)
    },
    {
      table: Table.make("orders", { indexes: {} }),
      partitionKey: Key.template("CUSTOMER#{customer}"),
      sortKey: Key.template("ORDER#{id}")
    }
  ) {}

  it.effect("is that of the item that is written: with keys and marker, by names and values", () =>
    Effect.gen(function* () {
      const order = new Order({ customer: "a", id: "é" })
      const sizes = { pk: 2 + 10, sk: 2 + 8, customer: 8 + 1, id: 2 + 2, _type: 5 + 5 }
      assert.sameMembers(Object.keys(yield* Entity.encode(Order, order)), Object.keys(sizes))
      assert.strictEqual(
        yield* Entity.size(Order, order),
        Object.values(sizes).reduce((sum, one) => sum + one, 0)
      )
    })
  )

  it.effect("fails as encoding does, and says that it was asked for", () =>
    Effect.gen(function* () {
      const tooLong = yield* Effect.flip(Entity.size(Order, { customer: "a".repeat(3000), id: "b" }))
      assert.strictEqual(tooLong._tag, "KeyError")
      assert.strictEqual(tooLong.operation, "Entity.size")
      // Not as the types have it.
      const wrong = yield* Effect.flip(Entity.size(Order, { customer: "a", id: "b", note: 1 as never }))
      assert.strictEqual(wrong._tag, "EncodeError")
    })
  )
})
