import { assert } from "@effect/vitest"
import { DateTime, Option, Result } from "effect"
import type { AttributeValue } from "../../src/Attribute.ts"
import { compile } from "../../src/internal/keys/compile.ts"
import type * as Model from "../../src/internal/keys/model.ts"
import * as template_ from "../../src/internal/keys/template.ts"

/** What the codec does to a value of each kind, in short. */
const stores: { readonly [K in Model.FieldKind]: (value: unknown) => AttributeValue | undefined } = {
  string: (value) => (typeof value === "string" ? { S: value } : undefined),
  number: (value) => ({ N: String(value) }),
  boolean: (value) => (typeof value === "boolean" ? { BOOL: value } : undefined),
  date: (value) => ({ S: value instanceof Date ? value.toISOString() : String(value) }),
  zoned: (value) =>
    DateTime.isDateTime(value) && DateTime.isZoned(value) ? { S: DateTime.formatIsoZoned(value) } : undefined,
  binary: (value) => (value instanceof Uint8Array ? { B: value } : undefined),
  none: () => ({ M: {} })
}

export const field = (name: string, kind: Model.FieldKind, stored = name): Model.KeyField => ({
  name,
  stored,
  kind,
  numeric: kind === "number",
  keyOnly: false,
  encode: (value) => {
    if (Option.isOption(value) && Option.isNone(value)) {
      return Result.succeed(undefined)
    }
    const out = value === null ? { NULL: true as const } : stores[kind](value)
    return out === undefined ? Result.fail(`is not a ${kind}`) : Result.succeed(out)
  }
})

export const defaults: Model.KeyConfig = {
  keySeparator: "#",
  suffixPartitionKey: true,
  prefixSortKey: false,
  escapeKeys: true
}

export interface Setup {
  readonly entity?: string
  readonly role?: Model.KeyContext["role"]
  readonly primary?: boolean
  readonly type?: Model.KeyContext["type"]
  readonly config?: Partial<Model.KeyConfig>
}

export type Fields = Readonly<Record<string, Model.FieldKind | readonly [Model.FieldKind, string]>>

const context = (fields: Fields, setup: Setup): Model.KeyContext => {
  const known = new Map(
    Object.entries(fields).map(([name, kind]) => [
      name,
      typeof kind === "string" ? field(name, kind) : field(name, ...kind)
    ])
  )
  return {
    entity: setup.entity ?? "Thing",
    role: setup.role ?? "sort",
    primary: setup.primary ?? true,
    type: setup.type ?? "S",
    config: { ...defaults, ...setup.config },
    field: (name) => known.get(name)
  }
}

export const list = (...parts: ReadonlyArray<string | Model.PartData>): Model.KeyData => ({
  _tag: "FieldList",
  parts: parts.map((part) => (typeof part === "string" ? { field: part, mode: "plain" } : part))
})

export const template = (source: string, options: template_.Options = {}): Model.KeyData =>
  template_.parse(source, options)

export const attribute = (name: string): Model.KeyData => ({ _tag: "Attribute", field: name })

export const make = (data: Model.KeyData, fields: Fields, setup: Setup = {}): Model.CompiledKey =>
  Result.getOrThrowWith(compile(data, context(fields, setup)), (message) => new Error(message))

/** Why a key cannot work. */
export const refusal = (data: Model.KeyData, fields: Fields, setup: Setup = {}): string => {
  const result = compile(data, context(fields, setup))
  assert(Result.isFailure(result), "the key was accepted")
  return result.failure
}

/** The key's value, or why there is none. */
export const unwrap = <A>(result: Result.Result<A, Model.KeyFailure>): A =>
  Result.getOrThrowWith(result, (failure) => new Error(failure.message))

export const failureOf = (result: Result.Result<unknown, Model.KeyFailure>): Model.KeyFailure => {
  assert(Result.isFailure(result), "it succeeded")
  return result.failure
}

export const textOf = (key: Model.CompiledKey, values: Model.Values): string => {
  const value = unwrap(key.encode(values))
  assert("S" in value)
  return value.S
}

/** The order of two strings' UTF-8 bytes, by making the bytes. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const text = (value: AttributeValue): string => {
  assert("S" in value)
  return value.S
}

/** Whether DynamoDB's condition holds for a key of type S. */
export const holds = (bound: Model.Bound, key: string): boolean => {
  if (bound.op === "between") {
    return compareBytes(text(bound.lower), key) <= 0 && compareBytes(key, text(bound.upper)) <= 0
  }
  const order = compareBytes(key, text(bound.value))
  switch (bound.op) {
    case "eq":
      return order === 0
    case "lt":
      return order < 0
    case "lte":
      return order <= 0
    case "gt":
      return order > 0
    case "gte":
      return order >= 0
    case "beginsWith":
      return Buffer.from(key).indexOf(Buffer.from(text(bound.value))) === 0
  }
}

/** Asserts what DynamoDB asserts of the values of a condition on a sort key. */
export const assertAllowed = (bound: Model.Bound): void => {
  const values = bound.op === "between" ? [bound.lower, bound.upper] : [bound.value]
  for (const value of values) {
    const size = Buffer.byteLength(text(value))
    assert(size >= 1 && size <= 1024, `a bound of ${size} bytes`)
    assert.strictEqual(Buffer.from(text(value)).toString(), text(value), "not well-formed")
  }
  if (bound.op === "between") {
    assert.isAtMost(compareBytes(text(bound.lower), text(bound.upper)), 0, "BETWEEN with its bounds crossed")
  }
}
