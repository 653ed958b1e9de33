import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { EngineError } from "../EngineError.ts"

/**
 * The engine named by `DYNAMODB_ENDPOINT`, if any. Set but empty counts as not set.
 *
 * @internal
 */
export const configuredEndpoint = (
  engine: EngineError["engine"]
): Effect.Effect<Option.Option<string>, EngineError> => {
  const invalid = (cause?: unknown) =>
    new EngineError({
      engine,
      reason: "InvalidEndpoint",
      message:
        'DYNAMODB_ENDPOINT must be an http or https URL, such as "http://127.0.0.1:8000". Correct it, or unset it to have an engine started.',
      cause
    })
  return Config.option(Config.String("DYNAMODB_ENDPOINT")).pipe(
    Effect.mapError(invalid),
    Effect.flatMap((value) => {
      const text = Option.getOrElse(value, () => "").trim()
      if (text === "") return Effect.succeedNone
      // "localhost:8000" is a URL too, with the protocol "localhost:".
      const url = URL.canParse(text) ? new URL(text) : undefined
      return url === undefined || !/^https?:$/.test(url.protocol)
        ? Effect.fail(invalid())
        : Effect.succeedSome(text.replace(/\/+$/, ""))
    })
  )
}

/**
 * Runs on real time even under a `TestClock`: another process does not wait for that one.
 *
 * @internal
 */
export const onRealTime: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  Clock.Clock,
  Clock.Clock.defaultValue()
)
