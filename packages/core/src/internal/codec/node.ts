/**
 * What the fast path is made of: one compiled node for each node of a derived AST.
 */
import type { AttributeValue, Item } from "../../Attribute.ts"

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
export interface Node<Stored = AttributeValue> {
  /** A value (`unknown`), `missing`, or a failure. */
  readonly decode: (attribute: Stored) => unknown
  /** What stands where there is no attribute: `missing` but for nodes that have a default. */
  readonly decodeMissing: () => unknown
  /** An attribute value; `undefined` stores nothing. */
  readonly encode: (value: unknown) => Stored | undefined | Failed
  readonly encodeMissing: () => Stored | undefined | Failed
  /** The same for whole items, without the `M` around them, where the node has functions for it. */
  readonly item?: ItemNode | undefined
}

/** A node of which whole items are made. */
export interface ItemNode {
  readonly decode: (item: Item) => unknown
  readonly encode: (value: unknown) => Item | Failed
}

/** Any node for whole items. */
export const toItemNode = (node: Node): ItemNode =>
  node.item ?? {
    decode: (item) => node.decode({ M: item }),
    encode: (value) => {
      const attribute = node.encode(value)
      if (failed(attribute)) return attribute
      // What is stored otherwise is no item, and the reference says so.
      return attribute !== undefined && "M" in attribute ? attribute.M : unknown
    }
  }

const nothingRead = (): Missing => missing
const nothingWritten = (): undefined => undefined

/** A node for which absence means absence. */
export const make = <Stored = AttributeValue>(
  decode: Node<Stored>["decode"],
  encode: Node<Stored>["encode"]
): Node<Stored> => ({
  decode,
  encode,
  decodeMissing: nothingRead,
  encodeMissing: nothingWritten
})
