/** The two tiers of the codec side by side. */
import { assert } from "@effect/vitest"
import { Effect, Exit, Result, Schema, SchemaIssue } from "effect"
import type { Item } from "../../src/Attribute.ts"
import { attempt, makeCodec, makeReference } from "../../src/internal/codec/codec.ts"
import { compile } from "../../src/internal/codec/compile.ts"
import { derive } from "../../src/internal/codec/derive.ts"
import { failed, invalid } from "../../src/internal/codec/node.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

export interface Failure {
  readonly message: string
  readonly path: ReadonlyArray<unknown>
}

export type Outcome = Result.Result<unknown, ReadonlyArray<Failure>>

const outcome = (effect: Effect.Effect<unknown, Schema.SchemaError, unknown>): Outcome => {
  const exit = Effect.runSyncExit(effect as Effect.Effect<unknown, Schema.SchemaError>)
  if (Exit.isSuccess(exit)) return Result.succeed(exit.value)
  const error = Exit.findErrorOption(exit)
  if (error._tag === "None") throw new Error(`died: ${String(exit.cause)}`)
  return Result.fail(
    format(error.value.issue).issues.map(({ message, path }) => ({
      message,
      path: path === undefined ? [] : [...path]
    }))
  )
}

/** A codec that asserts, at each use, that both tiers say the same. */
export const tiers = (schema: Schema.Constraint) => {
  const derived = derive(schema.ast)
  const whole = makeCodec(derived)
  const reference = makeReference(derived)
  const node = compile(derived)
  let fast = 0
  const agree = (alone: unknown, unwrap: (u: unknown) => unknown, expected: Outcome, both: Outcome): Outcome => {
    assert.deepStrictEqual(both, expected)
    if (alone === invalid) assert.isTrue(Result.isFailure(expected), "the fast path refuses what the reference takes")
    if (!failed(alone)) {
      fast++
      assert.isTrue(Result.isSuccess(expected), "the fast path succeeds where the reference fails")
      assert.deepStrictEqual(unwrap(alone), Result.getOrThrow(expected))
    }
    return both
  }
  return {
    encode: (value: unknown): Outcome =>
      agree(
        attempt(() => node.encode(value)),
        (attribute) => (attribute as { readonly M: Item }).M,
        outcome(reference.encode(value)),
        outcome(whole.encode(value))
      ),
    decode: (item: Item): Outcome =>
      agree(
        attempt(() => node.decode({ M: item })),
        (value) => value,
        outcome(reference.decode(item)),
        outcome(whole.decode(item))
      ),
    /** How often the fast path answered. */
    fast: () => fast
  }
}

/** The tiers of a struct with the one field `a`. */
export const field = (type: Schema.Constraint) => {
  const codec = tiers(Schema.Struct({ a: type } as Schema.Struct.Fields))
  return {
    encode: (value: unknown): Outcome => codec.encode({ a: value }),
    decode: (attribute: unknown): Outcome => codec.decode(attribute === undefined ? {} : ({ a: attribute } as never)),
    codec
  }
}

export const ok = <A>(outcome: Result.Result<A, unknown>): A =>
  Result.getOrThrowWith(outcome, (failure) => new Error(JSON.stringify(failure)))

export const failure = (outcome: Outcome): Failure => {
  if (Result.isSuccess(outcome)) return assert.fail(`expected a failure, got ${JSON.stringify(outcome.success)}`)
  return outcome.failure[0]!
}
