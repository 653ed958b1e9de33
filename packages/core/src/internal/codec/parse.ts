/**
 * Schema's own checks, getters and parsers as steps of the fast path.
 */
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaGetter from "effect/SchemaGetter"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import { failed, invalid, missing, type Node, unknown } from "./node.ts"

/** From a value or `missing` to the same, or a failure. */
export type Step = (value: unknown) => unknown

const options: SchemaAST.ParseOptions = {}

/** A check as a function: an issue, or `undefined` where the value passes. */
export type Run = SchemaAST.Filter<unknown>["run"]

/** The checks of a node one after the other, groups opened. */
export const runsOf = (checks: ReadonlyArray<SchemaAST.Check<unknown>> | undefined): ReadonlyArray<Run> =>
  (checks ?? []).flatMap((check) => (check._tag === "FilterGroup" ? runsOf(check.checks) : [check.run]))

/**
 * Adds a node's checks to what it does. They see values, never attribute values. A check that is `implied` is one that
 * nothing fails which the node reads or writes.
 */
export const checked = <Stored>(ast: SchemaAST.AST, node: Node<Stored>, implied?: Run | undefined): Node<Stored> => {
  const runs = runsOf(ast.checks).filter((run) => run !== implied)
  if (runs.length === 0) return node
  const passes = passing(runs, ast)
  const { decode, decodeMissing, encode, encodeMissing } = node
  const check = (value: unknown): unknown => (failed(value) || value === missing || passes(value) ? value : invalid)
  return {
    decode: (attribute) => check(decode(attribute)),
    decodeMissing: () => check(decodeMissing()),
    encode: (value) => {
      // A check may rely on the type, which encoding has looked at.
      const attribute = encode(value)
      return failed(attribute) || passes(value) ? attribute : invalid
    },
    encodeMissing
  }
}

const passing = (runs: ReadonlyArray<Run>, ast: SchemaAST.AST): ((value: unknown) => boolean) => {
  const [first] = runs
  if (first === undefined) return () => true
  if (runs.length === 1) return (value) => first(value, ast, options) === undefined
  return (value) => {
    for (let i = 0; i < runs.length; i++) if (runs[i]!(value, ast, options) !== undefined) return false
    return true
  }
}

/** The value of an effect that has it already. */
const settled = <A>(effect: Effect.Effect<A, SchemaIssue.Issue, unknown>): A | typeof invalid | typeof unknown => {
  if (!Exit.isExit(effect)) return unknown
  if (Exit.isSuccess(effect)) return effect.value as A
  return Exit.hasDies(effect) ? unknown : invalid
}

const fromOption = (option: Option.Option<unknown>): unknown => (Option.isSome(option) ? option.value : missing)
const toOption = (value: unknown): Option.Option<unknown> => (value === missing ? Option.none() : Option.some(value))

const same: Step = (value) => value

/** A transformation's getter as a step. */
export const applyGetter = (getter: SchemaGetter.Getter<unknown, unknown, unknown>): Step => {
  switch (getter._tag) {
    case "Passthrough":
      return same
    case "Transform":
      return (value) => (value === missing ? missing : getter.transform(value))
    case "TransformOptional":
      return (value) => fromOption(getter.transform(toOption(value)))
    case "TransformEffect":
      return (value) => (value === missing ? missing : settled(getter.transform(value, options)))
    case "TransformOptionalEffect":
      return (value) => {
        const option = settled(getter.transform(toOption(value), options))
        return failed(option) ? option : fromOption(option)
      }
  }
}

/** Schema's parser of a node, over plain values. */
export const parser = (ast: SchemaAST.AST): Step => {
  const guard = ast.encoding === undefined && ast.checks === undefined ? guardOf(ast) : undefined
  if (guard !== undefined) return (value) => (value === missing || guard(value) ? value : invalid)
  return SchemaAST.isDeclaration(ast) && ast.encoding === undefined ? declarationParser(ast) : wireParser(ast)
}

/** What Schema's parser does with a declaration, a class above all, without the parser around it. */
const declarationParser = (ast: SchemaAST.Declaration): Step => {
  const whole = wireParser(ast)
  const passesBefore = passing(runsOf(ast.encodingChecks), ast)
  const passesAfter = passing(runsOf(ast.checks), ast)
  let run: ReturnType<typeof ast.run> | undefined
  return (value) => {
    if (value === missing) return whole(missing)
    const out = settled((run ??= ast.run(ast.typeParameters))(value, ast, options))
    return failed(out) || (passesBefore(value) && passesAfter(out)) ? out : invalid
  }
}

const guardOf = (ast: SchemaAST.AST): ((value: unknown) => boolean) | undefined => {
  switch (ast._tag) {
    case "String":
      return (value) => typeof value === "string"
    case "Number":
      return (value) => typeof value === "number"
    case "Boolean":
      return (value) => typeof value === "boolean"
    case "BigInt":
      return (value) => typeof value === "bigint"
    case "Unknown":
    case "Any":
      return () => true
  }
  return undefined
}

/**
 * Schema's parser of a node, over values in wire form. Absence has no place in its public
 * form, so it goes in and out as a property.
 */
export const wireParser = (ast: SchemaAST.AST): Step => {
  let run: ReturnType<typeof SchemaParser.decodeUnknownEffect> | undefined
  let runMissing: ReturnType<typeof SchemaParser.decodeUnknownEffect> | undefined
  const absent = (): unknown => {
    runMissing ??= SchemaParser.decodeUnknownEffect(holder(ast))
    const out = settled(runMissing({}))
    return failed(out)
      ? out
      : Object.hasOwn(out as object, "value")
        ? (out as { readonly value: unknown }).value
        : missing
  }
  return (value) => {
    if (value === missing) return absent()
    run ??= SchemaParser.decodeUnknownEffect(Schema.make<Schema.Constraint>(ast))
    return settled(run(value))
  }
}

const holder = (ast: SchemaAST.AST): Schema.Constraint =>
  Schema.make<Schema.Constraint>(new SchemaAST.Objects([new SchemaAST.PropertySignature("value", ast)], []))
