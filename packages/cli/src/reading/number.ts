/** Numbers as DynamoDB has them: exact, by their text. */
import * as Attribute from "@effect-dynamo/core/Attribute"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"

const syntax = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/

/** Whether a text is a number that DynamoDB can hold, with all of its digits. */
export const isNumber = (text: string): boolean =>
  syntax.test(text) &&
  Option.exists(BigDecimal.fromString(text), (decimal) =>
    Exit.isSuccess(Effect.runSyncExit(Attribute.fromPlain(decimal)))
  )
