import type { Drift } from "@effect-dynamo/core/DynamoError"
import type * as Table from "@effect-dynamo/core/Table"
import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { paint, type Style } from "../colours.ts"
import * as Connection from "../connection.ts"
import { Answered, Failure } from "../failure.ts"
import { loadTable } from "../modules/loadTable.ts"
import * as Output from "../output.ts"
import { printable } from "../table.ts"

interface Input {
  readonly reference: string
  readonly name: Option.Option<string>
}

export const run = Effect.fnUntraced(function* (input: Input) {
  const loaded = yield* loadTable(input.reference)
  const table: Table.Table = { ...loaded, name: Option.getOrElse(input.name, () => loaded.name) }
  const differences = yield* differencesOf(table, input.reference)
  const style = yield* paint
  yield* Output.answer(
    differences.map(({ declared = null, kind, live = null, path }) => ({ path, kind, declared, live })),
    differences.length === 0
      ? "No differences."
      : differences.map((drift) => style(marks[drift.kind].style, lineOf(drift))).join("\n")
  )
  if (differences.length > 0) return yield* Effect.fail(new Answered())
})

const differencesOf = (table: Table.Table, reference: string) =>
  TableAdmin.drift(table).pipe(
    Effect.catchTag("ResourceNotFound", (cause) =>
      Effect.fail(
        new Failure({
          message:
            `There is no table "${table.name}" to compare with. Are --region, --endpoint and --profile right? ` +
            `Create it: effect-dynamo create-table ${table.name} --from ${reference}`,
          cause
        })
      )
    ),
    Connection.provide
  )

const marks: Readonly<Record<Drift["kind"], { readonly mark: string; readonly style: Style }>> = {
  missing: { mark: "+", style: "green" },
  extra: { mark: "-", style: "red" },
  different: { mark: "~", style: "yellow" }
}

const lineOf = (drift: Drift): string => `${marks[drift.kind].mark} ${printable(TableAdmin.formatDrift(drift))}`
