/** The benchmark's shapes in this library. */
import * as Schema from "effect/Schema"
import { Attribute, Entity, Key, Table } from "effect-dynamo"

export const orderSchema = Schema.Struct({
  customerId: Schema.String,
  orderId: Schema.String,
  placedAt: Schema.String,
  status: Schema.Literals(["pending", "paid", "shipped"]),
  total: Schema.Finite,
  quantity: Schema.Finite,
  gift: Schema.Boolean,
  note: Schema.String
})

const productFields = () => ({
  category: Schema.String,
  id: Schema.String,
  name: Schema.String,
  brand: Schema.String,
  description: Schema.String,
  price: Schema.Finite,
  currency: Schema.Literals(["EUR", "USD", "GBP"]),
  cost: Schema.Finite,
  stock: Schema.Finite,
  weight: Schema.Finite,
  active: Schema.Boolean,
  featured: Schema.Boolean,
  rating: Schema.Finite,
  reviewCount: Schema.Finite,
  createdAt: Schema.String,
  updatedAt: Schema.String,
  sku: Schema.String,
  ean: Schema.String,
  color: Schema.String,
  material: Schema.String,
  warranty: Schema.optionalKey(Schema.String),
  discontinued: Schema.optionalKey(Schema.Boolean),
  supplier: Schema.Struct({
    name: Schema.String,
    email: Schema.String,
    address: Schema.Struct({
      street: Schema.String,
      city: Schema.String,
      zip: Schema.String,
      country: Schema.String
    })
  }),
  dimensions: Schema.Struct({ width: Schema.Finite, height: Schema.Finite, depth: Schema.Finite }),
  variants: Schema.Array(
    Schema.Struct({ sku: Schema.String, size: Schema.String, price: Schema.Finite, stock: Schema.Finite })
  ),
  images: Schema.Array(
    Schema.Struct({ url: Schema.String, alt: Schema.String, width: Schema.Finite, height: Schema.Finite })
  ),
  reviews: Schema.Array(Schema.Struct({ user: Schema.String, stars: Schema.Finite, text: Schema.String })),
  labels: Schema.Array(Schema.String),
  tags: Attribute.StringSet,
  related: Attribute.NumberSet
})

export const productSchema = Schema.Struct(productFields())

export class OrderClass extends Schema.Class<OrderClass>("Order")(orderSchema) {}
export class ProductClass extends Schema.Class<ProductClass>("Product")(productSchema) {}

export const tableOf = (name: string) => Table.make(name)

type BenchTable = ReturnType<typeof tableOf>

export const ordersIn = (table: BenchTable) =>
  Entity.make("Order", {
    schema: orderSchema,
    table,
    partitionKey: Key.template("CUSTOMER#{customerId}"),
    sortKey: Key.template("ORDER#{orderId}")
  })

export const productsIn = (table: BenchTable, name = "Product") =>
  Entity.make(name, {
    schema: Schema.Struct(productFields()),
    table,
    partitionKey: Key.template("CATALOG#{category}"),
    sortKey: Key.template("PRODUCT#{id}")
  })

export const ownMarkers = {
  order: { _type: { S: "Order" } },
  product: { _type: { S: "Product" } }
}
