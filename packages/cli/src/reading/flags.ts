/** The flags of commands that read items. */
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import { rate, toggle, wholeNumber } from "../flagValue.ts"

/** The values of a key; `values` says which. */
export const key = (values: string) =>
  Argument.String("key").pipe(Argument.withDescription(`${values}: text, digits, or base64`), Argument.variadic())

/** How items are shown. */
export const formats = ["table", "plain", "dynamodb"] as const

export type Format = (typeof formats)[number]

export const format = Flag.Literals("format", formats).pipe(
  Flag.withDescription(
    "How items are shown: as a table (unless told, on a terminal), as plain JSON, an item a line (elsewhere), or as DynamoDB JSON"
  ),
  Flag.optional
)

export const index = Flag.String("index").pipe(
  Flag.withDescription("Read this index of the table"),
  Flag.withMetavar("NAME"),
  Flag.optional
)

export const filter = Flag.String("filter").pipe(
  Flag.withDescription("Only items that match: 'status = \"paid\" and total > 100 and attribute_exists(address.city)'"),
  Flag.withMetavar("CONDITION"),
  Flag.optional
)

export const project = Flag.String("project").pipe(
  Flag.withDescription("Only these attributes: id,address.city,items[0]"),
  Flag.withMetavar("NAMES"),
  Flag.optional
)

export const limit = wholeNumber("limit", 0).pipe(
  Flag.withDescription("At most so many items, 0 for all; 100 in a table on a terminal unless told, all elsewhere"),
  Flag.withMetavar("N"),
  Flag.optional
)

export const consistent = toggle("consistent", "See all writes up to now, at twice the price; not of a global index")

export const segments = wholeNumber("segments", 1, 256).pipe(
  Flag.withDescription("Read so many parts of the table at the same time; 1 unless told"),
  Flag.withMetavar("N"),
  Flag.withDefault(1)
)

export const readRate = rate("read-rate").pipe(
  Flag.withDescription("Take at most so many read capacity units a second"),
  Flag.optional
)
