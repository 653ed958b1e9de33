/** Customers, orders and their items: unique e-mails by a guard item, keys in lower case. */
import { Effect, Schema } from "effect"
import { Condition, Entity, Get, Index, Key, Query, Table, Update } from "effect-dynamo"
import { collection, type Design, later, member, raw, run } from "../support/design.ts"
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
    signup: raw(later.transaction),
    "signup-dup-email": raw(later.transaction),
    "signup-dup-user": raw(later.transaction),
    "carl-absent": run(Get.from(Customer).key({ username: "Carl" }).consistent()),
    "customer-and-orders": collection(Query.collection({ Customer, Order }).pk("Alex").reverse().limit(3).pages()),
    orders: run(orders.reverse()),
    "order-and-items": collection(
      Query.collection({ Order, OrderItem }).index("GSI1").pk("1VrgXBQ0VCshuQUnh1HrDIHQNwY").reverse().pages()
    ),
    place: raw(later.transaction),
    // Its condition, which needs `later.condition`, holds.
    ship: run(Update.in(Order).key({ username: "Bea", orderId: "1Vz" }).set({ status: "SHIPPED" })),
    "ship-twice": raw(later.condition),
    "open-orders": run(orders.filter(({ status }) => status.in(["PLACED", "SHIPPED"]))),
    "big-orders": run(orders.filter(({ total }) => Condition.and(total.gt(1), total.lt(1e9)))),
    "total-add": raw(later.increment),
    "address-add": run(
      Update.in(Customer)
        .key({ username: "Bea" })
        .set({ addresses: { "St. Mary's": { street: "2 Church", zip: "0" } } })
    ),
    // One by one, until there are batches.
    items: run(Effect.all([item("x"), item("y"), Get.from(Order).key({ username: "Bea", orderId: "1Vz" }), item("z")]))
  }
}
