/** The three tiers of the codec side by side: the reference, closures and generated source. */
import { assert } from "@effect/vitest"
import { Effect, Exit, Result, Schema, SchemaIssue } from "effect"
import type { Item } from "../../src/Attribute.ts"
import { attempt, makeCodec, makeReference } from "../../src/internal/codec/codec.ts"
import { compile } from "../../src/internal/codec/compile.ts"
import { generate } from "../../src/internal/codec/generate/generate.ts"
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

/** The names in a value, in their order, of which `deepStrictEqual` says nothing. */
const order = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(order)
    : typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
      ? Object.keys(value).map((name) => [name, order(value[name as never])])
      : undefined

/** A codec that asserts, at each use, that all tiers say the same. */
export const tiers = (schema: Schema.Constraint) => {
  const derived = derive(schema.ast)
  const reference = makeReference(derived)
  const compilers = [compile, generate]
  const wholes = compilers.map((compiler) => makeCodec(derived, () => compiler))
  const nodes = compilers.map((compiler) => compiler(derived))
  let fast = 0
  const agree = (
    alone: ReadonlyArray<unknown>,
    unwrap: (u: unknown) => unknown,
    expected: Outcome,
    both: ReadonlyArray<Outcome>
  ): Outcome => {
    for (const one of both) assert.deepStrictEqual(one, expected)
    const [first] = alone
    for (const one of alone) {
      assert.strictEqual(failed(one), failed(first), "one fast path gives up where the other does not")
      if (one === invalid) assert.isTrue(Result.isFailure(expected), "a fast path refuses what the reference takes")
      if (failed(one)) continue
      assert.isTrue(Result.isSuccess(expected), "a fast path succeeds where the reference fails")
      assert.deepStrictEqual(unwrap(one), Result.getOrThrow(expected))
      assert.deepStrictEqual(order(one), order(first))
    }
    if (!failed(first)) fast++
    return expected
  }
  return {
    encode: (value: unknown): Outcome =>
      agree(
        nodes.map((node) => attempt(() => node.encode(value))),
        (attribute) => (attribute as { readonly M: Item }).M,
        outcome(reference.encode(value)),
        wholes.map((whole) => outcome(whole.encode(value)))
      ),
    decode: (item: Item): Outcome =>
      agree(
        nodes.map((node) => attempt(() => node.decode({ M: item }))),
        (value) => value,
        outcome(reference.decode(item)),
        wholes.map((whole) => outcome(whole.decode(item)))
      ),
    /** How often the fast paths answered. */
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
