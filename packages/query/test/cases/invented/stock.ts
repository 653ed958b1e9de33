/** Numbers stored as text and padded in keys, an index for active items only, and two fields run together in a key. */
import { Schema, SchemaTransformation } from "effect"
import { Entity, Index, Key, Table } from "effect-dynamo"
import { member } from "../support/design.ts"
import type { Invented } from "./invented.ts"
import { inv8, pad8 } from "./parts.ts"

const table = Table.make("stock", {
  partitionKey: "PK",
  sortKey: "SK",
  indexes: {
    GSI1: Index.global({ partitionKey: "GSI1PK", sortKey: "GSI1SK" }),
    GSI2: Index.global({ partitionKey: "warehouse", sortKey: "GSI1SK" }),
    GSI3: Index.global({ partitionKey: "lot" })
  }
})

/** Epoch seconds in a table that expires nothing. */
const EpochSeconds = Schema.Int.pipe(
  Schema.decodeTo(
    Schema.String,
    SchemaTransformation.transform({
      decode: (seconds) => new Date(seconds * 1000).toISOString(),
      encode: (text) => Math.floor(Date.parse(text) / 1000)
    })
  )
)

export const Stock = Entity.make("Stock", {
  schema: Schema.Struct({
    warehouse: Schema.String,
    shelf: Schema.Int,
    sku: Schema.String,
    quantity: Schema.NumberFromString,
    active: Entity.withDefault(Schema.Boolean, true),
    lot: Schema.optional(Schema.NumberFromString),
    counted: Schema.optionalKey(EpochSeconds)
  }),
  table,
  partitionKey: Key.template("WH#{warehouse}"),
  sortKey: Key.template("{shelf:8}/{sku}", { separator: "/" }),
  indexes: {
    active: {
      index: "GSI1",
      when: { active: [true] },
      partitionKey: Key.template("ACTIVE"),
      sortKey: Key.template("{quantity:pad8}{quantity:inv8}#{lot}", { oneWay: true, parts: { inv8, pad8 } })
    }
  },
  keyOnly: ["shelf"],
  config: { entityTypeAttribute: "entity_type", entityType: "STOCK" }
})

export const stock: Invented = {
  title: "stock with numbers stored as text",
  table,
  members: { Stock: member(Stock) },
  items: [
    {
      entity: "Stock",
      input: {
        warehouse: "north",
        shelf: 12345678,
        sku: "a/b#c",
        quantity: 12,
        lot: 5,
        counted: "2024-01-01T00:00:00.000Z"
      },
      stored: {
        PK: { S: "WH#north" },
        SK: { S: "12345678/a\\/b#c" },
        GSI1PK: { S: "ACTIVE" },
        GSI1SK: { S: "0000001299999987#5" },
        entity_type: { S: "STOCK" },
        warehouse: { S: "north" },
        sku: { S: "a/b#c" },
        quantity: { S: "12" },
        active: { BOOL: true },
        lot: { S: "5" },
        counted: { N: "1704067200" }
      },
      defaults: { active: true }
    },
    {
      // Not active: neither in its index, nor in the one that shares the attribute.
      entity: "Stock",
      input: { warehouse: "north", shelf: 0, sku: "x", quantity: 0, active: false, lot: 6 },
      stored: {
        PK: { S: "WH#north" },
        SK: { S: "00000000/x" },
        entity_type: { S: "STOCK" },
        warehouse: { S: "north" },
        sku: { S: "x" },
        quantity: { S: "0" },
        active: { BOOL: false },
        lot: { S: "6" }
      }
    },
    {
      // Active, without what its key takes.
      entity: "Stock",
      input: { warehouse: "north", shelf: 1, sku: "x", quantity: 3, active: true },
      stored: {
        PK: { S: "WH#north" },
        SK: { S: "00000001/x" },
        entity_type: { S: "STOCK" },
        warehouse: { S: "north" },
        sku: { S: "x" },
        quantity: { S: "3" },
        active: { BOOL: true }
      }
    }
  ]
}
