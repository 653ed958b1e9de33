/**
 * An entity under one configuration: attribute names decided, keys compiled.
 *
 * This is what builders plan with, and what code beside them (importers,
 * stream processors, admin tools) may use where `Entity` is not enough.
 *
 * @module
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { AttributeValue, Item } from "./Attribute.ts"
import * as DynamoConfig from "./DynamoConfig.ts"
import { DecodeError, EncodeError, KeyError } from "./DynamoError.ts"
import type { Any } from "./Entity.ts"
import type { EntityCodec, FieldCodec } from "./internal/codec/entity.ts"
import { failed, unknown } from "./internal/codec/node.ts"
import { type Definition, TypeId, type When } from "./internal/entity/definition.ts"
import { compile, includes, type Refusal } from "./internal/entity/compile.ts"
import { fill } from "./internal/entity/managed.ts"
import { guardMarker, guardPrefix, guardSortKey } from "./internal/entity/unique.ts"
import { firstIssue, formatPath } from "./internal/issues.ts"
import { covering as coveringBound } from "./internal/keys/covering.ts"
import type { Bound, CompiledKey, KeyFailure, Values } from "./internal/keys/model.ts"
import { isFailure } from "./internal/keys/values.ts"
import type { Index, KeyType } from "./Index.ts"

export type {
  /**
   * One condition on a key attribute. All bounds of `between` are inclusive.
   *
   * @category models
   * @since 0.1.0
   */
  Bound,
  /**
   * Why a key cannot be made. Never holds values.
   *
   * @category models
   * @since 0.1.0
   */
  KeyFailure,
  /**
   * Field values by field name.
   *
   * @category models
   * @since 0.1.0
   */
  Values
} from "./internal/keys/model.ts"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * One key attribute of a table or index, and how this entity fills it.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeySlot {
  /** The attribute's name in the table. */
  readonly attribute: string
  readonly type: KeyType
  /** The field whose own attribute it is; absent for composite keys. */
  readonly field: string | undefined
  /** How it is written, and read back. */
  readonly key: CompiledKey
  /** Whether the entity's name ends it: all items under such a partition key are this entity's. */
  readonly suffixed: boolean
}

/**
 * A field that is a key attribute of an index by itself. DynamoDB checks it on every
 * write, whether or not the item has the index's other key attributes.
 *
 * @category models
 * @since 0.1.0
 */
export interface FieldKey {
  readonly field: string
  readonly slot: KeySlot
  /** The key it stands in, for errors. */
  readonly pattern: Pick<AccessPattern, "indexName" | "partition">
}

/**
 * The table or one of its indexes, as this entity uses it.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccessPattern {
  /** The entity's name for it; absent for the table itself. */
  readonly name: string | undefined
  /** DynamoDB's index name; absent for the table itself. */
  readonly indexName: string | undefined
  readonly index: Index | undefined
  readonly partition: ReadonlyArray<KeySlot>
  readonly sort: ReadonlyArray<KeySlot>
  /** Those of both that hold composite keys of its own: not the table's, nor another access pattern's. */
  readonly written: ReadonlyArray<KeySlot>
  /** The item is in the index only where these fields have one of the values. */
  readonly when: When | undefined
}

/**
 * The attribute that says whose an item is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Marker {
  readonly attribute: string
  /** What it holds on this entity's items. */
  readonly values: ReadonlyArray<string>
  /** Whether a field of the schema is the marker; if not, writes add it. */
  readonly isField: boolean
}

/**
 * An entity under one configuration.
 *
 * @category models
 * @since 0.1.0
 */
