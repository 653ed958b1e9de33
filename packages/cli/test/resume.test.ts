import { DynamoClient } from "@effect-dynamo/client"
import { assert } from "@effect/vitest"
import { Effect, FileSystem, Option, Random } from "effect"
import { gunzipSync } from "node:zlib"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { json, run } from "../test-support/cli.ts"
import { describe } from "../src/data/tableShape.ts"
import { inFolder } from "../test-support/folder.ts"
import { contents, createTable, fill, tableOf } from "../test-support/items.ts"
import { controlC, type } from "../test-support/pty.ts"
import { startOnEngine } from "../test-support/process.ts"

const read = (path: string) => FileSystem.FileSystem.use((files) => files.readFile(path))
const write = (path: string, text: string) => FileSystem.FileSystem.use((files) => files.writeFileString(path, text))
const exists = (path: string) => FileSystem.FileSystem.use((files) => files.exists(path))

const linesOf = (path: string) =>
  Effect.map(read(path), (bytes) =>
    (path.endsWith(".gz") ? gunzipSync(bytes) : Buffer.from(bytes)).toString().split("\n").slice(0, -1)
  )

/** Runs a command in its own process, and kills it at a random moment after it has begun; again, until it has done all. */
const killedUntilDone = (notes: string, args: ReadonlyArray<string>, kills: number) =>
  Effect.gen(function* () {
    let killed = 0
    while (true) {
      const child = yield* startOnEngine(...args, "--quiet")
      if (killed < kills) {
        // From when it has found where to begin.
        while (!child.hasEnded() && !(yield* exists(notes))) yield* Effect.sleep(5)
        yield* Effect.sleep(yield* Random.nextIntBetween(0, killed === 0 ? 300 : 2500))
        child.kill("SIGKILL")
      }
      const { code, signal, stderr } = yield* child.ended
      if (code === 0) return killed
      if (signal !== "SIGKILL") return yield* Effect.die(`It ended with ${code}: ${stderr}`)
      killed++
      // It had done all, and had only to end: a file without notes beside it is whole.
      if (!(yield* exists(notes)) && (yield* exists(notes.replace(/\.progress$/, "")))) return killed
    }
  })

/** Runs a command in this process, interrupted at random moments. */
const interruptedUntilDone = (args: ReadonlyArray<string>, millis: number) =>
  Effect.gen(function* () {
    let interrupted = 0
    while (true) {
      const done = yield* Effect.timeoutOption(run(...args), yield* Random.nextIntBetween(1, millis))
      if (Option.isSome(done)) return { ...done.value, interrupted }
      interrupted++
      if (interrupted > 200) return yield* Effect.die("It does not get on")
    }
  })

