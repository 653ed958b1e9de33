/**
 * A schema's node with only some of its parts: what comes back when parts are asked for.
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { optional } from "../codec/ast.ts"
import * as navigate from "../condition/navigate.ts"

type Keys = ReadonlyArray<string | number>

export interface Pruned {
  readonly ast: SchemaAST.AST
  /** Elements of a list are asked for, not parts under names. */
  readonly isList: boolean
  /** The stored paths of the parts. */
  readonly paths: ReadonlyArray<Keys>
}

/**
 * Prunes a node to the parts at some paths. What stands beside a part is not there, so a
 * struct or class is the plain object of its parts, without the checks of the whole.
 */
export const make = (from: SchemaAST.AST, parts: ReadonlyArray<Keys>): Pruned => {
  if (parts.some((keys) => keys.length === 0)) return { ast: from, isList: false, paths: [[]] }
  const byKey = new Map<string | number, Array<Keys>>()
  for (const [key, ...rest] of parts) {
    const known = byKey.get(key!)
    if (known === undefined) byKey.set(key!, [rest])
    else known.push(rest)
  }
  const paths: Array<Keys> = []
  const properties = new Map<string, SchemaAST.AST>()
  const renames: Record<string, string> = {}
  const elements: Array<SchemaAST.AST> = []
  for (const [key, rest] of byKey) {
    if (typeof key === "number" && (!Number.isSafeInteger(key) || key < 0)) {
      throw new RangeError(`A position in a list is a whole number from 0, not ${key}`)
    }
    const step = typeof key === "number" ? navigate.element(from, key) : navigate.property(from, key)
    if (step === undefined) throw new Error(`There is no ${JSON.stringify(key)} to select`)
    const inner = make(step.ast ?? anything, rest)
    for (const path of inner.paths) paths.push([step.stored, ...path])
    if (typeof key === "number") elements.push(inner.ast)
    else {
      // The part may be absent, as may be its parents.
      properties.set(key, SchemaAST.isOptional(inner.ast) ? inner.ast : optional(inner.ast))
      if (step.stored !== key) renames[key] = String(step.stored)
    }
  }
  const isList = elements.length > 0
  const ast = isList
    ? new SchemaAST.Arrays(false, [], [elements.length === 1 ? elements[0]! : new SchemaAST.Union(elements)])
    : struct(properties, renames)
  return { ast: SchemaAST.isOptional(from) ? optional(ast) : ast, isList, paths }
}

const struct = (properties: ReadonlyMap<string, SchemaAST.AST>, renames: Record<string, string>): SchemaAST.AST => {
  const ast = new SchemaAST.Objects(
    Array.from(properties, ([name, type]) => new SchemaAST.PropertySignature(name, type)),
    []
  )
  if (Object.keys(renames).length === 0) return ast
  const fields = Object.fromEntries(Array.from(properties, ([name, type]) => [name, Schema.make(type)]))
  return Schema.Struct(fields).pipe(Schema.encodeKeys(renames)).ast
}

const anything = new SchemaAST.Unknown()
