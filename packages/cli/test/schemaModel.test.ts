/** What is inferred from which items: types, kinds, keys and names. */
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { buildEntity, buildTable } from "../src/schema/build.ts"
import { read } from "../src/schema/check.ts"
import { typeOf } from "../src/schema/infer.ts"
import { type EntityModel, type KeyModel, sourceOf, type TableModel, type Type } from "../src/schema/model.ts"
import { fieldName, pascal, singular } from "../src/schema/names.ts"
import { render } from "../src/schema/render.ts"
import { schemaOf } from "../src/schema/schema.ts"

const S = (text: string): AttributeValue => ({ S: text })
const N = (number: number | string): AttributeValue => ({ N: String(number) })
const times = <A>(count: number, make: (i: number) => A): Array<A> => Array.from({ length: count }, (_, i) => make(i))

const type = (values: ReadonlyArray<AttributeValue>, name = "x"): Type =>
  typeOf(values, { name, detail: "full", literals: true })

const table: TableModel = {
  name: "shop-items",
  partitionKey: { name: "PK", type: "S" },
  sortKey: { name: "SK", type: "S" },
  indexes: [
    {
      name: "GSI1",
      kind: "global",
      partitionKey: [{ name: "GSI1PK", type: "S" }],
      sortKey: [{ name: "GSI1SK", type: "S" }],
      projection: { _tag: "All" }
    }
  ],
  timeToLive: undefined
}

const modelOf = (items: ReadonlyArray<Item>) => Effect.runSync(schemaOf(table, items, { literals: true }))

const text = (key: KeyModel | undefined): string | undefined =>
  key === undefined
    ? undefined
    : key._tag === "Template"
      ? sourceOf(key)
      : key._tag === "Attribute"
        ? `= ${key.field}`
        : `[${key.fields.join(", ")}]`

/** Names of entities with their keys. */
const keysOf = (items: ReadonlyArray<Item>) =>
  modelOf(items).entities.map((entity) => [entity.name, text(entity.partitionKey), text(entity.sortKey)])

describe("types", () => {
  it("are what the values are stored as", () => {
    assert.deepStrictEqual(type([{ BOOL: true }]), { _tag: "Boolean" })
    assert.deepStrictEqual(type([N(1), N("1.5"), N("-2e3")]), { _tag: "Number" })
    assert.deepStrictEqual(type([N(1), N("9007199254740993")]), { _tag: "BigInt" })
    assert.deepStrictEqual(type([N("0.1"), N("9007199254740993")]), { _tag: "BigDecimal" })
    assert.deepStrictEqual(type([N("0.1234567890123456789")]), { _tag: "BigDecimal" })
    assert.deepStrictEqual(type([{ B: new Uint8Array([1]) }]), { _tag: "Uint8Array" })
    assert.deepStrictEqual(type([{ SS: ["a"] }]), { _tag: "StringSet" })
    assert.deepStrictEqual(type([{ NS: ["1"] }, { NS: ["9007199254740993"] }]), { _tag: "BigIntSet" })
    assert.deepStrictEqual(type([{ L: [] }]), { _tag: "Array", of: { _tag: "Unknown" } })
    assert.deepStrictEqual(type([{ NULL: true }]), { _tag: "Unknown" })
    assert.deepStrictEqual(type([{ NULL: true }, S("a")]), { _tag: "NullOr", of: { _tag: "String" } })
    assert.deepStrictEqual(type([N(1), S("a")]), { _tag: "Union", members: [{ _tag: "String" }, { _tag: "Number" }] })
  })

  it("are dates only where each is written as it was read", () => {
    const instant = "2024-01-15T10:30:00.000Z"
    assert.strictEqual(type([S(instant)])._tag, "DateTimeUtc")
    assert.strictEqual(type([S(instant), S("2024-01-15T10:30:00Z")])._tag, "String")
    assert.strictEqual(type([S("2024-02-30T10:30:00.000Z")])._tag, "String")
    assert.strictEqual(type([N(1_705_314_600_000)], "createdAt")._tag, "DateTimeUtcFromMillis")
    assert.strictEqual(type([N(1_705_314_600_000)], "views")._tag, "Number")
    assert.strictEqual(type([N(12)], "createdAt")._tag, "Number")
  })

  it("are literals only where few values occur often, and look like an enumeration", () => {
    const some = (count: number, ...values: ReadonlyArray<string>) => times(count, (i) => S(values[i % values.length]!))
    assert.deepStrictEqual(type(some(20, "paid", "open"), "status"), { _tag: "Literals", values: ["open", "paid"] })
    assert.deepStrictEqual(type(some(20, "In review", "Done"), "status"), {
      _tag: "Literals",
      values: ["Done", "In review"]
    })
    for (const [name, values] of [
      ["status", some(19, "paid", "open")],
      ["status", some(20, "paid")],
      ["status", [...some(30, "paid", "open"), S("late")]],
      ["status", some(27, ..."abcdefghi")],
      ["code", some(40, "a1", "b2")],
      ["person", some(40, "Ann", "Bob")],
      ["userId", some(40, "ann", "bob")],
      ["city", some(40, "delft", "porto")]
    ] as const) {
      assert.deepStrictEqual(type(values, name), { _tag: "String" }, name)
    }
  })

  it("are records where names are data, and structs elsewhere", () => {
    const map = (names: ReadonlyArray<string>): AttributeValue => ({
      M: Object.fromEntries(names.map((name) => [name, N(1)]))
    })
    const record: Type = { _tag: "Record", of: { _tag: "Number" } }
    assert.deepStrictEqual(type([map(["2024-01-15", "2024-01-16"])]), record)
    assert.deepStrictEqual(type([map(["17", "18"]), map(["19"])]), record)
    assert.deepStrictEqual(
      type(times(9, (i) => map([["ann", "bob", "cy", "di", "ed", "flo", "gus", "ida", "jo"][i]!]))),
      record
    )
    assert.deepStrictEqual(type([map(["toString"])]), record)
    assert.deepStrictEqual(type([map(["width", "height"]), map(["width"])]), {
      _tag: "Struct",
      fields: [
        { name: "height", stored: "height", optional: true, type: { _tag: "Number" } },
        { name: "width", stored: "width", optional: false, type: { _tag: "Number" } }
      ]
    })
  })
})

