/**
 * Both tiers together: the fast path first; where it gives up, Schema's parser over the
 * same derived AST, which explains the failure or knows better.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import type { AttributeValue, Item } from "../../Attribute.ts"
import { type Compile, resetDepth, wasTooDeep } from "./compile.ts"
import { compiler } from "./compiler.ts"
import { failed, type Failed, invalid, type ItemNode, toItemNode, unknown } from "./node.ts"
import { isRefusal, Refusal, toIssue } from "./refusal.ts"
import { marshal, tooDeep, unmarshalItem } from "./wire.ts"

/** An effect that is an `Exit` already wherever nothing has to be waited for. */
export type Eager<A> = Effect.Effect<A, Schema.SchemaError, unknown>

/** The effect as the `Exit` it is, if nothing has to be waited for. */
export const exitOf = <A>(effect: Eager<A>): Exit.Exit<A, Schema.SchemaError> | undefined =>
  // An effect that is an Exit has the effect's own types.
  Exit.isExit(effect) ? (effect as Exit.Exit<A, Schema.SchemaError>) : undefined

export interface Codec {
  readonly encode: (value: unknown) => Eager<Item>
  readonly decode: (item: Item) => Eager<unknown>
  /**
   * The fast path alone, for loops over many: an item, or a failure (`failed`). After a failure `encode` says why,
   * or knows better.
   */
  readonly attemptEncode: (value: unknown) => Item | Failed
  /** The fast path alone, for loops over many: a value, or a failure (`failed`), of which `decode` knows more. */
  readonly attemptDecode: (item: Item) => unknown
}

/** Makes a codec from a derived AST whose stored form is a map. */
export const makeCodec = (derived: SchemaAST.AST, choose?: () => Compile): Codec => makeLazyCodec(() => derived, choose)

/** The same of an AST that is derived when the codec is first used. `choose` is asked then too. */
export const makeLazyCodec = (derive: () => SchemaAST.AST, choose: () => Compile = compiler): Codec => {
  let known: SchemaAST.AST | undefined
  let node: ItemNode | undefined
  let encodeItem: ItemNode["encode"] | undefined
  let decodeItem: ItemNode["decode"] | undefined
  let made: Reference | undefined
  const ast = () => (known ??= derive())
  const reference = () => (made ??= makeReference(ast()))
  const compiled = () => (node ??= toItemNode(choose()(ast())))
  const attemptEncode: Codec["attemptEncode"] = (value) => {
    // A schema that cannot be stored is no matter of the value: that is thrown.
    ast()
    resetDepth()
    // The reference meets the same exception and makes a defect of it.
    // oxlint-disable-next-line house/no-try -- a user's check or transformation may throw
    try {
      return (encodeItem ??= compiled().encode)(value)
    } catch {
      return unknown
    }
  }
  const attemptDecode: Codec["attemptDecode"] = (item) => {
    ast()
    resetDepth()
    // oxlint-disable-next-line house/no-try -- as above
    try {
      return (decodeItem ??= compiled().decode)(item)
    } catch {
      return unknown
    }
  }
  return {
    attemptEncode,
    attemptDecode,
    encode: (value) => {
      const item = attemptEncode(value)
      return failed(item) ? explain(() => reference().encode(value), item === invalid) : Exit.succeed(item)
    },
    decode: (item) => {
      const value = attemptDecode(item)
      return failed(value) ? explain(() => reference().decode(item), value === invalid) : Exit.succeed(value)
    }
  }
}

/** Runs the fast path. */
export const attempt = <A>(run: () => A): A | Failed => {
  resetDepth()
  // oxlint-disable-next-line house/no-try -- as above
  try {
    return run()
  } catch {
    return unknown
  }
}

export interface Reference {
  readonly encode: (value: unknown) => Eager<Item>
  readonly decode: (item: Item) => Eager<unknown>
}

const notAMap = new Refusal("Expected a value that is stored as a map")

/** The reference alone. */
export const makeReference = (derived: SchemaAST.AST): Reference => {
  const schema = Schema.make<Schema.Constraint>(derived)
  let encode: ReturnType<typeof SchemaParser.encodeUnknownEffect> | undefined
  let decode: ReturnType<typeof SchemaParser.decodeUnknownEffect> | undefined
  const write = (wire: unknown): Exit.Exit<Item, SchemaIssue.Issue> => {
    const attribute: AttributeValue | Refusal = marshal(wire)
    if (isRefusal(attribute)) return Exit.fail(toIssue(attribute))
    return "M" in attribute ? Exit.succeed(attribute.M) : Exit.fail(toIssue(notAMap))
  }
  return {
    encode: (value) => {
      encode ??= SchemaParser.encodeUnknownEffect(schema)
      return asSchemaError(Effect.flatMapEager(encode(value), write))
    },
    decode: (item) => {
      decode ??= SchemaParser.decodeUnknownEffect(schema)
      return asSchemaError(decode(unmarshalItem(item)))
    }
  }
}

const asSchemaError = <A>(effect: Effect.Effect<A, SchemaIssue.Issue, unknown>): Eager<A> =>
  Effect.mapErrorEager(effect, (issue) => new Schema.SchemaError(issue))

/**
 * Asks the reference, after the fast path failed. Schema's parser gives failures as effects
 * that are still to be run; where the fast path failed by itself nothing in them waits, so
 * they are run at once.
 */
export const explain = <A>(reference: () => Eager<A>, isSynchronous: boolean): Eager<A> => {
  // The reference would run out of stack on what the fast path found to be without end.
  if (wasTooDeep()) return Exit.fail(new Schema.SchemaError(toIssue(tooDeep)))
  const effect = reference()
  if (Exit.isExit(effect) || !isSynchronous) return effect
  // Without anything to wait for there is nothing that needs a service.
  const exit = Effect.runSyncExit(effect as Effect.Effect<A, Schema.SchemaError>)
  return Exit.isFailure(exit) && Exit.hasDies(exit) ? effect : exit
}
