import * as Command from "effect/cli/Command"
import { lazily } from "../lazily.ts"
import { tableArgument } from "../tables/nameArgument.ts"

export const describeTable = Command.make(
  "describe-table",
  { name: tableArgument("name") },
  lazily(() => import("../run/describeTable.ts"))
).pipe(
  Command.withDescription("Show a table's keys, indexes, billing, time to live and stream"),
  Command.withExamples([
    { command: "effect-dynamo describe-table users", description: "For people" },
    {
      command: "effect-dynamo describe-table users --json",
      description: "As DynamoDB describes it, and its TimeToLiveDescription"
    }
  ])
)
