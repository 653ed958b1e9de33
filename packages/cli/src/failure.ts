/** How a command fails: with a message that says what to do, and an exit code. */
import * as CliError from "effect/cli/CliError"
import * as Data from "effect/Data"
import * as Runtime from "effect/Runtime"

/** What the process gives back to its shell. */
export const ExitCode = {
  ok: 0,
  /** The command could not do what was asked, or `diff` found differences. */
  failed: 1,
  /** The command line is not one. */
  usage: 2,
  /** SIGINT, SIGTERM, or control-C at a prompt. */
  interrupted: 130
} as const

/** The command could not do what was asked: the message says why, and what to do. */
export class Failure extends Data.TaggedError("Failure")<{
  readonly message: string
  readonly cause?: unknown
}> {
  override readonly [Runtime.errorExitCode]: number = ExitCode.failed
  override readonly [CliError.userMessage] = this.message
}

/** The flags or arguments do not go together: like a wrong flag, but found by the command itself. */
export class UsageFailure extends Data.TaggedError("UsageFailure")<{ readonly message: string }> {
  override readonly [Runtime.errorExitCode]: number = ExitCode.usage
  override readonly [CliError.userMessage] = this.message
}

/** The answer was no: it has been given, and is all there is to say. */
export class Answered extends Data.TaggedError("Answered")<{}> {
  override readonly [Runtime.errorExitCode]: number = ExitCode.failed
  override readonly [Runtime.errorReported] = true
}
