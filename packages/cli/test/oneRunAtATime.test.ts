/** Two runs of one command at the same time, in processes of their own. */
import { assert } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { json, run } from "../test-support/cli.ts"
import { inFolder } from "../test-support/folder.ts"
import { contents, createTable, tableOf } from "../test-support/items.ts"
import { type Running, startOnEngine } from "../test-support/process.ts"

const read = (path: string) => FileSystem.FileSystem.use((files) => files.readFileString(path))
const write = (path: string, text: string) => FileSystem.FileSystem.use((files) => files.writeFileString(path, text))
const exists = (path: string) => FileSystem.FileSystem.use((files) => files.exists(path))
const filesIn = (folder: string) => FileSystem.FileSystem.use((files) => files.readDirectory(folder))

/** Starts a command, and waits until it has noted where it begins. */
const begun = (notes: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const child = yield* startOnEngine(...args)
    while (!child.hasEnded() && !(yield* exists(notes))) yield* Effect.sleep(5)
    return child
  })

const killed = (child: Running) =>
  Effect.andThen(
    Effect.sync(() => child.kill("SIGKILL")),
    child.ended
  )

onlyLocal("of two runs at once", (it) => {
  it.effect(
    "one exports to a file, and the other fails and changes nothing; killed, it is in nobody's way",
    () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          yield* tableOf("at-once", 600)
          const path = `${folder}/e.ndjson`
          const slow = ["export", "at-once", "-o", path, "--page-size", "10", "--read-rate", "20"]
          const first = yield* begun(`${path}.progress`, ...slow)
          for (const flags of [[], ["--restart"], ["--overwrite"]]) {
            const { code, stderr } = yield* run("export", "at-once", "-o", path, ...flags)
            assert.strictEqual(code, 1)
            assert.match(stderr, /e\.ndjson is being written by another export, process \d+: wait until it is done/)
          }
          assert.isFalse(first.hasEnded())
          assert.strictEqual((yield* killed(first)).signal, "SIGKILL")
          assert.isTrue(yield* exists(`${path}.lock`))

          assert.deepInclude(yield* json("export", "at-once", "-o", path), { items: 600 })
          const lines = (yield* read(path)).split("\n").slice(0, -1)
          assert.strictEqual(lines.length, 600)
          assert.strictEqual(new Set(lines).size, 600)
          assert.deepStrictEqual(yield* filesIn(folder), ["e.ndjson"])
        })
      ),
    60_000
  )

  it.effect(
    "one imports a file, and the other fails; also into another table, with the same file of failures",
    () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          for (const table of ["into", "into-2"]) yield* createTable(table)
          const path = `${folder}/i.ndjson`
          yield* write(path, Array.from({ length: 600 }, (_, i) => `{"pk":"P","sk":"${i}"}\n`).join(""))
          const slow = ["import", "into", path, "--write-rate", "100"]
          const first = yield* begun(`${path}.into.progress`, ...slow)
          const again = yield* run("import", "into", path, "--failed", `${folder}/f`)
          assert.strictEqual(again.code, 1)
          assert.match(again.stderr, /i\.ndjson is being imported into into already, by process \d+: wait until it is/)
          const elsewhere = yield* run("import", "into-2", path)
          assert.strictEqual(elsewhere.code, 1)
          assert.match(elsewhere.stderr, /i\.ndjson\.failed\.ndjson is for what another run cannot write, process \d+/)
          assert.deepInclude(yield* json("import", "into-2", path, "--failed", `${folder}/f`), { items: 600 })
          assert.isFalse(first.hasEnded())
          yield* killed(first)

          assert.deepInclude(yield* json("import", "into", path), { items: 600, failed: 0 })
          assert.strictEqual((yield* contents("into")).length, 600)
          assert.deepStrictEqual(yield* filesIn(folder), ["i.ndjson"])
        })
      ),
    60_000
  )

  it.effect(
    "one copies, and the other fails",
    () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          yield* tableOf("from", 300)
          for (const table of ["copy-1", "copy-2"]) yield* createTable(table)
          const notes = `${folder}/notes`
          const flags = ["--progress", notes, "--failed", `${folder}/f`]
          const first = yield* begun(notes, "copy", "from", "copy-1", ...flags, "--write-rate", "50")
          const sameNotes = yield* run("copy", "from", "copy-2", "--progress", notes, "--failed", `${folder}/g`)
          assert.strictEqual(sameNotes.code, 1)
          assert.match(sameNotes.stderr, /notes is being written by another copy, process \d+/)
          const sameFailures = yield* run("copy", "from", "copy-2", "--failed", `${folder}/f`)
          assert.strictEqual(sameFailures.code, 1)
          assert.match(sameFailures.stderr, /f is for what another run cannot write, process \d+.* by --failed/)
          yield* killed(first)
          assert.deepInclude(yield* json("copy", "from", "copy-1", ...flags), { items: 300, failed: 0 })
          assert.deepStrictEqual(yield* filesIn(folder), [])
        })
      ),
    60_000
  )
})
