/**
 * A file that grows while a command runs, with notes of how far it is beside it: so that the command goes on where it was,
 * whenever it was interrupted or killed, with nothing lost and nothing twice.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as FileSystem from "effect/FileSystem"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { Failure } from "../failure.ts"
import * as Checkpoint from "./checkpoint.ts"
import { type Growing, openAt } from "./files.ts"
import { compress, isCompressed } from "./gzip.ts"

export interface Options<A> {
  /** The file. Nothing is there but what is good, `size` bytes. */
  readonly path: string
  readonly size: number
  /** Whether the file is there even if nothing is put into it. */
  readonly always: boolean
  /** Where to note how far it is: all that was put, of which the file has so many bytes. */
  readonly notes:
    | { readonly path: string; readonly schema: Schema.Codec<A, unknown>; readonly current: () => (size: number) => A }
    | undefined
}

export interface Journal {
  /**
   * Appends text, now or a little later. It counts as put at once, when it is called: what else is noted has to change in
   * the same moment.
   */
  readonly put: (text: string) => Effect.Effect<void, Failure>
  /** How much the file has, in bytes. */
  readonly size: () => number
  /** Runs what puts, and notes how far it is: about once a second, and when it ends otherwise than well. */
  readonly during: <B, E, R>(self: Effect.Effect<B, E, R>) => Effect.Effect<B, E | Failure, R>
  /** All is done: the file is complete, and the notes are removed. */
  readonly finish: Effect.Effect<void, Failure>
}

/** How many characters are gathered before they are written, and compressed together. */
const part = 1024 * 1024

export const make = <A>({
  always,
  notes,
  path,
  size
}: Options<A>): Effect.Effect<Journal, Failure, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<FileSystem.FileSystem | Scope.Scope>()
    const lock = yield* Semaphore.make(1)
    const save = (progress: A | undefined): Effect.Effect<void, Failure> =>
      notes === undefined || progress === undefined
        ? Effect.void
        : Effect.provideContext(Checkpoint.save(notes.path, notes.schema, progress), context)

    let waiting: Array<string> = []
    let length = 0
    let file: Growing | undefined
    const opened = Effect.suspend(() =>
      file === undefined
        ? Effect.tap(Effect.provideContext(openAt(path, size), context), (opened) =>
            Effect.sync(() => void (file = opened))
          )
        : Effect.succeed(file)
    )
    const written = () => file?.size() ?? size

    const append = (text: string) =>
      Effect.flatMap(opened, (file) => {
        const bytes = new TextEncoder().encode(text)
        return Effect.flatMap(isCompressed(path) ? compress(bytes) : Effect.succeed(bytes), file.append)
      })

    /** Writes what waits, and then does what goes with exactly that. */
    const flush = (after: () => Effect.Effect<void, Failure>): Effect.Effect<void, Failure> =>
      Effect.suspend(() => {
        const text = waiting.join("")
        const then = after()
        waiting = []
        length = 0
        if (text === "") return then
        const putBack = Effect.sync(() => {
          waiting.unshift(text)
          length += text.length
        })
        return Effect.andThen(
          Effect.onError(append(text), () => putBack),
          then
        )
      }).pipe(Effect.uninterruptible, lock.withPermit)

    const sync = Effect.suspend(() => file?.sync ?? Effect.void)
    const checkpoint = flush(() => {
      const progress = notes?.current()
      return Effect.andThen(
        sync,
        Effect.suspend(() => save(progress?.(written())))
      )
    })

    // Noted before there is a file, so that a file without notes is always a complete one.
    if (size === 0) yield* save(notes?.current()(0))
    if (always || size > 0) yield* opened
    return {
      put: (text) => {
        waiting.push(text)
        length += text.length
        return length < part ? Effect.void : flush(() => Effect.void)
      },
      size: written,
      during: (self) =>
        Effect.raceFirst(self, Effect.forever(Effect.andThen(Effect.sleep("1 second"), checkpoint))).pipe(
          Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : Effect.ignore(checkpoint)))
        ),
      finish: flush(() => Effect.void).pipe(
        // Nothing at all is no compressed file.
        Effect.andThen(
          Effect.suspend(() => (file !== undefined && isCompressed(path) && written() === 0 ? append("") : Effect.void))
        ),
        Effect.andThen(sync),
        Effect.andThen(
          notes === undefined ? Effect.void : Effect.provideContext(Checkpoint.remove(notes.path), context)
        )
      )
    }
  })
