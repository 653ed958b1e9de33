/**
 * The text of one part of a composite key: what a stored value is written as,
 * and read back from, before escaping.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { AttributeValue } from "../../Attribute.ts"
import * as decimal from "../decimal.ts"
import type { FieldKind, KeyField, PartData } from "./model.ts"
import * as ordered from "./ordered.ts"

/** How a part is written. */
export interface Form {
  /** The text of a stored value; `undefined` where it cannot be written so. `value` is the field's, not yet stored. */
  readonly write: (stored: AttributeValue, value: unknown) => string | undefined
  /** Why a value cannot be written: what follows the field's name in a sentence. */
  readonly problem: string
  /** The stored value of text; `undefined` where it is not text of this form. Of a lossy form, any value says yes. */
  readonly read: (text: string) => AttributeValue | undefined
  /** Whether `read` cannot give the stored value back. */
  readonly lossy: boolean
  /** The field's value from text, where the form may be lossy or not, value by value. */
  readonly recover?: ((text: string) => unknown) | undefined
  /** Whether text order is the order of the values, or the reverse. `undefined`: neither. */
  readonly order: "ascending" | "descending" | undefined
  /** Whether no text of this form is the beginning of another, nor of another with its last character one less. */
  readonly delimited: boolean
  /** The characters of such a text; where their number is fixed, each one. */
  readonly characters: RegExp | ReadonlyArray<RegExp>
  /** The beginning of such a text, from one that users give. `undefined`: the form has no useful beginnings. */
  readonly prefix: ((text: string) => string) | undefined
}

const identity = (text: string): string => text

const numberProblem = "is not a number that DynamoDB can hold: 38 digits, from 1E-130 to 9.99E+125"

const digit = /^\d$/

const string: Form = {
  write: (stored) => ("S" in stored ? stored.S : undefined),
  problem: "is not stored as text (S)",
  read: (text) => ({ S: text }),
  lossy: false,
  order: "ascending",
  delimited: false,
  characters: /^[^]$/u,
  prefix: identity
}

const number: Form = {
  write: (stored) => ("N" in stored ? decimal.normalize(stored.N) : undefined),
  problem: numberProblem,
  read: (text) => (decimal.normalize(text) === text ? { N: text } : undefined),
  lossy: false,
  order: undefined,
  delimited: false,
  characters: /^[-.\d]$/,
  prefix: identity
}

const boolean: Form = {
  write: (stored) => ("BOOL" in stored ? String(stored.BOOL) : undefined),
  problem: "is not stored as a boolean (BOOL)",
  read: (text) => (text === "true" ? { BOOL: true } : text === "false" ? { BOOL: false } : undefined),
  lossy: false,
  order: "ascending",
  delimited: true,
  characters: /^[aeflrstu]$/,
  prefix: identity
}

const isoForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Whether text is a date as keys hold it. Years of more than four digits, and negative ones, have other forms. */
export const isDate = (text: string): boolean => {
  if (!isoForm.test(text)) {
    return false
  }
  // Written back, 30 February is another day.
  const date = new Date(text)
  return !Number.isNaN(date.getTime()) && date.toISOString() === text
}

const date: Form = {
  write: (stored) => ("S" in stored && isoForm.test(stored.S) ? stored.S : undefined),
  problem: "is not a valid date from year 0 to 9999 in UTC",
  read: (text) => (isDate(text) ? { S: text } : undefined),
  lossy: false,
  order: "ascending",
  delimited: true,
  characters: Array.from("0000-00-00T00:00:00.000Z", (character) =>
    character === "0" ? digit : character === "." ? /^\.$/ : new RegExp(`^${character}$`)
  ),
  prefix: identity
}

const zoned: Form = {
  ...date,
  write: (stored) => {
    const zoned = "S" in stored ? DateTime.makeZonedFromString(stored.S) : Option.none()
    const text = Option.isSome(zoned) ? DateTime.formatIso(zoned.value) : ""
    return isoForm.test(text) ? text : undefined
  },
  lossy: true
}

