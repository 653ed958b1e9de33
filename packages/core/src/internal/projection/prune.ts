/**
 * A schema's node with only some of its parts: what comes back when parts are asked for.
 *
 * @internal
 */
import * as SchemaAST from "effect/SchemaAST"
import { optional } from "../codec/ast.ts"
import * as navigate from "../condition/navigate.ts"

type Keys = ReadonlyArray<string | number>

export interface Pruned {
  readonly ast: SchemaAST.AST
  /** The stored paths of the parts. */
  readonly paths: ReadonlyArray<Keys>
}

/**
 * Prunes a node to the parts at some paths. What stands beside a part is not there, so a
 * struct or class is the plain object of its parts, without the checks of the whole.
 */
export const make = (from: SchemaAST.AST, parts: ReadonlyArray<Keys>): Pruned => {
  if (parts.some((keys) => keys.length === 0)) return { ast: from, paths: [[]] }
  const byKey = new Map<string | number, Array<Keys>>()
  for (const [key, ...rest] of parts) {
    const known = byKey.get(key!)
    if (known === undefined) byKey.set(key!, [rest])
    else known.push(rest)
  }
  const paths: Array<Keys> = []
  const properties: Array<SchemaAST.PropertySignature> = []
  const elements: Array<SchemaAST.AST> = []
  for (const [key, rest] of byKey) {
    const step = typeof key === "number" ? navigate.element(from, key) : navigate.property(from, key)
    if (step === undefined) throw new Error(`There is no ${JSON.stringify(key)} to select`)
    const inner = make(step.ast ?? anything, rest)
    for (const path of inner.paths) paths.push([step.stored, ...path])
    if (typeof key === "number") elements.push(inner.ast)
    else {
      // The part may be absent, as may be its parents.
      properties.push(
        new SchemaAST.PropertySignature(
          String(step.stored),
          SchemaAST.isOptional(inner.ast) ? inner.ast : optional(inner.ast)
        )
      )
    }
  }
  const ast =
    elements.length > 0
      ? new SchemaAST.Arrays(false, [], [elements.length === 1 ? elements[0]! : new SchemaAST.Union(elements)])
      : new SchemaAST.Objects(properties, [])
  return { ast: SchemaAST.isOptional(from) ? optional(ast) : ast, paths }
}

const anything = new SchemaAST.Unknown()