export interface ResolvedEntity {
  readonly name: string
  /** What was declared. */
  readonly definition: Definition
  readonly marker: Marker | undefined
  /** The table's own keys. */
  readonly primary: AccessPattern
  /** By the entity's names, declared ones and those that need no declaration. */
  readonly patterns: ReadonlyMap<string, AccessPattern>
  /** Those of them that have keys of their own to write. */
  readonly written: ReadonlyArray<AccessPattern>
  /** Fields that are key attributes of the table's indexes by themselves. */
  readonly fieldKeys: ReadonlyArray<FieldKey>
  /** Stored names of required nullable fields that are key attributes of an index: null is stored as nothing there. */
  readonly nullableKeyFields: ReadonlyArray<string>
  /** Fields of index keys that an item may lack, whose absence takes it out of the index. */
  readonly sparseFields: ReadonlySet<string>
  /** The partition keys of the guards of unique fields. */
  readonly unique: ReadonlyArray<CompiledKey>
  /** Stored names that hold composite keys: attributes of no field. */
  readonly compositeAttributes: ReadonlySet<string>
}

// -----------------------------------------------------------------------------
// Resolving
// -----------------------------------------------------------------------------

/**
 * What an entity was declared with.
 *
 * @category getters
 * @since 0.1.0
 */
export const definitionOf = (entity: Any): Definition =>
  // Types see the declaration there, the run time what was made of it.
  entity[TypeId] as unknown as Definition

const resolved = new WeakMap<
  Definition,
  WeakMap<DynamoConfig.Options, WeakMap<DynamoConfig.Options, Result.Result<ResolvedEntity, Refusal>>>
>()
const byFormat = new WeakMap<Definition, Map<string, Result.Result<ResolvedEntity, Refusal>>>()

/**
 * Resolves an entity, once per configuration: the levels given by identity first,
 * then by what they say.
 *
 * @internal
 */
export const resolveWith = (
  definition: Definition,
  application: DynamoConfig.Options,
  local: DynamoConfig.Options
): Result.Result<ResolvedEntity, Refusal> => {
  let byApplication = resolved.get(definition)
  if (byApplication === undefined) resolved.set(definition, (byApplication = new WeakMap()))
  let byLocal = byApplication.get(application)
  if (byLocal === undefined) byApplication.set(application, (byLocal = new WeakMap()))
  let result = byLocal.get(local)
  if (result === undefined) byLocal.set(local, (result = resolveFormat(definition, application, local)))
  return result
}

const resolveFormat = (
  definition: Definition,
  application: DynamoConfig.Options,
  local: DynamoConfig.Options
): Result.Result<ResolvedEntity, Refusal> => {
  const config = DynamoConfig.merge(application, local, definition.config)
  // The prefix is not part of it: there may be one a tenant.
  const format = JSON.stringify({ ...config, tableNamePrefix: "" })
  let formats = byFormat.get(definition)
  if (formats === undefined) byFormat.set(definition, (formats = new Map()))
  let result = formats.get(format)
  if (result === undefined) formats.set(format, (result = compile(definition, config)))
  return result
}

/** Refuses, where it is declared, an entity that cannot work under any configuration. @internal */
export const check = (definition: Definition): void => {
  const result = resolveFormat(definition, {}, {})
  if (Result.isFailure(result) && !result.failure.configurable) throw new Error(result.failure.message)
}

/**
 * The entity and its table's name under the configuration in force, handed to `f`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const use = <A, E, R>(
  entity: Any,
  operation: string,
  f: (entity: ResolvedEntity, tableName: string) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | KeyError, R> =>
  Effect.withFiber((fiber): Effect.Effect<A, E | KeyError, R> => {
    const found = fromFiber(entity, operation, fiber)
    return Exit.isExit(found) ? found : f(found.entity, found.tableName)
  })

/**
 * The same as {@link use} for code that has the fiber at hand.
 *
 * @category combinators
 * @since 0.1.0
 */
