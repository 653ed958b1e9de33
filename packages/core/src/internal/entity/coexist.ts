/**
 * Whether entities can share a table: no item of one may take the place of an item
 * of another.
 */
import * as Result from "effect/Result"
import type { Any } from "../../Entity.ts"
import { definitionOf, type KeySlot, type ResolvedEntity, resolveWith } from "../../ResolvedEntity.ts"
import type { Table } from "../../Table.ts"
import { overlap } from "../keys/overlap.ts"

/** Refuses, with what and why, entities that cannot share the table. */
export const check = (table: Table, entities: ReadonlyArray<Any>): void => {
  const refuse = (why: string): never => {
    throw new Error(`The entities of the table "${table.name}" cannot share it: ${why}`)
  }
  const resolved = entities.map((entity) => {
    const definition = definitionOf(entity)
    if (definition.table !== table) {
      refuse(`"${definition.name}" is declared for another table value, "${definition.table.name}"`)
    }
    return Result.getOrThrowWith(resolveWith(definition, defaults, defaults), ({ message }) => new Error(message))
  })
  for (const [i, a] of resolved.entries()) {
    for (const b of resolved.slice(i + 1)) {
      if (a.name.toLowerCase() === b.name.toLowerCase()) {
        refuse(`"${a.name}" and "${b.name}" have the same name in lower case, which keys hold`)
      }
      const marker = a.marker?.values.find((value) => b.marker?.values.includes(value))
      if (marker !== undefined && a.marker?.attribute === b.marker?.attribute) {
        refuse(`"${a.name}" and "${b.name}" are both marked "${marker}", so their items cannot be told apart`)
      }
      if (coincide(a, b)) {
        refuse(
          `an item of "${a.name}" and one of "${b.name}" can have the same key, so that one would overwrite the other; ` +
            `give one of them other literal text in its partition or sort key`
        )
      }
    }
  }
}

const defaults = {}

/** Whether the table's whole keys can be equal. */
const coincide = (a: ResolvedEntity, b: ResolvedEntity): boolean =>
  slotsOf(a).every((slot, i) => {
    const other = slotsOf(b)[i]
    return other === undefined || slot.key.text === undefined || other.key.text === undefined
      ? true
      : overlap(slot.key.text, other.key.text)
  })

const slotsOf = ({ primary }: ResolvedEntity): ReadonlyArray<KeySlot> => [...primary.partition, ...primary.sort]
