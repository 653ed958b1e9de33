/** Every row and rule of KEYS.md that concerns the text of keys. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Option } from "effect"
import { failureOf, type Fields, list, make, refusal, type Setup, textOf } from "./fixtures.ts"

const strings = (...names: ReadonlyArray<string>): Fields => Object.fromEntries(names.map((name) => [name, "string"]))

describe("field-list keys", () => {
  const rows: ReadonlyArray<
    readonly [
      entity: string,
      partition: ReadonlyArray<string>,
      sort: ReadonlyArray<string>,
      config: Setup["config"],
      values: Record<string, string>,
      partitionKey: string,
      sortKey: string
    ]
  > = [
    [
      "User",
      ["id"],
      ["email"],
      {},
      { id: "user-123", email: "john@example.com" },
      "id#user-123#user",
      "john@example.com"
    ],
    [
      "Order",
      ["customerId", "orderDate"],
      ["orderId"],
      {},
      { customerId: "C123", orderDate: "2024-01-15", orderId: "ORD-456" },
      "customerId#C123#orderDate#2024-01-15#order",
      "ORD-456"
    ],
    [
      "Order",
      ["customerId", "orderDate"],
      ["orderId"],
      { prefixSortKey: true },
      { customerId: "C123", orderDate: "2024-01-15", orderId: "ORD-456" },
      "customerId#C123#orderDate#2024-01-15#order",
      "orderId#ORD-456"
    ],
    [
      "User",
      ["tenantId"],
      ["userId"],
      { keySeparator: "_", prefixSortKey: true, suffixPartitionKey: false },
      { tenantId: "acme", userId: "123" },
      "tenantId_acme",
      "userId_123"
    ],
    [
      "Product",
      ["category"],
      ["productId"],
      {},
      { category: "electronics", productId: "P123" },
      "category#electronics#product",
      "P123"
    ],
    [
      "Event",
      ["id"],
      ["createdAt", "seq"],
      {},
      { id: "x", createdAt: "2024-01-15", seq: "123" },
      "id#x#event",
      "2024-01-15#123"
    ],
    [
      "Event",
      ["id"],
      ["createdAt", "seq"],
      { prefixSortKey: true },
      { id: "x", createdAt: "2024-01-15", seq: "123" },
      "id#x#event",
      "createdAt#2024-01-15#seq#123"
    ],
    ["User", ["id"], ["email"], {}, { id: "a#b", email: "c\\d" }, "id#a\\#b#user", "c\\\\d"],
    ["Member", ["tenant", "user"], ["s"], {}, { tenant: "a#b", user: "c", s: "x" }, "tenant#a\\#b#user#c#member", "x"],
    ["Member", ["tenant", "user"], ["s"], {}, { tenant: "a", user: "b#c", s: "x" }, "tenant#a#user#b\\#c#member", "x"],
    [
      "Product",
      ["category_id"],
      ["product_id"],
      { keySeparator: "_" },
      { category_id: "electronics", product_id: "prod_1" },
      "category_id_electronics_product",
      "prod\\_1"
    ],
    [
      "User",
      ["tenantId"],
      ["userId"],
      { keySeparator: "::" },
      { tenantId: "a:", userId: ":b" },
      "tenantId::a\\:::user",
      "\\:b"
    ],
    ["Note", ["id"], [], {}, { id: "n1" }, "id#n1#note", "note"]
  ]

  it("writes every row of the table, and reads it back", () => {
    for (const [entity, partition, sort, config = {}, values, partitionKey, sortKey] of rows) {
      const fields = strings(...partition, ...sort)
      const pk = make(list(...partition), fields, { entity, role: "partition", config })
      const sk = make(list(...sort), fields, { entity, role: "sort", config })
      assert.strictEqual(textOf(pk, values), partitionKey)
      assert.strictEqual(textOf(sk, values), sortKey)
      assert.deepStrictEqual(
        pk.parse({ S: partitionKey }),
        Object.fromEntries(partition.map((name) => [name, { S: values[name] ?? "" }]))
      )
      assert.deepStrictEqual(
        sk.parse({ S: sortKey }),
        Object.fromEntries(sort.map((name) => [name, { S: values[name] ?? "" }]))
      )
    }
  })

  it("takes names and the suffix literally, under their stored names", () => {
    const key = make(list("a", "b"), { a: ["string", "x#y"], b: ["string", "#"] }, { role: "partition", entity: "A#B" })
    assert.strictEqual(textOf(key, { a: "1#", b: "2" }), "x#y#1\\##" + "##2#a#b")
    assert.deepStrictEqual(key.parse({ S: "x#y#1\\####2#a#b" }), { a: { S: "1#" }, b: { S: "2" } })
    assert.strictEqual(key.literalPrefix, "x#y#")
    assert.deepStrictEqual(key.fields, ["a", "b"])
  })

  it("escapes every character that occurs in the separator, astral ones whole", () => {
    const fields = strings("a", "b")
    const key = make(list("a", "b"), fields, { config: { keySeparator: "😀-" } })
    const text = textOf(key, { a: "😀😁", b: "-\\😀-" })
    assert.strictEqual(text, "\\😀😁😀-\\-\\\\\\😀\\-")
    assert.deepStrictEqual(key.parse({ S: text }), { a: { S: "😀😁" }, b: { S: "-\\😀-" } })
  })

  it("has no empty keys", () => {
    assert.strictEqual(textOf(make(list(), {}, { entity: "Note", role: "partition", primary: false }), {}), "note")
    assert.match(refusal(list(), {}, { role: "partition", config: { suffixPartitionKey: false } }), /would be empty/)
    assert.strictEqual(textOf(make(list(), {}, { entity: "Note", config: { suffixPartitionKey: false } }), {}), "note")
  })

  it("refuses a missing, null or empty field, and names it", () => {
    for (const role of ["partition", "sort"] as const) {
      const key = make(list("a", "b"), strings("a", "b"), { role })
      for (const [value, absent] of [
        [undefined, true],
        [null, true],
        [Option.none(), true],
        ["", false]
      ] as const) {
        const failure = failureOf(key.encode({ a: "x", b: value }))
        assert.strictEqual(failure.field, "b")
        assert.strictEqual(failure.absent, absent)
        assert.include(failure.message, "b")
      }
      assert.isTrue(failureOf(key.encode({ a: "x" })).absent)
    }
  })

  it("does not take what every object has for fields", () => {
    const fields: Fields = Object.fromEntries([
      ["constructor", "string"],
      ["__proto__", "string"]
    ])
    const key = make(list("constructor", "__proto__"), fields)
    assert.isTrue(failureOf(key.encode({})).absent)
    const parsed = key.parse({ S: "a#b" })
    assert.deepStrictEqual(Object.entries(parsed ?? {}), [
      ["constructor", { S: "a" }],
      ["__proto__", { S: "b" }]
    ])
    assert.strictEqual(
      textOf(
        key,
        Object.fromEntries([
          ["constructor", "a"],
          ["__proto__", "b"]
        ])
      ),
      "a#b"
    )
  })

  it("keeps case, and refuses halves of surrogate pairs", () => {
    const key = make(list("a"), strings("a"))
    assert.strictEqual(textOf(key, { a: "aÉ😀\u0000" }), "aÉ😀\u0000")
    for (const a of ["\ud800", "a\udc00", "\udc00\ud800", "x\ud83d"]) {
      assert.match(failureOf(key.encode({ a })).message, /well-formed/)
    }
  })

  it("writes booleans, dates and numbers", () => {
    const key = make(list("b", "d", "z", "n"), { b: "boolean", d: "date", z: "zoned", n: "number" })
    const z = DateTime.makeZonedUnsafe("2024-01-15T10:00:00.000Z", { timeZone: "Europe/Paris" })
    const text = textOf(key, { b: true, d: new Date("2024-01-15T00:00:00Z"), z, n: "-1.50" })
    assert.strictEqual(text, "true#2024-01-15T00:00:00.000Z#2024-01-15T10:00:00.000Z#-1.5")
    assert.deepStrictEqual(key.parsed, ["b", "d", "n"])
    assert.deepStrictEqual(key.parse({ S: text }), {
      b: { BOOL: true },
      d: { S: "2024-01-15T00:00:00.000Z" },
      n: { N: "-1.5" }
    })
  })

  it("writes numbers plain and normalised", () => {
    const key = make(list("n"), { n: "number" })
    for (const [n, text] of [
      ["1e21", `1${"0".repeat(21)}`],
      [-0, "0"],
      ["00042", "42"],
      [1.5e-7, "0.00000015"],
      [10n ** 30n, `1${"0".repeat(30)}`]
    ] as const) {
      assert.strictEqual(textOf(key, { n }), text)
    }
    for (const n of [Number.NaN, Infinity, -Infinity, "1e126", "1e-131", "1".repeat(39)]) {
      assert.match(failureOf(key.encode({ n })).message, /not a number that DynamoDB can hold/)
    }
    for (const text of ["01", "1.0", "-0", "1e5", "+1", ".5", "x", " 1"]) {
      assert.isUndefined(key.parse({ S: text }), text)
    }
  })

  it("refuses dates that do not have the fixed width", () => {
    const key = make(list("d"), { d: "date" })
    assert.strictEqual(textOf(key, { d: new Date("0000-01-01T00:00:00.000Z") }), "0000-01-01T00:00:00.000Z")
    assert.strictEqual(textOf(key, { d: new Date("9999-12-31T23:59:59.999Z") }), "9999-12-31T23:59:59.999Z")
    for (const d of [
      new Date("+010000-01-01T00:00:00.000Z"),
      new Date("-000001-01-01T00:00:00.000Z"),
      "2024-01-01T00:00:00Z",
      "Invalid Date"
    ]) {
      assert.match(failureOf(key.encode({ d })).message, /valid date from year 0 to 9999/)
    }
    for (const text of [
      "2024-02-30T00:00:00.000Z",
      "2024-01-01",
      "2024-13-01T00:00:00.000Z",
      "2024-01-01T00:00:00.000+00:00"
    ]) {
      assert.isUndefined(key.parse({ S: text }), text)
    }
  })

  it("zero-pads non-negative integers that fit", () => {
    const key = make(list({ field: "n", mode: "padded", width: 8 }), { n: "number" })
    assert.strictEqual(textOf(key, { n: 42 }), "00000042")
    assert.strictEqual(textOf(key, { n: 0 }), "00000000")
    assert.deepStrictEqual(key.parse({ S: "12345678" }), { n: { N: "12345678" } })
    assert.deepStrictEqual(key.parse({ S: "00000000" }), { n: { N: "0" } })
    for (const n of [123456789, -1, 1.5, "1e8"]) {
      assert.match(failureOf(key.encode({ n })).message, /non-negative integer of at most 8 digits/)
    }
    for (const text of ["1234567", "123456789", "-1234567", "1234567x"]) {
      assert.isUndefined(key.parse({ S: text }), text)
    }
  })

  it("writes ordered numbers", () => {
    const key = make(list({ field: "n", mode: "ordered" }, "a"), { n: "number", a: "string" })
    assert.strictEqual(textOf(key, { n: 10.25, a: "x" }), "d10p250e#x")
    assert.deepStrictEqual(key.parse({ S: "d10p250e#x" }), { n: { N: "10.25" }, a: { S: "x" } })
    assert.isUndefined(key.parse({ S: "10.25#x" }))
    assert.isUndefined(failureOf(key.encode({ n: "1e126", a: "x" })).message.match(/126/)?.[0])
  })

  it("does not escape where told so, and refuses what could not be told apart", () => {
    const config = { escapeKeys: false }
    const one = make(list("id"), strings("id"), { role: "partition", entity: "User", config })
    assert.strictEqual(textOf(one, { id: "a#\\b#user" }), "id#a#\\b#user#user")
    assert.deepStrictEqual(one.parse({ S: "id#a#\\b#user#user" }), { id: { S: "a#\\b#user" } })
    assert.isUndefined(one.parse({ S: "id##user" }))
    assert.isUndefined(one.parse({ S: "id#user" }))
    const two = make(list("a", "b"), strings("a", "b"), { config: { ...config, keySeparator: "::" } })
    assert.strictEqual(textOf(two, { a: ":\\", b: ":b" }), ":\\:::b")
    assert.deepStrictEqual(two.parse({ S: ":\\:::b" }), { a: { S: ":\\" }, b: { S: ":b" } })
    for (const values of [
      { a: "a:", b: "b" },
      { a: "a::", b: "b" },
      { a: "::a", b: "b" },
      { a: "a", b: "x::y" }
    ]) {
      assert.match(failureOf(two.encode(values)).message, /would seem to go on/)
    }
    assert.isUndefined(two.parse({ S: "a::b::c" }))
    assert.match(failureOf(two.encode({ a: "\ud800", b: "b" })).message, /well-formed/)
  })

  it("never parses what it could not have written", () => {
    const key = make(list("a", "b"), strings("a", "b"))
    for (const text of ["a", "#b", "a#", "a#b#c", "a\\#b", "a\\x#b", "a#b\\", "", "#"]) {
      assert.isUndefined(key.parse({ S: text }), text)
    }
    assert.isUndefined(key.parse({ N: "1" }))
    assert.isUndefined(key.parse({ NULL: true }))
  })

  it("keeps to DynamoDB's limits in bytes", () => {
    const key = make(list("a"), strings("a"))
    assert.strictEqual(textOf(key, { a: "é".repeat(512) }).length, 512)
    assert.match(failureOf(key.encode({ a: "é".repeat(512) + "x" })).message, /1024 bytes/)
    assert.match(failureOf(key.encode({ a: "#".repeat(513) })).message, /1024 bytes/)
    const pk = make(list("a"), strings("a"), { role: "partition", config: { suffixPartitionKey: false } })
    assert.strictEqual(textOf(pk, { a: "€".repeat(682) }).length, 684)
    assert.match(failureOf(pk.encode({ a: "€".repeat(683) })).message, /2048 bytes/)
  })

  it("refuses fields and attributes that cannot be in a key", () => {
    assert.match(refusal(list("x"), {}), /not a field/)
    assert.match(refusal(list("x"), { x: "none" }), /cannot stand in a key/)
    assert.match(refusal(list("x"), { x: "binary" }), /Key\.attribute/)
    assert.match(refusal(list("x"), { x: "string" }, { type: "N" }), /type N/)
    assert.match(refusal(list("x"), { x: "string" }, { type: "B" }), /type B/)
    assert.match(refusal(list({ field: "x", mode: "ordered" }), { x: "string" }), /for numbers/)
    assert.match(refusal(list({ field: "x", mode: "padded", width: 3 }), { x: "date" }), /non-negative integers/)
    for (const keySeparator of ["", "a", "1", "\\", "\n", "#a", "é", "#\u0000", "#\ud800"]) {
      assert.match(refusal(list("x"), { x: "string" }, { config: { keySeparator } }), /key separator/)
    }
  })
})
