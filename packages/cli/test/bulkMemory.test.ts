import { assert } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { environment } from "../test-support/cli.ts"
import { inFolder } from "../test-support/folder.ts"
import { createTable } from "../test-support/items.ts"
import { start } from "../test-support/process.ts"

onlyLocal("an import", (it) => {
  it.effect(
    "takes no more memory for a large file, even if nothing in it can be written",
    () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          yield* createTable("large")
          const path = `${folder}/large.ndjson`
          const line = `{"pk":"P","sk":1,"text":"${"x".repeat(2000)}"}\n`
          const lines = 60_000
          yield* FileSystem.FileSystem.use((files) =>
            Effect.gen(function* () {
              const file = yield* files.open(path, { flag: "w" })
              const part = new TextEncoder().encode(line.repeat(1000))
              for (let i = 0; i < lines / 1000; i++) yield* file.writeAll(part)
            })
          )
          // 120 MB in a heap of 64.
          const env = { ...(yield* environment), NODE_OPTIONS: "--max-old-space-size=64" }
          const child = yield* start(["import", "large", path, "--format", "plain", "--json"], env)
          const { code, stderr, stdout } = yield* child.ended
          assert.strictEqual(code, 1, stderr)
          assert.deepInclude(JSON.parse(stdout), { items: 0, failed: lines })
          const failed = yield* FileSystem.FileSystem.use((files) => files.stat(`${path}.failed.ndjson`))
          assert.isAbove(Number(failed.size), line.length * lines)
        })
      ),
    120_000
  )
})
