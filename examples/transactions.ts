/**
 * Transactions, as the seed's README shows them: a money transfer, an order, a registration that happens
 * once, and a delete on a condition; each with what can go wrong.
 */
import assert from "node:assert/strict"
import { Console, DateTime, Effect, Option, Schedule, Schema } from "effect"
import { Check, Condition, Delete, Entity, Get, Put, Table, TableAdmin, Transaction, Update } from "effect-dynamo"
import { DynamoLocal } from "@effect-dynamo/testing"

// One table for everything: each entity's name is part of its keys.
export const Bank = Table.make("bank", { sortKey: null })

export class Account extends Entity.Class<Account>("Account")(
  {
    id: Schema.String,
    balance: Schema.Number,
    active: Entity.withDefault(Schema.Boolean, true),
    lastTransaction: Schema.optionalKey(Schema.DateTimeUtc)
  },
  { table: Bank, partitionKey: ["id"] }
) {}

class Transfer extends Entity.Class<Transfer>("Transfer")(
  {
    id: Schema.String,
    from: Schema.String,
    to: Schema.String,
    amount: Schema.Number,
    at: Schema.DateTimeUtc,
    status: Schema.Literals(["completed", "reversed"])
  },
  { table: Bank, partitionKey: ["id"] }
) {}

// -----------------------------------------------------------------------------
// 1. A transfer between accounts
// -----------------------------------------------------------------------------

export const transfer = Effect.fn("transfer")(function* (id: string, from: string, to: string, amount: number) {
  const now = yield* DateTime.now
  yield* Transaction.write([
    // A check on an item that is also written becomes the condition of that write.
    Check.in(Account)
      .key({ id: from })
      .condition((account) => Condition.and(account.balance.gte(amount), account.active.eq(true))),
    Check.in(Account)
      .key({ id: to })
      .condition((account) => account.active.eq(true)),
    Update.in(Account).key({ id: from }).decrement("balance", amount).set({ lastTransaction: now }),
    Update.in(Account).key({ id: to }).increment("balance", amount).set({ lastTransaction: now }),
    Put.into(Transfer, { id, from, to, amount, at: now, status: "completed" }).ifNotExists()
  ])
})

/** Which of its conditions was false: each operation's reason has the item that stood there. */
export const explained = (id: string, from: string, to: string, amount: number) =>
  transfer(id, from, to, amount).pipe(
    Effect.as("completed" as const),
    Effect.catchTag("ConditionalCheckFailed", ({ reasons: [source, target] }) => {
      if (source.code !== "ConditionalCheckFailed") {
        return Effect.succeed(target.code === "None" ? ("already done" as const) : ("inactive account" as const))
      }
      return Effect.succeed(
        // Decoded: an `Account`, or none where there is no such account.
        Option.match(source.item, {
          onNone: () => "no such account" as const,
          onSome: (account) => (account.active ? ("insufficient funds" as const) : ("inactive account" as const))
        })
      )
    })
  )

