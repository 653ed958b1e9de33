import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { join } from "node:path"

const root = join(import.meta.dirname, "..", "..", "..")

/** Runs engines.test.ts in a Vitest of its own, as on a machine without Java. */
const runWithoutJava = (variables: Record<string, string>) =>
  Effect.callback<{ readonly code: number | null; readonly output: string }>((resume) => {
    const { CI: _ci, DYNAMODB_ENDPOINT: _endpoint, ...inherited } = process.env
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
    const args = [
      "run",
      "--config",
      "vitest.workspace.ts",
      "--project",
      "testing",
      "--reporter",
      "verbose",
      "test/engines.test.ts"
    ]
    const child = spawn(process.execPath, [vitest, ...args], {
      cwd: root,
      env: { ...inherited, JAVA_HOME: "/nonexistent", NO_COLOR: "1", ...variables },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text
      })
    }
    child.once("close", (code) => resume(Effect.succeed({ code, output })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

describe("without Java", () => {
  it.live(
    "the tests on DynamoDB Local are skipped, by name and with the reason, and the others run",
    () =>
      Effect.gen(function* () {
        const { code, output } = yield* runWithoutJava({})
        assert.strictEqual(code, 0, output)
        assert.match(output, /Tests on DynamoDB Local are skipped\. DynamoDB Local needs Java/)
        assert.match(output, /↓.*\[dynamodb-local\], skipped: DynamoDB Local needs Java.* > has a client of the engine/)
        assert.match(output, /✓.*\[dynalite\] > has a client of the engine/)
        assert.match(output, /Tests +2 passed \| 3 skipped/)
      }),
    60_000
  )

  it.live(
    "the run fails in CI",
    () =>
      Effect.gen(function* () {
        const { code, output } = yield* runWithoutJava({ CI: "true" })
        assert.notStrictEqual(code, 0, output)
        assert.match(output, /DynamoDB Local needs Java/)
      }),
    60_000
  )
})
