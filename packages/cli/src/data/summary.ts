/** What is told at the end of moving data. */
import * as Capacity from "@effect-dynamo/client/Capacity"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Output from "../output.ts"
import { count, duration, many } from "../quantities.ts"

/** How long it took: of what was short, to a tenth of a second. */
export const took = (millis: number): string => (millis < 9_950 ? `${(millis / 1000).toFixed(1)} s` : duration(millis))

/** What was consumed, as the end of a sentence; nothing where the service does not tell. */
export const unitsText = ({ read, write }: Capacity.Units): string => {
  const told = [
    ...(read === 0 ? [] : [many(Math.ceil(read), "read unit")]),
    ...(write === 0 ? [] : [many(Math.ceil(write), "write unit")])
  ]
  return told.length === 0 ? "" : `, ${told.join(" and ")}`
}

/** Measures from now on what a command takes: the time, and capacity by a meter. */
export const measure = Effect.gen(function* () {
  const meter = yield* Capacity.makeMeter
  const began = yield* Clock.currentTimeMillis
  const taken = Effect.gen(function* () {
    const millis = (yield* Clock.currentTimeMillis) - began
    const { read, write } = yield* meter.consumed
    return {
      json: { seconds: millis / 1000, consumedCapacity: { read, write } },
      text: `in ${took(millis)}${unitsText({ read, write })}`
    }
  })
  return { meter, taken }
})

/** That lines were replaced, as a sentence; nothing where none was. */
export const othersText = ({ replaced }: { readonly replaced: number }): string =>
  replaced === 0
    ? ""
    : ` ${count(replaced)} more ${replaced === 1 ? "was" : "were"} replaced at once by later ones of the same key.`

/** What to do after a run that can be gone on with. */
export const goesOn = "Run the same command again to go on from there."

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
