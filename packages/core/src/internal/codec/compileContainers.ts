/**
 * The fast path of lists, records and sets.
 */
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue, Item } from "../../Attribute.ts"
import { compilePlainMember, decodeBy, encodeBy } from "./compileScalars.ts"
import type { Mark } from "./link.ts"
import { failed, invalid, make, missing, type Node, unknown } from "./node.ts"
import { hasDuplicates } from "./plain.ts"
import { isSoleL, isSoleM } from "./sole.ts"
import { assign, isSole, isWellFormed, type SetType } from "./wire.ts"

type Compile = (ast: SchemaAST.AST) => Node

/** Compiles an array or tuple. */
export const compileArrays = (ast: SchemaAST.Arrays, compile: Compile): Node => {
  const rest = ast.rest.map(compile)
  if (ast.elements.length === 0 && rest.length === 1) return compileList(rest[0]!)
  const elements = ast.elements.map(compile)
  const required = ast.elements.filter((element) => !SchemaAST.isOptional(element)).length
  const tail = Math.max(0, rest.length - 1)
  /** The node for position `i` of `length`. */
  const at = (i: number, length: number): Node =>
    i < elements.length ? elements[i]! : i < length - tail ? rest[0]! : rest[i - (length - tail) + 1]!
  const fits = (length: number): boolean =>
    length >= required + tail &&
    (rest.length > 0 || length <= elements.length) &&
    (tail === 0 || length >= elements.length + tail)
  return make(
    (attribute) => {
      const list = (attribute as { readonly L?: unknown }).L
      if (!Array.isArray(list) || !isSoleL(attribute)) return invalid
      // A missing element may have a default, which is rare enough to leave to the reference.
      if (!fits(list.length)) return unknown
      const out: Array<unknown> = []
      for (let i = 0; i < list.length; i++) {
        const value = at(i, list.length).decode(list[i])
        if (failed(value)) return value
        if (value === missing) return unknown
        out.push(value)
      }
      return out
    },
    (values) => {
      if (!Array.isArray(values)) return invalid
      if (!fits(values.length)) return unknown
      const L: Array<AttributeValue> = []
      for (let i = 0; i < values.length; i++) {
        const attribute = at(i, values.length).encode(values[i])
        if (failed(attribute)) return attribute
        if (attribute === undefined) return unknown
        L.push(attribute)
      }
      return { L }
    }
  )
}

const compileList = ({ decode, encode }: Node): Node =>
  make(
    (attribute) => {
      const list = (attribute as { readonly L?: unknown }).L
      if (!Array.isArray(list) || !isSoleL(attribute)) return invalid
      const { length } = list
      const out = new Array<unknown>(length)
      for (let i = 0; i < length; i++) {
        const value = decodeBy(decode, list[i])
        if (value === invalid || value === unknown) return value
        if (value === missing) return unknown
        out[i] = value
      }
      return out
    },
    (values) => {
      if (!Array.isArray(values)) return invalid
      const { length } = values
      const L = new Array<AttributeValue>(length)
      for (let i = 0; i < length; i++) {
        const attribute = encodeBy(encode, values[i])
        if (attribute === invalid || attribute === unknown) return attribute
        if (attribute === undefined) return unknown
        L[i] = attribute
      }
      return { L }
    }
  )

/** Compiles a record whose names are any strings. */
export const compileRecord = (ast: SchemaAST.Objects, compile: Compile): Node => {
  const element = compile(ast.indexSignatures[0]!.type)
  return make(
    (attribute) => {
      const map = (attribute as { readonly M?: unknown }).M
      if (typeof map !== "object" || map === null || Array.isArray(map) || !isSoleM(attribute)) return invalid
      const out = {}
      for (const name of Object.keys(map)) {
        const inner = (map as Item)[name]
        if (inner === undefined) continue
        const value = element.decode(inner)
        if (failed(value)) return value
        if (value === missing) return unknown
        assign(out, name, value)
      }
      return out
    },
    (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid
      const M: Item = {}
      for (const name of Object.keys(value)) {
        if (!isWellFormed(name)) return invalid
        const attribute = element.encode(value[name as never])
        if (failed(attribute)) return attribute
        if (attribute === undefined) return unknown
        assign(M, name, attribute)
      }
      return { M }
    }
  )
}

const descriptor: { readonly [T in SetType]: "S" | "N" | "B" } = { SS: "S", NS: "N", BS: "B" }

/** Compiles one of DynamoDB's sets. */
export const compileSet = (mark: Extract<Mark, { readonly _tag: "Set" }>, compile: Compile): Node => {
  const { position, type } = mark
  const plain = compilePlainMember(mark.element)
  const { decode, encode } = plain ?? compileMember(compile(mark.element), descriptor[type])
  // Strings are stored as they are and numbers exactly, so that a set's are distinct.
  const areDistinct = plain !== undefined
  return make(
    (attribute) => {
      const raws: unknown = attribute[type as never]
      if (!Array.isArray(raws) || !isSole(attribute, type)) return invalid
      const out = new Set<unknown>()
      for (let i = 0; i < raws.length; i++) {
        const value = decode(raws[i] as string | Uint8Array)
        if (value === invalid || value === unknown) return value
        if (value === missing) return unknown
        out.add(value)
      }
      return out
    },
    (values) => {
      if (!(values instanceof Set) || (values.size === 0 && position !== "field")) return invalid
      const raws: Array<string | Uint8Array> = []
      for (const value of values) {
        const raw = encode(value)
        if (raw === invalid || raw === unknown) return raw
        if (raw === undefined) return unknown
        raws.push(raw)
      }
      return areDistinct || !hasDuplicates(raws) ? ({ [type]: raws } as never) : invalid
    }
  )
}

/** A member of a set by the node that it has as an attribute of its own. */
const compileMember = ({ decode, encode }: Node, single: "S" | "N" | "B"): Node<string | Uint8Array> =>
  make(
    (raw) => decode({ [single]: raw } as never),
    (value) => {
      const attribute = encode(value)
      // What `single` holds is the set's element.
      return failed(attribute) ? attribute : (attribute?.[single as never] as string | Uint8Array | undefined)
    }
  )
