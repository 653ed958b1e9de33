/**
 * The fast path: compiles a derived AST (see `derive.ts`) into closures that go from
 * values to attribute values and back in one pass, without an intermediate form.
 *
 * It knows less than the reference and never contradicts it: where a node is too
 * special it asks Schema's parser for that node alone, and where an answer takes an
 * effect it gives up (`unknown`).
 */
import * as Option from "effect/Option"
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue } from "../../Attribute.ts"
import { withEncoding } from "./ast.ts"
import { compileArrays, compileRecord, compileSet } from "./compileContainers.ts"
import { compileObjects } from "./compileObjects.ts"
import { boolean, compileLeaf, literal, nothing, oneOf, string, undefinedNode } from "./compileScalars.ts"
import { compileUnion } from "./compileUnion.ts"
import { markOf } from "./link.ts"
import { failed, invalid, make, missing, type Node, unknown } from "./node.ts"
import { applyGetter, checked, parser, type Step, wireParser } from "./parse.ts"
import { isRefusal } from "./refusal.ts"
import { isSole, marshal, maxDepth, unmarshal } from "./wire.ts"

const memo = new WeakMap<SchemaAST.AST, Node>()

/** Compiles a node, once. */
export const compile = (ast: SchemaAST.AST): Node => {
  const known = memo.get(ast)
  if (known !== undefined) return known
  const node = compileNode(ast, compile)
  memo.set(ast, node)
  return node
}

/** From a node of a derived AST to functions. */
export type Compile = (ast: SchemaAST.AST) => Node

/** Compiles one node into closures; `compile` does what is inside of it. */
export const compileNode = (ast: SchemaAST.AST, compile: Compile): Node =>
  ast.encoding === undefined ? compileNatural(ast, compile) : compileEncoded(ast, ast.encoding, compile)

/** A node whose encoded side is a wire form already. */
const compileNatural = (ast: SchemaAST.AST, compile: Compile): Node => {
  switch (ast._tag) {
    case "String":
      return checked(ast, string)
    case "Boolean":
      return checked(ast, boolean)
    case "Null":
      return checked(ast, nothing)
    case "Literal":
      return checked(ast, literal(ast.literal))
    case "Undefined":
      return checked(ast, undefinedNode)
    case "Enum":
      return checked(ast, oneOf(new Set(ast.enums.map(([, value]) => value))))
    case "Objects":
      return compileAnyObjects(ast, compile)
    case "Arrays":
      return checked(ast, compileArrays(ast, compile))
    case "Union":
      return checked(ast, compileUnion(ast, compile))
    case "Suspend":
      return compileSuspend(ast, compile)
    default:
      return byReference(ast)
  }
}

const compileAnyObjects = (ast: SchemaAST.Objects, compile: Compile): Node => {
  if (ast.indexSignatures.length === 0) return checked(ast, compileObjects(ast, compile))
  return isPlainRecord(ast) ? checked(ast, compileRecord(ast, compile)) : byReference(ast)
}

/** Only records by all strings: other names are chosen and written by Schema's own rules. */
export const isPlainRecord = (ast: SchemaAST.Objects): boolean => {
  const parameter = ast.indexSignatures[0]!.parameter
  return (
    ast.propertySignatures.length === 0 &&
    ast.indexSignatures.length === 1 &&
    SchemaAST.isString(parameter) &&
    parameter.encoding === undefined &&
    parameter.checks === undefined
  )
}

// How many suspended nodes we are inside of. Values without end must not end in a stack overflow.
let depth = 0

let exceeded = false

/** Called where the fast path is entered anew. */
export const resetDepth = (): void => {
  depth = 0
  exceeded = false
}

/** Whether the fast path gave up for that reason. */
export const wasTooDeep = (): boolean => exceeded

const compileSuspend = (ast: SchemaAST.Suspend, compile: Compile): Node => {
  let node: Node | undefined
  return make(
    (attribute) => {
      if (depth > maxDepth) {
        exceeded = true
        return unknown
      }
      depth++
      const value = (node ??= compile(ast.thunk())).decode(attribute)
      depth--
      return value
    },
    (value) => {
      if (depth > maxDepth) {
        exceeded = true
        return unknown
      }
      depth++
      const attribute = (node ??= compile(ast.thunk())).encode(value)
      depth--
      return attribute
    }
  )
}

