/**
 * What an update does to the keys of indexes: a key follows the fields it is made of.
 *
 * A key attribute that a change touches is written anew from all its fields. Where the
 * item may not be in the index now (a field of its key is optional, or the index has a
 * `when`), both of its key attributes are, so that never half a key stands there. One
 * field may be enough to take the item out of it.
 */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import { KeyError } from "@effect-dynamo/core/DynamoError"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type { Planning } from "./builder.ts"

/** Attributes to write, by name: `undefined` removes. */
export type AttributeChanges = ReadonlyMap<string, AttributeValue | undefined>

/** What is known of the item as it is after the update. */
export interface Known {
  /** The fields that change. */
  readonly touched: ReadonlySet<string>
  /** The fields whose values are known: those that are set, and those of the primary key. */
  readonly values: ResolvedEntity.Values
  /** Whether the others may be read. */
  readonly canRead: boolean
}

/** The changes of index keys, as far as they are known; and the fields that they need besides. */
export interface IndexChanges {
  readonly attributes: AttributeChanges
  readonly missing: ReadonlySet<string>
  /** What there is to say of them. */
  readonly error: KeyError | undefined
}

/** What becomes of the keys of indexes. */
export const indexChanges = (known: Known, planning: Planning): Exit.Exit<IndexChanges, KeyError> => {
  const { entity, where } = planning
  if (entity.fieldKeys.length === 0 && !writesKeys(entity)) return nothingToWrite
  const update: Update = { ...known, planning, attributes: new Map(), missing: new Set(), error: undefined }
  const { attributes } = update
  // A field that is a key attribute by itself: DynamoDB has neither NULL nor an empty text there.
  for (const { field, pattern, slot } of entity.fieldKeys) {
    if (!known.touched.has(field) || !(field in known.values)) continue
    const key = slot.key.encode(known.values)
    if (Result.isSuccess(key)) continue
    if (!key.failure.absent) return Exit.fail(ResolvedEntity.keyError(entity, pattern, slot, key.failure, where))
    attributes.set(slot.attribute, undefined)
  }
  const untouched: Array<ResolvedEntity.AccessPattern> = []
  for (const pattern of entity.patterns.values()) {
    if (pattern.written.length === 0) continue
    if (!isTouched(pattern, known)) {
      untouched.push(pattern)
      continue
    }
    const outcome = patternChanges(
      pattern,
      isSparse(pattern, entity) ? pattern.written : touchedSlots(pattern, known),
      update
    )
    if (Exit.isFailure(outcome)) return Exit.failCause(outcome.cause)
  }
  // What one access pattern takes away may be another one's too.
  // Most updates take nothing away.
  if (untouched.length > 0 && !takesAway(attributes)) return Exit.succeed(update)
  for (const pattern of untouched) {
    const shared = pattern.written.filter(
      ({ attribute }) => attributes.has(attribute) && attributes.get(attribute) === undefined
    )
    const outcome = patternChanges(pattern, shared, update)
    if (Exit.isFailure(outcome)) return Exit.failCause(outcome.cause)
  }
  return Exit.succeed(update)
}

const takesAway = (attributes: AttributeChanges): boolean => {
  for (const value of attributes.values()) if (value === undefined) return true
  return false
}

const nothingToWrite = Exit.succeed<IndexChanges>({ attributes: new Map(), missing: new Set(), error: undefined })

const writesKeys = ({ patterns }: ResolvedEntity.ResolvedEntity): boolean => {
  for (const { written } of patterns.values()) if (written.length > 0) return true
  return false
}

interface Update extends Known {
  readonly planning: Planning
  readonly attributes: Map<string, AttributeValue | undefined>
  readonly missing: Set<string>
  error: KeyError | undefined
}

const slotsOf = ({ partition, sort }: ResolvedEntity.AccessPattern): ReadonlyArray<ResolvedEntity.KeySlot> => [
  ...partition,
  ...sort
]

const deciding = new WeakMap<ResolvedEntity.AccessPattern, ReadonlySet<string>>()

/** The fields that decide whether an item is in the index, and under which key: worked out once. */
export const fieldsOf = (pattern: ResolvedEntity.AccessPattern): ReadonlySet<string> => {
  let fields = deciding.get(pattern)
  if (fields === undefined) {
    fields = new Set([...slotsOf(pattern).flatMap((slot) => slot.key.fields), ...(pattern.when?.keys() ?? [])])
    deciding.set(pattern, fields)
  }
  return fields
}

const isTouched = (pattern: ResolvedEntity.AccessPattern, { touched }: Known): boolean => {
  for (const field of fieldsOf(pattern)) if (touched.has(field)) return true
  return false
}

