import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Connection from "../connection.ts"
import * as Checkpoint from "../data/checkpoint.ts"
import * as Importing from "../data/importing.ts"
import * as Lock from "../data/lock.ts"
import type { Place } from "../data/lines.ts"
import * as Moving from "../data/moving.ts"
import { type Format, makeReader } from "../data/reading.ts"
import { othersText } from "../data/summary.ts"
import { describe } from "../data/tableShape.ts"
import * as Output from "../output.ts"
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
  const shape = yield* describe(input.table)
  const source = yield* Importing.sourceOf(input.file)
  const failedPath = Option.getOrElse(input.failed, () => failedOf(input.file, shape.identity.name))
  const notes = source.version === undefined ? undefined : Importing.notesOf(input.file, shape.identity.name)
  yield* Lock.holdFailures(failedPath)
  if (notes !== undefined) {
    yield* Lock.hold(
      notes,
      (by) => `${input.file} is being imported into ${input.table} already, by ${by}: wait until it is done.`
    )
  }
  const begun = yield* Importing.begin({ ...input, path: input.file, source, shape, failed: failedPath })
  let place: Place = { offset: begun.offset, lines: begun.lines, more: begun.more }
  let bytesRead = 0
  if (place.lines + place.more > 0) {
    yield* Output.note(`Going on after line ${count(place.lines + place.more)} of ${input.file}.`)
  }
  const lines = source.lines(place, (bytes) => {
    bytesRead += bytes
  })
  const read = makeReader(shape, { format: Option.getOrUndefined(input.format), source: source.name })
  const moved = yield* Moving.move(lines.pipe(Stream.mapEffect(read), Stream.flattenIterable), {
    client,
    concurrency: input.concurrency,
    writeRate: input.writeRate,
    label: `Importing into ${input.table}`,
    extent: () => ({ part: source.size === undefined ? undefined : partOf(bytesRead, source.size) }),
    begun,
    failedPath,
    notes: notes === undefined ? undefined : { path: notes, schema: Checkpoint.ImportProgress },
    reached: (at: Place) => {
      place = at
    },
    current: (done) => ({ ...begun, ...place, ...done }),
    stopped: { items: "written", anew: "" }
  })
  const { items, replaced, taken } = moved
  yield* Moving.tell(moved, {
    json: { table: input.table, file: input.file, replaced },
    text:
      `Imported ${many(items, "item")} from ${source.name} into ${input.table} ${taken.text}.` +
      othersText({ replaced }),
    failed: (count) => `${many(count, "line")} could not be imported`
  })
}, Effect.scoped)

const partOf = (bytes: number, size: number): number => (size === 0 ? 1 : Math.min(0.99, bytes / size))

export const run = (input: Input) => Connection.provide(importInto(input))
