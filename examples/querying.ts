/**
 * Reading, as the seed's README shows it: basic queries, query options, pagination,
 * global secondary indexes, projections and a parallel scan.
 */
import assert from "node:assert/strict"
import { Console, Effect, Option, Schema, Stream } from "effect"
import { Condition, Entity, Get, Index, Put, Query, Scan, Table, TableAdmin } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

const Products = Table.make("products", {
  indexes: { NameIndex: Index.global({ partitionKey: "name" }) }
})

class Product extends Entity.Class<Product>("Product")(
  {
    categoryId: Schema.String,
    productId: Schema.String,
    name: Schema.String,
    price: Schema.Number,
    stock: Entity.withDefault(Schema.Int, 0),
    active: Entity.withDefault(Schema.Boolean, true)
  },
  { table: Products, partitionKey: ["categoryId"], sortKey: ["productId"] }
) {}

const electronics = Query.from(Product).pk("electronics")

// List all products in a category.
const all = Effect.gen(function* () {
  const products = yield* electronics
  yield* Effect.forEach(products, (product) => Console.log(`${product.name}: $${product.price}`))
  return products.length
})

// Query options.
const prefix = electronics.sk.beginsWith("prod-1")
const after = electronics.sk.gt("prod-105")
const from = electronics.sk.gte("prod-105")
const range = electronics.sk.between("prod-100", "prod-109")
const descending = electronics.reverse()
const expensive = electronics.filter((p) => Condition.and(p.price.gt(500), p.stock.gt(10)))
const combined = electronics.sk
  .beginsWith("prod-1")
  .filter((p) => Condition.and(p.active.eq(true), p.price.lt(1000)))
  .reverse()
  .limit(5)

// Pagination: a page, and the page after it.
const twoPages = Effect.gen(function* () {
  const first = yield* electronics.limit(10).page()
  if (Option.isNone(first.cursor)) return [first.items, []] as const
  const second = yield* electronics.limit(10).page({ after: first.cursor.value })
  return [first.items, second.items] as const
})

// All pages, as they are consumed: no loop to write.
const paginated = electronics
  .pageSize(7)
  .stream()
  .pipe(
    Stream.runFold(
      () => 0,
      (count) => count + 1
    )
  )

// A global secondary index: its key attribute is a field, so there is nothing to declare.
const byName = Query.from(Product).index("NameIndex").pk("Smartphone")

// Only some fields: the type says which.
const narrow = electronics.select("productId", "name", "price").limit(3)
const narrowOne = Get.from(Product).key({ categoryId: "electronics", productId: "prod-100" }).select("name", "price")

// A parallel scan, asked for by name.
const scanned = Scan.from(Product).filter({ categoryId: "electronics" }).segments(8)

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(Products)
  yield* Effect.forEach(
    Array.from({ length: 40 }, (_, i) => i),
    (i) =>
      Put.into(Product, {
        categoryId: i < 30 ? "electronics" : "garden",
        productId: `prod-${100 + i}`,
        name: i === 3 ? "Smartphone" : `Thing ${i}`,
        price: i * 50,
        stock: i
      }),
    { concurrency: 8 }
  )

  assert.equal(yield* all, 30)
  assert.equal((yield* prefix).length, 30)
  assert.equal((yield* after)[0]?.productId, "prod-106")
  assert.equal((yield* from)[0]?.productId, "prod-105")
  assert.equal((yield* range).length, 10)
  assert.equal((yield* descending)[0]?.productId, "prod-129")
  assert.deepEqual(
    (yield* expensive).map((p) => p.stock),
    Array.from({ length: 19 }, (_, i) => i + 11)
  )
  assert.deepEqual(
    (yield* combined).map((p) => p.productId),
    ["prod-119", "prod-118", "prod-117", "prod-116", "prod-115"]
  )
  const [first, second] = yield* twoPages
  assert.deepEqual([first.length, second.length, second[0]?.productId], [10, 10, "prod-110"])
  assert.equal(yield* paginated, 30)
  assert.deepEqual(
    (yield* byName).map((p) => p.productId),
    ["prod-103"]
  )
  assert.deepEqual((yield* narrow)[1], { productId: "prod-101", name: "Thing 1", price: 50 })
  assert.deepEqual(yield* narrowOne, Option.some({ name: "Thing 0", price: 0 }))
  assert.equal((yield* scanned).length, 30)
  yield* Console.log("every read gave what the seed says")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
