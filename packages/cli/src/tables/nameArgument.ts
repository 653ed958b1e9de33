/** Arguments that name tables: what can be none is a mistake in the command line, and DynamoDB is not asked about it. */
import * as Argument from "effect/cli/Argument"
import * as CliError from "effect/cli/CliError"
import * as Effect from "effect/Effect"

const names = "[a-zA-Z0-9_.-]{3,255}"
const name = new RegExp(`^${names}$`)
/** By its ARN a table is named that another account shares. */
const arn = new RegExp(`^arn:[^:]+:dynamodb:[^:]*:[0-9]{12}:table/${names}$`)

/** Whether DynamoDB takes this for the name of a table. */
export const isName = (text: string): boolean => name.test(text)

/** What names have. */
export const nameRule = "3 to 255 characters out of a-z A-Z 0-9 _ . -"

/** A table that is there, by its name or ARN. */
export const tableArgument = (argument: string, description = "The table's name"): Argument.Argument<string> =>
  Argument.String(argument).pipe(
    Argument.mapEffect((value) =>
      isName(value) || arn.test(value)
        ? Effect.succeed(value)
        : Effect.fail(
            new CliError.InvalidValue({
              option: argument,
              value,
              expected: `a table's name, of ${nameRule}, or its ARN`,
              kind: "argument"
            })
          )
    ),
    Argument.withDescription(description)
  )
