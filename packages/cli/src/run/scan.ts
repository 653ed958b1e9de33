import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../connection.ts"
import type { Format } from "../reading/flags.ts"
import { checkConsistent, keySchemasOf } from "../reading/keySchema.ts"
import { columnsFirst, expressionsOf } from "../reading/request.ts"
import { atRate, scanPages, type Scan } from "../reading/scanning.ts"
import { limitOf, show, showingOf } from "../reading/show.ts"

interface Input extends Scan {
  readonly filter: Option.Option<string>
  readonly project: Option.Option<string>
  readonly limit: Option.Option<number>
  readonly readRate: Option.Option<number>
  readonly format: Option.Option<Format>
}

export const run = Effect.fnUntraced(function* (input: Input) {
  const showing = yield* showingOf(input.format)
  const { expressions, projected } = yield* expressionsOf(input)
  // Lines of JSON need no keys, and then whoever may only read items need not be allowed more.
  const schemas =
    showing.format === "table" || Option.isSome(input.index) ? yield* keySchemasOf(input.table, input.index) : undefined
  if (schemas !== undefined) yield* checkConsistent(schemas.read, input.consistent)
  return yield* show(
    scanPages(input, expressions, limitOf(showing, input.limit)),
    showing,
    columnsFirst(schemas, projected),
    Option.isSome(input.limit)
  ).pipe(atRate(input.readRate))
}, Connection.provide)
