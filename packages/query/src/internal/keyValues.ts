/**
 * What callers give for a key: a record of its fields, or the bare value where it
 * has one field.
 */
import * as Predicate from "effect/Predicate"

/** The values by field name. A plain object is a record of fields; anything else the one field's value. */
export const fieldsOf = (given: unknown, fields: ReadonlyArray<string>): Readonly<Record<string, unknown>> => {
  if (isRecord(given)) return given
  const [only] = fields
  return only === undefined ? {} : { [only]: given }
}

const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> => {
  if (!Predicate.isObject(u)) return false
  const prototype: unknown = Object.getPrototypeOf(u)
  return prototype === Object.prototype || prototype === null
}
