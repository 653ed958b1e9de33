/**
 * How far a long command is: on a terminal a line that is drawn again and again, elsewhere a line now and then. It goes to
 * standard error, and `--quiet` leaves it out.
 */
import type * as Capacity from "@effect-dynamo/client/Capacity"
import * as Clock from "effect/Clock"
import { displayWidth } from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { count, duration } from "./quantities.ts"
import { Quiet } from "./settings.ts"

/** How far it is. */
export interface State {
  /** What was done, in this run and before it. */
  readonly items: number
  /** From 0 to 1, where all is known. */
  readonly part?: number | undefined
  /** Items there are in all, as far as that is known. */
  readonly total?: number | undefined
  readonly failed?: number | undefined
}

/** What there was to see at a time, in milliseconds. */
interface Sample extends State {
  readonly at: number
  readonly units: number
}

export interface Options {
  /** What is being done, as "Exporting users". */
  readonly label: string
  readonly state: () => State
  readonly meter: Capacity.Meter
}

/** How often a terminal's line is drawn, in milliseconds. */
const drawing = 100

/** How often a line is written where there is no terminal. */
const writing = 10_000

/** Rates are those of so many milliseconds before. */
const window = 5_000

/** Runs an effect, and shows how far it is. */
export const shown =
  (options: Options) =>
  <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      if (yield* Quiet) return yield* self
      const stdio = yield* Stdio.Stdio
      const terminal = yield* stdio.stderrIsTerminal
      // Where it cannot be shown, the work goes on.
      const print = (text: string) => Effect.ignore(Stream.run(Stream.make(text), stdio.stderr()))
      const drawn = Effect.gen(function* () {
        const columns = yield* Effect.flatMap(Terminal.Terminal, ({ columns }) => columns)
        const first = yield* sample(options)
        const recent = [first]
        while (true) {
          yield* Effect.sleep(terminal ? drawing : writing)
          const now = yield* sample(options)
          recent.push(now)
          while (recent.length > 2 && recent[1]!.at <= now.at - window) recent.shift()
          const facts = factsOf(first, recent[0] ?? first, now)
          yield* print(
            terminal
              ? `\r${fit(`${options.label}  ${barOf(now)}${facts.join("  ")}`, columns || 80)}${clearToEnd}`
              : `${options.label}: ${facts.join(", ")}\n`
          )
        }
      })
      const clear = terminal ? print(`\r${clearToEnd}`) : Effect.void
      return yield* Effect.ensuring(Effect.raceFirst(self, drawn), clear)
    })

const clearToEnd = "\u001b[K"

const sample = ({ meter, state }: Options): Effect.Effect<Sample> =>
  Effect.zipWith(Clock.currentTimeMillis, meter.consumed, (at, { read, write }) => ({
    ...state(),
    at,
    units: read + write
  }))

/** How much of all is done. What DynamoDB counted hours ago may be less than there is. */
const partOf = ({ items, part, total }: State): number | undefined =>
  part ?? (total === undefined || total === 0 ? undefined : Math.min(0.99, items / total))

const barWidth = 24

const barOf = (state: State): string => {
  const part = partOf(state)
  if (part === undefined) return ""
  const full = Math.round(part * barWidth)
  return `${"█".repeat(full)}${"░".repeat(barWidth - full)}  `
}

/** What is known: how much is done, how fast, and what is left, by the speed since the beginning. */
const factsOf = (first: Sample, since: Sample, now: Sample): ReadonlyArray<string> => {
  const part = partOf(now)
  const begun = partOf(first) ?? 0
  const seconds = Math.max(0.001, (now.at - since.at) / 1000)
  const rate = (of: (sample: Sample) => number) => Math.round(Math.max(0, of(now) - of(since)) / seconds)
  const left = part === undefined || part <= begun ? undefined : ((1 - part) / (part - begun)) * (now.at - first.at)
  const units = rate(({ units }) => units)
  return [
    ...(part === undefined ? [] : [`${Math.floor(part * 100)}%`]),
    `${count(now.items)} items`,
    `${count(rate(({ items }) => items))}/s`,
    ...(units === 0 ? [] : [`${count(units)} units/s`]),
    ...(now.failed === undefined || now.failed === 0 ? [] : [`${count(now.failed)} failed`]),
    ...(left === undefined ? [] : [`${duration(left)} left`])
  ]
}

/** So much of a line that the terminal does not break it. */
const fit = (text: string, columns: number): string => {
  let fitting = text
  for (let width = displayWidth(fitting); width >= columns; width = displayWidth(fitting)) {
    fitting = fitting.slice(0, columns - 1 - width)
  }
  return fitting
}
