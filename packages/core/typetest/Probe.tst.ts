import { Effect, Schema } from "effect"
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { expect, test } from "tstyche"

const Users = Table.make("users")
const NoSort = Table.make("nosort", { sortKey: null })
const Shop = Table.make("shop", { partitionKey: "pk", sortKey: "sk", indexes: { gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }), byState: Index.global({ partitionKey: ["state", "city"], sortKey: ["createdAt"] }), byTotal: Index.local({ sortKey: { name: "total", type: "N" } }) } })
const fields = { id: Schema.String, email: Schema.String, n: Schema.Number, tags: Schema.Array(Schema.String) }
const schema = Schema.Struct(fields)

test("unused", () => {
  // @ts-expect-error there is none here
  Key.padded("n", 3)
})
