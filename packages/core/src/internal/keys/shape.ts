/**
 * What field lists and templates have in common: literal text, and parts with
 * literal text after each.
 */
import * as Result from "effect/Result"
import * as escape from "./escape.ts"
import * as form_ from "./form.ts"
import type { AttributeValue, Item } from "../../Attribute.ts"
import type {
  KeyContext,
  KeyData,
  KeyFailure,
  KeyField,
  KeyText,
  PartData,
  PartText,
  Segment,
  Values
} from "./model.ts"
import { separatorProblem } from "./separator.ts"
import { isFailure, readField, refused, sameValue, storedValue, writtenValue } from "./values.ts"

/** One part, in its place. */
export interface Part {
  readonly field: KeyField
  readonly form: form_.Form
  /** The literal text up to the next part, or to the key's end. */
  readonly after: string
  /** The text that ends a value for comparisons: the separator, or `after` if it begins otherwise. */
  readonly terminator: string
  /** Whether the next part follows with nothing between that shows where this one ends. */
  readonly endless: boolean
  /** The part's escaped text; of values that have just been encoded as `item`, by its attributes. */
  readonly text: (values: Values, item?: Item | undefined) => string | KeyFailure
  /** The escaped beginning of the part's text. */
  readonly beginning: (text: unknown) => string | KeyFailure
  /** Where the part that begins at `from` ends in a key; `-1` where it cannot. */
  readonly end: (key: string, from: number) => number
  /** The field's stored value from the part's unescaped text; absent where its text does not tell it. */
  readonly read: ((text: string) => AttributeValue | undefined) | undefined
  /** The part's unescaped text from what stands in a key; `undefined` where that could not have been written. */
  readonly unescape: (text: string) => string | undefined
}

export interface Shape {
  /** All the key can be. */
  readonly text: KeyText
  /** The literal text before the first part. */
  readonly head: string
  readonly parts: ReadonlyArray<Part>
  readonly oneWay: boolean
}

/** How the values of one key are kept apart. */
interface Style {
  readonly escaper: escape.Escaper
  readonly separator: string
  /** Whether values hold no bare separator, because it is escaped. */
  readonly escapes: boolean
  /** Whether several values share the key, so that each one's end must be found. */
  readonly several: boolean
}

/** The text at which a value ends, where it is not just the first bare separator character. */
const stopOf = ({ escapes, separator, several }: Style, after: string): string | undefined => {
  if (!escapes) {
    return several && after !== "" ? separator : undefined
  }
  return after === "" || Array.from(separator).some((character) => after.startsWith(character)) ? undefined : after
}

const makePart = (field: KeyField, form: form_.Form, style: Style, after: string, endless: boolean): Part => {
  const { escaper, escapes, separator, several } = style
  const { name } = field
  const read = readField(name)
  const readWritten = writtenValue(field)
  const stop = stopOf(style, after)
  const bare = !escapes && several

  /** Whether the value's end would be found before it. */
  const endsEarly = (text: string): boolean =>
    (bare && text.includes(separator)) || (stop !== undefined && escaper.end(text + stop, 0, stop) !== text.length)

  const endsEarlyFailure = (): KeyFailure =>
    refused(name, `holds text at which the key would seem to go on: ${JSON.stringify(stop ?? separator)}`)

  const written = (text: string, early: (text: string) => boolean): string | KeyFailure => {
    if (text === "") {
      return refused(name, "is empty, and a key has no empty parts")
    }
    const escaped = escaper.escape(text)
    if (escaped === undefined) {
      return refused(name, "is not well-formed Unicode: it holds half of a surrogate pair")
    }
    return early(escaped) ? endsEarlyFailure() : escaped
  }

  const recovered = (text: string): AttributeValue | undefined => {
    const value = form.recover?.(text)
    const stored = value === undefined ? undefined : field.encode(value)
    return stored !== undefined && Result.isSuccess(stored) ? stored.success : undefined
  }

  return {
    field,
    form,
    after,
    terminator: after.startsWith(separator) ? separator : after,
    endless,
    text: (values, item) => {
      const value = read(values)
      const stored = item === undefined ? storedValue(field, value) : readWritten(value, item)
      if (isFailure(stored)) {
        return stored
      }
      const text = form.write(stored, value)
      if (text === undefined) {
        return refused(name, form.problem)
      }
      return field.keyOnly && form.recover !== undefined && !comesBack(recovered(text), stored)
        ? refused(name, "does not come back from the key, as its part writes it, so it cannot live in the key alone")
        : written(text, endsEarly)
    },
    beginning: (text) => {
      if (form.prefix === undefined) {
        return refused(name, "is an ordered number, whose text has no useful beginning: use a range operator")
      }
      if (typeof text !== "string") {
        return refused(name, "must be given to beginsWith as text: the beginning of what stands in the key")
      }
      return written(
        form.prefix(text),
        // What follows the beginning is unknown: the stop may not even begin in it.
        (text) => (bare && text.includes(separator)) || (stop !== undefined && escape.mayStop(text, stop))
      )
    },
    end:
      escapes || several
        ? (key, from) => escaper.end(key, from, stop)
        : // The only value: all between the literal text before and after.
          (key) => key.length - after.length,
    read: form.lossy ? (field.keyOnly && form.recover !== undefined ? recovered : undefined) : form.read,
    unescape: (text) => (text === "" || endsEarly(text) ? undefined : escaper.unescape(text))
  }
}

