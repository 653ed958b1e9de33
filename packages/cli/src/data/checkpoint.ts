/** Notes beside a file of how far a command got, to go on from after an interruption. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Failure } from "../failure.ts"
import { fromDynamoJson, toDynamoJson } from "../items/dynamoJson.ts"
import { explained, replace } from "./files.ts"
import { Identity } from "./tableShape.ts"
import type { Cursor } from "./pages.ts"

/** Where a segment of a scan is: what follows the key in `after`, all of it if there is none, or nothing if it is done. */
export const SavedCursor = Schema.Struct({
  done: Schema.Boolean,
  /** In DynamoDB JSON. */
  after: Schema.optionalKey(Schema.Unknown)
})

export const ExportProgress = Schema.Struct({
  command: Schema.Literal("export"),
  version: Schema.Literal(1),
  table: Identity,
  index: Schema.optionalKey(Schema.String),
  consistent: Schema.Boolean,
  filter: Schema.optionalKey(Schema.String),
  format: Schema.Literals(["dynamodb", "plain"]),
  cursors: Schema.Array(SavedCursor),
  /** What of the file is good, in bytes. */
  size: Schema.Int,
  items: Schema.Int
})
export type ExportProgress = typeof ExportProgress.Type

export const ImportProgress = Schema.Struct({
  command: Schema.Literal("import"),
  version: Schema.Literal(1),
  table: Identity,
  /** The file as it was: another one is not gone on with. */
  file: Schema.Struct({ size: Schema.String, modified: Schema.optionalKey(Schema.String) }),
  /** Where to go on: at a byte, decompressed, with the number of lines before it, and of lines after it that are done. */
  offset: Schema.Int,
  lines: Schema.Int,
  more: Schema.Int,
  items: Schema.Int,
  failed: Schema.Int,
  replaced: Schema.Int,
  /** What of the file of failures is good, in bytes. */
  failedSize: Schema.Int
})
export type ImportProgress = typeof ImportProgress.Type

export const CopyProgress = Schema.Struct({
  command: Schema.Literal("copy"),
  version: Schema.Literal(1),
  from: Identity,
  to: Identity,
  filter: Schema.optionalKey(Schema.String),
  cursors: Schema.Array(SavedCursor),
  items: Schema.Int,
  failed: Schema.Int,
  failedSize: Schema.Int
})
export type CopyProgress = typeof CopyProgress.Type

/** Reads what an earlier run has left; none if it left nothing. */
export const load = <A>(
  path: string,
  schema: Schema.Codec<A, unknown>
): Effect.Effect<Option.Option<A>, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    if (!(yield* files.exists(path).pipe(explained(path)))) return Option.none()
    const text = yield* files.readFileString(path).pipe(explained(path))
    const found = Schema.decodeUnknownOption(Schema.fromJsonString(schema))(text)
    if (Option.isSome(found)) return found
    return yield* Effect.fail(
      new Failure({
        message: `${path} is not what this command leaves when it is interrupted: move it away, or begin anew with --restart`
      })
    )
  })

/** Notes how far it got, in place of what was noted before. */
export const save = <A>(path: string, schema: Schema.Codec<A, unknown>, progress: A) =>
  replace(path, `${JSON.stringify(Schema.encodeSync(schema)(progress))}\n`)

/** Nothing is left to go on with. */
export const remove = (path: string): Effect.Effect<void, Failure, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.remove(path, { force: true })).pipe(explained(path))

/** Cursors as they are saved. */
export const toSaved = (cursors: ReadonlyArray<Cursor>): ReadonlyArray<typeof SavedCursor.Type> =>
  cursors.map(({ after, done }) => ({ done, ...(after === undefined ? undefined : { after: toDynamoJson(after) }) }))

/** And back. */
export const fromSaved = (path: string, saved: ReadonlyArray<typeof SavedCursor.Type>) =>
  Effect.try({
    try: () =>
      saved.map(({ after, done }): Cursor => ({
        done,
        after: after === undefined ? undefined : fromDynamoJson(after)
      })),
    catch: (cause) => new Failure({ message: `${path} cannot be read: begin anew with --restart`, cause })
  })
