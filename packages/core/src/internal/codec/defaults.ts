/**
 * Schemas with a default of ours, and the schemas that the default is of: parts of a value
 * are parts of what its original schema stores.
 */
import type * as SchemaAST from "effect/SchemaAST"

/** What fills a default in. Unlike the node, it stays the same when the schema is annotated or made optional. */
const filling = new WeakSet<object>()

/** Remembers the node of a schema that has just been given a default. */
export const markDefault = (ast: SchemaAST.AST): void => {
  const [fill] = ast.encoding ?? []
  if (fill !== undefined) filling.add(fill.transformation)
}

/** The node that was given a default; `undefined` where none was. */
export const originalOf = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  const [fill, original, ...rest] = ast.encoding ?? []
  return fill !== undefined && rest.length === 0 && filling.has(fill.transformation) ? original?.to : undefined
}
