/** A table without a sort key, field-list keys joined by "|", no marker, and values in values. */
import { DateTime, Option, Schema } from "effect"
import { Attribute, Entity, Index, Table } from "effect-dynamo"
import { member } from "../support/design.ts"
import type { Invented } from "./invented.ts"

const table = Table.make("settings", {
  partitionKey: "id",
  sortKey: null,
  indexes: { byOwner: Index.global({ partitionKey: "owner", sortKey: "changed" }) },
  timeToLive: "ttl"
})

export class Setting extends Entity.Class<Setting>("Setting")(
  Schema.Struct({
    tenant: Schema.String,
    name: Schema.String,
    owner: Schema.NullOr(Schema.String),
    changedAt: Schema.Option(Schema.Date),
    until: Schema.optionalKey(Schema.Date),
    note: Schema.NullOr(Schema.String),
    options: Schema.Struct({
      tags: Schema.Record(Schema.String, Attribute.StringSet),
      limits: Schema.Struct({
        max: Schema.NullOr(Schema.Number),
        by: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Number))
      }),
      rows: Schema.Array(Schema.Struct({ codes: Attribute.NumberSet, keep: Schema.optionalKey(Schema.Boolean) }))
    }),
    labels: Attribute.StringSet
  }).pipe(Schema.encodeKeys({ tenant: "t", changedAt: "changed", until: "ttl" })),
  {
    table,
    partitionKey: ["tenant", "name"],
    config: { keySeparator: "|", entityTypeAttribute: false }
  }
) {}

/** In the same table, without the suffix that tells entities apart: its keys have other names in them. */
export const Flag = Entity.make("Flag", {
  schema: Schema.Struct({ flag: Schema.Int, on: Schema.Boolean }),
  table,
  partitionKey: ["flag"],
  keyOnly: ["flag"],
  config: { keySeparator: "|", suffixPartitionKey: false, entityTypeAttribute: false }
})

const options = { tags: {}, limits: { max: null, by: {} }, rows: [] }

export const settings: Invented = {
  title: "settings in a table without a sort key",
  table,
  members: {
    Setting: member(Setting, {
      changedAt: (text: string | null) => Option.map(Option.fromNullOr(text), (text) => new Date(text)),
      until: (text: string) => DateTime.toDateUtc(DateTime.makeUnsafe(text))
    }),
    Flag: member(Flag)
  },
  items: [
    {
      entity: "Setting",
      input: {
        tenant: "a|b#c\\",
        name: "theme",
        owner: "ann",
        changedAt: "2024-01-02T03:04:05.006Z",
        until: "2024-01-02T03:04:05.999Z",
        note: null,
        options: {
          tags: { x: { $set: ["1", "2"] } },
          limits: { max: 0.1, by: { "a.b": { "#c": -5 } } },
          rows: [{ codes: { $set: [1, 2.5] }, keep: false }, { codes: { $set: [-3] } }]
        },
        labels: { $set: ["dark"] }
      },
      stored: {
        id: { S: "t|a\\|b#c\\\\|name|theme|setting" },
        t: { S: "a|b#c\\" },
        name: { S: "theme" },
        owner: { S: "ann" },
        changed: { S: "2024-01-02T03:04:05.006Z" },
        ttl: { N: "1704164645" },
        note: { NULL: true },
        options: {
          M: {
            tags: { M: { x: { SS: ["1", "2"] } } },
            limits: { M: { max: { N: "0.1" }, by: { M: { "a.b": { M: { "#c": { N: "-5" } } } } } } },
            rows: {
              L: [{ M: { codes: { NS: ["1", "2.5"] }, keep: { BOOL: false } } }, { M: { codes: { NS: ["-3"] } } }]
            }
          }
        },
        labels: { SS: ["dark"] }
      },
      reads: { until: "2024-01-02T03:04:05.000Z" }
    },
    {
      // Nothing that may be absent is there: in no index, and the empty set is no attribute.
      entity: "Setting",
      input: { tenant: "a", name: "b", owner: null, changedAt: null, note: "", options, labels: { $set: [] } },
      stored: {
        id: { S: "t|a|name|b|setting" },
        t: { S: "a" },
        name: { S: "b" },
        note: { S: "" },
        options: { M: { tags: { M: {} }, limits: { M: { max: { NULL: true }, by: { M: {} } } }, rows: { L: [] } } }
      }
    },
    {
      entity: "Flag",
      input: { flag: -12, on: true },
      stored: { id: { S: "flag|-12" }, on: { BOOL: true } }
    }
  ]
}
