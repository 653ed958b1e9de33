/** A design that nobody recorded: what must be stored is worked out by hand. */
import type { Table } from "effect-dynamo"
import type { Member } from "../support/design.ts"
import type { RecordedItem } from "../support/scenario.ts"

export interface Invented {
  readonly title: string
  readonly table: Table.Table
  readonly members: { readonly [entity: string]: Member }
  readonly items: ReadonlyArray<RecordedItem>
  /** The design has an index that only a complete engine has. */
  readonly onlyLocal?: true
}
