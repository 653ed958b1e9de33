/** What is waited for: on a terminal a line that counts the seconds, elsewhere a note. `--quiet` leaves it out. */
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { duration } from "./quantities.ts"
import { Quiet } from "./settings.ts"

const turns = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
const clearLine = "\r\u001b[K"

/** Runs an effect, and says meanwhile what is waited for: `Creating users`. */
export const shown =
  (what: string) =>
  <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      if (yield* Quiet) return yield* self
      const stdio = yield* Stdio.Stdio
      // Where it cannot be shown, the work goes on.
      const print = (text: string) => Effect.ignore(Stream.run(Stream.make(text), stdio.stderr()))
      const { canAnimate } = yield* TerminalCapabilities.TerminalCapabilities
      if (!(canAnimate && (yield* stdio.stderrIsTerminal))) {
        return yield* Effect.andThen(print(`${what}…\n`), self)
      }
      const began = yield* Clock.currentTimeMillis
      const drawn = Effect.gen(function* () {
        for (let turn = 0; ; turn++) {
          const waited = (yield* Clock.currentTimeMillis) - began
          yield* print(`${clearLine}${turns[turn % turns.length]} ${what}… ${duration(waited)}`)
          yield* Effect.sleep(100)
        }
      })
      return yield* Effect.ensuring(Effect.raceFirst(self, drawn), print(clearLine))
    })
