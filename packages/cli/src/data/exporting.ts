/** The items of a table as lines of a file. */
import type { Item } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { Failure } from "../failure.ts"
import { toDynamoText } from "../items/dynamoJson.ts"
import { lossIn, toPlainText } from "../items/plain.ts"
import { count } from "../quantities.ts"
import * as Checkpoint from "./checkpoint.ts"
import { explained } from "./files.ts"
import { beginning } from "./pages.ts"
import type { Format } from "./reading.ts"
import { type Identity, isSame } from "./tableShape.ts"

/** How items are written: plain JSON refuses what it cannot bring back, unless that is wanted. */
export interface Writing {
  readonly format: Format
  readonly lossy: boolean
}

/** The lines of a page. */
export const linesOf = (items: ReadonlyArray<Item>, { format, lossy }: Writing): Effect.Effect<string, Failure> =>
  Effect.suspend(() => {
    let text = ""
    for (const item of items) {
      if (format === "dynamodb") {
        text += `{"Item":${toDynamoText(item)}}\n`
      } else {
        const loss = lossy ? undefined : lossIn(item)
        if (loss !== undefined) return Effect.fail(lost(loss))
        text += `${toPlainText(item)}\n`
      }
    }
    return Effect.succeed(text)
  })

const lost = (path: string) =>
  new Failure({
    message:
      `An item has a set, or binary, at "${path}", which plain JSON cannot bring back. Begin anew in DynamoDB JSON with ` +
      "--format dynamodb --restart, or go on with --lossy, which writes lists and base64 instead"
  })

/** What is exported, and to where. */
export interface Export {
  readonly table: Identity
  readonly index: string | undefined
  readonly consistent: boolean
  readonly filter: string | undefined
  readonly format: Format
  /** As asked for; else those that it was begun with. */
  readonly segments: number | undefined
  readonly output: string
  readonly restart: boolean
  readonly overwrite: boolean
}

const usualSegments = 4

export const notesOf = (output: string): string => `${output}.progress`

/** Where to begin: at the beginning, or where an earlier run of the same export ended. */
export const begin = (wanted: Export): Effect.Effect<Checkpoint.ExportProgress, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const notes = notesOf(wanted.output)
    const left = wanted.restart
      ? undefined
      : Option.getOrUndefined(yield* Checkpoint.load(notes, Checkpoint.ExportProgress))
    if (left !== undefined) {
      const differences = differencesOf(wanted, left)
      if (differences.length === 0) return left
      return yield* Effect.fail(
        new Failure({
          message:
            `${wanted.output} is of an export that was interrupted, and had ${differences.join(" and ")}. ` +
            "Run it again as it was to go on with it, or begin anew with --restart"
        })
      )
    }
    const exists = yield* files.exists(wanted.output).pipe(explained(wanted.output))
    const isUnfinished = yield* files.exists(notes).pipe(explained(notes))
    if (exists && !wanted.overwrite && !(wanted.restart && isUnfinished)) {
      return yield* Effect.fail(
        new Failure({ message: `${wanted.output} exists already: name another file, or pass --overwrite` })
      )
    }
    return {
      command: "export",
      version: 1,
      table: wanted.table,
      ...(wanted.index === undefined ? undefined : { index: wanted.index }),
      ...(wanted.filter === undefined ? undefined : { filter: wanted.filter }),
      consistent: wanted.consistent,
      format: wanted.format,
      cursors: Checkpoint.toSaved(Array.from({ length: wanted.segments ?? usualSegments }, () => beginning)),
      size: 0,
      items: 0
    }
  })

const differencesOf = (wanted: Export, left: Checkpoint.ExportProgress): ReadonlyArray<string> => [
  ...(isSame(wanted.table, left.table)
    ? []
    : [wanted.table.name === left.table.name ? "another table of this name" : `the table ${left.table.name}`]),
  ...(wanted.index === left.index ? [] : [left.index === undefined ? "no --index" : `--index ${left.index}`]),
  ...(wanted.filter === left.filter ? [] : [left.filter === undefined ? "no --filter" : "another --filter"]),
  ...(wanted.format === left.format ? [] : [`--format ${left.format}`]),
  ...(wanted.consistent === left.consistent ? [] : [left.consistent ? "--consistent" : "no --consistent"]),
  ...(wanted.segments === undefined || wanted.segments === left.cursors.length
    ? []
    : [`--segments ${count(left.cursors.length)}`])
]
