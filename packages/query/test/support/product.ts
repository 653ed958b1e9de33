import { Attribute, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { Schema } from "effect"

export const Products = Table.make("products", {
  partitionKey: "pk",
  sortKey: null,
  indexes: { byShelf: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})

/** One field for each thing that an update does. */
export const Product = Entity.make("Product", {
  schema: Schema.Struct({
    id: Schema.String,
    name: Schema.String,
    nickname: Schema.optionalKey(Schema.String),
    stock: Schema.Int,
    views: Schema.optionalKey(Schema.Number),
    rank: Entity.withDefault(Schema.Number, 10),
    serial: Schema.optionalKey(Schema.BigInt),
    price: Schema.optionalKey(Schema.BigDecimal),
    cents: Schema.optionalKey(Schema.NumberFromString),
    maybe: Schema.optionalKey(Schema.NullOr(Schema.Number)),
    since: Schema.optionalKey(Schema.DateTimeUtc),
    tags: Attribute.StringSet,
    sizes: Schema.optionalKey(Attribute.NumberSet),
    history: Schema.Array(Schema.String),
    notes: Schema.optionalKey(Schema.Array(Schema.String.check(Schema.isMinLength(1)))),
    steps: Entity.withDefault(Schema.Array(Schema.String), ["made"]),
    options: Entity.withDefault(Schema.Record(Schema.String, Schema.Boolean), { dark: false }),
    pair: Schema.optionalKey(Schema.Tuple([Schema.Number, Schema.Number])),
    address: Schema.Struct({
      city: Schema.String,
      line2: Schema.optionalKey(Schema.String),
      seen: Schema.optionalKey(Schema.DateTimeUtc),
      labels: Schema.optionalKey(Attribute.StringSet)
    }),
    profile: Schema.optionalKey(Schema.Struct({ bio: Schema.String })),
    counts: Schema.Record(Schema.String, Schema.Number),
    lines: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int })),
    shelf: Schema.optionalKey(Schema.String),
    place: Schema.optionalKey(Schema.Int)
  }).pipe(Schema.encodeKeys({ nickname: "nick" })),
  table: Products,
  partitionKey: ["id"],
  indexes: { byShelf: { partitionKey: ["shelf"], sortKey: [Key.padded("place", 3)] } }
})
export type Product = typeof Product.Type

export const plain: Omit<Product, "id"> = {
  name: "chair",
  stock: 5,
  rank: 10,
  tags: new Set(["a"]),
  history: ["x"],
  steps: ["made"],
  options: { dark: false },
  address: { city: "Rome" },
  counts: { all: 1 },
  lines: [
    { sku: "s1", quantity: 1 },
    { sku: "s2", quantity: 2 }
  ]
}
