/**
 * Writing, as the seed's README shows it: conditional puts, every kind of update, and
 * batches of any size.
 */
import assert from "node:assert/strict"
import { Console, DateTime, Effect, Option, Schema } from "effect"
import {
  Attribute,
  Batch,
  Delete,
  DynamoError,
  Entity,
  Get,
  Key,
  Put,
  Query,
  Table,
  TableAdmin,
  Update
} from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

const Products = Table.make("products")

class Product extends Entity.Class<Product>("Product")(
  {
    categoryId: Schema.String,
    productId: Schema.String,
    name: Schema.String,
    price: Schema.Number,
    stock: Entity.withDefault(Schema.Int, 0),
    active: Entity.withDefault(Schema.Boolean, true),
    tags: Schema.optionalKey(Attribute.StringSet),
    history: Schema.optionalKey(Schema.Array(Schema.String)),
    pictures: Schema.Array(Schema.String),
    supplier: Schema.optionalKey(Schema.String),
    address: Schema.optionalKey(Schema.Struct({ city: Schema.String, street: Schema.String })),
    size: Entity.withDefault(Schema.Struct({ width: Schema.Number, height: Schema.Number }), { width: 1, height: 1 }),
    dimensions: Schema.Struct({ width: Schema.Number, depth: Schema.optionalKey(Schema.Number) }),
    createdAt: Schema.DateTimeUtc,
    updatedAt: Schema.DateTimeUtc,
    version: Schema.Int
  },
  {
    table: Products,
    partitionKey: ["categoryId"],
    sortKey: ["productId"],
    // Kept without being given: when it was made and changed, and how often it was written.
    createdAt: "createdAt",
    updatedAt: "updatedAt",
    version: "version"
  }
) {}

const headphones = { categoryId: "electronics", productId: "prod-123" }

const creating = Effect.gen(function* () {
  const first = yield* Put.into(Product, {
    ...headphones,
    name: "Wireless Headphones",
    price: 299.99,
    stock: 50,
    dimensions: { width: 18 },
    pictures: ["front", "back"]
  })
  assert.equal(first.version, 1)

  // Another put of a new product under the same key does not replace it.
  const exists = yield* Put.into(Product, {
    ...headphones,
    name: "Other",
    price: 1,
    dimensions: { width: 1 },
    pictures: []
  }).pipe(
    Effect.as("created" as const),
    // The product that stands there comes with the failure.
    Effect.catchTag("ConditionalCheckFailed", ({ item }) => Effect.succeed(Option.getOrThrow(item).name))
  )
  assert.equal(exists, "Wireless Headphones")
  return first
})

const updating = Effect.gen(function* () {
  const product = Update.in(Product).key(headphones)
  // Each gives the whole product as it is after.
  assert.equal((yield* product.set({ name: "Headphones", price: 249 })).name, "Headphones")
  assert.equal((yield* product.increment("stock")).stock, 51)
  assert.equal((yield* product.decrement("stock", 5)).stock, 46)
  assert.deepEqual((yield* product.append("history", ["b"])).history, ["b"])
  assert.deepEqual((yield* product.prepend("history", ["a"])).history, ["a", "b"])
  assert.equal((yield* product.setIfNotExists({ supplier: "ACME" })).supplier, "ACME")
  assert.equal((yield* product.setIfNotExists({ supplier: "Other" })).supplier, "ACME")
  assert.deepEqual((yield* product.addTo("tags", ["audio", "new"])).tags, new Set(["audio", "new"]))
  assert.deepEqual((yield* product.deleteFrom("tags", ["new"])).tags, new Set(["audio"]))
  assert.equal((yield* product.remove("supplier")).supplier, undefined)
  // Parts of a field, and a copy of another one.
  assert.deepEqual((yield* product.set((p) => [p.dimensions.get("depth").to(7)])).dimensions, { width: 18, depth: 7 })
  assert.equal((yield* product.set((p) => [p.dimensions.get("width").to(p.price)])).dimensions.width, 249)
  assert.deepEqual((yield* product.remove((p) => [p.dimensions.get("depth")])).dimensions, { width: 249 })
  assert.deepEqual((yield* product.remove((p) => [p.pictures.at(0)])).pictures, ["back"])

  // All in one request, only while there is enough, and only what changed comes back.
  const changed = yield* product
    .decrement("stock", 6)
    .set({ active: false })
    .condition((p) => p.stock.gte(6))
    .returning("updatedNew")
  assert.deepEqual([changed.stock, changed.active, changed.name], [40, false, undefined])
  const tooMuch = yield* product
    .decrement("stock", 100)
    .condition((p) => p.stock.gte(100))
    .pipe(Effect.flip)
  assert.ok(tooMuch instanceof DynamoError.ConditionalCheckFailed)

  // An update is of something that exists.
  const missing = yield* Update.in(Product)
    .key({ ...headphones, productId: "none" })
    .increment("stock")
    .pipe(Effect.flip)
  assert.equal(missing._tag, "ItemNotFound")
})

