/** Every row and rule of KEYS.md that concerns the text of keys. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Option, Schema } from "effect"
import {
  attribute,
  failureOf,
  type Fields,
  list,
  make,
  refusal,
  type Setup,
  template,
  textOf,
  unwrap
} from "./fixtures.ts"

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

describe("templates", () => {
  it("ignore configuration and are escaped against their own separator", () => {
    const config = { keySeparator: "|", prefixSortKey: true, escapeKeys: false }
    const key = make(template("ORDER#{placedAt}#{orderId}"), { placedAt: "date", orderId: "string" }, { config })
    const text = textOf(key, { placedAt: new Date(0), orderId: "a|#\\" })
    assert.strictEqual(text, "ORDER#1970-01-01T00:00:00.000Z#a|\\#\\\\")
    assert.deepStrictEqual(key.parse({ S: text }), {
      placedAt: { S: "1970-01-01T00:00:00.000Z" },
      orderId: { S: "a|#\\" }
    })
    const piped = make(template("{a}|{b}", { separator: "|" }), strings("a", "b"))
    assert.strictEqual(textOf(piped, { a: "#|", b: "x" }), "#\\||x")
  })

  it("are literal: no name, no suffix, field names and not stored ones", () => {
    const key = make(template("USER#{id}"), { id: ["string", "i"] }, { role: "partition" })
    assert.strictEqual(textOf(key, { id: "1" }), "USER#1")
    assert.strictEqual(textOf(make(template("metadata"), {}), {}), "metadata")
    assert.deepStrictEqual(make(template("metadata"), {}).parse({ S: "metadata" }), {})
    assert.isUndefined(make(template("metadata"), {}).parse({ S: "metadata2" }))
  })

  it("write braces", () => {
    const key = make(template("{{{a}}}#{{}}"), strings("a"))
    assert.strictEqual(textOf(key, { a: "x" }), "{x}#{}")
    assert.deepStrictEqual(key.parse({ S: "{x}#{}" }), { a: { S: "x" } })
  })

  it("say how values are written", () => {
    const key = make(template("{a:lower}#{b:upper}#{n:ordered}#{m:desc}#{p:4}"), {
      a: "string",
      b: "string",
      n: "number",
      m: "number",
      p: "number"
    })
    assert.strictEqual(textOf(key, { a: "AİSS", b: "ß", n: 5, m: 5, p: 12 }), "ai̇ss#SS#c5e#X4V#0012")
    assert.deepStrictEqual(key.parsed, ["n", "m", "p"])
    assert.deepStrictEqual(key.parse({ S: "a#B#c5e#X4V#0012" }), { n: { N: "5" }, m: { N: "5" }, p: { N: "12" } })
    assert.isUndefined(key.parse({ S: "A#B#c5e#X4V#0012" }))
    assert.isUndefined(key.parse({ S: "a#b#c5e#X4V#0012" }))
  })

  it("take any codec to text as a part", () => {
    const First = Schema.Struct({ letter: Schema.Literals(["a", "b"]) })
    const schema = Schema.fromJsonString(First)
    const key = make(template("L#{x:first}", { parts: { first: { schema } } }), { x: "none" })
    assert.strictEqual(textOf(key, { x: { letter: "a" } }), `L#{"letter":"a"}`)
    const failure = failureOf(key.encode({ x: { letter: "secret" } }))
    assert.match(failure.message, /part's schema/)
    assert.notInclude(failure.message, "secret")
    assert.deepStrictEqual(key.parsed, [])
    assert.deepStrictEqual(key.parse({ S: "L#anything" }), {})
    assert.isTrue(failureOf(key.encode({ x: undefined })).absent)
    const number = make(template("L#{x:n}", { parts: { n: { schema: Schema.Number } } }), { x: "number" })
    assert.match(failureOf(number.encode({ x: 1 })).message, /must encode to text/)
    assert.match(
      failureOf(make(template("{x:s}", { parts: { s: { schema: Schema.String } } }), { x: "string" }).encode({ x: "" }))
        .message,
      /empty/
    )
  })

  it("refuse a value in which the next literal could be found too early", () => {
    const key = make(template("{a}xy{b}-END"), strings("a", "b"))
    for (const values of [
      { a: "1", b: "2" },
      { a: "xy1", b: "xy" },
      { a: "x", b: "-EN" },
      { a: "yx", b: "#" }
    ]) {
      const text = textOf(key, values)
      assert.deepStrictEqual(key.parse({ S: text }), { a: { S: values.a }, b: { S: values.b } }, text)
    }
    for (const values of [
      { a: "1xy", b: "2" },
      { a: "1xy2", b: "2" },
      { a: "1", b: "2-END" },
      { a: "1", b: "2-END3" }
    ]) {
      const failure = failureOf(key.encode(values))
      assert.match(failure.message, /would seem to go on/)
      assert.isFalse(failure.absent)
    }
    // Found early, together with the beginning of the literal itself.
    const overlap = make(template("{a}aba{b}"), strings("a", "b"))
    assert.match(failureOf(overlap.encode({ a: "xab", b: "y" })).message, /would seem to go on/)
  })

  it("keep their braces, separators and parts in order", () => {
    const bad: ReadonlyArray<readonly [string, RegExp, Parameters<typeof template>[1]?]> = [
      ["", /empty/],
      ["a{b", /not closed/],
      ["a}b", /closes nothing/],
      ["{}", /names no field/],
      ["{:lower}", /names no field/],
      ["{a{b}", /inside the placeholder/],
      ["{a:nope}", /neither built in/],
      ["{a:toString}", /neither built in/],
      ["{a:0}", /width/],
      ["{a:39}", /width/],
      ["\ud800{a}", /well-formed/],
      ["{a}", /key separator/, { separator: "x" }],
      ["{a}", /key separator/, { separator: "" }],
      ["{a}", /built-in/, { parts: { lower: { schema: Schema.String } } }],
      ["{a}", /built-in/, { parts: { "10": { schema: Schema.String } } }]
    ]
    for (const [source, message, options] of bad) {
      assert.throws(() => template(source, options), message, source)
    }
  })

  it("need text between placeholders to parse back", () => {
    const fields = strings("name", "id")
    assert.match(refusal(template("account#{name}{id}"), fields), /put text between them$/)
    assert.match(refusal(template("account#{name}{id}"), fields, { primary: false }), /oneWay/)
    assert.match(refusal(template("account#{name}", { oneWay: true }), fields), /primary key must parse back/)
    const key = make(template("account#{name}{id}", { oneWay: true }), fields, { primary: false })
    assert.strictEqual(textOf(key, { name: "n#", id: "1" }), "account#n\\#1")
    assert.deepStrictEqual(key.parsed, [])
    assert.deepStrictEqual(key.parse({ S: "account#x" }), {})
    assert.isUndefined(key.parse({ S: "user#x" }))
  })

  it("may name a field twice, and read back only where both agree", () => {
    const key = make(template("A#{id}#B#{id}"), strings("id"))
    assert.deepStrictEqual(key.fields, ["id"])
    assert.strictEqual(textOf(key, { id: "1" }), "A#1#B#1")
    assert.deepStrictEqual(key.parse({ S: "A#1#B#1" }), { id: { S: "1" } })
    assert.isUndefined(key.parse({ S: "A#1#B#2" }))
  })

  it("refuse forms that do not fit the field", () => {
    assert.match(refusal(template("{x:desc}"), { x: "date" }), /for numbers/)
    assert.match(refusal(template("{x:lower}"), { x: "number" }), /for text/)
    assert.match(refusal(template("{x:upper}"), { x: "date" }), /for text/)
  })
})

describe("plain attributes", () => {
  it("are the field in its own type", () => {
    const values: ReadonlyArray<
      readonly ["S" | "N" | "B", Fields[string], unknown, ReturnType<ReturnType<typeof make>["parse"]>]
    > = [
      ["S", "string", "a#\\b", { x: { S: "a#\\b" } }],
      ["S", "date", new Date(0), { x: { S: "1970-01-01T00:00:00.000Z" } }],
      ["N", "number", 5, { x: { N: "5" } }],
      ["B", "binary", new Uint8Array([1]), { x: { B: new Uint8Array([1]) } }]
    ]
    for (const [type, kind, value, parsed] of values) {
      const key = make(attribute("x"), { x: kind }, { type })
      const encoded = unwrap(key.encode({ x: value }))
      assert.deepStrictEqual({ x: encoded }, parsed)
      assert.deepStrictEqual(key.parse(encoded), parsed)
      assert.isUndefined(key.parse({ BOOL: true }))
      assert.strictEqual(key.literalPrefix, "")
      assert.isUndefined(key.all)
    }
    assert.isUndefined(make(attribute("x"), { x: "date" }).parse({ S: "yesterday" }))
  })

  it("are refused where the types differ", () => {
    assert.match(refusal(attribute("x"), {}), /not a field/)
    assert.match(refusal(attribute("x"), { x: "boolean" }), /cannot be a key attribute/)
    assert.match(refusal(attribute("x"), { x: "none" }), /cannot be a key attribute/)
    assert.match(refusal(attribute("x"), { x: "number" }), /stored as N, but the key attribute has the type S/)
    assert.match(refusal(attribute("x"), { x: "string" }, { type: "N" }), /stored as S/)
  })

  it("refuse what DynamoDB refuses in a key", () => {
    const text = make(attribute("x"), { x: "string" })
    assert.match(failureOf(text.encode({ x: "" })).message, /empty/)
    assert.match(failureOf(text.encode({ x: "x".repeat(1025) })).message, /1024 bytes/)
    assert.match(failureOf(text.encode({ x: "\ud800" })).message, /well-formed/)
    assert.isTrue(failureOf(text.encode({ x: null })).absent)
    assert.isTrue(failureOf(text.encode({})).absent)
    const binary = make(attribute("x"), { x: "binary" }, { type: "B", role: "partition" })
    assert.match(failureOf(binary.encode({ x: new Uint8Array(0) })).message, /empty/)
    assert.match(failureOf(binary.encode({ x: new Uint8Array(2049) })).message, /2048 bytes/)
    const number = make(attribute("x"), { x: "number" }, { type: "N" })
    assert.match(failureOf(number.encode({ x: Number.NaN })).message, /can hold/)
  })
})
