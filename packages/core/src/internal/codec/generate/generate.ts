/**
 * The codec as generated source: a second way from a derived AST to the functions of a `Node`. It stands on the
 * closures of `compile.ts`, which take over wherever there is no source for a node, and shares their contract.
 */
import * as SchemaAST from "effect/SchemaAST"
import { compileNode, isPlainRecord } from "../compile.ts"
import * as leaves from "../leaf.ts"
import { markOf } from "../link.ts"
import { invalid, type ItemNode, missing, type Node, toItemNode, unknown } from "../node.ts"
import { writeCheck } from "./checks.ts"
import { writeList, writeRecord, writeSet } from "./containers.ts"
import { writeStruct } from "./objects.ts"
import { scalarOf, writeScalar } from "./scalars.ts"
import { type Body, Program } from "./source.ts"
import { writeUnion } from "./unions.ts"
import type { Composite, Direction, Inside, Writer } from "./writer.ts"

// Engines do not optimise functions that are much larger.
const maxFields = 250

const memo = new WeakMap<SchemaAST.AST, Node>()

/** A node as generated functions, made when each is first called; as closures where there is no source for it. */
export const generate = (ast: SchemaAST.AST): Node => {
  const known = memo.get(ast)
  if (known !== undefined) return known
  const composite = compositeOf(ast)
  const node = composite === undefined ? compileNode(ast, generate) : makeNode(ast, composite)
  memo.set(ast, node)
  return node
}

const makeNode = (ast: SchemaAST.AST, composite: Composite): Node => {
  const closures = lazily(() => compileNode(ast, generate))
  const decode = lazily(() => build<Node["decode"]>(ast, composite, "decode") ?? closures().decode)
  const encode = lazily(() => build<Node["encode"]>(ast, composite, "encode") ?? closures().encode)
  return {
    decode: (attribute) => decode()(attribute),
    decodeMissing: () => missing,
    encode: (value) => encode()(value),
    encodeMissing: () => undefined,
    item: composite.item === undefined ? undefined : makeItemNode(ast, composite.item, closures)
  }
}

// Its functions are made when they are asked for, so that whoever keeps them calls them without a detour.
const makeItemNode = (ast: SchemaAST.AST, writer: Pick<Writer, Direction>, closures: () => Node): ItemNode => {
  const others = lazily(() => toItemNode(closures()))
  const decode = lazily(() => build<ItemNode["decode"]>(ast, writer, "decode") ?? others().decode)
  const encode = lazily(() => build<ItemNode["encode"]>(ast, writer, "encode") ?? others().encode)
  return {
    get decode() {
      return decode()
    },
    get encode() {
      return encode()
    }
  }
}

const lazily = <A>(make: () => A): (() => A) => {
  let made: A | undefined
  return () => (made ??= make())
}

/** The function of a node; `undefined` where source cannot be made into one. */
const build = <F>(ast: SchemaAST.AST, writer: Pick<Writer, Direction>, direction: Direction): F | undefined => {
  // oxlint-disable-next-line house/no-try -- an engine may refuse source at any time, and then closures do
  try {
    const program = new Program({ invalid, unknown, missing })
    // The program was written for this direction.
    return program.run(define(program, ast, writer, direction)) as F
  } catch {
    return undefined
  }
}

/** Writes the function of a node, and gives its name. */
const define = (program: Program, ast: SchemaAST.AST, writer: Pick<Writer, Direction>, direction: Direction): string =>
  program.define(ast, (body, parameter) => {
    const result = writer[direction](body, parameter)
    if (direction === "encode") {
      // A check may rely on the type, which has been looked at.
      writeCheck(body, ast, parameter)
      body.line(`return ${result}`)
    } else {
      const value = body.let(result)
      writeCheck(body, ast, value)
      body.line(`return ${value}`)
    }
  })

/** The writer of a node that has a function of its own. */
const compositeOf = (ast: SchemaAST.AST): Composite | undefined => {
  const links = ast.encoding
  if (links === undefined) return naturalComposite(ast)
  const mark = markOf(links[links.length - 1]!)
  if (mark?._tag === "Set") return links.length === 1 ? writeSet(mark) : undefined
  return mark?._tag === "Rename" && SchemaAST.isObjects(ast) ? structOf(ast, mark.stored) : undefined
}

const naturalComposite = (ast: SchemaAST.AST): Composite | undefined => {
  switch (ast._tag) {
    case "Objects":
      return ast.indexSignatures.length === 0
        ? structOf(ast, undefined)
        : isPlainRecord(ast)
          ? writeRecord(ast.indexSignatures[0]!.type, inside)
          : undefined
    case "Arrays":
      return ast.elements.length === 0 && ast.rest.length === 1 ? writeList(ast.rest[0]!, inside) : undefined
    case "Union":
      return scalarOf(ast) === undefined ? writeUnion(ast, inside) : undefined
  }
  return undefined
}

const structOf = (ast: SchemaAST.Objects, stored: ReadonlyMap<string, string> | undefined): Composite | undefined =>
  ast.propertySignatures.length <= maxFields ? writeStruct(ast, inside, stored) : undefined

/** The writer of a node, if there is source for it. */
const sourceOf = (ast: SchemaAST.AST): Writer | undefined => {
  const scalar = scalarOf(ast)
  if (scalar !== undefined) return checked(ast, writeScalar(scalar))
  // Other leaves are closures that always give something.
  if (isLeaf(ast)) return { ...callOf(ast), mayMiss: false, mayOmit: false }
  const composite = compositeOf(ast)
  if (composite === undefined) return undefined
  const call = (direction: Direction) => (body: Body, of: string) => {
    const result = body.let(`${define(body.program, ast, composite, direction)}(${of})`)
    body.passFailure(result)
    return result
  }
  return { ...composite, decode: call("decode"), encode: call("encode") }
}

const isLeaf = ({ encoding: links }: SchemaAST.AST): boolean => {
  const mark = links?.length === 1 ? markOf(links[0]) : undefined
  // What may be anything may be `undefined`, which is stored as nothing.
  return mark?._tag === "Leaf" && mark.leaf !== leaves.unknown
}

const checked = (ast: SchemaAST.AST, writer: Writer): Writer =>
  ast.checks === undefined
    ? writer
    : {
        ...writer,
        decode: (body, attribute) => {
          const value = body.let(writer.decode(body, attribute))
          writeCheck(body, ast, value)
          return value
        },
        encode: (body, value) => {
          const attribute = writer.encode(body, value)
          writeCheck(body, ast, value)
          return attribute
        }
      }

/** A call of the node's closures. */
const callOf = (ast: SchemaAST.AST): Writer => {
  const node = generate(ast)
  const call = (direction: Direction) => (body: Body, of: string) => {
    const result = body.let(`${body.program.constant(node[direction])}(${of})`)
    body.passFailure(result)
    return result
  }
  return {
    type: undefined,
    kind: undefined,
    decode: call("decode"),
    encode: call("encode"),
    mayMiss: true,
    mayOmit: true
  }
}

const inside: Inside = { write: (ast) => sourceOf(ast) ?? callOf(ast), source: sourceOf, compile: generate }

/** Whether the engine, and the page's or the platform's policy, let source be made into functions. */
export const isAllowed = (): boolean => {
  // oxlint-disable-next-line house/no-try -- where source is forbidden, the constructor throws
  try {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- asks whether it may be used
    return new Function("return true")() === true
  } catch {
    return false
  }
}
