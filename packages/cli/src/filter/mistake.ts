/** What is wrong with a text that people wrote, and where: shown below the text itself. */
import { displayWidth } from "effect/cli/CliOutput"
import { UsageFailure } from "../failure.ts"
import { printable } from "../table.ts"

/** A mistake, at a position in the text. */
export interface Mistake {
  readonly at: number
  /** What stands there and what would be right: `expected a value, not "and"`. */
  readonly message: string
}

/** How much of a long text is shown before and after the mistake. */
const around = 60

/** The mistake in a text, with a caret below the place. `what` says what the text is: `filter`. */
export const refuse = (what: string, text: string, { at, message }: Mistake): UsageFailure => {
  const first = at > around ? at - around : 0
  const last = Math.min(text.length, at + around)
  const before = (first > 0 ? "…" : "") + printable(text.slice(first, at))
  const after = printable(text.slice(at, last)) + (last < text.length ? "…" : "")
  return new UsageFailure({
    message: `The ${what} is wrong at column ${at + 1}: ${message}\n\n  ${before}${after}\n  ${" ".repeat(displayWidth(before))}^`
  })
}
