import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Http from "node:http"
import * as Path from "node:path"
import type { Options } from "../DynamoLocal.ts"
import { EngineError } from "../EngineError.ts"
import * as ChildProcess from "./childProcess.ts"
import { jar } from "./dynamoLocalPackage.ts"
import type { Running } from "./engineLayer.ts"
import { onRealTime } from "./environment.ts"
import { freePort, isFree } from "./freePort.ts"
import * as Java from "./java.ts"

/**
 * Starts DynamoDB Local and waits until it answers; stops it with the scope.
 *
 * @internal
 */
export const start = (options: Options): Effect.Effect<Running, EngineError, Scope.Scope> =>
  onRealTime(
    options.port === undefined
      ? Effect.retry(
          Effect.flatMap(freePort, (port) => startOn(port, options)),
          // Another program has taken the port since it was found free.
          { times: 4, while: (error) => error.reason === "PortInUse" }
        )
      : startOnFree(options.port, options)
  )

/** Another program on the port may answer like an engine, before the engine finds that it cannot listen there. */
const startOnFree = (port: number, options: Options) =>
  Effect.flatMap(isFree(port), (free) => (free ? startOn(port, options) : Effect.fail(portInUse(port))))

const startOn = Effect.fnUntraced(function* (port: number, options: Options) {
  const command = yield* Java.command
  const child = yield* ChildProcess.scoped(command, javaArguments(yield* jar, port, options), {
    gentle: options.dbPath !== undefined
  })
  const endpoint = `http://127.0.0.1:${port}`
  const deadline = Duration.fromInputUnsafe(options.startTimeout ?? "60 seconds")
  yield* Effect.raceFirst(
    answers(endpoint),
    Effect.flatMap(child.gone, (words) => gaveUp(port, words))
  ).pipe(Effect.timeoutOrElse({ duration: deadline, orElse: () => Effect.fail(noAnswer(endpoint, deadline)) }))
  return { endpoint, ended: child.gone }
})

const javaArguments = (jarFile: string, port: number, options: Options): ReadonlyArray<string> => [
  // A quick compiler is what a process of minutes wants: the start takes a third less.
  "-XX:TieredStopAtLevel=1",
  ...(options.javaOptions ?? []),
  `-Djava.library.path=${Path.join(Path.dirname(jarFile), "DynamoDBLocal_lib")}`,
  "-jar",
  jarFile,
  "-port",
  String(port),
  "-disableTelemetry",
  ...(options.dbPath === undefined ? ["-inMemory"] : ["-dbPath", Path.resolve(options.dbPath)]),
  ...((options.sharedDb ?? true) ? ["-sharedDb"] : []),
  ...(options.delayTransientStatuses === true ? ["-delayTransientStatuses"] : [])
]

/** Waits until something answers, be it with a refusal: this request is not signed. */
const answers = (endpoint: string): Effect.Effect<void> =>
  Effect.callback<void, Error>((resume, signal) => {
    Http.get(endpoint, { agent: false, signal, timeout: 1000 }, (response) => {
      response.resume()
      resume(Effect.void)
    })
      .on("timeout", function (this: Http.ClientRequest) {
        this.destroy()
      })
      .on("error", (error) => resume(Effect.fail(error)))
  }).pipe(
    Effect.tapError(() => Effect.sleep("20 millis")),
    Effect.eventually
  )

/** Finds out why the process has ended before it answered. */
const gaveUp = (port: number, words: string): Effect.Effect<never, EngineError> =>
  /Failed to bind|Address already in use/.test(words)
    ? Effect.fail(portInUse(port))
    : Effect.andThen(
        Java.check,
        Effect.fail(failure("NotStarted", `DynamoDB Local ended before it was ready. It said:\n${words || "nothing"}`))
      )

const portInUse = (port: number): EngineError =>
  failure(
    "PortInUse",
    `DynamoDB Local cannot listen on port ${port}: another program does. Leave out \`port\` to take a free one.`
  )

const noAnswer = (endpoint: string, deadline: Duration.Duration): EngineError =>
  failure(
    "NoAnswer",
    `DynamoDB Local did not answer at ${endpoint} within ${Duration.format(deadline)}. Set a longer \`startTimeout\` if the machine is slow.`
  )

const failure = (reason: EngineError["reason"], message: string): EngineError =>
  new EngineError({ engine: "DynamoDB Local", reason, message })
