/** The type of the values of one place. */
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import type { Field, Type } from "./model.ts"
import { isInherited } from "./names.ts"
import { byName, isExact, isWhole, observe, type Seen } from "./observe.ts"

/** How far to go beyond what the values are stored as. */
export type Detail =
  /** Dates, and the few values that a field can have. */
  | "full"
  /** What they are stored as. */
  | "plain"
  /** Nothing. */
  | "none"

/** What is known of a place besides its values. */
export interface Place {
  /** The attribute's name. */
  readonly name: string
  readonly detail: Detail
  /** Whether few values that occur often may be told as literals. */
  readonly literals: boolean
}

/** The type of values that were seen in one place: all of them are of it. */
export const typeOf = (values: ReadonlyArray<AttributeValue>, place: Place): Type => {
  if (place.detail === "none") return { _tag: "Unknown" }
  const seen = observe(values)
  const members = membersOf(seen, place)
  const [first] = members
  // Of what was only ever null, anything may come.
  if (first === undefined || members.some(({ _tag }) => _tag === "Unknown")) return { _tag: "Unknown" }
  const type: Type = members.length === 1 ? first : { _tag: "Union", members }
  return seen.nulls === 0 ? type : { _tag: "NullOr", of: type }
}

const membersOf = (seen: Seen, place: Place): ReadonlyArray<Type> => {
  const members: Array<Type> = []
  if (seen.strings.length > 0) members.push(textType(seen.strings, place))
  if (seen.numbers.length > 0) members.push(numberType(seen.numbers, place))
  if (seen.booleans > 0) members.push({ _tag: "Boolean" })
  if (seen.binaries > 0) members.push({ _tag: "Uint8Array" })
  if (seen.stringSets > 0) members.push({ _tag: "StringSet" })
  if (seen.numberSets.length > 0) members.push({ _tag: `${numeric(seen.numberSets.flat())}Set` })
  if (seen.binarySets > 0) members.push({ _tag: "BinarySet" })
  if (seen.lists.length > 0) members.push({ _tag: "Array", of: typeOf(seen.lists.flat(), place) })
  if (seen.maps.length > 0) members.push(mapType(seen.maps, place))
  return members
}

// -----------------------------------------------------------------------------
// Text
// -----------------------------------------------------------------------------

const textType = (texts: ReadonlyArray<string>, place: Place): Type => {
  if (place.detail === "full") {
    if (texts.every(isInstant)) return { _tag: "DateTimeUtc" }
    const literals = place.literals ? literalsOf(texts, place.name) : undefined
    if (literals !== undefined) return { _tag: "Literals", values: literals }
  }
  return { _tag: "String" }
}

/** Whether text is an instant as this library writes it: then it is written back as it was. */
const isInstant = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return false
  const date = new Date(text)
  return !Number.isNaN(date.getTime()) && date.toISOString() === text
}

const literalLimits = { values: 8, occurrences: 20, ofEach: 2, onAverage: 5 }

/** Names of what has few values in a small sample, and many in the world. */
const isFreeText =
  /(name|title|label|city|country|region|street|address|e?mail|url|uri|phone|text|comment|note|description|zip|tenant|owner|user|author|operator|token|hash|slug|path|id|ids)$/i

/** Names of what has few values in the world. */
const isCategory =
  /(status|state|type|kind|role|level|severity|category|mode|phase|priority|stage|plan|tier|colou?r|size|gender|currency|unit|direction|reason|result|outcome|channel|method|format|visibility)$/i

/** Values as programmers write them: in one case, without spaces and digits. */
const isConstant = /^([a-z]+([_-][a-z]+)*|[A-Z]+([_-][A-Z]+)*|[a-z]+([A-Z][a-z]+)+)$/

const isWord = /^\p{L}[\p{L}\d _.-]{0,39}$/u

/** The values of an enumeration, if the texts look like one. */
const literalsOf = (texts: ReadonlyArray<string>, name: string): ReadonlyArray<string> | undefined => {
  if (texts.length < literalLimits.occurrences || isFreeText.test(name)) return undefined
  const counts = new Map<string, number>()
  for (const text of texts) {
    counts.set(text, (counts.get(text) ?? 0) + 1)
    if (counts.size > literalLimits.values) return undefined
  }
  const looksSo = isCategory.test(name) ? isWord : isConstant
  return counts.size > 1 &&
    texts.length >= counts.size * literalLimits.onAverage &&
    [...counts].every(([text, count]) => count >= literalLimits.ofEach && looksSo.test(text) && !/\d{3}/.test(text))
    ? [...counts.keys()].sort()
    : undefined
}

