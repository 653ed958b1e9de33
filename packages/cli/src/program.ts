/** The whole program as an effect: reads the command line, runs it, shows why it failed. */
import * as NodeChildProcessSpawner from "@effect/platform-node-shared/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodePath from "@effect/platform-node-shared/NodePath"
import * as NodeStdio from "@effect/platform-node-shared/NodeStdio"
import * as NodeTerminal from "@effect/platform-node-shared/NodeTerminal"
import * as Cause from "effect/Cause"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import * as Stdio from "effect/Stdio"
import { run } from "./cli.ts"
import { explain, isClosedPipe } from "./explain.ts"
import { ExitCode } from "./failure.ts"
import { logging } from "./logging.ts"

/** The program is over, and all that there was to say has been said. */
export class Ended extends Data.TaggedError("Ended")<{ readonly code: number }> {
  override readonly [Runtime.errorExitCode]: number = this.code
  override readonly [Runtime.errorReported] = true
}

/** Effect's own, without the empty line before errors. */
const formatter = Effect.map(TerminalCapabilities.TerminalCapabilities, ({ canColor }): CliOutput.Formatter => {
  const own = CliOutput.defaultFormatter({ colors: canColor })
  return {
    formatHelpDoc: (doc) => own.formatHelpDoc(doc),
    formatCliError: (error) => own.formatCliError(error),
    formatVersion: (name, version) => own.formatVersion(name, version),
    formatError: (error) => own.formatError(error).trimStart(),
    formatErrors: (errors) => own.formatErrors(errors).trimStart()
  }
})

/** A mistake in the command line is told in a few lines, to standard error: help is long, and would hide it. */
const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Effect.flatMap(formatter, ({ formatErrors }) =>
          Console.error(
            `${formatErrors(event.errors)}\n\nUsage: ${event.helpDoc.usage}\nSee ${event.commandPath.join(" ")} --help`
          )
        )
      : CliOutput.defaultPresenter.present(event)
}

const say = (error: unknown) =>
  Effect.flatMap(formatter, ({ formatError }) =>
    Console.error(formatError(new CliError.UserError({ cause: error, userMessage: explain(error) })))
  )

const codeOf = (error: unknown): number =>
  typeof error === "object" && error !== null && Runtime.errorExitCode in error
    ? Number(error[Runtime.errorExitCode])
    : ExitCode.failed

/** Shows what has not been shown yet, and says with which code to end. */
const report = (cause: Cause.Cause<unknown>): Effect.Effect<never, Ended> => {
  // An interruption ends the process with its own code, and needs no words.
  if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
  const error = Cause.squash(cause)
  if (CliError.isCliError(error)) return Effect.fail(new Ended({ code: ExitCode.usage }))
  // Whoever read the output has seen enough: `effect-dynamo scan users | head`.
  if (isClosedPipe(error)) return Effect.fail(new Ended({ code: ExitCode.ok }))
  const shown =
    typeof error === "object" && error !== null && (CliError.userMessage in error || Runtime.errorReported in error)
  return Effect.andThen(shown ? Effect.void : say(error), Effect.fail(new Ended({ code: codeOf(error) })))
}

/** The services of Node that commands use. */
export const platform = Layer.mergeAll(NodeTerminal.layer, NodeStdio.layer).pipe(
  Layer.provideMerge(NodeChildProcessSpawner.layer),
  Layer.provideMerge(Layer.mergeAll(NodeFileSystem.layer, NodePath.layer))
)

/** Runs a command line and shows why it failed, on whatever platform and terminal there is. */
export const execute = (args: ReadonlyArray<string>) =>
  run(args).pipe(
    Effect.catchCause(report),
    Effect.provide(CliOutput.layerPresenter(presenter)),
    Effect.provideServiceEffect(CliOutput.Formatter, formatter),
    Effect.provide(logging)
  )

export const program = Effect.flatMap(Stdio.Stdio, (stdio) => stdio.args).pipe(
  Effect.flatMap(execute),
  Effect.provide(TerminalCapabilities.layer),
  Effect.provide(platform)
)
