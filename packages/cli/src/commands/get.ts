import * as Command from "effect/cli/Command"
import { lazily } from "../lazily.ts"
import * as flags from "../reading/flags.ts"
import { tableArgument } from "../tables/nameArgument.ts"

export const get = Command.make(
  "get",
  {
    table: tableArgument("table"),
    key: flags.key("The value of the partition key, then that of the sort key if the table has one"),
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
