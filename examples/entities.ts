/**
 * Defining entities, as the seed's README shows it: fields and defaults, keys of several fields, what is stored, encoding
 * and decoding by hand, keys and attributes of one's own, and several entities in one table.
 */
import assert from "node:assert/strict"
import { Console, DateTime, Effect, Option, Schema, SchemaGetter } from "effect"
import { Attribute, Entity, Get, Index, Key, Put, Query, Table, TableAdmin } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

// -----------------------------------------------------------------------------
// Fields, defaults, and a configuration of the entity's own
// -----------------------------------------------------------------------------

class Product extends Entity.Class<Product>("Product")(
  {
    categoryId: Schema.String,
    productId: Schema.String,
    name: Schema.String,
    // May be absent, and is then not stored at all.
    description: Schema.optionalKey(Schema.String),
    price: Schema.Number.check(Schema.isGreaterThan(0)),
    // A default is filled in where a value is made, and where a stored item lacks the field.
    currency: Entity.withDefault(Schema.Literals(["USD", "EUR"]), "USD"),
    stock: Entity.withDefault(Schema.Int, 0),
    active: Entity.withDefault(Schema.Boolean, true),
    tags: Entity.withDefault(Schema.Array(Schema.String), () => []),
    metadata: Entity.withDefault(Schema.Record(Schema.String, Schema.String), () => ({})),
    createdAt: Entity.withDefault(Schema.DateTimeUtc, DateTime.now)
  },
  {
    table: Table.make("products"),
    partitionKey: ["categoryId"],
    sortKey: ["productId"],
    config: { keySeparator: "_" }
  }
) {
  // Getters and methods are of the class, not of what is stored.
  get label() {
    return `${this.name}, ${this.price} ${this.currency}`
  }
}

const laptop = new Product({
  categoryId: "electronics",
  productId: "p1",
  name: "Laptop",
  price: 1299.99,
  tags: ["new"],
  createdAt: DateTime.makeUnsafe("2024-01-15T10:30:00Z")
})

// -----------------------------------------------------------------------------
// Keys of several fields, and names of attributes
// -----------------------------------------------------------------------------

class Order extends Entity.Class<Order>("Order")(
  // The program's names to the left, those of the attributes to the right.
  Schema.Struct({
    customerId: Schema.String,
    orderDate: Schema.String,
    orderId: Schema.String,
    total: Schema.Number
  }).pipe(Schema.encodeKeys({ customerId: "customer_id", orderDate: "order_date", orderId: "order_id" })),
  {
    table: Table.make("orders"),
    partitionKey: ["customerId", "orderDate"],
    sortKey: ["orderId"],
    config: { prefixSortKey: true }
  }
) {}

const order = new Order({ customerId: "C123", orderDate: "2024-01-15", orderId: "ORD-456", total: 10 })

// -----------------------------------------------------------------------------
// One table for several entities, with keys as text with fields in it
// -----------------------------------------------------------------------------

const Forum = Table.make("forum", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: { gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})

class Thread extends Entity.Class<Thread>("Thread")(
  { id: Schema.String, title: Schema.String },
  { table: Forum, partitionKey: Key.template("THREAD#{id}"), sortKey: Key.template("THREAD") }
) {}

class Reply extends Entity.Class<Reply>("Reply")(
  { threadId: Schema.String, at: Schema.DateTimeUtc, author: Schema.String, votes: Schema.Int },
  {
    table: Forum,
    partitionKey: Key.template("THREAD#{threadId}"),
    // Text order is time order. Numbers say how they shall sort.
    sortKey: Key.template("REPLY#{at}"),
    indexes: {
      byAuthor: {
        index: "gsi1",
        partitionKey: Key.template("AUTHOR#{author}"),
        sortKey: Key.template("VOTES#{votes:ordered}")
      }
    }
  }
) {}

// Refused when the program starts, if a key of one could be a key of the other.
Table.entities(Forum, [Thread, Reply])

// -----------------------------------------------------------------------------
// Types of one's own
// -----------------------------------------------------------------------------

class Money {
  readonly cents: number
  constructor(cents: number) {
    this.cents = cents
  }
}

/** By a schema with another encoded side: stored as a number of cents. */
const Cents = Schema.Int.pipe(
  Schema.decodeTo(Schema.instanceOf(Money), {
    decode: SchemaGetter.transform((cents) => new Money(cents)),
    encode: SchemaGetter.transform((money) => money.cents)
  })
)

