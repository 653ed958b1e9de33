/**
 * Questions to a schema's AST, and copies of nodes.
 */
import * as Predicate from "effect/Predicate"
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeType, SetType } from "./wire.ts"

/** Copies a node with another encoding. Effect's own function for it is not public. */
export const withEncoding = <A extends SchemaAST.AST>(ast: A, encoding: SchemaAST.Encoding | undefined): A =>
  ast.encoding === encoding ? ast : Object.assign(Object.create(Object.getPrototypeOf(ast)), ast, { encoding })

const withContext = <A extends SchemaAST.AST>(ast: A, context: SchemaAST.Context | undefined): A =>
  ast.context === context ? ast : Object.assign(Object.create(Object.getPrototypeOf(ast)), ast, { context })

const optionalContext = new SchemaAST.Context(true, false)

/** The node as an optional one, on both of its sides. */
export const optional = (ast: SchemaAST.AST): SchemaAST.AST =>
  mapChain(SchemaAST.isOptional(ast) ? ast : withContext(ast, optionalContext), optional)

/** The node as an optional one if `like` is. */
export const optionalAs = (ast: SchemaAST.AST, like: SchemaAST.AST): SchemaAST.AST =>
  SchemaAST.isOptional(like) ? optional(ast) : ast

/** Replaces what the node's last link leads to, if it has one. */
const mapChain = (ast: SchemaAST.AST, f: (to: SchemaAST.AST) => SchemaAST.AST): SchemaAST.AST => {
  if (ast.encoding === undefined) return ast
  const last = ast.encoding[ast.encoding.length - 1]!
  const to = f(last.to)
  if (to === last.to) return ast
  const [first, ...rest] = [...ast.encoding.slice(0, -1), new SchemaAST.Link(to, last.transformation)]
  return withEncoding(ast, [first!, ...rest])
}

/** The node where explicit encodings end: what Schema itself calls the encoded side, with its own optionality. */
export const encodedEnd = (ast: SchemaAST.AST): SchemaAST.AST =>
  ast.encoding === undefined ? ast : encodedEnd(ast.encoding[ast.encoding.length - 1]!.to)

/** Replaces the node where explicit encodings end. */
export const mapEncodedEnd = (ast: SchemaAST.AST, f: (end: SchemaAST.AST) => SchemaAST.AST): SchemaAST.AST =>
  ast.encoding === undefined ? f(ast) : mapChain(ast, (to) => mapEncodedEnd(to, f))

/** Which of Effect's own declarations a node is: `"Date"`, `"ReadonlySet"`, … */
export const declarationName = (ast: SchemaAST.Declaration): string | undefined => {
  const id = (ast.annotations?.["representation"] as { readonly id?: unknown } | undefined)?.id
  return Predicate.isString(id) && id.startsWith("effect/schema/") ? id.slice("effect/schema/".length) : undefined
}

/** Where `Attribute.make` keeps its leaf. */
export const customAnnotation = "~@effect-dynamo/core/Attribute"

export const isCustom = (ast: SchemaAST.Declaration): boolean => ast.annotations?.[customAnnotation] !== undefined

/** Whether the encoded side has a member for which `f` holds. */
const someMember = (
  ast: SchemaAST.AST,
  f: (member: SchemaAST.AST) => boolean,
  // Most types have one member, which needs none.
  seen?: Set<SchemaAST.AST> | undefined
): boolean => {
  const end = encodedEnd(ast)
  switch (end._tag) {
    case "Union": {
      const known = seen ?? new Set<SchemaAST.AST>()
      return end.types.some((type) => someMember(type, f, known))
    }
    case "Suspend": {
      const known = seen ?? new Set<SchemaAST.AST>()
      if (known.has(end)) return false
      known.add(end)
      return someMember(end.thunk(), f, known)
    }
    case "Declaration":
      if (declarationName(end) === "Redacted") return someMember(end.typeParameters[0]!, f, seen)
  }
  return f(end)
}

/** Whether a node where encodings end is neither null nor undefined nor a set, by its tag alone. */
export const isPlainEnd = (end: SchemaAST.AST): boolean => plainTags.has(end._tag)

const plainTags: ReadonlySet<SchemaAST.AST["_tag"]> = new Set([
  "String",
  "TemplateLiteral",
  "Number",
  "BigInt",
  "Boolean",
  "Literal",
  "Enum",
  "Objects",
  "Arrays"
])

