/**
 * Tables of users' files, which are loaded in a process of their own: Vitest loads modules in a way of its own. To start one
 * takes more than a second, so that all are loaded in one, each out of its own folder.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeAll } from "vitest"
import { withModules } from "../test-support/modules.ts"
import { start } from "../test-support/process.ts"

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program from its sources. */
const node = (program: string, args: ReadonlyArray<string>) =>
  Effect.callback<Ended>((resume) => {
    const path = fileURLToPath(new URL(program, import.meta.url))
    const child = execFile(
      process.execPath,
      ["--conditions=@effect-dynamo/source", path, ...args],
      (error, stdout, stderr) =>
        resume(Effect.succeed({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }))
    )
    return Effect.sync(() => void child.kill())
  })

/** What came of a reference: the name of the table, or why there is none. */
interface Outcome {
  readonly table?: string
  readonly message?: string
}

interface Case {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly reference: string
  readonly outcome: (folder: string) => Outcome
}

const cases: Array<Case> = []

const loads = (what: string, files: Case["files"], reference = "schema.ts") =>
  void cases.push({ name: `loads ${what}`, files, reference, outcome: () => ({ table: "users" }) })

const fails = (what: string, text: string, reference: string, says: (folder: string) => string) =>
  void cases.push({
    name: `fails for ${what}`,
    files: { "schema.ts": text },
    reference,
    outcome: (folder) => ({ message: says(folder) })
  })

const make = `import * as Table from "effect-dynamo/Table"\n`

const users = `${make}export const Users: Table.Table = Table.make("users")\n`

loads("the only one of a file", { "schema.ts": users })
loads("one by its name", { "schema.ts": `${users}export const Orders = Table.make("orders")` }, "schema.ts#Users")
loads("one that has two names", { "schema.ts": `${users}export default Users` })
loads("the default export", { "schema.ts": `${make}export default Table.make("users")` }, "schema.ts#default")
loads("a file in JavaScript", { "schema.js": `${make}export const Users = Table.make("users")` }, "schema.js")
loads("a file that waits", { "schema.ts": `${make}export const Users = Table.make(await Promise.resolve("users"))` })
loads("a file of a package that names no type", { "package.json": "{}", "schema.ts": users })
loads(
  "a file in CommonJS",
  { "schema.cts": `const Table = require("effect-dynamo/Table")\nexports.Users = Table.make("users")` },
  "schema.cts"
)
loads("a file with enums", {
  "schema.ts": `${make}enum Name { A = "users" }\nexport const Users = Table.make(Name.A)`
})
loads("a file that names TypeScript as JavaScript", {
  "name.ts": `export const name: string = "users"`,
  "schema.ts": `${make}import { name } from "./name.js"\nexport const Users = Table.make(name)`
})
loads("a file that imports by the paths of tsconfig.json", {
  "tsconfig.json": `{ "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } }`,
  "lib/name.ts": `export const name = "users"`,
  "schema.ts": `${make}import { name } from "~/name"\nexport const Users = Table.make(name)`
})
loads("one of another version of effect-dynamo", {
  "schema.ts": `export const Users = {
    "~@effect-dynamo/core/Table": "~@effect-dynamo/core/Table",
    name: "users", partitionKey: undefined, sortKey: undefined, indexes: {}, timeToLive: undefined
  }`
})

const two = `${users}export const Orders = Table.make("orders")\nexport const limit = 10`

fails("no file", two, "none.ts", (folder) => `There is no file ${join(folder, "none.ts")} in ${process.cwd()}.`)
fails(
  "a name that is not exported",
  two,
  "schema.ts#User",
  (folder) =>
    `The file ${folder}/schema.ts has no export "User". ` +
    `Tables that it exports: ${folder}/schema.ts#Orders, ${folder}/schema.ts#Users.`
)
fails(
  "an export that is no Table",
  two,
  "schema.ts#limit",
  (folder) =>
    `"limit" of the file ${folder}/schema.ts is no Table. ` +
    `Tables that it exports: ${folder}/schema.ts#Orders, ${folder}/schema.ts#Users.`
)
fails(
  "several, and none named",
  two,
  "schema.ts",
  (folder) =>
    `The file ${folder}/schema.ts exports several Tables: ` +
    `write one of ${folder}/schema.ts#Orders, ${folder}/schema.ts#Users.`
)
fails(
  "a file without Tables",
  "export const limit = 10",
  "schema.ts",
  (folder) => `The file ${folder}/schema.ts exports no Table. It exports limit: export the value of Table.make.`
)
fails(
  "a file that throws",
  `throw new Error("DATABASE is not set")`,
  "schema.ts",
  (folder) => `The file ${folder}/schema.ts could not be loaded: DATABASE is not set`
)
fails(
  "a file that ends the program",
  `process.exit(0)`,
  "schema.ts",
  (folder) => `The file ${folder}/schema.ts could not be loaded: it ends the program: process.exit(0)`
)
fails(
  "a file that imports what is not installed",
  `import "none-such"\n`,
  "schema.ts",
  (folder) => `The file ${folder}/schema.ts could not be loaded: Cannot find module 'none-such'`
)
fails(
  "a file that is not TypeScript",
  "export const = 1",
  "schema.ts",
  (folder) => `The file ${folder}/schema.ts could not be loaded: ParseError: Unexpected token`
)

