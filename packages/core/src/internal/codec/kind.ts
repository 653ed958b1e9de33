/**
 * What a field's stored form is good for in a key.
 */
import * as SchemaAST from "effect/SchemaAST"
import type { FieldKind } from "../keys/model.ts"
import { declarationName, encodedEnd } from "./ast.ts"

/** The kind of a field whose explicit encodings end in this node. */
export const kindOf = (ast: SchemaAST.AST): FieldKind => {
  const end = encodedEnd(ast)
  switch (end._tag) {
    case "String":
    case "TemplateLiteral":
      return "string"
    case "Number":
    case "BigInt":
      return "number"
    case "Boolean":
      return "boolean"
    case "Literal":
      return typeof end.literal === "string" ? "string" : typeof end.literal === "boolean" ? "boolean" : "number"
    case "Enum":
      return same(end.enums.map(([, value]) => (typeof value === "string" ? "string" : "number")))
    case "Union":
      return same(end.types.filter((type) => !SchemaAST.isNull(type) && !SchemaAST.isUndefined(type)).map(kindOf))
    case "Declaration":
      return declarationKind(end)
  }
  return "none"
}

const declarationKind = (ast: SchemaAST.Declaration): FieldKind => {
  switch (declarationName(ast)) {
    case "Date":
    case "DateTimeUtc":
      return "date"
    case "DateTimeZoned":
      return "zoned"
    case "BigDecimal":
    case "Duration":
      return "number"
    case "Uint8Array":
      return "binary"
    case "Option":
      return kindOf(ast.typeParameters[0]!)
  }
  return "none"
}

const same = (kinds: ReadonlyArray<FieldKind>): FieldKind => {
  const [first] = kinds
  return first !== undefined && kinds.every((kind) => kind === first) ? first : "none"
}

/** The strings of a literal, or of a union of literals. */
export const literalsOf = (ast: SchemaAST.AST): ReadonlyArray<string> | undefined => {
  const end = encodedEnd(ast)
  switch (end._tag) {
    case "Literal":
      return typeof end.literal === "string" ? [end.literal] : undefined
    case "Union": {
      const all = end.types.map(literalsOf)
      return all.length > 0 && all.every((literals) => literals !== undefined) ? all.flat() : undefined
    }
  }
  return undefined
}

/** Whether a field's values are numbers, whatever they are stored as. */
export const isNumeric = (type: SchemaAST.AST): boolean => {
  switch (type._tag) {
    case "Number":
    case "BigInt":
      return true
    case "Literal":
      return typeof type.literal === "number" || typeof type.literal === "bigint"
    case "Union": {
      const present = type.types.filter((member) => !SchemaAST.isUndefined(member) && !SchemaAST.isNull(member))
      return present.length > 0 && present.every(isNumeric)
    }
    case "Declaration":
      return declarationName(type) === "BigDecimal"
  }
  return false
}
