/** The examples of transactions that other libraries give, with the ways in which they fail. */
import { Condition, type DynamoError, Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { Check, Get, Put, Transaction, Update } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Bank = Table.make("bank", { sortKey: null })
const Shop = Table.make("shop")

class Account extends Entity.Class<Account>("Account")(
  {
    id: Schema.String,
    balance: Schema.Number,
    active: Entity.withDefault(Schema.Boolean, true),
    lastTransaction: Schema.optionalKey(Schema.DateTimeUtc)
  },
  { table: Bank, partitionKey: ["id"], updatedAt: "lastTransaction" }
) {}

class Transfer extends Entity.Class<Transfer>("Transfer")(
  {
    id: Schema.String,
    from: Schema.String,
    to: Schema.String,
    amount: Schema.Number,
    at: Schema.optionalKey(Schema.DateTimeUtc)
  },
  { table: Bank, partitionKey: Key.template("TRANSFER#{id}"), createdAt: "at" }
) {}

const transfer = (id: string, source: string, target: string, amount: number) =>
  Transaction.write([
    Check.in(Account)
      .key({ id: source })
      .condition((a) => Condition.and(a.balance.gte(amount), a.active.eq(true))),
    Check.in(Account)
      .key({ id: target })
      .condition((a) => a.active.eq(true)),
    Update.in(Account).key({ id: source }).decrement("balance", amount),
    Update.in(Account).key({ id: target }).increment("balance", amount),
    Put.into(Transfer, { id, from: source, to: target, amount }).ifNotExists()
  ])

class Product extends Entity.Class<Product>("Product")(
  { id: Schema.String, stock: Schema.Int, sold: Entity.withDefault(Schema.Int, 0), active: Schema.Boolean },
  { table: Shop, partitionKey: ["id"] }
) {}

class Customer extends Entity.Class<Customer>("Customer")(
  {
    id: Schema.String,
    orders: Schema.optionalKey(Schema.Array(Schema.String)),
    orderCount: Schema.optionalKey(Schema.Int)
  },
  { table: Shop, partitionKey: ["id"] }
) {}

class Order extends Entity.Class<Order>("Order")(
  {
    id: Schema.String,
    customerId: Schema.String,
    productId: Schema.String,
    quantity: Schema.Int,
    status: Schema.String
  },
  { table: Shop, partitionKey: ["id"] }
) {}

const order = (id: string, customerId: string, productId: string, quantity: number) =>
  Transaction.write([
    Check.in(Product)
      .key({ id: productId })
      .condition((p) => Condition.and(p.stock.gte(quantity), p.active.eq(true))),
    Update.in(Product).key({ id: productId }).decrement("stock", quantity).increment("sold", quantity),
    Put.into(Order, { id, customerId, productId, quantity, status: "pending" }),
    Update.in(Customer).key({ id: customerId }).append("orders", [id]).increment("orderCount", 1)
  ])

class User extends Entity.Class<User>("User")(
  { id: Schema.String, email: Schema.String, name: Schema.String, active: Entity.withDefault(Schema.Boolean, true) },
  { table: Shop, partitionKey: ["id"] }
) {}

class Profile extends Entity.Class<Profile>("Profile")(
  { userId: Schema.String, bio: Schema.String },
  { table: Shop, partitionKey: ["userId"] }
) {}

class Email extends Entity.Class<Email>("Email")(
  { email: Schema.String, userId: Schema.String },
  { table: Shop, partitionKey: ["email"] }
) {}

const register = (id: string, email: string, name: string) =>
  Transaction.write([
    Put.into(User, { id, email, name }).ifNotExists(),
    Put.into(Profile, { userId: id, bio: "" }),
    Put.into(Email, { email, userId: id }).ifNotExists()
  ])

const balances = (...ids: ReadonlyArray<string>) =>
  Effect.map(Transaction.get(ids.map((id) => Get.from(Account).key({ id }).orFail())), (accounts) =>
    accounts.map(({ balance }) => balance)
  )

const codes = (error: { readonly reasons: ReadonlyArray<DynamoError.CancellationReason> }) =>
  error.reasons.map(({ code }) => (code === "None" ? "" : code))
const failed = "ConditionalCheckFailed"

onlyLocal("transactions of", (it) =>
  withTables(it, [Bank, Shop], (it) => {
    it.effect("a transfer of money", () =>
      Effect.gen(function* () {
        yield* Put.into(Account, { id: "a", balance: 100 })
        yield* Put.into(Account, { id: "b", balance: 5 })
        const [, , source, target, record] = yield* transfer("t1", "a", "b", 30)
        assert.isUndefined(source)
        assert.isUndefined(target)
        assert.instanceOf(record, Transfer)
        assert.isDefined(record.at)
        assert.deepStrictEqual(yield* balances("a", "b"), [70, 35])
        // All of it at one time.
        const [a, b] = yield* Transaction.get([
          Get.from(Account).key({ id: "a" }).orFail(),
          Get.from(Account).key({ id: "b" }).orFail()
        ])
        assert.deepStrictEqual(a.lastTransaction, record.at)
        assert.deepStrictEqual(b.lastTransaction, record.at)
      })
    )

    it.effect("a transfer without enough money", () =>
      Effect.gen(function* () {
        yield* Put.into(Account, { id: "c", balance: 10 })
        yield* Put.into(Account, { id: "d", balance: 5 })
        const outcome = yield* transfer("t2", "c", "d", 30).pipe(
          Effect.as("done"),
          Effect.catchTag("ConditionalCheckFailed", (error) =>
            Effect.succeed(`has ${Option.getOrThrow(error.reasons[0].item).balance}`)
          )
        )
        assert.strictEqual(outcome, "has 10")
        const error = yield* Effect.flip(transfer("t2", "c", "d", 30))
        assert(error._tag === failed)
        assert.deepStrictEqual(codes(error), [failed, "", failed, "", ""])
        assert.instanceOf(Option.getOrThrow(error.item), Account)
        assert.deepStrictEqual(yield* balances("c", "d"), [10, 5])
        assert.deepStrictEqual(yield* Get.from(Transfer).key({ id: "t2" }), Option.none())
      })
    )

    it.effect("a transfer to nobody, to an account that is closed, or done before", () =>
      Effect.gen(function* () {
        yield* Put.into(Account, { id: "e", balance: 10 })
        yield* Put.into(Account, { id: "f", balance: 10, active: false })
        const nobody = yield* Effect.flip(transfer("t3", "e", "none", 1))
        assert(nobody._tag === failed)
        assert.deepStrictEqual(codes(nobody), ["", failed, "", failed, ""])
        assert.deepStrictEqual(nobody.reasons[1].item, Option.none())
        const closed = yield* Effect.flip(transfer("t3", "e", "f", 1))
        assert(closed._tag === failed)
        assert.isFalse(Option.getOrThrow(closed.reasons[3].item).active)
        yield* Update.in(Account).key({ id: "f" }).set({ active: true })
        const [, , , , record] = yield* transfer("t3", "e", "f", 1)
        const again = yield* Effect.flip(transfer("t3", "e", "f", 1))
        assert(again._tag === failed)
        assert.deepStrictEqual(codes(again), ["", "", "", "", failed])
        assert.deepStrictEqual(again.item, Option.some(record))
        assert.deepStrictEqual(yield* balances("e", "f"), [9, 11])
      })
    )

    it.effect("an update that needs its item", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          Transaction.write([Update.in(Account).key({ id: "nobody" }).increment("balance", 1)])
        )
        assert(error._tag === failed)
        assert.deepStrictEqual(error.item, Option.none())
        assert.deepStrictEqual(codes(error), [failed])
      })
    )

    it.effect("an order", () =>
      Effect.gen(function* () {
        yield* Put.into(Product, { id: "p", stock: 5, active: true })
        yield* Put.into(Customer, { id: "k" })
        const [, , made] = yield* order("o1", "k", "p", 2)
        assert.strictEqual(made.status, "pending")
        yield* order("o2", "k", "p", 3)
        const [product, customer] = yield* Transaction.get([
          Get.from(Product).key({ id: "p" }),
          Get.from(Customer).key({ id: "k" })
        ])
        assert.deepStrictEqual(product, Option.some(new Product({ id: "p", stock: 0, sold: 5, active: true })))
        assert.deepStrictEqual(customer, Option.some(new Customer({ id: "k", orders: ["o1", "o2"], orderCount: 2 })))
        const error = yield* Effect.flip(order("o3", "k", "p", 1))
        assert(error._tag === failed)
        assert.deepStrictEqual(codes(error), [failed, failed, "", ""])
        assert.strictEqual(Option.getOrThrow(error.reasons[1].item).stock, 0)
        assert.deepStrictEqual(yield* Get.from(Order).key({ id: "o3" }), Option.none())
      })
    )

    it.effect("a registration", () =>
      Effect.gen(function* () {
        const [user, profile, email] = yield* register("u1", "john@example.com", "John")
        assert.deepStrictEqual(user, new User({ id: "u1", email: "john@example.com", name: "John" }))
        assert.instanceOf(profile, Profile)
        assert.strictEqual(email.userId, "u1")
        const exists = yield* Effect.flip(register("u1", "other@example.com", "Other"))
        assert(exists._tag === failed)
        assert.deepStrictEqual(codes(exists), [failed, "", ""])
        assert.deepStrictEqual(exists.reasons[0].item, Option.some(user))
        const taken = yield* register("u2", "john@example.com", "John").pipe(
          Effect.as("registered"),
          Effect.catchTag("ConditionalCheckFailed", ({ reasons: [user, , email] }) =>
            Effect.succeed(
              user.code === "None"
                ? `the address is ${Option.getOrThrow(email.item).userId}'s`
                : `there is a user ${Option.getOrThrow(user.item).name}`
            )
          )
        )
        assert.strictEqual(taken, "the address is u1's")
        assert.deepStrictEqual(yield* Get.from(User).key({ id: "u2" }), Option.none())
      })
    )
  })
)
