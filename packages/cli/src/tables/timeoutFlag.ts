import * as Flag from "effect/cli/Flag"
import { wholeNumber } from "../flagValue.ts"

/** How long to wait for what DynamoDB does with a table in its own time. */
export const timeout = wholeNumber("timeout").pipe(
  Flag.withDescription("How many seconds to wait at most until a table is there, or gone; else 120"),
  Flag.withMetavar("SECONDS"),
  Flag.withDefault(120)
)
