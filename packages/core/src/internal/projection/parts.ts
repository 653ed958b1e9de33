/**
 * Parts of a stored value, as DynamoDB gives them where it is asked for them.
 */
import type { AttributeValue } from "../../Attribute.ts"

type Keys = ReadonlyArray<string | number>

/**
 * The value with only the parts at some paths: the elements of a list close up. `undefined`
 * where there are none of them.
 */
export const take = (value: AttributeValue, paths: ReadonlyArray<Keys>): AttributeValue | undefined => {
  if (paths.some((path) => path.length === 0)) return value
  const under = (key: string | number): ReadonlyArray<Keys> =>
    paths.flatMap(([first, ...rest]) => (first === key ? [rest] : []))
  if ("M" in value) {
    const taken = Object.entries(value.M).flatMap(([name, part]) => taking(name, part, under(name)))
    return taken.length === 0 ? undefined : { M: Object.fromEntries(taken) }
  }
  if ("L" in value) {
    const taken = value.L.flatMap((part, position) => taking(position, part, under(position)))
    return taken.length === 0 ? undefined : { L: taken.map(([, part]) => part) }
  }
  return undefined
}

const taking = <K>(
  key: K,
  part: AttributeValue,
  paths: ReadonlyArray<Keys>
): ReadonlyArray<readonly [K, AttributeValue]> => {
  const taken = paths.length === 0 ? undefined : take(part, paths)
  return taken === undefined ? [] : [[key, taken]]
}
