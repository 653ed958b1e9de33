/** Values of key attributes as arguments: text as it is, numbers by their digits, binary in base64. */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import * as Effect from "effect/Effect"
import { UsageFailure } from "../failure.ts"
import { fromBase64 } from "../items/base64.ts"
import type { KeyAttribute } from "../tables/keyFlag.ts"
import { attributesOf, type KeySchema } from "./keySchema.ts"
import { isNumber } from "./number.ts"

const kinds = { S: "text", N: "number", B: "base64" } as const

const show = ({ name, type }: KeyAttribute): string => `${name} (${kinds[type]})`

/** What the values of a key are: `the partition key country (text), city (text), then the sort key date (text)`. */
const describe = ({ partition, sort }: KeySchema): string =>
  [
    `the partition key ${partition.map(show).join(", ")}`,
    ...(sort.length === 0 ? [] : [`the sort key ${sort.map(show).join(", ")}`])
  ].join(", then ")

/** The value that a text is for a key attribute. */
export const parseKeyValue = (attribute: KeyAttribute, text: string): Effect.Effect<AttributeValue, UsageFailure> => {
  switch (attribute.type) {
    case "S":
      return text === "" ? wrong(attribute, "of at least one character") : Effect.succeed({ S: text })
    case "N":
      return isNumber(text)
        ? Effect.succeed({ N: text })
        : wrong(attribute, "a number, of up to 38 digits, between 1E-130 and 9.99E+125")
    case "B": {
      const bytes = fromBase64(text)
      return bytes !== undefined && bytes.length > 0
        ? Effect.succeed({ B: bytes })
        : wrong(attribute, "binary in base64, of at least one byte")
    }
  }
}

const wrong = ({ name }: KeyAttribute, what: string) =>
  Effect.fail(new UsageFailure({ message: `The value of ${name} is wrong: it is ${what}.` }))

/** A key attribute and its value. */
export interface KeyValue extends KeyAttribute {
  readonly value: AttributeValue
}

/**
 * The values of the first key attributes, in order: of `least` of them or more. What the command line has of them too
 * few or too many is told with the names of all.
 */
export const parseKeyValues = (
  schema: KeySchema,
  texts: ReadonlyArray<string>,
  least: number
): Effect.Effect<ReadonlyArray<KeyValue>, UsageFailure> => {
  const attributes = attributesOf(schema)
  if (texts.length < least || texts.length > attributes.length) {
    const wanted = least === attributes.length ? `${least}` : `${least} to ${attributes.length}`
    return Effect.fail(
      new UsageFailure({
        message: `The key of ${schema.title} takes ${wanted} ${wanted === "1" ? "value" : "values"}, not ${texts.length}: ${describe(schema)}.`
      })
    )
  }
  return Effect.forEach(texts, (text, i) => {
    const attribute = attributes[i]!
    return Effect.map(parseKeyValue(attribute, text), (value) => ({ ...attribute, value }))
  })
}
