import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../connection.ts"
import * as Output from "../output.ts"
import { bytes, count } from "../quantities.ts"
import { Json } from "../settings.ts"
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
  if (input.names) return yield* answer(names, (all) => all.join("\n"))
  const found = (yield* Effect.forEach(names, describe, { concurrency: 8 })).flat()
  return yield* answer(found, (all) =>
    table(
      [
        { heading: "NAME" },
        { heading: "STATUS" },
        { heading: "ITEMS", align: "right" },
        { heading: "SIZE", align: "right" },
        { heading: "BILLING" }
      ],
      all.map((of) => [of.name, of.status, count(of.items), bytes(of.bytes), of.billing])
    )
  )
}, Connection.provide)

/** Of no tables there are no lines to read, but a note. */
const answer = Effect.fnUntraced(function* <A>(found: ReadonlyArray<A>, text: (found: ReadonlyArray<A>) => string) {
  if (found.length === 0) yield* Output.note("No tables.")
  if (found.length > 0 || (yield* Json)) yield* Output.answer(found, text(found))
})
