/**
 * Field values, and why they cannot stand in a key.
 */
import * as Result from "effect/Result"
import type { AttributeValue, Item } from "../../Attribute.ts"
import type { KeyContext, KeyFailure, KeyField, Values } from "./model.ts"

/** A failure of one field; `why` follows its name in a sentence. */
export const refused = (field: string, why: string): KeyFailure => ({
  message: `"${field}" ${why}`,
  field,
  absent: false
})

/** A failure that is no field's own. */
export const failure = (message: string): KeyFailure => ({ message, absent: false })

const missing = (field: string): KeyFailure => ({ message: `"${field}" is missing`, field, absent: true })

/** Reads one field of a record. */
export const readField = (name: string): ((values: Values) => unknown) =>
  // A record without a field named "constructor" still answers to that name.
  name in Object.prototype
    ? (values) => (Object.hasOwn(values, name) ? values[name] : undefined)
    : (values) => values[name]

/** The value of a field as it is stored: what is stored as nothing or as `NULL` is missing. */
export const storedValue = (field: KeyField, value: unknown): AttributeValue | KeyFailure => {
  if (value === undefined) {
    return missing(field.name)
  }
  const stored = field.encode(value)
  if (Result.isFailure(stored)) {
    // Whatever the schema says of it, `null` is no value.
    return value === null ? missing(field.name) : refused(field.name, `cannot be stored: ${stored.failure}`)
  }
  return stored.success === undefined || "NULL" in stored.success ? missing(field.name) : stored.success
}

/** The same of a value that has just been encoded as `item`, which has the field's attribute. */
export const writtenValue = (field: KeyField): ((value: unknown, item: Item) => AttributeValue | KeyFailure) => {
  const read = readField(field.stored) as (item: Item) => AttributeValue | undefined
  return (value, item) => {
    const stored = value === undefined ? undefined : read(item)
    return stored === undefined || "NULL" in stored ? missing(field.name) : stored
  }
}

/** Whether it says why there is none. */
export const isFailure = (found: AttributeValue | KeyFailure): found is KeyFailure => "absent" in found

/** The most bytes of a key attribute, by its role. */
export const byteLimit = (role: KeyContext["role"]): number => (role === "partition" ? 2048 : 1024)

export const tooLong = (limit: number): KeyFailure =>
  failure(`the key is longer than DynamoDB's limit of ${limit} bytes`)

/** Whether two values that stand in keys are the same. */
export const sameValue = (a: AttributeValue, b: AttributeValue): boolean => {
  // Parts hold strings, numbers and booleans only: one property with a plain value.
  const [[typeA, valueA] = []] = Object.entries(a)
  const [[typeB, valueB] = []] = Object.entries(b)
  return typeA === typeB && valueA === valueB
}
