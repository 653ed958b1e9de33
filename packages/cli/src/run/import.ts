import * as Capacity from "@effect-dynamo/client/Capacity"
import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Connection from "../connection.ts"
import * as Checkpoint from "../data/checkpoint.ts"
import * as Importing from "../data/importing.ts"
import * as Journal from "../data/journal.ts"
import type { Place } from "../data/lines.ts"
import { failedText } from "../data/pieces.ts"
import { type Format, makeReader } from "../data/reading.ts"
import { noteIfStopped, othersText, took, unitsText } from "../data/summary.ts"
import { describe } from "../data/tableShape.ts"
import { atWriteRate, patient, write } from "../data/writing.ts"
import { Failure } from "../failure.ts"
import * as Output from "../output.ts"
import * as Progress from "../progress.ts"
import { count, many } from "../quantities.ts"

interface Input {
  readonly table: string
  readonly file: string
  readonly format: Option.Option<Format>
  readonly concurrency: number
  readonly writeRate: Option.Option<number>
  readonly failed: Option.Option<string>
  readonly restart: boolean
  readonly overwrite: boolean
}

/** Where failures of a file go, unless told. */
const failedOf = (file: string, table: string): string => `${file === "-" ? table : file}.failed.ndjson`

const importInto = Effect.fnUntraced(function* (input: Input) {
  const client = yield* DynamoClient.DynamoClient
  const meter = yield* Capacity.makeMeter
  const started = yield* Clock.currentTimeMillis
  const shape = yield* describe(input.table)
  const source = yield* Importing.sourceOf(input.file)
  const failedPath = Option.getOrElse(input.failed, () => failedOf(input.file, shape.identity.name))
  const begun = yield* Importing.begin({ ...input, path: input.file, source, shape, failed: failedPath })
  let { failed, items, replaced } = begun
  let place: Place = { offset: begun.offset, lines: begun.lines, more: begun.more }
  let bytesRead = 0
  let written = 0
  if (place.lines + place.more > 0) {
    yield* Output.note(`Going on after line ${count(place.lines + place.more)} of ${input.file}.`)
  }
  const journal = yield* Journal.make<Checkpoint.ImportProgress>({
    path: failedPath,
    size: begun.failedSize,
    always: false,
    notes:
      source.version === undefined
        ? undefined
        : {
            path: Importing.notesOf(input.file, shape.identity.name),
            schema: Checkpoint.ImportProgress,
            current: () => {
              const now = { ...begun, ...place, items, failed, replaced }
              return (failedSize) => ({ ...now, failedSize })
            }
          }
  })
  const read = makeReader(shape, { format: Option.getOrUndefined(input.format), source: source.name })
  yield* source
    .lines(place, (bytes) => {
      bytesRead += bytes
    })
    .pipe(
      Stream.mapEffect(read),
      Stream.flattenIterable,
      write<Place>({
        client,
        concurrency: input.concurrency,
        hasWritten: (items) => {
          written += items
        }
      }),
      Stream.runForEach((outcome) =>
        Effect.suspend(() => {
          items += outcome.items
          failed += outcome.failed.length
          replaced += outcome.replaced
          place = outcome.at
          return journal.put(outcome.failed.map(failedText).join(""))
        })
      ),
      journal.during,
      atWriteRate(input.writeRate),
      patient,
      DynamoClient.withCapacityMeter(meter),
      Progress.shown({
        label: `Importing into ${input.table}`,
        state: () => ({
          items: begun.items + written,
          failed,
          part: source.size === undefined ? undefined : partOf(bytesRead, source.size)
        }),
        meter
      }),
      noteIfStopped(() =>
        source.version === undefined
          ? `${many(items, "item")} written. It begins at the beginning again, which writes the same items again.`
          : `${many(items, "item")} written. Run the same command again to go on from there.`
      )
    )
  yield* journal.finish
  const millis = (yield* Clock.currentTimeMillis) - started
  const consumed = yield* meter.consumed
  yield* Output.answer(
    {
      table: input.table,
      file: input.file,
      items,
      itemsBefore: begun.items,
      replaced,
      failed,
      ...(failed === 0 ? undefined : { failedFile: failedPath }),
      seconds: millis / 1000,
      consumedCapacity: { read: consumed.read, write: consumed.write }
    },
    `Imported ${many(items, "item")} from ${source.name} into ${input.table} in ${took(millis)}` +
      `${unitsText(consumed)}.${othersText({ replaced })}`
  )
  if (failed > 0) {
    return yield* Effect.fail(
      new Failure({
        message: `${many(failed, "line")} could not be imported: see ${failedPath}, which can be imported when it is mended`
      })
    )
  }
}, Effect.scoped)

const partOf = (bytes: number, size: number): number => (size === 0 ? 1 : Math.min(0.99, bytes / size))

export const run = (input: Input) => Connection.provide(importInto(input))
