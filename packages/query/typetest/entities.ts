/** The entities that the type tests of builders are about. */
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { Context, type Effect, Schema } from "effect"

/** The quick start's user: field lists, a sort key, a default, a getter. */
export class User extends Entity.Class<User>("User")(
  {
    id: Schema.String,
    email: Schema.String,
    name: Schema.optionalKey(Schema.String),
    role: Entity.withDefault(Schema.String, "user"),
    active: Entity.withDefault(Schema.Boolean, true),
    age: Schema.Number
  },
  { table: Table.make("users"), partitionKey: ["id"], sortKey: ["email"] }
) {
  get display() {
    return `${this.name ?? this.id} <${this.email}>`
  }
}
export const userKey = { id: "user-123", email: "john@example.com" }

export const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    gsi2: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk" }),
    byState: Index.global({ partitionKey: ["state", "city"], sortKey: ["placedAt", "total"] }),
    byTotal: Index.local({ sortKey: { name: "total", type: "N" } }),
    inverted: Index.global({ partitionKey: "sk", sortKey: "pk" }),
    mixed: Index.global({ partitionKey: "state", sortKey: "gsi1sk" }),
    foreign: Index.global({ partitionKey: "supplier" })
  }
})

/** Templates, two declared access patterns (one under another name), and those that the table's indexes are by themselves. */
export class Order extends Entity.Class<Order>("Order")(
  {
    customerId: Schema.String,
    orderId: Schema.String,
    placedAt: Schema.DateTimeUtc,
    state: Schema.String,
    city: Schema.String,
    total: Schema.Number,
    priority: Schema.Int,
    note: Schema.optionalKey(Schema.String),
    lines: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int }))
  },
  {
    table: Shop,
    partitionKey: Key.template("CUSTOMER#{customerId}"),
    sortKey: Key.template("ORDER#{placedAt}#{orderId}"),
    indexes: {
      byId: { index: "gsi1", partitionKey: Key.template("ORDER#{orderId}"), sortKey: Key.template("ORDER") },
      gsi2: { partitionKey: ["state"], sortKey: ["priority", Key.ordered("total"), "city"] }
    }
  }
) {}

/** No class; a table without a sort key. */
export const Session = Entity.make("Session", {
  schema: Schema.Struct({ token: Schema.String, userId: Schema.String, ip: Schema.optionalKey(Schema.String) }),
  table: Table.make("sessions", { sortKey: null }),
  partitionKey: ["token"]
})

/** A table with a sort key, and an entity whose sort key has no fields. */
export const Profile = Entity.make("Profile", {
  schema: Schema.Struct({ id: Schema.String, bio: Schema.String }),
  table: Table.make("profiles"),
  partitionKey: ["id"]
})

/** The key attributes are the fields, in their own types. */
export const Reading = Entity.make("Reading", {
  schema: Schema.Struct({ deviceId: Schema.String, at: Schema.Number, value: Schema.Number }),
  table: Table.make("readings", { partitionKey: "deviceId", sortKey: { name: "at", type: "N" } }),
  partitionKey: Key.attribute("deviceId"),
  sortKey: Key.attribute("at")
})

export class Cipher extends Context.Service<Cipher, { readonly key: string }>()("typetest/Cipher") {}
export class Plain extends Context.Service<Plain, { readonly key: string }>()("typetest/Plain") {}

declare const encrypted: Schema.Codec<string, string, Cipher, Plain>

/** A field that needs `Cipher` to be read and `Plain` to be written. */
export const Secret = Entity.make("Secret", {
  schema: Schema.Struct({ id: Schema.String, text: encrypted }),
  table: Table.make("secrets", { sortKey: null }),
  partitionKey: ["id"]
})

/** What an effect fails with, succeeds with and needs, side by side. */
export interface Outcome<A, E, R> {
  readonly success: A
  readonly error: E
  readonly services: R
}
export declare const outcome: <A, E, R>(effect: Effect.Effect<A, E, R>) => Outcome<A, E, R>
