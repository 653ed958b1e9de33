/** The flags of commands that read items. */
import * as Flag from "effect/cli/Flag"

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

export const limit = Flag.Int("limit").pipe(
  Flag.filter(
    (limit) => limit >= 0,
    (limit) => `the limit is ${limit}; it is 0 or more`
  ),
  Flag.withDescription("At most so many items, 0 for all; 100 in a table on a terminal unless told, all elsewhere"),
  Flag.withMetavar("N"),
  Flag.optional
)

export const consistent = Flag.Boolean("consistent").pipe(
  Flag.withDescription("See all writes up to now, at twice the price; not of a global index"),
  Flag.withDefault(false)
)

export const segments = Flag.Int("segments").pipe(
  Flag.filter(
    (segments) => segments >= 1 && segments <= 1000,
    (segments) => `there are ${segments} segments; it is 1 to 1000`
  ),
  Flag.withDescription("Read so many parts of the table at the same time; 1 unless told"),
  Flag.withMetavar("N"),
  Flag.withDefault(1)
)

export const readRate = Flag.Finite("read-rate").pipe(
  Flag.filter(
    (rate) => rate > 0,
    (rate) => `the rate is ${rate}; it is above 0`
  ),
  Flag.withDescription("Take at most so many read capacity units a second"),
  Flag.withMetavar("UNITS"),
  Flag.optional
)
