/**
 * Whether what one schema stores is surely what another one may store: a copy inside
 * DynamoDB passes no codec.
 */
import * as Equal from "effect/Equal"
import * as SchemaAST from "effect/SchemaAST"
import { declarationName, setMember } from "../codec/ast.ts"
import { originalOf } from "../codec/defaults.ts"

/** Whether `to` surely admits all that `from` does, in the same stored form. `false` where that is not known. */
export const admits = (to: SchemaAST.AST, from: SchemaAST.AST): boolean => {
  if (to === from) return true
  const wanted = originalOf(to)
  if (wanted !== undefined) return hasChecksOf(from, to.checks) && admits(wanted, from)
  const given = originalOf(from)
  if (given !== undefined) return admits(to, given)
  if (SchemaAST.isSuspend(to) && SchemaAST.isSuspend(from)) return to.thunk() === from.thunk()
  // Each of the members that are stored must be admitted.
  if (isPlainUnion(from)) return from.types.every((type) => admits(to, type))
  if (isPlainUnion(to)) return to.types.some((type) => admits(type, from))
  return hasSameEncoding(to, from) && hasChecksOf(from, to.checks) && hasFormOf(to, from)
}

/** Whether each admits what the other does, and lacks it where the other may. */
export const isAlike = (a: SchemaAST.AST, b: SchemaAST.AST): boolean =>
  SchemaAST.isOptional(a) === SchemaAST.isOptional(b) && admits(a, b) && admits(b, a)

const isPlainUnion = (ast: SchemaAST.AST): ast is SchemaAST.Union =>
  SchemaAST.isUnion(ast) &&
  ast.encoding === undefined &&
  ast.checks === undefined &&
  encodingChecksOf(ast) === undefined

const hasSameEncoding = (to: SchemaAST.AST, from: SchemaAST.AST): boolean => {
  const [wanted, given] = [to.encoding ?? [], from.encoding ?? []]
  return (
    encodingChecksOf(to) === encodingChecksOf(from) &&
    wanted.length === given.length &&
    wanted.every((link, i) => link.transformation === given[i]!.transformation && admits(link.to, given[i]!.to))
  )
}

const encodingChecksOf = (ast: SchemaAST.AST): SchemaAST.Checks | undefined =>
  "encodingChecks" in ast ? ast.encodingChecks : undefined

const hasChecksOf = (ast: SchemaAST.AST, checks: SchemaAST.Checks | undefined): boolean =>
  checks === undefined || checks.every((check) => flat(ast.checks).some((own) => isSameCheck(own, check)))

type Check = SchemaAST.Checks[number]

/** The checks, and those of the groups among them. */
const flat = (checks: ReadonlyArray<Check> | undefined): ReadonlyArray<Check> =>
  (checks ?? []).flatMap((check) => (check._tag === "FilterGroup" ? [check, ...flat(check.checks)] : [check]))

/** Effect's own checks are the same where they ask for the same. */
const isSameCheck = (a: Check, b: Check): boolean => {
  if (a === b) return true
  const [one, other] = [representation(a), representation(b)]
  return one !== undefined && other !== undefined && one.id === other.id && Equal.equals(one.payload, other.payload)
}

const representation = (check: Check): { readonly id: string; readonly payload?: unknown } | undefined => {
  const found = check.annotations?.["representation"] as
    | { readonly id?: unknown; readonly payload?: unknown }
    | undefined
  return typeof found?.id === "string" && found.id.startsWith("effect/schema/")
    ? { id: found.id, payload: found.payload }
    : undefined
}