const locking = Effect.gen(function* () {
  const read = yield* Get.from(Product).key(headphones).orFail()
  yield* Update.in(Product).key(headphones).set({ price: 199 })
  // Somebody wrote in between: what was read is out of date.
  const late = yield* Put.into(Product, new Product({ ...read, price: 299 })).pipe(Effect.flip)
  assert.equal(late._tag, "ConditionalCheckFailed")
  const now = yield* Get.from(Product).key(headphones).orFail()
  const saved = yield* Update.in(Product).key(headphones).ifVersion(now.version).set({ price: 299 })
  assert.equal(saved.version, now.version + 1)
  assert.ok(DateTime.toEpochMillis(saved.updatedAt) >= DateTime.toEpochMillis(saved.createdAt))
  yield* Delete.from(Product).key(headphones).ifVersion(saved.version)
})

// -----------------------------------------------------------------------------
// Batches
// -----------------------------------------------------------------------------

/** Without a version, which a batch cannot ask for. As an ordered number, `at` sorts by its size: 9 before 10. */
class Reading extends Entity.Class<Reading>("Reading")(
  { device: Schema.String, at: Schema.Int, value: Schema.Number },
  { table: Products, partitionKey: ["device"], sortKey: [Key.ordered("at")] }
) {}

const reading = (at: number) => Put.into(Reading, { device: "d1", at, value: at / 2 })

const batching = Effect.gen(function* () {
  // Any number: 25 go in a request, several requests at once.
  yield* Batch.write(Array.from({ length: 150 }, (_, at) => reading(at))).pipe(
    // What is left when the retries end is there to be written later.
    Effect.catchTag("BatchIncomplete", ({ operations }) => Batch.write(operations))
  )
  assert.equal(yield* Query.from(Reading).pk("d1").count(), 150)

  // Puts and deletes of any entities; gets in the order asked, each as it says.
  yield* Batch.write([reading(200), Delete.from(Reading).key({ device: "d1", at: 0 })])
  const key = (at: number) => ({ device: "d1", at })
  const [gone, value, whole] = yield* Batch.get([
    Get.from(Reading).key(key(0)),
    Get.from(Reading).key(key(1)).select("value").consistent(),
    Get.from(Reading).key(key(200)).orFail()
  ])
  assert.deepEqual([gone, value, whole.value], [Option.none(), Option.some({ value: 0.5 }), 100])

  // Gets from anywhere in the program, at the same time, become one request.
  const together = yield* Effect.forEach([1, 2, 3, 2, 1], (at) => Get.from(Reading).key(key(at)).batched(), {
    concurrency: "unbounded"
  })
  assert.equal(together.filter(Option.isSome).length, 5)
})

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(Products)
  yield* creating
  yield* updating
  yield* locking
  yield* batching
  yield* Console.log("every write did what the seed says")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
