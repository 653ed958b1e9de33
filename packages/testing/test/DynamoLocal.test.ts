import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer } from "effect"
import { spawn } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { createServer as createHttpServer } from "node:http"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inject } from "vitest"
import { DynamoLocal } from "../src/main.ts"
import {
  clientOf,
  environment,
  isClosed,
  isGone,
  isOpen,
  isRunning,
  portOf,
  processes,
  roundTrip,
  tables,
  under
} from "./utils.ts"

const found = inject("dynamoLocal")
const reason = found.kind === "missing" ? `, skipped: ${found.reason}` : ""

/** Whatever the environment of the test run names. */
const java: Record<string, string> =
  process.env["JAVA_HOME"] === undefined ? {} : { JAVA_HOME: process.env["JAVA_HOME"] }
const layer = DynamoLocal.layer.pipe(under(java))
const layerWith = (options: DynamoLocal.Options) => DynamoLocal.layerWith(options).pipe(under(java))

/** What the command line of an engine on that port has. */
const argumentOf = (endpoint: string) => `-port ${portOf(endpoint)} `

/** A `JAVA_HOME` whose `java` is this shell script. */
const fakeJava = (script: string): { readonly JAVA_HOME: string } => {
  const home = mkdtempSync(join(tmpdir(), "java-"))
  mkdirSync(join(home, "bin"))
  writeFileSync(join(home, "bin", "java"), `#!/bin/sh\n${script}\n`)
  chmodSync(join(home, "bin", "java"), 0o755)
  return { JAVA_HOME: home }
}

const isVersion17 = 'if [ "$1" = -version ]; then echo \'openjdk version "17.0.15" 2025-04-15\' >&2; exit 0; fi'

