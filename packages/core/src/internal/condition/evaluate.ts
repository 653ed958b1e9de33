/**
 * What DynamoDB would say of a condition on one attribute value: for defaults, which
 * hold for items that lack the field.
 */
import type { AttributeValue } from "../../Attribute.ts"
import type { Comparator } from "../../Expression.ts"
import * as decimal from "../decimal.ts"
import * as utf8 from "../keys/utf8.ts"

/** Whether two attribute values are equal to DynamoDB: numbers by value, sets without order. */
export const equals = (a: AttributeValue, b: AttributeValue): boolean => {
  if ("N" in a && "N" in b) return decimal.normalize(a.N) === decimal.normalize(b.N)
  if ("S" in a && "S" in b) return a.S === b.S
  if ("BOOL" in a && "BOOL" in b) return a.BOOL === b.BOOL
  if ("NULL" in a && "NULL" in b) return true
  if ("B" in a && "B" in b) return compareBytes(a.B, b.B) === 0
  if ("L" in a && "L" in b) return a.L.length === b.L.length && a.L.every((value, i) => equals(value, b.L[i]!))
  if ("M" in a && "M" in b) {
    const names = Object.keys(a.M)
    return (
      names.length === Object.keys(b.M).length &&
      names.every((name) => Object.hasOwn(b.M, name) && equals(a.M[name]!, b.M[name]!))
    )
  }
  const [left, right] = [membersOf(a), membersOf(b)]
  return (
    left !== undefined &&
    right !== undefined &&
    left.length === right.length &&
    left.every((member) => right.some((other) => equals(member, other)))
  )
}

const membersOf = (value: AttributeValue): ReadonlyArray<AttributeValue> | undefined =>
  "SS" in value
    ? value.SS.map((S) => ({ S }))
    : "NS" in value
      ? value.NS.map((N) => ({ N }))
      : "BS" in value
        ? value.BS.map((B) => ({ B }))
        : undefined

const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/** The order of two values; `undefined` where they have none. */
const order = (a: AttributeValue, b: AttributeValue): number | undefined => {
  if ("N" in a && "N" in b) {
    const [x, y] = [decimal.parse(a.N), decimal.parse(b.N)]
    return x === undefined || y === undefined ? undefined : decimal.compare(x, y)
  }
  if ("S" in a && "S" in b) return utf8.compare(a.S, b.S)
  if ("B" in a && "B" in b) return compareBytes(a.B, b.B)
  return undefined
}

export const compare = (a: AttributeValue, operator: Comparator, b: AttributeValue): boolean => {
  if (operator === "=") return equals(a, b)
  if (operator === "<>") return !equals(a, b)
  const sign = order(a, b)
  if (sign === undefined) return false
  switch (operator) {
    case "<":
      return sign < 0
    case "<=":
      return sign <= 0
    case ">":
      return sign > 0
    case ">=":
      return sign >= 0
  }
}

export const beginsWith = (a: AttributeValue, prefix: AttributeValue): boolean =>
  "S" in a && "S" in prefix
    ? a.S.startsWith(prefix.S)
    : "B" in a && "B" in prefix && compareBytes(a.B.subarray(0, prefix.B.length), prefix.B) === 0

export const contains = (a: AttributeValue, element: AttributeValue): boolean => {
  if ("S" in a && "S" in element) return a.S.includes(element.S)
  if ("B" in a && "B" in element) {
    return Array.from(a.B, (_, i) => a.B.subarray(i, i + element.B.length)).some(
      (part) => compareBytes(part, element.B) === 0
    )
  }
  return ("L" in a ? a.L : membersOf(a))?.some((member) => equals(member, element)) ?? false
}

/** What `size` gives: the length of text as JavaScript counts it, bytes of binary, else members. */
export const size = (a: AttributeValue): AttributeValue | undefined => {
  const count =
    "S" in a
      ? a.S.length
      : "B" in a
        ? a.B.length
        : "L" in a
          ? a.L.length
          : "M" in a
            ? Object.keys(a.M).length
            : membersOf(a)?.length
  return count === undefined ? undefined : { N: String(count) }
}
