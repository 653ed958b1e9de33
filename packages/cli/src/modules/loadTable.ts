/** `Table` values in files of the user's. */
import * as Table from "@effect-dynamo/core/Table"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { Failure, UsageFailure } from "../failure.ts"
import { type Exports, importModule } from "./importModule.ts"

/**
 * The `Table` that `FILE#Export` names; `FILE` alone is enough where the file exports one. The file may have an
 * effect-dynamo of its own: tables are known by their mark, not by their class.
 */
export const loadTable = Effect.fnUntraced(function* (reference: string) {
  const { file, name } = yield* parseReference(reference)
  const [fs, path] = [yield* FileSystem.FileSystem, yield* Path.Path]
  const absolute = path.resolve(file)
  if (!(yield* Effect.orElseSucceed(fs.exists(absolute), () => false))) {
    return yield* fail(`There is no file ${file} in ${path.resolve()}.`)
  }
  const exports = yield* Effect.catchTag(importModule(absolute), "NotLoaded", ({ cause, message }) =>
    Effect.fail(new Failure({ message: `The file ${file} could not be loaded: ${message}`, cause }))
  )
  return yield* name === undefined ? only(file, exports) : named(file, name, exports)
})

const parseReference = (reference: string) => {
  const at = reference.lastIndexOf("#")
  const [file, name] = at === -1 ? [reference, undefined] : [reference.slice(0, at), reference.slice(at + 1)]
  return file === "" || name === ""
    ? Effect.fail(
        new UsageFailure({ message: `"${reference}" names no table: write FILE#EXPORT, as src/schema.ts#Users.` })
      )
    : Effect.succeed({ file, name })
}

const only = (file: string, exports: Exports): Effect.Effect<Table.Table, Failure> => {
  const [first, ...more] = new Set(Object.values(exports).filter(Table.isTable))
  return first === undefined
    ? fail(`The file ${file} exports no Table. ${exportsOf(exports)}`)
    : more.length > 0
      ? fail(`The file ${file} exports several Tables: write one of ${references(file, exports)}.`)
      : Effect.succeed(first)
}

const named = (file: string, name: string, exports: Exports): Effect.Effect<Table.Table, Failure> => {
  const value = exports[name]
  if (Table.isTable(value)) return Effect.succeed(value)
  const tables = references(file, exports)
  const instead = tables === "" ? `It exports no Table. ${exportsOf(exports)}` : `Tables that it exports: ${tables}.`
  return fail(
    value === undefined
      ? `The file ${file} has no export "${name}". ${instead}`
      : `"${name}" of the file ${file} is no Table. ${instead}`
  )
}

/** Node gives modules in CommonJS more names than they export. */
const isNode = (name: string): boolean => name === "module.exports"

const references = (file: string, exports: Exports): string =>
  Object.keys(exports)
    .filter((name) => !isNode(name) && Table.isTable(exports[name]))
    .map((name) => `${file}#${name}`)
    .join(", ")

const exportsOf = (exports: Exports): string => {
  const names = Object.keys(exports).filter((name) => !isNode(name))
  return names.length === 0
    ? "It has no exports: export the value of Table.make."
    : `It exports ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}: export the value of Table.make.`
}

const fail = (message: string) => Effect.fail(new Failure({ message }))
