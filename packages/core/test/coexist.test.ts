import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Entity, Key, Table } from "../src/main.ts"

const Shop = Table.make("shop", { partitionKey: "pk", sortKey: "sk" })

const fields = {
  a: Schema.String,
  b: Schema.String,
  n: Schema.Number,
  at: Schema.DateTimeUtc
}

const entity = (name: string, pk: string, sk: string, config: Entity.Config = {}) =>
  Entity.make(name, {
    schema: Schema.Struct(fields),
    table: Shop,
    // Templates that the compiler has not seen: what is tested is the check at run time.
    partitionKey: Key.template(pk as "{a}"),
    sortKey: Key.template(sk as "{b}"),
    config
  })

describe("Table.entities", () => {
  const refused = (a: Entity.Any, b: Entity.Any, why: RegExp) => {
    assert.throws(() => Table.entities(Shop, [a, b]), why)
    assert.throws(() => Table.entities(Shop, [b, a]), why)
  }
  const accepted = (a: Entity.Any, b: Entity.Any) => {
    assert.deepStrictEqual(Table.entities(Shop, [a, b]), [a, b])
    assert.deepStrictEqual(Table.entities(Shop, [b, a]), [b, a])
  }

  it("refuses names that are equal in lower case, and equal markers", () => {
    refused(
      entity("User", "U#{a}", "U"),
      entity("USER", "V#{a}", "V"),
      /"User" and "USER" have the same name|"USER" and "User"/
    )
    refused(
      entity("A", "A#{a}", "A", { entityType: "x" }),
      entity("B", "B#{a}", "B", { entityType: "x" }),
      /marked "x"/
    )
    accepted(
      entity("A", "A#{a}", "A", { entityType: "x", entityTypeAttribute: "t1" }),
      entity("B", "B#{a}", "B", { entityType: "x", entityTypeAttribute: "t2" })
    )
  })

  it("accepts a shared partition with sort keys apart", () => {
    accepted(entity("Customer", "C#{a}", "PROFILE"), entity("Order", "C#{a}", "ORDER#{at}#{b}"))
    accepted(entity("Order", "C#{a}", "ORDER#{a}#{b}"), entity("Line", "C#{a}", "ORDER#{a}#{b}#LINE#{n:5}"))
    accepted(entity("A", "{a}", "x#{n:5}"), entity("B", "{a}", "x#{n:6}"))
    accepted(entity("A", "{a}", "{at}"), entity("B", "{a}", "{n:24}"))
    accepted(entity("A", "{a}", "x#{n:ordered}"), entity("B", "{a}", "x#-{n}"))
  })

  it("refuses keys that can be one text", () => {
    refused(entity("A", "X#{a}", "Y#{b}"), entity("B", "X#{b}", "Y#{a}"), /can have the same key/)
    // The value of {b} may be "LINE", and that of {a} a date.
    refused(entity("A", "X#{a}", "Y#{b}"), entity("B", "X#{b}", "Y#LINE"), /can have the same key/)
    refused(entity("A", "{a}", "Y#{at}"), entity("B", "{a}", "Y#{b}"), /can have the same key/)
    refused(entity("A", "{a}", "Y#{n}"), entity("B", "{a}", "Y#{n:5}"), /can have the same key/)
    refused(entity("A", "{a}", "{a}#{b}"), entity("B", "{a}", "ORDER#{b}"), /can have the same key/)
  })

  it("knows that escaping keeps values within their parts", () => {
    // "a#b" is written "a\#b", which is no second part.
    accepted(entity("A", "{a}", "{a}"), entity("B", "{a}", "{a}#{b}"))
    // But one that escapes against another separator may write it bare.
    const bare = Entity.make("B", {
      schema: Schema.Struct(fields),
      table: Shop,
      partitionKey: Key.template("{a}"),
      sortKey: Key.template("{b}", { separator: "|" })
    })
    refused(entity("A", "{a}", "{a}#{b}"), bare, /can have the same key/)
  })

  it("keeps field lists apart by the name in the partition key", () => {
    const list = (name: string, config: Entity.Config = {}) =>
      Entity.make(name, { schema: Schema.Struct(fields), table: Shop, partitionKey: ["a"], sortKey: ["b"], config })
    accepted(list("User"), list("Order"))
    refused(list("User", { suffixPartitionKey: false }), list("Order", { suffixPartitionKey: false }), /same key/)
  })

  it("refuses an entity of another table", () => {
    const other = Entity.make("Other", {
      schema: Schema.Struct(fields),
      table: Table.make("other"),
      partitionKey: ["a"],
      sortKey: ["b"]
    })
    assert.throws(() => Table.entities(Shop, [other]), /declared for another table/)
  })
})
