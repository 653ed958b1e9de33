import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Result from "effect/Result"
import { parsed } from "../flagValue.ts"
import { lazily } from "../lazily.ts"

const port = parsed("port", (text) =>
  /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Result.succeed(Number(text)) : Result.fail("a port from 0 to 65535")
).pipe(
  Flag.withDescription("The port to listen on, 0 for any that is free; else 8000"),
  Flag.withMetavar("PORT"),
  Flag.withDefault(8000)
)

const start = Command.make(
  "start",
  {
    engine: Flag.Literals("engine", ["dynamodb-local", "dynalite"]).pipe(
      Flag.withDescription(
        "Amazon's DynamoDB Local, which needs Java 17 and has all that DynamoDB has, or Dynalite, which needs nothing and " +
          "lacks transactions; else dynamodb-local"
      ),
      Flag.withMetavar("ENGINE"),
      Flag.withDefault("dynamodb-local")
    ),
    port,
    path: Flag.Directory("path").pipe(
      Flag.withDescription("The folder to keep the data in; else it is in memory, and gone when the engine stops"),
      Flag.withMetavar("FOLDER"),
      Flag.optional
    ),
    table: Flag.String("table").pipe(
      Flag.withDescription("A Table value to create there unless it exists; repeat it for more"),
      Flag.withMetavar("FILE#EXPORT"),
      Flag.atLeast(0)
    )
  },
  lazily(() => import("../run/localStart.ts"))
).pipe(
  Command.withDescription("Run a DynamoDB on this machine until control-C"),
  Command.withExamples([
    { command: "effect-dynamo local start", description: "DynamoDB Local on port 8000, with its data in memory" },
    {
      command: "effect-dynamo local start --engine dynalite --port 0",
      description: "Without Java, on a port that is free"
    },
    {
      command: "effect-dynamo local start --path .dynamodb --table src/schema.ts#Users",
      description: "With its data in a folder, and a table"
    }
  ])
)

export const local = Command.make("local").pipe(
  Command.withDescription("A DynamoDB on this machine, to develop and test against"),
  Command.withSubcommands([start])
)
