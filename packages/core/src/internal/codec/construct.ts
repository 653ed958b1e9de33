/**
 * What a schema's constructor makes of its input, without the checks: a copy, with defaults
 * filled in and without what the schema does not know.
 *
 * It is for values that are encoded next. Encoding looks at every part that is there and runs
 * every check, as constructing does; what is there is seen to here. So what encodes was rightly
 * made. Where it does not encode, or where this gives up (`unknown`), Schema's own constructor
 * makes the value or says what is wrong with it.
 */
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import { declarationName } from "./ast.ts"
import { missing, unknown } from "./node.ts"

/** From an input to the value, or `unknown`. May throw what a user's own function throws. */
export type Construct = (input: unknown) => unknown

/** Compiles the constructor of a struct or class. */
export const compileConstruct = (schema: Schema.Constraint): Construct => {
  const { ast } = schema
  // Only an instance of a class is one by sight; others are made by the class itself.
  return typeof schema === "function" && SchemaAST.isDeclaration(ast)
    ? (input) => (input instanceof (schema as unknown as abstract new () => object) ? input : unknown)
    : compile(ast)
}

const same: Construct = (input) => input

/** Of a node's type side: its encoding is none of a constructor's business. */
const compile = (ast: SchemaAST.AST): Construct => {
  switch (ast._tag) {
    case "String":
    case "TemplateLiteral":
    case "Number":
    case "Boolean":
    case "BigInt":
    case "Literal":
    case "Enum":
    case "Null":
    case "Undefined":
      return same
    case "Objects":
      return ast.encodingChecks === undefined && ast.indexSignatures.length === 0 && ast.propertySignatures.length > 0
        ? struct(ast)
        : bySchema(ast)
    case "Arrays":
      return ast.encodingChecks === undefined && ast.elements.length === 0 && ast.rest.length === 1
        ? array(ast.rest[0]!)
        : bySchema(ast)
    case "Union":
      return ast.encodingChecks === undefined ? union(ast) : bySchema(ast)
    case "Declaration":
      return ast.encodingChecks === undefined ? declaration(ast) : bySchema(ast)
  }
  return bySchema(ast)
}

const hasDefault = (ast: SchemaAST.AST): boolean => ast.context?.constructorDefault !== undefined

/** A field: its default where it is `undefined` or not there at all. */
const field = (ast: SchemaAST.AST): Construct => {
  const construct = compile(ast)
  const byDefault = ast.context?.constructorDefault
  if (byDefault === undefined) return construct
  // What a default makes anew each time is made once, by Schema.
  const value = Exit.isExit(byDefault) && Exit.isSuccess(byDefault) ? byDefault.value : unknown
  return (input) =>
    input === undefined || input === missing ? (value === unknown ? unknown : construct(value)) : construct(input)
}

const struct = (ast: SchemaAST.Objects): Construct => {
  const names: Array<string> = []
  const fields: Array<Construct> = []
  const defaults: Array<boolean> = []
  const mayLack: Array<boolean> = []
  /** Where the fields are that are not taken as they are. */
  const made: Array<number> = []
  // What every object has of itself is no field of a literal.
  let hasLiterals = true
  for (const { name, type } of ast.propertySignatures) {
    if (name === "__proto__") return bySchema(ast)
    const construct = field(type)
    const isFilled = hasDefault(type)
    if (construct !== same) made.push(names.length)
    if (name in Object.prototype) hasLiterals = false
    names.push(String(name))
    fields.push(construct)
    defaults.push(isFilled)
    mayLack.push(SchemaAST.isOptional(type) && !isFilled)
  }
  const count = names.length

  /** Whether an input is an object of these fields alone, in their order, and those that are not there are optional. */
  const isLiteral = (input: object): boolean => {
    if (!hasLiterals) return false
    const prototype: unknown = Object.getPrototypeOf(input)
    if (prototype !== Object.prototype && prototype !== null) return false
    let next = 0
    for (const name in input) {
      for (; next < count && names[next] !== name; next++) {
        // Not there, or later, or not enumerable.
        if (!mayLack[next] || names[next]! in input) return false
      }
      if (next === count) return false
      next++
    }
    for (; next < count; next++) if (!mayLack[next] || names[next]! in input) return false
    return Object.getOwnPropertySymbols(input).length === 0
  }

  return (input) => {
    if (typeof input !== "object" || input === null || Array.isArray(input)) return unknown
    if (isLiteral(input)) {
      // All fields at once: engines copy an object much faster than they build one.
      const out: { [name: string]: unknown } = { ...input }
      for (let i = 0; i < made.length; i++) {
        const at = made[i]!
        const name = names[at]!
        const given = out[name]
        if (given === undefined && !(name in out)) continue
        const value = fields[at]!(given)
        if (value === unknown) return unknown
        out[name] = value
      }
      return out
    }
    const out: { [name: string]: unknown } = {}
    for (let i = 0; i < count; i++) {
      const name = names[i]!
      const given: unknown = input[name as never]
      const isThere = given !== undefined || name in input
      if (!isThere && !defaults[i]) {
        if (mayLack[i]) continue
        return unknown
      }
      const value = fields[i]!(isThere ? given : missing)
      if (value === unknown) return unknown
      out[name] = value
    }
    return out
  }
}

const array = (element: SchemaAST.AST): Construct => {
  if (hasDefault(element)) return bySchema(new SchemaAST.Arrays(false, [], [element]))
  const construct = compile(element)
  return (input) => {
    if (!Array.isArray(input)) return unknown
    const out: Array<unknown> = []
    for (let i = 0; i < input.length; i++) {
      const value = construct(input[i])
      if (value === unknown) return unknown
      out.push(value)
    }
    return out
  }
}

const isNothing = (ast: SchemaAST.AST): boolean => SchemaAST.isNull(ast) || SchemaAST.isUndefined(ast)

/** Values of which it does not matter which member they are of. */
const union = (ast: SchemaAST.Union): Construct => {
  const present = ast.types.filter((type) => !isNothing(type))
  if (ast.types.some(hasDefault)) return bySchema(ast)
  const [first] = present
  if (present.length === 1) {
    const construct = compile(first!)
    return construct === same ? same : (input) => (input === null || input === undefined ? input : construct(input))
  }
  return present.every((type) => compile(type) === same) ? same : bySchema(ast)
}

const taken: ReadonlySet<string> = new Set([
  "Date",
  "DateTimeUtc",
  "DateTimeZoned",
  "Duration",
  "BigDecimal",
  "Uint8Array"
])

const declaration = (ast: SchemaAST.Declaration): Construct => {
  const name = declarationName(ast)
  if (name === undefined) return bySchema(ast)
  if (taken.has(name)) return same
  const [member] = ast.typeParameters
  if (member === undefined || hasDefault(member) || compile(member) !== same) return bySchema(ast)
  switch (name) {
    case "Option":
      return (input) => (Option.isOption(input) ? input : unknown)
    case "ReadonlySet":
      return (input) => (input instanceof Set ? new Set(input) : unknown)
  }
  return bySchema(ast)
}

/** Schema's own constructor, for one node. */
const bySchema = (ast: SchemaAST.AST): Construct => {
  let construct: ReturnType<typeof SchemaParser.makeEffect> | undefined
  return (input) => {
    const made = (construct ??= SchemaParser.makeEffect(Schema.make<Schema.Constraint>(ast)))(input)
    return Exit.isExit(made) && Exit.isSuccess(made) ? made.value : unknown
  }
}