describe.skipIf(found.kind === "missing")(`DynamoLocal [dynamodb-local]${reason}`, { timeout: 60_000 }, () => {
  it.live("answers while its scope is open, and is gone after", () =>
    Effect.gen(function* () {
      const endpoint = yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* roundTrip("users"), { pk: { S: "a" }, n: { N: "1" } })
        const endpoint = yield* DynamoLocal.endpoint
        // Tools with other credentials see the same tables.
        assert.deepStrictEqual(yield* Effect.provide(tables, clientOf(endpoint, "another")), ["users"])
        assert.match(endpoint, /^http:\/\/127\.0\.0\.1:\d+$/)
        assert.isNotEmpty(yield* processes(argumentOf(endpoint)))
        return endpoint
      }).pipe(Effect.provide(layer))
      assert.isFalse(yield* isOpen(endpoint))
      assert.isTrue(yield* isGone(argumentOf(endpoint)))
    })
  )

  it.effect("starts and stops under a TestClock that stands still, with options for java", () =>
    Effect.gen(function* () {
      const [line = ""] = yield* processes(argumentOf(yield* DynamoLocal.endpoint))
      assert.include(line, "-Xmx300m")
    }).pipe(Effect.provide(layerWith({ javaOptions: ["-Xmx300m"] })))
  )

  it.live("runs more than one at once, each with its own tables", () =>
    Effect.gen(function* () {
      const engine = Effect.gen(function* () {
        yield* roundTrip("users")
        return { endpoint: yield* DynamoLocal.endpoint, tables: yield* tables }
      })
      const both = yield* Effect.all(
        [Effect.provide(engine, layer, { local: true }), Effect.provide(engine, layer, { local: true })],
        { concurrency: 2 }
      )
      assert.deepStrictEqual(
        both.map(({ tables }) => tables),
        [["users"], ["users"]]
      )
      assert.notStrictEqual(both[0].endpoint, both[1].endpoint)
    })
  )

  it.live("keeps its data in a folder", () =>
    Effect.gen(function* () {
      const dbPath = mkdtempSync(join(tmpdir(), "dynamodb-"))
      yield* Effect.provide(roundTrip("users"), layerWith({ dbPath }))
      assert.deepStrictEqual(yield* Effect.provide(tables, layerWith({ dbPath })), ["users"])
    })
  )

  it.live("says so when the port is taken", () =>
    Effect.gen(function* () {
      const port = yield* takenPort
      const error = yield* Effect.flip(Layer.build(layerWith({ port })))
      assert.strictEqual(error.reason, "PortInUse")
      assert.include(error.message, String(port))
    })
  )

  it.live("says so when what has the port answers like an engine", () =>
    Effect.gen(function* () {
      const server = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createHttpServer>>((resume) => {
          const server = createHttpServer((_, response) => response.end()).listen(0, () =>
            resume(Effect.succeed(server))
          )
        }),
        (server) => Effect.sync(() => server.close())
      )
      const { port } = server.address() as { readonly port: number }
      const error = yield* Effect.flip(Layer.build(layerWith({ port })))
      assert.strictEqual(error.reason, "PortInUse")
    })
  )

  it.live("takes another port when the one it found was taken meanwhile", () =>
    Effect.gen(function* () {
      const taken = yield* takenPort
      const marker = join(mkdtempSync(join(tmpdir(), "race-")), "tried")
      // The first time, as if another program had been quicker.
      const home = fakeJava(`if [ ! -e "${marker}" ]; then touch "${marker}"
        for a in "$@"; do shift; [ "$p" = -port ] && a=${taken}; p=$a; set -- "$@" "$a"; done; fi
        exec "${java["JAVA_HOME"] === undefined ? "java" : join(java["JAVA_HOME"], "bin", "java")}" "$@"`)
      const endpoint = yield* Effect.provide(DynamoLocal.endpoint, DynamoLocal.layer.pipe(under(home)))
      assert.isTrue(existsSync(marker))
      assert.notStrictEqual(portOf(endpoint), taken)
    })
  )

  it.live("is gone when its start is interrupted", () =>
    Effect.gen(function* () {
      const name = `interrupted${process.pid}`
      const fiber = yield* Effect.forkChild(Effect.scoped(Layer.build(layerWith({ javaOptions: [`-Dname=${name}`] }))))
      assert.isTrue(yield* isRunning(name))
      yield* Effect.sleep("200 millis")
      const [duration] = yield* Effect.timed(Fiber.interrupt(fiber))
      assert.isBelow(Duration.toMillis(duration), 5000)
      assert.isTrue(yield* isGone(name))
    })
  )

  const ends: ReadonlyArray<readonly [string, string, NodeJS.Signals | null, number | null]> = [
    ["SIGTERM", "wait", "SIGTERM", null],
    ["SIGINT", "wait", "SIGINT", null],
    ["SIGKILL", "wait", "SIGKILL", null],
    ["process.exit", "exit", null, 0]
  ]
  for (const [name, how, signal, code] of ends) {
    it.live(`is gone when the program ends by ${name}, which ends it as ever`, () =>
      Effect.gen(function* () {
        const parent = yield* program(how)
        const endpoint = yield* parent.endpoint
        if (signal !== null) {
          assert.isNotEmpty(yield* processes(argumentOf(endpoint)))
          parent.kill(signal)
        }
        assert.deepStrictEqual(yield* parent.end, { signal, code })
        assert.isTrue(yield* isGone(argumentOf(endpoint)))
        assert.isTrue(yield* isClosed(endpoint))
      })
    )
  }
})

