/** Engines that `local start` runs, in processes of their own. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { inject } from "vitest"
import { onlyDynalite } from "../../testing/test-support/engines.ts"
import { freePort } from "../../testing/test-support/freePort.ts"
import { run } from "../test-support/cli.ts"
import { inFolder } from "../test-support/folder.ts"
import { withModules } from "../test-support/modules.ts"
import { start } from "../test-support/process.ts"
import { controlC, type } from "../test-support/pty.ts"

const schema = `import * as Table from "effect-dynamo/Table"\nexport const Users = Table.make("users")`

/** That another engine runs is told to tests, and does not matter here. */
const elsewhere = { DYNAMODB_ENDPOINT: "http://127.0.0.1:9", AWS_ENDPOINT_URL: "http://127.0.0.1:9" }

const javaHome = process.env["JAVA_HOME"]
const env = { ...elsewhere, ...(javaHome === undefined ? undefined : { JAVA_HOME: javaHome }) }

/** Runs a test while the engine of a command line does, once it has said so, and then interrupts that. */
const during = <A, E, R>(args: ReadonlyArray<string>, test: (endpoint: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const port = yield* freePort
    const endpoint = `http://127.0.0.1:${port}`
    const engine = yield* start(["local", "start", "--json", "--port", `${port}`, ...args], env)
    const tested = yield* Effect.sync(() => engine.printed() !== "" || engine.hasEnded()).pipe(
      Effect.repeat({ until: (ready) => ready, schedule: Schedule.spaced("20 millis") }),
      Effect.andThen(test(endpoint)),
      Effect.ensuring(Effect.sync(() => engine.kill("SIGINT")))
    )
    return { endpoint, tested, ended: yield* engine.ended }
  })

/** The names of an engine's tables. */
const tablesOf = (endpoint: string) =>
  Effect.map(run("list-tables", "--names", "--endpoint", endpoint), ({ stdout }) => stdout.trim().split("\n"))

const isClosed = (endpoint: string) =>
  Effect.isFailure(Effect.tryPromise({ try: () => fetch(endpoint), catch: (error) => error }))

const suite = (engine: string) =>
  onlyDynalite(`local start --engine ${engine}`, (it) => {
    it.effect("runs an engine with tables until it is interrupted, and ends with 130", () =>
      withModules({ "schema.ts": schema }, (folder) =>
        Effect.gen(function* () {
          const { ended, endpoint, tested } = yield* during(
            ["--engine", engine, "--table", `${folder}/schema.ts#Users`],
            tablesOf
          )
          assert.deepStrictEqual(tested, ["users"])
          assert.deepStrictEqual(JSON.parse(ended.stdout), { endpoint })
          assert.isTrue(ended.stderr.endsWith("Table users is there.\nStopped.\n"), ended.stderr)
          assert.strictEqual(ended.code, 130)
          assert.isTrue(yield* isClosed(endpoint))
        })
      )
    )

    it.effect("keeps the data in a folder that it makes", () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          const args = ["--engine", engine, "--path", `${folder}/deep/data`]
          yield* during(args, (endpoint) => run("create-table", "kept", "--endpoint", endpoint))
          assert.deepStrictEqual((yield* during(args, tablesOf)).tested, ["kept"])
        })
      )
    )

    it.effect("says so where another program has the port", () =>
      Effect.gen(function* () {
        const server = yield* Effect.acquireRelease(
          Effect.callback<ReturnType<typeof createServer>>((resume) => {
            const server = createServer((_, response) => response.end()).listen(0, "127.0.0.1", () =>
              resume(Effect.succeed(server))
            )
          }),
          (server) => Effect.sync(() => server.close())
        )
        const { port } = server.address() as { readonly port: number }
        const { ended } = yield* start(["local", "start", "--engine", engine, "--port", `${port}`], env)
        const { code, stderr, stdout } = yield* ended
        assert.include(
          stderr,
          `Another program listens on port ${port}: pass another --port, or --port 0 for any that is free.`
        )
        assert.strictEqual(stdout, "")
        assert.strictEqual(code, 1)
      }).pipe(Effect.scoped)
    )
  })

suite("dynalite")
if (inject("dynamoLocal").kind === "started") suite("dynamodb-local")

onlyDynalite("local start at a terminal", (it) => {
  it.effect("says how to use the engine, and stops at control-C", () =>
    Effect.gen(function* () {
      const { code, text } = yield* type(["local", "start", "--engine", "dynalite", "--port", "0"], {
        env: elsewhere,
        answers: [{ after: "Control-C stops it.", type: controlC }]
      })
      const [, port] = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(text) ?? []
      assert.deepStrictEqual(text.split("\n"), [
        `Dynalite listens on http://127.0.0.1:${port}`,
        "Its data is in memory, and gone when it stops.",
        "",
        `  export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:${port}`,
        `  effect-dynamo list-tables --endpoint http://127.0.0.1:${port}`,
        "",
        "Control-C stops it.",
        "^CStopped."
      ])
      assert.strictEqual(code, 130)
    })
  )
})

describe("local start", () => {
  it.live("says what to do without Java", () =>
    Effect.gen(function* () {
      const { ended } = yield* start(["local", "start", "--port", "0"], { JAVA_HOME: "/nonexistent" })
      const { code, stderr } = yield* ended
      assert.include(stderr, "effect-dynamo local start --engine dynalite")
      assert.notInclude(stderr, "Dynalite.layer")
      assert.strictEqual(code, 1)
    })
  )

  it.live("ends with 1 where Java ends by itself, and gives its last words", () =>
    inFolder((home) =>
      Effect.gen(function* () {
        // A Java that answers like an engine, and then does so no more.
        const engine = `
          const port = Number(process.argv[process.argv.indexOf("-port") + 1])
          require("node:http").createServer((_, response) => response.end()).listen(port, "127.0.0.1")
          setTimeout(() => { console.error("java.lang.OutOfMemoryError"); process.exit(3) }, 2000)`
        mkdirSync(`${home}/bin`)
        writeFileSync(`${home}/engine.cjs`, engine)
        writeFileSync(
          `${home}/bin/java`,
          `#!/bin/sh\n[ "$1" = -version ] && { echo 'openjdk version "17.0.15"' >&2; exit; }\n` +
            `exec "${process.execPath}" "${home}/engine.cjs" "$@"\n`,
          { mode: 0o755 }
        )
        const { ended } = yield* start(["local", "start", "--port", "0"], { JAVA_HOME: home })
        const { code, stderr, stdout } = yield* ended
        assert.include(stdout, "DynamoDB Local listens on http://127.0.0.1:")
        assert.isTrue(
          stderr.endsWith("ERROR\n  DynamoDB Local has ended by itself: it said\njava.lang.OutOfMemoryError\n"),
          stderr
        )
        assert.strictEqual(code, 1)
      })
    )
  )

  it.live("starts nothing where a table cannot be loaded", () =>
    Effect.gen(function* () {
      const { ended } = yield* start(["local", "start", "--port", "0", "--table", "none.ts#Users"], {})
      const { code, stderr } = yield* ended
      assert.include(stderr, "There is no file none.ts")
      assert.notInclude(stderr, "Starting")
      assert.strictEqual(code, 1)
    })
  )

  for (const port of ["65536", "-1", "http"]) {
    it.live(`ends with 2 for the port ${port}`, () =>
      Effect.gen(function* () {
        const { ended } = yield* start(["local", "start", "--port", port], {})
        const { code, stderr } = yield* ended
        assert.include(stderr, "a port from 0 to 65535")
        assert.strictEqual(code, 2)
      })
    )
  }
})
