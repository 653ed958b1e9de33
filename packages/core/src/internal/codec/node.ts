/**
 * What the fast path is made of: one compiled node for each node of a derived AST.
 */
import type { AttributeValue } from "../../Attribute.ts"

/** There is no value: an optional field that is absent. */
export const missing: unique symbol = Symbol.for("@effect-dynamo/core/codec/missing")
/** The value does not fit. The reference says why. */
export const invalid: unique symbol = Symbol.for("@effect-dynamo/core/codec/invalid")
/** The fast path cannot tell: the reference decides. */
export const unknown: unique symbol = Symbol.for("@effect-dynamo/core/codec/unknown")

export type Missing = typeof missing
export type Failed = typeof invalid | typeof unknown

/** Whether the fast path gave up. */
export const failed = (u: unknown): u is Failed => u === invalid || u === unknown

/**
 * One node, compiled both ways. All four functions are synchronous, build no issues, and
 * may throw only what a user's own function throws.
 */
export interface Node {
  /** A value (`unknown`), `missing`, or a failure. */
  readonly decode: (attribute: AttributeValue) => unknown
  /** What stands where there is no attribute: `missing` but for nodes that have a default. */
  readonly decodeMissing: () => unknown
  /** An attribute value; `undefined` stores nothing. */
  readonly encode: (value: unknown) => AttributeValue | undefined | Failed
  readonly encodeMissing: () => AttributeValue | undefined | Failed
}

const nothingRead = (): Missing => missing
const nothingWritten = (): undefined => undefined

/** A node for which absence means absence. */
export const make = (decode: Node["decode"], encode: Node["encode"]): Node => ({
  decode,
  encode,
  decodeMissing: nothingRead,
  encodeMissing: nothingWritten
})
