/**
 * One run at a time: who writes a file has a lock beside it, a file that says who that is. A run that was killed leaves its lock
 * behind, and the next one takes it over.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import { Failure } from "../failure.ts"
import { explained } from "./files.ts"

/** Who has a lock. */
const Holder = Schema.fromJsonString(
  Schema.Struct({
    /** Of this lock, and of no other. */
    id: Schema.String.check(Schema.isPattern(/^[\w-]+$/)),
    host: Schema.String,
    pid: Schema.Int,
    /** When the process began, where the system tells: later, another one may have its number. */
    began: Schema.optionalKey(Schema.String)
  })
)
type Holder = typeof Holder.Type

/** The locks that this process has. */
const own = new Set<string>()

/**
 * Keeps other runs from a file until the scope closes. Where another run has it, this fails with what `taken` says; `by` is that
 * run, as `process 4711`.
 */
export const hold = (
  path: string,
  taken: (by: string) => string
): Effect.Effect<void, Failure, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const lock = `${path}.lock`
    const left = yield* take(lock)
    if (left === undefined) return
    const message = Option.match(Schema.decodeOption(Holder)(left), {
      onNone: () => `${lock} is none of this program's files, and in its way: move it.`,
      onSome: ({ host, pid }) =>
        host === hostname()
          ? taken(`process ${pid}`)
          : `${taken(`process ${pid} of ${host}`)} If nothing runs there any more, remove ${lock}.`
    })
    return yield* Effect.fail(new Failure({ message }))
  })

/** The file for what could not be written, of imports and copies. */
export const holdFailures = (path: string) =>
  hold(
    path,
    (by) =>
      `${path} is for what another run cannot write, ${by}: wait until it is done, or name another file by --failed.`
  )

/** Takes a lock until the scope closes; or gives what it says, if somebody has it. */
const take = (lock: string): Effect.Effect<string | undefined, Failure, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const id = randomUUID()
    const began = yield* beganOf(process.pid)
    const text = Schema.encodeSync(Holder)({
      id,
      host: hostname(),
      pid: process.pid,
      ...(began === undefined ? undefined : { began })
    })
    const free = read(lock).pipe(
      Effect.flatMap((found) => (found === text ? files.remove(lock) : Effect.void)),
      Effect.ignore,
      Effect.andThen(Effect.sync(() => own.delete(id)))
    )
    own.add(id)
    yield* Effect.addFinalizer(() => free)
    while (true) {
      const failure = yield* Effect.flip(files.writeFileString(lock, text, { flag: "wx" })).pipe(
        Effect.orElseSucceed(() => undefined)
      )
      // Where there can be no lock, there can be nothing else beside it either: whatever is to be written there will say why.
      if (failure?.reason._tag !== "AlreadyExists") return undefined
      const left = yield* read(lock)
      if (left === undefined) continue
      if (!(yield* isLeftOver(left))) return left
      yield* removeLeftOver(lock, left)
    }
  }).pipe(Effect.uninterruptible)

/** What a lock says, if it is there. */
const read = (lock: string): Effect.Effect<string | undefined, Failure, FileSystem.FileSystem> =>
  FileSystem.FileSystem.use((files) => files.readFileString(lock)).pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "NotFound",
      () => Effect.undefined
    ),
    // Between a lock's first moment and its second it says nothing: longer only where the process was killed there.
    Effect.repeat({ until: (text) => text !== "", times: 50, schedule: Schedule.spaced("20 millis") }),
    explained(lock)
  )

/** Whether its run has ended without giving it back. Of one that runs elsewhere nobody here can tell. */
const isLeftOver = (text: string): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  Option.match(Schema.decodeOption(Holder)(text), {
    onNone: () => Effect.succeed(text === ""),
    onSome: (holder) =>
      holder.host === hostname() ? Effect.map(isRunning(holder), (runs) => !runs) : Effect.succeed(false)
  })

const isRunning = ({ began, id, pid }: Holder): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  pid === process.pid
    ? Effect.sync(() => own.has(id))
    : Effect.try({
        // Signal 0 is none: it only tells whether there is a process to send one to.
        try: () => process.kill(pid, 0),
        catch: (error) => error instanceof Error && "code" in error && error.code === "EPERM"
      }).pipe(
        Effect.catch(Effect.succeed),
        Effect.flatMap((exists) =>
          exists && began !== undefined ? Effect.map(beganOf(pid), (now) => now === began) : Effect.succeed(exists)
        )
      )

/** When a process began that has not ended, where the system has /proc. */
const beganOf = (pid: number): Effect.Effect<string | undefined, never, FileSystem.FileSystem> =>
  FileSystem.FileSystem.use((files) => files.readFileString(`/proc/${pid}/stat`)).pipe(
    Effect.map((stat) => {
      // Of 52 fields the second stands in brackets, with any text in them. A zombie has ended, though nobody has taken note of it.
      const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
      return state === "Z" ? undefined : rest[18]
    }),
    Effect.orElseSucceed(() => undefined)
  )

/** Several runs may find the same one at once: of those that do, only who has the lock of its removal removes it, if it is there still. */
const removeLeftOver = (lock: string, left: string): Effect.Effect<void, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const id = Option.match(Schema.decodeOption(Holder)(left), { onNone: () => "empty", onSome: ({ id }) => id })
    if ((yield* take(`${lock}.${id}`)) !== undefined) return yield* Effect.sleep("20 millis")
    if ((yield* read(lock)) !== left) return
    yield* FileSystem.FileSystem.use((files) => files.remove(lock)).pipe(explained(lock))
  }).pipe(Effect.scoped)
