/**
 * Conditions as the builders hold them: paths, and values that are not encoded yet.
 */
import type { AttributeValue } from "../../Attribute.ts"
import type { Comparator, Path } from "../../Expression.ts"
import type { AttemptingCodec } from "../codec/value.ts"

/** Where in an item, what stands there, and what it is in words. */
export interface Target {
  readonly path: Path
  /** How values there are written; `undefined` where anything may stand. */
  readonly codec: () => AttemptingCodec
  /** What an item that lacks the field has there, of a default that is always the same. */
  readonly default?: Default | undefined
}

export interface Default {
  /** The whole field. */
  readonly field: Path
  /** What stands at the target, as stored; `undefined` where nothing does. */
  readonly value: () => AttributeValue | undefined
}

/** One side of a comparison. */
export type OperandNode =
  | { readonly _tag: "Value"; readonly value: unknown; readonly codec: () => AttemptingCodec; readonly path: Path }
  | { readonly _tag: "Reference"; readonly target: Target }
  | { readonly _tag: "Size"; readonly target: Target }

export type ConditionNode =
  | { readonly _tag: "Exists"; readonly target: Target }
  | { readonly _tag: "NotExists"; readonly target: Target }
  | { readonly _tag: "Type"; readonly target: Target; readonly type: string }
  | {
      readonly _tag: "Compare"
      readonly left: OperandNode
      readonly operator: Comparator
      readonly right: OperandNode
    }
  | {
      readonly _tag: "Between"
      readonly operand: OperandNode
      readonly lower: OperandNode
      readonly upper: OperandNode
    }
  | { readonly _tag: "In"; readonly operand: OperandNode; readonly values: ReadonlyArray<OperandNode> }
  | { readonly _tag: "BeginsWith"; readonly target: Target; readonly prefix: OperandNode }
  | { readonly _tag: "Contains"; readonly target: Target; readonly element: OperandNode }
  | { readonly _tag: "And"; readonly conditions: ReadonlyArray<ConditionNode> }
  | { readonly _tag: "Or"; readonly conditions: ReadonlyArray<ConditionNode> }
  | { readonly _tag: "Not"; readonly condition: ConditionNode }
  | { readonly _tag: "Raw"; readonly text: ReadonlyArray<string>; readonly parts: ReadonlyArray<OperandNode> }
