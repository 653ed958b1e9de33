import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as flags from "../data/flags.ts"
import { toggle } from "../flagValue.ts"
import { lazily } from "../lazily.ts"
import { consistent, filter, readRate } from "../reading/flags.ts"
import { tableArgument } from "../tables/nameArgument.ts"
import { timeout } from "../tables/timeoutFlag.ts"

export const copy = Command.make(
  "copy",
  {
    from: tableArgument("from", "The table to read"),
    to: tableArgument("to", "The table to write"),
    toRegion: Flag.String("to-region").pipe(
      Flag.withDescription("The region of the table to write, if it is another one"),
      Flag.withMetavar("REGION"),
      Flag.optional
    ),
    toEndpoint: Flag.String("to-endpoint").pipe(
      Flag.withDescription("The service's URL there; else that of --endpoint"),
      Flag.withMetavar("URL"),
      Flag.optional
    ),
    toProfile: Flag.String("to-profile").pipe(
      Flag.withDescription("The profile for it, as of another account"),
      Flag.withMetavar("NAME"),
      Flag.optional
    ),
    create: toggle(
      "create",
      "Create the table to write, if it is not there, with the keys, indexes, billing and expiry of the other; not its stream and tags"
    ),
    filter,
    consistent,
    segments: flags.segments,
    pageSize: flags.pageSize,
    concurrency: flags.concurrency,
    readRate,
    writeRate: flags.writeRate,
    progress: Flag.String("progress").pipe(
      Flag.withDescription("A file to note how far it is: then the same command goes on after an interruption"),
      Flag.withMetavar("FILE"),
      Flag.optional
    ),
    failed: flags.failed,
    restart: flags.restart,
    overwrite: flags.overwriteFailures,
    timeout
  },
  lazily(() => import("../run/copy.ts"))
).pipe(
  Command.withDescription("Copy all items of a table into another, which may be in another region or account"),
  Command.withExamples([
    { command: "effect-dynamo copy users users-backup --create", description: "To a new table beside it" },
    { command: "effect-dynamo copy users users --to-region eu-west-1", description: "To another region" },
    {
      command:
        "effect-dynamo copy users users --profile prod --to-endpoint http://localhost:8000 --create --filter 'age > 90'",
      description: "Some of them to this machine"
    },
    {
      command: "effect-dynamo copy users users --to-profile staging --write-rate 200 --progress copy.progress",
      description: "For hours, to go on with when it was interrupted"
    }
  ])
)
