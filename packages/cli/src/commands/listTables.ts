import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { toggle, wholeNumber } from "../flagValue.ts"
import { lazily } from "../lazily.ts"

export const listTables = Command.make(
  "list-tables",
  {
    nameContains: Flag.String("name-contains").pipe(
      Flag.withDescription("Only tables whose name contains this text"),
      Flag.withMetavar("TEXT"),
      Flag.optional
    ),
    limit: wholeNumber("limit").pipe(
      Flag.withDescription("At most so many tables"),
      Flag.withMetavar("N"),
      Flag.optional
    ),
    names: toggle("names", "Names alone, one a line: DynamoDB is not asked about each table")
  },
  lazily(() => import("../run/listTables.ts"))
).pipe(
  Command.withDescription("List tables with their status, items, size and billing"),
  Command.withExamples([
    { command: "effect-dynamo list-tables", description: "All tables" },
    { command: "effect-dynamo list-tables --name-contains user", description: "Some of them, by name" },
    { command: "effect-dynamo list-tables --region eu-west-1", description: "Those of another region" }
  ])
)