/** Whether what was read back is what was written. */
const comesBack = (read: AttributeValue | undefined, stored: AttributeValue): boolean =>
  read !== undefined && sameValue(read, stored)

/** Literal text and parts in turn: a text more than parts. */
interface Layout {
  readonly literals: ReadonlyArray<string>
  readonly parts: ReadonlyArray<PartData>
}

const fieldListLayout = (parts: ReadonlyArray<PartData>, context: KeyContext): Layout => {
  const { keySeparator, prefixSortKey, suffixPartitionKey } = context.config
  const partition = context.role === "partition"
  const suffix = context.entity.toLowerCase()
  if (parts.length === 0) {
    return { literals: [!partition || suffixPartitionKey ? suffix : ""], parts }
  }
  const literals = parts.map(({ field }, index) => {
    const label = partition || prefixSortKey ? (context.field(field)?.stored ?? field) + keySeparator : ""
    return index === 0 ? label : keySeparator + label
  })
  return { literals: [...literals, partition && suffixPartitionKey ? keySeparator + suffix : ""], parts }
}

const templateLayout = (segments: ReadonlyArray<Segment>): Layout => {
  const literals = [""]
  const parts: Array<PartData> = []
  for (const segment of segments) {
    if (typeof segment === "string") {
      literals[literals.length - 1] += segment
    } else {
      parts.push(segment)
      literals.push("")
    }
  }
  return { literals, parts }
}

const textOf = (characters: form_.Form["characters"], escaped: ReadonlySet<string>): PartText =>
  characters instanceof RegExp ? { characters, escaped } : { characters: /^[^]$/u, fixed: characters, escaped }

/** Checks a composite key against the entity it is for. */
export const make = (
  data: Exclude<KeyData, { readonly _tag: "Attribute" }>,
  context: KeyContext
): Result.Result<Shape, string> => {
  if (context.type !== "S") {
    return Result.fail(
      `the key attribute has the type ${context.type}, and a key made of text needs S: ` +
        `name one field with Key.attribute, or give the attribute the type S`
    )
  }
  const template = data._tag === "Template"
  const oneWay = template && data.oneWay
  if (oneWay && context.primary) {
    return Result.fail("a primary key must parse back, so its template cannot be oneWay: leave the option out")
  }
  const separator = template ? data.separator : context.config.keySeparator
  const problem = separatorProblem(separator)
  if (problem !== undefined) {
    return Result.fail(problem)
  }
  const layout = template ? templateLayout(data.segments) : fieldListLayout(data.parts, context)
  if (layout.parts.length === 0 && layout.literals[0] === "") {
    return Result.fail(
      "the partition key has no fields and suffixPartitionKey is off, so it would be empty: name at least one field"
    )
  }
  const escapes = template || context.config.escapeKeys
  const style: Style = {
    escaper: escapes ? escape.escaping(separator) : escape.verbatim,
    separator,
    escapes,
    several: layout.parts.length > 1
  }
  const parts: Array<Part> = []
  for (const [index, part] of layout.parts.entries()) {
    const field = context.field(part.field)
    if (field === undefined) {
      return Result.fail(`the key names "${part.field}", which is not a field of the entity`)
    }
    const form = form_.make(part, field)
    if (Result.isFailure(form)) {
      return Result.fail(form.failure)
    }
    const after = layout.literals[index + 1] ?? ""
    const next = layout.parts[index + 1]
    const adjacent = next !== undefined && after === ""
    if (adjacent && !oneWay) {
      return Result.fail(
        `no text stands between {${part.field}} and {${next.field}}, so the key cannot be parsed back: ` +
          (context.primary ? "put text between them" : "put text between them, or say { oneWay: true }")
      )
    }
    parts.push(makePart(field, form.success, style, after, adjacent && !form.success.delimited))
  }
  const head = layout.literals[0] ?? ""
  const escaped: ReadonlySet<string> = new Set(escapes ? ["\\", ...Array.from(separator)] : [])
  const text = [head, ...parts.flatMap(({ after, form: { characters } }) => [textOf(characters, escaped), after])]
  return Result.succeed({ text, head, parts, oneWay })
}
