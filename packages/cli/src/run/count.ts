import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../connection.ts"
import { tell } from "../reading/counting.ts"
import { checkConsistent, keySchemasOf } from "../reading/keySchema.ts"
import { expressionsOf } from "../reading/request.ts"
import { atRate, scanPages, type Scan } from "../reading/scanning.ts"

interface Input extends Scan {
  readonly filter: Option.Option<string>
  readonly readRate: Option.Option<number>
}

export const run = Effect.fnUntraced(function* (input: Input) {
  const { expressions } = yield* expressionsOf({ filter: input.filter })
  const schemas = yield* keySchemasOf(input.table, input.index).pipe(
    // Whoever may only read items can count them; how many there may be is for the progress.
    Effect.catchTag("AccessDenied", (error) => (Option.isSome(input.index) ? Effect.fail(error) : Effect.undefined))
  )
  if (schemas !== undefined) yield* checkConsistent(schemas.read, input.consistent)
  const pages = scanPages(input, { ...expressions, Select: "COUNT" }, undefined)
  return yield* tell(pages, { name: input.table, total: schemas?.read.items }).pipe(atRate(input.readRate))
}, Connection.provide)
