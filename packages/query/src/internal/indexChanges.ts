/**
 * What an update does to the keys of indexes: a key follows the fields it is made of.
 *
 * A key attribute that a change touches is written anew from all its fields. Where the
 * item may not be in the index now (a field of its key is optional, or the index has a
 * `when`), both of its key attributes are, so that never half a key stands there.
 *
 * @internal
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
  for (const pattern of entity.patterns.values()) {
    const outcome = patternChanges(pattern, values, known, planning, changes)
    if (Exit.isFailure(outcome)) return Exit.failCause(outcome.cause)
  }
  return Exit.succeed(changes)
}

const patternChanges = (
  pattern: ResolvedEntity.AccessPattern,
  values: ReadonlyMap<string, unknown>,
  known: ResolvedEntity.Values,
  planning: Planning,
  changes: Changes
): Exit.Exit<void, KeyError> => {
  const { entity, where } = planning
  const primary = new Set([...entity.primary.partition, ...entity.primary.sort].map((slot) => slot.attribute))
  const slots = [...pattern.partition, ...pattern.sort]
  const written = slots.filter((slot) => slot.field === undefined && !primary.has(slot.attribute))
  const isTouched = (slot: ResolvedEntity.KeySlot): boolean => slot.key.fields.some((field) => values.has(field))
  const whenTouched = [...(pattern.when?.keys() ?? [])].some((field) => values.has(field))
  if (!whenTouched && !slots.some(isTouched)) return Exit.void
  if (written.length === 0) return Exit.void
  const whole =
    pattern.when !== undefined || slots.some((slot) => slot.key.fields.some((field) => entity.sparseFields.has(field)))
  const rewritten = whole ? written : written.filter(isTouched)
  const needed = new Set(rewritten.flatMap((slot) => slot.key.fields))
  if (whole) for (const slot of slots) for (const field of slot.key.fields) needed.add(field)
  for (const field of pattern.when?.keys() ?? []) needed.add(field)
  const missing = [...needed].filter((field) => !(field in known))
  if (rewritten.length > 0 && missing.length > 0) {
    return Exit.fail(
      new KeyError({
        message:
          `Cannot update ${entity.name}: the key of its index "${pattern.indexName}" is made of ` +
          `${[...needed].join(", ")}, of which ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not known here; ` +
          `set all of them in this update`,
        ...where,
        entity: entity.name,
        path: [missing[0]!],
        attribute: rewritten[0]!.attribute,
        index: pattern.indexName
      })
    )
  }
  if (whole) {
    const keys = ResolvedEntity.patternKeys(entity, pattern, known, where)
    if (Exit.isFailure(keys)) return Exit.failCause(keys.cause)
    for (const slot of written) put(changes, slot.attribute, keys.value?.[slot.attribute])
    return Exit.void
  }
  for (const slot of rewritten) {
    const key = slot.key.encode(known)
    if (Result.isFailure(key)) return Exit.fail(ResolvedEntity.keyError(entity, pattern, slot, key.failure, where))
    put(changes, slot.attribute, key.success)
  }
  return Exit.void
}

/** Where access patterns share an attribute, the one whose item is in the index writes it. */
const put = (changes: Changes, attribute: string, value: AttributeValue | undefined): void => {
  if (value !== undefined || changes.get(attribute) === undefined) changes.set(attribute, value)
}