describe("kinds and keys", () => {
  it("are told by a marker", () => {
    const items = times(3, (i) => [
      { PK: S(`a#${i}`), SK: S("x"), _type: S("User"), id: S(`${i}`) },
      { PK: S(`a#${i}`), SK: S("y"), _type: S("order-line"), id: S(`${i}`) }
    ]).flat()
    assert.deepStrictEqual(keysOf(items), [
      ["User", "a#{id}", "x"],
      ["OrderLine", "a#{id}", "y"]
    ])
  })

  it("are not told by an attribute that is no marker", () => {
    const items = times(6, (i) => ({
      PK: S(`GIFT#${i}`),
      SK: S("GIFT"),
      type: S(i % 2 === 0 ? "toy" : "book"),
      n: N(i)
    }))
    const [gift, ...others] = modelOf(items).entities
    assert.deepStrictEqual(others, [])
    assert.isUndefined(gift?.marker)
    assert.isTrue(gift?.fields.some(({ name }) => name === "type"))
  })

  it("are told by what keys begin with", () => {
    const items: ReadonlyArray<Item> = [
      ...times(3, (i) => ({ PK: S(`USER#u${i}`), SK: S("PROFILE"), userId: S(`u${i}`) })),
      ...times(3, (i) => ({ PK: S(`USER#u${i}`), SK: S(`ORDER#${i}#x${i}`), userId: S(`u${i}`), order: S(`${i}`) }))
    ]
    assert.deepStrictEqual(keysOf(items), [
      ["Order", "USER#{userId}", "ORDER#{order}#{orderId}"],
      ["UserProfile", "USER#{userId}", "PROFILE"]
    ])
  })

  it("are one where keys do not tell", () => {
    const items = times(4, (i) => ({ PK: S(`x${i}`), SK: S(`y${i}`), ...(i === 0 ? { a: S("b") } : undefined) }))
    assert.deepStrictEqual(keysOf(items), [["ShopItem", "= PK", "= SK"]])
  })

  it("take no tenant's name for a word", () => {
    const items = times(4, (i) => ({ PK: S("TENANT#acme"), SK: S(`USER#${i}`), id: S(`${i}`) }))
    assert.deepStrictEqual(keysOf(items), [["User", "TENANT#{tenantId}", "USER#{id}"]])
  })

  it("are of one kind where an attribute says what they begin with", () => {
    const items = times(6, (i) => {
      const state = ["open", "late"][i % 2]!
      return { PK: S(`T#${i}`), SK: S(`${state}#${i}`), state: S(state), id: S(`${i}`) }
    })
    assert.deepStrictEqual(keysOf(items), [["ShopItem", "T#{id}", "{state}#{id}"]])
  })

  it("are written as they were: padded, in lower case, with other separators, escaped or not", () => {
    const key = (make: (i: number) => Item) => keysOf(times(5, make))[0]!.slice(1)
    assert.deepStrictEqual(
      key((i) => ({ PK: S(`U|a${i}`), SK: S(`S|000${i}`), name: S(`A${i}`), seq: N(i) })),
      ["U|{name:lower}", "S|{seq:4}"]
    )
    assert.deepStrictEqual(
      key((i) => ({ PK: S(`U#a\\#${i}`), SK: S(`{${i}}`), name: S(`a#${i}`), n: N(i) })),
      ["U#{name}", "{{{n}}}"]
    )
    const [entity] = modelOf(times(5, (i) => ({ PK: S(`U#a#${i}`), SK: S(`x${i}`), name: S(`a#${i}`) }))).entities
    assert.strictEqual(text(entity?.partitionKey), "U#{name}")
    assert.include(entity?.partitionKey, { separator: "|" })
  })

  it("of indexes are made of fields only where they will be written as they are", () => {
    const order = (i: number, indexed: boolean, status?: string): Item => ({
      PK: S(`ORDER#${i}`),
      SK: S("ORDER"),
      id: S(`${i}`),
      ...(status === undefined ? undefined : { state: S(status) }),
      ...(indexed ? { GSI1PK: S(`STATE#${status ?? "none"}`), GSI1SK: S(`ORDER#${i}`) } : undefined)
    })
    const patterns = (items: ReadonlyArray<Item>) => modelOf(items).entities[0] as EntityModel
    const sparse = patterns(times(6, (i) => (i % 2 === 0 ? order(i, true, `s${i}`) : order(i, false))))
    assert.deepStrictEqual(
      sparse.patterns.map(({ index, partitionKey, sortKey }) => [index, text(partitionKey), text(sortKey)]),
      [["GSI1", "STATE#{state}", "ORDER#{id}"]]
    )
    // Some have a state, and are not in the index all the same: that is somebody else's rule.
    const ruled = patterns(times(6, (i) => order(i, i % 2 === 0, `s${i}`)))
    assert.deepStrictEqual(ruled.patterns, [])
    assert.deepStrictEqual(
      ruled.fields.filter(({ name }) => name.startsWith("GSI1")).map(({ optional }) => optional),
      [true, true]
    )
  })
})

