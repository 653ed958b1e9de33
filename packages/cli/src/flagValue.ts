/** What flags of several commands have in common: how they are written, and what is said of mistakes in them. */
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

/** A flag of a whole number, from 1 on unless told. */
export const wholeNumber = (name: string, from = 1, to = Number.MAX_SAFE_INTEGER): Flag.Flag<number> =>
  parsed(name, (text) => {
    const value = Number(text)
    return /^\d{1,15}$/.test(text) && value >= from && value <= to
      ? Result.succeed(value)
      : Result.fail(`a whole number from ${from}${to === Number.MAX_SAFE_INTEGER ? "" : ` to ${to}`}`)
  })

/** A flag of so many capacity units a second. */
export const rate = (name: string): Flag.Flag<number> =>
  Flag.Finite(name).pipe(
    Flag.filter(
      (rate) => rate > 0,
      (rate) => `the rate is ${rate}; it is above 0`
    ),
    Flag.withMetavar("UNITS")
  )

/** A flag that is there or not. */
export const toggle = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withoutNegation, Flag.withDefault(false))
