/**
 * The renaming that `Schema.encodeKeys` does, read back from its schema.
 */
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

type Fields = Schema.Constraint & { readonly fields: Schema.Struct.Fields }

export interface Renamed {
  /** The struct or class, before its keys are renamed. */
  readonly schema: Fields
  /** Stored names by field; only those that differ. */
  readonly rename: Readonly<Record<string, string>>
}

const hasFields = (schema: unknown): schema is Fields =>
  (typeof schema === "object" || typeof schema === "function") && schema !== null && "fields" in schema

/**
 * What `Schema.encodeKeys` was applied to and how it renames; `undefined` for a plain struct
 * or class. Throws for any other schema: its stored attributes could not be known.
 */
export const renamesOf = (schema: Schema.Constraint): Renamed | undefined => {
  if (hasFields(schema)) return undefined
  const { from, to } = schema as { readonly from?: unknown; readonly to?: unknown }
  if (!hasFields(to) || !hasFields(from)) {
    throw new Error("Expected a struct or a class, with or without Schema.encodeKeys")
  }
  const rename = probe(schema.ast, to.fields, from.fields)
  if (rename === undefined) {
    throw new Error(
      "Expected a struct or a class: of transformations between structs only Schema.encodeKeys is allowed, " +
        "as others leave unknown which attributes are stored"
    )
  }
  // Renaming twice: the struct itself is under the first renaming.
  const inner = renamesOf(to)
  if (inner === undefined) return { schema: to, rename }
  return { schema: inner.schema, rename: { ...inner.rename, ...rename } }
}

/**
 * Applies the transformation to markers and sees where each one goes. A transformation that
 * touches values too would have changed the encoded schemas, or one of the markers.
 */
const probe = (
  ast: SchemaAST.AST,
  fields: Schema.Struct.Fields,
  encoded: Schema.Struct.Fields
): Readonly<Record<string, string>> | undefined => {
  const transformation = ast.encoding?.[ast.encoding.length - 1]?.transformation
  if (transformation?._tag !== "Transformation") return undefined
  const { decode, encode } = transformation
  if (encode._tag !== "Transform" || decode._tag !== "Transform") return undefined
  const names = Object.keys(fields)
  const rename: Record<string, string> = {}
  for (const marker of [(name: string) => ({ name }), (name: string) => `  ${name} `]) {
    const values = new Map(names.map((name) => [name, marker(name)]))
    const there = run(encode.transform, Object.fromEntries(values))
    const back = there === undefined ? undefined : run(decode.transform, there)
    if (there === undefined || back === undefined || Object.keys(there).length !== names.length) return undefined
    for (const [name, value] of values) {
      const stored = Object.keys(there).find((key) => there[key] === value)
      if (stored === undefined || back[name] !== value || !(stored in encoded)) return undefined
      if (encoded[stored]?.ast !== SchemaAST.toEncoded(fields[name]!.ast)) return undefined
      if (stored !== name) rename[name] = stored
    }
  }
  return rename
}

/**
 * The name under which a field of a struct is stored, by the node of the struct; `undefined`
 * where what is stored is made by something else than a renaming.
 */
export const storedNameOf = (ast: SchemaAST.Objects, name: string): string | undefined => {
  const markers = new Map(ast.propertySignatures.map((property) => [String(property.name), { property }]))
  let record: Record<string, unknown> | undefined = Object.fromEntries(markers)
  for (const { transformation } of linksOf(ast)) {
    if (transformation._tag !== "Transformation" || transformation.encode._tag !== "Transform") return undefined
    record = run(transformation.encode.transform, record)
    if (record === undefined) return undefined
  }
  const marker = markers.get(name)
  const there = record
  return Object.keys(there).find((key) => there[key] === marker)
}

/** All links from the type side to where encodings end. */
const linksOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.Link> =>
  ast.encoding === undefined ? [] : [...ast.encoding, ...linksOf(ast.encoding[ast.encoding.length - 1]!.to)]

const run = (transform: (input: unknown) => unknown, input: unknown): Record<string, unknown> | undefined => {
  // oxlint-disable-next-line house/no-try -- a user's transformation, which may throw on what it was not made for
  try {
    const output = transform(input)
    return typeof output === "object" && output !== null ? (output as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
