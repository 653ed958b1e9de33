/**
 * Tickets in the keys of another library: a discriminator of its own, long literals between the parts, lower and upper
 * case, and one index with a key of its own for each state.
 */
import { Schema } from "effect"
import { Entity, Index, Key, Table } from "effect-dynamo"
import { member } from "../support/design.ts"
import type { Invented } from "./invented.ts"
import { day, inv8 } from "./parts.ts"

const table = Table.make("helpdesk", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    gsi2: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk" })
  },
  timeToLive: "expires"
})

export class Ticket extends Entity.Class<Ticket>("Ticket")(
  Schema.Struct({
    tenant: Schema.String,
    ticketId: Schema.Int,
    status: Schema.Literals(["open", "waiting", "closed", "draft"]),
    priority: Schema.Int,
    createdAt: Schema.String,
    closedAt: Schema.optionalKey(Schema.String),
    assignee: Schema.optionalKey(Schema.String),
    estimate: Schema.optionalKey(Schema.NumberFromString),
    expires: Schema.optionalKey(Schema.String),
    version: Entity.withDefault(Schema.Literal("1"), "1")
  }).pipe(Schema.encodeKeys({ version: "__edb_v__" })),
  {
    table,
    partitionKey: Key.template("$helpdesk#tenant_{tenant:lower}"),
    sortKey: Key.template("$ticket_1#ticketid_{ticketId:8}"),
    indexes: {
      open: {
        index: "gsi1",
        when: { status: ["open", "waiting"] },
        partitionKey: Key.template("$helpdesk#tenant_{tenant:lower}#open"),
        sortKey: Key.template("$ticket_1#priority_{priority:inv8}#createdat_{createdAt}", { parts: { inv8 } })
      },
      closed: {
        index: "gsi1",
        when: { status: ["closed"] },
        partitionKey: Key.template("$helpdesk#closed#{closedAt:day}", { parts: { day } }),
        sortKey: Key.template("$ticket_1#closedat_{closedAt}#{ticketId:8}")
      },
      mine: {
        index: "gsi2",
        partitionKey: Key.template("$helpdesk#assignee_{assignee:upper}"),
        sortKey: Key.template("$ticket_1#{createdAt:day}#{ticketId:8}", { parts: { day } })
      }
    },
    config: { entityTypeAttribute: "__edb_e__", entityType: "ticket" }
  }
) {}

/** Its discriminator is a field. */
export const Comment = Entity.make("Comment", {
  schema: Schema.Struct({
    kind: Entity.withDefault(Schema.Literal("comment"), "comment"),
    tenant: Schema.String,
    ticketId: Schema.Int,
    at: Schema.String,
    text: Schema.String
  }).pipe(Schema.encodeKeys({ kind: "__edb_e__" })),
  table,
  partitionKey: Key.template("$helpdesk#tenant_{tenant}"),
  sortKey: Key.template("$comment_1#ticketid_{ticketId:8}#at_{at}"),
  keyOnly: ["tenant", "ticketId"],
  config: { entityTypeAttribute: "__edb_e__" }
})

