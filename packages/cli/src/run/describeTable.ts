import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import { paint } from "../colours.ts"
import * as Connection from "../connection.ts"
import * as Output from "../output.ts"
import { describeText } from "../tables/describeText.ts"
import { describeTimeToLive } from "../tables/timeToLive.ts"

export const run = Effect.fnUntraced(function* (input: { readonly name: string }) {
  const found = yield* TableAdmin.describe(input.name)
  const timeToLive = yield* describeTimeToLive(input.name)
  yield* Output.answer(
    { ...found, TimeToLiveDescription: typeof timeToLive === "string" ? null : timeToLive },
    describeText(found, timeToLive, yield* paint)
  )
  yield* Output.note("DynamoDB counts items and their size about every six hours.")
}, Connection.provide)
