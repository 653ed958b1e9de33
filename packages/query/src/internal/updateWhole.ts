/**
 * What an upsert writes besides what is said, so that what it creates is a whole item:
 * the fields of its key, the marker, and defaults where the item lacks the field.
 */
import * as Change from "@effect-dynamo/core/Change"
import { EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Planning } from "./builder.ts"
import type { Change as Changing } from "./changes.ts"
import type { Sayings } from "./updateChanges.ts"

interface Given {
  readonly keyValues: ResolvedEntity.Values
  readonly said: Sayings
  /** What the library keeps, as far as it is known. */
  readonly kept: ResolvedEntity.Values
}

/** The value of a new item, made and checked as a put's: what is missing for a whole item is said here. */
export const wholeValue = (
  { kept, keyValues, said }: Given,
  { entity, now, where }: Planning
): Effect.Effect<ResolvedEntity.Values, EncodeError, unknown> => {
  const { codec, managed } = entity.definition
  const given: Record<string, unknown> = {}
  for (const source of [keyValues, Object.fromEntries(said.initial), Object.fromEntries(said.values), kept]) {
    for (const [field, value] of Object.entries(source)) if (value !== undefined) given[field] = value
  }
  if (managed.createdAt !== undefined) {
    given[managed.createdAt] ??= Change.timeOf(codec.fields.get(managed.createdAt)!, now)
  }
  if (managed.version !== undefined) {
    given[managed.version] = Change.versionAfter(codec.fields.get(managed.version)!, undefined)
  }
  // A value of the entity has its fields as properties.
  return ResolvedEntity.makeValue(entity, given, where) as Effect.Effect<ResolvedEntity.Values, EncodeError, unknown>
}

interface Changed {
  /** The fields whose values are known, whether or not the item is new. */
  readonly known: ResolvedEntity.Values
  readonly keyValues: ResolvedEntity.Values
  readonly changes: ReadonlyArray<Changing>
}

/** What is still to be written of a new item. */
export const wholeItem = (
  made: ResolvedEntity.Values,
  { changes, keyValues, known }: Changed,
  { entity, where }: Planning
): Effect.Effect<ReadonlyArray<Changing>, EncodeError | KeyError, unknown> =>
  Effect.flatMapEager(
    ResolvedEntity.encode(entity, made, where),
    (item): Exit.Exit<ReadonlyArray<Changing>, EncodeError | KeyError> => {
      const part = changes.find(({ path }) => path.length > 1)
      if (part !== undefined) return Exit.fail(changesPart(entity, part, where))
      const written = new Set(changes.map(({ path }) => path[0]))
      for (const { attribute } of [...entity.primary.partition, ...entity.primary.sort]) written.add(attribute)
      const more: Array<Changing> = []
      for (const [attribute, value] of Object.entries(item)) {
        if (written.has(attribute)) continue
        const unknown = unknownFieldOf(entity, attribute, known)
        if (unknown !== undefined) return Exit.fail(unsureKey(entity, attribute, unknown, where))
        const field = fieldStoredAs(entity, attribute)
        // The marker and what the key gives are what they are; a default gives way to what stands there.
        more.push(
          field !== undefined && !(field in keyValues)
            ? { _tag: "SetIfAbsent", path: [attribute], value }
            : { _tag: "Set", path: [attribute], value: { _tag: "Value", value } }
        )
      }
      return Exit.succeed(more)
    }
  )

const changesPart = (
  entity: ResolvedEntity.ResolvedEntity,
  { path }: Changing,
  where: ResolvedEntity.Where
): EncodeError =>
  new EncodeError({
    message: `Cannot upsert ${entity.name} at ${path.join(".")}: a new item has no such part to change; set "${path[0]}" as a whole`,
    ...where,
    entity: entity.name,
    path
  })

/** A field that an index's key is made of by its default alone: what stands in the item may differ. */
const unknownFieldOf = (
  entity: ResolvedEntity.ResolvedEntity,
  attribute: string,
  known: ResolvedEntity.Values
): string | undefined => {
  for (const pattern of entity.patterns.values()) {
    const slots = [...pattern.partition, ...pattern.sort]
    if (!slots.some((slot) => slot.attribute === attribute && slot.field === undefined)) continue
    const fields = [...slots.flatMap((slot) => slot.key.fields), ...(pattern.when?.keys() ?? [])]
    const unknown = fields.find((field) => !(field in known))
    if (unknown !== undefined) return unknown
  }
  return undefined
}

const unsureKey = (
  entity: ResolvedEntity.ResolvedEntity,
  attribute: string,
  field: string,
  where: ResolvedEntity.Where
): KeyError =>
  new KeyError({
    message:
      `Cannot upsert ${entity.name}: its index key "${attribute}" takes "${field}", which has a default here ` +
      `but may have another value in the table; set it in this update`,
    ...where,
    entity: entity.name,
    path: [field],
    attribute
  })

const fieldStoredAs = (entity: ResolvedEntity.ResolvedEntity, attribute: string): string | undefined => {
  for (const field of entity.definition.codec.fields.values()) if (field.stored === attribute) return field.name
  return undefined
}
