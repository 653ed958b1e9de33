/**
 * What is counted up, put into lists and into sets: by the field's own schema, as far
 * as it speaks of that.
 */
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type { AttributeValue } from "../../Attribute.ts"
import { declarationName, setMember } from "../codec/ast.ts"
import { type Eager, exitOf } from "../codec/codec.ts"
import type { FieldCodec } from "../codec/entity.ts"
import { bigDecimalOfText, textOfBigDecimal, textOfBigInt, textOfNumber } from "../codec/number.ts"
import { isRefusal, Refusal, toIssue } from "../codec/refusal.ts"
import { make as makeValueCodec, ofDerived, type ValueCodec } from "../codec/value.ts"
import { deriveField } from "../codec/derive.ts"

/**
 * What is stored as it is: the schema's node, without what gives it a default.
 * `undefined` where its values are transformed.
 */
const untransformed = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  if (SchemaAST.isSuspend(ast)) return untransformed(ast.thunk())
  for (const { to, transformation } of ast.encoding ?? []) {
    if (transformation._tag !== "Transformation" || transformation.encode._tag !== "Passthrough") return undefined
    if (untransformed(to) === undefined) return undefined
  }
  if (!SchemaAST.isUnion(ast)) return ast
  const present = ast.types.filter((type) => !SchemaAST.isUndefined(type))
  return present.length === 1 ? untransformed(present[0]!) : ast
}

/** The same node as it is stored: under what gives it a default, where the schemas of its elements say how they are written. */
const storedNode = (ast: SchemaAST.AST): SchemaAST.AST => {
  if (SchemaAST.isSuspend(ast)) return storedNode(ast.thunk())
  if (ast.encoding !== undefined) return storedNode(ast.encoding[ast.encoding.length - 1]!.to)
  const present = SchemaAST.isUnion(ast) ? ast.types.filter((type) => !SchemaAST.isUndefined(type)) : []
  return present.length === 1 ? storedNode(present[0]!) : ast
}

type Counting = Result.Result<"whole" | "float" | "any", string>

const countings = new WeakMap<FieldCodec, Counting>()

/** How a field's numbers are counted, or why they are not: found out once, for its schema is looked through. */
const counting = (field: FieldCodec): Counting => {
  let known = countings.get(field)
  if (known === undefined) countings.set(field, (known = findCounting(field)))
  return known
}

const findCounting = (field: FieldCodec): Counting => {
  if (field.admitsNull) return Result.fail("it may be null, from which DynamoDB does not count")
  const ast = untransformed(field.ast)
  if (ast === undefined) return Result.fail("its numbers are stored as what a transformation makes of them")
  switch (ast._tag) {
    case "Number":
      return Result.succeed(isWhole(ast.checks) ? "whole" : "float")
    case "BigInt":
      return Result.succeed("whole")
    case "Declaration":
      if (declarationName(ast) === "BigDecimal") return Result.succeed("any")
  }
  return Result.fail("it is no number")
}

const isWhole = (checks: SchemaAST.Checks | undefined): boolean =>
  checks?.some(
    (check) =>
      (check.annotations?.["representation"] as { readonly id?: unknown } | undefined)?.id === "effect/schema/isInt" ||
      (check._tag === "FilterGroup" && isWhole(check.checks))
  ) ?? false

/** A number to count a field up or down by, as stored; or why it is none, or the field cannot be counted. */
export const amount = (field: FieldCodec, by: unknown): Result.Result<AttributeValue, string> =>
  Result.flatMap(counting(field), (kind) => {
    const text =
      typeof by === "number"
        ? textOfNumber(by)
        : typeof by === "bigint"
          ? textOfBigInt(by)
          : BigDecimal.isBigDecimal(by)
            ? textOfBigDecimal(by)
            : notANumber
    if (isRefusal(text)) return Result.fail(text.message)
    if (kind === "whole" && text.includes(".")) return Result.fail("Expected a whole number, as the field's are")
    return kind === "float" && isLongFraction(text) ? Result.fail(longFraction) : Result.succeed({ N: text })
  })

/** The most significant digits of a decimal that every JavaScript number keeps. */
const floatDigits = 15

/** DynamoDB's sums are exact: one with a longer fraction is soon a number that JavaScript does not have. */
const isLongFraction = (text: string): boolean =>
  text.includes(".") && text.replace(/[-.]/g, "").replace(/^0+/, "").length > floatDigits

