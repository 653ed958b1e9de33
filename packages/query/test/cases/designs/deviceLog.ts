/** A device's states: one composed attribute is the sort key of the table and of an index. */
import { Schema } from "effect"
import { Entity, Index, Key, Query, Table, Update } from "effect-dynamo"
import { type Design, member, pages, run } from "../support/design.ts"
import { load } from "../support/scenario.ts"

const table = Table.make("sc-DeviceLog", {
  partitionKey: "DeviceID",
  sortKey: "State#Date",
  indexes: {
    GSI1: Index.global({ partitionKey: "Operator", sortKey: "Date" }),
    GSI2: Index.global({ partitionKey: "EscalatedTo", sortKey: "State#Date" })
  }
})

const LogEntry = Entity.make("LogEntry", {
  schema: Schema.Struct({
    deviceId: Schema.String,
    state: Schema.String,
    date: Schema.String,
    operator: Schema.String,
    escalatedTo: Schema.optionalKey(Schema.String)
  }).pipe(Schema.encodeKeys({ state: "State", date: "Date", operator: "Operator", escalatedTo: "EscalatedTo" })),
  table,
  partitionKey: Key.template("d#{deviceId}"),
  sortKey: Key.template("{state}#{date}"),
  keyOnly: ["deviceId"],
  config: { entityTypeAttribute: false }
})

const escalated = Query.from(LogEntry).index("GSI2").pk("Sara")
const entry = Update.in(LogEntry).key({ deviceId: "54321", state: "WARNING3", date: "2020-04-11T05:50:00" })

export const deviceLog: Design = {
  scenario: load("device-log"),
  table,
  members: { LogEntry: member(LogEntry) },
  steps: {
    "state-recent": run(Query.from(LogEntry).pk("12345").sk.prefix({ state: "WARNING1" }).reverse()),
    "state-filter": run(Query.from(LogEntry).pk("12345").filter({ state: "WARNING1" }).reverse()),
    "operator-range": run(Query.from(LogEntry).index("GSI1").pk("Liz").sk.between("2020-04-20", "2020-04-25")),
    escalated: run(escalated),
    "escalated-state": run(escalated.sk.prefix({ state: "WARNING4" })),
    "escalated-state-day": run(escalated.sk.beginsWith({ state: "WARNING4", date: "2020-04-27" })),
    escalate: run(entry.set({ escalatedTo: "Sara" })),
    "escalated-after": run(escalated),
    // The compiler refuses it; so does the update, before DynamoDB would.
    // @ts-expect-error a field of the primary key cannot be changed
    "change-key-attr": run(entry.set({ state: "NORMAL" })),
    paged: pages(Query.from(LogEntry).pk("54321").pageSize(2).reverse().pages())
  }
}
