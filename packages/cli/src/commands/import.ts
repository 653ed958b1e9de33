import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as flags from "../data/flags.ts"
import { lazily } from "../lazily.ts"
import { tableArgument } from "../tables/nameArgument.ts"

export const importTable = Command.make(
  "import",
  {
    table: tableArgument("table", "The table's name; it has to be there"),
    file: Argument.String("file").pipe(
      Argument.withDescription(
        "The file to read, one item a line, compressed if its name ends in .gz; - is standard input"
      )
    ),
    format: flags.format.pipe(
      Flag.withDescription("DynamoDB JSON or plain JSON; the file shows which, unless told"),
      Flag.optional
    ),
    concurrency: flags.concurrency,
    writeRate: flags.writeRate,
    failed: flags.failed,
    restart: flags.restart,
    overwrite: flags.overwriteFailures
  },
  lazily(() => import("../run/import.ts"))
).pipe(
  Command.withDescription("Put the items of a file into a table; run it again to go on after an interruption"),
  Command.withExamples([
    { command: "effect-dynamo import users users.ndjson.gz", description: "All items of an export" },
    { command: "effect-dynamo import users users.ndjson --write-rate 200", description: "Without hurting others" },
    {
      command: "effect-dynamo import users users.ndjson.failed.ndjson",
      description: "What failed, after it was mended"
    },
    { command: "jq -c '.users[]' data.json | effect-dynamo import users -", description: "From another program" }
  ])
)
