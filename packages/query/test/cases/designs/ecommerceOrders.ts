/** Customers, orders and their items: unique e-mails by a guard item, keys in lower case. */
import { Schema } from "effect"
import { Batch, Condition, Entity, Get, Index, Key, Put, Query, Table, Transaction, Update } from "effect-dynamo"
import { collection, type Design, member, run } from "../support/design.ts"
import { load } from "../support/scenario.ts"

const table = Table.make("sc-ECommerce", {
  partitionKey: "PK",
  sortKey: "SK",
  indexes: { GSI1: Index.global({ partitionKey: "GSI1PK", sortKey: "GSI1SK" }) }
})

/** Keys tell the entities apart. */
const config = { entityTypeAttribute: false } as const

const Address = Schema.Struct({ street: Schema.String, zip: Schema.String })

class Customer extends Entity.Class<Customer>("Customer")(
  {
    username: Schema.String,
    email: Schema.String,
    name: Schema.String,
    addresses: Entity.withDefault(Schema.Record(Schema.String, Address), () => ({}))
  },
  {
    table,
    partitionKey: Key.template("CUSTOMER#{username:lower}"),
    sortKey: Key.template("CUSTOMER#{username:lower}"),
    config
  }
) {}

const CustomerEmail = Entity.make("CustomerEmail", {
  schema: Schema.Struct({ email: Schema.String, username: Schema.String }),
  table,
  partitionKey: Key.template("CUSTOMEREMAIL#{email:lower}"),
  sortKey: Key.template("CUSTOMEREMAIL#{email:lower}"),
  config
})

class Order extends Entity.Class<Order>("Order")(
  {
    username: Schema.String,
    orderId: Schema.String,
    status: Schema.Literals(["PLACED", "SHIPPED", "DELIVERED", "CANCELLED"]),
    total: Schema.Number,
    itemCount: Schema.Int,
    createdAt: Schema.String,
    address: Schema.optionalKey(Address)
  },
  {
    table,
    partitionKey: Key.template("CUSTOMER#{username:lower}"),
    sortKey: Key.template("#ORDER#{orderId}"),
    indexes: { GSI1: { partitionKey: Key.template("ORDER#{orderId}"), sortKey: Key.template("ORDER#{orderId}") } },
    config
  }
) {}

class OrderItem extends Entity.Class<OrderItem>("OrderItem")(
  {
    orderId: Schema.String,
    itemId: Schema.String,
    description: Schema.String,
    price: Schema.Number,
    qty: Schema.Int
  },
  {
    table,
    partitionKey: Key.template("ORDER#{orderId}#ITEM#{itemId}"),
    sortKey: Key.template("ORDER#{orderId}#ITEM#{itemId}"),
    indexes: { GSI1: { partitionKey: Key.template("ORDER#{orderId}"), sortKey: Key.template("ITEM#{itemId}") } },
    config
  }
) {}

const orders = Query.from(Order).pk("Alex")
const item = (itemId: string) => Get.from(OrderItem).key({ orderId: "1Vz", itemId })
const signUp = (username: string, email: string) =>
  Transaction.write([
    Put.into(Customer, { username, email, name: username }).ifNotExists(),
    Put.into(CustomerEmail, { email, username }).ifNotExists()
  ])
const ship = Update.in(Order)
  .key({ username: "Bea", orderId: "1Vz" })
  .set({ status: "SHIPPED" })
  .condition(({ status }) => status.eq("PLACED"))

export const ecommerceOrders: Design = {
  scenario: load("ecommerce-orders"),
  table,
  members: {
    Customer: member(Customer),
    CustomerEmail: member(CustomerEmail),
    Order: member(Order),
    OrderItem: member(OrderItem)
  },
  steps: {
    signup: run(signUp("Bea", "bea@example.com")),
    "signup-dup-email": run(signUp("Carl", "ALEX@example.COM")),
    "signup-dup-user": run(signUp("ALEX", "new@example.com")),
    "carl-absent": run(Get.from(Customer).key({ username: "Carl" }).consistent()),
    "customer-and-orders": collection(Query.collection({ Customer, Order }).pk("Alex").reverse().limit(3).pages()),
    orders: run(orders.reverse()),
    "order-and-items": collection(
      Query.collection({ Order, OrderItem }).index("GSI1").pk("1VrgXBQ0VCshuQUnh1HrDIHQNwY").reverse().pages()
    ),
    place: run(
      Transaction.write(
        [
          Put.into(Order, {
            username: "Bea",
            orderId: "1Vz",
            status: "PLACED",
            total: 3.3,
            itemCount: 2,
            createdAt: "2020-02-01T00:00:00Z"
          }).ifNotExists(),
          Put.into(OrderItem, { orderId: "1Vz", itemId: "x", description: "X", price: 1.1, qty: 1 }).ifNotExists(),
          Put.into(OrderItem, { orderId: "1Vz", itemId: "y", description: "Y", price: 2.2, qty: 1 }).ifNotExists()
        ],
        { token: "place-1" }
      )
    ),
    ship: run(ship),
    "ship-twice": run(ship),
    "open-orders": run(orders.filter(({ status }) => status.in(["PLACED", "SHIPPED"]))),
    "big-orders": run(orders.filter(({ total }) => Condition.and(total.gt(1), total.lt(1e9)))),
    "total-add": run(
      Update.in(Order)
        .key({ username: "Alex", orderId: "1VrgXBQ0VCshuQUnh1HrDIHQNwY" })
        .increment("total", 0.2)
        .increment("itemCount", 2)
        .returning("updatedNew")
    ),
    "address-add": run(
      Update.in(Customer)
        .key({ username: "Bea" })
        .set((customer) => [customer.addresses.get("St. Mary's").to({ street: "2 Church", zip: "0" })])
    ),
    items: run(Batch.get([item("x"), item("y"), Get.from(Order).key({ username: "Bea", orderId: "1Vz" }), item("z")]))
  }
}
