/** Lays out code in lines: on one line where it fits, else one thing a line. */

/** Code: text, or things between an opening and a closing text, as the arguments of a call. */
export type Code = string | { readonly open: string; readonly items: ReadonlyArray<Code>; readonly close: string }

const width = 100

/** Things in brackets, with text before and after. */
export const group = (open: string, items: ReadonlyArray<Code>, close: string): Code => ({ open, items, close })

/** Text before code. */
export const before = (text: string, code: Code): Code =>
  typeof code === "string" ? text + code : { ...code, open: text + code.open }

/** Text after code. */
export const after = (code: Code, text: string): Code =>
  typeof code === "string" ? code + text : { ...code, close: code.close + text }

/** A call of one argument, which is broken where its argument is. */
export const call = (name: string, argument: Code): Code => after(before(`${name}(`, argument), ")")

/** An object's properties. */
export const object = (properties: ReadonlyArray<Code>): Code =>
  properties.length === 0 ? "{}" : group("{", properties, "}")

/** A list. */
export const list = (items: ReadonlyArray<Code>): Code => (items.length === 0 ? "[]" : group("[", items, "]"))

const flat = (code: Code): string => {
  if (typeof code === "string") return code
  const space = code.open.endsWith("{") ? " " : ""
  return code.open + space + code.items.map(flat).join(", ") + space + code.close
}

/** The lines of code, after as many spaces. */
export const layout = (code: Code, indent = 0, extra = 0): string => {
  const onOne = flat(code)
  if (typeof code === "string" || indent + onOne.length + extra <= width) return onOne
  const inner = " ".repeat(indent + 2)
  const items = code.items.map((item) => `${inner}${layout(item, indent + 2, 1)}`)
  return `${code.open}\n${items.join(",\n")}\n${" ".repeat(indent)}${code.close}`
}
