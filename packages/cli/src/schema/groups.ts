/** Which items are of one kind. */
import type { Item } from "@effect-dynamo/core/Attribute"
import type { TableModel } from "./model.ts"
import { groupBy } from "./observe.ts"

/** Items of one kind, and what tells them from others. */
export interface Group {
  readonly items: ReadonlyArray<Item>
  /** The attribute that all of them have, with this value. */
  readonly marker: { readonly attribute: string; readonly value: string } | undefined
  /** The words that their keys begin with: of the partition key, and of the sort key. */
  readonly words: {
    readonly partition: string
    readonly sort: string
    /** The sort key has nothing but words. */
    readonly isLone: boolean
  }
}

/** Attributes that libraries and people mark the kind of an item by. */
const surely = ["_type", "__edb_e__", "_et", "__typename", "__type", "_entity", "__entity", "entityType", "entity_type"]
const perhaps = [
  "EntityType",
  "entity",
  "Entity",
  "_t",
  "type",
  "Type",
  "itemType",
  "item_type",
  "kind",
  "model",
  "_model"
]

const textOf = (item: Item, name: string | undefined): string | undefined => {
  const value = name === undefined ? undefined : item[name]
  return value !== undefined && "S" in value ? value.S : undefined
}

/** Splits items into kinds: by the attribute that marks them if there is one, else by what their keys begin with. */
export const groupsOf = (items: ReadonlyArray<Item>, table: TableModel): ReadonlyArray<Group> => {
  const attribute = markerOf(items, table)
  if (attribute === undefined) return byPrefix(items, table)
  const marked = groupBy(items, (item) => textOf(item, attribute))
  return [...marked]
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))
    .flatMap(([value, found]) =>
      value === undefined
        ? byPrefix(found, table)
        : [{ items: found, marker: { attribute, value }, words: wordsOf(found, table) }]
    )
}

// -----------------------------------------------------------------------------
// By an attribute
// -----------------------------------------------------------------------------

const keyNames = (table: TableModel): ReadonlySet<string> =>
  new Set(
    [
      table.partitionKey,
      table.sortKey,
      ...table.indexes.flatMap((index) => [...index.partitionKey, ...index.sortKey])
    ].flatMap((key) => (key === undefined ? [] : [key.name]))
  )

const mostKinds = 40

const markerOf = (items: ReadonlyArray<Item>, table: TableModel): string | undefined => {
  const keys = keyNames(table)
  const isMarker = (name: string, isSure: boolean): boolean => {
    // The marker is an attribute of its own.
    if (keys.has(name)) return false
    const values = items.map((item) => textOf(item, name))
    const kinds = new Set(values.filter((value) => value !== undefined))
    if (kinds.size === 0 || kinds.size > mostKinds || items.some((item) => name in item && !("S" in item[name]!))) {
      return false
    }
    if (![...kinds].every((kind) => /^[\p{L}_$][\p{L}\p{N}_$.: -]*$/u.test(kind))) return false
    return isSure || (kinds.size > 1 && values.every((value) => value !== undefined) && tellsApart(items, name, table))
  }
  return surely.find((name) => isMarker(name, true)) ?? perhaps.find((name) => isMarker(name, false))
}

/** Whether items with different values have keys or attributes of different kinds: else it is an attribute like others. */
const tellsApart = (items: ReadonlyArray<Item>, name: string, table: TableModel): boolean => {
  const prefix = prefixes(items, table)
  const kinds = [...groupBy(items, (item) => textOf(item, name)).values()]
  const forms = kinds.map((found) => new Set(found.map(prefix)))
  const apart = forms.every((form, i) => forms.every((other, j) => i === j || inCommon(form, other) === 0))
  const known = forms.every((form) => [...form].every((prefix) => prefix !== noPrefix))
  if (apart && known) return true
  const names = kinds.map((found) => new Set(found.flatMap((item) => Object.keys(item))))
  return names.every((one, i) =>
    names.every((other, j) => i === j || inCommon(one, other) < (one.size + other.size) / 3)
  )
}

const inCommon = (one: ReadonlySet<string>, other: ReadonlySet<string>): number =>
  [...one].filter((value) => other.has(value)).length

// -----------------------------------------------------------------------------
// By keys
// -----------------------------------------------------------------------------

