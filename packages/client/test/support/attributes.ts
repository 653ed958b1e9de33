import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import { Arbitrary, Schema } from "effect"

const scalars = [
  Schema.Struct({ S: Schema.String }),
  Schema.Struct({ N: Schema.String }),
  Schema.Struct({ B: Schema.Uint8Array }),
  Schema.Struct({ BOOL: Schema.Boolean }),
  Schema.Struct({ NULL: Schema.Literal(true) }),
  Schema.Struct({ SS: Schema.Array(Schema.String) }),
  Schema.Struct({ NS: Schema.Array(Schema.String) }),
  Schema.Struct({ BS: Schema.Array(Schema.Uint8Array) })
] as const

const level1 = Schema.Union([
  ...scalars,
  Schema.Struct({ L: Schema.Array(Schema.Union(scalars)) }),
  Schema.Struct({ M: Schema.Record(Schema.String, Schema.Union(scalars)) })
])

const value = Schema.Union([
  ...scalars,
  Schema.Struct({ L: Schema.Array(level1) }),
  Schema.Struct({ M: Schema.Record(Schema.String, level1) })
])

/** Attribute values of every kind, three levels deep. */
export const arbitraryValue = Arbitrary.map(
  Arbitrary.schema(value),
  // of the SDK's mutable type
  (value) => value as unknown as AttributeValue
)

/** Items with some of them. The SDK loses attributes that are called `__proto__`. */
export const arbitraryItem = Arbitrary.map(Arbitrary.array(arbitraryValue, { maxLength: 4 }), (values) =>
  Object.fromEntries(values.map((value, at) => [["pk", "B", "BS", 'é "x"'][at] ?? `a${at}`, value]))
)
