/** Accounts, users, invoices, products: a keys-only index, and guard items for unique names. */
import { DateTime, Schema } from "effect"
import { Entity, Get, Index, Key, Query, Table, Update } from "effect-dynamo"
import { type Design, later, member, raw, request, run } from "../support/design.ts"
import { load } from "../support/scenario.ts"

const table = Table.make("sc-Accounts", {
  partitionKey: "PK",
  sortKey: "SK",
  indexes: { gs1: Index.global({ partitionKey: "gs1pk", sortKey: "gs1sk", projection: Index.keysOnly }) }
})

class Account extends Entity.Class<Account>("Account")(
  {
    id: Schema.String,
    name: Schema.String,
    balance: Entity.withDefault(Schema.Number, 0)
  },
  {
    table,
    partitionKey: Key.template("account#{id}"),
    sortKey: Key.template("account#"),
    indexes: {
      gs1: {
        partitionKey: Key.template("account#"),
        sortKey: Key.template("account#{name}{id}", { oneWay: true })
      }
    }
  }
) {}

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
    "by-name-keys": request(Query.from(User).index("byName").pk({}).sk.prefix({ name: "Road Runner" })),
    "by-name-follow": raw(later.batch),
    "by-name-prefix": request(Query.from(User).index("byName").pk({}).sk.prefix({ name: "user1" })),
    "account-collection": raw(later.collection),
    admins: raw(later.filter),
    rich: raw(later.filter),
    emails: raw(later.projection),
    role: run(Update.in(User).key(roadRunner).set({ role: "admin", balance: 110 })),
    zip: run(
      Update.in(User)
        .key(roadRunner)
        .set({ address: { zip: "98034" } })
    ),
    "bal-add": raw(later.increment),
    "bal-sub": raw(later.increment),
    invoice: raw(later.transaction),
    "user-after": raw(later.projection),
    "invoices-between": request(
      Query.from(Invoice)
        .index("byDate")
        .pk({})
        .sk.between({ date: DateTime.makeUnsafe("2024-02-01") }, { date: DateTime.makeUnsafe("2024-03-01") })
    ),
    "unique-create": raw(later.transaction),
    "unique-clash": raw(later.transaction),
    "unique-rename": raw(later.transaction),
    "accounts-by-name": request(Query.from(Account).index("gs1").pk({})),
    "bulk-delete": raw(later.batch),
    "users-left": run(Query.from(User).pk("A1"))
  }
}
