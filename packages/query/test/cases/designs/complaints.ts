/** Complaints and what was said about them: sparse indexes on ordinary attributes. */
import { Schema } from "effect"
import { Attribute, Condition, Entity, Get, Index, Key, Query, Scan, Table, Update } from "effect-dynamo"
import { collection, type Design, later, member, raw, run } from "../support/design.ts"
import { load } from "../support/scenario.ts"

const table = Table.make("sc-Complaints", {
  partitionKey: "PK",
  sortKey: "SK",
  indexes: {
    Customer_Complaint_GSI: Index.global({ partitionKey: "customer_id", sortKey: "complaint_id" }),
    Escalations_GSI: Index.global({ partitionKey: "escalated_to", sortKey: "escalation_time" }),
    Agents_Comments_GSI: Index.global({ partitionKey: "agentID", sortKey: "comm_date" })
  }
})

class Complaint extends Entity.Class<Complaint>("Complaint")(
  {
    complaint_id: Schema.String,
    customer_id: Schema.String,
    current_state: Schema.Literals(["waiting", "assigned", "investigating", "resolved"]),
    creation_time: Schema.String,
    severity: Schema.Literals(["P1", "P2", "P3"]),
    complaint_description: Schema.String,
    escalated_to: Schema.optionalKey(Schema.String),
    escalation_time: Schema.optionalKey(Schema.String)
  },
  {
    table,
    partitionKey: Key.template("{complaint_id}"),
    sortKey: Key.template("metadata"),
    config: { entityTypeAttribute: false }
  }
) {}

class Communication extends Entity.Class<Communication>("Communication")(
  {
    complaintId: Schema.String,
    comm_id: Schema.String,
    comm_date: Schema.String,
    complaint_state: Schema.String,
    comm_text: Schema.String,
    attachments: Schema.optionalKey(Attribute.StringSet),
    agentID: Schema.optionalKey(Schema.String)
  },
  {
    table,
    partitionKey: Key.template("{complaintId}"),
    sortKey: Key.template("comm#{comm_date}#{comm_id}"),
    keyOnly: ["complaintId"],
    config: { entityTypeAttribute: false }
  }
) {}

const communications = Query.from(Communication).pk("Complaint123")
const escalatedTo = (agent: string) => Query.from(Complaint).index("Escalations_GSI").pk(agent)

export const complaints: Design = {
  scenario: load("complaints"),
  table,
  members: { Complaint: member(Complaint), Communication: member(Communication) },
  steps: {
    complaint: run(Get.from(Complaint).key({ complaint_id: "Complaint123" })),
    communications: run(communications),
    "complaint-and-comms": collection(Query.collection({ Complaint, Communication }).pk("Complaint1444").pages()),
    "by-customer": run(Query.from(Complaint).index("Customer_Complaint_GSI").pk("custXYZ")),
    escalated: run(escalatedTo("AgentB")),
    "escalated-since": run(escalatedTo("AgentB").sk.gt("2023-02-01")),
    "agent-history": run(Query.from(Communication).index("Agents_Comments_GSI").pk("AgentA")),
    "by-severity": run(
      Scan.from(Complaint).filter((complaint) =>
        Condition.and(complaint.severity.eq("P2"), complaint.current_state.in(["investigating", "assigned"]))
      )
    ),
    "state-changes": run(communications.filter({ complaint_state: "resolved" })),
    "with-attachments": run(
      communications.filter(({ attachments }) => Condition.and(attachments.exists(), attachments.size().gt(1)))
    ),
    // Its condition, which needs `later.condition`, holds.
    escalate: run(
      Update.in(Complaint)
        .key({ complaint_id: "Complaint0987" })
        .set({ escalated_to: "AgentB", escalation_time: "2023-06-11T00:00:00" })
    ),
    "escalated-after": run(escalatedTo("AgentB").reverse()),
    "de-escalate": run(
      Update.in(Complaint).key({ complaint_id: "Complaint0987" }).remove("escalated_to", "escalation_time")
    ),
    "escalated-final": run(escalatedTo("AgentB").count()),
    attach: raw(later.sets),
    "detach-all": raw(later.sets),
    resolve: raw(later.transaction),
    "resolve-twice": raw(later.transaction)
  }
}
