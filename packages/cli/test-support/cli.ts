/** Runs command lines in this process, on a suite's engine, and catches what they print. */
import { Cause, ConfigProvider, Console, Effect, Exit, Layer, Redacted, Sink, Stdio, Stream, Terminal } from "effect"
import { TerminalCapabilities } from "effect/cli"
import { Connection } from "../../testing/test-support/engines.ts"
import { Ended, execute, platform } from "../src/program.ts"

/** What came of a command line. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const plain: TerminalCapabilities.TerminalCapabilities = { canColor: false, canAnimate: false, canPrompt: false }

/** The environment variables by which a program of its own finds a suite's engine. */
export const environment = Effect.map(Connection, ({ credentials, endpoint, region }) => ({
  AWS_REGION: region,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY:
    typeof credentials.secretAccessKey === "string"
      ? credentials.secretAccessKey
      : Redacted.value(credentials.secretAccessKey)
}))

const text = (chunk: string | Uint8Array): string =>
  typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk)

/** What a command line is run with. */
export interface Options {
  readonly stdin?: string | undefined
  readonly env?: Record<string, string> | undefined
  /** Standard output is a terminal of so many columns; there is none unless told. */
  readonly columns?: number | undefined
}

const screen = (columns: number) =>
  Layer.effect(
    Terminal.Terminal,
    Effect.map(Terminal.Terminal, (terminal) => Terminal.make({ ...terminal, columns: Effect.succeed(columns) }))
  )

/** Runs a command line, without the program's name. */
export const runWith = (args: ReadonlyArray<string>, options?: Options): Effect.Effect<Outcome, never, Connection> =>
  Effect.gen(function* () {
    const env = yield* environment
    const printed = { stdout: "", stderr: "" }
    const into = (name: keyof typeof printed) =>
      Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => void (printed[name] += text(chunk))))
    const stdio = Stdio.layerTest({
      stdout: () => into("stdout"),
      stderr: () => into("stderr"),
      stdoutIsTerminal: Effect.succeed(options?.columns !== undefined),
      stdin: Stream.make(new TextEncoder().encode(options?.stdin ?? ""))
    })
    const console: Console.Console = {
      ...globalThis.console,
      log: (...words) => void (printed.stdout += words.join(" ") + "\n"),
      error: (...words) => void (printed.stderr += words.join(" ") + "\n")
    }
    const exit = yield* execute(args).pipe(
      Effect.provide(stdio),
      Effect.provide(screen(options?.columns ?? 0)),
      Effect.provide(platform),
      Effect.provideService(Console.Console, console),
      Effect.provideService(TerminalCapabilities.TerminalCapabilities, plain),
      Effect.provideService(
        ConfigProvider.ConfigProvider,
        ConfigProvider.fromEnv({ env: { ...env, ...options?.env } })
      ),
      Effect.exit
    )
    return { ...printed, code: codeOf(exit) }
  })

const codeOf = (exit: Exit.Exit<void, Ended>): number => {
  if (Exit.isSuccess(exit)) return 0
  const error = Cause.squash(exit.cause)
  return error instanceof Ended ? error.code : 130
}

/** Runs a command line, without the program's name. */
export const run = (...args: ReadonlyArray<string>): Effect.Effect<Outcome, never, Connection> => runWith(args)

/** The answer of a command line under `--json`; a failure of it is the test's. */
export const json = (...args: ReadonlyArray<string>): Effect.Effect<unknown, never, Connection> =>
  Effect.map(run(...args, "--json"), ({ code, stderr, stdout }) => {
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout) as unknown
  })