/** Schema's own parser, for one node. */
const byReference = (ast: SchemaAST.AST): Node => {
  const decode = wireParser(ast)
  const encode = wireParser(SchemaAST.flip(ast))
  const write = (wire: unknown): AttributeValue | undefined | typeof invalid | typeof unknown => {
    if (failed(wire)) return wire
    if (wire === missing || wire === undefined) return undefined
    const attribute = marshal(wire)
    return isRefusal(attribute) ? invalid : attribute
  }
  return {
    decode: (attribute) => decode(unmarshal(attribute)),
    decodeMissing: () => decode(missing),
    encode: (value) => write(encode(value)),
    encodeMissing: () => write(encode(missing))
  }
}

/** A node with an encoding: what the links say, from the wire to the value and back. */
const compileEncoded = (ast: SchemaAST.AST, links: SchemaAST.Encoding, compile: Compile): Node => {
  const last = links[links.length - 1]!
  const mark = markOf(last)
  switch (mark?._tag) {
    case "Leaf":
      if (links.length === 1) return compileLeaf(ast, mark.leaf)
      break
    case "Set":
      if (links.length === 1) return checked(ast, compileSet(mark, compile))
      break
    case "OptionField":
      if (links.length === 1) return checked(ast, compileOption(mark, compile))
      break
    case "Rename":
      return SchemaAST.isObjects(ast) ? checked(ast, compileObjects(ast, compile, mark.stored)) : byReference(ast)
    case "Field": {
      // The struct applies the rules; here is what they are about.
      const [first, ...rest] = links.slice(0, -1)
      return compile(withEncoding(ast, first === undefined ? undefined : [first, ...rest]))
    }
  }
  if (links.some((link) => link.transformation._tag === "Middleware")) return byReference(ast)
  return compileLinks(ast, links, compile)
}

const compileLinks = (ast: SchemaAST.AST, links: SchemaAST.Encoding, compile: Compile): Node => {
  const end = compile(links[links.length - 1]!.to)
  const local = withEncoding(ast, undefined)
  const decodeSteps: Array<Step> = []
  const encodeSteps: Array<Step> = [parser(SchemaAST.flip(local))]
  for (let i = 0; i < links.length; i++) {
    const { to, transformation } = links[i]!
    if (transformation._tag === "Middleware") return byReference(ast)
    encodeSteps.push(applyGetter(transformation.encode))
    decodeSteps.unshift(applyGetter(transformation.decode))
    if (i < links.length - 1) {
      encodeSteps.push(parser(SchemaAST.flip(to)))
      decodeSteps.unshift(parser(to))
    }
  }
  decodeSteps.push(parser(local))
  const decode = chain(decodeSteps)
  const encode = chain(encodeSteps)
  const read = (value: unknown): unknown => (failed(value) ? value : decode(value))
  const write: (value: unknown) => AttributeValue | undefined | typeof invalid | typeof unknown = (value) => {
    const encoded = encode(value)
    if (failed(encoded)) return encoded
    return encoded === missing ? end.encodeMissing() : end.encode(encoded)
  }
  return {
    decode: (attribute) => read(end.decode(attribute)),
    decodeMissing: () => read(end.decodeMissing()),
    encode: write,
    encodeMissing: () => write(missing)
  }
}

const identity: Step = (value) => value

const chain = (steps: ReadonlyArray<Step>): Step => {
  const useful = steps.filter((step) => step !== identity)
  return (value) => {
    let current = value
    for (let i = 0; i < useful.length; i++) {
      current = useful[i]!(current)
      if (failed(current)) return current
    }
    return current
  }
}

const compileOption = (
  mark: { readonly value: SchemaAST.AST; readonly admitsNull: () => boolean },
  compile: Compile
): Node => {
  const inner = compile(mark.value)
  const none = Option.none()
  return {
    decode: (attribute) => {
      if ((attribute as { readonly NULL?: unknown }).NULL === true && isSole(attribute, "NULL") && !mark.admitsNull()) {
        return none
      }
      const value = inner.decode(attribute)
      return failed(value) ? value : value === missing ? none : Option.some(value)
    },
    decodeMissing: () => none,
    encode: (option) => {
      if (!Option.isOption(option)) return invalid
      if (Option.isNone(option)) return undefined
      const attribute = inner.encode(option.value)
      // Some(undefined) could not be told from None.
      return attribute === undefined ? invalid : attribute
    },
    // To Schema a field that lacks is None where it is written, though not where it is made: the reference decides.
    encodeMissing: () => unknown
  }
}