/** The same of the nodes themselves, their checks and encodings aside. */
const hasFormOf = (to: SchemaAST.AST, from: SchemaAST.AST): boolean => {
  switch (to._tag) {
    case "Unknown":
    case "Any":
      return true
    case "String":
      return isText(from)
    case "Number":
      return from._tag === "Number" || (from._tag === "Literal" && typeof from.literal === "number")
    case "BigInt":
      return from._tag === "BigInt" || (from._tag === "Literal" && typeof from.literal === "bigint")
    case "Boolean":
      return from._tag === "Boolean" || (from._tag === "Literal" && typeof from.literal === "boolean")
    case "Null":
    case "Undefined":
      return from._tag === to._tag
    case "Literal":
      return from._tag === "Literal" && from.literal === to.literal
    case "Enum":
      return (
        from._tag === "Enum" && from.enums.every(([, value]) => to.enums.some(([, admitted]) => admitted === value))
      )
    case "Declaration":
      if (declarationName(to) === "Json" && isJson(from)) return true
      return (
        from._tag === "Declaration" &&
        isSameDeclaration(to, from) &&
        to.typeParameters.length === from.typeParameters.length &&
        to.typeParameters.every((type, i) => admits(type, from.typeParameters[i]!)) &&
        setMember(to) === setMember(from)
      )
    case "Arrays":
      return from._tag === "Arrays" && hasElementsOf(to, from)
    case "Objects":
      return from._tag === "Objects" && hasPropertiesOf(to, from)
    case "Union":
      // One with checks of its own, which the other has too.
      return from._tag === "Union" && from.types.every((type) => to.types.some((admitted) => admits(admitted, type)))
  }
  return false
}

const isText = (ast: SchemaAST.AST): boolean =>
  ast._tag === "String" ||
  ast._tag === "TemplateLiteral" ||
  (ast._tag === "Literal" && typeof ast.literal === "string") ||
  (ast._tag === "Enum" && ast.enums.every(([, value]) => typeof value === "string"))

const isJson = (ast: SchemaAST.AST): boolean =>
  ast.encoding === undefined &&
  ((isText(ast) && ast._tag !== "Enum") ||
    ast._tag === "Number" ||
    ast._tag === "Boolean" ||
    ast._tag === "Null" ||
    (ast._tag === "Literal" && typeof ast.literal !== "bigint") ||
    (ast._tag === "Arrays" && [...ast.elements, ...ast.rest].every(isJson)) ||
    (ast._tag === "Objects" && [...ast.propertySignatures, ...ast.indexSignatures].every(({ type }) => isJson(type))))

const isSameDeclaration = (a: SchemaAST.Declaration, b: SchemaAST.Declaration): boolean => {
  const name = declarationName(a)
  return a.run === b.run || (name !== undefined && name === declarationName(b))
}

const hasElementsOf = (to: SchemaAST.Arrays, from: SchemaAST.Arrays): boolean => {
  const isSameTuple =
    to.elements.length === from.elements.length &&
    to.rest.length === from.rest.length &&
    to.elements.every((type, i) => SchemaAST.isOptional(type) === SchemaAST.isOptional(from.elements[i]!))
  return (
    isSameTuple &&
    to.elements.every((type, i) => admits(type, from.elements[i]!)) &&
    to.rest.every((type, i) => admits(type, from.rest[i]!))
  )
}

const hasPropertiesOf = (to: SchemaAST.Objects, from: SchemaAST.Objects): boolean => {
  const named = new Map(from.propertySignatures.map(({ name, type }) => [name, type]))
  return (
    to.propertySignatures.every(({ name, type }) => {
      const given = named.get(name)
      named.delete(name)
      if (given === undefined) return SchemaAST.isOptional(type)
      return (SchemaAST.isOptional(type) || !SchemaAST.isOptional(given)) && admits(type, given)
    }) &&
    // What the other one has besides, a put of this one would not store.
    named.size === 0 &&
    from.indexSignatures.length === to.indexSignatures.length &&
    to.indexSignatures.every(
      ({ parameter, type }, i) =>
        admits(parameter, from.indexSignatures[i]!.parameter) && admits(type, from.indexSignatures[i]!.type)
    )
  )
}
