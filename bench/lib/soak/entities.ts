/** What the soak writes: items that tell, whatever happened, which writes were applied and how often. */
import { Schema } from "effect"
import { Attribute, Entity, Key, Table } from "effect-dynamo"

export const Soak = Table.make("soak")

const inArena = { table: Soak, partitionKey: Key.template("A#{arena}") }
const id = { arena: Schema.String, id: Schema.String }
/** The names of the writes that were applied: a set, so that it grows by one however often one is. */
const applied = Schema.optionalKey(Attribute.StringSet)

/** Written by one fiber. */
export class Doc extends Entity.Class<Doc>("Doc")(
  { ...id, value: Schema.Int, text: Schema.String },
  { ...inArena, sortKey: Key.template("DOC#{id}") }
) {}

/** Counts its increments, which all fibers of an arena make. */
export class Counter extends Entity.Class<Counter>("Counter")(
  { ...id, n: Schema.Int, applied },
  { ...inArena, sortKey: Key.template("COUNTER#{id}") }
) {}

/** Counts its edits by its version. */
export class Page extends Entity.Class<Page>("Page")(
  { ...id, version: Schema.Int, applied },
  { ...inArena, sortKey: Key.template("PAGE#{id}"), version: "version" }
) {}

/** Claimed by whoever is first. */
export class Slot extends Entity.Class<Slot>("Slot")(
  { ...id, owner: Schema.String },
  { ...inArena, sortKey: Key.template("SLOT#{id}") }
) {}

/** Of two, one has what the other has not. */
export class Account extends Entity.Class<Account>("Account")(
  { ...id, balance: Schema.Int, applied },
  { ...inArena, sortKey: Key.template("ACCOUNT#{id}") }
) {}
