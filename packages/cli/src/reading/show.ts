/** Writes the items of a read to standard output, in the format that the command line and the terminal ask for. */
import type { Item } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { UsageFailure } from "../failure.ts"
import { toDynamoText } from "../items/dynamoJson.ts"
import { toPlainText } from "../items/plain.ts"
import * as Output from "../output.ts"
import { Json } from "../settings.ts"
import { printable } from "../table.ts"
import type { Format } from "./flags.ts"
import { itemTable } from "./itemTable.ts"
import type { Page } from "./pages.ts"
import { describe, nothing, plus, type Summary } from "./summary.ts"

/** How to show items: which format, and how wide a table may be. */
export interface Showing {
  readonly format: Format
  /** The columns of the terminal; `undefined` where there is none, and nothing is to be cut. */
  readonly width: number | undefined
}

const stdoutIsTerminal = Effect.flatMap(Stdio.Stdio, (stdio) => stdio.stdoutIsTerminal)

/** Terminals that do not say how wide they are. */
const usualWidth = 80

/** What `--format`, `--json` and the terminal say together. */
export const showingOf = Effect.fnUntraced(function* (format: Option.Option<Format>) {
  const [json, onTerminal] = yield* Effect.all([Json, stdoutIsTerminal])
  if (json && Option.contains(format, "table")) {
    return yield* Effect.fail(new UsageFailure({ message: "--json and --format table do not go together: use one." }))
  }
  const terminal = yield* Terminal.Terminal
  const columns = onTerminal ? yield* terminal.columns : undefined
  const showing: Showing = {
    format: Option.getOrElse(format, () => (onTerminal && !json ? "table" : "plain")),
    width: columns === 0 ? usualWidth : columns
  }
  return showing
})

/** How many items a terminal shows unless told. */
const screenful = 100

/** The limit that `--limit` sets, or that the showing has by itself; `undefined` where all are shown. */
export const limitOf = ({ format, width }: Showing, limit: Option.Option<number>): number | undefined => {
  const items = Option.getOrElse(limit, () => (format === "table" && width !== undefined ? screenful : 0))
  return items === 0 ? undefined : items
}

/** An item as a line of JSON. */
export const lineOf = (item: Item, format: "plain" | "dynamodb"): string =>
  // Of what is in texts, JSON leaves some control characters as they are.
  printable(format === "plain" ? toPlainText(item) : toDynamoText(item)) + "\n"

/** Tables of so many items each: what is wide, and what most items have, is known only of those that are there. */
const tableOf = 100

const tables = <E, R>(
  pages: Stream.Stream<Page, E, R>,
  first: ReadonlyArray<string>,
  width: number | undefined,
  hide: (names: ReadonlyArray<string>) => void
): Stream.Stream<string, E, R> =>
  pages.pipe(
    Stream.flatMap(({ items }) => Stream.fromIterable(items)),
    Stream.grouped(tableOf),
    Stream.zipWithIndex,
    Stream.map(([items, i]) => {
      const { hidden, text } = itemTable(items, first, width)
      hide(hidden)
      return `${i === 0 ? "" : "\n"}${text}\n`
    })
  )

/**
 * Shows pages as they come, as fast as they are taken. A table has the `first` attributes first, and ends with a note of
 * what it came to.
 */
export const show = <E, R>(
  pages: Stream.Stream<Page, E, R>,
  { format, width }: Showing,
  first: ReadonlyArray<string>,
  hasOwnLimit: boolean
) =>
  Effect.gen(function* () {
    const summary = yield* Ref.make(nothing)
    const counted = Stream.tap(pages, (page) => Ref.update(summary, (sum) => plus(sum, page)))
    if (format !== "table") {
      return yield* Output.write(
        counted.pipe(
          Stream.map(({ items }) => items.map((item) => lineOf(item, format)).join("")),
          Stream.filter((text) => text !== "")
        )
      )
    }
    const hidden = new Set<string>()
    yield* Output.write(tables(counted, first, width, (names) => names.forEach((name) => hidden.add(name))))
    yield* Output.note(closing(yield* Ref.get(summary), [...hidden], hasOwnLimit))
  })

/** What is said below a table. */
const closing = (summary: Summary, hidden: ReadonlyArray<string>, hasOwnLimit: boolean): string =>
  [
    describe(summary),
    ...(hidden.length === 0
      ? []
      : [`Not shown for lack of room: ${hidden.map(printable).join(", ")} (--project, --json)`]),
    ...(summary.isCut && !hasOwnLimit ? ["There may be more: --limit 1000, or --limit 0 for all"] : [])
  ].join("\n")
