/** Forms of key parts that recorded designs use, as parts of templates. */
import { Schema, SchemaTransformation } from "effect"
import type { Key } from "effect-dynamo"

const max = 99_999_999

const text = (encode: (n: number) => number) =>
  Schema.String.pipe(
    Schema.decodeTo(
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: max })),
      SchemaTransformation.transform({
        decode: (digits) => encode(Number(digits)),
        encode: (n) => String(encode(n)).padStart(8, "0")
      })
    )
  )

/** 99999999 − n in eight digits: the highest first. */
export const inv8: Key.CustomPart = { schema: text((n) => max - n), order: "descending" }

/** Eight digits, for a number that is stored as text: `{n:8}` is for those stored as numbers. */
export const pad8: Key.CustomPart = { schema: text((n) => n), order: "ascending" }

/** The beginning of the day of an ISO date. */
export const day: Key.CustomPart = {
  schema: Schema.String.pipe(
    Schema.encodeTo(
      Schema.String,
      SchemaTransformation.transform({
        decode: (text) => text,
        encode: (date) => `${date.slice(0, 10)}T00:00:00.000Z`
      })
    )
  ),
  order: "ascending"
}