// -----------------------------------------------------------------------------
// Numbers
// -----------------------------------------------------------------------------

/** `Number` where JavaScript holds all of them exactly. A price of 10 may be 10.5 in the next item, so none is `Int`. */
const numeric = (numbers: ReadonlyArray<string>): "Number" | "BigInt" | "BigDecimal" =>
  numbers.every(isExact) ? "Number" : numbers.every(isWhole) ? "BigInt" : "BigDecimal"

const millisRange = [Date.UTC(2001, 8, 9), Date.UTC(2100, 0, 1)] as const

/** Milliseconds since 1970, by their name and their size. */
const isMillis = (number: string): boolean =>
  isWhole(number) && Number(number) >= millisRange[0] && Number(number) < millisRange[1]

const isTime = /(At|On|_at|_on|[tT]ime|[tT]imestamp|[dD]ate|^ts|[a-z]Ts|_ts|[mM]illis)$/

const numberType = (numbers: ReadonlyArray<string>, place: Place): Type =>
  place.detail === "full" && isTime.test(place.name) && numbers.every(isMillis)
    ? { _tag: "DateTimeUtcFromMillis" }
    : { _tag: numeric(numbers) }

const latestSecond = 8_640_000_000_000

/** The type of the time-to-live field, which holds seconds since 1970; `undefined` where it holds something else. */
export const expiryOf = (values: ReadonlyArray<AttributeValue>): Type | undefined => {
  const seen = observe(values)
  if (seen.numbers.length + seen.nulls < values.length) return undefined
  const areSeconds = seen.numbers.every((number) => isWhole(number) && Math.abs(Number(number)) <= latestSecond)
  const type: Type = { _tag: areSeconds ? "DateTimeUtc" : numeric(seen.numbers) }
  return seen.nulls === 0 ? type : { _tag: "NullOr", of: type }
}

// -----------------------------------------------------------------------------
// Maps
// -----------------------------------------------------------------------------

const mapType = (maps: ReadonlyArray<Item>, place: Place): Type => {
  const names = byName(maps)
  const values = () => typeOf([...names.values()].flat(), { ...place, literals: false })
  // Without names there is nothing to tell them by. What every object inherits is never absent from a struct.
  if (names.size === 0 || [...names.keys()].some(isInherited) || isDictionary(names, maps.length)) {
    return { _tag: "Record", of: values() }
  }
  return { _tag: "Struct", fields: [...names].map(([name, values]) => fieldOf(name, values, maps.length, place)) }
}

const fieldOf = (name: string, values: ReadonlyArray<AttributeValue>, of: number, place: Place): Field => ({
  name,
  stored: name,
  optional: values.length < of,
  type: typeOf(values, { ...place, name })
})

/** Names that are data: ids, days, numbers. */
const isData =
  /^(\d+|\d{4}-\d\d(-\d\d)?.*|.*[@#:/].*|.*\d{3,}.*|[\da-f]{8}-[\da-f-]+|(?=.*\d)[A-Za-z\d_-]{12,}|\p{L}{0,3}[-_]?\d+)$/u

/** How many names, and how rarely each, make names data that do not look so. */
const dictionaryLimits = { names: 6, maps: 3, share: 1 / 3, inOne: 24 }

/** Whether the names of maps are data, and not fields: there are many, and values of one kind under each of them. */
const isDictionary = (names: ReadonlyMap<string, ReadonlyArray<AttributeValue>>, maps: number): boolean => {
  const kinds = new Set([...names.values()].map(kindOf))
  if (kinds.size > 1 || kinds.has(undefined)) return false
  if (names.size > 1 && [...names.keys()].every((name) => isData.test(name))) return true
  const entries = [...names.values()].reduce((sum, values) => sum + values.length, 0)
  return (
    (maps >= dictionaryLimits.maps &&
      names.size >= dictionaryLimits.names &&
      entries <= names.size * maps * dictionaryLimits.share) ||
    names.size >= dictionaryLimits.inOne
  )
}

/** What all values are stored as, and of maps their most common names; `undefined` where they differ. */
const kindOf = (values: ReadonlyArray<AttributeValue>): string | undefined => {
  const kinds = new Set(values.map((value) => Object.keys(value)[0]))
  if (kinds.size !== 1) return undefined
  const [kind] = kinds
  if (kind !== "M") return kind
  const maps = values.flatMap((value) => ("M" in value ? [value.M] : []))
  const always = [...byName(maps)].filter(([, found]) => found.length === maps.length).map(([name]) => name)
  return `M ${always.join(" ")}`
}