export const fromFiber = (
  entity: Any,
  operation: string,
  fiber: Fiber.Fiber<unknown, unknown>
): Exit.Exit<never, KeyError> | { readonly entity: ResolvedEntity; readonly tableName: string } => {
  const definition = definitionOf(entity)
  const application = fiber.getRef(DynamoConfig.Application)
  const local = fiber.getRef(DynamoConfig.Local)
  // Nearly always it is the configuration of the time before.
  let known = latest.get(definition)
  if (known === undefined || known.application !== application || known.local !== local) {
    const result = resolveWith(definition, application, local)
    const tableName = tableNameOf(definition, application, local)
    if (Result.isFailure(result)) {
      return Exit.fail(
        new KeyError({
          message: result.failure.message,
          operation,
          table: tableName,
          entity: definition.name,
          path: []
        })
      )
    }
    latest.set(definition, (known = { application, local, found: { entity: result.success, tableName } }))
  }
  return known.found
}

/** What an entity was last resolved to. */
interface Latest {
  readonly application: DynamoConfig.Options
  readonly local: DynamoConfig.Options
  readonly found: { readonly entity: ResolvedEntity; readonly tableName: string }
}

const latest = new WeakMap<Definition, Latest>()

const tableNameOf = (definition: Definition, application: DynamoConfig.Options, local: DynamoConfig.Options): string =>
  (definition.config.tableNamePrefix ?? local.tableNamePrefix ?? application.tableNamePrefix ?? "") +
  definition.table.name

// -----------------------------------------------------------------------------
// Values and items
// -----------------------------------------------------------------------------

/**
 * Where an operation is, for its errors.
 *
 * @category models
 * @since 0.1.0
 */
export interface Where {
  readonly operation: string
  readonly table: string
}

/**
 * What a class or struct makes of its input: defaults filled in, checked. Instances are taken as they are.
 *
 * @category items
 * @since 0.1.0
 */
export const makeValue = (
  entity: ResolvedEntity,
  input: unknown,
  where: Where
): Effect.Effect<unknown, EncodeError, unknown> => {
  const codec = entity.definition.codec
  return Effect.mapErrorEager(codec.make(input), (error) => encodeError(entity, error, where))
}

/**
 * A value that is about to be put.
 *
 * @category models
 * @since 0.1.0
 */
export interface Put {
  readonly value: unknown
  /** The version, as stored, that the value was read with; absent for a new item, and for an entity without versions. */
  readonly replaces: AttributeValue | undefined
}

/**
 * The value that a put writes: `beforeWrite` run on it, timestamps and the next version
 * filled in, then made as {@link makeValue} makes it.
 *
 * @category items
 * @since 0.1.0
 */
export const makePut = (
  entity: ResolvedEntity,
  input: unknown,
  where: Where,
  /** Milliseconds since 1970. */
  now: number
): Effect.Effect<Put, EncodeError, unknown> => {
  const { codec, managed } = entity.definition
  const { beforeWrite } = managed
  const given = beforeWrite === undefined ? Exit.succeed(input) : Effect.suspend(() => beforeWrite(input))
  return Effect.flatMapEager(given, (given) => {
    const { input, replaces } = fill(managed, codec, given, now)
    return Effect.mapEager(makeValue(entity, input, where), (value): Put => ({ value, replaces }))
  })
}

/**
 * A value that is about to be put, and its item.
 *
 * @category models
 * @since 0.1.0
 */
export interface PutItem extends Put {
  readonly item: Item
}

/**
 * What {@link makePut} makes and its item as {@link encode} writes it, in one.
 *
 * @category items
 * @since 0.1.0
 */
export const makePutItem = (
  entity: ResolvedEntity,
  input: unknown,
  where: Where,
  /** Milliseconds since 1970. */
  now: number
): Effect.Effect<PutItem, EncodeError | KeyError, unknown> => {
  const { beforeWrite } = entity.definition.managed
  return beforeWrite === undefined
    ? makeFilled(entity, input, where, now)
    : Effect.flatMapEager(
        Effect.suspend(() => beforeWrite(input)),
        (given) => makeFilled(entity, given, where, now)
      )
}

