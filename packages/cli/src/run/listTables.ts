import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../connection.ts"
import * as Output from "../output.ts"
import { bytes, count } from "../quantities.ts"
import { table } from "../table.ts"

interface Input {
  readonly nameContains: Option.Option<string>
  readonly limit: Option.Option<number>
  readonly names: boolean
}

/** A table that was deleted since it was listed is left out. */
const describe = (name: string) =>
  TableAdmin.describe(name).pipe(
    Effect.map((found) => [
      {
        name,
        status: found.TableStatus ?? "",
        items: found.ItemCount ?? 0,
        bytes: found.TableSizeBytes ?? 0,
        billing: found.BillingModeSummary?.BillingMode ?? "PROVISIONED"
      }
    ]),
    Effect.catchTag("ResourceNotFound", () => Effect.succeed([]))
  )

export const run = Effect.fnUntraced(function* (input: Input) {
  const names = yield* TableAdmin.list({
    nameContains: Option.getOrUndefined(input.nameContains),
    limit: Option.getOrUndefined(input.limit)
  })
  if (input.names) return yield* Output.answer(names, names.join("\n"))
  const found = (yield* Effect.forEach(names, describe, { concurrency: 8 })).flat()
  if (found.length === 0) yield* Output.note("No tables.")
  return yield* Output.answer(
    found,
    table(
      [
        { heading: "NAME" },
        { heading: "STATUS" },
        { heading: "ITEMS", align: "right" },
        { heading: "SIZE", align: "right" },
        { heading: "BILLING" }
      ],
      found.map((of) => [of.name, of.status, count(of.items), bytes(of.bytes), of.billing])
    )
  )
}, Connection.provide)
