import type { TableDescription } from "@aws-sdk/client-dynamodb"
import type * as Table from "@effect-dynamo/core/Table"
import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../connection.ts"
import { UsageFailure } from "../failure.ts"
import { loadTable } from "../modules/loadTable.ts"
import * as Output from "../output.ts"
import { exists, notInTime } from "../tables/refusals.ts"
import { checkName, namesOf, type SettingFlags, settingsOf, type ShapeFlags, tableOf } from "../tables/tableFlags.ts"
import * as Waiting from "../waiting.ts"

interface Input extends ShapeFlags, SettingFlags {
  readonly name: Option.Option<string>
  readonly tags: Readonly<Record<string, string>>
  readonly from: Option.Option<string>
  readonly dryRun: boolean
  readonly timeout: number
}

export const run = Effect.fnUntraced(function* (input: Input) {
  const options: TableAdmin.CreateOptions = {
    ...(yield* settingsOf(input)),
    tags: input.tags,
    timeout: `${input.timeout} seconds`
  }
  const table = yield* wanted(input)
  return yield* input.dryRun ? show(table, options) : create(table, options, input.timeout)
})

/** The table that is to be: as a file says, or as flags do. */
const wanted = Effect.fnUntraced(function* (input: Input) {
  if (Option.isNone(input.from)) {
    if (Option.isNone(input.name)) {
      return yield* Effect.fail(
        new UsageFailure({ message: "Name the table: effect-dynamo create-table NAME, or --from FILE#EXPORT." })
      )
    }
    return yield* tableOf(yield* checkName(input.name.value), input)
  }
  const [flag] = namesOf(input)
  if (flag !== undefined) {
    return yield* Effect.fail(
      new UsageFailure({ message: `${flag} and --from do not go together: the Table value of the file says that.` })
    )
  }
  const table = yield* loadTable(input.from.value)
  return { ...table, name: yield* checkName(Option.getOrElse(input.name, () => table.name)) }
})

const show = Effect.fnUntraced(function* (table: Table.Table, options: TableAdmin.CreateOptions) {
  const request = yield* TableAdmin.toInput(table, options)
  yield* Output.line(JSON.stringify(request, undefined, 2))
  if (table.timeToLive !== undefined) {
    yield* Output.note(`Afterwards UpdateTimeToLive would turn on that items expire by "${table.timeToLive}".`)
  }
})

const create = (table: Table.Table, options: TableAdmin.CreateOptions, seconds: number) =>
  TableAdmin.create(table, options).pipe(
    Waiting.shown(`Creating ${table.name}`),
    Effect.catchTag("ResourceInUse", exists(table.name)),
    Effect.catchTag("RequestTimeout", notInTime(table.name, "active", seconds)),
    Effect.flatMap((created) => Output.answer(created, summary(table.name, created))),
    Connection.provide
  )

/** What was made, in a line. */
const summary = (name: string, { AttributeDefinitions = [], KeySchema = [], ...created }: TableDescription): string => {
  const keys = KeySchema.map(({ AttributeName }) => {
    const definition = AttributeDefinitions.find((each) => each.AttributeName === AttributeName)
    return `${AttributeName} (${definition?.AttributeType})`
  })
  const indexes = [...(created.GlobalSecondaryIndexes ?? []), ...(created.LocalSecondaryIndexes ?? [])]
    .map(({ IndexName = "" }) => IndexName)
    .sort((a, b) => (a < b ? -1 : 1))
  const text = `Created ${name}: ${keys.length === 1 ? "key" : "keys"} ${keys.join(", ")}`
  return indexes.length === 0 ? text : `${text}; ${indexes.length === 1 ? "index" : "indexes"} ${indexes.join(", ")}`
}
