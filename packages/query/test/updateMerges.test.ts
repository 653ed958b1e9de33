import { DynamoClient } from "@effect-dynamo/client"
import { Attribute, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { isDisturbed } from "../src/internal/optimistic.ts"
import type { Write } from "../src/internal/write.ts"
import { Get, Put, Query, Transaction, Update } from "../src/main.ts"
import { afterReads, recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"
import { unchecked } from "./support/unchecked.ts"

const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: null,
  indexes: { byShelf: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})

const Product = Entity.make("Product", {
  schema: Schema.Struct({
    id: Schema.String,
    name: Schema.String,
    nickname: Schema.optionalKey(Schema.String),
    shelf: Schema.String,
    price: Schema.Int,
    views: Schema.optionalKey(Schema.Number),
    stock: Schema.Int,
    tags: Attribute.StringSet,
    sizes: Schema.optionalKey(Attribute.NumberSet),
    blobs: Schema.optionalKey(Attribute.BinarySet),
    history: Schema.Array(Schema.String),
    notes: Schema.optionalKey(Schema.Array(Schema.String)),
    address: Schema.Struct({ city: Schema.String }),
    lines: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int })),
    createdAt: Schema.DateTimeUtc
  }),
  table: Shop,
  partitionKey: ["id"],
  indexes: { byShelf: { partitionKey: ["shelf"], sortKey: Key.template("{shelf}#{price:6}") } },
  createdAt: "createdAt"
})

const made = DateTime.makeUnsafe(0)
const plain = {
  name: "chair",
  nickname: "seat",
  shelf: "a",
  price: 1,
  views: 1,
  stock: 9,
  tags: new Set(["old", "kept"]),
  history: ["x"],
  address: { city: "Rome" },
  lines: [{ sku: "s", quantity: 1 }],
  createdAt: made
}

engines("an update that says more of one field", (it) =>
  withTables(it, [Shop], (it) => {
    const put = (id: string, more: object = {}) => Put.into(Product, { id, ...plain, ...more })

    it.effect("does all that can be said at once", () =>
      Effect.gen(function* () {
        yield* put("1")
        const everything = Update.in(Product)
          .key({ id: "1" })
          .set({ name: "x", price: 3 })
          .set((p) => [p.address.get("city").to("Paris"), p.lines.at(0).get("quantity").to(2)])
          .increment("views", 1)
          .decrement("stock", 5)
          .append("history", ["b"])
          .prepend("history", ["a"])
          .setIfNotExists({ createdAt: DateTime.makeUnsafe(1) })
          .addTo("tags", ["new"])
          .deleteFrom("tags", ["old"])
          .remove("nickname")
          .condition((p) => p.stock.gte(5))
          .recompute()
        const { nickname: _, ...rest } = plain
        const changed = {
          name: "x",
          price: 3,
          views: 2,
          stock: 4,
          tags: new Set(["kept", "new"]),
          history: ["a", "x", "b"],
          address: { city: "Paris" },
          lines: [{ sku: "s", quantity: 2 }]
        }
        const after = { id: "1", ...rest, ...changed }
        assert.deepStrictEqual(yield* everything.returning("new"), after)
        assert.deepStrictEqual(yield* Query.from(Product).index("byShelf").pk("a"), [after])
        yield* put("1")
        assert.deepStrictEqual(yield* everything.returning("old"), { id: "1", ...plain })
        yield* put("1")
        assert.deepStrictEqual(yield* everything.returning("updatedNew"), { ...changed, createdAt: made })
        yield* put("1")
        const { shelf: __, ...before } = plain
        assert.deepStrictEqual(yield* everything.returning("updatedOld"), before)
        yield* put("1")
        assert.isUndefined(yield* everything.returning("none"))
        assert.deepStrictEqual(yield* Get.from(Product).key({ id: "1" }).orFail(), after)
        const failed = yield* Effect.flip(everything)
        assert.strictEqual(failed._tag, "ConditionalCheckFailed")
      })
    )

    it.effect("puts elements as one update after the other would, and sums amounts exactly", () =>
      Effect.gen(function* () {
        yield* put("2")
        const changed = yield* Update.in(Product)
          .key({ id: "2" })
          .append("history", ["c"])
          .prepend("history", ["a"])
          .append("history", ["d"])
          .prepend("history", ["b"])
          .prepend("notes", ["n"])
          .append("notes", ["o"])
          .increment("views", 0.1)
          .increment("views", 0.2)
          .decrement("views", 1)
          .decrement("stock")
          .increment("stock", 3)
          .addTo("tags", ["p"])
          .addTo("tags", ["q", "p"])
          .recompute()
          .returning("updatedNew")
        assert.deepStrictEqual(changed, {
          history: ["b", "a", "x", "c", "d"],
          notes: ["n", "o"],
          views: 0.3,
          stock: 11,
          tags: new Set(["kept", "old", "p", "q"])
        })
      })
    )

    it.effect("takes members into a set and out of it: of those in both, the later holds", () =>
      Effect.gen(function* () {
        const [one, two] = [new Uint8Array([1]), new Uint8Array([2])]
        yield* put("3", { sizes: new Set([1, 20]), blobs: new Set([one]) })
        const update = Update.in(Product).key({ id: "3" })
        const changed = yield* update
          .addTo("tags", ["p", "q", "r"])
          .deleteFrom("tags", ["q", "old", "nothing"])
          .addTo("tags", ["nothing"])
          .deleteFrom("sizes", [20])
          .addTo("sizes", [0.5])
          .deleteFrom("blobs", [new Uint8Array([1]), new Uint8Array([3])])
          .addTo("blobs", [two])
          .recompute()
          .returning("updatedNew")
        assert.deepStrictEqual(changed, {
          tags: new Set(["kept", "nothing", "p", "r"]),
          sizes: new Set([0.5, 1]),
          blobs: new Set([two])
        })
        // Those that cancel each other out, and what leaves nothing.
        const less = yield* update
          .addTo("sizes", [7])
          .deleteFrom("sizes", [7, 0.5, 1])
          .deleteFrom("tags", ["kept", "nothing", "p", "r", "s"])
          .addTo("tags", ["s"])
          .deleteFrom("tags", ["s"])
          .recompute()
          .returning("updatedNew")
        assert.deepStrictEqual(less, { tags: new Set<string>() })
        // Nothing to begin with.
        const again = yield* update.addTo("sizes", [1]).deleteFrom("sizes", [2]).recompute()
        assert.deepStrictEqual(again.sizes, new Set([1]))
      })
    )

    it.effect("reads a set again where another write changed it, and minds nothing else", () =>
      Effect.gen(function* () {
        yield* put("4")
        const update = Update.in(Product).key({ id: "4" })
        const mixed = update.addTo("tags", ["new"]).deleteFrom("tags", ["old"]).recompute()
        const others = yield* recorded((sent) =>
          Effect.gen(function* () {
            const changed = yield* afterReads(mixed, (reads) =>
              reads > 1 ? update.increment("stock") : update.addTo("tags", ["between"])
            )
            assert.deepStrictEqual(changed.tags, new Set(["between", "kept", "new"]))
            return sent
          })
        )
        assert.strictEqual(others.filter(({ operation }) => operation === "GetItem").length, 2)
      })
    )
  })
)