const touchedSlots = (
  pattern: ResolvedEntity.AccessPattern,
  { touched }: Known
): ReadonlyArray<ResolvedEntity.KeySlot> =>
  pattern.written.filter((slot) => slot.key.fields.some((field) => touched.has(field)))

const sparse = new WeakMap<ResolvedEntity.AccessPattern, boolean>()

/** Whether an item may be outside of the index: then its key is written as a whole. Of one entity, so found out once. */
const isSparse = (pattern: ResolvedEntity.AccessPattern, { sparseFields }: ResolvedEntity.ResolvedEntity): boolean => {
  let is = sparse.get(pattern)
  if (is === undefined) {
    is =
      pattern.when !== undefined ||
      slotsOf(pattern).some((slot) => slot.key.fields.some((field) => sparseFields.has(field)))
    sparse.set(pattern, is)
  }
  return is
}

const everyOf = (fields: ReadonlySet<string>, f: (field: string) => boolean): boolean => {
  for (const field of fields) if (!f(field)) return false
  return true
}

/** Writes those of an access pattern's key attributes anew, or removes them. */
const patternChanges = (
  pattern: ResolvedEntity.AccessPattern,
  slots: ReadonlyArray<ResolvedEntity.KeySlot>,
  update: Update
): Exit.Exit<void, KeyError> => {
  const [first] = slots
  if (first === undefined) return Exit.void
  const { attributes, planning, values } = update
  if (isOutside(pattern, update)) {
    for (const slot of slots) put(attributes, slot.attribute, undefined)
    return Exit.void
  }
  const isWhole = isSparse(pattern, planning.entity)
  const isKnown = (field: string): boolean => field in values
  if (!(isWhole ? everyOf(fieldsOf(pattern), isKnown) : slots.every((slot) => slot.key.fields.every(isKnown)))) {
    const needed = isWhole ? fieldsOf(pattern) : new Set(slots.flatMap((slot) => slot.key.fields))
    const missing = [...needed].filter((field) => !isKnown(field))
    for (const field of missing) update.missing.add(field)
    update.error ??= unknownFields(pattern, first, needed, missing, update)
    return Exit.void
  }
  for (const slot of slots) {
    const key = slot.key.encode(values)
    if (Result.isFailure(key)) {
      return Exit.fail(ResolvedEntity.keyError(planning.entity, pattern, slot, key.failure, planning.where))
    }
    put(attributes, slot.attribute, key.success)
  }
  return Exit.void
}

/** Whether what is known is enough to say that the item is not in the index: no other field matters then. */
const isOutside = (pattern: ResolvedEntity.AccessPattern, { planning, values }: Update): boolean => {
  for (const [field, allowed] of pattern.when ?? []) {
    if (field in values && !ResolvedEntity.holds(new Map([[field, allowed]]), values)) return true
  }
  return slotsOf(pattern).some((slot) =>
    slot.key.fields.some((field) => field in values && isAbsent(field, values[field], planning))
  )
}

/** Whether a field's value is stored as nothing, or as what a key cannot hold for it. */
const isAbsent = (field: string, value: unknown, { entity }: Planning): boolean => {
  if (value === undefined || value === null) return true
  const stored = entity.definition.codec.fields.get(field)!.encodeKey(value)
  return Result.isSuccess(stored) && (stored.success === undefined || "NULL" in stored.success)
}

const unknownFields = (
  pattern: ResolvedEntity.AccessPattern,
  slot: ResolvedEntity.KeySlot,
  needed: ReadonlySet<string>,
  missing: ReadonlyArray<string>,
  { canRead, planning: { entity, where } }: Update
): KeyError =>
  new KeyError({
    message:
      `Cannot update ${entity.name}: the key of its index "${pattern.indexName}" is made of ` +
      `${[...needed].join(", ")}, of which ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not known here; ` +
      (missing.includes(entity.definition.managed.version!)
        ? canRead
          ? `have the version read with recompute()`
          : `an upsert does not know the version`
        : canRead
          ? `set all of them in this update, or have them read with recompute()`
          : `set all of them in this upsert`),
    ...where,
    entity: entity.name,
    path: missing.slice(0, 1),
    attribute: slot.attribute,
    index: pattern.indexName
  })

/** Where access patterns share an attribute, the one whose item is in the index writes it. */
const put = (
  attributes: Map<string, AttributeValue | undefined>,
  attribute: string,
  value: AttributeValue | undefined
): void => {
  if (value !== undefined || attributes.get(attribute) === undefined) attributes.set(attribute, value)
}
