/**
 * Field-list and template keys, compiled.
 */
import * as Result from "effect/Result"
import type { AttributeValue, Item } from "../../Attribute.ts"
import { conditions } from "./conditions.ts"
import type { Bound, CompiledKey, KeyContext, KeyData, KeyFailure, Values } from "./model.ts"
import type { Shape } from "./shape.ts"
import { isLongerThan } from "./utf8.ts"
import { byteLimit, isFailure, sameValue, tooLong } from "./values.ts"

const writer =
  ({ head, parts }: Shape, limit: number) =>
  (values: Values, item?: Item | undefined): AttributeValue | KeyFailure => {
    let key = head
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!
      const text = part.text(values, item)
      if (typeof text !== "string") {
        return text
      }
      key += text + part.after
    }
    return isLongerThan(key, limit) ? tooLong(limit) : { S: key }
  }

const parser =
  (shape: Shape) =>
  (key: AttributeValue): Readonly<Record<string, AttributeValue>> | undefined => {
    const text = "S" in key ? key.S : ""
    if (text === "" || !text.startsWith(shape.head)) {
      return undefined
    }
    if (shape.oneWay) {
      return {}
    }
    const fields: Array<[string, AttributeValue]> = []
    let position = shape.head.length
    for (const part of shape.parts) {
      const end = part.end(text, position)
      if (end < position || !text.startsWith(part.after, end)) {
        return undefined
      }
      const value = part.unescape(text.slice(position, end))
      const stored = value === undefined ? undefined : part.form.read(value)
      if (stored === undefined) {
        return undefined
      }
      // The same text tells the field's value, or, of a lossy part, only that there can be one.
      const told = part.read === undefined || value === undefined ? undefined : part.read(value)
      if (part.read !== undefined && told === undefined) {
        return undefined
      }
      if (told !== undefined) {
        const { name } = part.field
        const earlier = fields.find(([field]) => field === name)
        if (earlier === undefined) {
          fields.push([name, told])
        } else if (!sameValue(earlier[1], told)) {
          return undefined
        }
      }
      position = end + part.after.length
    }
    // Unlike assignment, this makes a field named "__proto__" a field.
    return position === text.length ? Object.fromEntries(fields) : undefined
  }

const allOf = ({ head, parts }: Shape): Bound | undefined =>
  parts.length === 0
    ? { op: "eq", value: { S: head } }
    : head === ""
      ? undefined
      : { op: "beginsWith", value: { S: head } }

const distinct = (names: ReadonlyArray<string>): ReadonlyArray<string> => Array.from(new Set(names))

/** Puts together what a checked shape can do. */
export const make = (data: KeyData, shape: Shape, role: KeyContext["role"]): CompiledKey => {
  const limit = byteLimit(role)
  const write = writer(shape, limit)
  const encode = (values: Values): Result.Result<AttributeValue, KeyFailure> => {
    const key = write(values)
    return isFailure(key) ? Result.fail(key) : Result.succeed(key)
  }
  const parse = parser(shape)
  const all = allOf(shape)
  return {
    data,
    fields: distinct(shape.parts.map((part) => part.field.name)),
    parsed: shape.oneWay
      ? []
      : distinct(shape.parts.filter((part) => part.read !== undefined).map((part) => part.field.name)),
    literalPrefix: shape.head,
    text: shape.text,
    encode,
    write,
    accepts: (key) => parse(key) !== undefined,
    parse,
    ...conditions(shape, encode, all, limit),
    all
  }
}
