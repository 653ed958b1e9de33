/**
 * Where answers and notes go: the answer to standard output, as text or as JSON; notes and progress to standard error, so
 * that the answer can be piped.
 */
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { why } from "./data/files.ts"
import { isClosedPipe } from "./explain.ts"
import { Failure } from "./failure.ts"
import { Json, Quiet } from "./settings.ts"
import { printableJson } from "./table.ts"

/** Writes pieces of text to standard output, as fast as whoever reads it takes them. */
export const write = <E, R>(text: Stream.Stream<string, E, R>) =>
  Effect.flatMap(Stdio.Stdio, (stdio) => Stream.run(text, Sink.mapError(stdio.stdout(), told)))

/** That nobody reads on is no failure: as it is, it is known by its code. */
const told = (error: PlatformError): PlatformError | Failure =>
  isClosedPipe(error)
    ? error
    : new Failure({ message: `Standard output could not be written, or not all of it: ${why(error)}`, cause: error })

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
