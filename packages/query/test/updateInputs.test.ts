import { assert, describe, it } from "@effect/vitest"
import { DynamoError, Entity, Table } from "@effect-dynamo/core"
import { BigDecimal, DateTime, Effect, Schema } from "effect"
import { Update } from "../src/main.ts"
import { assertPlaceholders } from "./support/placeholders.ts"
import { Product } from "./support/product.ts"
import { unchecked } from "./support/unchecked.ts"

const update = Update.in(Product).key({ id: "1" })

/** The request with each name and value in its place. */
const written = (input: {
  readonly UpdateExpression?: string | undefined
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined
}): string =>
  (input.UpdateExpression ?? "")
    .replace(/#\d+/g, (name) => input.ExpressionAttributeNames![name]!)
    .replace(/:\d+/g, (value) => JSON.stringify(input.ExpressionAttributeValues![value]))

type Row = readonly [string, Update.Update<typeof Product, unknown, unknown, unknown, unknown, never>, string]

const rows: ReadonlyArray<Row> = [
  ["set", update.set({ name: "x", stock: 1 }), `SET name = {"S":"x"}, stock = {"N":"1"}`],
  ["set of undefined", update.set({ nickname: undefined, name: "x" }), `SET name = {"S":"x"} REMOVE nick`],
  ["set of an empty set", update.set({ tags: new Set() }), `REMOVE tags`],
  ["set by path", update.set((p) => [p.address.get("city").to("Paris")]), `SET address.city = {"S":"Paris"}`],
  [
    "set of a list's element",
    update.set((p) => [p.lines.at(0).get("quantity").to(2), p.lines.at(1).to({ sku: "s", quantity: 1 })]),
    `SET lines[0].quantity = {"N":"2"}, lines[1] = {"M":{"sku":{"S":"s"},"quantity":{"N":"1"}}}`
  ],
  [
    "set of a part, by its codec",
    update.set((p) => [p.address.get("seen").to(DateTime.makeUnsafe(0)), p.counts.get("a.b").to(1)]),
    `SET address.seen = {"S":"1970-01-01T00:00:00.000Z"}, counts.a.b = {"N":"1"}`
  ],
  [
    "set of a part to an empty set",
    update.set((p) => [p.address.get("labels").to(new Set())]),
    `REMOVE address.labels`
  ],
  ["copy", update.set((p) => [p.nickname.to(p.name)]), `SET nick = name`],
  ["copy of a part", update.set((p) => [p.stock.to(p.lines.at(0).get("quantity"))]), `SET stock = lines[0].quantity`],
  [
    "copy of a field with a default",
    update.set((p) => [p.views.to(p.rank)]),
    `SET views = if_not_exists(rank, {"N":"10"})`
  ],
  ["increment", update.increment("stock"), `SET stock = stock + {"N":"1"}`],
  ["increment by", update.increment("stock", 5), `SET stock = stock + {"N":"5"}`],
  ["decrement", update.decrement("stock", 5), `SET stock = stock - {"N":"5"}`],
  [
    "increment of an optional number",
    update.increment("views", 0.1),
    `SET views = if_not_exists(views, {"N":"0"}) + {"N":"0.1"}`
  ],
  ["increment from a default", update.decrement("rank", 1), `SET rank = if_not_exists(rank, {"N":"10"}) - {"N":"1"}`],
  [
    "increment of a bigint",
    update.increment("serial", 12345678901234567890n),
    `SET serial = if_not_exists(serial, {"N":"0"}) + {"N":"12345678901234567890"}`
  ],
  [
    "increment of a BigDecimal",
    update.increment("price", BigDecimal.fromStringUnsafe("0.10")),
    `SET price = if_not_exists(price, {"N":"0"}) + {"N":"0.1"}`
  ],
  [
    "append",
    update.append("history", ["b"]),
    `SET history = list_append(if_not_exists(history, {"L":[]}), {"L":[{"S":"b"}]})`
  ],
  [
    "prepend",
    update.prepend("notes", ["b"]),
    `SET notes = list_append({"L":[{"S":"b"}]}, if_not_exists(notes, {"L":[]}))`
  ],
  [
    "append to a default",
    update.append("steps", ["sold"]),
    `SET steps = list_append(if_not_exists(steps, {"L":[{"S":"made"}]}), {"L":[{"S":"sold"}]})`
  ],
  ["setIfNotExists", update.setIfNotExists({ views: 1 }), `SET views = if_not_exists(views, {"N":"1"})`],
  ["addTo", update.addTo("tags", ["b", "b", "c"]), `ADD tags {"SS":["b","c"]}`],
  ["deleteFrom", update.deleteFrom("sizes", [1]), `DELETE sizes {"NS":["1"]}`],
  ["remove", update.remove("nickname", "views"), `REMOVE nick, views`],
  [
    "remove by path",
    update.remove((p) => [p.address.get("line2"), p.lines.at(0), p.counts.get("all"), p.nickname]),
    `REMOVE address.line2, lines[0], counts.all, nick`
  ],
  [
    "no members, no elements: no change of that field",
    update.addTo("tags", []).append("history", []).setIfNotExists({ views: undefined }).increment("stock"),
    `SET stock = stock + {"N":"1"}`
  ],
  [
    "all together",
    update
      .set({ name: "x" })
      .increment("stock")
      .append("history", ["b"])
      .addTo("tags", ["b"])
      .deleteFrom("sizes", [1])
      .remove("views"),
    `SET name = {"S":"x"}, stock = stock + {"N":"1"}, history = list_append(if_not_exists(history, {"L":[]}), {"L":[{"S":"b"}]}) ` +
      `REMOVE views ADD tags {"SS":["b"]} DELETE sizes {"NS":["1"]}`
  ],
  [
    "an index's key follows",
    update.set({ shelf: "a", place: 1 }),
    `SET shelf = {"S":"a"}, place = {"N":"1"}, gsi1pk = {"S":"shelf#a#product"}, gsi1sk = {"S":"001"}`
  ],
  ["an index is left", update.remove("place"), `REMOVE place, gsi1pk, gsi1sk`]
]

describe("the request of an update", () => {
  it.effect.each(rows)("%s", ([, update, expected]) =>
    Effect.gen(function* () {
      const input = yield* update.toInput()
      assertPlaceholders(input)
      assert.strictEqual(written(input), expected)
      assert.strictEqual(input.ConditionExpression, "attribute_exists(#0)")
    })
  )

  it.effect("has placeholders shared with its condition", () =>
    Effect.gen(function* () {
      const input = yield* update
        .decrement("stock", 5)
        .condition((p) => p.stock.gte(5))
        .toInput()
      assert.deepStrictEqual(input, {
        TableName: "products",
        Key: { pk: { S: "id#1#product" } },
        UpdateExpression: "SET #1 = #1 - :0",
        ConditionExpression: "attribute_exists(#0) AND #1 >= :0",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ExpressionAttributeNames: { "#0": "pk", "#1": "stock" },
        ExpressionAttributeValues: { ":0": { N: "5" } },
        ReturnValues: "ALL_NEW"
      })
    })
  )

  it.effect("asks for what it gives", () =>
    Effect.gen(function* () {
      const whole = update.set({ name: "x" })
      const part = update.set((p) => [p.address.get("city").to("x")])
      const returns = (update: Update.Update<typeof Product, unknown, unknown, unknown, unknown, never>) =>
        Effect.map(update.toInput(), ({ ReturnValues }) => ReturnValues)
      assert.deepStrictEqual(
        yield* Effect.all([
          returns(whole),
          returns(whole.returning("new")),
          returns(whole.returning("old") as unknown as typeof whole),
          returns(whole.returning("updatedNew")),
          returns(whole.returning("updatedOld")),
          returns(part.returning("updatedNew")),
          returns(part.returning("updatedOld")),
          returns(whole.returning("none"))
        ]),
        ["ALL_NEW", "ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD", "ALL_NEW", "ALL_OLD", undefined]
      )
    })
  )

  it.effect("is made anew by each method: what was said before stays as it was", () =>
    Effect.gen(function* () {
      const base = update.set({ name: "x" })
      base
        .increment("stock")
        .remove("views")
        .condition((p) => p.stock.gt(1))
      const input = yield* base.toInput()
      assert.strictEqual(written(input), `SET name = {"S":"x"}`)
      assert.strictEqual(input.ConditionExpression, "attribute_exists(#0)")
    })
  )

  it("shows neither keys nor values", () => {
    assert.strictEqual(
      JSON.stringify(update.set({ name: "secret" })),
      `{"_id":"Update","entity":"Product","table":"products"}`
    )
  })
})

// -----------------------------------------------------------------------------
// Refusals, of code that has no types
// -----------------------------------------------------------------------------

/** A part of an item as code without types sees it. */
interface Part {
  readonly to: (value: unknown) => unknown
  readonly get: (name: string) => Part
  readonly at: (position: number) => Part
}
type ByPath = (p: { readonly [field: string]: Part }) => ReadonlyArray<unknown>

interface Untyped {
  readonly set: (values: object | ByPath) => Untyped
  readonly setIfNotExists: (values: object) => Untyped
  readonly increment: (field: string, by?: unknown) => Untyped
  readonly append: (field: string, elements: ReadonlyArray<unknown>) => Untyped
  readonly addTo: (field: string, members: Iterable<unknown>) => Untyped
  readonly remove: (...fields: ReadonlyArray<string | ByPath>) => Untyped
}

type Refusal = readonly [string, (update: Untyped) => Untyped, RegExp, ReadonlyArray<string | number>]

const refusals: ReadonlyArray<Refusal> = [
  ["no change at all", (u) => u.addTo("tags", []), /nothing is changed/, []],
  [
    "a part and its whole",
    (u) => u.set({ name: "x" }).set((p) => [p["address"]!.get("city").to("x"), p["address"]!.to({ city: "y" })]),
    /at address: it is changed, and a part of it too/,
    ["address"]
  ],
  [
    "a whole and its part",
    (u) => u.set({ lines: [] }).set((p) => [p["lines"]!.at(0).get("sku").to("x")]),
    /at lines\[0\].sku: it is changed, and a part of it too/,
    ["lines", 0, "sku"]
  ],
  [
    "the same part twice",
    (u) => u.set((p) => [p["lines"]!.at(0).get("sku").to("x")]).remove((p) => [p["lines"]!.at(0)]),
    /at lines\[0\]: it is changed, and a part/,
    ["lines", 0]
  ],
  [
    "two ways to change a field",
    (u) => u.increment("stock").set({ stock: 1 }),
    /at stock: it is changed twice/,
    ["stock"]
  ],
  [
    "a negative position",
    (u) => u.set((p) => [p["lines"]!.at(-1).to({ sku: "x", quantity: 1 })]),
    /at lines\[-1\]: a position in a list is a whole number from 0/,
    ["lines", -1]
  ],
  ["a part of the key", (u) => u.set((p) => [p["id"]!.to("2")]), /at id: it is part of the primary key/, ["id"]],
  ["a count of a key field", (u) => u.increment("id"), /at id: it is part of the primary key/, ["id"]],
  ["an unknown field", (u) => u.set((p) => [p["nope"]!.to(1)]), /at nope: it has no such field/, ["nope"]],
  [
    "an unknown part",
    (u) => u.set((p) => [p["address"]!.get("town").to(1)]),
    /at address.town: there is no such part/,
    ["address", "town"]
  ],
  [
    "a part of what may be absent",
    (u) => u.set((p) => [p["profile"]!.get("bio").to("x")]),
    /at profile.bio: there may be no profile/,
    ["profile", "bio"]
  ],
  [
    "the removal of a required part",
    (u) => u.remove((p) => [p["address"]!.get("city")]),
    /at address.city: it is required/,
    ["address", "city"]
  ],
  ["the removal of a required field", (u) => u.remove("name"), /at name: it is required/, ["name"]],
  ["the removal of a tuple's element", (u) => u.remove((p) => [p["pair"]!.at(0)]), /at pair\[0\]: /, ["pair", 0]],
  [
    "a value that does not fit",
    (u) => u.set((p) => [p["lines"]!.at(0).get("quantity").to("secret")]),
    /at lines\[0\].quantity: /,
    ["lines", 0, "quantity"]
  ],
  [
    "an element that does not fit",
    (u) => u.set((p) => [p["history"]!.at(2).to(1)]),
    /at history\[2\]: /,
    ["history", 2]
  ],
  [
    "something in an element that does not fit",
    (u) =>
      u.append("lines", [
        { sku: "a", quantity: 1 },
        { sku: "a", quantity: 0.5 }
      ]),
    /at lines\[1\].quantity: /,
    ["lines", 1, "quantity"]
  ],
  ["a member that does not fit", (u) => u.addTo("sizes", ["secret"]), /at sizes/, ["sizes", "values", 0]],
  ["an empty text among the elements", (u) => u.append("notes", [""]), /at notes\[0\]: /, ["notes", 0]],
  ["no number", (u) => u.increment("stock", "1"), /at stock: Expected a number/, ["stock"]],
  ["NaN", (u) => u.increment("stock", Number.NaN), /at stock: Expected a finite number/, ["stock"]],
  ["infinity", (u) => u.increment("views", Infinity), /at views: Expected a finite number/, ["views"]],
  ["a fraction of an integer", (u) => u.increment("stock", 0.5), /at stock: Expected a whole number/, ["stock"]],
  ["a fraction of a bigint", (u) => u.increment("serial", 0.5), /at serial: Expected a whole number/, ["serial"]],
  [
    "a number that is stored as text",
    (u) => u.increment("cents"),
    /at cents: its numbers are stored as what a transformation makes of them/,
    ["cents"]
  ],
  ["a number that may be null", (u) => u.increment("maybe"), /at maybe: it may be null/, ["maybe"]],
  ["a count of a text", (u) => u.increment("name"), /at name: it is no number/, ["name"]],
  ["an element of a tuple", (u) => u.append("pair", [1]), /at pair: it is no list of any length/, ["pair"]],
  ["an element of a set", (u) => u.append("tags", ["x"]), /at tags: it is no list/, ["tags"]],
  ["a member of a list", (u) => u.addTo("history", ["x"]), /at history: it is not stored as a set/, ["history"]],
  [
    "an index's field by path",
    (u) => u.set((p) => [p["shelf"]!.to("x")]),
    /at shelf: the key of an index is made of it/,
    ["shelf"]
  ],
  [
    "a count of an index's field",
    (u) => u.increment("place"),
    /at place: the key of an index is made of it/,
    ["place"]
  ],
  [
    "an index's field where it is absent",
    (u) => u.setIfNotExists({ place: 1 }),
    /at place: the key of an index is made of it/,
    ["place"]
  ],
  ["what is no assignment", (u) => u.set((p) => [p["name"]]), /is made with `.to\(value\)`/, []],
  [
    "a copy of what is stored otherwise",
    (u) => u.set((p) => [p["since"]!.to(p["stock"])]),
    /at since: stock, which it would be copied from, may hold what it does not admit/,
    ["since"]
  ]
]

describe("refuses", () => {
  it.effect.each(refusals)("%s", ([, change, message, path]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(unchecked(change(update as unknown as Untyped)).toInput())
      assert.instanceOf(error, DynamoError.EncodeError)
      assert.match(error.message, message)
      assert.deepStrictEqual(error.path, path)
      assert.deepInclude(error, { operation: "UpdateItem", table: "products", entity: "Product" })
      assert.notInclude(JSON.stringify(error), "secret")
    })
  )

  it.effect("fields that live in the key alone", () =>
    Effect.gen(function* () {
      const Session = Entity.make("Session", {
        schema: Schema.Struct({ id: Schema.String, user: Schema.String }),
        table: Table.make("sessions", { sortKey: null }),
        partitionKey: ["id"],
        keyOnly: ["id"]
      })
      const session = Update.in(Session).key({ id: "1" })
      const copied = yield* Effect.flip(session.set((s) => [s.user.to(s.id)]).toInput())
      assert.match(copied.message, /Cannot update Session at id: it is keyOnly/)
    })
  )
})
