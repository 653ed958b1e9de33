/** The model of a table and of what is in it, from its description and a sample of its items. */
import type { Item } from "@effect-dynamo/core/Attribute"
import type * as Entity from "@effect-dynamo/core/Entity"
import type * as Table from "@effect-dynamo/core/Table"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { buildEntity, buildTable } from "./build.ts"
import { isMine, read } from "./check.ts"
import { entityOf } from "./entity.ts"
import { type Group, groupsOf, merge } from "./groups.ts"
import { type Detail, expiryOf } from "./infer.ts"
import type { EntityModel, SchemaModel, TableModel } from "./model.ts"
import { pascal, singular, unique } from "./names.ts"

/** How to make a model. */
export interface Options {
  /** The name of the entity, where there is only one. */
  readonly name?: string | undefined
  /** Whether fields that have few values are told as literals. */
  readonly literals: boolean
}

/** The model of a table and of items of it. All of the items are read by it. */
export const schemaOf = (
  described: TableModel,
  items: ReadonlyArray<Item>,
  options: Options
): Effect.Effect<SchemaModel> =>
  Effect.gen(function* () {
    const notes: Array<string> = []
    const table = withoutForeignExpiry(described, items, notes)
    if (items.length === 0) {
      notes.push("The table is empty: what its items hold is not known, beyond the keys.")
      return { table, entities: [emptyEntity(table, options)], sampled: 0, notes }
    }
    if (items.some((item) => Object.hasOwn(item, "__proto__"))) {
      notes.push('Items have an attribute "__proto__", which is no field: JavaScript takes it for a prototype.')
    }
    const built = buildTable(table)
    let groups = groupsOf(items, table)
    for (;;) {
      const inferred = yield* inferAll(groups, table, built, options)
      const clash = yield* clashOf(inferred)
      if (clash === undefined) {
        const entities = inferred.map(({ model }) => model)
        const unread = inferred.filter(({ failed }) => failed > 0)
        for (const { failed, model } of unread) notes.push(`${failed} of the items cannot be read as ${model.name}.`)
        return { table, entities, sampled: items.length, notes }
      }
      const [a, b] = clash
      groups = [...groups.filter((group) => group !== a && group !== b), merge([a, b], table)]
    }
  })

/** A time to live that items do not keep to would be a type that does not read them. */
const withoutForeignExpiry = (table: TableModel, items: ReadonlyArray<Item>, notes: Array<string>): TableModel => {
  const { timeToLive } = table
  if (timeToLive === undefined) return table
  const values = items.flatMap((item) => item[timeToLive] ?? [])
  if (values.length === 0 || expiryOf(values) !== undefined) return table
  notes.push(
    `Items expire by "${timeToLive}", but some hold something else than a number there: ` +
      "it is not declared as timeToLive, so that they can be read."
  )
  return { ...table, timeToLive: undefined }
}

// -----------------------------------------------------------------------------
// Entities
// -----------------------------------------------------------------------------

interface Inferred {
  readonly group: Group
  readonly model: EntityModel
  readonly entity: Entity.Any | undefined
  /** How many of its items it does not read. */
  readonly failed: number
}

const inferAll = (
  groups: ReadonlyArray<Group>,
  table: TableModel,
  built: Table.Table,
  options: Options
): Effect.Effect<ReadonlyArray<Inferred>> => {
  // Names are the same if they are in lower case: keys hold them so.
  const taken = new Set<string>()
  const names = groups.map((group) =>
    unique(groups.length === 1 ? (options.name ?? nameOf(group, table)) : nameOf(group, table), taken, (name) =>
      name.toLowerCase()
    )
  )
  return Effect.forEach(groups, (group, i) => infer(group, table, built, names[i]!, options.literals))
}