/** Whether the type's stored form may be NULL by its own meaning. */
export const admitsNull = (ast: SchemaAST.AST): boolean =>
  someMember(
    ast,
    (member) =>
      SchemaAST.isNull(member) ||
      SchemaAST.isUnknown(member) ||
      SchemaAST.isAny(member) ||
      (SchemaAST.isDeclaration(member) && (isCustom(member) || isJson(member)))
  )

/** Whether `undefined` is one of the type's values. */
export const admitsUndefined = (ast: SchemaAST.AST): boolean =>
  someMember(
    ast,
    (member) =>
      SchemaAST.isUndefined(member) ||
      SchemaAST.isVoid(member) ||
      SchemaAST.isUnknown(member) ||
      SchemaAST.isAny(member)
  )

const isJson = (ast: SchemaAST.Declaration): boolean => {
  const name = declarationName(ast)
  return name === "Json" || name === "MutableJson"
}

/** The DynamoDB set that one of the type's members is, if one is. */
export const setMember = (ast: SchemaAST.AST): SetType | undefined => {
  let type: SetType | undefined
  someMember(ast, (member) => {
    if (SchemaAST.isDeclaration(member) && declarationName(member) === "ReadonlySet") {
      type ??= setType(member.typeParameters[0]!)
    }
    return type !== undefined
  })
  return type
}

/**
 * The DynamoDB set that holds such elements: by the element's own encoded form, before any
 * natural form (a set of dates is a list, as a date is no string to its user).
 */
export const setType = (element: SchemaAST.AST): SetType | undefined => {
  const types = elementTypes(element)
  return types !== undefined && types.size === 1 ? [...types][0] : undefined
}

const elementTypes = (element: SchemaAST.AST): ReadonlySet<SetType> | undefined => {
  const end = encodedEnd(element)
  switch (end._tag) {
    case "String":
    case "TemplateLiteral":
      return new Set(["SS"])
    case "Number":
    case "BigInt":
      return new Set(["NS"])
    case "Literal":
      return typeof end.literal === "boolean" ? undefined : new Set([typeof end.literal === "string" ? "SS" : "NS"])
    case "Enum":
      return new Set(end.enums.map(([, value]) => (typeof value === "string" ? "SS" : "NS")))
    case "Declaration":
      switch (declarationName(end)) {
        case "BigDecimal":
          return new Set(["NS"])
        case "Uint8Array":
          return new Set(["BS"])
      }
      return undefined
    case "Union": {
      const all = new Set<SetType>()
      for (const type of end.types) {
        const types = elementTypes(type)
        if (types === undefined) return undefined
        for (const one of types) all.add(one)
      }
      return all
    }
  }
  return undefined
}

/** A stored type, and which JavaScript type is behind it. */
export interface Form {
  readonly type: AttributeType
  readonly of: string
}

/**
 * The forms a union member takes by nature. What an explicit encoding stores is its
 * author's choice, and objects and lists are told apart by what is in them.
 */
export const naturalForms = (ast: SchemaAST.AST): ReadonlyArray<Form> => {
  if (ast.encoding !== undefined) return []
  switch (ast._tag) {
    case "String":
    case "TemplateLiteral":
      return [{ type: "S", of: "string" }]
    case "Symbol":
      return [{ type: "S", of: "symbol" }]
    case "Number":
      return [{ type: "N", of: "number" }]
    case "BigInt":
      return [{ type: "N", of: "bigint" }]
    case "Literal":
      return typeof ast.literal === "number" || typeof ast.literal === "bigint"
        ? [{ type: "N", of: typeof ast.literal }]
        : []
    case "Enum":
      return ast.enums.some(([, value]) => typeof value === "number") ? [{ type: "N", of: "number" }] : []
    case "Union":
      return ast.types.flatMap(naturalForms)
    case "Declaration":
      return declarationForms(ast)
  }
  return []
}

const declarationForms = (ast: SchemaAST.Declaration): ReadonlyArray<Form> => {
  const name = declarationName(ast)
  switch (name) {
    case "Date":
    case "DateTimeUtc":
    case "DateTimeZoned":
      return [{ type: "S", of: name }]
    case "Duration":
    case "BigDecimal":
      return [{ type: "N", of: name }]
    case "Uint8Array":
      return [{ type: "B", of: name }]
    case "ReadonlySet": {
      const element = ast.typeParameters[0]!
      const type = setType(element)
      return type === undefined
        ? []
        : [{ type, of: `ReadonlySet<${[...new Set(naturalForms(element).map((form) => form.of))].join(" | ")}>` }]
    }
    case "Redacted":
      return naturalForms(ast.typeParameters[0]!).map((form) => ({ type: form.type, of: `Redacted<${form.of}>` }))
  }
  return []
}
