/** The flags of commands that move data. */
import * as Flag from "effect/cli/Flag"
import { rate, toggle, wholeNumber } from "../flagValue.ts"

export const format = Flag.Literals("format", ["dynamodb", "plain"])

export const segments = wholeNumber("segments", 1, 256).pipe(
  Flag.withDescription("Read so many parts of the table at the same time; 4 unless told, 1 to standard output"),
  Flag.withMetavar("N"),
  Flag.optional
)

export const pageSize = wholeNumber("page-size", 1, 100_000).pipe(
  Flag.withDescription("Read at most so many items at once; else 1 MB, which takes 128 units"),
  Flag.withMetavar("N"),
  Flag.optional
)

export const concurrency = wholeNumber("concurrency", 1, 256).pipe(
  Flag.withDescription("Write so many batches of 25 items at the same time; 8 unless told"),
  Flag.withMetavar("N"),
  Flag.withDefault(8)
)

export const writeRate = rate("write-rate").pipe(
  Flag.withDescription("Take at most so many write capacity units a second"),
  Flag.optional
)

export const restart = toggle("restart", "Begin anew, where an earlier run was interrupted")

export const failed = Flag.String("failed").pipe(
  Flag.withDescription("The file for what could not be written"),
  Flag.withMetavar("FILE"),
  Flag.optional
)

export const overwriteFailures = toggle("overwrite", "Write over a file of failures that an earlier run has left")
