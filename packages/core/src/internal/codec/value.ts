/**
 * The codec of one value, wherever in an item it stands: a field, a member of a set,
 * an element of a list.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue } from "../../Attribute.ts"
import { attempt, type Eager, explain, makeReference, type Reference } from "./codec.ts"
import { resetDepth } from "./compile.ts"
import { compiler } from "./compiler.ts"
import { compileField, type FieldNode } from "./compileObjects.ts"
import { derive as deriveAst } from "./derive.ts"
import { type Failed, failed, invalid, missing, unknown } from "./node.ts"

export interface ValueCodec {
  /** As stored; `undefined` where it is stored as nothing. An `Exit` where nothing waits. */
  readonly encode: (value: unknown) => Eager<AttributeValue | undefined>
  /** From the stored attribute, or from there being none. `undefined` where the value is absent. */
  readonly decode: (attribute: AttributeValue | undefined) => Eager<unknown>
}

/** A codec with its fast path alone, for what makes no effect of each value. */
export interface AttemptingCodec extends ValueCodec {
  /** What `encode` gives, or a failure (`failed`), of which `encode` knows more. */
  readonly attemptEncode: (value: unknown) => AttributeValue | undefined | Failed
}

/** The codec of a derived node; issues have `name` before their path. */
export const ofDerived = (derived: SchemaAST.AST, name: string | number): AttemptingCodec => ofLazy(() => derived, name)

/** The same of a node that is derived when the codec is first used. */
export const ofLazy = (derive: () => SchemaAST.AST, name: string | number): AttemptingCodec => {
  let node: FieldNode | undefined
  const compiled = (): FieldNode => (node ??= compileField(derive(), compiler()))
  // The reference takes a value as a field of a struct, where it may be absent.
  let made: Reference | undefined
  const reference = (): Reference =>
    (made ??= makeReference(new SchemaAST.Objects([new SchemaAST.PropertySignature(name, derive())], [])))
  const attemptEncode: AttemptingCodec["attemptEncode"] = (value) => {
    resetDepth()
    // oxlint-disable-next-line house/no-try -- a user's check or transformation may throw: see `attempt`
    try {
      return (node ?? compiled()).encode(value)
    } catch {
      return unknown
    }
  }
  return {
    attemptEncode,
    encode: (value) => {
      const attribute = attemptEncode(value)
      return failed(attribute)
        ? Effect.mapEager(
            explain(() => reference().encode({ [name]: value }), attribute === invalid),
            (item): AttributeValue | undefined => item[name]
          )
        : Exit.succeed(attribute)
    },
    decode: (attribute) => {
      const value = attempt(() => compiled().decode(attribute))
      if (!failed(value)) return Exit.succeed(value === missing ? undefined : value)
      return Effect.mapEager(
        explain(() => reference().decode(attribute === undefined ? {} : { [name]: attribute }), value === invalid),
        (object) => (object as { readonly [name: string | number]: unknown })[name]
      )
    }
  }
}

/** The codec of values of a schema's node, by themselves. */
export const make = (ast: SchemaAST.AST, name: string): AttemptingCodec => ofDerived(deriveAst(ast), name)
