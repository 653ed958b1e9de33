import * as Command from "effect/cli/Command"
import { lazily } from "../lazily.ts"
import * as flags from "../reading/flags.ts"
import { tableArgument } from "../tables/nameArgument.ts"

export const count = Command.make(
  "count",
  {
    table: tableArgument("table"),
    index: flags.index,
    filter: flags.filter,
    segments: flags.segments,
    readRate: flags.readRate,
    consistent: flags.consistent
  },
  lazily(() => import("../run/count.ts"))
).pipe(
  Command.withDescription("Count the items of a table or index, exactly: all of it is read"),
  Command.withExamples([
    { command: "effect-dynamo count users", description: "All items" },
    { command: `effect-dynamo count orders --filter 'status = "open"'`, description: "Those that match" },
    { command: "effect-dynamo count orders --segments 8", description: "Faster, eight parts at once" }
  ])
)
