/** Complaints and what was said about them: sparse indexes on ordinary attributes. */
import { Schema } from "effect"
import {
  Attribute,
  Condition,
  Entity,
  Get,
  Index,
  Key,
  Put,
  Query,
  Scan,
  Table,
  Transaction,
  Update
} from "effect-dynamo"
import { collection, type Design, member, run } from "../support/design.ts"
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
const attachments = Update.in(Communication).key({
  complaintId: "Complaint1444",
  comm_date: "2022-12-31T19:40:00",
  comm_id: "comm5"
})
const resolve = Transaction.write([
  Put.into(Communication, {
    complaintId: "Complaint1321",
    comm_id: "comm6",
    comm_date: "2023-05-16T09:00:00",
    complaint_state: "resolved",
    comm_text: "done",
    agentID: "AgentB"
  }).ifNotExists(),
  Update.in(Complaint)
    .key({ complaint_id: "Complaint1321" })
    .set({ current_state: "resolved" })
    .condition((complaint) => complaint.current_state.ne("resolved"))
])

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
    escalate: run(
      Update.in(Complaint)
        .key({ complaint_id: "Complaint0987" })
        .set({ escalated_to: "AgentB", escalation_time: "2023-06-11T00:00:00" })
        .condition((complaint) => complaint.escalated_to.notExists())
    ),
    "escalated-after": run(escalatedTo("AgentB").reverse()),
    "de-escalate": run(
      Update.in(Complaint).key({ complaint_id: "Complaint0987" }).remove("escalated_to", "escalation_time")
    ),
    "escalated-final": run(escalatedTo("AgentB").count()),
    attach: run(attachments.addTo("attachments", ["s3://URL_for_attachment9"])),
    "detach-all": run(attachments.deleteFrom("attachments", ["s3://URL_for_attachment9", "s3://URL_for_attachment1"])),
    resolve: run(resolve),
    "resolve-twice": run(resolve)
  }
}
