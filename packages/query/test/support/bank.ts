/** The entities that tests of transactions are about. */
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { Schema } from "effect"

export const Bank = Table.make("bank", {
  partitionKey: "pk",
  sortKey: "sk",
  timeToLive: "expiresAt",
  indexes: { byState: Index.global({ partitionKey: "statePk" }) }
})
export const Audit = Table.make("audit", { partitionKey: "pk", sortKey: null })

export class Account extends Entity.Class<Account>("Account")(
  {
    id: Schema.String,
    balance: Schema.Number,
    active: Entity.withDefault(Schema.Boolean, true),
    owner: Schema.optionalKey(Schema.String)
  },
  { table: Bank, partitionKey: ["id"] }
) {}

export class Transfer extends Entity.Class<Transfer>("Transfer")(
  { id: Schema.String, from: Schema.String, to: Schema.String, amount: Schema.Number },
  { table: Audit, partitionKey: Key.template("TRANSFER#{id}") }
) {}

/** Unique: nobody else has the same e-mail address. */
export class Member extends Entity.Class<Member>("Member")(
  { id: Schema.String, email: Schema.String, name: Schema.String },
  { table: Bank, partitionKey: ["id"], unique: ["email"] }
) {}

/** Counts its writes. */
export class Note extends Entity.Class<Note>("Note")(
  { id: Schema.String, text: Schema.String, version: Schema.Int, changedAt: Schema.DateTimeUtc },
  { table: Bank, partitionKey: ["id"], version: "version", updatedAt: "changedAt" }
) {}

/** Its index key needs both of its parts. */
export class Task extends Entity.Class<Task>("Task")(
  { id: Schema.String, state: Schema.String, rank: Schema.Int, note: Schema.optionalKey(Schema.String) },
  { table: Bank, partitionKey: ["id"], indexes: { byState: { partitionKey: Key.template("{state}#{rank}") } } }
) {}

/** Ends. */
export class Hold extends Entity.Class<Hold>("Hold")(
  { id: Schema.String, account: Schema.String, expiresAt: Schema.Number, note: Schema.optionalKey(Schema.String) },
  { table: Bank, partitionKey: ["id"], timeToLive: "expiresAt" }
) {}