describe("DynamoLocal without an engine", () => {
  const refused: ReadonlyArray<readonly [string, Record<string, string>, string, RegExp]> = [
    [
      "there is no java",
      { JAVA_HOME: "/nonexistent" },
      "JavaNotFound",
      /Install a Java runtime of version 17 or later/
    ],
    [
      "java is a stub that finds none",
      fakeJava("echo 'Unable to locate a Java Runtime' >&2; exit 1"),
      "JavaNotFound",
      /Install/
    ],
    [
      "java is too old",
      fakeJava('[ "$1" = -version ] && { echo \'java version "1.8.0_392"\' >&2; exit 0; }; exit 1'),
      "JavaTooOld",
      /is Java 8/
    ],
    [
      "the engine gives up",
      fakeJava(`${isVersion17}\necho 'The moon is full.' >&2; exit 3`),
      "NotStarted",
      /The moon is full\./
    ],
    ["the engine gives up, as if all were well", fakeJava(`${isVersion17}\nexit 0`), "NotStarted", /It said:\nnothing/]
  ]
  for (const [name, env, reason, message] of refused) {
    it.live(`says what to do when ${name}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Layer.build(DynamoLocal.layer.pipe(under(env))))
        assert.strictEqual(error._tag, "EngineError")
        assert.strictEqual(error.reason, reason)
        assert.match(error.message, message)
      })
    )
  }

  it.live("says so when the engine does not answer in time, and stops it", () =>
    Effect.gen(function* () {
      const home = fakeJava(`${isVersion17}\nexec sleep 4321`)
      const slow = DynamoLocal.layerWith({ startTimeout: "300 millis" }).pipe(under(home))
      const error = yield* Effect.flip(Effect.scoped(Layer.build(slow)))
      assert.strictEqual(error.reason, "NoAnswer")
      assert.match(error.message, /within 300ms/)
      assert.isTrue(yield* isGone("sleep 4321"))
    })
  )

  it.live("knows beforehand whether it is available", () =>
    Effect.gen(function* () {
      const available = (env: Record<string, string>) => Effect.provide(DynamoLocal.isAvailable, environment(env))
      assert.isFalse(yield* available({ JAVA_HOME: "/nonexistent" }))
      assert.isFalse(yield* available(fakeJava("echo 'java version \"11.0.2\"' >&2")))
      assert.isTrue(yield* available(fakeJava(isVersion17)))
      assert.isTrue(yield* available({ JAVA_HOME: "/nonexistent", DYNAMODB_ENDPOINT: "http://127.0.0.1:8000" }))
      assert.isFalse(yield* available({ DYNAMODB_ENDPOINT: "localhost:8000" }))
    })
  )

  it.live("uses the engine that DYNAMODB_ENDPOINT names, and needs no java then", () =>
    Effect.gen(function* () {
      const env = { JAVA_HOME: "/nonexistent", DYNAMODB_ENDPOINT: "http://127.0.0.1:8000" }
      const endpoint = yield* Effect.provide(DynamoLocal.endpoint, DynamoLocal.layer.pipe(under(env)))
      assert.strictEqual(endpoint, "http://127.0.0.1:8000")
    })
  )
})

/** A port that this process listens on. */
const takenPort = Effect.acquireRelease(
  Effect.callback<ReturnType<typeof createServer>>((resume) => {
    const server = createServer().listen(0, () => resume(Effect.succeed(server)))
  }),
  (server) => Effect.sync(() => server.close())
).pipe(Effect.map((server) => (server.address() as { readonly port: number }).port))

/** Runs fixtures/parent.ts in a process of its own. */
const program = (how: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const file = join(import.meta.dirname, "fixtures", "parent.ts")
      const { DYNAMODB_ENDPOINT: _, ...env } = process.env
      const child = spawn(process.execPath, ["--conditions=@effect-dynamo/source", file, how], {
        env,
        stdio: ["ignore", "pipe", "inherit"]
      })
      const endpoint = new Promise<string>((resolve) => {
        child.stdout.setEncoding("utf8").once("data", (line: string) => resolve(line.trim()))
      })
      const end = new Promise<{ readonly signal: string | null; readonly code: number | null }>((resolve) => {
        child.once("exit", (code, signal) => resolve({ signal, code }))
      })
      return {
        endpoint: Effect.promise(() => endpoint),
        end: Effect.promise(() => end),
        kill: (signal: NodeJS.Signals) => child.kill(signal)
      }
    }),
    ({ kill }) => Effect.sync(() => kill("SIGKILL"))
  )