const makeFilled = (
  entity: ResolvedEntity,
  given: unknown,
  where: Where,
  now: number
): Effect.Effect<PutItem, EncodeError | KeyError, unknown> => {
  const { codec, managed } = entity.definition
  const { input, replaces } = fill(managed, codec, given, now)
  // What is made without checks is right if it encodes, which checks all the same.
  const made = codec.attemptMake(input)
  const item = made === unknown ? unknown : codec.attemptEncode(made)
  if (failed(item)) {
    return Effect.flatMapEager(makeValue(entity, input, where), (value) =>
      Effect.mapEager(encode(entity, value, where), (item): PutItem => ({ value, replaces, item }))
    )
  }
  const refused = writeKeys(entity, item, made as Values, true, where)
  return refused === undefined ? Exit.succeed({ value: made, replaces, item }) : Exit.fail(refused)
}

/**
 * The field whose time, once passed, makes an item count as gone; `undefined` where the
 * entity has none.
 *
 * @category getters
 * @since 0.1.0
 */
export const timeToLiveOf = ({ definition }: ResolvedEntity): FieldCodec | undefined =>
  definition.managed.timeToLive === undefined ? undefined : definition.codec.field(definition.managed.timeToLive)

/**
 * Whether an item's time has passed, so that it counts as gone although DynamoDB has not
 * removed it yet.
 *
 * @category items
 * @since 0.1.0
 */
export const isExpired = (
  entity: ResolvedEntity,
  item: Item,
  /** Milliseconds since 1970. */
  now: number
): boolean => {
  const field = timeToLiveOf(entity)
  const stored = field === undefined ? undefined : item[field.stored]
  return stored !== undefined && "N" in stored && Number(stored.N) <= Math.floor(now / 1000)
}

/**
 * The guard items of a value's unique fields, each with its key: one for each that has
 * a value.
 *
 * @category items
 * @since 0.1.0
 */
export const guards = (
  entity: ResolvedEntity,
  values: Values,
  where: Where
): Exit.Exit<
  ReadonlyArray<{ readonly fields: ReadonlyArray<string>; readonly key: Item; readonly item: Item }>,
  KeyError
> => {
  const [partition] = entity.primary.partition
  const [sort] = entity.primary.sort
  const found: Array<{ readonly fields: ReadonlyArray<string>; readonly key: Item; readonly item: Item }> = []
  for (const unique of entity.unique) {
    const text = unique.encode(values)
    if (Result.isFailure(text)) {
      if (text.failure.absent) continue
      return Exit.fail(
        new KeyError({
          message: `Cannot guard the unique ${unique.fields.join(", ")} of ${entity.name}: ${text.failure.message}`,
          ...where,
          entity: entity.name,
          path: text.failure.field === undefined ? [] : [text.failure.field],
          attribute: partition!.attribute
        })
      )
    }
    const key: Item = { [partition!.attribute]: text.success }
    if (sort !== undefined) key[sort.attribute] = { S: guardSortKey }
    const marked = entity.marker === undefined ? undefined : { [entity.marker.attribute]: { S: guardMarker } }
    found.push({ fields: unique.fields, key, item: { ...key, ...marked } })
  }
  return Exit.succeed(found)
}

/**
 * A value as an item: its attributes, the marker, and every key.
 *
 * @category items
 * @since 0.1.0
 */
export const encode = (
  entity: ResolvedEntity,
  value: unknown,
  where: Where
): Effect.Effect<Item, EncodeError | KeyError, unknown> => {
  const { codec } = entity.definition
  const attempted = codec.attemptEncode(value)
  if (!failed(attempted)) return keyed(entity, attempted, value as Values, true, where)
  return Effect.flatMapEager(
    Effect.mapErrorEager(codec.encode(value), (error) => encodeError(entity, error, where)),
    (item) => keyed(entity, item, value as Values, false, where)
  )
}

const keyed = (
  entity: ResolvedEntity,
  item: Item,
  values: Values,
  isDirect: boolean,
  where: Where
): Exit.Exit<Item, KeyError> => {
  const refused = writeKeys(entity, item, values, isDirect, where)
  return refused === undefined ? Exit.succeed(item) : Exit.fail(refused)
}

