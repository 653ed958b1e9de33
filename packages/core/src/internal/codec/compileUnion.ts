/**
 * The fast path of unions.
 */
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue, Item } from "../../Attribute.ts"
import { encodedEnd } from "./ast.ts"
import { failed, invalid, make, type Node, unknown } from "./node.ts"
import { isSoleS } from "./sole.ts"
import { isWellFormed } from "./wire.ts"

type Compile = (ast: SchemaAST.AST) => Node

/** Compiles a union: by its tag where it has one, else member by member, as Schema does. */
export const compileUnion = (ast: SchemaAST.Union, compile: Compile): Node => {
  const literals = stringLiterals(ast)
  if (literals !== undefined) return compileLiterals(literals)
  const members = ast.types.map(compile)
  if (ast.options?.mode === "oneOf") {
    return make(
      (attribute) => onlyOne(members.map((member) => member.decode(attribute))),
      // Failures and attribute values are all that members give.
      (value) => onlyOne(members.map((member) => member.encode(value))) as AttributeValue
    )
  }
  const tag = tagOf(ast)
  return tag === undefined ? compileMembers(members) : compileTagged(tag, members)
}

const onlyOne = (results: ReadonlyArray<unknown>): unknown => {
  if (results.includes(unknown)) return unknown
  const successes = results.filter((result) => !failed(result))
  return successes.length === 1 ? successes[0] : invalid
}

const compileMembers = (members: ReadonlyArray<Node>): Node =>
  make(
    (attribute) => {
      for (let i = 0; i < members.length; i++) {
        const value = members[i]!.decode(attribute)
        if (value !== invalid) return value
      }
      return invalid
    },
    (value) => {
      for (let i = 0; i < members.length; i++) {
        const attribute = members[i]!.encode(value)
        if (attribute !== invalid) return attribute
      }
      return invalid
    }
  )

/** The strings of a union that has nothing else. */
export const stringLiterals = (ast: SchemaAST.Union): ReadonlySet<string> | undefined => {
  const out = new Set<string>()
  for (const type of ast.types) {
    if (
      !SchemaAST.isLiteral(type) ||
      typeof type.literal !== "string" ||
      type.encoding !== undefined ||
      type.checks !== undefined ||
      !isWellFormed(type.literal)
    ) {
      return undefined
    }
    out.add(type.literal)
  }
  // With `oneOf`, a literal that stands twice is never the only one.
  return out.size === ast.types.length ? out : undefined
}

const compileLiterals = (literals: ReadonlySet<string>): Node =>
  make(
    (attribute) => {
      const text = (attribute as { readonly S?: unknown }).S as string
      return literals.has(text) && isSoleS(attribute) ? text : invalid
    },
    (value) => (literals.has(value as string) ? { S: value as string } : invalid)
  )

interface Tag {
  readonly name: string
  readonly members: ReadonlyMap<unknown, number>
}

/** The field that tells all members apart, the same by value and as stored. */
export const tagOf = (ast: SchemaAST.Union): Tag | undefined => {
  const first = ast.types[0]
  if (first === undefined) return undefined
  for (const name of tagsOf(first).keys()) {
    const members = new Map<unknown, number>()
    ast.types.forEach((type, i) => {
      const literal = tagsOf(type).get(name)
      if (literal !== undefined) members.set(literal, i)
    })
    if (members.size === ast.types.length) return { name, members }
  }
  return undefined
}

/** The required string literals of a struct or class. Another encoding may store them differently. */
const tagsOf = (ast: SchemaAST.AST): ReadonlyMap<string, string> => {
  const struct = SchemaAST.isObjects(ast) && ast.encoding === undefined ? ast : structOfClass(ast)
  const out = new Map<string, string>()
  for (const { name, type } of struct?.propertySignatures ?? []) {
    if (
      typeof name === "string" &&
      !(name in Object.prototype) &&
      SchemaAST.isLiteral(type) &&
      typeof type.literal === "string" &&
      type.encoding === undefined &&
      !SchemaAST.isOptional(type)
    ) {
      out.set(name, type.literal)
    }
  }
  return out
}

// A class has one link, which makes instances of the struct that follows.
const structOfClass = (ast: SchemaAST.AST): SchemaAST.Objects | undefined => {
  if (!SchemaAST.isDeclaration(ast) || ast.encoding?.length !== 1) return undefined
  const [link] = ast.encoding
  const from = ast.typeParameters[0]
  const isPassthrough =
    link.transformation._tag === "Transformation" && link.transformation.encode._tag === "Passthrough"
  const end = encodedEnd(ast)
  return isPassthrough && from !== undefined && SchemaAST.isObjects(from) && link.to === end && SchemaAST.isObjects(end)
    ? end
    : undefined
}

const compileTagged = ({ members: indexes, name }: Tag, members: ReadonlyArray<Node>): Node =>
  make(
    (attribute) => {
      const map = (attribute as { readonly M?: unknown }).M
      if (typeof map !== "object" || map === null) return invalid
      const tag = (map as Item)[name]
      const index = tag === undefined ? undefined : indexes.get((tag as { readonly S?: unknown }).S)
      return index === undefined ? invalid : members[index]!.decode(attribute)
    },
    (value) => {
      if (typeof value !== "object" || value === null) return invalid
      const index = indexes.get(value[name as never])
      return index === undefined ? invalid : members[index]!.encode(value)
    }
  )
