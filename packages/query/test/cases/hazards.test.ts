/** The recorded hazards of composite keys, on entities and engines: `id` names the recorded case. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { type DynamoClient, Entity, Get, Index, Key, Put, Query, Table, TableAdmin, Update } from "effect-dynamo"
import { engines } from "../../../testing/test-support/engines.ts"
import { contents } from "./support/engine.ts"
import { hazards } from "./support/scenario.ts"
import { unchecked } from "../support/unchecked.ts"

const table = Table.make("hazards", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    byManager: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    byOffice: Index.global({ partitionKey: "office", sortKey: "sk" })
  }
})

/** In the table under `pk` alone; the partition's part and the sort key's are text. */
const Pair = Entity.make("Pair", {
  schema: Schema.Struct({ x: Schema.String, y: Schema.String }),
  table,
  partitionKey: Key.template("T#{x}#{y}"),
  sortKey: Key.template("T")
})

const Wide = Entity.make("Wide", {
  schema: Schema.Struct({ x: Schema.String, y: Schema.String }),
  table,
  partitionKey: Key.template("P#{x}"),
  sortKey: Key.template("S#{y}")
})

const Count = Entity.make("Count", {
  schema: Schema.Struct({ p: Schema.String, n: Schema.Int }),
  table,
  partitionKey: ["p"],
  sortKey: [Key.ordered("n")]
})

const Padded = Entity.make("Padded", {
  schema: Schema.Struct({ p: Schema.String, n: Schema.Int }),
  table,
  partitionKey: ["p"],
  sortKey: Key.template("I#{n:8}"),
  keyOnly: ["p", "n"]
})

const Moment = Entity.make("Moment", {
  schema: Schema.Struct({ p: Schema.String, d: Schema.Date }),
  table,
  partitionKey: ["p"],
  sortKey: Key.template("D#{d}")
})

const Order = Entity.make("Order", {
  schema: Schema.Struct({ p: Schema.String, u: Schema.String, o: Schema.String }),
  table,
  partitionKey: ["p"],
  sortKey: Key.template("USER#{u}#ORDER#{o}")
})

const Event = Entity.make("Event", {
  schema: Schema.Struct({ p: Schema.String, d: Schema.String, id: Schema.String }),
  table,
  partitionKey: ["p"],
  sortKey: Key.template("D#{d}#{id}")
})

const Employee = Entity.make("Employee", {
  schema: Schema.Struct({
    id: Schema.String,
    manager: Schema.optionalKey(Schema.NullOr(Schema.String)),
    grade: Schema.optionalKey(Schema.Int),
    office: Schema.optionalKey(Schema.String)
  }),
  table,
  partitionKey: Key.template("{id}"),
  sortKey: Key.template("employee"),
  indexes: {
    byManager: {
      partitionKey: Key.template("$task-manager#manager_{manager}"),
      sortKey: Key.template("$employee#grade_{grade:ordered}")
    }
  }
})

/** Only of values that types refuse: its key may lack a part. */
const Loose = Entity.make("Loose", {
  schema: Schema.Struct({ x: Schema.String, y: Schema.optionalKey(Schema.NullOr(Schema.String)) }),
  table,
  partitionKey: Key.template("T#{x}#{y}"),
  sortKey: Key.template("L")
})

const Plain = Entity.make("Plain", {
  schema: Schema.Struct({ device: Schema.String, at: Schema.String, site: Schema.optionalKey(Schema.String) }),
  table: Table.make("plain", {
    partitionKey: "device",
    sortKey: "at",
    indexes: { bySite: Index.global({ partitionKey: "site" }) }
  }),
  partitionKey: Key.attribute("device"),
  sortKey: Key.attribute("at")
})

const item = Effect.fn(function* (id: string) {
  return (yield* contents("hazards")).find((item) => item["id"]?.S === id) ?? {}
})

/** Which attributes of the index an item has. */
const indexKeys = Effect.fn(function* (id: string) {
  return Object.keys(yield* item(id)).filter((name) => name.startsWith("gsi1"))
})

/** A failure that comes without a client: nothing was sent. */
const refused = <E extends { readonly _tag: string; readonly message: string }>(
  request: { readonly toInput: () => Effect.Effect<unknown, E> },
  tag: E["_tag"],
  message: RegExp
) =>
  Effect.map(Effect.flip(request.toInput()), (error) => {
    assert.strictEqual(error._tag, tag)
    assert.match(error.message, message)
  })

const tagOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