/** Adds the marker and every key to a value's attributes, or says why it cannot. */
const writeKeys = (
  entity: ResolvedEntity,
  item: Item,
  values: Values,
  /** The attributes were encoded at once: what waits for an effect cannot stand in a key. */
  isDirect: boolean,
  where: Where
): KeyError | undefined => {
  const { fieldKeys, marker, written } = entity
  if (marker !== undefined && !marker.isField) item[marker.attribute] = { S: marker.values[0]! }
  // Keys are made of the attributes that are there already. A key-only field has none, and a key may have its name.
  const encoded = isDirect && entity.definition.keyOnly.size === 0 ? item : undefined
  const refused = writePrimary(entity, values, encoded, item, where)
  if (refused !== undefined) return refused
  for (let i = 0; i < fieldKeys.length; i++) {
    const refused = checkFieldKey(entity, fieldKeys[i]!, item, values, where)
    if (refused !== undefined) return refused
  }
  for (let i = 0; i < written.length; i++) {
    const keys = keysOf(entity, written[i]!, values, encoded, where)
    if (keys instanceof KeyError) return keys
    if (keys !== undefined) Object.assign(item, keys)
  }
  return undefined
}

/**
 * DynamoDB refuses NULL in an index's key attribute: null is stored as nothing there. It
 * refuses empty and overlong values too: those are errors.
 */
const checkFieldKey = (
  entity: ResolvedEntity,
  { pattern, slot }: FieldKey,
  item: Item,
  values: Values,
  where: Where
): KeyError | undefined => {
  const stored = item[slot.attribute]
  if (stored === undefined) return undefined
  if ("NULL" in stored) {
    delete item[slot.attribute]
    return undefined
  }
  if (slot.key.accepts(stored)) return undefined
  const key = slot.key.encode(values)
  return Result.isFailure(key) ? keyError(entity, pattern, slot, key.failure, where) : undefined
}

/**
 * The table's own keys.
 *
 * @category keys
 * @since 0.1.0
 */
export const primaryKey = (entity: ResolvedEntity, values: Values, where: Where): Exit.Exit<Item, KeyError> => {
  const key: Item = {}
  const refused = writePrimary(entity, values, undefined, key, where)
  return refused === undefined ? Exit.succeed(key) : Exit.fail(refused)
}

/** Writes the table's own keys into an object, or says why it cannot. */
const writePrimary = (
  entity: ResolvedEntity,
  values: Values,
  /** The values' attributes, where they have been encoded. */
  encoded: Item | undefined,
  into: Item,
  where: Where
): KeyError | undefined => {
  const { partition, sort } = entity.primary
  for (let i = 0; i < partition.length; i++) {
    const slot = partition[i]!
    const key = slot.key.write(values, encoded)
    if (isFailure(key)) return keyError(entity, entity.primary, slot, key, where)
    if (entity.unique.length > 0 && isGuardKey(key)) return keyError(entity, entity.primary, slot, guardKey, where)
    into[slot.attribute] = key
  }
  for (let i = 0; i < sort.length; i++) {
    const slot = sort[i]!
    const key = slot.key.write(values, encoded)
    if (isFailure(key)) return keyError(entity, entity.primary, slot, key, where)
    into[slot.attribute] = key
  }
  return undefined
}

/** Whether a partition key is one of those that guards of unique fields have. */
const isGuardKey = (key: AttributeValue): boolean => "S" in key && key.S.startsWith(guardPrefix)

const guardKey: KeyFailure = {
  message: `it begins with "_unique#", as only the keys of the guards of unique fields do`,
  absent: false
}

/**
 * The key attributes that an access pattern writes; `undefined` where the item is not in the index.
 *
 * @category keys
 * @since 0.1.0
 */
