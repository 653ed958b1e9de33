/** The texts that a field's value can stand as in a key. */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import * as Entity from "@effect-dynamo/core/Entity"
import * as Key from "@effect-dynamo/core/Key"
import * as Table from "@effect-dynamo/core/Table"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { decimal, isWhole } from "./observe.ts"

/** A way to write a value: what stands after the colon in a template, and the text. */
export interface Form {
  readonly mode: string | undefined
  /** `undefined` where the value cannot be written so. `key` is the key's text from where the value is to begin. */
  readonly write: (value: AttributeValue, key: string) => string | undefined
}

/** A `\` before each of the separator's characters and before itself, as templates write values. */
export const escaped = (text: string, separator: string): string =>
  Array.from(text, (character) =>
    character === "\\" || separator.includes(character) ? `\\${character}` : character
  ).join("")

const text =
  (separator: string, change: (text: string) => string): Form["write"] =>
  (value) =>
    "S" in value && value.S !== "" ? escaped(change(value.S), separator) : undefined

/** The forms of text, the closest one first. */
export const textForms = (separator: string): ReadonlyArray<Form> => [
  { mode: undefined, write: text(separator, (text) => text) },
  { mode: "lower", write: text(separator, (text) => text.toLowerCase()) },
  { mode: "upper", write: text(separator, (text) => text.toUpperCase()) }
]

/** The forms of numbers. The ordered ones only this library writes. */
export const numberForms = (separator: string, ordered: boolean): ReadonlyArray<Form> => [
  { mode: undefined, write: (value) => ("N" in value ? escaped(plainNumber(value.N), separator) : undefined) },
  ...(ordered ? (["ordered", "desc"] as const).map((mode): Form => ({ mode, write: orderedNumber[mode] })) : [])
]

/** A number with zeros before it, up to a width: which one, the key says. */
export const padded = (width: number): Form => ({
  mode: String(width),
  write: (value) =>
    "N" in value && isWhole(value.N) && !value.N.startsWith("-") && plainNumber(value.N).length <= width
      ? plainNumber(value.N).padStart(width, "0")
      : undefined
})

const plainNumber = (number: string): string => BigDecimal.format(decimal(number))

const numbers = Table.make("numbers", { partitionKey: "key", sortKey: null })

/** How this library writes a number in order: as its own entities do. */
const orderedForm = (mode: "ordered" | "desc"): Form["write"] => {
  const entity = Entity.make("Numbers", {
    schema: Schema.Struct({ number: Schema.BigDecimal }),
    table: numbers,
    partitionKey: mode === "ordered" ? Key.template("{number:ordered}") : Key.template("{number:desc}")
  })
  return (value) => {
    if (!("N" in value)) return undefined
    const written = Effect.runSyncExit(Entity.key(entity, { number: decimal(value.N) }))
    const key = Exit.isSuccess(written) ? written.value["key"] : undefined
    return key !== undefined && "S" in key ? key.S : undefined
  }
}

const orderedNumber = { ordered: orderedForm("ordered"), desc: orderedForm("desc") }
