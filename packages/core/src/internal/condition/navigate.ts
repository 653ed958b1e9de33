/**
 * From the schema of a value to the schema of a part of it, and to where that part is
 * stored.
 */
import * as SchemaAST from "effect/SchemaAST"
import { declarationName, encodedEnd } from "../codec/ast.ts"
import { originalOf } from "../codec/defaults.ts"
import { storedNameOf } from "../codec/renames.ts"

/** A part of a value. `ast` is `undefined` where anything may stand. */
export interface Step {
  readonly stored: string | number
  readonly ast: SchemaAST.AST | undefined
}

/** What a value is looked into as: the inside of an Option, what has a default, what a suspension stands for. */
export const inside = (ast: SchemaAST.AST): SchemaAST.AST => {
  const original = originalOf(ast)
  if (original !== undefined) return inside(original)
  // What only gives a default has the schema of its parts, and how they are stored, under it.
  if (ast.encoding !== undefined) return isClass(ast) || isPassedOn(ast) ? inside(encodedClass(ast)) : ast
  if (SchemaAST.isSuspend(ast)) return inside(ast.thunk())
  if (SchemaAST.isDeclaration(ast)) {
    const name = declarationName(ast)
    if (name === "Option" || name === "Redacted") return inside(ast.typeParameters[0]!)
  }
  return ast
}

/** Whether values are stored as they are: where there is none, something is made of it in reading. */
const isPassedOn = ({ encoding }: SchemaAST.AST): boolean =>
  encoding === undefined ||
  encoding.every(
    ({ transformation }) => transformation._tag === "Transformation" && transformation.encode._tag === "Passthrough"
  )

/** A class is stored as the struct it is made of. */
const encodedClass = (ast: SchemaAST.AST): SchemaAST.AST =>
  ast.encoding === undefined ? ast : ast.encoding[ast.encoding.length - 1]!.to

/** Whether a schema is of a class: dates and the like are stored as what is none of their parts. */
const isClass = (ast: SchemaAST.AST): boolean => SchemaAST.isDeclaration(ast) && SchemaAST.isObjects(encodedClass(ast))

/** The part under a name; `undefined` where there is none. */
export const property = (from: SchemaAST.AST, name: string): Step | undefined => {
  const ast = inside(from)
  switch (ast._tag) {
    case "Objects": {
      const found = ast.propertySignatures.find((property) => property.name === name)
      if (found !== undefined) return { stored: storedName(ast, name), ast: found.type }
      return ast.indexSignatures.length === 0 ? undefined : { stored: name, ast: ast.indexSignatures[0]!.type }
    }
    case "Union": {
      const found = ast.types.flatMap((type) => property(type, name) ?? [])
      return merged(found)
    }
    case "Unknown":
    case "Any":
    case "ObjectKeyword":
      return { stored: name, ast: undefined }
    case "Declaration":
      return isJson(ast) ? { stored: name, ast: undefined } : undefined
  }
  return undefined
}

/** The element at a position; `undefined` where there can be none. */
export const element = (from: SchemaAST.AST, position: number): Step | undefined => {
  const ast = inside(from)
  switch (ast._tag) {
    case "Arrays": {
      const type = ast.elements[position] ?? ast.rest[0]
      return type === undefined ? undefined : { stored: position, ast: type }
    }
    case "Union":
      return merged(ast.types.flatMap((type) => element(type, position) ?? []))
    case "Unknown":
    case "Any":
    case "ObjectKeyword":
      return { stored: position, ast: undefined }
    case "Declaration":
      return isJson(ast) ? { stored: position, ast: undefined } : undefined
  }
  return undefined
}

/** What a set or list holds; of text and bytes, themselves. `undefined` where anything may stand. */
export const member = (from: SchemaAST.AST): SchemaAST.AST | undefined => {
  const ast = inside(from)
  switch (ast._tag) {
    case "Arrays": {
      const types = [...ast.elements, ...ast.rest]
      return types.length === 1 ? types[0] : types.length === 0 ? undefined : new SchemaAST.Union(types)
    }
    case "Declaration":
      return declarationName(ast) === "ReadonlySet" ? ast.typeParameters[0] : isJson(ast) ? undefined : ast
    case "Union": {
      const types = ast.types.flatMap((type) => (isAbsent(type) ? [] : (member(type) ?? [])))
      return types.length === 0 ? undefined : types.length === 1 ? types[0] : new SchemaAST.Union(types)
    }
  }
  // Part of a text is any text, whatever the text itself must be.
  return encodedEnd(ast)._tag === "Unknown" ? undefined : SchemaAST.string
}

const isAbsent = (ast: SchemaAST.AST): boolean => SchemaAST.isNull(ast) || SchemaAST.isUndefined(ast)

const isJson = (ast: SchemaAST.Declaration): boolean => {
  const name = declarationName(ast)
  return name === "Json" || name === "MutableJson"
}

const merged = (steps: ReadonlyArray<Step>): Step | undefined => {
  const [first] = steps
  if (first === undefined || steps.length === 1) return first
  const types = steps.flatMap(({ ast }) => ast ?? [])
  return { stored: first.stored, ast: types.length < steps.length ? undefined : new SchemaAST.Union(types) }
}

/** A struct whose keys `Schema.encodeKeys` renames is stored under the new ones. */
const storedName = (ast: SchemaAST.Objects, name: string): string => {
  const stored = ast.encoding === undefined ? name : storedNameOf(ast, name)
  if (stored === undefined) {
    throw new Error(
      `${JSON.stringify(name)} cannot be referred to: its struct is stored as what a transformation makes of it`
    )
  }
  return stored
}
