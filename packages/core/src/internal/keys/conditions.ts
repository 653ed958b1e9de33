/**
 * Conditions on composite keys.
 *
 * A condition takes a leading part of the key's fields. DynamoDB allows one condition on a sort key, and
 * the bounds of its BETWEEN are inclusive. So a range that must stay inside the text before its part (the
 * *lead*) becomes a BETWEEN whose bounds are exact:
 *
 * - Where more of the key follows the part, no key equals a bound: a bound ends right after a separator, or
 *   with the separator's successor in its place, and a key goes on. The exclusive bound serves as it is.
 * - Where the part ends the key, a key may equal the bound. An exclusive one is replaced by the next string
 *   that DynamoDB can hold, above or below.
 */
import * as Result from "effect/Result"
import type { Bound, CompiledKey, KeyFailure, RangeOperator, Values } from "./model.ts"
import type { Part, Shape } from "./shape.ts"
import * as utf8 from "./utf8.ts"
import { failure, refused, tooLong } from "./values.ts"

type Conditions = Pick<CompiledKey, "prefix" | "beginsWith" | "range" | "between">

/** The opposite direction, for parts that are written in descending order. */
const reversed: { readonly [K in RangeOperator]: RangeOperator } = { lt: "gt", lte: "gte", gt: "lt", gte: "lte" }

const single = (op: Exclude<Bound["op"], "between">, text: string): Bound => ({ op, value: { S: text } })

const between = (lower: string, upper: string): Bound => ({ op: "between", lower: { S: lower }, upper: { S: upper } })

/** At or above `from`, and inside `lead`. */
const upwards = (lead: string, from: string): Bound => {
  // No key equals the end: keys in the lead begin with the lead.
  const end = utf8.afterPrefix(lead)
  return end === undefined ? single("gte", from) : between(from, end)
}

/** A range on a part that is followed by more of the key. `w` ends with the separator. */
const innerRange = (op: RangeOperator, lead: string, w: string): Bound => {
  // Never undefined: a value does not consist of U+10FFFF and ends with a separator.
  const next = utf8.afterPrefix(w) ?? w
  switch (op) {
    case "lt":
      return lead === "" ? single("lt", w) : between(lead, w)
    case "lte":
      return lead === "" ? single("lt", next) : between(lead, next)
    case "gte":
      return upwards(lead, w)
    case "gt":
      return upwards(lead, next)
  }
}

/** A range on the part that ends the key. `w` is a whole key. */
const lastRange = (op: RangeOperator, lead: string, w: string, delimited: boolean, limit: number): Bound => {
  if (lead === "") {
    return single(op, w)
  }
  switch (op) {
    case "lt":
      // Where no key begins with the shortest string below, it is exact.
      return between(lead, delimited ? utf8.beforeLast(w) : utf8.below(w, limit))
    case "lte":
      return between(lead, w)
    case "gte":
      return upwards(lead, w)
    case "gt": {
      const next = utf8.above(w, limit)
      // Nothing is above the last key there is.
      return next === undefined ? single("gt", w) : upwards(lead, next)
    }
  }
}

/** A condition's leading fields, resolved. */
interface Leading {
  /** The parts whose fields are given; the last is the operator's. */
  readonly count: number
  readonly part: Part
  /** The text before that part. */
  readonly lead: string
}

