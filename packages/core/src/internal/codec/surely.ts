/**
 * Schemas that can be stored for sure, so that their codec need not be derived where an
 * entity is declared: it is, the first time that it is used. A cold start pays only for
 * the entities it touches.
 */
import * as SchemaAST from "effect/SchemaAST"
import { declarationName, encodedEnd, setType } from "./ast.ts"

const known = new WeakMap<SchemaAST.AST, boolean>()

/** Whether deriving this can refuse nothing. `false` where only deriving it tells. */
export const isSurelyStored = (ast: SchemaAST.AST): boolean => {
  const end = encodedEnd(ast)
  switch (end._tag) {
    case "String":
    case "TemplateLiteral":
    case "Boolean":
    case "Null":
    case "Number":
    case "BigInt":
    case "Literal":
      return true
    case "Declaration":
      return end.encodingChecks === undefined && isSureDeclaration(end)
    case "Union":
      return end.encodingChecks === undefined && isSureUnion(end)
    case "Objects":
    case "Arrays": {
      let sure = known.get(end)
      if (sure === undefined) known.set(end, (sure = end.encodingChecks === undefined && isSureInside(end)))
      return sure
    }
  }
  return false
}

const storedDeclarations: ReadonlySet<string> = new Set(["Date", "DateTimeUtc", "Duration", "BigDecimal", "Uint8Array"])

const isSureDeclaration = (ast: SchemaAST.Declaration): boolean => {
  const name = declarationName(ast)
  return name === "ReadonlySet"
    ? setType(ast.typeParameters[0]!) !== undefined
    : name !== undefined && storedDeclarations.has(name)
}

/** Texts are told apart, and so are a value and its absence. */
const isSureUnion = ({ types }: SchemaAST.Union): boolean => {
  if (types.every((type) => SchemaAST.isLiteral(type) && typeof type.literal === "string")) return true
  const present = types.filter((type) => !SchemaAST.isNull(type) && !SchemaAST.isUndefined(type))
  return present.length === 1 && isSurelyStored(present[0]!)
}

const isSureInside = (ast: SchemaAST.Objects | SchemaAST.Arrays): boolean =>
  ast._tag === "Arrays"
    ? ast.elements.every(isSurelyStored) && ast.rest.every(isSurelyStored)
    : ast.propertySignatures.every(({ name, type }) => typeof name === "string" && isSurelyStored(type)) &&
      ast.indexSignatures.every(({ parameter, type }) => SchemaAST.isString(parameter) && isSurelyStored(type))
