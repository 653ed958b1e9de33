/**
 * An update, planned: what is said, and what follows for the keys of indexes, for what
 * the library keeps by itself, and for unique fields.
 */
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import * as Change from "@effect-dynamo/core/Change"
import { type EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import * as Expression from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { isHere, notFound, type Planning } from "./builder.ts"
import type { Change as Changing } from "./changes.ts"
import * as conditions from "./conditions.ts"
import * as guards from "./guards.ts"
import { type AttributeChanges, indexChanges } from "./indexChanges.ts"
import type { PlanError } from "./operation.ts"
import { fieldAt, keyFieldsOf, type Sayings, sayings } from "./updateChanges.ts"
import { changedSet, extendedList, isMixed } from "./updateMixed.ts"
import type { UpdateState } from "./updateState.ts"
import { wholeItem, wholeValue } from "./updateWhole.ts"
import type { Guard, Write } from "./write.ts"

/** What an update is planned from. */
interface Update {
  readonly state: UpdateState
  readonly planning: Planning
  /** The fields of the primary key alone: what else stands in the record (a whole value, say) may be out of date. */
  readonly keyValues: ResolvedEntity.Values
  readonly key: Item
  readonly said: Sayings
  readonly kept: Kept
  /** What the builder demands of the item. */
  readonly demanded: ReadonlyArray<Expression.Condition>
}

/** Plans an update, or says what of it cannot be written. Only one that reads first needs the client. */
export const planUpdate = (state: UpdateState, planning: Planning): Effect.Effect<Write, PlanError, unknown> => {
  const { entity, where } = planning
  const keyValues: Record<string, unknown> = {}
  for (const field of keyFieldsOf(entity)) keyValues[field] = state.key[field]
  const key = ResolvedEntity.primaryKey(entity, keyValues, where)
  if (Exit.isFailure(key)) return Exit.failCause(key.cause)
  return Effect.flatMapEager(sayings(state, planning), (said) =>
    Effect.flatMapEager(keptOf(state, planning), (kept) =>
      Effect.flatMapEager(conditions.resolveDemands(state.demands, planning), (demanded) =>
        planWith({ state, planning, keyValues, key: key.value, said, kept, demanded })
      )
    )
  )
}

const planWith = (update: Update): Effect.Effect<Write, PlanError, unknown> => {
  const { keyValues, kept, planning, said, state } = update
  const touched = new Set(said.values.keys())
  for (const name of kept.touched) touched.add(name)
  const values: Record<string, unknown> = { ...keyValues }
  for (const [name, value] of said.values) values[name] = value
  Object.assign(values, kept.values)
  const indexed = indexChanges({ touched, values, canRead: !state.isUpsert }, planning)
  if (Exit.isFailure(indexed)) return Exit.failCause(indexed.cause)
  const { attributes, error } = indexed.value
  const isGuarded = takesGuards(update)
  if (error !== undefined && !state.recomputes) return Exit.fail(error)
  if (error === undefined && !isGuarded && !said.changes.some(isMixed)) {
    return written(update, values, attributes, undefined)
  }
  return Effect.flatMap(guards.readFirst(planning, update.key, []), (read) => {
    if (!state.isUpsert && (read.item === undefined || !isHere(planning, read.item))) return notFound(planning)
    if (state.isUpsert && read.item === undefined && read.seen.item !== undefined) return Exit.fail(foreign(planning))
    const relied = new Set(isGuarded ? guards.guardedAttributes(planning) : [])
    const indexed = withRead(update, touched, values, read, relied)
    if (Exit.isFailure(indexed)) return Exit.failCause(indexed.cause)
    return Effect.flatMapEager(withMixed(update, read, relied), (update) =>
      written(update, indexed.value.values, indexed.value.attributes, { ...read, relied })
    )
  })
}

/** The update with what DynamoDB does not do in one request done here: then the write relies on what was read. */
const withMixed = (
  update: Update,
  { item, value }: guards.Read,
  relied: Set<string>
): Effect.Effect<Update, EncodeError, unknown> => {
  const { planning, said } = update
  if (!said.changes.some(isMixed)) return Exit.succeed(update)
  const changes = Effect.forEach(said.changes, (change): Effect.Effect<Changing, EncodeError, unknown> => {
    if (!isMixed(change)) return Exit.succeed(change)
    const field = fieldAt(planning, change.path)
    relied.add(field.stored)
    if (change._tag === "Extend") {
      const list = extendedList(item?.[field.stored], change)
      return Exit.succeed({ _tag: "Set", path: change.path, value: { _tag: "Value", value: list } })
    }
    // A value of the entity has its fields as properties; the codec writes each member in one way.
    const members = (value as ResolvedEntity.Values)[field.name]
    const stored =
      members === undefined
        ? Exit.succeed(undefined)
        : Effect.mapErrorEager(field.encode(members), (error) =>
            ResolvedEntity.encodeError(planning.entity, error, planning.where)
          )
    return Effect.mapEager(stored, (stored): Changing => {
      const set = changedSet(stored, change)
      return set === undefined
        ? { _tag: "Remove", path: change.path }
        : { _tag: "Set", path: change.path, value: { _tag: "Value", value: set } }
    })
  })
  return Effect.map(changes, (changes) => ({ ...update, said: { ...said, changes } }))
}

/** Whether unique fields may get other values. */
const takesGuards = ({ planning, said, state }: Update): boolean =>
  guards.isGuarded(planning) &&
  (state.isUpsert || planning.entity.unique.some(({ fields }) => fields.some((field) => said.values.has(field))))

/** The changes of index keys, where what is not said is as it was read: then the write relies on that. */
const withRead = (
  { planning, state }: Update,
  touched: ReadonlySet<string>,
  known: ResolvedEntity.Values,
  read: guards.Read,
  relied: Set<string>
): Exit.Exit<{ readonly values: ResolvedEntity.Values; readonly attributes: AttributeChanges }, KeyError> => {
  const { definition } = planning.entity
  const values: Record<string, unknown> = { ...known }
  while (true) {
    const indexed = indexChanges({ touched, values, canRead: !state.isUpsert }, planning)
    if (Exit.isFailure(indexed)) return Exit.failCause(indexed.cause)
    const { attributes, error, missing } = indexed.value
    if (error === undefined) return Exit.succeed({ values, attributes })
    // Only what was read can be known.
    if (read.item === undefined) return Exit.fail(error)
    for (const name of missing) {
      const field = definition.codec.fields.get(name)!
      relied.add(field.stored)
      values[name] =
        name === definition.managed.version
          ? Change.versionAfter(field, read.item[field.stored])
          : (read.value as ResolvedEntity.Values)[name]
    }
  }
}

/** What was read, and the attributes that the write relies on. */
interface Reading extends guards.Read {
  readonly relied: ReadonlySet<string>
}

/** The write of an update whose index keys are known. */
const written = (
  update: Update,
  values: ResolvedEntity.Values,
  indexed: AttributeChanges,
  read: Reading | undefined
): Effect.Effect<Write, PlanError, unknown> => {
  const { key, keyValues, kept, planning, said, state } = update
  const changes = indexed.size === 0 ? [...said.changes] : said.changes.filter((change) => !isWholly(change, indexed))
  changes.push(...kept.changes)
  for (const [attribute, value] of indexed) {
    changes.push(
      value === undefined
        ? { _tag: "Remove", path: [attribute] }
        : { _tag: "Set", path: [attribute], value: { _tag: "Value", value } }
    )
  }
  const plan = (guards: ReadonlyArray<Guard>, more: ReadonlyArray<Changing>): Write => ({
    planning,
    key,
    action: { _tag: "Update", changes: more.length === 0 ? changes : [...changes, ...more] },
    conditions: [...conditionsOf(update, read), ...update.demanded],
    guards,
    seen: read === undefined ? undefined : { item: read.seen.item, attributes: reliedOn(read) },
    makesRoom: state.isUpsert
  })
  if (!state.isUpsert) {
    if (read === undefined || !takesGuards(update)) return Exit.succeed(plan([], []))
    // A value of the entity has its fields as properties.
    const after = { ...(read.value as ResolvedEntity.Values), ...Object.fromEntries(said.values) }
    return Effect.mapEager(guards.guardsBetween(read.value, after, planning), (taken) => plan(taken, []))
  }
  return Effect.flatMapEager(wholeValue({ keyValues, said, kept: kept.values }, planning), (made) =>
    Effect.flatMapEager(wholeItem(made, { known: values, keyValues, changes }, planning), (more) => {
      if (read === undefined) return Exit.succeed(plan([], more))
      const after =
        read.value === undefined
          ? made
          : { ...made, ...definedOf(read.value as ResolvedEntity.Values), ...Object.fromEntries(said.values) }
      return Effect.mapEager(guards.guardsBetween(read.value, after, planning), (taken) => plan(taken, more))
    })
  )
}

/** Where an item stands already, what it has of its own beats what one that is new would have. */
const definedOf = (values: ResolvedEntity.Values): ResolvedEntity.Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

/** Whether a change is of a whole attribute that is removed all the same: of null, where an index's key attribute is. */
const isWholly = ({ path }: Changing, indexed: AttributeChanges): boolean =>
  path.length === 1 && indexed.has(path[0]) && indexed.get(path[0]) === undefined

/** What was read of an item, or that there was none. */
const reliedOn = ({ item, relied, seen }: Reading): ReadonlyArray<string> =>
  item === undefined ? seen.attributes : [...relied]

/** What must stand there for the update to happen. */
const conditionsOf = ({ planning, state }: Update, read: Reading | undefined): ReadonlyArray<Expression.Condition> => {
  if (read !== undefined) {
    const { item, relied } = read
    return item === undefined
      ? read.unchanged
      : [...flat(conditions.existsHere(planning)), ...[...relied].flatMap((name) => unchanged(name, item[name]))]
  }
  if (!state.isUpsert) return flat(conditions.existsHere(planning))
  // Where none stands, none has expired, and none is another entity's.
  return [conditions.isLive(planning), conditions.isMine(planning)].filter((condition) => condition !== undefined)
}

/** Whether an item is another entity's. */
export const isForeign = ({ entity }: Planning, item: Item): boolean =>
  ResolvedEntity.classify(entity, item) === "other"

/** That an upsert would mix two entities in one item. */
export const foreign = ({ entity, where }: Planning): KeyError =>
  new KeyError({
    message: `Cannot upsert ${entity.name}: an item of another entity stands under its key`,
    ...where,
    entity: entity.name,
    path: []
  })

/** That an attribute is as it was. */
const unchanged = (name: string, value: AttributeValue | undefined): ReadonlyArray<Expression.Condition> =>
  value !== undefined && "L" in value ? sameList(name, value.L) : [conditions.equals(name, value)]

/** The longest list of scalars that is compared by its elements: DynamoDB takes 300 operators and 4 kB of text. */
const mostCompared = 50

/** That a list is as it was. Dynalite finds no two lists equal, so a short one of scalars is compared by its elements. */
const sameList = (name: string, list: ReadonlyArray<AttributeValue>): ReadonlyArray<Expression.Condition> => {
  const isPlain =
    list.length > 0 && list.length <= mostCompared && list.every((element) => !("L" in element || "M" in element))
  const same = (left: Expression.Operand, right: AttributeValue): Expression.Condition => ({
    _tag: "Compare",
    left,
    operator: "=",
    right: Expression.value(right)
  })
  return isPlain
    ? [
        same({ _tag: "Size", path: [name] }, { N: String(list.length) }),
        ...list.map((element, position) => same(Expression.attribute(name, position), element))
      ]
    : [conditions.equals(name, { L: [...list] })]
}

const flat = (condition: Expression.Condition): ReadonlyArray<Expression.Condition> =>
  condition._tag === "And" ? condition.conditions : [condition]

// -----------------------------------------------------------------------------
// What the library keeps
// -----------------------------------------------------------------------------

/** What every update writes besides. */
interface Kept {
  readonly changes: ReadonlyArray<Changing>
  readonly touched: ReadonlyArray<string>
  /** Their values, as far as they are known. */
  readonly values: ResolvedEntity.Values
}

const none: Kept = { changes: [], touched: [], values: {} }

const keptOf = (
  { demands }: UpdateState,
  { entity, now, where }: Planning
): Effect.Effect<Kept, EncodeError, unknown> => {
  const { codec, managed } = entity.definition
  if (managed.updatedAt === undefined && managed.version === undefined) return Exit.succeed(none)
  const changes: Array<Changing> = []
  const touched: Array<string> = []
  const values: Record<string, unknown> = {}
  const encode = (name: string, value: unknown) => {
    const field = codec.fields.get(name)!
    return Effect.mapErrorEager(field.encode(value), (error) => ResolvedEntity.encodeError(entity, error, where))
  }
  if (managed.version !== undefined) {
    const path = [codec.fields.get(managed.version)!.stored] as const
    touched.push(managed.version)
    changes.push({ _tag: "Plus", path, by: { N: "1" }, start: { N: "0" } })
  }
  const said = demands.findLast((demand) => demand._tag === "Version")
  const versioned =
    said === undefined
      ? Exit.void
      : Effect.mapEager(encode(managed.version!, said.version), (stored) => {
          values[managed.version!] = Change.versionAfter(codec.fields.get(managed.version!)!, stored)
        })
  return Effect.flatMapEager(versioned, () => {
    const { updatedAt } = managed
    if (updatedAt === undefined) return Exit.succeed<Kept>({ changes, touched, values })
    const field = codec.fields.get(updatedAt)!
    values[updatedAt] = Change.timeOf(field, now)
    touched.push(updatedAt)
    return Effect.mapEager(encode(updatedAt, values[updatedAt]), (value): Kept => {
      // Only a field that can hold a time is taken for it.
      changes.push({ _tag: "Set", path: [field.stored], value: { _tag: "Value", value: value! } })
      return { changes, touched, values }
    })
  })
}