export const patternKeys = (
  entity: ResolvedEntity,
  pattern: AccessPattern,
  values: Values,
  where: Where
): Exit.Exit<Item | undefined, KeyError> => {
  const keys = keysOf(entity, pattern, values, undefined, where)
  return keys instanceof KeyError ? Exit.fail(keys) : Exit.succeed(keys)
}

const keysOf = (
  entity: ResolvedEntity,
  pattern: AccessPattern,
  values: Values,
  encoded: Item | undefined,
  where: Where
): Item | KeyError | undefined => {
  if (pattern.written.length === 0) return undefined
  if (pattern.when !== undefined && !holds(pattern.when, values)) return undefined
  const keys: Item = {}
  for (const slots of [pattern.partition, pattern.sort]) {
    for (const slot of slots) {
      const key = slot.key.write(values, encoded)
      if (isFailure(key)) return key.absent ? undefined : keyError(entity, pattern, slot, key, where)
      // Fields, and keys of the table or of another access pattern, are written as what they are.
      if (pattern.written.includes(slot)) keys[slot.attribute] = key
    }
  }
  return keys
}

/**
 * Whether the fields have values for which the item is in the index.
 *
 * @category keys
 * @since 0.1.0
 */
export const holds = (when: When, values: Values): boolean => {
  for (const [field, allowed] of when) if (!includes(allowed, values[field])) return false
  return true
}

/**
 * Whether the index of an access pattern holds whole items.
 *
 * @category getters
 * @since 0.1.0
 */
export const isWhole = (pattern: AccessPattern): boolean => {
  const projection = pattern.index?.options.projection
  return projection === undefined || projection._tag === "All"
}

/**
 * Whether an item read through an access pattern has the attribute (stored name): one that is
 * projected, or a key of the table or the index. A local index is asked for whole items.
 *
 * @category getters
 * @since 0.1.0
 */
export const holdsAttribute = (entity: ResolvedEntity, pattern: AccessPattern, attribute: string): boolean =>
  pattern.index?._tag === "Local" || storesAttribute(entity, pattern, attribute)

/**
 * Whether the index of an access pattern has the attribute (stored name) itself, so that
 * DynamoDB need not fetch it from the table. DynamoDB filters by such attributes only.
 *
 * @category getters
 * @since 0.1.0
 */
export const storesAttribute = (entity: ResolvedEntity, pattern: AccessPattern, attribute: string): boolean =>
  isWhole(pattern) ||
  includesAttribute(pattern, attribute) ||
  keySlots(entity, pattern).some((slot) => slot.attribute === attribute)

const includesAttribute = ({ index }: AccessPattern, attribute: string): boolean => {
  const projection = index?.options.projection
  return projection?._tag === "Include" && projection.attributes.includes(attribute)
}

/**
 * The fields that a read through an access pattern gives: all, or of a global index that
 * projects less those whose attributes it holds, and those that keys give back.
 *
 * @category getters
 * @since 0.1.0
 */
export const heldFields = (entity: ResolvedEntity, pattern: AccessPattern): ReadonlyArray<string> => {
  const parsed = new Set(keySlots(entity, pattern).flatMap((slot) => slot.key.parsed))
  return Array.from(entity.definition.codec.fields.values()).flatMap(({ name, stored }) =>
    parsed.has(name) || holdsAttribute(entity, pattern, stored) ? [name] : []
  )
}

/** The key attributes of the table and of an access pattern. */
const keySlots = ({ primary }: ResolvedEntity, pattern: AccessPattern): ReadonlyArray<KeySlot> => [
  ...primary.partition,
  ...primary.sort,
  ...pattern.partition,
  ...pattern.sort
]

/**
 * The one range of a sort key that all of these entities' items are in, as narrow as the
 * literal text of their keys allows; `undefined` where that is all of it.
 *
 * @category keys
 * @since 0.1.0
 */
export const covering = (sorts: ReadonlyArray<KeySlot>): Bound | undefined =>
  coveringBound(sorts.map((slot) => slot.key.all))

