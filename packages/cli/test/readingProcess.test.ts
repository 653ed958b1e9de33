import { DynamoClient } from "@effect-dynamo/client"
import { Table } from "@effect-dynamo/core"
import { TableAdmin } from "@effect-dynamo/query"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { execFile, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { engines } from "../../testing/test-support/engines.ts"
import { environment } from "../test-support/cli.ts"

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

/** Runs a script of bash in which `effect-dynamo` is the program. */
const bash = (script: string) =>
  Effect.flatMap(environment, (env) =>
    Effect.callback<{ readonly stdout: string; readonly stderr: string; readonly code: number }>((resume) => {
      const program = `effect-dynamo() { "${process.execPath}" --conditions=@effect-dynamo/source "${bin}" "$@"; }`
      const child = execFile(
        "bash",
        ["-c", `${program}\n${script}`],
        { env: { ...process.env, ...env } },
        (error, stdout, stderr) =>
          resume(Effect.succeed({ stdout, stderr, code: typeof error?.code === "number" ? error.code : 0 }))
      )
      return Effect.sync(() => void child.kill())
    })
  )

const size = 600

engines("a process that looks at data", (it) => {
  it.effect("begins", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Table.make("big", { sortKey: null }))
      const client = yield* DynamoClient.DynamoClient
      yield* Effect.forEach(
        Array.from({ length: size }, (_, id) => id),
        (id) => client.putItem({ TableName: "big", Item: { pk: { S: `${id}` }, text: { S: "é".repeat(2000) } } }),
        { concurrency: 8, discard: true }
      )
    })
  )

  it.effect("writes all items into a pipe, and ends", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* bash("effect-dynamo scan big | wc -l")
      assert.strictEqual(stderr, "")
      assert.strictEqual(Number(stdout), size)
    })
  )

  it.effect("writes as slowly as it is read, and loses nothing", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* bash("effect-dynamo scan big --segments 4 | (sleep 1; sort -u | wc -lc)")
      assert.strictEqual(stderr, "")
      const [lines, bytes] = stdout.trim().split(/\s+/).map(Number)
      assert.strictEqual(lines, size)
      assert.isAbove(bytes!, size * 4000)
    })
  )

  it.effect("ends quietly where nobody reads on", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* bash('effect-dynamo scan big | head -n 1 | wc -l; echo "${PIPESTATUS[0]}"')
      assert.strictEqual(stderr, "")
      assert.deepStrictEqual(stdout.trim().split(/\s+/), ["1", "0"])
    })
  )

  it.effect("ends with 1 where its answer has no room, and says so", () =>
    Effect.gen(function* () {
      // Linux has it, and every system has room.
      if (!existsSync("/dev/full")) return
      for (const command of ["export big --output -", "scan big", "count big", "list-tables --json"]) {
        const { code, stderr } = yield* bash(`effect-dynamo ${command} --quiet > /dev/full`)
        assert.strictEqual(
          stderr,
          "ERROR\n  Standard output could not be written, or not all of it: ENOSPC: no space left on device, write\n"
        )
        assert.strictEqual(code, 1)
      }
    })
  )

  it.effect("ends with 1 for what is not there, and 2 for what is written wrong", () =>
    Effect.gen(function* () {
      const missing = yield* bash("effect-dynamo get big nobody")
      assert.strictEqual(missing.code, 1)
      assert.strictEqual(missing.stdout, "")
      assert.include(missing.stderr, "big has no item with this key.")
      const wrong = yield* bash("effect-dynamo scan big --filter 'a ='")
      assert.strictEqual(wrong.code, 2)
      assert.strictEqual(wrong.stdout, "")
      assert.include(wrong.stderr, "  a =\n     ^")
      assert.notMatch(wrong.stderr, /^\s+at /m)
    })
  )

  it.effect("ends with 130 where it is interrupted, after what it has written", () =>
    Effect.gen(function* () {
      const env = yield* environment
      // Three pages, of which the second has to wait for minutes.
      const args = ["--conditions=@effect-dynamo/source", bin, "scan", "big", "--read-rate", "1"]
      const { code, lines, stderr } = yield* Effect.callback<{ code: number | null; lines: number; stderr: string }>(
        (resume) => {
          const child = spawn(process.execPath, args, { env: { ...process.env, ...env } })
          let [lines, stderr] = [0, ""]
          child.stdout.on("data", (chunk: Buffer) => {
            lines += chunk.toString().split("\n").length - 1
            // Once: a second one, while it ends, would end it as a signal does, without a code.
            if (!child.killed) child.kill("SIGINT")
          })
          child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()))
          child.on("close", (code) => resume(Effect.succeed({ code, lines, stderr })))
          return Effect.sync(() => void child.kill("SIGKILL"))
        }
      )
      assert.strictEqual(code, 130)
      assert.strictEqual(stderr, "")
      assert.isAbove(lines, 0)
      assert.isBelow(lines, size)
    })
  )
})