/** Another transaction was under way on one of the items: nothing was written, and it may be tried again. */
export const persistent = (id: string, from: string, to: string, amount: number) =>
  explained(id, from, to, amount).pipe(
    Effect.retry({
      while: (error) => error._tag === "TransactionConflict",
      schedule: Schedule.exponential("10 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 5 }))
    })
  )

// -----------------------------------------------------------------------------
// 2. An order
// -----------------------------------------------------------------------------

class Product extends Entity.Class<Product>("Product")(
  {
    id: Schema.String,
    stock: Schema.Int,
    soldCount: Entity.withDefault(Schema.Int, 0),
    active: Entity.withDefault(Schema.Boolean, true)
  },
  { table: Bank, partitionKey: ["id"] }
) {}

class Customer extends Entity.Class<Customer>("Customer")(
  {
    id: Schema.String,
    orders: Entity.withDefault(Schema.Array(Schema.String), []),
    orderCount: Entity.withDefault(Schema.Int, 0)
  },
  { table: Bank, partitionKey: ["id"] }
) {}

class Order extends Entity.Class<Order>("Order")(
  {
    id: Schema.String,
    customerId: Schema.String,
    productId: Schema.String,
    quantity: Schema.Int,
    status: Schema.Literals(["pending", "shipped"]),
    createdAt: Schema.DateTimeUtc
  },
  { table: Bank, partitionKey: ["id"], createdAt: "createdAt" }
) {}

const order = (id: string, customerId: string, productId: string, quantity: number) =>
  Transaction.write([
    Check.in(Product)
      .key({ id: productId })
      .condition((product) => Condition.and(product.stock.gte(quantity), product.active.eq(true))),
    Update.in(Product).key({ id: productId }).decrement("stock", quantity).increment("soldCount", quantity),
    Put.into(Order, { id, customerId, productId, quantity, status: "pending" }),
    Update.in(Customer).key({ id: customerId }).append("orders", [id]).increment("orderCount")
  ])

// -----------------------------------------------------------------------------
// 3. A registration that happens once
// -----------------------------------------------------------------------------

class User extends Entity.Class<User>("User")(
  {
    id: Schema.String,
    email: Schema.String,
    name: Schema.String,
    active: Entity.withDefault(Schema.Boolean, true)
  },
  // No two users have the same address: a guard item of the table sees to it, in the same transaction.
  { table: Bank, partitionKey: ["id"], unique: ["email"] }
) {}

class Profile extends Entity.Class<Profile>("Profile")(
  {
    userId: Schema.String,
    bio: Schema.String,
    createdAt: Schema.DateTimeUtc,
    firstSeen: Schema.optionalKey(Schema.DateTimeUtc),
    lastSeen: Schema.optionalKey(Schema.DateTimeUtc)
  },
  { table: Bank, partitionKey: ["userId"], createdAt: "createdAt" }
) {}

class Preferences extends Entity.Class<Preferences>("Preferences")(
  {
    userId: Schema.String,
    notifications: Entity.withDefault(Schema.Boolean, true),
    theme: Entity.withDefault(Schema.Literals(["light", "dark"]), "light"),
    language: Entity.withDefault(Schema.String, "en")
  },
  { table: Bank, partitionKey: ["userId"] }
) {}

const register = (id: string, email: string, name: string) =>
  Transaction.write([
    Put.into(User, { id, email, name }).ifNotExists(),
    Put.into(Profile, { userId: id, bio: "" }),
    Put.into(Preferences, { userId: id })
  ]).pipe(
    Effect.as("registered" as const),
    Effect.catchTag("ConditionalCheckFailed", () => Effect.succeed("user exists" as const))
  )

// -----------------------------------------------------------------------------
// 4. A condition on a delete
// -----------------------------------------------------------------------------

class Session extends Entity.Class<Session>("Session")(
  { id: Schema.String, userId: Schema.String, expiresAt: Schema.DateTimeUtc },
  { table: Bank, partitionKey: ["id"] }
) {}

/** The session goes if it is over, and its user knows when that was; else neither happens. */
const cleanUp = (id: string, userId: string) =>
  Effect.gen(function* () {
    const now = yield* DateTime.now
    yield* Transaction.write([
      Delete.from(Session)
        .key({ id })
        .condition((session) => session.expiresAt.lt(now)),
      Update.in(Profile).key({ userId }).set({ lastSeen: now }).setIfNotExists({ firstSeen: now })
    ])
  }).pipe(
    Effect.as("cleaned up" as const),
    Effect.catchTag("ConditionalCheckFailed", ({ reasons: [session] }) =>
      Effect.succeed(session.code === "None" ? ("no such user" as const) : ("not over yet" as const))
    )
  )

// -----------------------------------------------------------------------------
// What comes of them
// -----------------------------------------------------------------------------

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(Bank)
  yield* Put.into(Account, { id: "a", balance: 100 })
  yield* Put.into(Account, { id: "b", balance: 0 })
  yield* Put.into(Account, { id: "closed", balance: 0, active: false })

  assert.equal(yield* persistent("t1", "a", "b", 60), "completed")
  assert.equal(yield* persistent("t2", "a", "b", 60), "insufficient funds")
  assert.equal(yield* persistent("t3", "a", "closed", 10), "inactive account")
  assert.equal(yield* persistent("t4", "nobody", "b", 10), "no such account")
  assert.equal(yield* persistent("t1", "a", "b", 10), "already done")
  // What was read together belongs together.
  const [a, b] = yield* Transaction.get([
    Get.from(Account).key({ id: "a" }),
    Get.from(Account).key({ id: "b" }).orFail()
  ])
  assert.deepEqual([Option.getOrThrow(a).balance, b.balance], [40, 60])

  yield* Put.into(Product, { id: "p", stock: 3 })
  yield* Put.into(Customer, { id: "c" })
  const [, , placed] = yield* order("o1", "c", "p", 2)
  assert.equal(placed.status, "pending")
  const refused = yield* Effect.flip(order("o2", "c", "p", 2))
  assert.equal(refused._tag, "ConditionalCheckFailed")
  assert.equal((yield* Get.from(Product).key({ id: "p" }).orFail()).stock, 1)
  assert.deepEqual((yield* Get.from(Customer).key({ id: "c" }).orFail()).orders, ["o1"])

  assert.equal(yield* register("user-123", "john@example.com", "John Doe"), "registered")
  assert.equal(yield* register("user-123", "john@example.org", "John Doe"), "user exists")
  assert.equal(yield* register("user-456", "john@example.com", "Another John"), "user exists")
  assert.ok(Option.isNone(yield* Get.from(Profile).key({ userId: "user-456" })))

  const [past, future] = ["2020-01-01", "2099-01-01"].map((day) => DateTime.makeUnsafe(day))
  yield* Put.into(Session, { id: "s1", userId: "user-123", expiresAt: past! })
  yield* Put.into(Session, { id: "s2", userId: "user-123", expiresAt: future! })
  assert.equal(yield* cleanUp("s1", "user-123"), "cleaned up")
  assert.equal(yield* cleanUp("s2", "user-123"), "not over yet")
  assert.ok(Option.isNone(yield* Get.from(Session).key({ id: "s1" })))
  assert.ok((yield* Get.from(Profile).key({ userId: "user-123" }).orFail()).firstSeen !== undefined)
  yield* Console.log("every transaction happened whole, or not at all")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(DynamoLocal.layer)))
}
