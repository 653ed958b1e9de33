/** Attribute values by what DynamoDB stores them as. */
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"

/** The values that were seen in one place. */
export interface Seen {
  readonly strings: ReadonlyArray<string>
  readonly numbers: ReadonlyArray<string>
  readonly binaries: number
  readonly booleans: number
  readonly nulls: number
  readonly lists: ReadonlyArray<ReadonlyArray<AttributeValue>>
  readonly maps: ReadonlyArray<Item>
  readonly stringSets: number
  readonly numberSets: ReadonlyArray<ReadonlyArray<string>>
  readonly binarySets: number
}

/** Sorts the values of one place by their types. */
export const observe = (values: ReadonlyArray<AttributeValue>): Seen => {
  const strings: Array<string> = []
  const numbers: Array<string> = []
  const lists: Array<ReadonlyArray<AttributeValue>> = []
  const maps: Array<Item> = []
  const numberSets: Array<ReadonlyArray<string>> = []
  const counts = { binaries: 0, booleans: 0, nulls: 0, stringSets: 0, binarySets: 0 }
  for (const value of values) {
    if ("S" in value) strings.push(value.S)
    else if ("N" in value) numbers.push(value.N)
    else if ("L" in value) lists.push(value.L)
    else if ("M" in value) maps.push(value.M)
    else if ("NS" in value) numberSets.push(value.NS)
    else if ("B" in value) counts.binaries++
    else if ("BOOL" in value) counts.booleans++
    else if ("NULL" in value) counts.nulls++
    else if ("SS" in value) counts.stringSets++
    else counts.binarySets++
  }
  return { strings, numbers, lists, maps, numberSets, ...counts }
}

/** The values under each name of maps, in the names' order. */
export const byName = (maps: ReadonlyArray<Item>): ReadonlyMap<string, ReadonlyArray<AttributeValue>> => {
  const found = new Map<string, Array<AttributeValue>>()
  for (const map of maps) {
    for (const [name, value] of Object.entries(map)) {
      const values = found.get(name)
      if (values === undefined) found.set(name, [value])
      else values.push(value)
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** An exact decimal, of the text that DynamoDB gives. */
export const decimal = (text: string): BigDecimal.BigDecimal =>
  BigDecimal.normalize(Option.getOrElse(BigDecimal.fromString(text), () => BigDecimal.fromBigInt(0n)))

/** Whether JavaScript's numbers hold it exactly. */
export const isExact = (text: string): boolean => BigDecimal.equals(decimal(text), decimal(String(Number(text))))

/** Whether it is a whole number. */
export const isWhole = (text: string): boolean => decimal(text).scale <= 0

/** Values by what a function says of each, in the order in which they come first. */
export const groupBy = <A, K>(values: ReadonlyArray<A>, of: (value: A) => K): ReadonlyMap<K, ReadonlyArray<A>> => {
  const groups = new Map<K, Array<A>>()
  for (const value of values) {
    const key = of(value)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}
