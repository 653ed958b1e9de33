import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import type * as Table from "@effect-dynamo/core/Table"
import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Dynalite from "@effect-dynamo/testing/Dynalite"
import * as DynamoLocal from "@effect-dynamo/testing/DynamoLocal"
import type { EngineError } from "@effect-dynamo/testing/EngineError"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Failure } from "../failure.ts"
import { loadTable } from "../modules/loadTable.ts"
import * as Output from "../output.ts"
import { exists } from "../tables/refusals.ts"
import * as Waiting from "../waiting.ts"

interface Input {
  readonly engine: "dynamodb-local" | "dynalite"
  readonly port: number
  readonly path: Option.Option<string>
  readonly table: ReadonlyArray<string>
}

export const run = Effect.fnUntraced(function* (input: Input) {
  // What can go wrong without an engine goes wrong before there is one.
  const tables = yield* Effect.forEach(input.table, loadTable)
  if (Option.isSome(input.path)) yield* makeFolder(input.path.value)
  return yield* input.engine === "dynalite"
    ? // It is in this process, and ends with it.
      serve(input, tables, { layer: dynalite(input), endpoint: Dynalite.endpoint, ended: Effect.never })
    : serve(input, tables, { layer: dynamoLocal(input), endpoint: DynamoLocal.endpoint, ended: DynamoLocal.ended })
})

const client = DynamoClient.layerDirect

const optionsOf = ({ path, port }: Input) => ({
  port: port === 0 ? undefined : port,
  path: Option.getOrUndefined(path)
})

const dynalite = (input: Input) => Dynalite.layerWith({ ...optionsOf(input), client })

const dynamoLocal = (input: Input) => {
  const { path, port } = optionsOf(input)
  return DynamoLocal.layerWith({ port, dbPath: path, client })
}

interface Runnable<Engine> {
  readonly layer: Layer.Layer<DynamoClient.DynamoClient | Engine, EngineError>
  readonly endpoint: Effect.Effect<string, never, Engine>
  /** Waits until it has ended by itself, and gives its last words. */
  readonly ended: Effect.Effect<string, never, Engine>
}

/** Runs an engine until the program is interrupted, or the engine ends. */
const serve = <Engine>(
  input: Input,
  tables: ReadonlyArray<Table.Table>,
  { ended, endpoint, layer }: Runnable<Engine>
) =>
  Effect.gen(function* () {
    const engine = yield* Layer.build(layer).pipe(
      Waiting.shown(`Starting ${names[input.engine]}`),
      startingOne,
      Effect.catchTag("EngineError", (cause) =>
        Effect.fail(new Failure({ message: explain(cause, input.port), cause }))
      )
    )
    yield* Effect.gen(function* () {
      yield* Effect.forEach(tables, ensure)
      const url = yield* endpoint
      yield* Output.answer({ endpoint: url }, greeting(input, url))
      return yield* Effect.never
    }).pipe(
      Effect.raceFirst(Effect.flatMap(ended, (words) => endedByItself(input, words))),
      Effect.provideContext(engine)
    )
  }).pipe(
    Effect.scoped,
    Effect.onInterrupt(() => Effect.ignore(Output.note("Stopped.")))
  )

const endedByItself = ({ engine }: Input, words: string) =>
  Effect.fail(
    new Failure({
      message: `${names[engine]} has ended by itself: ${words === "" ? "it did not say why" : `it said\n${words}`}`
    })
  )

const ensure = (table: Table.Table) =>
  TableAdmin.ensure(table).pipe(
    Effect.catchTag("ResourceInUse", exists(table.name)),
    Effect.andThen(Output.note(`Table ${table.name} is there.`))
  )

const names = { "dynamodb-local": "DynamoDB Local", dynalite: "Dynalite" } as const

/** `DYNAMODB_ENDPOINT` has tests use an engine that runs already: here one is to be started all the same. */
const startingOne = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateService(self, ConfigProvider.ConfigProvider, (provider) =>
    ConfigProvider.make((path) => (path[0] === "DYNAMODB_ENDPOINT" ? Effect.undefined : provider.load(path)))
  )

const makeFolder = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeDirectory(path, { recursive: true })).pipe(
    Effect.mapError(
      (cause) => new Failure({ message: `The folder ${path} could not be made: ${cause.reason.message}`, cause })
    )
  )

const greeting = ({ engine, path }: Input, endpoint: string): string =>
  [
    `${names[engine]} listens on ${endpoint}`,
    Option.match(path, {
      onNone: () => "Its data is in memory, and gone when it stops.",
      onSome: (folder) => `Its data is in the folder ${folder}.`
    }),
    "",
    `  export AWS_ENDPOINT_URL_DYNAMODB=${endpoint}`,
    `  effect-dynamo list-tables --endpoint ${endpoint}`,
    "",
    "Control-C stops it."
  ].join("\n")

/** The library's advice is for programs. */
const explain = (error: EngineError, port: number): string => {
  switch (error.reason) {
    case "PortInUse":
      return `Another program listens on port ${port}: pass another --port, or --port 0 for any that is free.`
    case "JavaNotFound":
      return (
        "DynamoDB Local needs Java 17 or later, and there is none in JAVA_HOME or on the PATH.\n" +
        "Install it, or run Dynalite, which needs none: effect-dynamo local start --engine dynalite"
      )
    case "JavaTooOld":
      return (
        "DynamoDB Local needs Java 17 or later, and the one in JAVA_HOME or on the PATH is older.\n" +
        "Install a newer one, or run Dynalite, which needs none: effect-dynamo local start --engine dynalite"
      )
    default:
      return error.message
  }
}
