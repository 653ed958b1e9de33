/**
 * Keys that are a field of the entity, as it is.
 */
import * as Result from "effect/Result"
import type { AttributeValue, Item } from "../../Attribute.ts"
import * as decimal from "../decimal.ts"
import { isDate } from "./form.ts"
import type { Bound, CompiledKey, FieldKind, KeyContext, KeyData, KeyFailure, KeyField, Values } from "./model.ts"
import * as utf8 from "./utf8.ts"
import { byteLimit, isFailure, readField, refused, storedValue, tooLong, writtenValue } from "./values.ts"

/** The key type that a field of each kind is stored as. */
const typeOf: { readonly [K in FieldKind]: KeyContext["type"] | undefined } = {
  string: "S",
  date: "S",
  zoned: "S",
  number: "N",
  binary: "B",
  boolean: undefined,
  none: undefined
}

/** Why the field cannot be the key attribute, if it cannot. */
export const problem = (field: KeyField, context: KeyContext): string | undefined => {
  const type = typeOf[field.kind]
  if (type === undefined) {
    return `the field "${field.name}" cannot be a key attribute: it is not stored as text (S), a number (N) or binary (B)`
  }
  return type === context.type
    ? undefined
    : `the field "${field.name}" is stored as ${type}, but the key attribute has the type ${context.type}: ` +
        `change the one or the other`
}

const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) {
      return difference
    }
  }
  return a.length - b.length
}

/** DynamoDB's order of two values of one key type. */
const compare = (a: AttributeValue, b: AttributeValue): number => {
  if ("S" in a && "S" in b) {
    return utf8.compare(a.S, b.S)
  }
  if ("N" in a && "N" in b) {
    return decimal.compare(decimal.parse(a.N) ?? decimal.zero, decimal.parse(b.N) ?? decimal.zero)
  }
  return "B" in a && "B" in b ? compareBytes(a.B, b.B) : 0
}

export const make = (data: KeyData, field: KeyField, context: KeyContext): CompiledKey => {
  const { name } = field
  const { type } = context
  const limit = byteLimit(context.role)
  const read = readField(name)
  const readWritten = writtenValue(field)

  /** Why DynamoDB refuses the value in a key. */
  const refusal = (value: AttributeValue): KeyFailure | undefined => {
    if (!(type in value)) {
      return refused(name, `is not stored as ${type}, the type of the key attribute`)
    }
    if ("S" in value) {
      return value.S === ""
        ? refused(name, "is empty, and a key cannot be")
        : !utf8.isWellFormed(value.S)
          ? refused(name, "is not well-formed Unicode: it holds half of a surrogate pair")
          : utf8.isLongerThan(value.S, limit)
            ? { ...tooLong(limit), field: name }
            : undefined
    }
    if ("N" in value) {
      return decimal.normalize(value.N) === undefined
        ? refused(name, "is not a number that DynamoDB can hold: 38 digits, from 1E-130 to 9.99E+125")
        : undefined
    }
    return "B" in value && value.B.length === 0
      ? refused(name, "is empty, and a key cannot be")
      : "B" in value && value.B.length > limit
        ? { ...tooLong(limit), field: name }
        : undefined
  }

  const write = (values: Values, item?: Item | undefined): AttributeValue | KeyFailure => {
    const value = read(values)
    const stored = item === undefined ? storedValue(field, value) : readWritten(value, item)
    return isFailure(stored) ? stored : (refusal(stored) ?? stored)
  }

  const checked = (value: AttributeValue): Result.Result<AttributeValue, KeyFailure> => {
    const failed = refusal(value)
    return failed === undefined ? Result.succeed(value) : Result.fail(failed)
  }

  const encode = (values: Values): Result.Result<AttributeValue, KeyFailure> => {
    const key = write(values)
    return isFailure(key) ? Result.fail(key) : Result.succeed(key)
  }

  const accepts = (key: AttributeValue): boolean =>
    refusal(key) === undefined && !(field.kind === "date" && "S" in key && !isDate(key.S))

  /** A condition's one value. */
  const only = (values: Values): Result.Result<AttributeValue, KeyFailure> => {
    const other = Object.keys(values).find((key) => key !== name)
    return other === undefined ? encode(values) : Result.fail(refused(other, "is not a field of this key"))
  }

  const beginning = (value: unknown): Result.Result<AttributeValue, KeyFailure> => {
    if (type === "N") {
      return Result.fail(refused(name, "is a number, which has no beginning: use a range operator"))
    }
    return typeof value === "string" && type === "S"
      ? checked({ S: value })
      : value instanceof Uint8Array && type === "B"
        ? checked({ B: value })
        : Result.fail(refused(name, `must be given to beginsWith as ${type === "S" ? "text" : "bytes"}`))
  }

  return {
    data,
    fields: [name],
    parsed: [name],
    literalPrefix: "",
    text: undefined,
    encode,
    write,
    accepts,
    parse: (key) => (accepts(key) ? Object.fromEntries([[name, key]]) : undefined),
    prefix: (values) => Result.map(only(values), (value): Bound => ({ op: "eq", value })),
    beginsWith: (values) => {
      const other = Object.keys(values).find((key) => key !== name)
      return other === undefined
        ? Result.map(beginning(read(values)), (value): Bound => ({ op: "beginsWith", value }))
        : Result.fail(refused(other, "is not a field of this key"))
    },
    range: (op, values) => Result.map(only(values), (value): Bound => ({ op, value })),
    between: (lower, upper) =>
      Result.flatMap(only(lower), (from) =>
        Result.flatMap(only(upper), (to) =>
          compare(from, to) > 0
            ? Result.fail(refused(name, "has a lower bound above the upper one"))
            : Result.succeed<Bound>({ op: "between", lower: from, upper: to })
        )
      ),
    all: undefined
  }
}
