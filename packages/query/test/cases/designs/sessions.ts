/** Sessions and their child sessions: ids stand in the keys alone, and the index has the table's keys swapped. */
import { Schema } from "effect"
import { Delete, Entity, Get, Index, Key, Put, Query, Table } from "effect-dynamo"
import { type Design, member, pages, run } from "../support/design.ts"
import { load } from "../support/scenario.ts"

const table = Table.make("sc-Sessions", {
  partitionKey: "PK",
  sortKey: "SK",
  indexes: { GSI1_inverse: Index.global({ partitionKey: "SK", sortKey: "PK" }) }
})

class Session extends Entity.Class<Session>("Session")(
  {
    sessionId: Schema.String,
    customerId: Schema.String,
    last_login_time: Schema.String,
    access_token: Schema.String,
    session_state: Schema.String
  },
  {
    table,
    partitionKey: Key.template("suuid#{sessionId}"),
    sortKey: Key.template("c#{customerId}"),
    keyOnly: ["sessionId", "customerId"],
    config: { entityTypeAttribute: false }
  }
) {}

class ChildSession extends Entity.Class<ChildSession>("ChildSession")(
  {
    sessionId: Schema.String,
    childId: Schema.String,
    access_token: Schema.String,
    session_state: Schema.String
  },
  {
    table,
    partitionKey: Key.template("suuid#{sessionId}"),
    sortKey: Key.template("child#suuid#{childId}"),
    keyOnly: ["sessionId", "childId"],
    config: { entityTypeAttribute: false }
  }
) {}

const ofCustomer = Query.from(Session).index("GSI1_inverse").pk({ customerId: "ABC" })
const expired = Delete.from(Session).key({ sessionId: "d0004tj2", customerId: "ABC" })

export const sessions: Design = {
  scenario: load("sessions"),
  table,
  members: { Session: member(Session), ChildSession: member(ChildSession) },
  steps: {
    create: run(
      Put.into(Session, {
        sessionId: "n0001",
        customerId: "ABCD",
        last_login_time: "2023-06-01T00:00:00",
        access_token: "t",
        session_state: "active"
      }).ifNotExists()
    ),
    session: run(Get.from(Session).key({ sessionId: "c342etj3", customerId: "ABC" })),
    children: run(Query.from(ChildSession).pk("c342etj3")),
    "by-child": run(Query.from(ChildSession).index("GSI1_inverse").pk("ljy22tf0")),
    "last-login": run(ofCustomer.limit(1)),
    "by-customer-session": run(ofCustomer.sk.eq("d0004tj2")),
    "by-customer": run(ofCustomer),
    "by-customer-active": run(ofCustomer.filter({ session_state: "active" })),
    "by-customer-paged": pages(ofCustomer.pageSize(1).pages()),
    expire: run(expired.returning("old")),
    "expire-again": run(expired.returning("old")),
    "expire-guarded": run(expired.ifExists()),
    "by-customer-after": run(ofCustomer.count())
  }
}
