/** Names in TypeScript for what DynamoDB calls otherwise. */

const words = (text: string): ReadonlyArray<string> =>
  text
    // `orderItem`, `HTTPLog` and `ORDER_ITEM` have two words each.
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/(?:[^\p{ID_Continue}]|_)+/u)
    .filter((word) => word !== "")

const capitalised = (word: string): string =>
  word.charAt(0).toUpperCase() + (word === word.toUpperCase() ? word.slice(1).toLowerCase() : word.slice(1))

const notFirst = /^(?=[^\p{ID_Start}$_])/u

/** `OrderItem` of `order-item`, `ORDER_ITEM` or `orderItem`; a name that begins with a digit gets a `_` before it. */
export const pascal = (text: string): string => words(text).map(capitalised).join("").replace(notFirst, "_")

/** `orderItem` of the same. */
export const camel = (text: string): string => {
  const name = pascal(text)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** One of many: `Order` of `Orders`, `Category` of `Categories`. */
export const singular = (text: string): string =>
  /ies$/i.test(text)
    ? text.replace(/ies$/i, "y")
    : /(ss|us|is)$/i.test(text)
      ? text
      : /(ch|sh|x|ss)es$/i.test(text)
        ? text.slice(0, -2)
        : text.replace(/(?<=..)s$/i, "")

/** Whether text needs no quotes as a property's name. */
export const isIdentifier = (text: string): boolean => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text)

/** Whether every object has a property of this name, such as `constructor`. */
export const isInherited = (name: string): boolean => name in Object.prototype

/** The name of a field for an attribute: its own, or what can be made an identifier of it. */
export const fieldName = (attribute: string): string => {
  // `value.constructor` would be there where the attribute is not.
  if (isInherited(attribute)) return `${attribute}_`
  if (isIdentifier(attribute)) return attribute
  const [first = "", ...rest] = attribute.split(/[^\p{ID_Continue}$]+/u).filter((part) => part !== "")
  const name = first + rest.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("")
  return name === "" ? "field" : name.replace(notFirst, "_")
}

/** A name that is not taken yet: itself, or with a number after it. Takes it. */
export const unique = (name: string, taken: Set<string>, same: (name: string) => string = (name) => name): string => {
  let free = name
  for (let i = 2; taken.has(same(free)); i++) free = `${name}${i}`
  taken.add(same(free))
  return free
}

/** What the module imports, and what would hide a global that people use beside it. */
const reserved: ReadonlySet<string> = new Set([
  ..."Schema Attribute Entity Index Key Table Array Boolean Date Error Function Map Number Object Promise".split(" "),
  ..."Record Set String Symbol".split(" ")
])

/** The name of a value of the module: that of what it holds, unless something else has it. */
export const constName = (name: string, kind: "Table" | "Entity", taken: Set<string>): string =>
  unique(reserved.has(name) || taken.has(name) ? `${name}${kind}` : name, taken)
