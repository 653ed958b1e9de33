/** Locks, of which one run at a time has each, and which those that were killed leave behind. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, FileSystem, Random } from "effect"
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { hostname } from "node:os"
import { hold } from "../src/data/lock.ts"
import { inFolder } from "../test-support/folder.ts"

const holdFile = (path: string) => hold(path, (by) => `${path} is taken by ${by}.`)

const holder = (of: { readonly pid: number; readonly host?: string; readonly began?: string }) =>
  JSON.stringify({ id: "left-over", host: hostname(), ...of })

/** The number of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ["-e", "0"]).pid

/** Runs a test with a lock that says something already. */
const withLock = <A, E, R>(text: string, test: (path: string, lock: string) => Effect.Effect<A, E, R>) =>
  inFolder((folder) => {
    const path = `${folder}/file`
    return Effect.andThen(
      FileSystem.FileSystem.use((files) => files.writeFileString(`${path}.lock`, text)),
      test(path, `${path}.lock`)
    )
  })

const contentOf = (path: string) => FileSystem.FileSystem.use((files) => files.readFileString(path))

const filesIn = (folder: string) => FileSystem.FileSystem.use((files) => files.readDirectory(folder))

describe("a lock", () => {
  it.live("is one run's at a time, and gone after it", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const path = `${folder}/file`
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* holdFile(path)
            const { message } = yield* Effect.flip(Effect.scoped(holdFile(path)))
            assert.strictEqual(message, `${path} is taken by process ${process.pid}.`)
            // Who did not get it has not taken it away.
            assert.isTrue(existsSync(`${path}.lock`))
            yield* Effect.scoped(holdFile(`${folder}/other`))
          })
        )
        assert.deepStrictEqual(yield* filesIn(folder), [])
        yield* Effect.scoped(holdFile(path))
      })
    )
  )

  it.live("is taken over from a process that was killed", () =>
    withLock(holder({ pid: deadPid() }), (path, lock) =>
      Effect.gen(function* () {
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* holdFile(path)
            assert.include(yield* contentOf(lock), `"pid":${process.pid}`)
          })
        )
        assert.isFalse(existsSync(lock))
      })
    )
  )

  it.live("is taken over by one run at a time, of many that come for it", () =>
    Effect.gen(function* () {
      let [holding, most, times] = [0, 0, 0]
      const run = (path: string) =>
        holdFile(path).pipe(
          Effect.tap(() =>
            Effect.sync(() => {
              times++
              most = Math.max(most, ++holding)
            })
          ),
          Effect.tap(() => Effect.sleep("5 millis")),
          Effect.tap(() => Effect.sync(() => holding--)),
          Effect.scoped,
          Effect.ignore
        )
      const pid = deadPid()
      for (let round = 0; round < 30; round++) {
        yield* withLock(holder({ pid }), (path) =>
          Effect.forEach(
            Array.from({ length: 12 }),
            () => Effect.flatMap(Random.nextIntBetween(0, 4), (millis) => Effect.delay(run(path), millis)),
            { concurrency: "unbounded" }
          )
        )
      }
      assert.strictEqual(most, 1)
      assert.isAtLeast(times, 30)
    })
  )

  // Containers and restarted machines give out the same numbers again. Where there is no /proc, a number is all there is to know.
  for (const [whose, pid] of [
    ["this process", process.pid],
    ["another one that runs", process.ppid]
  ] as const) {
    it.live(`is taken over where its number is now that of ${whose}`, () =>
      withLock(holder({ pid, began: "1" }), (path, lock) =>
        Effect.gen(function* () {
          const exit = yield* Effect.exit(Effect.scoped(holdFile(path)))
          assert.strictEqual(Exit.isSuccess(exit), pid === process.pid || existsSync("/proc/self/stat"))
          assert.strictEqual(existsSync(lock), Exit.isFailure(exit))
        })
      )
    )
  }

  it.live("is respected while its process runs, whoever has begun it", () =>
    withLock(holder({ pid: process.ppid }), (path, lock) =>
      Effect.gen(function* () {
        const { message } = yield* Effect.flip(Effect.scoped(holdFile(path)))
        assert.strictEqual(message, `${path} is taken by process ${process.ppid}.`)
        assert.isTrue(existsSync(lock))
      })
    )
  )

  it.live("of another machine is respected, and the message says what to do if that is gone", () =>
    withLock(holder({ pid: deadPid(), host: "elsewhere" }), (path, lock) =>
      Effect.gen(function* () {
        const { message } = yield* Effect.flip(Effect.scoped(holdFile(path)))
        assert.match(message, /process \d+ of elsewhere\. If nothing runs there any more, remove .*file\.lock\.$/)
        assert.isTrue(existsSync(lock))
      })
    )
  )

  it.live("is taken over where its process was killed before it said anything", () =>
    withLock("", (path, lock) =>
      Effect.gen(function* () {
        yield* Effect.scoped(holdFile(path))
        assert.isFalse(existsSync(lock))
      })
    )
  )

  it.live("never takes a file of somebody else's for one", () =>
    withLock("precious", (path, lock) =>
      Effect.gen(function* () {
        const { message } = yield* Effect.flip(Effect.scoped(holdFile(path)))
        assert.include(message, `${lock} is none of this program's files`)
        assert.strictEqual(yield* contentOf(lock), "precious")
      })
    )
  )

  it.live("is done without where there is no folder for it: whatever is written there fails by itself", () =>
    inFolder((folder) => Effect.scoped(holdFile(`${folder}/none/file`)))
  )
})