const cases: { readonly [id: string]: Effect.Effect<void, unknown, DynamoClient.DynamoClient> } = {
  "sep-in-value": Effect.gen(function* () {
    const values = [
      { x: "a#b", y: "c" },
      { x: "a", y: "b#c" }
    ]
    for (const value of values) yield* Put.into(Pair, value).ifNotExists()
    for (const value of values) assert.deepStrictEqual(yield* Get.from(Pair).key(value), Option.some(value))
  }),

  "empty-field": Effect.gen(function* () {
    yield* refused(Put.into(Pair, { x: "", y: "#a" }), "KeyError", /"x" is empty/)
    yield* Put.into(Pair, { x: "#", y: "a" }).ifNotExists()
    assert.deepStrictEqual(yield* Query.from(Pair).pk({ x: "#", y: "a" }), [{ x: "#", y: "a" }])
  }),

  "num-9-10": Effect.gen(function* () {
    for (const n of [10, 9, -1, 100]) yield* Put.into(Count, { p: "num", n })
    const counts = Query.from(Count).pk("num")
    assert.deepStrictEqual(yield* Effect.map(counts, (found) => found.map(({ n }) => n)), [-1, 9, 10, 100])
    assert.deepStrictEqual(yield* Effect.map(counts.sk.gt(9), (found) => found.map(({ n }) => n)), [10, 100])
  }),

  "date-ms": Effect.gen(function* () {
    const dates = ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.500Z", "2024-01-01T00:00:01Z"].map((d) => new Date(d))
    for (const d of dates.toReversed()) yield* Put.into(Moment, { p: "date", d })
    const found = yield* Query.from(Moment).pk("date")
    assert.deepStrictEqual(
      found.map(({ d }) => d),
      dates
    )
  }),

  "id-prefix": Effect.gen(function* () {
    const orders = [
      { p: "prefix", u: "1", o: "a" },
      { p: "prefix", u: "10", o: "b" },
      { p: "prefix", u: "1", o: "c" }
    ] as const
    for (const order of orders) yield* Put.into(Order, order)
    assert.deepStrictEqual(yield* Query.from(Order).pk("prefix").sk.prefix({ u: "1" }), [orders[0], orders[2]])
    // As text it is the beginning of both.
    assert.strictEqual((yield* Query.from(Order).pk("prefix").sk.beginsWith({ u: "1" })).length, 3)
  }),

  "between-upper": Effect.gen(function* () {
    for (const [d, id] of [
      ["2023-12-31", "z"],
      ["2024-01-01", "a"],
      ["2024-01-31", "!"],
      ["2024-01-31", "b"],
      ["2024-01-31", "\u{10FFFF}"],
      ["2024-01-310", "x"],
      ["2024-02-01", "c"]
    ] as const) {
      yield* Put.into(Event, { p: "range", d, id })
    }
    const found = yield* Query.from(Event).pk("range").sk.between({ d: "2024-01-01" }, { d: "2024-01-31" })
    assert.deepStrictEqual(
      found.map(({ d, id }) => [d, id]),
      [
        ["2024-01-01", "a"],
        ["2024-01-31", "!"],
        ["2024-01-31", "b"],
        ["2024-01-31", "\u{10FFFF}"]
      ]
    )
  }),

  "pk-2048": Effect.gen(function* () {
    const value = { x: "€".repeat(682), y: "y" }
    yield* Put.into(Wide, value)
    assert.deepStrictEqual(yield* Get.from(Wide).key(value), Option.some(value))
    const longer = { x: "€".repeat(685), y: "y" }
    yield* refused(Put.into(Wide, longer), "KeyError", /2048 bytes/)
    yield* refused(Get.from(Wide).key(longer), "KeyError", /2048 bytes/)
    yield* refused(Query.from(Wide).pk(longer.x), "KeyError", /2048 bytes/)
  }),

  "sk-1024": Effect.gen(function* () {
    const value = { x: "x", y: "y".repeat(1022) }
    yield* Put.into(Wide, value)
    assert.deepStrictEqual(yield* Query.from(Wide).pk("x").sk.eq(value.y), [value])
    yield* refused(Put.into(Wide, { x: "x", y: `${value.y}y` }), "KeyError", /1024 bytes/)
    yield* refused(Query.from(Wide).pk("x").sk.eq(`${value.y}y`), "KeyError", /1024 bytes/)
  }),

  "empty-plain-key": Effect.gen(function* () {
    yield* refused(Put.into(Plain, { device: "", at: "a" }), "KeyError", /"device" is empty/)
    yield* refused(Put.into(Plain, { device: "d", at: "" }), "KeyError", /"at" is empty/)
    yield* refused(Put.into(Plain, { device: "d", at: "a", site: "" }), "KeyError", /"site" is empty/)
    yield* refused(Update.in(Plain).key({ device: "d", at: "a" }).set({ site: "" }), "KeyError", /"site" is empty/)
    yield* refused(Query.from(Plain).pk(""), "KeyError", /"device" is empty/)
    yield* refused(Query.from(Plain).index("bySite").pk(""), "KeyError", /"site" is empty/)
    yield* refused(Query.from(Plain).pk("d").sk.beginsWith(""), "KeyError", /"at" is empty/)
  }),

  "undefined-field": Effect.gen(function* () {
    yield* refused(Put.into(Loose, { x: "a" }), "KeyError", /"y" is missing/)
    yield* refused(Put.into(Loose, { x: "a", y: null }), "KeyError", /"y" is missing/)
    // @ts-expect-error a part of the key is missing
    yield* refused(Get.from(Pair).key({ x: "a" }), "KeyError", /"y" is missing/)
    // @ts-expect-error a part of the key is undefined
    yield* refused(Query.from(Pair).pk({ x: "a", y: undefined }), "KeyError", /"y" is missing/)
    for (const manager of [undefined, null]) {
      yield* Put.into(Employee, { id: "undefined", grade: 1, ...(manager === null ? { manager } : undefined) })
      assert.deepStrictEqual(yield* indexKeys("undefined"), [])
    }
  }),

  "partial-index-keys": Effect.gen(function* () {
    yield* Put.into(Employee, { id: "partial", manager: "m" })
    assert.deepStrictEqual(yield* indexKeys("partial"), [])
    yield* Update.in(Employee).key({ id: "partial" }).set({ manager: "m", grade: 2 })
    assert.deepStrictEqual(yield* indexKeys("partial"), ["gsi1pk", "gsi1sk"])
    yield* Update.in(Employee).key({ id: "partial" }).set({ manager: "m", grade: undefined })
    assert.deepStrictEqual(yield* indexKeys("partial"), [])
  }),

  "update-key-field": Effect.gen(function* () {
    // @ts-expect-error a field of the primary key cannot be changed
    const update = Update.in(Wide).key({ x: "x", y: "y" }).set({ y: "z" })
    yield* refused(update, "EncodeError", /part of the primary key/)
  }),

  "update-index-field-partial": Effect.gen(function* () {
    yield* Put.into(Employee, { id: "half", manager: "m", grade: 1 })
    const update = Update.in(Employee).key({ id: "half" })
    yield* refused(unchecked(update.set({ manager: "n" })), "KeyError", /grade is not known here/)
    yield* update.set({ manager: "n", grade: 1 })
    assert.strictEqual((yield* Query.from(Employee).index("byManager").pk("n")).length, 1)
  }),

  "update-remove-index-field": Effect.gen(function* () {
    const update = Update.in(Employee).key({ id: "removed" })
    for (const removal of [
      update.remove("manager"),
      update.remove("grade"),
      update.set({ manager: undefined }),
      update.set({ manager: null })
    ]) {
      yield* Put.into(Employee, { id: "removed", manager: "m", grade: 1, office: "o" })
      assert.deepStrictEqual(yield* indexKeys("removed"), ["gsi1pk", "gsi1sk"])
      yield* removal
      assert.deepStrictEqual(yield* indexKeys("removed"), [])
    }
    yield* update.remove("office")
    assert.deepStrictEqual(yield* Query.from(Employee).index("byOffice").pk("o"), [])
  }),

  "update-add-index-field": Effect.gen(function* () {
    yield* Put.into(Employee, { id: "counted", manager: "m", grade: 1 })
    const update = Update.in(Employee).key({ id: "counted" })
    // @ts-expect-error the key of an index is made of it
    yield* refused(update.increment("grade"), "EncodeError", /set it as a whole/)
    assert.deepStrictEqual(
      yield* Query.from(Employee).index("byManager").pk("m").sk.eq(1).first(),
      yield* Get.from(Employee).key({ id: "counted" })
    )
  }),

  "missing-field-shared-partition": Effect.gen(function* () {
    yield* Put.into(Employee, { id: "alone", grade: 1 })
    assert.deepStrictEqual(yield* indexKeys("alone"), [])
    assert.isFalse((yield* contents("hazards")).some((item) => item["gsi1pk"]?.S === "$task-manager#manager_"))
  }),

  "roundtrip-pad": Effect.gen(function* () {
    for (const n of [0, 7, 12345678, 99999999]) {
      yield* Put.into(Padded, { p: "pad", n })
      assert.deepStrictEqual(yield* Get.from(Padded).key({ p: "pad", n }), Option.some({ p: "pad", n }))
    }
    yield* refused(Put.into(Padded, { p: "pad", n: 100_000_000 }), "KeyError", /at most 8 digits/)
  }),

  "cursor-tamper": Effect.gen(function* () {
    for (const u of ["1", "2", "3"]) yield* Put.into(Order, { p: "cursor", u, o: "o" })
    const query = Query.from(Order).pk("cursor")
    const first = yield* query.limit(1).page()
    const after = Option.getOrThrow(first.cursor)
    assert.deepStrictEqual((yield* query.limit(1).page({ after })).items, [{ p: "cursor", u: "2", o: "o" }])
    const tags = yield* Effect.all([
      tagOf(Query.from(Order).pk("other tenant").page({ after })),
      tagOf(query.sk.prefix({ u: "1" }).page({ after })),
      tagOf(Query.from(Employee).index("byManager").pk("cursor").page({ after })),
      tagOf(Query.from(Plain).pk("cursor").page({ after }))
    ])
    assert.deepStrictEqual(
      tags,
      tags.map(() => "CursorError")
    )
  })
}

describe("recorded hazards", () => {
  it("are all here", () => {
    const recorded = hazards.map(({ id }) => id)
    assert.deepStrictEqual(Object.keys(cases).toSorted(), recorded.toSorted())
  })
})

engines("recorded hazards", (it) => {
  it.effect("have a table", () => TableAdmin.create(table))
  for (const [id, effect] of Object.entries(cases)) it.effect(id, () => effect)
})
