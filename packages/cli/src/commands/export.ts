import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as flags from "../data/flags.ts"
import { toggle } from "../flagValue.ts"
import { lazily } from "../lazily.ts"
import { consistent, filter, index, readRate } from "../reading/flags.ts"
import { tableArgument } from "../tables/nameArgument.ts"

export const exportTable = Command.make(
  "export",
  {
    table: tableArgument("table"),
    output: Flag.String("output").pipe(
      Flag.withAlias("o"),
      Flag.withDescription("The file to write, compressed if its name ends in .gz; - is standard output"),
      Flag.withMetavar("FILE")
    ),
    format: flags.format.pipe(
      Flag.withDescription("DynamoDB JSON as AWS exports and imports it, or plain JSON"),
      Flag.withDefault("dynamodb")
    ),
    lossy: toggle(
      "lossy",
      "In plain JSON write sets as lists and binary as base64, which are not read back as they were"
    ),
    index,
    filter,
    consistent,
    segments: flags.segments,
    pageSize: flags.pageSize,
    readRate,
    restart: flags.restart,
    overwrite: toggle("overwrite", "Write over a file that exists already")
  },
  lazily(() => import("../run/export.ts"))
).pipe(
  Command.withDescription("Write all items of a table to a file; run it again to go on after an interruption"),
  Command.withExamples([
    { command: "effect-dynamo export users --output users.ndjson.gz", description: "All items, compressed" },
    {
      command: "effect-dynamo export users --output users.ndjson --format plain --filter 'age >= 18'",
      description: "Some of them, in plain JSON"
    },
    {
      command: "effect-dynamo export users --output users.ndjson --segments 16 --read-rate 500",
      description: "A large table, without hurting others"
    },
    { command: "effect-dynamo export users --output - --format plain | jq .email", description: "To another program" }
  ])
)
