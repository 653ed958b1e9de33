/** The lines of a file as items of a table. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { Failure } from "../failure.ts"
import * as Checkpoint from "./checkpoint.ts"
import { notesOf as notesOfExport } from "./exporting.ts"
import { explained } from "./files.ts"
import { decompress, isCompressed } from "./gzip.ts"
import { dropBytes, type Lines, linesFrom, type Place } from "./lines.ts"
import { isSame, type TableShape } from "./tableShape.ts"

/** Where lines come from. */
export interface Source {
  /** As in a sentence. */
  readonly name: string
  /** How large it is, in bytes, if it is a file; then it can be read from any place in it. */
  readonly size: number | undefined
  /** What tells that it is still the same file. */
  readonly version: Checkpoint.ImportProgress["file"] | undefined
  /** The lines after a place; tells how many bytes it reads. */
  readonly lines: (
    from: Place,
    hasRead: (bytes: number) => void
  ) => Stream.Stream<Lines, Failure, FileSystem.FileSystem | Stdio.Stdio>
}

const stdin: Source = {
  name: "standard input",
  size: undefined,
  version: undefined,
  lines: (from, hasRead) =>
    Stream.unwrap(Effect.map(Stdio.Stdio, ({ stdin }) => stdin)).pipe(
      Stream.mapError((cause) => new Failure({ message: `Standard input: ${cause.message}`, cause })),
      Stream.tap((chunk) => Effect.sync(() => hasRead(chunk.length))),
      linesFrom(from, "standard input")
    )
}

/** A file, or standard input. What is no file, as a pipe, is read from beginning to end. */
export const sourceOf = (path: string): Effect.Effect<Source, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    if (path === "-") return stdin
    const files = yield* FileSystem.FileSystem
    const { mtime, size, type } = yield* files.stat(path).pipe(explained(path))
    if (type === "Directory") return yield* Effect.fail(new Failure({ message: `${path} is a folder: name a file` }))
    const isFile = type === "File"
    const bytes = (offset: number) =>
      files
        .stream(path, { offset: BigInt(offset), chunkSize: 1024 * 1024 })
        .pipe(Stream.mapError((cause) => new Failure({ message: `${path}: ${cause.message}`, cause })))
    return {
      name: path,
      size: isFile ? Number(size) : undefined,
      version: isFile
        ? {
            size: String(size),
            ...(Option.isSome(mtime) ? { modified: mtime.value.toISOString() } : undefined)
          }
        : undefined,
      lines: (from, hasRead) => {
        const counted = (offset: number) =>
          Stream.tap(bytes(offset), (chunk) => Effect.sync(() => hasRead(chunk.length)))
        // What is compressed has to be read from the beginning.
        const content = isCompressed(path)
          ? counted(0).pipe(decompress(path), dropBytes(from.offset))
          : Stream.suspend(() => {
              hasRead(from.offset)
              return counted(from.offset)
            })
        return linesFrom(from, path)(content)
      }
    } satisfies Source
  })

/** What an import is of, as to where it begins. */
export interface Import {
  readonly path: string
  readonly source: Source
  readonly shape: TableShape
  /** The file for what fails. */
  readonly failed: string
  readonly restart: boolean
  readonly overwrite: boolean
}

/** Where an import into a table notes how far it is. */
export const notesOf = (path: string, table: string): string => `${path}.${table}.progress`

/** Where to begin: at the beginning, or where an earlier run of the same import ended. */
export const begin = ({
  failed,
  overwrite,
  path,
  restart,
  shape,
  source
}: Import): Effect.Effect<Checkpoint.ImportProgress, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const fail = (message: string) => Effect.fail(new Failure({ message }))
    const exists = (path: string) => files.exists(path).pipe(explained(path))
    const notes = notesOf(path, shape.identity.name)
    const isUnfinished = source.version !== undefined && (yield* exists(notes))
    if (source.version !== undefined && (yield* exists(notesOfExport(path)))) {
      return yield* fail(
        `${path} is of an export that was interrupted: finish that first, or remove ${notesOfExport(path)} to take what is there`
      )
    }
    if (isUnfinished && !restart) {
      const left = yield* Checkpoint.load(notes, Checkpoint.ImportProgress)
      if (Option.isSome(left)) {
        if (!isSame(left.value.table, shape.identity)) {
          return yield* fail(
            `The table ${shape.identity.name} is another one than that of the import that was interrupted: begin anew with --restart`
          )
        }
        if (left.value.file.size !== source.version.size || left.value.file.modified !== source.version.modified) {
          return yield* fail(`${path} has changed since its import was interrupted: begin anew with --restart`)
        }
        // What was written of failures and not noted will be found again.
        if (left.value.failedSize === 0) yield* Checkpoint.remove(failed)
        return left.value
      }
    }
    if (!isUnfinished && !overwrite && (yield* exists(failed))) {
      return yield* fail(
        `${failed} exists already, with what could not be written earlier: import it or move it away, or pass --overwrite`
      )
    }
    yield* Checkpoint.remove(failed)
    return {
      command: "import",
      version: 1,
      table: shape.identity,
      file: source.version ?? { size: "0" },
      offset: 0,
      lines: 0,
      more: 0,
      items: 0,
      failed: 0,
      replaced: 0,
      failedSize: 0
    }
  })
