/**
 * Where answers and notes go: the answer to standard output, as text or as JSON; notes and progress to standard error, so
 * that the answer can be piped.
 */
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { Json, Quiet } from "./settings.ts"
import { printableJson } from "./table.ts"

/** Writes pieces of text to standard output, as fast as whoever reads it takes them. */
export const write = <E, R>(text: Stream.Stream<string, E, R>) =>
  Effect.flatMap(Stdio.Stdio, (stdio) => Stream.run(text, stdio.stdout()))

/** A line, or several, of the answer. */
export const line = (text: string) => write(Stream.make(text + "\n"))

/** A remark beside the answer, left out by `--quiet`. */
export const note = (text: string) =>
  Effect.flatMap(Quiet, (quiet) =>
    quiet ? Effect.void : Effect.flatMap(Stdio.Stdio, (stdio) => Stream.run(Stream.make(text + "\n"), stdio.stderr()))
  )

/** The answer: a value for machines under `--json`, else text for people. */
export const answer = (value: unknown, text: string) =>
  Effect.flatMap(Json, (json) => line(json ? printableJson(JSON.stringify(value, undefined, 2)) : text))

/** Whether to colour what goes to standard output: only on a terminal, and not under `NO_COLOR`. */
export const canColour: Effect.Effect<boolean> = Effect.map(
  TerminalCapabilities.TerminalCapabilities,
  ({ canColor }) => canColor
)
