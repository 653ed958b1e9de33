import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { execFile } from "node:child_process"
import * as Path from "node:path"
import { EngineError } from "../EngineError.ts"

const required = 17
const advice = "Install a Java runtime of version 17 or later, or use Dynalite.layer, which needs none."

/**
 * The `java` to run: the one of `JAVA_HOME` if that is set, else the one on the `PATH`.
 *
 * @internal
 */
export const command: Effect.Effect<string> = Config.option(Config.NonEmptyString("JAVA_HOME")).pipe(
  Effect.orElseSucceed(() => Option.none<string>()),
  Effect.map(Option.match({ onNone: () => "java", onSome: (home) => Path.join(home, "bin", "java") }))
)

/**
 * Fails if there is no Java, or one that DynamoDB Local does not run on.
 *
 * @internal
 */
export const check: Effect.Effect<void, EngineError> = Effect.flatMap(command, (java) =>
  Effect.callback<void, EngineError>((resume, signal) => {
    execFile(java, ["-version"], { signal }, (cause, stdout, stderr) => {
      const version = cause === null ? parseVersion(stderr + stdout) : undefined
      if (version === undefined) {
        return resume(
          fail("JavaNotFound", `DynamoDB Local needs Java, but \`${java} -version\` gives none. ${advice}`, cause)
        )
      }
      resume(
        version < required
          ? fail("JavaTooOld", `DynamoDB Local needs Java ${required}, but \`${java}\` is Java ${version}. ${advice}`)
          : Effect.void
      )
    })
  })
)

/**
 * The major version in the output of `java -version`: 17 for `"17.0.15"`, 8 for `"1.8.0_392"`.
 *
 * @internal
 */
export const parseVersion = (output: string): number | undefined => {
  const match = /version "(?:1\.)?(\d+)/.exec(output)
  return match === null ? undefined : Number(match[1])
}

const fail = (reason: EngineError["reason"], message: string, cause?: unknown): Effect.Effect<never, EngineError> =>
  Effect.fail(new EngineError({ engine: "DynamoDB Local", reason, message, cause }))
