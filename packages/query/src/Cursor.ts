/**
 * Where a query stopped, and where it goes on.
 *
 * A cursor belongs to the query that gave it: its table, index and key condition.
 * Handed to another one, that fails with `CursorError`.
 *
 * @since 0.1.0
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import * as Inspectable from "effect/Inspectable"
import * as Predicate from "effect/Predicate"

const TypeId = "~@effect-dynamo/query/Cursor"

/**
 * The place after one item in the order of a query.
 *
 * It holds that item's keys: treat it as what it points at.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cursor {
  readonly [TypeId]: typeof TypeId
  /** @internal */
  readonly identity: string
  /** @internal */
  readonly key: Item
}

/**
 * Whether a value is a cursor.
 *
 * @category guards
 * @since 0.1.0
 */
export const isCursor = (u: unknown): u is Cursor => Predicate.hasProperty(u, TypeId)

/** A cursor of the query with this identity. @internal */
export const make = (identity: string, key: Item): Cursor => new CursorValue(identity, key)

class CursorValue extends Inspectable.Class implements Cursor {
  readonly [TypeId] = TypeId
  declare readonly identity: string
  declare readonly key: Item
  constructor(identity: string, key: Item) {
    super()
    // Not enumerable, so that what copies or compares a cursor's properties meets no keys.
    Object.defineProperties(this, { identity: { value: identity }, key: { value: key } })
  }
  /** A cursor that is logged or inspected shows no keys. */
  override toJSON(): unknown {
    return { _id: "Cursor" }
  }
}
