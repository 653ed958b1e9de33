/** The command `effect-dynamo` with all its subcommands. */
import * as Command from "effect/cli/Command"
import { createRequire } from "node:module"
import { listTables } from "./commands/listTables.ts"
import * as settings from "./settings.ts"

// Beside `src` as beside `dist`, where the bundle is.
const { version }: { readonly version: string } = createRequire(import.meta.url)("../package.json")

export const root = Command.make("effect-dynamo").pipe(
  Command.withDescription("DynamoDB from the command line: tables, schemas of what is in them, data in bulk"),
  Command.withSubcommands([{ group: "Tables", commands: [listTables] }]),
  // After the subcommands, whose handlers ask for them.
  Command.withGlobalFlags(settings.all)
)

/** Runs a command line, without the program's name. */
export const run = Command.runWith(root, { version })
