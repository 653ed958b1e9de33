/** Files that are written piece by piece and survive that the process is killed. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import { Failure } from "../failure.ts"

/** What is in these files is somebody's data: only who runs the program may read them. */
const onlyMine = 0o600

/** A file that grows at its end. */
export interface Growing {
  /** How much of it has been written, in bytes. */
  readonly size: () => number
  /** Appends all of the bytes. Where that fails, what is in the file beyond `size` counts for nothing. */
  readonly append: (bytes: Uint8Array) => Effect.Effect<void, Failure>
  /** Makes sure that what was appended is on the disk. */
  readonly sync: Effect.Effect<void, Failure>
}

/** Failures of files, in words. */
export const explained = (path: string) => {
  const failure = (error: PlatformError) => new Failure({ message: `${path}: ${why(error)}`, cause: error })
  return <A, R>(self: Effect.Effect<A, PlatformError, R>): Effect.Effect<A, Failure, R> =>
    Effect.mapError(self, failure)
}

/** Why a file, or what is like one, could not be read or written. */
export const why = ({ message, reason }: PlatformError): string => {
  switch (reason._tag) {
    case "NotFound":
      return "there is no such file or folder"
    case "PermissionDenied":
      return "permission is denied"
    case "AlreadyExists":
      return "it exists already"
    case "BadResource":
      return "it is a folder, or nothing that can be read or written"
    default:
      return reason.cause instanceof Error ? reason.cause.message : message
  }
}

/** Opens a file to write after its first `size` bytes; what comes after them is cut off. */
export const openAt = (
  path: string,
  size: number
): Effect.Effect<Growing, Failure, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const isThere = size === 0 || (yield* files.exists(path).pipe(explained(path)))
    if (!isThere) {
      return yield* Effect.fail(new Failure({ message: `${path} is not there any more: begin anew with --restart` }))
    }
    const file = yield* files.open(path, { flag: size === 0 ? "w" : "r+", mode: onlyMine }).pipe(explained(path))
    if (size > 0) {
      const found = yield* file.stat.pipe(explained(path))
      if (found.size < BigInt(size)) {
        return yield* Effect.fail(
          new Failure({ message: `${path} is shorter than it was left: begin anew with --restart` })
        )
      }
      yield* file.truncate(size).pipe(explained(path))
    }
    let written = size
    return {
      size: () => written,
      append: (bytes) =>
        // To where it belongs, also after a failure that left a part of it.
        file
          .seek(BigInt(written), "start")
          .pipe(
            Effect.andThen(file.writeAll(bytes)),
            Effect.andThen(Effect.sync(() => void (written += bytes.length))),
            Effect.uninterruptible,
            explained(path)
          ),
      sync: explained(path)(file.sync)
    }
  })

/** Writes a small file as a whole: whoever reads it finds the old content or the new one. */
export const replace = (path: string, content: string): Effect.Effect<void, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const temporary = `${path}.new`
    yield* Effect.scoped(
      Effect.gen(function* () {
        const file = yield* files.open(temporary, { flag: "w", mode: onlyMine })
        yield* file.writeAll(new TextEncoder().encode(content))
        yield* file.sync
      })
    )
    yield* files.rename(temporary, path)
  }).pipe(Effect.uninterruptible, explained(path))
