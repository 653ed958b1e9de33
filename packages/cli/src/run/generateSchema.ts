import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Connection from "../connection.ts"
import { Failure, UsageFailure } from "../failure.ts"
import * as Output from "../output.ts"
import { many } from "../quantities.ts"
import { describe } from "../schema/describe.ts"
import { toJson } from "../schema/json.ts"
import { pascal } from "../schema/names.ts"
import { namesOf, render } from "../schema/render.ts"
import { sample } from "../schema/sample.ts"
import { schemaOf } from "../schema/schema.ts"
import { Json } from "../settings.ts"
import { describeTimeToLive, expiringBy } from "../tables/timeToLive.ts"

interface Input {
  readonly table: string
  readonly sample: number | "all"
  readonly module: Option.Option<string>
  readonly output: Option.Option<string>
  readonly overwrite: boolean
  readonly literals: boolean
  readonly from: string
}

export const run = Effect.fnUntraced(function* (input: Input) {
  const name = yield* moduleName(input.module)
  yield* checkOutput(input)
  const description = yield* TableAdmin.describe(input.table)
  const timeToLive = yield* describeTimeToLive(input.table)
  const table = describe(description, typeof timeToLive === "string" ? undefined : expiringBy(timeToLive))
  const items = yield* sample(input.table, {
    limit: input.sample === "all" ? undefined : input.sample,
    items: description.ItemCount ?? 0
  })
  const model = yield* schemaOf(table, items, { name, literals: input.literals })
  // Of several kinds of items none has the name that was given: the table has.
  const tableName = model.entities.length > 1 ? name : undefined
  const text = render(model, { command: commandLine(input), from: input.from, tableName })
  const names = namesOf(model, tableName)
  const from =
    `the table ${names.table} and ${model.entities.length === 1 ? "the entity" : "the entities"} ${names.entities.join(", ")}, ` +
    `from ${many(items.length, "item")}`
  if (Option.isSome(input.output)) {
    yield* write(input.output.value, text, input.overwrite)
    yield* Output.answer({ output: input.output.value, ...toJson(model) }, `Wrote ${input.output.value}: ${from}.`)
  } else {
    yield* Output.answer(toJson(model), text.trimEnd())
    if (!(yield* Json)) yield* Output.note(`This is ${from}. --output FILE writes it to a file.`)
  }
  for (const note of model.notes) yield* Output.note(note)
}, Connection.provide)

const moduleName = (given: Option.Option<string>): Effect.Effect<string | undefined, UsageFailure> => {
  if (Option.isNone(given)) return Effect.succeed(undefined)
  const name = pascal(given.value.slice(given.value.lastIndexOf(".") + 1))
  return name === ""
    ? Effect.fail(new UsageFailure({ message: `--module takes a name, as User or MyApp.User, not "${given.value}"` }))
    : Effect.succeed(name)
}

/** The command line, as far as the module follows from it. */
const commandLine = ({ from, literals, module, sample, table }: Input): string =>
  [
    "effect-dynamo generate-schema",
    table,
    ...(sample === 100 ? [] : [`--sample ${sample}`]),
    ...(Option.isSome(module) ? [`--module ${module.value}`] : []),
    ...(literals ? [] : ["--no-literals"]),
    ...(from === "effect-dynamo" ? [] : [`--import ${from}`])
  ].join(" ")

// -----------------------------------------------------------------------------
// The file
// -----------------------------------------------------------------------------

/** Before anything is read: what cannot be written need not be. */
const checkOutput = Effect.fnUntraced(function* ({ output, overwrite }: Input) {
  if (Option.isNone(output)) {
    return yield* overwrite
      ? Effect.fail(new UsageFailure({ message: "--overwrite is about a file: name it with --output FILE" }))
      : Effect.void
  }
  const fs = yield* FileSystem.FileSystem
  if (!overwrite && (yield* Effect.orElseSucceed(fs.exists(output.value), () => false))) yield* isThere(output.value)
})

const isThere = (file: string) =>
  Effect.fail(
    new Failure({ message: `The file ${file} is there already. Write over it with --overwrite, or name another one.` })
  )

const write = Effect.fnUntraced(function* (file: string, text: string, overwrite: boolean) {
  const [fs, path] = [yield* FileSystem.FileSystem, yield* Path.Path]
  const failed = (error: PlatformError.PlatformError) =>
    Effect.fail(new Failure({ message: `The file ${file} could not be written: ${error.message}`, cause: error }))
  yield* fs.makeDirectory(path.dirname(path.resolve(file)), { recursive: true }).pipe(Effect.catch(failed))
  yield* fs.writeFileString(file, text, { flag: overwrite ? "w" : "wx" }).pipe(
    // Somebody else may have been faster.
    Effect.catch((error) => (error.reason._tag === "AlreadyExists" ? isThere(file) : failed(error)))
  )
})