onlyLocal("lists of maps, and transactions", (it) =>
  withTables(it, [Shop], (it) => {
    it.effect("are extended on both sides too", () =>
      Effect.gen(function* () {
        yield* Put.into(Product, { id: "1", ...plain })
        const update = Update.in(Product)
          .key({ id: "1" })
          .append("lines", [{ sku: "z", quantity: 3 }])
          .prepend("lines", [{ sku: "a", quantity: 2 }])
          .addTo("tags", ["new"])
          .deleteFrom("tags", ["old"])
          .recompute()
        const skus = Effect.map(Get.from(Product).key({ id: "1" }).consistent().orFail(), ({ lines }) =>
          lines.map(({ sku }) => sku)
        )
        assert.deepStrictEqual((yield* update).tags, new Set(["kept", "new"]))
        assert.deepStrictEqual(yield* skus, ["a", "s", "z"])
        yield* Transaction.write([update])
        assert.deepStrictEqual(yield* skus, ["a", "a", "s", "z", "z"])
      })
    )
  })
)

describe("the request of an update that says more of one field", () => {
  const update = Update.in(Product).key({ id: "1" })

  it.effect("has one change of it", () =>
    Effect.gen(function* () {
      const { ExpressionAttributeValues, UpdateExpression } = yield* update
        .append("history", ["a"])
        .append("history", ["b"])
        .increment("stock", 3)
        .decrement("stock", 5)
        .addTo("tags", ["t"])
        .addTo("tags", ["u"])
        .toInput()
      assert.strictEqual(UpdateExpression, "SET #1 = list_append(if_not_exists(#1, :0), :1), #2 = #2 + :2 ADD #3 :3")
      assert.deepStrictEqual(ExpressionAttributeValues, {
        ":0": { L: [] },
        ":1": { L: [{ S: "a" }, { S: "b" }] },
        ":2": { N: "-2" },
        ":3": { SS: ["t", "u"] }
      })
    })
  )

  it.effect("takes what cancels out as what remains", () =>
    Effect.gen(function* () {
      const more = update.addTo("tags", ["a"]).deleteFrom("tags", ["a"])
      const input = yield* unchecked(more).toInput()
      assert.deepInclude(input, { UpdateExpression: "DELETE #1 :0" })
      assert.deepStrictEqual(input.ExpressionAttributeValues, { ":0": { SS: ["a"] } })
    })
  )
})

/** What the compiler lets no upsert be. */
const upserted = (update: object): object => (update as { readonly upsert: () => object }).upsert()