/** A number as stored: N, or S of a field whose schema writes numbers as text, in the one way that comes back. */
interface Stored {
  readonly text: (stored: AttributeValue) => string | undefined
  readonly value: (text: string) => AttributeValue
}

const asNumber: Stored = {
  text: (stored) => ("N" in stored ? decimal.normalize(stored.N) : undefined),
  value: (N) => ({ N })
}

const asText: Stored = {
  text: (stored) => ("S" in stored && decimal.normalize(stored.S) === stored.S ? stored.S : undefined),
  value: (S) => ({ S })
}

const orderedNumber = (descending: boolean, as: Stored): Form => ({
  write: (stored) => {
    const number = as.text(stored)
    return number === undefined ? undefined : ordered.encode(number, descending)
  },
  problem: numberProblem,
  read: (text) => {
    const number = ordered.decode(text, descending)
    return number === undefined ? undefined : as.value(number)
  },
  lossy: false,
  order: descending ? "descending" : "ascending",
  delimited: true,
  characters: /^[A-Za-z\d]$/,
  prefix: undefined
})

const padded = (width: number, as: Stored): Form => ({
  write: (stored) => {
    const text = as.text(stored)
    // A sign or a point is left over only where the number is not a non-negative integer.
    return text === undefined || text.length > width || !/^\d+$/.test(text) ? undefined : text.padStart(width, "0")
  },
  problem: `is not a non-negative integer of at most ${width} digits`,
  read: (text) => (text.length === width && /^\d+$/.test(text) ? as.value(text.replace(/^0+(?=\d)/, "")) : undefined),
  lossy: false,
  order: "ascending",
  delimited: true,
  characters: Array.from({ length: width }, () => digit),
  prefix: identity
})

const inCase = (change: (text: string) => string): Form => ({
  ...string,
  write: (stored) => ("S" in stored ? change(stored.S) : undefined),
  read: (text) => (change(text) === text ? { S: text } : undefined),
  lossy: true,
  prefix: change
})

// toLowerCase and toUpperCase, unlike their locale twins, are the same everywhere.
const lower = inCase((text) => text.toLowerCase())
const upper = inCase((text) => text.toUpperCase())

const custom = (data: PartData): Form => ({
  ...string,
  write: (_, value) => data.encodeText?.(value),
  problem: "cannot be written by its part's schema, which must encode to text",
  lossy: true,
  recover: data.decodeText,
  order: data.mode === "customAscending" ? "ascending" : data.mode === "customDescending" ? "descending" : undefined
})

const plainForms: { readonly [K in Exclude<FieldKind, "binary" | "none">]: Form } = {
  string,
  number,
  boolean,
  date,
  zoned
}

/** How a field of some kind is written in some mode, or why it cannot be. */
export const make = (
  data: PartData,
  { kind, numeric }: Pick<KeyField, "kind" | "numeric">
): Result.Result<Form, string> => {
  const refuse = (why: string) => Result.fail(`the field "${data.field}" ${why}`)
  switch (data.mode) {
    case "plain":
      return kind === "none"
        ? refuse(
            "cannot stand in a key: its stored form is not text, a number, a boolean or a date. " +
              "Give it a schema whose encoded form is one of these, or use another field"
          )
        : kind === "binary"
          ? refuse("is binary, which has no text: use it as a plain attribute, Key.attribute")
          : Result.succeed(plainForms[kind])
    case "ordered":
    case "desc":
      return kind === "number" || (kind === "string" && numeric)
        ? Result.succeed(orderedNumber(data.mode === "desc", kind === "number" ? asNumber : asText))
        : refuse(`is declared ${data.mode}, which is for numbers; other fields sort as they are: leave it out`)
    case "padded":
      return kind === "number" || (kind === "string" && numeric)
        ? Result.succeed(padded(data.width ?? 1, kind === "number" ? asNumber : asText))
        : refuse("is declared with a width, which is for non-negative integers: leave it out")
    case "lower":
    case "upper":
      return kind === "string"
        ? Result.succeed(data.mode === "lower" ? lower : upper)
        : refuse(`is declared ${data.mode}, which is for text: leave it out`)
    default:
      return Result.succeed(custom(data))
  }
}
