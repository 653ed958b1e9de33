/**
 * What callers give for a key: a record of its fields, or the bare value where it
 * has one field.
 */
/** The values by field name. A plain object is a record of fields; anything else the one field's value. */
export const fieldsOf = (given: unknown, fields: ReadonlyArray<string>): Readonly<Record<string, unknown>> => {
  if (isRecord(given)) return given
  const only = fields[0]
  // Assigned, which takes a third of the time that a literal with a computed name does.
  const values: Record<string, unknown> = {}
  if (only !== undefined) values[only] = given
  return values
}

const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> => {
  if (typeof u !== "object" || u === null) return false
  const prototype: unknown = Object.getPrototypeOf(u)
  return prototype === Object.prototype || prototype === null
}
