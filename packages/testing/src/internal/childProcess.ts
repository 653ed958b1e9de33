import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import type * as Scope from "effect/Scope"
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process"
import type { Socket } from "node:net"
import { onRealTime } from "./environment.ts"

/**
 * A process that lives no longer than its scope, nor than this process.
 *
 * @internal
 */
export interface Child {
  /** Waits until it is gone; gives the last lines that it wrote to its standard error. */
  readonly gone: Effect.Effect<string>
}

/**
 * Starts a command whose process is killed with the scope, and when this process ends in whatever way: by itself, by a signal, or
 * by SIGKILL. No handler for signals is needed for that, so what a signal does to this process stays as the program has it.
 *
 * `gentle` gives it time to save its data.
 *
 * @internal
 */
export const scoped = (
  command: string,
  args: ReadonlyArray<string>,
  options: { readonly gentle: boolean }
): Effect.Effect<Child, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => launch(command, args)),
    ({ gone, process }) => onRealTime(stop(process, gone, options.gentle))
  )

/**
 * Runs the command in place of a shell that has first left a watchman behind. The watchman reads from a pipe whose other end only
 * this process holds: a line says that the command has ended; without one, this process has, and the command is killed.
 */
const watched = '{ read -r _ <&3 || kill -9 $$; } >/dev/null 2>&1 & exec "$@" 3<&-'

const launch = (command: string, args: ReadonlyArray<string>): Child & { readonly process: ChildProcess } => {
  const stdio: StdioOptions = ["ignore", "ignore", "pipe", "pipe"]
  const child =
    process.platform === "win32"
      ? spawn(command, args, { stdio, windowsHide: true })
      : // Detached, so that Ctrl-C reaches this process alone: its finalizers may still want the engine.
        spawn("/bin/sh", ["-c", watched, "sh", command, ...args], { stdio, detached: true })
  // Windows has no watchman; there, an orderly end of this process takes the child along.
  const kill = () => void child.kill("SIGKILL")
  process.once("exit", kill)

  // "pipe" makes it a socket. The watchman may be gone before it is told, which is no error here.
  const watchman = child.stdio[3] as Socket
  watchman.on("error", constVoid)
  const dismiss = () => {
    process.off("exit", kill)
    watchman.end("\n")
  }

  const gone = Deferred.makeUnsafe<string>()
  let words = ""
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-4000)
  })
  child.once("exit", dismiss)
  child.once("close", () => Deferred.doneUnsafe(gone, Effect.succeed(lastLines(words))))
  // There is no such command: neither of the other events follows.
  child.once("error", (error) => {
    dismiss()
    Deferred.doneUnsafe(gone, Effect.succeed(error.message))
  })
  return { process: child, gone: Deferred.await(gone) }
}

const stop = (child: ChildProcess, gone: Effect.Effect<string>, gentle: boolean): Effect.Effect<void> => {
  const signal = (name: NodeJS.Signals) =>
    Effect.andThen(
      Effect.sync(() => child.kill(name)),
      gone
    )
  return gentle
    ? Effect.asVoid(Effect.timeoutOrElse(signal("SIGTERM"), { duration: "5 seconds", orElse: () => signal("SIGKILL") }))
    : Effect.asVoid(signal("SIGKILL"))
}

const lastLines = (text: string): string => text.trimEnd().split("\n").slice(-20).join("\n")
