/** Loads a module of the user's, in TypeScript or JavaScript, whatever it is written like. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { pathToFileURL } from "node:url"

/** A module could not be loaded: the message is the first line of what it or Node said. */
export class NotLoaded extends Data.TaggedError("NotLoaded")<{ readonly message: string; readonly cause: unknown }> {}

/** What a module exports, by name. */
export type Exports = { readonly [name: string]: unknown }

/**
 * Node loads it where it can: that is fast, and gives the module the same instances of packages as any program has. What
 * Node cannot read (enums, `.js` that means `.ts`, paths of tsconfig.json, files without endings) is left to jiti, which
 * leaves no files behind.
 */
export const importModule = (path: string): Effect.Effect<Exports, NotLoaded> => {
  const url = pathToFileURL(path).href
  return Effect.tryPromise({ try: () => import(url) as Promise<Exports>, catch: (error) => error }).pipe(
    Effect.catchIf(isNotForNode, () =>
      Effect.tryPromise({
        try: () =>
          import("jiti").then(({ createJiti }) =>
            createJiti(url, { tsconfigPaths: true, interopDefault: false, fsCache: false }).import<Exports>(path)
          ),
        catch: (error) => error
      })
    ),
    heldBack,
    Effect.mapError((cause) => new NotLoaded({ message: firstLine(cause), cause }))
  )
}

/** What Node says of files that it cannot read, before it runs any of them. */
const codes: ReadonlySet<unknown> = new Set([
  "ERR_IMPORT_ATTRIBUTE_MISSING",
  "ERR_INVALID_TYPESCRIPT_SYNTAX",
  "ERR_MODULE_NOT_FOUND",
  "ERR_PACKAGE_IMPORT_NOT_DEFINED",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "ERR_REQUIRE_ASYNC_MODULE",
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_DIR_IMPORT",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "MODULE_NOT_FOUND"
])

/** A type that is imported like a value is a `SyntaxError`, of no code. What a module throws by itself is its own. */
const isNotForNode = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof Error && "code" in error && codes.has(error.code))

/** What ends a program. Node has them wait for its listeners until no code runs. */
const signals = ["SIGINT", "SIGTERM"] as const

/**
 * While a module is loaded: what it prints goes to standard error, as standard output is for the answer; that it ends the
 * program is its mistake, and not the command's success; Node's warnings that it strips types, and of packages that name
 * none, are left out, as who types a command cannot mend that; and control-C ends the process as it ends any that has no say in
 * it: a module that never comes to its end leaves no time for anything else.
 */
const heldBack = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const { emitWarning, exit } = process
      const { write } = process.stdout
      process.emitWarning = () => undefined
      process.exit = (code) => {
        throw new Error(`it ends the program: process.exit(${code ?? ""})`)
      }
      process.stdout.write = process.stderr.write.bind(process.stderr)
      const listeners = signals.map((signal) => [signal, process.listeners(signal)] as const)
      for (const [signal, all] of listeners) for (const listener of all) process.off(signal, listener)
      return { emitWarning, exit, listeners, write }
    }),
    () => self,
    ({ emitWarning, exit, listeners, write }) =>
      Effect.sync(() => {
        for (const [signal, all] of listeners) for (const listener of all) process.on(signal, listener)
        process.emitWarning = emitWarning
        process.exit = exit
        process.stdout.write = write
      })
  )

/** Errors of modules go over several lines, with parts of files and of stacks. */
const firstLine = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error)
  return text.trim().split("\n", 1)[0]?.trim() || "it gave no reason"
}
