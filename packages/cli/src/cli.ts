/** The command `effect-dynamo` with all its subcommands. */
import * as Command from "effect/cli/Command"
import { createRequire } from "node:module"
import { copy } from "./commands/copy.ts"
import { count } from "./commands/count.ts"
import { createTable } from "./commands/createTable.ts"
import { deleteTable } from "./commands/deleteTable.ts"
import { describeTable } from "./commands/describeTable.ts"
import { diff } from "./commands/diff.ts"
import { exportTable } from "./commands/export.ts"
import { generateSchema } from "./commands/generateSchema.ts"
import { get } from "./commands/get.ts"
import { importTable } from "./commands/import.ts"
import { listTables } from "./commands/listTables.ts"
import { local } from "./commands/local.ts"
import { query } from "./commands/query.ts"
import { scan } from "./commands/scan.ts"
import * as settings from "./settings.ts"

// Beside `src` as beside `dist`, where the bundle is.
const { version }: { readonly version: string } = createRequire(import.meta.url)("../package.json")

export const root = Command.make("effect-dynamo").pipe(
  Command.withDescription("DynamoDB from the command line: tables, schemas of what is in them, data in bulk"),
  Command.withSubcommands([
    { group: "Tables", commands: [createTable, listTables, describeTable, deleteTable] },
    { group: "Data", commands: [get, query, scan, count, exportTable, importTable, copy] },
    { group: "Schemas", commands: [generateSchema, diff] },
    { group: "Local", commands: [local] }
  ]),
  // After the subcommands, whose handlers ask for them.
  Command.withGlobalFlags(settings.all)
)

/** Runs a command line, without the program's name. */
export const run = Command.runWith(root, { version })
