/** Values of flags that have a grammar of their own. */
import * as CliError from "effect/cli/CliError"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

/** A flag of text that a parser understands, or says what it expected instead. */
export const parsed = <A>(name: string, parse: (text: string) => Result.Result<A, string>): Flag.Flag<A> =>
  Flag.String(name).pipe(
    Flag.mapEffect((value) =>
      Effect.mapError(
        Effect.fromResult(parse(value)),
        (expected) => new CliError.InvalidValue({ option: name, value, expected, kind: "flag" })
      )
    )
  )

/** A flag of a whole number from 1. */
export const wholeNumber = (name: string): Flag.Flag<number> =>
  parsed(name, (text) =>
    /^0*[1-9]\d{0,14}$/.test(text) ? Result.succeed(Number(text)) : Result.fail("a whole number from 1")
  )
