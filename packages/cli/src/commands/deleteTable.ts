import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { lazily } from "../lazily.ts"
import { tableArgument } from "../tables/nameArgument.ts"
import { timeout } from "../tables/timeoutFlag.ts"

export const deleteTable = Command.make(
  "delete-table",
  {
    name: tableArgument("name"),
    force: Flag.Boolean("force").pipe(
      Flag.withAlias("f"),
      Flag.withDescription("Do not ask; needed where there is no terminal to ask on"),
      Flag.withoutNegation,
      Flag.withDefault(false)
    ),
    timeout
  },
  lazily(() => import("../run/deleteTable.ts"))
).pipe(
  Command.withDescription("Delete a table and all that is in it, after asking for its name, and wait until it is gone"),
  Command.withExamples([
    { command: "effect-dynamo delete-table old_users", description: "Asks first" },
    { command: "effect-dynamo delete-table old_users --force", description: "Does not ask" }
  ])
)