const refusals: ReadonlyArray<readonly [string, object, RegExp]> = [
  [
    "members into a set and out of it, unread",
    Update.in(Product).key({ id: "1" }).addTo("tags", ["a"]).deleteFrom("tags", ["b"]),
    /at tags: .*recompute\(\)/
  ],
  [
    "elements before a list and after it, unread",
    Update.in(Product).key({ id: "1" }).append("history", ["a"]).prepend("history", ["b"]),
    /at history: .*recompute\(\)/
  ],
  [
    "the same of an upsert",
    upserted(
      Update.in(Product).key({ id: "1" }).set({ price: 1, shelf: "a" }).addTo("tags", ["a"]).deleteFrom("tags", ["b"])
    ),
    /at tags: an upsert cannot /
  ],
  [
    "a sum that DynamoDB cannot hold",
    Update.in(Product).key({ id: "1" }).increment("views", 1e30).increment("views", 1e-20),
    /views/
  ],
  [
    "a fraction that no JavaScript number would be summed to",
    Update.in(Product)
      .key({ id: "1" })
      .increment("views", 0.1 + 0.2),
    /15 significant digits.*BigDecimal/
  ],
  [
    "a long quotient",
    Update.in(Product)
      .key({ id: "1" })
      .decrement("views", 1000 + 100 / 3),
    /15 significant digits.*BigDecimal/
  ]
]

describe("refuses", () => {
  it.effect.each(refusals)("%s", ([, update, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(unchecked(update).toInput())
      assert.strictEqual(error._tag, "EncodeError")
      assert.match(error.message, message)
    })
  )

  it.effect("no upsert with advice that no upsert takes", () =>
    Effect.gen(function* () {
      const upsert = upserted(Update.in(Product).key({ id: "1" }).set({ price: 1 }))
      const error = yield* Effect.flip(unchecked(upsert).toInput())
      assert.match(error.message, /shelf/)
      assert.notMatch(error.message, /recompute/)
    })
  )
})

describe("what was read", () => {
  const seen = (item: object) => ({ seen: { item, attributes: ["s"] } }) as unknown as Write

  it("is the same in any order, and another one with other members", () => {
    const texts = seen({ s: { SS: ["a", "b"] } })
    assert.isFalse(isDisturbed(texts, Option.some({ s: { SS: ["b", "a"] } })))
    assert.isTrue(isDisturbed(texts, Option.some({ s: { SS: ["b"] } })))
    assert.isTrue(isDisturbed(texts, Option.some({})))
    assert.isTrue(isDisturbed(seen({ s: { SS: ["1"] } }), Option.some({ s: { NS: ["1"] } })))
    const nested = seen({ s: { L: [{ M: { a: { SS: ["x", "y"] }, b: { N: "1" } } }] } })
    assert.isFalse(isDisturbed(nested, Option.some({ s: { L: [{ M: { b: { N: "1" }, a: { SS: ["y", "x"] } } }] } })))
    assert.isTrue(isDisturbed(nested, Option.some({ s: { L: [{ M: { b: { N: "2" }, a: { SS: ["y", "x"] } } }] } })))
    const bytes = seen({ s: { BS: [new Uint8Array([1]), new Uint8Array([2])] } })
    assert.isFalse(isDisturbed(bytes, Option.some({ s: { BS: [new Uint8Array([2]), new Uint8Array([1])] } })))
    assert.isTrue(isDisturbed(bytes, Option.some({ s: { BS: [new Uint8Array([2]), new Uint8Array([3])] } })))
  })
})

const Users = Table.make("users", { partitionKey: "pk", sortKey: null })

const User = Entity.make("User", {
  schema: Schema.Struct({
    id: Schema.String,
    email: Schema.String,
    settings: Entity.withDefault(Schema.Struct({ dark: Schema.Boolean, size: Schema.Int }), { dark: false, size: 1 })
  }),
  table: Users,
  partitionKey: ["id"],
  unique: ["email"]
})

onlyLocal("an update of a unique field and of a part", (it) =>
  withTables(it, [Users], (it) => {
    it.effect("gives an older item the default first", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        yield* Put.into(User, { id: "1", email: "a@x" }).ifNotExists()
        const { settings: _, ...older } = yield* Entity.encode(User, yield* Get.from(User).key({ id: "1" }).orFail())
        yield* client.putItem({ TableName: "users", Item: older })
        const changed = yield* Update.in(User)
          .key({ id: "1" })
          .set({ email: "b@x" })
          .set((u) => [u.settings.get("dark").to(true)])
        assert.deepStrictEqual(changed, { id: "1", email: "b@x", settings: { dark: true, size: 1 } })
      })
    )
  })
)

const Versioned = Entity.make("Versioned", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String, version: Schema.Number }),
  table: Shop,
  partitionKey: ["id"],
  indexes: { byShelf: { partitionKey: Key.template("ALL"), sortKey: Key.template("{version}#{id}") } },
  version: "version"
})

engines("a version that is no integer", (it) =>
  withTables(it, [Shop], (it) => {
    it.effect("has a next one", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const item = yield* Entity.encode(Versioned, { id: "1", name: "a", version: 0.5 })
        yield* client.putItem({ TableName: "shop", Item: item })
        const update = Update.in(Versioned).key({ id: "1" })
        assert.strictEqual((yield* update.set({ name: "b" }).ifVersion(1.5)).version, 2.5)
        assert.strictEqual((yield* update.set({ name: "c" }).recompute()).version, 3.5)
      })
    )
  })
)