describe("items that were not looked at", () => {
  it.effect("are read, where they are like the others", () =>
    Effect.gen(function* () {
      const item = (i: number): Item => ({
        PK: S(`USER#${i}`),
        SK: S(`ORDER#${String(i).padStart(4, "0")}`),
        id: S(`${i}`),
        number: N(i),
        price: N(i === 17 ? "10.5" : i),
        status: S(i % 2 === 0 ? "open" : "paid"),
        city: S(`City ${i}`),
        visits: { M: { [`2024-01-${10 + (i % 20)}`]: N(1), "2024-02-01": N(2) } }
      })
      const model = yield* schemaOf(table, times(10, item), { literals: true })
      const entity = Result.getOrThrow(buildEntity(model.entities[0]!, buildTable(model.table)))
      for (const other of times(100, item)) assert.deepStrictEqual(yield* read(entity, other), { _tag: "Same" })
    })
  )
})

describe("names", () => {
  it("are identifiers, and none that the module has already", () => {
    assert.strictEqual(pascal("ORDER_line-item"), "OrderLineItem")
    assert.strictEqual(pascal("2fa"), "_2fa")
    assert.strictEqual(pascal("User²"), "User")
    assert.strictEqual(pascal("Order½ line"), "OrderLine")
    assert.strictEqual(singular("Categories"), "Category")
    assert.strictEqual(singular("Addresses"), "Address")
    assert.strictEqual(singular("Status"), "Status")
    assert.strictEqual(fieldName("State#Date"), "StateDate")
    assert.strictEqual(fieldName("first name"), "firstName")
    assert.strictEqual(fieldName("2fa"), "_2fa")
    assert.strictEqual(fieldName("constructor"), "constructor_")
    assert.strictEqual(fieldName("#"), "field")
  })

  it("do not hide what the module imports, nor end its comment", () => {
    const items = ["Key", "Schema", "shop-items"].map((name) => ({ PK: S(`${name}#1`), SK: S(name), _type: S(name) }))
    const module = render(modelOf(items), { command: "a */ b", from: 'x"y' })
    assert.include(module, 'export const KeyEntity = Entity.make("Key", {')
    assert.include(module, 'export const SchemaEntity = Entity.make("Schema", {')
    assert.include(module, 'export const ShopItems = Entity.make("ShopItems", {')
    assert.include(module, 'export const ShopItemsTable = Table.make("shop-items", {')
    assert.include(module, 'from "x\\"y"')
    assert.strictEqual(module.indexOf("*/"), module.indexOf(" */\nimport") + 1)
  })
})
