/** The program in a process of its own, which can be sent signals. */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { environment } from "./cli.ts"

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

/** How a process ended: with a code, or by a signal. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A process that runs. */
export interface Running {
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Effect.Effect<Ended>
  readonly hasEnded: () => boolean
  /** What it has written to standard output so far. */
  readonly printed: () => string
  /** And to standard error. */
  readonly said: () => string
}

/** Starts the program from its sources, with an environment that says where DynamoDB is. */
export const start = (args: ReadonlyArray<string>, env: Record<string, string>): Effect.Effect<Running> =>
  Effect.sync(() => {
    const child = spawn(process.execPath, ["--conditions=@effect-dynamo/source", "--no-warnings", bin, ...args], {
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", (chunk) => (stdout += String(chunk)))
    child.stderr.on("data", (chunk) => (stderr += String(chunk)))
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }))
    })
    return {
      kill: (signal) => void child.kill(signal),
      ended: Effect.promise(() => ended),
      printed: () => stdout,
      said: () => stderr,
      hasEnded: () => child.exitCode !== null || child.signalCode !== null
    }
  })

/** Starts the program on a suite's engine. */
export const startOnEngine = (...args: ReadonlyArray<string>) => Effect.flatMap(environment, (env) => start(args, env))
