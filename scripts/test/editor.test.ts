/**
 * What an editor shows and where it leads, by TypeScript's language service: hovers name things, and do not spread out what
 * they are made of; definitions are schemas' fields and sources.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { fromRoot, root, typescript } from "../lib/workspace.mjs"

const file = join(root, "scripts/test/editor-program.ts")

/** Places of interest are marked by a comment before them. */
const program = `
import { Effect, Schema } from "effect"
import { Delete, Entity, Get, Put, Query, Scan, Table, Update } from "effect-dynamo"

export class User extends Entity.Class<User>("User")(
  { id: Schema.String, email: Schema.String, age: Schema.Number, nick: Schema.optionalKey(Schema.String) },
  { table: Table.make("users"), partitionKey: ["id"], sortKey: ["email"] }
) {}

export const /*get*/get = Get.from(User).key({ /*keyField*/id: "1", email: "a" })
export const /*query*/query = Query./*from*/from(User)./*pk*/pk("x").limit(5)
export const /*filtered*/filtered = query.filter((user) => user./*filterField*/age.gt(1))
export const /*put*/put = Put.into(User, { id: "1", email: "a", /*putField*/age: 1 })
export const /*update*/update = Update.in(User).key({ id: "1", email: "a" }).set({ age: 2 })
export const /*unkeyed*/unkeyed = Get.from(User)
export const /*page*/page = query.page()
export const /*failed*/failed = query.stream()
export const /*items*/items = Effect.map(query, (users) => users.map((user) => user./*resultField*/age))
export const key = { id: "1", email: "a" }
export const others = [
  Update.in(User).key({ /*updateKeyField*/id: "1", email: "a" }).set({ /*setField*/age: 1 }),
  Update.in(User).key(key).set((user) => [user./*setPartField*/age.to(1)]),
  Update.in(User).key(key).setIfNotExists({ /*initialField*/nick: "a" }),
  Delete.from(User).key({ /*deleteKeyField*/id: "1", email: "a" }),
  Query.from(User).pk({ /*partitionField*/id: "1" }).sk.eq({ /*sortField*/email: "a" }),
  Query.from(User).pk("1").sk.gte({ /*rangeField*/email: "a" }).filter({ /*valuesField*/age: 1 }),
  Scan.from(User).filter({ /*scanValuesField*/age: 1 }).filter((user) => user./*scanField*/age.gt(1)),
  Put.into(User, { ...key, age: 1 }).condition((user) => user./*conditionField*/age.gt(1)),
  Effect.map(Get.from(User).key(key).select("age").orFail(), (user) => user./*selectedField*/age)
]
`

/** The line of the schema's fields. */
const fields =
  "{ id: Schema.String, email: Schema.String, age: Schema.Number, nick: Schema.optionalKey(Schema.String) },"

const ts = typescript
const service = ts.createLanguageService({
  getScriptFileNames: () => [file],
  getScriptVersion: () => "1",
  getScriptSnapshot: (path) => {
    const text = path === file ? program : ts.sys.readFile(path)
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
  },
  getCurrentDirectory: () => root,
  getCompilationSettings: () => ({
    strict: true,
    exactOptionalPropertyTypes: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    customConditions: ["@effect-dynamo/source"],
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: []
  }),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (path) => path === file || ts.sys.fileExists(path),
  readFile: (path) => (path === file ? program : ts.sys.readFile(path)),
  readDirectory: ts.sys.readDirectory,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
  ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath })
})

const at = (mark: string) => program.indexOf(`/*${mark}*/`) + `/*${mark}*/`.length

const hover = (mark: string) => {
  const info = service.getQuickInfoAtPosition(file, at(mark))
  return ts.displayPartsToString(info?.displayParts)
}

/** The file and the text of the line where a definition is. */
const definition = (mark: string) =>
  (service.getDefinitionAtPosition(file, at(mark)) ?? []).map(({ fileName, textSpan }) => {
    const text = fileName === file ? program : readFileSync(fileName, "utf8")
    const line = text.slice(text.lastIndexOf("\n", textSpan.start) + 1).split("\n")[0] ?? ""
    return { file: fromRoot(fileName), line: line.trim() }
  })

describe("an editor", { timeout: 60_000 }, () => {
  it("has a program without errors", () => {
    const messages = [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")
    )
    assert.deepStrictEqual(messages, [])
  })

  it("shows builders by their names", () => {
    assert.strictEqual(hover("get"), "const get: Get.Get<typeof User, User>")
    assert.strictEqual(hover("query"), 'const query: Query.Query<typeof User, "(table)", User>')
    assert.strictEqual(hover("filtered"), 'const filtered: Query.Query<typeof User, "(table)", User>')
    assert.strictEqual(hover("put"), "const put: Put.Put<typeof User, User, Put.Error, never>")
    assert.strictEqual(
      hover("update"),
      'const update: Update.Update<typeof User, User, Update.Error, "age", never, never>'
    )
    assert.strictEqual(
      hover("unkeyed"),
      'const unkeyed: Get.Unkeyed<typeof User, "no Effect yet: say which item, with .key({ … })">'
    )
  })

  it("shows errors by the names of their unions", () => {
    for (const mark of ["page", "failed", "items"]) {
      const text = hover(mark)
      assert.match(text, /Query\.Error|\bError\b/, mark)
      assert.isBelow(text.length, 200, text)
    }
  })

  it("leads from a field to the schema's field", () => {
    const marks = Array.from(program.matchAll(/\/\*(\w+Field)\*\//g), (match) => match[1] ?? "")
    assert.isAbove(marks.length, 15)
    for (const mark of marks) {
      const lines = definition(mark).map(({ line }) => line)
      assert.deepStrictEqual(lines, [fields], mark)
    }
  })

  it("leads from what is called to its source", () => {
    assert.strictEqual(definition("from")[0]?.file, "packages/query/src/Query.ts")
    assert.strictEqual(definition("pk")[0]?.file, "packages/query/src/Query.ts")
  })
})