const noPrefix = "\0"

const word = /^[^\p{L}\p{N}\\]*\p{L}[\p{L}_-]*(?=[#|:/~^$!])[#|:/~^$!]/u
const wordBeforeNumber = /^\p{L}+[_-](?=\S*\d)/u
const lone = /^[\p{L}_$#@-]+$/u

const limits = { kinds: 20, repeated: 2 }

/** What a key begins with if that tells a kind: `CUSTOMER#`, or all of `PROFILE`. */
const prefixIn = (items: ReadonlyArray<Item>, name: string | undefined): ((item: Item) => string) => {
  if (name === undefined) return () => ""
  const counts = new Map<string, number>()
  for (const item of items) {
    const text = textOf(item, name)
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const find = (item: Item): string => {
    const text = textOf(item, name)
    if (text === undefined) return ""
    const found = word.exec(text)?.[0] ?? wordBeforeNumber.exec(text)?.[0]
    if (found !== undefined) return found
    const isRepeated = (counts.get(text) ?? 0) >= limits.repeated || /^[A-Z_#]+$/.test(text)
    return lone.test(text) && isRepeated ? text : ""
  }
  const found = items.map(find)
  const kinds = new Set(found.filter((prefix) => prefix !== ""))
  const isMany = kinds.size > limits.kinds || (items.length >= 10 && kinds.size > items.length / 2)
  return isMany || isAttribute(items, found, name) ? () => "" : find
}

/** Whether what keys begin with is the value of an attribute, in all of them: then it is data. */
const isAttribute = (items: ReadonlyArray<Item>, prefixes: ReadonlyArray<string>, key: string): boolean => {
  const [first] = items
  if (first === undefined) return false
  const bare = prefixes.map((prefix) => prefix.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""))
  return Object.keys(first).some(
    (name) =>
      name !== key &&
      items.every((item, i) => {
        const text = textOf(item, name)
        return text !== undefined && (bare[i] === "" ? textOf(item, key)?.startsWith(text) === true : text === bare[i])
      })
  )
}

const prefixes = (items: ReadonlyArray<Item>, table: TableModel): ((item: Item) => string) => {
  const partition = prefixIn(items, table.partitionKey.name)
  const sort = prefixIn(items, table.sortKey?.name)
  return (item) => `${partition(item)}${noPrefix}${sort(item)}`
}

const byPrefix = (items: ReadonlyArray<Item>, table: TableModel): ReadonlyArray<Group> =>
  [...groupBy(items, prefixes(items, table))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, found]) => ({ items: found, marker: undefined, words: wordsOf(found, table) }))

// -----------------------------------------------------------------------------
// Words
// -----------------------------------------------------------------------------

/** The words that are in all keys of a kind, for its name. */
const wordsOf = (items: ReadonlyArray<Item>, table: TableModel): Group["words"] => ({
  partition: commonWords(items, table.partitionKey.name, keyNames(table)),
  sort: commonWords(items, table.sortKey?.name, keyNames(table)),
  isLone: isSame(items.map((item) => textOf(item, table.sortKey?.name)))
})

const isSame = (texts: ReadonlyArray<string | undefined>): boolean => texts.every((text) => text === texts[0])

const commonWords = (items: ReadonlyArray<Item>, name: string | undefined, keys: ReadonlySet<string>): string => {
  const texts = items.flatMap((item) => textOf(item, name) ?? [])
  const [first] = texts
  if (first === undefined) return ""
  const parts = (key: string) => key.split(/[#|:/~^$!]+/u)
  const isLiteral = (part: string) =>
    /^[\p{L}_-]+$/u.test(part) &&
    texts.every((text) => parts(text).includes(part)) &&
    // What an attribute says is data, and a letter no name.
    part.length > 1 &&
    !items.every((item) => Object.keys(item).some((other) => !keys.has(other) && sameText(textOf(item, other), part)))
  return parts(first).filter(isLiteral).join(" ")
}

const sameText = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase()

/** One group of several. */
export const merge = (groups: ReadonlyArray<Group>, table: TableModel): Group => {
  const items = groups.flatMap((group) => group.items)
  return { items, marker: undefined, words: wordsOf(items, table) }
}
