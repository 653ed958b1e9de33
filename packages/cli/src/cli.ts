/** The command `effect-dynamo` with all its subcommands. */
import * as Command from "effect/cli/Command"
import manifest from "../package.json" with { type: "json" }
import { listTables } from "./commands/listTables.ts"
import * as settings from "./settings.ts"

export const root = Command.make("effect-dynamo").pipe(
  Command.withDescription("DynamoDB from the command line: tables, schemas of what is in them, data in bulk"),
  Command.withGlobalFlags(settings.all),
  Command.withSubcommands([{ group: "Tables", commands: [listTables] }])
)

/** Runs a command line, without the program's name. */
export const run = Command.runWith(root, { version: manifest.version })
