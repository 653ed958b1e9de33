/**
 * The source of what has one descriptor and nothing inside: alone and as the element of a set.
 */
import type * as SchemaAST from "effect/SchemaAST"
import { stringLiterals } from "../compileUnion.ts"
import * as leaves from "../leaf.ts"
import { markOf } from "../link.ts"
import { numberOfText, textOfNumber } from "../number.ts"
import { isWellFormed } from "../wire.ts"
import { type Body, quote } from "./source.ts"
import { isNotSole, type JsKind, type Writer } from "./writer.ts"

/** Writes between a value and what its descriptor holds. */
export interface Scalar {
  readonly type: "S" | "N" | "B" | "BOOL" | "NULL"
  readonly kind: JsKind
  readonly read: (body: Body, raw: string) => string
  readonly write: (body: Body, value: string) => string
  /** Two values may have the same stored form. */
  readonly mayCollide?: boolean | undefined
}

const string: Scalar = {
  type: "S",
  kind: "string",
  read: (body, raw) => {
    body.refuseIf(`typeof ${raw} !== "string"`)
    return raw
  },
  write: (body, value) => {
    body.refuseIf(`typeof ${value} !== "string" || !${value}.isWellFormed()`)
    return value
  }
}

const boolean: Scalar = {
  type: "BOOL",
  kind: "boolean",
  read: (body, raw) => {
    body.refuseIf(`typeof ${raw} !== "boolean"`)
    return raw
  },
  write: (body, value) => {
    body.refuseIf(`typeof ${value} !== "boolean"`)
    return value
  }
}

const nothing: Scalar = {
  type: "NULL",
  kind: "null",
  read: (body, raw) => {
    body.refuseIf(`${raw} !== true`)
    return "null"
  },
  write: (body, value) => {
    body.refuseIf(`${value} !== null`)
    return "true"
  }
}

/** One of some literals, whose source is given. */
const oneOf = (type: "S" | "BOOL", kind: JsKind, literals: ReadonlyArray<string>): Scalar => {
  const test = (body: Body, variable: string): string => {
    body.refuseIf(literals.map((literal) => `${variable} !== ${literal}`).join(" && "))
    return variable
  }
  return { type, kind, read: test, write: test }
}

const oneOfMany = (literals: ReadonlySet<unknown>): Scalar => {
  const test = (body: Body, variable: string): string => {
    body.refuseIf(`!${body.program.constant(literals)}.has(${variable})`)
    return variable
  }
  return { type: "S", kind: "string", read: test, write: test }
}

// Beyond this a set is faster than one comparison after the other.
const fewLiterals = 12

/** Strings that are all well-formed: others cannot be written. */
const strings = (literals: ReadonlySet<string>): Scalar | undefined => {
  const all = [...literals]
  if (all.length === 0 || !all.every(isWellFormed)) return undefined
  return all.length > fewLiterals ? oneOfMany(literals) : oneOf("S", "string", all.map(quote))
}

const number: Scalar = {
  type: "N",
  kind: "number",
  read: (body, raw) => {
    body.refuseIf(`typeof ${raw} !== "string"`)
    const n = body.let(`${body.program.constant(numberOfText)}(${raw})`)
    body.refuseIf(`typeof ${n} !== "number"`)
    return n
  },
  write: (body, value) => {
    body.refuseIf(`typeof ${value} !== "number"`)
    // Where JavaScript's own text is DynamoDB's: most numbers need no call.
    const text = body.let(
      `${value} >= 1e-6 && ${value} < 1e21 ? String(${value}) : ${body.program.constant(textOfNumber)}(${value})`
    )
    body.refuseIf(`typeof ${text} !== "string"`)
    return text
  }
}

const date: Scalar = {
  type: "S",
  kind: "object",
  read: (body, raw) => {
    body.refuseIf(`typeof ${raw} !== "string"`)
    const millis = body.let(`${body.program.constant(leaves.instantOfText)}(${raw})`)
    body.refuseIf(`typeof ${millis} !== "number"`)
    return `new Date(${millis})`
  },
  write: (body, value) => {
    body.refuseIf(`!${body.program.constant(leaves.isValidDate)}(${value})`)
    // What a subclass makes of `toISOString` is not what is stored.
    return `new Date(${value}.getTime()).toISOString()`
  },
  mayCollide: true
}

const binary: Scalar = {
  type: "B",
  kind: "object",
  read: (body, raw) => {
    body.refuseIf(`!(${raw} instanceof Uint8Array)`)
    return raw
  },
  write: (body, value) => {
    body.refuseIf(`!(${value} instanceof Uint8Array)`)
    return value
  },
  mayCollide: true
}

/** The scalar of a node, without its checks. */
export const scalarOf = (ast: SchemaAST.AST): Scalar | undefined =>
  ast.encoding === undefined ? naturalScalar(ast) : leafScalar(ast.encoding)

const naturalScalar = (ast: SchemaAST.AST): Scalar | undefined => {
  switch (ast._tag) {
    case "String":
      return string
    case "Boolean":
      return boolean
    case "Null":
      return nothing
    case "Literal":
      return typeof ast.literal === "string"
        ? strings(new Set([ast.literal]))
        : typeof ast.literal === "boolean"
          ? oneOf("BOOL", "boolean", [String(ast.literal)])
          : undefined
    case "Enum": {
      const values = ast.enums.map(([, value]) => value)
      return values.every((value) => typeof value === "string") ? strings(new Set(values)) : undefined
    }
    case "Union": {
      const literals = stringLiterals(ast)
      return literals === undefined ? undefined : strings(literals)
    }
  }
  return undefined
}

const leafScalar = (links: SchemaAST.Encoding): Scalar | undefined => {
  const mark = links.length === 1 ? markOf(links[0]) : undefined
  if (mark?._tag !== "Leaf") return undefined
  switch (mark.leaf) {
    case leaves.number:
      return number
    case leaves.date:
      return date
    case leaves.binary:
      return binary
  }
  return undefined
}

/** A scalar alone, as an attribute value. */
export const writeScalar = ({ kind, read, type, write }: Scalar): Writer => ({
  type,
  kind,
  decode: (body, attribute) => {
    const raw = body.let(`${attribute}.${type}`)
    const value = read(body, raw)
    body.refuseIf(isNotSole(attribute, type))
    return value
  },
  encode: (body, value) => `{ ${type}: ${write(body, value)} }`,
  mayMiss: false,
  mayOmit: false
})
