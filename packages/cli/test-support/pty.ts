/** Runs the program in a pseudo-terminal, as a person does who sits before it. */
import { spawn } from "@lydell/node-pty"
import { Effect } from "effect"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import type { Connection } from "../../testing/test-support/engines.ts"
import { environment } from "./cli.ts"

/** What to type, once the terminal shows something that it did not show before the last time. */
export interface Answer {
  readonly after: string
  readonly type: string
}

export const enter = "\r"
export const controlC = "\u0003"

export interface Options {
  readonly answers?: ReadonlyArray<Answer> | undefined
  /** Variables beside those by which the suite's engine is found; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  readonly cwd?: string | undefined
}

/** What was on the terminal, and how the program ended. */
export interface Session {
  readonly code: number
  /** With colours and movements of the cursor. */
  readonly raw: string
  /** As it is there to read in the end: without colours, and without what was drawn over. */
  readonly text: string
}

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

/** The environment that the test runs in tells nothing of the user's terminal or AWS account. */
const basis = Object.fromEntries(
  ["PATH", "JAVA_HOME", "HOME", "TMPDIR"].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
)

/** Types a command line, without the program's name. */
export const type = (
  args: ReadonlyArray<string>,
  { answers = [], cwd, env }: Options = {}
): Effect.Effect<Session, never, Connection> =>
  Effect.gen(function* () {
    const own = yield* environment
    let raw = ""
    return yield* Effect.callback<Session>((resume) => {
      const program = spawn(process.execPath, ["--conditions=@effect-dynamo/source", bin, ...args], {
        name: "xterm-256color",
        cols: 160,
        rows: 40,
        env: { ...basis, AWS_CONFIG_FILE: "/dev/null", ...own, ...env },
        ...(cwd === undefined ? undefined : { cwd })
      })
      const pending = [...answers]
      let seen = 0
      program.onData((data) => {
        raw += data
        const [next] = pending
        const shown = stripVTControlCharacters(raw)
        if (next === undefined || !shown.slice(seen).includes(next.after)) return
        seen = shown.length
        pending.shift()
        program.write(next.type)
      })
      program.onExit(({ exitCode }) => resume(Effect.succeed({ code: exitCode, raw, text: readable(raw) })))
      return Effect.sync(() => program.kill("SIGKILL"))
    }).pipe(
      Effect.timeoutOrElse({
        duration: "60 seconds",
        orElse: () => Effect.die(new Error(`effect-dynamo ${args.join(" ")} did not end. It showed:\n${readable(raw)}`))
      })
    )
  })

/** Each line as it was drawn last: what begins again at its left is drawn over what was there. */
const readable = (raw: string): string =>
  raw
    .split(/\r*\n/)
    .map((line) => stripVTControlCharacters(line.replaceAll("\u001b[G", "\r").split("\r").at(-1) ?? "").trimEnd())
    .join("\n")
    .trim()