/**
 * Whose an item is: `"mine"` must decode, `"other"` is skipped.
 *
 * @category items
 * @since 0.1.0
 */
export const classify = (entity: ResolvedEntity, item: Item): "mine" | "other" => {
  const { marker, primary } = entity
  if (marker !== undefined) {
    const stored = item[marker.attribute]
    if (stored !== undefined) return "S" in stored && marker.values.includes(stored.S) ? "mine" : "other"
  }
  return accepts(primary.partition, item) && accepts(primary.sort, item) ? "mine" : "other"
}

const accepts = (slots: ReadonlyArray<KeySlot>, item: Item): boolean => {
  for (let i = 0; i < slots.length; i++) {
    const { attribute, key } = slots[i]!
    const stored = item[attribute]
    if (stored === undefined || !key.accepts(stored)) return false
  }
  return true
}

/**
 * An item as a value. Attributes the schema does not know are left out.
 *
 * @category items
 * @since 0.1.0
 */
export const decode = (
  entity: ResolvedEntity,
  item: Item,
  where: Where
): Effect.Effect<unknown, DecodeError, unknown> => {
  const value = attemptDecode(entity, item)
  return failed(value) ? decodeWith(entity, item, where, entity.definition.codec.decode) : Exit.succeed(value)
}

/**
 * The same for loops over many: the value itself, or {@link isFailed}, and {@link decode} knows more.
 *
 * @category items
 * @since 0.1.0
 */
export const attemptDecode = (entity: ResolvedEntity, item: Item): unknown => {
  const whole = withKeyFields(entity, item)
  return whole === undefined ? unknown : entity.definition.codec.attemptDecode(whole)
}

/**
 * The same where the item may be another entity's, which has no value either.
 *
 * @category items
 * @since 0.1.0
 */
export const attemptDecodeMine = (entity: ResolvedEntity, item: Item): unknown =>
  classify(entity, item) === "mine" ? attemptDecode(entity, item) : unknown

/**
 * What {@link attemptDecode} gives where {@link decode} must tell.
 *
 * @category items
 * @since 0.1.0
 */
export const failure: unknown = unknown

/**
 * Whether {@link attemptDecode} gave no value.
 *
 * @category guards
 * @since 0.1.0
 */
export const isFailed: (value: unknown) => boolean = failed

/**
 * An item as what `read` makes of it: with the fields that live in its keys as attributes.
 *
 * @category items
 * @since 0.1.0
 */
export const decodeWith = (
  entity: ResolvedEntity,
  item: Item,
  where: Where,
  read: (item: Item) => Effect.Effect<unknown, Schema.SchemaError, unknown>
): Effect.Effect<unknown, DecodeError, unknown> => {
  const whole = withKeyFields(entity, item)
  if (whole === undefined) return Exit.fail(notMine(entity, item, where))
  return Effect.mapErrorEager(read(whole), (error) => decodeError(entity, item, error, where))
}

/**
 * The same as {@link decodeWith} for an item read through a global index that projects less:
 * also with the fields that the keys of the table and the index give back.
 *
 * @category items
 * @since 0.1.0
 */
export const decodeHeld = (
  entity: ResolvedEntity,
  pattern: AccessPattern,
  item: Item,
  where: Where,
  read: (item: Item) => Effect.Effect<unknown, Schema.SchemaError, unknown>
): Effect.Effect<unknown, DecodeError, unknown> => {
  const { fields } = entity.definition.codec
  const held: Item = { ...item }
  for (const slot of keySlots(entity, pattern)) {
    const key = item[slot.attribute]
    const parsed = slot.field !== undefined || key === undefined ? undefined : slot.key.parse(key)
    for (const [name, value] of Object.entries(parsed ?? {})) held[fields.get(name)!.stored] ??= value
  }
  return decodeWith(entity, held, where, read)
}

/**
 * The same as {@link decode}, where the item may be another entity's: then that is the error.
 *
 * @category items
 * @since 0.1.0
 */
