/**
 * References to attributes: what the builders hand to the functions that make
 * conditions.
 */
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue } from "../../Attribute.ts"
import type { Condition } from "../../Condition.ts"
import type { Comparator, Path } from "../../Expression.ts"
import { make as makeValueCodec, type AttemptingCodec } from "../codec/value.ts"
import type { ConditionNode, Default, OperandNode, Target } from "./model.ts"
import * as navigate from "./navigate.ts"

const anything = new SchemaAST.Unknown()

/** What `Condition` makes of a node; given by it, so that the modules do not need each other. */
export type Wrap = (node: ConditionNode) => Condition

const lazy = (make: () => AttemptingCodec): (() => AttemptingCodec) => {
  let codec: AttemptingCodec | undefined
  return () => (codec ??= make())
}

/** What can be compared. */
abstract class Comparable {
  readonly operand: OperandNode
  protected readonly wrap: Wrap
  private readonly codec: () => AttemptingCodec
  private readonly path: Path
  constructor(wrap: Wrap, operand: OperandNode, codec: () => AttemptingCodec, path: Path) {
    this.wrap = wrap
    this.operand = operand
    this.codec = codec
    this.path = path
  }
  eq(value: unknown): Condition {
    return this.compare("=", value)
  }
  ne(value: unknown): Condition {
    return this.compare("<>", value)
  }
  lt(value: unknown): Condition {
    return this.compare("<", value)
  }
  lte(value: unknown): Condition {
    return this.compare("<=", value)
  }
  gt(value: unknown): Condition {
    return this.compare(">", value)
  }
  gte(value: unknown): Condition {
    return this.compare(">=", value)
  }
  between(lower: unknown, upper: unknown): Condition {
    return this.wrap({ _tag: "Between", operand: this.operand, lower: this.side(lower), upper: this.side(upper) })
  }
  in(values: ReadonlyArray<unknown>): Condition {
    return this.wrap({ _tag: "In", operand: this.operand, values: values.map((value) => this.side(value)) })
  }
  private compare(operator: Comparator, value: unknown): Condition {
    return this.wrap({ _tag: "Compare", left: this.operand, operator, right: this.side(value) })
  }
  private side(value: unknown): OperandNode {
    return operandOf(value, this.codec, this.path)
  }
}

/** A reference to an attribute or a part of one. */
export class Reference extends Comparable {
  readonly target: Target
  private readonly ast: SchemaAST.AST | undefined
  constructor(wrap: Wrap, ast: SchemaAST.AST | undefined, target: Target) {
    super(wrap, { _tag: "Reference", target }, target.codec, target.path)
    this.ast = ast
    this.target = target
  }
  exists(): Condition {
    return this.wrap({ _tag: "Exists", target: this.target })
  }
  notExists(): Condition {
    return this.wrap({ _tag: "NotExists", target: this.target })
  }
  type(type: string): Condition {
    return this.wrap({ _tag: "Type", target: this.target, type })
  }
  beginsWith(prefix: unknown): Condition {
    return this.wrap({ _tag: "BeginsWith", target: this.target, prefix: this.member(prefix) })
  }
  contains(element: unknown): Condition {
    return this.wrap({ _tag: "Contains", target: this.target, element: this.member(element) })
  }
  size(): Size {
    return new Size(this.wrap, this.target)
  }
  get(name: string): Reference {
    const { ast } = this
    return this.step(ast === undefined ? { stored: name, ast } : navigate.property(ast, name), name)
  }
  at(position: number): Reference {
    if (!Number.isSafeInteger(position) || position < 0) {
      throw new RangeError(`A position in a list is a whole number from 0, not ${position}`)
    }
    const { ast } = this
    return this.step(ast === undefined ? { stored: position, ast } : navigate.element(ast, position), position)
  }
  private step(step: navigate.Step | undefined, key: string | number): Reference {
    if (step === undefined) throw new Error(`There is no ${JSON.stringify(key)} in ${this.target.path.join(".")}`)
    // Every path begins with an attribute's name.
    return to(
      this.wrap,
      [...this.target.path, step.stored] as unknown as Path,
      step.ast,
      defaultUnder(this.target.default, step.stored)
    )
  }
  private member(value: unknown): OperandNode {
    const { ast, target } = this
    const codec = lazy(() =>
      makeValueCodec((ast === undefined ? undefined : navigate.member(ast)) ?? anything, nameOf(target.path))
    )
    return operandOf(value, codec, target.path)
  }
}

/** The size of what a reference points at: a number of bytes, members or elements. */
class Size extends Comparable {
  constructor(wrap: Wrap, target: Target) {
    super(wrap, { _tag: "Size", target }, number, target.path)
  }
}

const number = lazy(() => makeValueCodec(SchemaAST.number, "size"))

const operandOf = (value: unknown, codec: () => AttemptingCodec, path: Path): OperandNode =>
  value instanceof Comparable ? value.operand : { _tag: "Value", value, codec, path }

/** A reference, or the size of one, as an operand; anything else as a value that is written as it is. */
export const operandOrValue = (u: unknown): OperandNode => operandOf(u, plain, ["value"])

const plain = lazy(() => makeValueCodec(anything, "value"))

const nameOf = (path: Path): string => String(path[path.length - 1])

/** A reference to what stands at a path. Its values are written as the schema's, or as they are. */
const to = (wrap: Wrap, path: Path, ast: SchemaAST.AST | undefined, default_?: Target["default"]): Reference =>
  new Reference(wrap, ast, {
    path,
    codec: lazy(() => makeValueCodec(ast === undefined ? anything : navigate.inside(ast), nameOf(path))),
    default: default_
  })

/** A reference to a field. */
export const ofField = (
  wrap: Wrap,
  field: { readonly stored: string; readonly ast: SchemaAST.AST },
  default_: Default["value"] | undefined
): Reference =>
  to(wrap, [field.stored], field.ast, default_ === undefined ? undefined : { field: [field.stored], value: default_ })

/** The same part of a default. */
const defaultUnder = (of: Default | undefined, key: string | number): Default | undefined =>
  of === undefined ? undefined : { field: of.field, value: () => partOf(of.value(), key) }

const partOf = (value: AttributeValue | undefined, key: string | number): AttributeValue | undefined => {
  if (value === undefined) return undefined
  if ("M" in value) return Object.hasOwn(value.M, key) ? value.M[key] : undefined
  return "L" in value && typeof key === "number" ? value.L[key] : undefined
}
