import { assert, describe, it } from "@effect/vitest"
import { Index, Table } from "../src/main.ts"

const refusals: ReadonlyArray<readonly [name: string, make: () => unknown, message: RegExp]> = [
  ["an empty name", () => Table.make(""), /^Table\.make\(""\): a table's name has up to 255 characters/],
  ["a name with a space", () => Table.make("my table"), /^Table\.make\("my table"\): a table's name/],
  ["a name of 256 characters", () => Table.make("a".repeat(256)), /a table's name has up to 255 characters/],
  [
    "an index name of two characters",
    () => Table.make("shop", { indexes: { g1: Index.global({ partitionKey: "x" }) } }),
    /Table\.make\("shop"\): the index name "g1" does not have 3 to 255 characters/
  ],
  [
    "an attribute of two types",
    () =>
      Table.make("shop", {
        indexes: {
          one: Index.global({ partitionKey: { name: "total", type: "N" } }),
          two: Index.global({ partitionKey: "total" })
        }
      }),
    /the key attribute "total" is declared as N and as S; it can have one type/
  ],
  [
    "an index on the table's key in another type",
    () =>
      Table.make("shop", { partitionKey: "id", indexes: { one: Index.local({ sortKey: { name: "id", type: "N" } }) } }),
    /the key attribute "id" is declared as S and as N/
  ],
  [
    "one attribute as both keys",
    () => Table.make("shop", { partitionKey: "id", sortKey: "id" }),
    /the partition key and the sort key are both "id"/
  ],
  ["an empty attribute name", () => Table.make("shop", { partitionKey: "" }), /a key attribute has an empty name/],
  [
    "a local index in a table without sort key",
    () => Table.make("shop", { sortKey: null, indexes: { one: Index.local({ sortKey: "at" }) } }),
    /the local index "one" needs a table with a sort key/
  ],
  [
    "six local indexes",
    () =>
      Table.make("shop", {
        indexes: Object.fromEntries(
          ["one", "two", "three", "four", "five", "six"].map((name) => [name, Index.local({ sortKey: name })])
        )
      }),
    /it has 6 local indexes; DynamoDB allows 5/
  ]
]

describe("Table", () => {
  it("keeps what it was given", () => {
    const table = Table.make("events", {
      partitionKey: { name: "deviceId", type: "N" },
      sortKey: "at",
      indexes: { byKind: Index.global({ partitionKey: "kind" }) },
      timeToLive: "expiresAt"
    })
    assert.strictEqual(table.name, "events")
    assert.deepStrictEqual(table.partitionKey, { name: "deviceId", type: "N" })
    assert.deepStrictEqual(table.sortKey, { name: "at", type: "S" })
    assert.deepStrictEqual(Object.keys(table.indexes), ["byKind"])
    assert.strictEqual(table.timeToLive, "expiresAt")
    assert.isTrue(Table.isTable(table))
    assert.isFalse(Table.isTable({ name: "events" }))
    assert.isFalse(Table.isTable(null))
  })

  it("tells a table without sort key from one whose configuration decides", () => {
    assert.isUndefined(Table.make("a").sortKey)
    assert.isNull(Table.make("a", { sortKey: null }).sortKey)
  })

  it("takes a short name, which a prefix may lengthen, and every character DynamoDB allows", () => {
    for (const name of ["a", "A_b-c.9", "a".repeat(255)]) assert.strictEqual(Table.make(name).name, name)
  })

  it.each(refusals)("refuses %s", (_, make, message) => {
    assert.throws(make, message)
  })
})
