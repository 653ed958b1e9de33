/** The flags of commands that move data. */
import * as Flag from "effect/cli/Flag"

export const format = Flag.Literals("format", ["dynamodb", "plain"])

const wholeFromOne = (name: string, most: number) =>
  Flag.Int(name).pipe(
    Flag.filter(
      (value) => value >= 1 && value <= most,
      (value) => `it is ${value}; it takes 1 to ${most}`
    ),
    Flag.withMetavar("N")
  )

export const segments = wholeFromOne("segments", 256).pipe(
  Flag.withDescription("Read so many parts of the table at the same time; 4 unless told, 1 to standard output"),
  Flag.optional
)

export const pageSize = wholeFromOne("page-size", 100_000).pipe(
  Flag.withDescription("Read at most so many items at once; else 1 MB, which takes 128 units"),
  Flag.optional
)

export const concurrency = wholeFromOne("concurrency", 256).pipe(
  Flag.withDescription("Write so many batches of 25 items at the same time; 8 unless told"),
  Flag.withDefault(8)
)

export const writeRate = Flag.Finite("write-rate").pipe(
  Flag.filter(
    (rate) => rate > 0,
    (rate) => `the rate is ${rate}; it is above 0`
  ),
  Flag.withDescription("Take at most so many write capacity units a second"),
  Flag.withMetavar("UNITS"),
  Flag.optional
)

export const restart = Flag.Boolean("restart").pipe(
  Flag.withDescription("Begin anew, where an earlier run was interrupted"),
  Flag.withDefault(false)
)

export const failed = Flag.String("failed").pipe(
  Flag.withDescription("The file for what could not be written"),
  Flag.withMetavar("FILE"),
  Flag.optional
)

export const overwriteFailures = Flag.Boolean("overwrite").pipe(
  Flag.withDescription("Write over a file of failures that an earlier run has left"),
  Flag.withDefault(false)
)
