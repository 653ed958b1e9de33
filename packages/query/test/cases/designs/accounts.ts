/** Accounts, users, invoices, products: a keys-only index, and guard items for unique names. */
import { DateTime, Schema } from "effect"
import { Batch, Delete, Entity, Get, Index, Key, Put, Query, Table, Transaction, Update } from "effect-dynamo"
import { collection, type Design, held, member, pages, run } from "../support/design.ts"
import { load } from "../support/scenario.ts"

const table = Table.make("sc-Accounts", {
  partitionKey: "PK",
  sortKey: "SK",
  indexes: { gs1: Index.global({ partitionKey: "gs1pk", sortKey: "gs1sk", projection: Index.keysOnly }) }
})

const accountFields = {
  id: Schema.String,
  name: Schema.String,
  balance: Entity.withDefault(Schema.Number, 0)
}

const accountOptions = {
  table,
  partitionKey: Key.template("account#{id}"),
  sortKey: Key.template("account#"),
  indexes: {
    gs1: {
      partitionKey: Key.template("account#"),
      sortKey: Key.template("account#{name}{id}", { oneWay: true })
    }
  }
} as const

class Account extends Entity.Class<Account>("Account")(accountFields, accountOptions) {}

/** The same, which keeps its names unique by itself. */
export class GuardedAccount extends Entity.Class<GuardedAccount>("Account")(accountFields, {
  ...accountOptions,
  unique: ["name"]
}) {}

/** Its name stands in the key alone. */
const AccountUnique = Entity.make("AccountUnique", {
  schema: Schema.Struct({ name: Schema.String }),
  table,
  partitionKey: Key.template("_unique#Account#name#{name}"),
  sortKey: Key.template("_unique#"),
  keyOnly: ["name"],
  config: { entityType: "_Unique" }
})

class User extends Entity.Class<User>("User")(
  {
    accountId: Schema.String,
    id: Schema.String,
    name: Schema.String,
    email: Schema.String,
    role: Entity.withDefault(Schema.Literals(["admin", "user"]), "user"),
    status: Entity.withDefault(Schema.Literals(["active", "inactive"]), "active"),
    balance: Entity.withDefault(Schema.Number, 0),
    address: Entity.withDefault(Schema.Record(Schema.String, Schema.String), () => ({}))
  },
  {
    table,
    partitionKey: Key.template("account#{accountId}"),
    sortKey: Key.template("user#{email}"),
    indexes: {
      byName: { index: "gs1", partitionKey: Key.template("user#"), sortKey: Key.template("user#{name}#{id}") }
    }
  }
) {}

const Product = Entity.make("Product", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String, price: Schema.Number }),
  table,
  partitionKey: Key.template("product#{id}"),
  sortKey: Key.template("product#"),
  indexes: { gs1: { partitionKey: Key.template("product#"), sortKey: Key.template("product#{name}#{id}") } }
})

class Invoice extends Entity.Class<Invoice>("Invoice")(
  {
    accountId: Schema.String,
    id: Schema.String,
    date: Schema.DateTimeUtc,
    product: Schema.String,
    count: Schema.Int,
    total: Schema.Number
  },
  {
    table,
    partitionKey: Key.template("account#{accountId}"),
    sortKey: Key.template("invoice#{id}"),
    indexes: {
      byDate: { index: "gs1", partitionKey: Key.template("invoice#"), sortKey: Key.template("invoice#{date}#{id}") }
    }
  }
) {}

const users = Query.from(User).pk("A1")
const named = (name: string) => Query.from(User).index("byName").pk({}).sk.prefix({ name })
const roadRunner = { accountId: "A1", email: "roadrunner@acme.com" }

export const accounts: Design = {
  scenario: load("accounts"),
  table,
  members: {
    Account: member(Account),
    AccountUnique: member(AccountUnique),
    User: member(User),
    Product: member(Product),
    Invoice: member(Invoice, { date: (text: string) => DateTime.makeUnsafe(text) })
  },
  steps: {
    user: run(Get.from(User).key(roadRunner)),
    "by-name-keys": held(named("Road Runner"), "User", "accountId", "email", "id", "name"),
    "by-name-follow": run(named("Road Runner").hydrate()),
    "by-name-prefix": run(named("user1").count()),
    "account-collection": collection(
      Query.collection({ Account, User, Invoice }).pk({ id: "A1" }).pageSize(25).pages()
    ),
    admins: pages(users.filter({ role: "admin" }).pageSize(25).pages()),
    rich: run(users.filter((user) => user.balance.gt(100))),
    emails: run(users.select("email").limit(3)),
    role: run(Update.in(User).key(roadRunner).set({ role: "admin", balance: 110 })),
    zip: run(
      Update.in(User)
        .key(roadRunner)
        .set((user) => [user.address.get("zip").to("98034")])
    ),
    "bal-add": run(Update.in(User).key(roadRunner).increment("balance", 10).returning("updatedNew")),
    "bal-sub": run(Update.in(User).key(roadRunner).decrement("balance", 2).returning("updatedNew")),
    invoice: run(
      Transaction.write(
        [
          Put.into(Invoice, {
            accountId: "A1",
            id: "I4",
            date: DateTime.makeUnsafe("2024-03-01T12:00:00.000Z"),
            product: "rocket",
            count: 1,
            total: 10.99
          }).ifNotExists(),
          Update.in(User).key(roadRunner).increment("balance", 10.99),
          Update.in(Account).key({ id: "A1" }).increment("balance", 10.99)
        ],
        { token: "inv-4" }
      )
    ),
    "user-after": run(Get.from(User).key(roadRunner).select("balance").consistent()),
    "invoices-between": held(
      Query.from(Invoice)
        .index("byDate")
        .pk({})
        .sk.between({ date: DateTime.makeUnsafe("2024-02-01") }, { date: DateTime.makeUnsafe("2024-03-01") }),
      "Invoice",
      "accountId",
      "date",
      "id"
    ),
    "unique-create": run(
      Transaction.write([
        Put.into(AccountUnique, { name: "Ajax" }).ifNotExists(),
        Put.into(Account, { id: "A2", name: "Ajax" }).ifNotExists()
      ])
    ),
    "unique-clash": run(
      Transaction.write([
        Put.into(AccountUnique, { name: "Acme" }).ifNotExists(),
        Put.into(Account, { id: "A3", name: "Acme" }).ifNotExists()
      ])
    ),
    "unique-rename": run(
      Transaction.write([
        Delete.from(AccountUnique).key({ name: "Ajax" }).ifExists(),
        Put.into(AccountUnique, { name: "Ajax Inc" }).ifNotExists(),
        Update.in(Account)
          .key({ id: "A2" })
          .set({ name: "Ajax Inc" })
          .condition(({ name }) => name.eq("Ajax"))
      ])
    ),
    "accounts-by-name": held(Query.from(Account).index("gs1").pk({}), "Account", "id"),
    "bulk-delete": run(
      Batch.write(
        Array.from({ length: 25 }, (_, i) => Delete.from(User).key({ accountId: "A1", email: `user${i + 1}@acme.com` }))
      )
    ),
    "users-left": run(users.count())
  }
}
