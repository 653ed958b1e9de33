/**
 * What writes the source of one node.
 */
import type * as SchemaAST from "effect/SchemaAST"
import type { Node } from "../node.ts"
import type { AttributeType } from "../wire.ts"
import type { Body } from "./source.ts"

/** How a value is told from others before it is looked at: `typeof`, but for `null`. */
export type JsKind = "string" | "number" | "boolean" | "undefined" | "null" | "object"

export type Direction = "decode" | "encode"

/** Writes a node both ways. `return` in what it writes gives up. */
export interface Writer {
  /** The one descriptor it reads; `undefined` where it reads several, or what a closure reads. */
  readonly type: AttributeType | undefined
  /** The one kind of value it takes. */
  readonly kind: JsKind | undefined
  /** Statements that read the attribute value in the variable `attribute`; gives an expression of the value. */
  readonly decode: (body: Body, attribute: string) => string
  /** Statements that look at the value in the variable `value`; gives an expression of its attribute value. */
  readonly encode: (body: Body, value: string) => string
  /** What it reads may be `missing`. */
  readonly mayMiss: boolean
  /** What it writes may be `undefined`: stored as nothing. */
  readonly mayOmit: boolean
}

/**
 * Writes what has a function of its own, whose parameter is the attribute value or the value. `return` in what it
 * writes gives a result as well.
 */
export interface Composite extends Writer {
  /** The same of an item: of what stands under `M`. */
  readonly item?: Pick<Writer, Direction> | undefined
}

/** What writers need for what is inside of their node. */
export interface Inside {
  /** The writer of a node: of a call, where there is no source for it. */
  readonly write: (ast: SchemaAST.AST) => Writer
  /** The writer of a node, if there is source for it. */
  readonly source: (ast: SchemaAST.AST) => Writer | undefined
  /** The node as functions. */
  readonly compile: (ast: SchemaAST.AST) => Node
}

const types: ReadonlyArray<AttributeType> = ["S", "N", "BOOL", "M", "L", "NULL", "SS", "NS", "B", "BS"]

/**
 * A condition that holds where the attribute value has a descriptor beside `type`. Written out: to an optimising
 * compiler it is a part of the object's shape, which was tested when `type` itself was read.
 */
export const isNotSole = (attribute: string, type: AttributeType): string =>
  types
    .filter((other) => other !== type)
    .map((other) => `${attribute}.${other} !== undefined`)
    .join(" || ")
