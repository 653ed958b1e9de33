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
import type { UpdateState } from "./updatePlan.ts"

type Changes = Map<string, AttributeValue | undefined>

/** The changes of composite index keys, by attribute: `undefined` removes. */
export const indexChanges = (
  state: UpdateState,
  values: ReadonlyMap<string, unknown>,
  planning: Planning
): Exit.Exit<Changes, KeyError> => {
  const { entity, where } = planning
  const changes: Changes = new Map()
  const known: ResolvedEntity.Values = { ...state.key, ...Object.fromEntries(values) }
  // A field that is a key attribute by itself: DynamoDB has neither NULL nor an empty text there.
  for (const { field, pattern, slot } of entity.fieldKeys) {
    const key = values.has(field) ? slot.key.encode(known) : undefined
    if (key === undefined || Result.isSuccess(key)) continue
    if (!key.failure.absent) return Exit.fail(ResolvedEntity.keyError(entity, pattern, slot, key.failure, where))
    changes.set(slot.attribute, undefined)
  }
  const update: Update = { values, known, planning, changes }
  const untouched: Array<ResolvedEntity.AccessPattern> = []
  for (const pattern of entity.patterns.values()) {
    if (pattern.written.length === 0) continue
    if (!isTouched(pattern, values)) {
      untouched.push(pattern)
      continue
    }
    const outcome = patternChanges(
      pattern,
      isSparse(pattern, entity) ? pattern.written : touchedSlots(pattern, values),
      update
    )
    if (Exit.isFailure(outcome)) return Exit.failCause(outcome.cause)
  }
  // What one access pattern takes away may be another one's too.
  for (const pattern of untouched) {
    const shared = pattern.written.filter(
      ({ attribute }) => changes.has(attribute) && changes.get(attribute) === undefined
    )
    const outcome = patternChanges(pattern, shared, update)
    if (Exit.isFailure(outcome)) return Exit.failCause(outcome.cause)
  }
  return Exit.succeed(changes)
}

interface Update {
  /** The fields that change. */
  readonly values: ReadonlyMap<string, unknown>
  /** Those, and the fields of the primary key. */
  readonly known: ResolvedEntity.Values
  readonly planning: Planning
  readonly changes: Changes
}

const slotsOf = ({ partition, sort }: ResolvedEntity.AccessPattern): ReadonlyArray<ResolvedEntity.KeySlot> => [
  ...partition,
  ...sort
]

/** The fields that decide whether an item is in the index, and under which key. */
const fieldsOf = (pattern: ResolvedEntity.AccessPattern): ReadonlySet<string> =>
  new Set([...slotsOf(pattern).flatMap((slot) => slot.key.fields), ...(pattern.when?.keys() ?? [])])

const isTouched = (pattern: ResolvedEntity.AccessPattern, values: Update["values"]): boolean =>
  Array.from(fieldsOf(pattern)).some((field) => values.has(field))

const touchedSlots = (pattern: ResolvedEntity.AccessPattern, values: Update["values"]) =>
  pattern.written.filter((slot) => slot.key.fields.some((field) => values.has(field)))

/** Whether an item may be outside of the index: then its key is written as a whole. */
const isSparse = (pattern: ResolvedEntity.AccessPattern, { sparseFields }: ResolvedEntity.ResolvedEntity): boolean =>
  pattern.when !== undefined ||
  slotsOf(pattern).some((slot) => slot.key.fields.some((field) => sparseFields.has(field)))

/** Writes those of an access pattern's key attributes anew, or removes them. */
const patternChanges = (
  pattern: ResolvedEntity.AccessPattern,
  slots: ReadonlyArray<ResolvedEntity.KeySlot>,
  update: Update
): Exit.Exit<void, KeyError> => {
  const [first] = slots
  if (first === undefined) return Exit.void
  const { changes, known, planning } = update
  if (isOutside(pattern, update)) {
    for (const slot of slots) put(changes, slot.attribute, undefined)
    return Exit.void
  }
  const needed = isSparse(pattern, planning.entity)
    ? fieldsOf(pattern)
    : new Set(slots.flatMap((slot) => slot.key.fields))
  const missing = [...needed].filter((field) => !(field in known))
  if (missing.length > 0) return unknownFields(pattern, first, needed, missing, planning)
  for (const slot of slots) {
    const key = slot.key.encode(known)
    if (Result.isFailure(key)) {
      return Exit.fail(ResolvedEntity.keyError(planning.entity, pattern, slot, key.failure, planning.where))
    }
    put(changes, slot.attribute, key.success)
  }
  return Exit.void
}

/** Whether what is known is enough to say that the item is not in the index: no other field matters then. */
const isOutside = (pattern: ResolvedEntity.AccessPattern, { known, planning }: Update): boolean => {
  for (const [field, allowed] of pattern.when ?? []) {
    if (field in known && !ResolvedEntity.holds(new Map([[field, allowed]]), known)) return true
  }
  return slotsOf(pattern).some((slot) =>
    slot.key.fields.some((field) => field in known && isAbsent(field, known[field], planning))
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
  { entity, where }: Planning
): Exit.Exit<never, KeyError> =>
  Exit.fail(
    new KeyError({
      message:
        `Cannot update ${entity.name}: the key of its index "${pattern.indexName}" is made of ` +
        `${[...needed].join(", ")}, of which ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not known here; ` +
        `set all of them in this update`,
      ...where,
      entity: entity.name,
      path: missing.slice(0, 1),
      attribute: slot.attribute,
      index: pattern.indexName
    })
  )

/** Where access patterns share an attribute, the one whose item is in the index writes it. */
const put = (changes: Changes, attribute: string, value: AttributeValue | undefined): void => {
  if (value !== undefined || changes.get(attribute) === undefined) changes.set(attribute, value)
}
