/**
 * The source of unions whose members can be told apart before they are looked at.
 */
import * as SchemaAST from "effect/SchemaAST"
import { tagOf } from "../compileUnion.ts"
import { absent } from "../wire.ts"
import { type Body, quote } from "./source.ts"
import type { Composite, Inside, JsKind, Writer } from "./writer.ts"

/** A union, if its members can be told apart by a tag, or by their descriptors and kinds. */
export const writeUnion = (ast: SchemaAST.Union, inside: Inside): Composite | undefined => {
  // Members return by themselves, past the checks of the union.
  if (ast.options?.mode === "oneOf" || ast.checks !== undefined) return undefined
  const tag = tagOf(ast)
  return tag === undefined ? byKind(ast, inside) : byTag(ast, tag, inside)
}

const byTag = (
  ast: SchemaAST.Union,
  { members, name }: { readonly name: string; readonly members: ReadonlyMap<unknown, number> },
  inside: Inside
): Composite => {
  const writers = ast.types.map(inside.write)
  const choose = (body: Body, tag: string, give: (writer: Writer) => void): void => {
    body.line(`switch (${tag}) {`)
    for (const [literal, index] of members) {
      // Tags are strings.
      body.line(`case ${quote(literal as string)}: {`)
      give(writers[index]!)
      body.line("}")
    }
    body.line("}")
  }
  const key = quote(name)
  return {
    type: "M",
    kind: "object",
    mayMiss: writers.some((writer) => writer.mayMiss),
    mayOmit: writers.some((writer) => writer.mayOmit),
    decode: (body, attribute) => {
      const map = body.let(`${attribute}.M`)
      body.refuseIf(`typeof ${map} !== "object" || ${map} === null`)
      const tag = body.let(`${map}[${key}]`)
      body.refuseIf(`${tag} === undefined`)
      choose(body, `${tag}.S`, (writer) => body.line(`return ${writer.decode(body, attribute)}`))
      return body.program.invalid
    },
    encode: (body, value) => {
      body.refuseIf(`typeof ${value} !== "object" || ${value} === null`)
      choose(body, `${value}[${key}]`, (writer) => body.line(`return ${writer.encode(body, value)}`))
      return body.program.invalid
    }
  }
}

const test: { readonly [K in JsKind]: (value: string) => string } = {
  string: (value) => `typeof ${value} === "string"`,
  number: (value) => `typeof ${value} === "number"`,
  boolean: (value) => `typeof ${value} === "boolean"`,
  undefined: (value) => `${value} === undefined`,
  null: (value) => `${value} === null`,
  object: (value) => `typeof ${value} === "object"`
}

const areDistinct = (all: ReadonlyArray<unknown>): boolean =>
  new Set(all).size === all.length && all.every((one) => one !== undefined)

/** Members of which no two read the same descriptor, and no two take values of the same kind. */
const byKind = (ast: SchemaAST.Union, inside: Inside): Composite | undefined => {
  const hasUndefined = ast.types.some(isPlainUndefined)
  const writers: Array<Writer & { readonly kind: JsKind }> = []
  for (const type of ast.types.filter((type) => !isPlainUndefined(type))) {
    const writer = inside.source(type)
    if (writer?.kind === undefined || writer.type === undefined || writer.mayMiss || writer.mayOmit) return undefined
    writers.push({ ...writer, kind: writer.kind })
  }
  if (!areDistinct(writers.map((writer) => writer.type)) || !areDistinct(writers.map((writer) => writer.kind))) {
    return undefined
  }
  // `null` is of the type "object" too.
  const inOrder = writers.toSorted((a, b) => Number(a.kind === "object") - Number(b.kind === "object"))
  return {
    type: undefined,
    kind: undefined,
    mayMiss: false,
    mayOmit: hasUndefined,
    decode: (body, attribute) => {
      for (const writer of writers) {
        body.line(`if (${attribute}.${writer.type} !== undefined) {`)
        body.line(`return ${writer.decode(body, attribute)}`)
        body.line("}")
      }
      if (hasUndefined) body.line(`if (${attribute} === ${body.program.constant(absent)}) return undefined`)
      return body.program.invalid
    },
    encode: (body, value) => {
      for (const writer of inOrder) {
        body.line(`if (${test[writer.kind](value)}) {`)
        body.line(`return ${writer.encode(body, value)}`)
        body.line("}")
      }
      if (hasUndefined) body.line(`if (${value} === undefined) return undefined`)
      return body.program.invalid
    }
  }
}

// In a field; elsewhere it is stored as NULL, by a link.
const isPlainUndefined = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isUndefined(ast) && ast.encoding === undefined && ast.checks === undefined
