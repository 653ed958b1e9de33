/** What is told at the end of moving data. */
import type { Units } from "@effect-dynamo/client/Capacity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Output from "../output.ts"
import { count, duration, many } from "../quantities.ts"

/** How long it took: of what was short, to a tenth of a second. */
export const took = (millis: number): string => (millis < 9_950 ? `${(millis / 1000).toFixed(1)} s` : duration(millis))

/** What was consumed, as the end of a sentence; nothing where the service does not tell. */
export const unitsText = ({ read, write }: Units): string => {
  const told = [
    ...(read === 0 ? [] : [many(Math.ceil(read), "read unit")]),
    ...(write === 0 ? [] : [many(Math.ceil(write), "write unit")])
  ]
  return told.length === 0 ? "" : `, ${told.join(" and ")}`
}

/** That lines were replaced, as a sentence; nothing where none was. */
export const othersText = ({ replaced }: { readonly replaced: number }): string =>
  replaced === 0
    ? ""
    : ` ${count(replaced)} more ${replaced === 1 ? "was" : "were"} replaced at once by later ones of the same key.`

/** Says how far it got, where it was interrupted or has failed. */
export const noteIfStopped =
  (text: () => string) =>
  <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.onExit(self, (exit) =>
      Exit.isSuccess(exit)
        ? Effect.void
        : Effect.suspend(() =>
            Effect.ignore(Output.note(`${Exit.hasInterrupts(exit) ? "Interrupted" : "Stopped"}: ${text()}`))
          )
    )
