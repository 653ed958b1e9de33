/** Indexes of several attributes: text, numbers, dates, some optional, one nullable. */
import { DateTime, Schema } from "effect"
import { Entity, Index, Table } from "effect-dynamo"
import { member } from "../support/design.ts"
import type { Invented } from "./invented.ts"

const table = Table.make("sales", {
  partitionKey: "pk",
  indexes: {
    byPlace: Index.global({
      partitionKey: ["country", "city"],
      sortKey: [{ name: "total", type: "N" }, "sold_at", "pk"]
    }),
    byChannel: Index.global({ partitionKey: [{ name: "channel", type: "N" }, "country"] })
  }
})

export class Sale extends Entity.Class<Sale>("Sale")(
  Schema.Struct({
    id: Schema.String,
    country: Schema.String,
    city: Schema.optionalKey(Schema.String),
    total: Schema.Number,
    soldAt: Schema.DateTimeUtc,
    channel: Schema.NullOr(Schema.Int)
  }).pipe(Schema.encodeKeys({ soldAt: "sold_at" })),
  { table, partitionKey: ["id"] }
) {}

export const sales: Invented = {
  title: "sales by several attributes",
  table,
  onlyLocal: true,
  members: { Sale: member(Sale, { soldAt: (text: string) => DateTime.makeUnsafe(text) }) },
  items: [
    {
      entity: "Sale",
      input: { id: "1", country: "NL", city: "Delft", total: 9.5, soldAt: "2024-01-01T00:00:00.000Z", channel: 1 },
      stored: {
        pk: { S: "id#1#sale" },
        sk: { S: "sale" },
        _type: { S: "Sale" },
        id: { S: "1" },
        country: { S: "NL" },
        city: { S: "Delft" },
        total: { N: "9.5" },
        sold_at: { S: "2024-01-01T00:00:00.000Z" },
        channel: { N: "1" }
      }
    },
    {
      entity: "Sale",
      input: { id: "2", country: "NL", city: "Delft", total: 10, soldAt: "2023-01-01T00:00:00.000Z", channel: null },
      stored: {
        pk: { S: "id#2#sale" },
        sk: { S: "sale" },
        _type: { S: "Sale" },
        id: { S: "2" },
        country: { S: "NL" },
        city: { S: "Delft" },
        total: { N: "10" },
        sold_at: { S: "2023-01-01T00:00:00.000Z" }
      }
    },
    {
      entity: "Sale",
      input: { id: "3", country: "NL", total: 10, soldAt: "2023-01-01T00:00:00.000Z", channel: 1 },
      stored: {
        pk: { S: "id#3#sale" },
        sk: { S: "sale" },
        _type: { S: "Sale" },
        id: { S: "3" },
        country: { S: "NL" },
        total: { N: "10" },
        sold_at: { S: "2023-01-01T00:00:00.000Z" },
        channel: { N: "1" }
      }
    },
    {
      entity: "Sale",
      input: { id: "4", country: "NL", city: "Delft", total: 10, soldAt: "2024-06-01T00:00:00.000Z", channel: 2 },
      stored: {
        pk: { S: "id#4#sale" },
        sk: { S: "sale" },
        _type: { S: "Sale" },
        id: { S: "4" },
        country: { S: "NL" },
        city: { S: "Delft" },
        total: { N: "10" },
        sold_at: { S: "2024-06-01T00:00:00.000Z" },
        channel: { N: "2" }
      }
    }
  ]
}
