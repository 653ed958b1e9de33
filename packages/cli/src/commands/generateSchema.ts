import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Result from "effect/Result"
import { parsed, toggle } from "../flagValue.ts"
import { lazily } from "../lazily.ts"
import { tableArgument } from "../tables/nameArgument.ts"

const parseSample = (text: string): Result.Result<number | "all", string> =>
  text === "all"
    ? Result.succeed(text)
    : /^0*[1-9]\d{0,8}$/.test(text)
      ? Result.succeed(Number(text))
      : Result.fail('a whole number from 1, or "all"')

export const generateSchema = Command.make(
  "generate-schema",
  {
    table: tableArgument("table"),
    sample: parsed("sample", parseSample).pipe(
      Flag.withDescription("How many items to look at, from all over the table; all: every one, held in memory"),
      Flag.withMetavar("N"),
      Flag.withDefault(100)
    ),
    module: Flag.String("module").pipe(
      Flag.withDescription(
        "The entity's name, or of MyApp.User its last part; of a table with several kinds of items, the Table value's"
      ),
      Flag.withMetavar("NAME"),
      Flag.optional
    ),
    output: Flag.String("output").pipe(
      Flag.withAlias("o"),
      Flag.withDescription("The file to write, in folders that are made; else the module is printed"),
      Flag.withMetavar("FILE"),
      Flag.optional
    ),
    overwrite: toggle("overwrite", "Write the file even if it is there already"),
    literals: Flag.Boolean("literals").pipe(
      Flag.withDescription("Tell fields that have few values as literals; --no-literals: as text, without any value"),
      Flag.withDefault(true)
    ),
    from: Flag.String("import").pipe(
      Flag.withDescription("What the module imports the library from"),
      Flag.withMetavar("PACKAGE"),
      Flag.withDefault("effect-dynamo")
    )
  },
  lazily(() => import("../run/generateSchema.ts"))
).pipe(
  Command.withDescription(
    "Write a TypeScript module with the Table and the Entities of an existing table and its items"
  ),
  Command.withExamples([
    { command: "effect-dynamo generate-schema users", description: "Print it" },
    { command: "effect-dynamo generate-schema users --module MyApp.User", description: "The entity is User" },
    {
      command: "effect-dynamo generate-schema shop --sample 1000 --output src/schemas/shop.ts",
      description: "Look at more items, and write it to a file"
    }
  ])
)