export const decodeMine = (
  entity: ResolvedEntity,
  item: Item,
  where: Where
): Effect.Effect<unknown, DecodeError, unknown> =>
  classify(entity, item) === "mine" ? decode(entity, item, where) : Exit.fail(notMine(entity, item, where))

/** The item with what stands in its keys alone, as attributes. */
const withKeyFields = (entity: ResolvedEntity, item: Item): Item | undefined => {
  const codec: EntityCodec = entity.definition.codec
  let whole = item
  if (entity.definition.keyOnly.size > 0) {
    whole = { ...item }
    for (const slot of [...entity.primary.partition, ...entity.primary.sort]) {
      if (slot.field !== undefined) continue
      const key = item[slot.attribute]
      const parsed = key === undefined ? undefined : slot.key.parse(key)
      if (parsed === undefined) return undefined
      for (const field of entity.definition.keyOnly) {
        const value: AttributeValue | undefined = parsed[field]
        if (value !== undefined) whole[codec.field(field)!.stored] = value
      }
    }
  }
  for (const field of entity.nullableKeyFields) {
    if (whole[field] === undefined) {
      if (whole === item) whole = { ...item }
      whole[field] = { NULL: true }
    }
  }
  return whole
}

// -----------------------------------------------------------------------------
// Errors
// -----------------------------------------------------------------------------

/**
 * A key that cannot be made, as an error.
 *
 * @category errors
 * @since 0.1.0
 */
export const keyError = (
  entity: ResolvedEntity,
  pattern: Pick<AccessPattern, "indexName" | "partition">,
  slot: KeySlot,
  failure: KeyFailure,
  where: Where
): KeyError => {
  const role = pattern.partition.includes(slot) ? "partition" : "sort"
  const whose = pattern.indexName === undefined ? entity.name : `${entity.name}, index "${pattern.indexName}"`
  return new KeyError({
    message: `Cannot make the ${role} key "${slot.attribute}" of ${whose}: ${failure.message}`,
    operation: where.operation,
    table: where.table,
    entity: entity.name,
    path: failure.field === undefined ? [] : [failure.field],
    attribute: slot.attribute,
    index: pattern.indexName
  })
}

/**
 * A value that does not fit, as an error.
 *
 * @category errors
 * @since 0.1.0
 */
export const encodeError = (
  entity: { readonly name: string },
  error: Schema.SchemaError,
  where: Where,
  at: ReadonlyArray<string | number> = []
): EncodeError => {
  const issue = firstIssue(error)
  const path = [...at, ...issue.path]
  return new EncodeError({
    message: `Cannot write ${entity.name}${path.length === 0 ? "" : ` at ${formatPath(path)}`}: ${issue.message}`,
    operation: where.operation,
    table: where.table,
    entity: entity.name,
    path,
    cause: error
  })
}

const decodeError = (entity: ResolvedEntity, item: Item, error: Schema.SchemaError, where: Where): DecodeError => {
  const issue = firstIssue(error)
  return new DecodeError({
    message: `A stored item is no ${entity.name}${issue.path.length === 0 ? "" : ` at ${formatPath(issue.path)}`}: ${issue.message}`,
    operation: where.operation,
    table: where.table,
    entity: entity.name,
    path: issue.path,
    keyAttributes: keyAttributesOf(entity, item),
    cause: error
  })
}

const notMine = (entity: ResolvedEntity, item: Item, where: Where): DecodeError =>
  new DecodeError({
    message: `A stored item is no ${entity.name}: its marker or its key is not this entity's`,
    operation: where.operation,
    table: where.table,
    entity: entity.name,
    path: [],
    keyAttributes: keyAttributesOf(entity, item)
  })

const keyAttributesOf = (entity: ResolvedEntity, item: Item): ReadonlyArray<string> =>
  [...entity.primary.partition, ...entity.primary.sort].map((slot) => slot.attribute).filter((name) => name in item)
