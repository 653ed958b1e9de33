import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { Schema } from "effect"

export const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    byTotal: Index.local({ sortKey: { name: "total", type: "N" }, projection: Index.keysOnly }),
    inverted: Index.global({ partitionKey: "sk", sortKey: "pk", projection: Index.include(["_type"]) }),
    bare: Index.global({ partitionKey: "sk", sortKey: "total2", projection: Index.keysOnly })
  }
})

export class User extends Entity.Class<User>("User")(
  {
    id: Schema.String,
    email: Schema.String,
    name: Schema.optionalKey(Schema.String),
    role: Entity.withDefault(Schema.String, "user"),
    total: Schema.optionalKey(Schema.Number)
  },
  {
    table: Shop,
    partitionKey: ["id"],
    sortKey: ["email"],
    indexes: { byRole: { index: "gsi1", partitionKey: ["role"], sortKey: ["id"] } }
  }
) {}

export class Order extends Entity.Class<Order>("Order")(
  { customerId: Schema.String, placedAt: Schema.String, orderId: Schema.String },
  {
    table: Shop,
    partitionKey: Key.template("C#{customerId}"),
    sortKey: Key.template("ORDER#{placedAt}#{orderId}")
  }
) {}
