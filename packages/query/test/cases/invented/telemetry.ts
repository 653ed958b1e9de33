/** Keys that are numbers and bytes, a local index, and an index by the table's own partition attribute. */
import { BigDecimal, DateTime, Schema } from "effect"
import { Entity, Index, Key, Table } from "effect-dynamo"
import { member } from "../support/design.ts"
import type { Invented } from "./invented.ts"

const table = Table.make("telemetry", {
  partitionKey: { name: "deviceId", type: "N" },
  sortKey: { name: "at", type: "N" },
  indexes: {
    byLevel: Index.local({ sortKey: { name: "level", type: "N" }, projection: Index.include(["unit"]) }),
    byUnit: Index.local({ sortKey: "unit", projection: Index.keysOnly }),
    byDigest: Index.global({ partitionKey: { name: "digest", type: "B" } }),
    byDevice: Index.global({ partitionKey: { name: "deviceId", type: "N" }, sortKey: { name: "expires", type: "N" } })
  },
  timeToLive: "expires"
})

export class Reading extends Entity.Class<Reading>("Reading")(
  {
    deviceId: Schema.BigInt,
    at: Schema.DateTimeUtcFromMillis,
    level: Schema.optionalKey(Schema.BigDecimal),
    unit: Schema.NullOr(Schema.Literals(["C", "F"])),
    digest: Schema.optionalKey(Schema.Uint8Array),
    expires: Schema.optionalKey(Schema.DateTimeUtc)
  },
  {
    table,
    partitionKey: Key.attribute("deviceId"),
    sortKey: Key.attribute("at"),
    config: { entityTypeAttribute: false }
  }
) {}

const exact = ({ $num }: { readonly $num: string }) => BigDecimal.fromStringUnsafe($num)

export const telemetry: Invented = {
  title: "readings by numbers and bytes",
  table,
  members: {
    Reading: member(Reading, {
      deviceId: ({ $num }: { readonly $num: string }) => BigInt($num),
      at: (text: string) => DateTime.makeUnsafe(text),
      level: exact,
      digest: ({ $bin }: { readonly $bin: string }) => new Uint8Array(Buffer.from($bin, "base64")),
      expires: (text: string) => DateTime.makeUnsafe(text)
    })
  },
  items: [
    {
      entity: "Reading",
      input: {
        deviceId: { $num: "12345678901234567890123456789012345678" },
        at: "1969-12-31T23:59:59.999Z",
        level: { $num: "-1e-38" },
        unit: "C",
        digest: { $bin: "AP8=" },
        expires: "2030-01-01T00:00:00.000Z"
      },
      stored: {
        deviceId: { N: "12345678901234567890123456789012345678" },
        at: { N: "-1" },
        level: { N: "-0.00000000000000000000000000000000000001" },
        unit: { S: "C" },
        digest: { B: new Uint8Array([0, 255]) },
        expires: { N: "1893456000" }
      }
    },
    {
      // In no index: null in a key attribute of one is stored as nothing, and read as null.
      entity: "Reading",
      input: { deviceId: { $num: "-7" }, at: "2024-01-01T00:00:00.000Z", unit: null },
      stored: { deviceId: { N: "-7" }, at: { N: "1704067200000" } }
    },
    {
      entity: "Reading",
      input: { deviceId: { $num: "-7" }, at: "2024-01-01T00:00:00.001Z", unit: "F", level: { $num: "20.5" } },
      stored: { deviceId: { N: "-7" }, at: { N: "1704067200001" }, unit: { S: "F" }, level: { N: "20.5" } }
    },
    {
      entity: "Reading",
      input: {
        deviceId: { $num: "-7" },
        at: "2024-01-01T00:00:00.002Z",
        unit: "C",
        level: { $num: "3" },
        expires: "2024-02-01T00:00:00.000Z"
      },
      stored: {
        deviceId: { N: "-7" },
        at: { N: "1704067200002" },
        unit: { S: "C" },
        level: { N: "3" },
        expires: { N: "1706745600" }
      }
    }
  ]
}