/** By its attribute value, where a table holds what no schema has: text, with its currency. */
const Euro = Attribute.make({
  identifier: "Euro",
  is: (u): u is Money => u instanceof Money,
  encode: (money) => ({ S: `EUR ${(money.cents / 100).toFixed(2)}` }),
  decode: (attribute) => {
    if (!("S" in attribute)) throw new Error("not an amount")
    return new Money(Math.round(Number(attribute.S.slice(4)) * 100))
  }
})

const Series = Table.make("time_series", { partitionKey: "deviceId", sortKey: "timestamp" })

/** A point in a time series. What the seed's `before_write` did is a default of the field, and a hook before each put. */
class Reading extends Entity.Class<Reading>("Reading")(
  {
    deviceId: Schema.String,
    timestamp: Entity.withDefault(Schema.DateTimeUtc, DateTime.now),
    value: Schema.Number,
    cost: Cents,
    price: Euro
  },
  {
    table: Series,
    // Keys that are no text made of fields, but the fields themselves.
    partitionKey: Key.attribute("deviceId"),
    sortKey: Key.attribute("timestamp"),
    beforeWrite: (reading) => Effect.succeed({ ...reading, value: Math.round(reading.value * 10) / 10 })
  }
) {}

// -----------------------------------------------------------------------------
// What comes of them
// -----------------------------------------------------------------------------

export const program = Effect.gen(function* () {
  yield* Console.log(`${laptop.label}; ${laptop.stock} in stock`)
  assert.throws(() => new Product({ ...laptop, price: -1 }))

  // By hand, for code that talks to the SDK, or that reads a stream or an export. No client is needed.
  const item = yield* Entity.encode(Product, laptop)
  assert.deepEqual(item["pk"], { S: "categoryId_electronics_product" })
  assert.deepEqual(item["description"], undefined)
  assert.deepEqual(yield* Entity.decode(Product, item), laptop)
  // Without an entity: as plain values.
  yield* Console.log("what is stored of it:", yield* Attribute.toPlain(item))
  // An item from before there were defaults.
  const { currency: _currency, stock: _stock, ...old } = item
  assert.equal((yield* Entity.decode(Product, old)).label, laptop.label)

  assert.deepEqual(yield* Entity.key(Order, order), {
    pk: { S: "customer_id#C123#order_date#2024-01-15#order" },
    sk: { S: "order_id#ORD-456" }
  })
  // What stands in values never makes two keys the same.
  assert.deepEqual((yield* Entity.key(Order, { ...order, customerId: "C#1" }))["pk"], {
    S: "customer_id#C\\#1#order_date#2024-01-15#order"
  })

  yield* TableAdmin.create(Forum)
  yield* Put.into(Thread, { id: "1", title: "Keys" })
  const replies = [
    { at: "2024-01-15T10:00:00Z", author: "ada", votes: 9 },
    { at: "2024-01-15T09:00:00Z", author: "grace", votes: 3 },
    { at: "2024-01-16T08:00:00Z", author: "ada", votes: 10 }
  ]
  yield* Effect.forEach(replies, ({ at, ...reply }) =>
    Put.into(Reply, { threadId: "1", at: DateTime.makeUnsafe(at), ...reply })
  )
  // One query for both entities of the partition.
  const { inTime, thread } = yield* Query.collection({ thread: Thread, inTime: Reply }).pk({ threadId: "1" })
  assert.deepEqual(
    [Option.getOrThrow(thread).title, inTime.map(({ author }) => author)],
    ["Keys", ["grace", "ada", "ada"]]
  )
  const best = yield* Query.from(Reply).index("byAuthor").pk({ author: "ada" }).reverse()
  assert.deepEqual(
    best.map(({ votes }) => votes),
    [10, 9]
  )

  yield* TableAdmin.create(Series)
  const taken = yield* Put.into(Reading, { deviceId: "d1", value: 21.449, cost: new Money(5), price: new Money(250) })
  // The time was filled in, the value rounded.
  assert.equal(taken.value, 21.4)
  const stored = yield* Entity.encode(Reading, taken)
  assert.deepEqual([stored["cost"], stored["price"]], [{ N: "5" }, { S: "EUR 2.50" }])
  assert.deepEqual(yield* Get.from(Reading).key(taken), Option.some(taken))
  yield* Console.log("every entity is stored as it says")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