export const conditions = (
  shape: Shape,
  encode: CompiledKey["encode"],
  all: Bound | undefined,
  limit: number
): Conditions => {
  const { parts } = shape
  const names = new Set(parts.map((part) => part.field.name))
  const listed = Array.from(names, (name) => `"${name}"`).join(", ")

  // A key may use a field more than once. Worked out here, for conditions are made with every query.
  const firstWith = parts.map((part) => parts.findIndex(({ field }) => field.name === part.field.name))
  /** How many fields the first so many parts are made of. */
  const fieldCounts = [0, ...parts.map((_, i) => new Set(parts.slice(0, i + 1).map(({ field }) => field.name)).size)]
  const endless = parts.findIndex((part) => part.endless)

  /** How many parts the given fields cover. Giving a field as `undefined` must not widen the condition. */
  const cover = (values: Values): number | KeyFailure => {
    const given = Object.keys(values)
    for (const name of given) {
      if (!names.has(name)) {
        return refused(name, "is not a field of this key")
      }
    }
    let count = 0
    while (count < parts.length && Object.hasOwn(values, parts[count]!.field.name)) {
      count++
    }
    return fieldCounts[count] === given.length
      ? count
      : failure(`a condition takes leading fields of the key, without gaps: ${listed}`)
  }

  const render = (values: Values, count: number): string | KeyFailure => {
    let text = shape.head
    for (let i = 0; i < count; i++) {
      const part = parts[i]!
      const written = part.text(values)
      if (typeof written !== "string") {
        return written
      }
      text += written + part.after
    }
    return text
  }

  const crossesEndless = (count: number): KeyFailure | undefined =>
    endless >= 0 && endless < count
      ? refused(parts[endless]!.field.name, "is followed by the next field without text between: its end is unknown")
      : undefined

  const leading = (values: Values): Leading | KeyFailure => {
    const count = cover(values)
    if (typeof count !== "number") {
      return count
    }
    const part = parts[count - 1]
    if (part === undefined) {
      return failure(
        parts.length === 0
          ? "the key has no fields to compare"
          : `a condition needs a leading field of the key: ${listed}`
      )
    }
    const crossed = crossesEndless(count - 1)
    if (crossed !== undefined) {
      return crossed
    }
    if (firstWith[count - 1]! < count - 1) {
      return refused(part.field.name, "stands in the key more than once: only eq and prefix can use it here")
    }
    const lead = render(values, count - 1)
    return typeof lead === "string" ? { count, part, lead } : lead
  }

  const ends = ({ count, part }: Leading): boolean => count === parts.length || part.endless

  /** What a range compares with: the text up to the part's separator, or the whole key. */
  const compared = (at: Leading, values: Values): string | KeyFailure => {
    const text = at.part.text(values)
    if (typeof text !== "string") {
      return text
    }
    const last = ends(at)
    const w = at.lead + text + (last ? at.part.after : at.part.terminator)
    // After a separator at least one byte follows.
    return utf8.isLongerThan(w, last ? limit : limit - 1) ? tooLong(limit) : w
  }

  const unordered = ({ field, form }: Part): KeyFailure | undefined =>
    form.order !== undefined
      ? undefined
      : refused(
          field.name,
          field.kind === "number" && !form.lossy
            ? `is written as plain decimal text, which does not sort as numbers do: declare it ordered ` +
                `(Key.ordered, {${field.name}:ordered}) or padded`
            : "is written by a part that does not say its order: give the part `order`"
        )

  return {
    prefix: (values) => {
      const count = cover(values)
      if (typeof count !== "number") {
        return Result.fail(count)
      }
      if (count === parts.length) {
        return Result.map(encode(values), (value): Bound => ({ op: "eq", value }))
      }
      if (count === 0) {
        return all === undefined
          ? Result.fail(failure(`a condition needs a leading field of the key: ${listed}`))
          : Result.succeed(all)
      }
      const crossed = crossesEndless(count)
      if (crossed !== undefined) {
        return Result.fail(crossed)
      }
      const text = render(values, count)
      if (typeof text !== "string") {
        return Result.fail(text)
      }
      return utf8.isLongerThan(text, limit - 1)
        ? Result.fail(tooLong(limit))
        : Result.succeed(single("beginsWith", text))
    },

    beginsWith: (values) => {
      const at = leading(values)
      if (!("lead" in at)) {
        return Result.fail(at)
      }
      const beginning = at.part.beginning(values[at.part.field.name])
      if (typeof beginning !== "string") {
        return Result.fail(beginning)
      }
      const text = at.lead + beginning
      return utf8.isLongerThan(text, limit) ? Result.fail(tooLong(limit)) : Result.succeed(single("beginsWith", text))
    },

    range: (op, values) => {
      const at = leading(values)
      if (!("lead" in at)) {
        return Result.fail(at)
      }
      const { form } = at.part
      const problem = unordered(at.part)
      if (problem !== undefined) {
        return Result.fail(problem)
      }
      const w = compared(at, values)
      if (typeof w !== "string") {
        return Result.fail(w)
      }
      const direction = form.order === "descending" ? reversed[op] : op
      return Result.succeed(
        ends(at) ? lastRange(direction, at.lead, w, form.delimited, limit) : innerRange(direction, at.lead, w)
      )
    },

    between: (lower, upper) => {
      const from = leading(lower)
      if (!("lead" in from)) {
        return Result.fail(from)
      }
      const to = leading(upper)
      if (!("lead" in to)) {
        return Result.fail(to)
      }
      const problem = unordered(from.part)
      if (problem !== undefined) {
        return Result.fail(problem)
      }
      if (from.count !== to.count || from.lead !== to.lead) {
        return Result.fail(failure("both bounds of between name the same fields, equal in all but the last"))
      }
      const first = compared(from, lower)
      if (typeof first !== "string") {
        return Result.fail(first)
      }
      const second = compared(to, upper)
      if (typeof second !== "string") {
        return Result.fail(second)
      }
      const [low, high] = from.part.form.order === "descending" ? [second, first] : [first, second]
      if (utf8.compare(low, high) > 0) {
        return Result.fail(refused(from.part.field.name, "has a lower bound above the upper one"))
      }
      return Result.succeed(between(low, ends(from) ? high : (utf8.afterPrefix(high) ?? high)))
    }
  }
}
