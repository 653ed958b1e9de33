/** Tables of users' files, which are loaded in a process of their own: Vitest loads modules in a way of its own. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { withModules } from "../test-support/modules.ts"

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

/** What `create-table --from` would send, or why it does not. */
const load = (reference: string) =>
  Effect.callback<{ readonly code: number; readonly stderr: string; readonly table: string | undefined }>((resume) => {
    const args = ["--conditions=@effect-dynamo/source", bin, "create-table", "--dry-run", "--from", reference]
    const child = execFile(process.execPath, args, (error, stdout, stderr) =>
      resume(
        Effect.succeed({
          code: typeof error?.code === "number" ? error.code : 0,
          stderr,
          table: stdout === "" ? undefined : (JSON.parse(stdout) as { readonly TableName: string }).TableName
        })
      )
    )
    return Effect.sync(() => void child.kill())
  })

const make = `import * as Table from "effect-dynamo/Table"\n`

const loads = (what: string, files: Readonly<Record<string, string>>, reference = "schema.ts") =>
  it.live(`loads ${what}`, () =>
    withModules(files, (folder) =>
      Effect.gen(function* () {
        const { code, stderr, table } = yield* load(join(folder, reference))
        assert.strictEqual(stderr, "")
        assert.strictEqual(table, "users")
        assert.strictEqual(code, 0)
      })
    )
  )

describe("a Table value", () => {
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

  const fails = (what: string, text: string, reference: string, says: (folder: string) => string) =>
    it.live(`fails for ${what}`, () =>
      withModules({ "schema.ts": text }, (folder) =>
        Effect.gen(function* () {
          const { code, stderr, table } = yield* load(join(folder, reference))
          assert.strictEqual(stderr.trim(), `ERROR\n  ${says(folder)}`)
          assert.isUndefined(table)
          assert.strictEqual(code, 1)
        })
      )
    )

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

  it.live("runs a file that throws once", () =>
    withModules({ "schema.ts": `console.error("ran")\nthrow new Error("no")` }, (folder) =>
      Effect.gen(function* () {
        const { stderr } = yield* load(join(folder, "schema.ts"))
        assert.strictEqual(stderr.split("ran").length, 2)
      })
    )
  )
})
