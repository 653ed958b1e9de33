/**
 * What the library keeps of an entity by itself: versions, timestamps, and what is done
 * to values before they are put.
 */
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { AttributeValue } from "../../Attribute.ts"
import type { EncodeError } from "../../DynamoError.ts"
import { exitOf } from "../codec/codec.ts"
import type { EntityCodec, FieldCodec } from "../codec/entity.ts"
import { list } from "./list.ts"

/** What of it was declared. */
export interface Managed {
  /** The field that counts writes. */
  readonly version: string | undefined
  /** The field that holds when the item was first put. */
  readonly createdAt: string | undefined
  /** The field that holds when the item was last written. */
  readonly updatedAt: string | undefined
  /** The field after whose time the item does not exist. */
  readonly timeToLive: string | undefined
  /** Fields that no two items have the same values of. */
  readonly unique: ReadonlyArray<ReadonlyArray<string>>
  readonly beforeWrite: ((value: unknown) => Effect.Effect<unknown, EncodeError, unknown>) | undefined
}

/** Options as the constructors take them, untyped. */
export interface ManagedOptions {
  readonly version?: string | undefined
  readonly createdAt?: string | undefined
  readonly updatedAt?: string | undefined
  readonly timeToLive?: string | undefined
  readonly unique?: ReadonlyArray<string | ReadonlyArray<string>> | undefined
  readonly beforeWrite?: ((value: unknown) => Effect.Effect<unknown, EncodeError, unknown>) | undefined
}

export const managedOf = (options: ManagedOptions): Managed => ({
  version: options.version,
  createdAt: options.createdAt,
  updatedAt: options.updatedAt,
  timeToLive: options.timeToLive,
  unique: (options.unique ?? []).map((fields) => (typeof fields === "string" ? [fields] : fields)),
  beforeWrite: options.beforeWrite
})

/** Why what is declared cannot work, in a sentence without its end. */
export const problemOf = (
  managed: Managed,
  codec: EntityCodec,
  keyFields: ReadonlySet<string>,
  tableTimeToLive: string | undefined
): string | undefined => {
  const kept = { version: managed.version, createdAt: managed.createdAt, updatedAt: managed.updatedAt }
  const seen = new Map<string, string>()
  for (const [option, name] of Object.entries({ ...kept, timeToLive: managed.timeToLive })) {
    if (name === undefined) continue
    const field = codec.field(name)
    if (field === undefined) return `its ${option} names "${name}", which is no field of it`
    const other = seen.get(name)
    if (other !== undefined) return `the field "${name}" is both its ${other} and its ${option}`
    seen.set(name, option)
    if (option !== "timeToLive" && option !== "createdAt" && keyFields.has(name)) {
      return `its ${option} "${name}" is part of the primary key, which a write cannot change`
    }
    if ((option === "createdAt" || option === "updatedAt") && field.stored === tableTimeToLive) {
      return `its ${option} "${name}" is stored in the table's time-to-live attribute, by which DynamoDB would remove it`
    }
    if ((option === "createdAt" || option === "updatedAt") && !holds(field, storedTime(field, 0))) {
      return (
        `its ${option} "${name}" cannot hold a time: it takes a Date, a DateTime, a string in ISO form, ` +
        `or a number of milliseconds`
      )
    }
    if (option === "version" && !(field.kind === "number" && holds(field, { N: "1" }))) {
      return `its version "${name}" cannot count: it takes a field that is stored as a number`
    }
  }
  if (managed.timeToLive !== undefined) {
    const { stored } = codec.field(managed.timeToLive)!
    if (stored !== tableTimeToLive) {
      return (
        `its timeToLive "${managed.timeToLive}" is stored as "${stored}", but the table's time-to-live attribute is ` +
        `${tableTimeToLive === undefined ? "not named" : `"${tableTimeToLive}"`}; ` +
        `name it with Table.make(…, { timeToLive: "${stored}" })`
      )
    }
    if (managed.unique.length > 0) {
      return "it has unique fields and a timeToLive: DynamoDB would remove items and leave their guards"
    }
  }
  for (const fields of managed.unique) {
    if (fields.length === 0) return "one of its unique keys has no fields"
    for (const name of fields) {
      if (codec.field(name) === undefined) return `unique names "${name}", which is no field of it`
    }
    if (new Set(fields).size < fields.length) return `unique names a field twice in ${list(fields)}`
    if (fields.every((name) => keyFields.has(name)) && fields.length === keyFields.size) {
      return `its unique ${list(fields)} is its primary key, which is unique by itself`
    }
  }
  return undefined
}

/** A point in time as a value of a field that can hold one. */
export const timestamp = (field: FieldCodec, millis: number): unknown => valueOf(field, storedTime(field, millis))

/** A number of writes as a value of a field that can count. */
export const counted = (field: FieldCodec, writes: string): unknown => valueOf(field, { N: writes })

const storedTime = (field: FieldCodec, millis: number): AttributeValue =>
  field.kind === "number" ? { N: String(millis) } : { S: new Date(millis).toISOString() }

const valueOf = (field: FieldCodec, stored: AttributeValue): unknown => {
  const value = exitOf(field.decode(stored))
  return value !== undefined && Exit.isSuccess(value) ? value.value : undefined
}

/** Whether a field can hold something stored: it reads it, and writes the same back. */
const holds = (field: FieldCodec, stored: AttributeValue): boolean => {
  const value = valueOf(field, stored)
  const back = value === undefined ? undefined : exitOf(field.encode(value))
  return back !== undefined && Exit.isSuccess(back) && JSON.stringify(back.value) === JSON.stringify(stored)
}

/** A value with what is kept of it, ready to be made; and the version it replaces, where it is none of a new item. */
export interface Filled {
  readonly input: unknown
  readonly replaces: AttributeValue | undefined
}

/** Fills in what is kept: the timestamps, and the version after the one that is given. */
export const fill = (managed: Managed, codec: EntityCodec, given: unknown, now: number): Filled => {
  const { createdAt, updatedAt, version } = managed
  if (createdAt === undefined && updatedAt === undefined && version === undefined) {
    return { input: given, replaces: undefined }
  }
  // What is no object is refused when the value is made.
  const input: Record<string, unknown> = { ...(given as object) }
  if (createdAt !== undefined && isAbsent(input[createdAt])) {
    input[createdAt] = timestamp(codec.field(createdAt)!, now)
  }
  if (updatedAt !== undefined) input[updatedAt] = timestamp(codec.field(updatedAt)!, now)
  let replaces: AttributeValue | undefined
  if (version !== undefined) {
    const field = codec.field(version)!
    const stored = input[version] === undefined ? undefined : exitOf(field.encode(input[version]))
    // What is no version is refused when the value is made.
    if (stored !== undefined && Exit.isFailure(stored)) return { input, replaces }
    const before = stored?.value
    if (before !== undefined && "N" in before && before.N !== "0") replaces = before
    input[version] = nextVersion(field, replaces)
  }
  return { input, replaces }
}

const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (Option.isOption(value) && Option.isNone(value))

/** The version after another one; of none: the first. */
export const nextVersion = (field: FieldCodec, before: AttributeValue | undefined): unknown =>
  counted(field, before !== undefined && "N" in before ? increased(before.N) : "1")

/** One more, exact for versions of any size. */
const increased = (text: string): string => (/^\d+$/.test(text) ? String(BigInt(text) + 1n) : String(Number(text) + 1))