/** The name of items of one kind: what marks them, else the words in their keys, else the table's. */
const nameOf = ({ marker, words }: Group, table: TableModel): string => {
  if (marker !== undefined && pascal(marker.value) !== "") return pascal(marker.value)
  const own = pascal(singular(pascal(table.name))) || "Item"
  const [partition, sort] = [pascal(words.partition), pascal(words.sort)]
  if (sort === "" || partition === sort) return partition || own
  // `CUSTOMER#1`, `ORDER#2` is an order; `CUSTOMER#1`, `PROFILE` a customer's profile.
  if (words.isLone) return (partition || own) + sort
  // A letter before ids is no name.
  return sort.length < 3 ? partition || own : sort
}

/**
 * What the items have in common, as far as it reads all of them: an attribute that is not read, or not written as it
 * was, is told more plainly.
 */
const infer = (group: Group, table: TableModel, built: Table.Table, name: string, literals: boolean) =>
  Effect.gen(function* () {
    const details = new Map<string, Detail>()
    const keys = [table.partitionKey.name, ...(table.sortKey === undefined ? [] : [table.sortKey.name])]
    let general: Detail = "full"
    for (;;) {
      const detail = (attribute: string): Detail => plainer(details.get(attribute) ?? "full", general)
      const model = entityOf(group, table, { name, literals, detail })
      const entity = Result.getOrUndefined(buildEntity(model, built))
      const found = entity === undefined ? [] : yield* failures(entity, group.items, model, keys)
      if (entity !== undefined && found.length === 0) return { group, model, entity, failed: 0 } satisfies Inferred
      const attributes = new Set(found.flat())
      const known = [...attributes].filter((attribute) => detail(attribute) !== "none")
      for (const attribute of known) details.set(attribute, next(detail(attribute)))
      if (known.length > 0) continue
      if (general === "none") return { group, model, entity, failed: Math.max(found.length, 1) } satisfies Inferred
      general = next(general)
    }
  })

const order: ReadonlyArray<Detail> = ["full", "plain", "none"]

const next = (detail: Detail): Detail => (detail === "full" ? "plain" : "none")

const plainer = (a: Detail, b: Detail): Detail => (order.indexOf(a) > order.indexOf(b) ? a : b)

/** For each item that is not read as it is, the attributes that are to blame. */
const failures = (entity: Entity.Any, items: ReadonlyArray<Item>, model: EntityModel, keys: ReadonlyArray<string>) =>
  Effect.map(
    Effect.forEach(items, (item) => read(entity, item)),
    (readings) =>
      readings.flatMap((reading) => {
        if (reading._tag === "Same") return []
        // What is not taken for its own has another key.
        return [reading._tag === "Other" ? keys : reading.attributes.map((name) => storedName(model, name))]
      })
  )

const storedName = ({ fields }: EntityModel, name: string): string =>
  fields.find((field) => field.name === name)?.stored ?? name

/** Two kinds of which one takes items of the other for its own. */
const clashOf = (inferred: ReadonlyArray<Inferred>): Effect.Effect<readonly [Group, Group] | undefined> =>
  Effect.gen(function* () {
    for (const { entity, group } of inferred) {
      for (const other of inferred) {
        if (entity === undefined || other.group === group) continue
        for (const item of other.group.items) if (yield* isMine(entity, item)) return [group, other.group] as const
      }
    }
    return undefined
  })

/** An entity of which nothing is known but the table's key. */
const emptyEntity = (table: TableModel, { literals, name }: Options): EntityModel => {
  const placeholder = { S: { S: "-" }, N: { N: "0" }, B: { B: new Uint8Array([0]) } } as const
  const keys = [table.partitionKey, ...(table.sortKey === undefined ? [] : [table.sortKey])]
  const item: Item = Object.fromEntries(keys.map((key) => [key.name, placeholder[key.type]]))
  const group: Group = { items: [item], marker: undefined, words: { partition: "", sort: "", isLone: false } }
  const model = entityOf(
    group,
    { ...table, timeToLive: undefined },
    {
      name: name ?? nameOf(group, table),
      literals,
      detail: () => "plain"
    }
  )
  return { ...model, items: 0 }
}