const files = Object.fromEntries(
  cases.flatMap(({ files }, i) => Object.entries(files).map(([name, text]) => [join(String(i), name), text]))
)

describe("a Table value", () => {
  let root = ""
  let ended: Ended = { code: -1, stdout: "[]", stderr: "" }

  beforeAll(
    () =>
      Effect.runPromise(
        withModules(files, (folder) =>
          Effect.gen(function* () {
            root = folder
            const references = cases.map(({ reference }, i) => join(folder, String(i), reference))
            ended = yield* node("../test-support/loadTables.ts", references)
          })
        )
      ),
    60_000
  )

  for (const [i, { name, outcome }] of cases.entries()) {
    it(name, () => {
      const outcomes = JSON.parse(ended.stdout) as ReadonlyArray<Outcome>
      assert.deepStrictEqual(outcomes[i], outcome(join(root, String(i))))
    })
  }

  it("is loaded without a word to whoever waits for it", () => {
    assert.strictEqual(ended.stderr, "")
    assert.strictEqual(ended.code, 0)
  })

  it.live("of a file that prints: what it prints is no part of the answer", () =>
    withModules(
      {
        "schema.ts": `import * as Table from "effect-dynamo/Table"\nconsole.log("noise")\nexport const T = Table.make("told")`
      },
      (folder) =>
        Effect.gen(function* () {
          const args = ["create-table", "--dry-run", "--from", join(folder, "schema.ts")]
          const { code, stderr, stdout } = yield* node("../src/bin.ts", args)
          assert.strictEqual(code, 0)
          assert.strictEqual((JSON.parse(stdout) as { TableName: string }).TableName, "told")
          assert.include(stderr, "noise")
        })
    )
  )

  for (const [what, signal] of [
    ["control-C", "SIGINT"],
    ["a request to end", "SIGTERM"]
  ] as const) {
    it.live(`of a file that never ends: ${what} ends the program at once`, () =>
      withModules({ "schema.ts": `console.error("begun")\nwhile (true) {}` }, (folder) =>
        Effect.gen(function* () {
          const child = yield* start(["create-table", "--dry-run", "--from", join(folder, "schema.ts")], {})
          while (!child.hasEnded() && !child.said().includes("begun")) yield* Effect.sleep(20)
          child.kill(signal)
          const ended = yield* child.ended.pipe(
            Effect.timeoutOrElse({
              duration: "10 seconds",
              orElse: () =>
                Effect.andThen(
                  Effect.sync(() => child.kill("SIGKILL")),
                  child.ended
                )
            })
          )
          assert.strictEqual(ended.signal, signal)
          assert.strictEqual(ended.stderr, "begun\n")
        })
      )
    )
  }

  it.live("is loaded, and control-C is the program's again after that", () =>
    withModules(
      {
        "schema.ts": `import * as Table from "effect-dynamo/Table"\nconsole.error("begun")\nexport const T = Table.make("ended")`
      },
      (folder) =>
        Effect.gen(function* () {
          const args = ["local", "start", "--engine", "dynalite", "--port", "0", "--table", join(folder, "schema.ts")]
          const child = yield* start(args, {})
          while (!child.hasEnded() && child.printed() === "") yield* Effect.sleep(20)
          child.kill("SIGINT")
          const { code, stderr } = yield* child.ended
          assert.strictEqual(code, 130)
          assert.include(stderr, "Stopped.")
        })
    )
  )

  it.live("of a file that throws: the file has run once, and the command says why it fails", () =>
    withModules({ "schema.ts": `console.error("ran")\nthrow new Error("no")` }, (folder) =>
      Effect.gen(function* () {
        const file = join(folder, "schema.ts")
        const { code, stderr, stdout } = yield* node("../src/bin.ts", ["create-table", "--dry-run", "--from", file])
        assert.strictEqual(stderr.trim(), `ran\nERROR\n  The file ${file} could not be loaded: no`)
        assert.strictEqual(stdout, "")
        assert.strictEqual(code, 1)
      })
    )
  )
})