export const helpdesk: Invented = {
  title: "tickets with an index for each state",
  table,
  members: { Ticket: member(Ticket), Comment: member(Comment) },
  items: [
    {
      // Whole: in the open index by inverted priority, and in its assignee's.
      entity: "Ticket",
      input: {
        tenant: "Acme#1",
        ticketId: 42,
        status: "open",
        priority: 7,
        createdAt: "2024-02-29T10:11:12.000Z",
        assignee: "ann\\bob",
        estimate: 1.5,
        expires: "2024-03-01T00:00:00.500Z"
      },
      stored: {
        pk: { S: "$helpdesk#tenant_acme\\#1" },
        sk: { S: "$ticket_1#ticketid_00000042" },
        gsi1pk: { S: "$helpdesk#tenant_acme\\#1#open" },
        gsi1sk: { S: "$ticket_1#priority_99999992#createdat_2024-02-29T10:11:12.000Z" },
        gsi2pk: { S: "$helpdesk#assignee_ANN\\\\BOB" },
        gsi2sk: { S: "$ticket_1#2024-02-29T00:00:00.000Z#00000042" },
        __edb_e__: { S: "ticket" },
        __edb_v__: { S: "1" },
        tenant: { S: "Acme#1" },
        ticketId: { N: "42" },
        status: { S: "open" },
        priority: { N: "7" },
        createdAt: { S: "2024-02-29T10:11:12.000Z" },
        assignee: { S: "ann\\bob" },
        estimate: { S: "1.5" },
        expires: { N: "1709251200" }
      },
      // Seconds are what a time to live can say.
      reads: { expires: "2024-03-01T00:00:00.000Z" },
      defaults: { version: "1" }
    },
    {
      // The other end of the padding; unassigned.
      entity: "Ticket",
      input: { tenant: "acme", ticketId: 99_999_999, status: "waiting", priority: 99_999_999, createdAt: "2024-02-28" },
      stored: {
        pk: { S: "$helpdesk#tenant_acme" },
        sk: { S: "$ticket_1#ticketid_99999999" },
        gsi1pk: { S: "$helpdesk#tenant_acme#open" },
        gsi1sk: { S: "$ticket_1#priority_00000000#createdat_2024-02-28" },
        __edb_e__: { S: "ticket" },
        __edb_v__: { S: "1" },
        tenant: { S: "acme" },
        ticketId: { N: "99999999" },
        status: { S: "waiting" },
        priority: { N: "99999999" },
        createdAt: { S: "2024-02-28" }
      },
      defaults: { version: "1" }
    },
    {
      // The same index by another key.
      entity: "Ticket",
      input: {
        tenant: "acme",
        ticketId: 3,
        status: "closed",
        priority: 0,
        createdAt: "2024-02-27",
        closedAt: "2024-03-02T23:59:59.999Z"
      },
      stored: {
        pk: { S: "$helpdesk#tenant_acme" },
        sk: { S: "$ticket_1#ticketid_00000003" },
        gsi1pk: { S: "$helpdesk#closed#2024-03-02T00:00:00.000Z" },
        gsi1sk: { S: "$ticket_1#closedat_2024-03-02T23:59:59.999Z#00000003" },
        __edb_e__: { S: "ticket" },
        __edb_v__: { S: "1" },
        tenant: { S: "acme" },
        ticketId: { N: "3" },
        status: { S: "closed" },
        priority: { N: "0" },
        createdAt: { S: "2024-02-27" },
        closedAt: { S: "2024-03-02T23:59:59.999Z" }
      },
      defaults: { version: "1" }
    },
    {
      // Closed without a date: its branch lacks a field.
      entity: "Ticket",
      input: { tenant: "acme", ticketId: 4, status: "closed", priority: 0, createdAt: "2024-02-27" },
      stored: {
        pk: { S: "$helpdesk#tenant_acme" },
        sk: { S: "$ticket_1#ticketid_00000004" },
        __edb_e__: { S: "ticket" },
        __edb_v__: { S: "1" },
        tenant: { S: "acme" },
        ticketId: { N: "4" },
        status: { S: "closed" },
        priority: { N: "0" },
        createdAt: { S: "2024-02-27" }
      },
      defaults: { version: "1" }
    },
    {
      // No branch fits, though every field is there.
      entity: "Ticket",
      input: {
        tenant: "acme",
        ticketId: 5,
        status: "draft",
        priority: 1,
        createdAt: "2024-02-27",
        closedAt: "2024-03-02T23:59:59.999Z"
      },
      stored: {
        pk: { S: "$helpdesk#tenant_acme" },
        sk: { S: "$ticket_1#ticketid_00000005" },
        __edb_e__: { S: "ticket" },
        __edb_v__: { S: "1" },
        tenant: { S: "acme" },
        ticketId: { N: "5" },
        status: { S: "draft" },
        priority: { N: "1" },
        createdAt: { S: "2024-02-27" },
        closedAt: { S: "2024-03-02T23:59:59.999Z" }
      },
      defaults: { version: "1" }
    },
    {
      entity: "Comment",
      input: { tenant: "acme", ticketId: 3, at: "2024-03-01", text: "" },
      stored: {
        pk: { S: "$helpdesk#tenant_acme" },
        sk: { S: "$comment_1#ticketid_00000003#at_2024-03-01" },
        __edb_e__: { S: "comment" },
        at: { S: "2024-03-01" },
        text: { S: "" }
      },
      defaults: { kind: "comment" }
    }
  ]
}
