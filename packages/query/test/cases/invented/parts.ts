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
export const inv8 = { schema: text((n) => max - n), order: "descending" } as const satisfies Key.CustomPart

/** Eight digits, for a number that is stored as text: `{n:8}` is for those stored as numbers. */
export const pad8 = { schema: text((n) => n), order: "ascending" } as const satisfies Key.CustomPart

/** The beginning of the day of an ISO date. */
export const day = {
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
} as const satisfies Key.CustomPart
