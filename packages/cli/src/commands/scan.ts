import * as Command from "effect/cli/Command"
import { lazily } from "../lazily.ts"
import * as flags from "../reading/flags.ts"
import { tableArgument } from "../tables/nameArgument.ts"

export const scan = Command.make(
  "scan",
  {
    table: tableArgument("table"),
    index: flags.index,
    filter: flags.filter,
    project: flags.project,
    limit: flags.limit,
    segments: flags.segments,
    readRate: flags.readRate,
    consistent: flags.consistent,
    format: flags.format
  },
  lazily(() => import("../run/scan.ts"))
).pipe(
  Command.withDescription("Show the items of a table or index, in no order"),
  Command.withExamples([
    { command: "effect-dynamo scan users", description: "The first items; all of them if piped" },
    {
      command: `effect-dynamo scan orders --filter 'status = "paid" and total > 100' --limit 10`,
      description: "Ten that match"
    },
    {
      command: "effect-dynamo scan users --json --segments 8 | gzip > users.gz",
      description: "All, eight parts at once"
    },
    { command: "effect-dynamo scan users --read-rate 50 --limit 0", description: "All, without hurting others" }
  ])
)
