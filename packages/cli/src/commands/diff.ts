import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { lazily } from "../lazily.ts"
import { tableArgument } from "../tables/nameArgument.ts"

export const diff = Command.make(
  "diff",
  {
    reference: Argument.String("file#export").pipe(
      Argument.withDescription("A Table value of a TypeScript or JavaScript file: src/schema.ts#Users")
    ),
    name: tableArgument("name", "The table's name in DynamoDB, where it has another than the Table value").pipe(
      Argument.optional
    )
  },
  lazily(() => import("../run/diff.ts"))
).pipe(
  Command.withDescription(
    "Show where a table differs from a Table value: + is declared but missing, - is there but not declared, ~ is otherwise. " +
      "Ends with 1 if anything differs"
  ),
  Command.withShortDescription("Show where a table differs from a Table value"),
  Command.withExamples([
    { command: "effect-dynamo diff src/schema.ts#Users", description: "Compare with the table of the same name" },
    { command: "effect-dynamo diff src/schema.ts#Users staging-users", description: "Or with another" }
  ])
)