const longFraction =
  `Expected a whole number, or a fraction of at most ${floatDigits} significant digits: ` +
  "the exact sum may be no JavaScript number; round it, or make the field a BigDecimal"

/** Two amounts as one, the second one up (1) or down (-1); or why it is none. Both are as `amount` gives them. */
export const sum = (
  first: AttributeValue,
  second: AttributeValue,
  sign: 1 | -1
): Result.Result<AttributeValue, string> => {
  const [a, b] = [decimalOf(first), decimalOf(second)]
  const text = textOfBigDecimal(sign === 1 ? BigDecimal.sum(a, b) : BigDecimal.subtract(a, b))
  return isRefusal(text) ? Result.fail(text.message) : Result.succeed({ N: text })
}

const decimalOf = (amount: AttributeValue): BigDecimal.BigDecimal => {
  const decimal = "N" in amount ? bigDecimalOfText(amount.N) : notANumber
  return isRefusal(decimal) ? BigDecimal.make(0n, 0) : decimal
}

const notANumber = new Refusal("Expected a number, a bigint or a BigDecimal")

/** How elements or members of a field are written: made once, as a field is a list or a set. */
const codecs = new WeakMap<FieldCodec, ValueCodec>()

const codecOf = (field: FieldCodec, make: () => ValueCodec): ValueCodec => {
  let codec = codecs.get(field)
  if (codec === undefined) codecs.set(field, (codec = make()))
  return codec
}

/** Elements for a field's list, as a list; or why it takes none. */
export const elements = (
  field: FieldCodec,
  given: unknown
): Result.Result<Eager<AttributeValue | undefined>, string> => {
  if (field.admitsNull) return Result.fail("it may be null, to which DynamoDB adds nothing")
  if (untransformed(field.ast) === undefined) {
    return Result.fail("its elements are stored as what a transformation makes of them")
  }
  const ast = storedNode(field.ast)
  if (!SchemaAST.isArrays(ast) || ast.elements.length > 0 || ast.rest.length !== 1) {
    return Result.fail("it is no list of any length")
  }
  // What is asked of the whole list is not asked of what is put into it.
  const codec = codecOf(field, () => makeValueCodec(new SchemaAST.Arrays(false, [], ast.rest), field.name))
  return Result.succeed(codec.encode(given))
}

/** Members for a field's set, as a set; `undefined` where there are none. Or why it takes none. */
export const members = (
  field: FieldCodec,
  given: Iterable<unknown>
): Result.Result<Eager<AttributeValue | undefined>, string> => {
  if (field.admitsNull) return Result.fail("it may be null, to which DynamoDB adds nothing")
  if (untransformed(field.ast) === undefined) {
    return Result.fail("its members are stored as what a transformation makes of them")
  }
  const ast = storedNode(field.ast)
  if (!SchemaAST.isDeclaration(ast) || declarationName(ast) !== "ReadonlySet" || setMember(ast) === undefined) {
    return Result.fail("it is not stored as a set of DynamoDB")
  }
  const member = ast.typeParameters[0]!
  const codec = codecOf(field, () => {
    const set = Schema.ReadonlySet(Schema.make<Schema.Constraint>(member))
    return ofDerived(deriveField(set.ast, []), field.name)
  })
  return Result.succeed(codec.encode(new Set(given)))
}

/** What an item that lacks the field has there, as stored: its default; `undefined` where it has none. */
export const start = (field: FieldCodec): Eager<AttributeValue | undefined> =>
  field.hasDefault
    ? Effect.flatMapEager(field.decode(undefined), (value) => field.encode(value))
    : Exit.succeed(undefined)

const absences = new WeakMap<FieldCodec, boolean>()

/** Whether an item may lack the field, which then has no value: found out once, for a refusal is made where not. */
export const mayBeAbsent = (field: FieldCodec): boolean => {
  let known = absences.get(field)
  if (known === undefined) absences.set(field, (known = admitsAbsence(field)))
  return known
}

const admitsAbsence = (field: FieldCodec): boolean => {
  if (field.optional || field.hasDefault) return field.optional
  const absent = exitOf(field.decode(undefined))
  return absent !== undefined && Exit.isSuccess(absent)
}

/** A failure of ours as Schema's, at the field. */
export const refused = (field: FieldCodec, why: string): Schema.SchemaError =>
  new Schema.SchemaError(toIssue(new Refusal(why, [field.name])))
