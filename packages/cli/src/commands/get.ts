import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { lazily } from "../lazily.ts"
import * as flags from "../reading/flags.ts"

export const get = Command.make(
  "get",
  {
    table: Argument.String("table").pipe(Argument.withDescription("The table's name")),
    key: Argument.String("key").pipe(
      Argument.withDescription(
        "The value of the partition key, then that of the sort key if the table has one: text, digits, or base64"
      ),
      Argument.variadic()
    ),
    consistent: flags.consistent,
    project: flags.project,
    format: flags.format
  },
  lazily(() => import("../run/get.ts"))
).pipe(
  Command.withDescription("Show one item, by its key"),
  Command.withExamples([
    { command: "effect-dynamo get users user#1 profile", description: "An item of a table with a sort key" },
    { command: "effect-dynamo get counters 42 --project value", description: "One attribute, by a number as key" },
    { command: "effect-dynamo get users user#1 profile --json | jq .email", description: "For machines" },
    { command: "effect-dynamo get users -- -1a", description: "A key that begins with a hyphen" }
  ])
)