onlyLocal("an interrupted command", (it) => {
  it.effect(
    "exports each item once, killed at any moment",
    () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          yield* tableOf("killed", 3000)
          for (const name of ["killed.ndjson", "killed.ndjson.gz"]) {
            const path = `${folder}/${name}`
            const args = ["export", "killed", "--output", path, "--segments", "3", "--page-size", "20"]
            const kills = yield* killedUntilDone(`${path}.progress`, args, 3)
            assert.isAbove(kills, 0)
            const lines = yield* linesOf(path)
            assert.strictEqual(lines.length, 3000)
            assert.strictEqual(new Set(lines).size, 3000)
            assert.isFalse(yield* exists(`${path}.progress`))
            assert.isFalse(yield* exists(`${path}.progress.new`))
            const target = name.replace(".ndjson", "-")
            yield* createTable(target)
            assert.deepInclude(yield* json("import", target, path), { items: 3000, failed: 0 })
            assert.deepStrictEqual(yield* contents(target), yield* contents("killed"))
          }
        })
      ),
    120_000
  )

  it.effect(
    "imports all items and counts each failure once, killed at any moment",
    () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          yield* createTable("imported")
          const path = `${folder}/i.ndjson`
          const isBad = (i: number) => i % 500 === 77
          const lines = Array.from({ length: 4000 }, (_, i) =>
            isBad(i) ? `{"pk":"bad ${i}"}` : `{"pk":"P${i % 50}","sk":"${i}","n":${i}}`
          )
          yield* write(path, lines.join("\n"))
          const notes = `${path}.imported.progress`
          const args = ["import", "imported", path, "--concurrency", "2", "--write-rate", "1500"]
          let kills = 0
          for (const pause of [100, 900, 1500, 2000, undefined]) {
            const child = yield* startOnEngine(...args)
            if (pause !== undefined) {
              while (!child.hasEnded() && !(yield* exists(notes))) yield* Effect.sleep(5)
              yield* Effect.sleep(pause)
              child.kill("SIGKILL")
            }
            const { code, signal } = yield* child.ended
            if (signal === "SIGKILL") kills++
            // Lines that fail make it end with 1.
            else assert.strictEqual(code, 1)
            if (code === 1) break
          }
          assert.isAbove(kills, 0)
          assert.isFalse(yield* exists(notes))
          const failed = (yield* linesOf(`${path}.failed.ndjson`)).map(
            (line) => (JSON.parse(line) as { Line: number }).Line
          )
          assert.deepStrictEqual(failed, [78, 578, 1078, 1578, 2078, 2578, 3078, 3578])
          const found = yield* contents("imported")
          assert.deepStrictEqual(
            found.map(({ n }) => Number(n!.N)).sort((a, b) => a - b),
            lines.flatMap((_, i) => (isBad(i) ? [] : [i]))
          )
        })
      ),
    120_000
  )

  it.effect(
    "goes on after it was interrupted, in the same process",
    () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          yield* tableOf("interrupted", 3000)
          const path = `${folder}/e.ndjson.gz`
          const args = ["export", "interrupted", "-o", path, "--page-size", "10", "--json"]
          const exported = yield* interruptedUntilDone(args, 400)
          assert.strictEqual(exported.code, 0, exported.stderr)
          assert.isAbove(exported.interrupted, 0)
          const summary = JSON.parse(exported.stdout) as { readonly items: number; readonly itemsBefore: number }
          assert.strictEqual(summary.items, 3000)
          assert.isAbove(summary.itemsBefore, 0)
          assert.strictEqual(new Set(yield* linesOf(path)).size, 3000)

          yield* createTable("interrupted-2")
          const imported = yield* interruptedUntilDone(["import", "interrupted-2", path, "--concurrency", "1"], 400)
          assert.strictEqual(imported.code, 0, imported.stderr)
          assert.isAbove(imported.interrupted, 0)
          assert.deepStrictEqual(yield* contents("interrupted-2"), yield* contents("interrupted"))

          yield* createTable("interrupted-3")
          const progress = ["--progress", `${folder}/copy`]
          const copied = yield* interruptedUntilDone(
            ["copy", "interrupted", "interrupted-3", "--page-size", "20", "--concurrency", "1", ...progress],
            400
          )
          assert.strictEqual(copied.code, 0, copied.stderr)
          assert.isAbove(copied.interrupted, 0)
          assert.match(copied.stdout, /^Copied 3,000 items/)
          assert.deepStrictEqual(yield* contents("interrupted-3"), yield* contents("interrupted"))
        })
      ),
    120_000
  )

  it.effect(
    "ends with 130 at control-C, and says how to go on",
    () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          yield* tableOf("control-c", 2000)
          const path = `${folder}/c.ndjson`
          const child = yield* startOnEngine("export", "control-c", "-o", path, "--page-size", "5", "--read-rate", "20")
          while (!child.hasEnded() && !(yield* exists(path))) yield* Effect.sleep(5)
          yield* Effect.sleep(1000)
          child.kill("SIGINT")
          const { code, stderr, stdout } = yield* child.ended
          assert.strictEqual(code, 130)
          assert.strictEqual(stdout, "")
          assert.match(stderr, /^Interrupted: .* has \d+ items\. Run the same command again to go on from there\.\n$/)
          const noted = JSON.parse(new TextDecoder().decode(yield* read(`${path}.progress`))) as {
            readonly items: number
            readonly size: number
          }
          assert.include(stderr, ` has ${noted.items} items.`)
          assert.strictEqual((yield* linesOf(path)).length, noted.items)
          assert.strictEqual((yield* read(path)).length, noted.size)

          // Nobody takes for complete what is not.
          const early = yield* run("import", "control-c", path)
          assert.strictEqual(early.code, 1)
          assert.include(early.stderr, "finish that first")

          // Not what was begun.
          for (const [flags, why] of [
            [["--segments", "2"], "had --segments 4"],
            [["--format", "plain"], "had --format dynamodb"],
            [["--filter", "number > 3"], "had no --filter"],
            [["--consistent"], "had no --consistent"]
          ] as const) {
            const other = yield* run("export", "control-c", "-o", path, ...flags)
            assert.strictEqual(other.code, 1)
            assert.include(other.stderr, why)
            assert.include(other.stderr, "--restart")
          }
          const anew = yield* json("export", "control-c", "-o", path, "--segments", "2", "--restart")
          assert.deepInclude(anew, { items: 2000, itemsBefore: 0 })
          assert.strictEqual(new Set(yield* linesOf(path)).size, 2000)
        })
      ),
    60_000
  )

  it.effect("goes on after keys of binary and numbers", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        for (const name of ["binary", "binary-2"]) yield* createTable(name, { pk: "B", sk: "N" })
        yield* fill(
          "binary",
          Array.from({ length: 400 }, (_, i) => ({ pk: { B: Uint8Array.of(i % 7, 255) }, sk: { N: `${i}.5` } }))
        )
        const path = `${folder}/b.ndjson`
        const slow = ["export", "binary", "-o", path, "--page-size", "5", "--read-rate", "20"]
        yield* Effect.timeoutOption(run(...slow), 1000)
        const summary = yield* json("export", "binary", "-o", path)
        assert.deepInclude(summary, { items: 400 })
        assert.isAbove((summary as { readonly itemsBefore: number }).itemsBefore, 0)
        assert.strictEqual(new Set(yield* linesOf(path)).size, 400)
        assert.deepInclude(yield* json("import", "binary-2", path), { items: 400, failed: 0 })
        assert.deepStrictEqual(yield* contents("binary-2"), yield* contents("binary"))
      })
    )
  )

  it.effect("shows at a terminal how far it is, and leaves nothing of it", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* tableOf("watched", 400)
        const path = `${folder}/w.ndjson`
        const slow = ["export", "watched", "--output", path, "--page-size", "10", "--read-rate", "10"]
        const stopped = yield* type(slow, { answers: [{ after: "items", type: controlC }] })
        assert.strictEqual(stopped.code, 130)
        assert.match(stopped.raw, /Exporting watched {2}[█░]+ {2}\d+% {2}\d+ items {2}\d+\/s/)
        assert.match(stopped.text, /Interrupted: .* has \d+ items?\. Run the same command again to go on from there\.$/)
        const done = yield* type(["export", "watched", "--output", path])
        assert.strictEqual(done.code, 0)
        assert.match(done.text, /^Going on after \d+ items? in .*\nExported 400 items of watched to .*\.$/)
      })
    )
  )

  it.effect("can be gone on with after the service has failed", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        yield* createTable("vanishing")
        const path = `${folder}/v.ndjson`
        yield* write(path, Array.from({ length: 1000 }, (_, i) => `{"pk":"P","sk":"${i}"}`).join("\n"))
        const [{ code, stderr }] = yield* Effect.all(
          [
            run("import", "vanishing", path, "--write-rate", "200"),
            Effect.delay(client.deleteTable({ TableName: "vanishing" }), 1500)
          ],
          { concurrency: 2 }
        )
        assert.strictEqual(code, 1)
        assert.match(stderr, /Stopped: \d+ items written\. Run the same command again to go on from there\./)
        assert.include(stderr, "list-tables")
        assert.isFalse(yield* exists(`${path}.failed.ndjson`))
        assert.isTrue(yield* exists(`${path}.vanishing.progress`))
        // One of the same name is not the same.
        yield* createTable("vanishing")
        assert.include((yield* run("import", "vanishing", path)).stderr, "--restart")
        assert.deepInclude(yield* json("import", "vanishing", path, "--restart"), { items: 1000, failed: 0 })
      })
    )
  )

  it.effect("is not gone on with where its file is not what it left", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* tableOf("meddled", 500)
        const path = `${folder}/m.ndjson`
        const slow = ["export", "meddled", "-o", path, "--page-size", "5", "--read-rate", "20"]
        yield* Effect.timeoutOption(run(...slow), 1000)
        const bytes = yield* read(path)
        assert.isAbove(bytes.length, 0)
        yield* FileSystem.FileSystem.use((files) => files.writeFile(path, bytes.subarray(1)))
        assert.include((yield* run(...slow)).stderr, "shorter than it was left")
        yield* FileSystem.FileSystem.use((files) => files.remove(path))
        assert.include((yield* run(...slow)).stderr, "not there any more")
        // What was written after the last note counts for nothing.
        yield* FileSystem.FileSystem.use((files) =>
          files.writeFile(path, Buffer.concat([bytes, Buffer.from('{"Item":')]))
        )
        assert.deepInclude(yield* json("export", "meddled", "-o", path), { items: 500 })
        assert.strictEqual(new Set(yield* linesOf(path)).size, 500)
      })
    )
  )

  it.effect("does not go on with another table, nor with a file that has changed", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* createTable("changed")
        yield* fill("changed", [{ pk: { S: "a" }, sk: { S: "b" } }])
        const path = `${folder}/x.ndjson`
        yield* write(path, '{"pk":"a","sk":"b"}\n')
        const notes = {
          command: "import",
          version: 1,
          table: { name: "changed", id: "another" },
          file: { size: "20", modified: "2020-01-01T00:00:00.000Z" },
          offset: 20,
          lines: 1,
          more: 0,
          items: 1,
          failed: 0,
          replaced: 0,
          failedSize: 0
        }
        yield* write(`${path}.changed.progress`, JSON.stringify(notes))
        assert.include((yield* run("import", "changed", path)).stderr, "another one")
        const { identity: table } = yield* describe("changed")
        yield* write(`${path}.changed.progress`, JSON.stringify({ ...notes, table }))
        assert.include((yield* run("import", "changed", path)).stderr, "has changed since its import was interrupted")
        yield* write(`${path}.changed.progress`, "{}")
        assert.include((yield* run("import", "changed", path)).stderr, "--restart")
        assert.deepInclude(yield* json("import", "changed", path, "--restart"), { items: 1 })
      })
    )
  )
})
