import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Connection from "../connection.ts"
import * as Checkpoint from "../data/checkpoint.ts"
import * as Exporting from "../data/exporting.ts"
import * as Journal from "../data/journal.ts"
import * as Lock from "../data/lock.ts"
import { type Cursor, beginning, pages, type Scanning } from "../data/pages.ts"
import type { Format } from "../data/reading.ts"
import { goesOn, measure, noteIfStopped } from "../data/summary.ts"
import { describe, type TableShape } from "../data/tableShape.ts"
import { patient } from "../data/writing.ts"
import { UsageFailure } from "../failure.ts"
import { compileFilter } from "../filter/compile.ts"
import * as Output from "../output.ts"
import * as Progress from "../progress.ts"
import { bytes, many } from "../quantities.ts"
import { checkConsistent, keySchemasOf } from "../reading/keySchema.ts"
import { atRate } from "../reading/scanning.ts"
import { Json } from "../settings.ts"

interface Input {
  readonly table: string
  readonly output: string
  readonly format: Format
  readonly lossy: boolean
  readonly index: Option.Option<string>
  readonly filter: Option.Option<string>
  readonly consistent: boolean
  readonly segments: Option.Option<number>
  readonly pageSize: Option.Option<number>
  readonly readRate: Option.Option<number>
  readonly restart: boolean
  readonly overwrite: boolean
}

const scanningOf = Effect.fnUntraced(function* (input: Input) {
  const filter = Option.isNone(input.filter) ? undefined : yield* compileFilter(input.filter.value)
  if (Option.isSome(input.index)) {
    const { read } = yield* keySchemasOf(input.table, input.index)
    yield* checkConsistent(read, input.consistent)
  }
  const scanning: Scanning = {
    table: input.table,
    index: input.index,
    consistent: input.consistent,
    pageSize: Option.getOrUndefined(input.pageSize),
    filter
  }
  return scanning
})

/** How many items there are, as DynamoDB last counted them; with a filter nobody knows. */
const totalOf = ({ filter, index }: Input, shape: TableShape): number | undefined =>
  Option.isSome(filter) ? undefined : Option.isSome(index) ? shape.itemsOfIndexes[index.value] : shape.items

/** Into a file, which can be gone on with. */
const toFile = Effect.fnUntraced(function* (input: Input, scanning: Scanning, shape: TableShape) {
  const client = yield* DynamoClient.DynamoClient
  const { meter, taken } = yield* measure
  const notes = Exporting.notesOf(input.output)
  yield* Lock.hold(
    input.output,
    (by) => `${input.output} is being written by another export, ${by}: wait until it is done, or name another file.`
  )
  const begun = yield* Exporting.begin({
    ...input,
    table: shape.identity,
    index: Option.getOrUndefined(input.index),
    filter: Option.getOrUndefined(input.filter),
    segments: Option.getOrUndefined(input.segments)
  })
  const cursors: Array<Cursor> = [...(yield* Checkpoint.fromSaved(notes, begun.cursors))]
  let items = begun.items
  if (items > 0) yield* Output.note(`Going on after ${many(items, "item")} in ${input.output}.`)
  const journal = yield* Journal.make<Checkpoint.ExportProgress>({
    path: input.output,
    size: begun.size,
    always: true,
    notes: {
      path: notes,
      schema: Checkpoint.ExportProgress,
      current: () => {
        const now = { ...begun, cursors: Checkpoint.toSaved(cursors), items }
        return (size) => ({ ...now, size })
      }
    }
  })
  yield* pages(client, scanning, [...cursors], (page) =>
    Effect.map(Exporting.linesOf(page.items, input), (text) => ({ text, page }))
  ).pipe(
    Stream.runForEach(({ page, text }) =>
      Effect.suspend(() => {
        cursors[page.segment] = page.cursor
        items += page.items.length
        return journal.put(text)
      })
    ),
    journal.during,
    DynamoClient.withCapacityMeter(meter),
    Progress.shown({
      label: `Exporting ${input.table}`,
      state: () => ({ items, total: totalOf(input, shape) }),
      meter
    }),
    noteIfStopped(() => `${input.output} has ${many(items, "item")}. ${goesOn}`)
  )
  yield* journal.finish
  const { json, text } = yield* taken
  yield* Output.answer(
    {
      table: input.table,
      output: input.output,
      format: input.format,
      items,
      itemsBefore: begun.items,
      bytes: journal.size(),
      ...json
    },
    `Exported ${many(items, "item")} of ${input.table} to ${input.output}: ${bytes(journal.size())} ${text}.`
  )
}, Effect.scoped)

/** To standard output, from beginning to end. */
const toStdout = Effect.fnUntraced(function* (input: Input, scanning: Scanning, shape: TableShape) {
  const client = yield* DynamoClient.DynamoClient
  const stdio = yield* Stdio.Stdio
  const { meter, taken } = yield* measure
  const cursors = Array.from({ length: Option.getOrElse(input.segments, () => 1) }, () => beginning)
  let items = 0
  const lines = pages(client, scanning, cursors, (page) =>
    Effect.tap(Exporting.linesOf(page.items, input), () => Effect.sync(() => void (items += page.items.length)))
  )
  const writing = Output.write(lines).pipe(DynamoClient.withCapacityMeter(meter))
  // Where the items are on the terminal themselves, a line below them would only be in the way.
  yield* (yield* stdio.stdoutIsTerminal)
    ? writing
    : writing.pipe(
        Progress.shown({
          label: `Exporting ${input.table}`,
          state: () => ({ items, total: totalOf(input, shape) }),
          meter
        })
      )
  yield* Output.note(`Exported ${many(items, "item")} of ${input.table} ${(yield* taken).text}.`)
})

export const run = Effect.fnUntraced(function* (input: Input) {
  const piped = input.output === "-"
  if (piped && (yield* Json)) {
    return yield* Effect.fail(
      new UsageFailure({
        message: "--json tells on standard output what was done, and --output - writes the items there: leave one out"
      })
    )
  }
  if (piped && (input.restart || input.overwrite)) {
    return yield* Effect.fail(
      new UsageFailure({ message: "--restart and --overwrite are about a file; --output - is standard output" })
    )
  }
  const scanning = yield* scanningOf(input)
  const shape = yield* describe(input.table)
  return yield* (piped ? toStdout : toFile)(input, scanning, shape).pipe(atRate(input.readRate), patient)
}, Connection.provide)
