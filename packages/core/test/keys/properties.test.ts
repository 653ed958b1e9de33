/** What holds for every key: over random declarations, separators and values. */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import type { AttributeValue } from "../../src/Attribute.ts"
import type * as Model from "../../src/internal/keys/model.ts"
import { assertAllowed, compareBytes, type Fields, holds, list, make, template, type Setup } from "./fixtures.ts"

// Separators, what they are made of, what is next to them, and the ends of the ranges of code points.
const characters = [
  "a",
  "b",
  "A",
  "\\",
  "#",
  "$",
  '"',
  ":",
  ";",
  "-",
  "x",
  "y",
  "~",
  "_",
  "\u0000",
  " ",
  "é",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "😀",
  "😁",
  "\u{10ffff}"
]
const separators = ["#", "::", "_", "😀", "-😀-", "~", "$#", "\u{10ffff}", "#$"]
const literals = ["xy", "-", "aba", "\\", "}"]

const Text = Schema.Array(Schema.Literals(characters)).check(Schema.isMaxLength(4))
const NumberText = Schema.Struct({
  coefficient: Schema.Int.check(Schema.isBetween({ minimum: -1100, maximum: 1100 })),
  exponent: Schema.Literals([0, 0, 0, -1, -2, -4, 3, 30, -12])
})
const Row = Schema.Struct({
  text: Schema.Tuple([Text, Text, Text]),
  number: Schema.Tuple([NumberText, NumberText, NumberText]),
  day: Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 3 })),
  flag: Schema.Boolean
})
const kinds = ["text", "text", "text", "plainNumber", "ordered", "desc", "padded", "date", "boolean"] as const

const Case = Schema.Struct({
  style: Schema.Literals(["list", "prefixed", "template", "verbatim"]),
  separator: Schema.Literals(separators),
  kinds: Schema.Array(Schema.Literals(kinds)).check(Schema.isMinLength(1), Schema.isMaxLength(3)),
  literals: Schema.Tuple([
    Schema.Literals(["", "T#", "\u{10ffff}", "#"]),
    Schema.Literals(["sep", "sepX", "free"]),
    Schema.Literals(["sep", "sepX", "free"]),
    Schema.Literals(["", "", "sepX", "free"])
  ]),
  free: Schema.Literals(literals),
  rows: Schema.Array(Row).check(Schema.isMinLength(2), Schema.isMaxLength(12))
})

type Kind = (typeof kinds)[number]

const kindOf: { readonly [K in Kind]: Model.FieldKind } = {
  text: "string",
  plainNumber: "number",
  ordered: "number",
  desc: "number",
  padded: "number",
  date: "date",
  boolean: "boolean"
}

const names = ["f0", "f1", "f2"]

interface Built {
  readonly key: Model.CompiledKey
  readonly kinds: ReadonlyArray<Kind>
  /** The text after each part, up to where the next one begins. */
  readonly after: ReadonlyArray<string>
  readonly rows: ReadonlyArray<Model.Values>
  readonly escape: (text: string) => string
}

const build = (c: typeof Case.Type, role: Setup["role"] = "sort"): Built => {
  const separator = c.separator
  const used = c.kinds.filter((kind) => c.style === "template" || kind !== "desc")
  const kinds: ReadonlyArray<Kind> = used.length === 0 ? ["text"] : used
  const fields: Fields = Object.fromEntries(kinds.map((kind, i) => [names[i] ?? "", kindOf[kind]]))
  const rows = c.rows.map((row) =>
    Object.fromEntries(
      kinds.map((kind, i) => {
        const number = row.number[i] ?? row.number[0]
        return [
          names[i],
          kind === "text"
            ? (row.text[i] ?? []).join("")
            : kind === "date"
              ? new Date(row.day * 86_400_000 + i)
              : kind === "boolean"
                ? row.flag
                : kind === "padded"
                  ? Math.abs(number.coefficient)
                  : `${number.coefficient}e${number.exponent}`
        ]
      })
    )
  )
  const escape = (text: string): string =>
    c.style === "verbatim"
      ? text
      : Array.from(text, (char) => (char === "\\" || separator.includes(char) ? "\\" + char : char)).join("")
  if (c.style === "template") {
    const literal = (which: "" | "sep" | "sepX" | "free") =>
      which === "" ? "" : which === "sep" ? separator : which === "sepX" ? `${separator}X${separator}` : c.free
    const after = kinds.map((_, i) => literal(i === kinds.length - 1 ? c.literals[3] : c.literals[(1 + i) as 1 | 2]))
    const form = { text: "", plainNumber: "", ordered: ":ordered", desc: ":desc", padded: ":5", date: "", boolean: "" }
    const source =
      c.literals[0] +
      kinds.map((kind, i) => `{${names[i]}${form[kind]}}${(after[i] ?? "").replaceAll("}", "}}")}`).join("")
    return { key: make(template(source, { separator }), fields, { role: role ?? "sort" }), kinds, after, rows, escape }
  }
  const data = list(
    ...kinds.map((kind, i) => {
      const field = names[i] ?? ""
      return kind === "ordered"
        ? { field, mode: "ordered" as const }
        : kind === "padded"
          ? { field, mode: "padded" as const, width: 5 }
          : field
    })
  )
  const config = { keySeparator: separator, prefixSortKey: c.style === "prefixed", escapeKeys: c.style !== "verbatim" }
  const after = kinds.map((_, i) => (i === kinds.length - 1 ? "" : separator))
  return { key: make(data, fields, { config, role: role ?? "sort" }), kinds, after, rows, escape }
}

const textOf = (value: AttributeValue): string => {
  assert("S" in value)
  return value.S
}

/** The rows that have a key, with it. */
const keyed = ({ key, rows }: Built) =>
  rows.flatMap((values) => {
    const encoded = key.encode(values)
    return Result.isSuccess(encoded) ? [{ values, text: textOf(encoded.success) }] : []
  })

const shown = (value: unknown): string =>
  value instanceof Date
    ? value.toISOString()
    : typeof value === "string" && /^-?\d+e-?\d+$/.test(value)
      ? String(Number(value) + 0)
      : String(value)
const same = (a: unknown, b: unknown): boolean => shown(a) === shown(b)

const options = { arbitrary: { runs: 3000, seed: 20 } }

let selected = 0
let rejected = 0

describe("keys", () => {
  for (const role of ["sort", "partition"] as const) {
    it.prop(
      `parse back, ${role}`,
      { c: Case },
      ({ c }) => {
        const built = build(c, role)
        for (const { text, values } of keyed(built)) {
          const parsed = built.key.parse({ S: text })
          assert.isDefined(parsed)
          for (const [i, kind] of built.kinds.entries()) {
            const name = names[i] ?? ""
            const value = values[name]
            const stored = parsed[name] ?? { NULL: true }
            const back =
              "S" in stored ? stored.S : "N" in stored ? stored.N : "BOOL" in stored ? String(stored.BOOL) : ""
            if (kind === "text" || kind === "date" || kind === "boolean") {
              assert.strictEqual(back, shown(value))
            } else {
              assert.strictEqual(Number(back) + 0, Number(value) + 0)
            }
          }
          assert.strictEqual(Object.keys(parsed).length, built.kinds.length)
        }
      },
      options
    )

    it.prop(
      `are distinct where values are, ${role}`,
      { c: Case },
      ({ c }) => {
        const built = build(c, role)
        const rows = keyed(built)
        for (const a of rows) {
          for (const b of rows) {
            const equal = built.kinds.every((_, i) => same(a.values[names[i] ?? ""], b.values[names[i] ?? ""]))
            assert.strictEqual(a.text === b.text, equal)
          }
        }
      },
      options
    )
  }

  it.prop(
    "parse only what they write",
    { c: Case, text: Text },
    ({ c, text }) => {
      const built = build(c)
      const candidates = [
        text.join(""),
        ...keyed(built).map((row) => row.text + text.join("")),
        ...keyed(built).map((row) => text.join("") + row.text)
      ]
      for (const candidate of candidates) {
        const parsed = built.key.parse({ S: candidate })
        if (parsed !== undefined) {
          const values = Object.fromEntries(
            Object.entries(parsed).map(([name, value]) => [
              name,
              "S" in value ? value.S : "N" in value ? value.N : "BOOL" in value ? value.BOOL : undefined
            ])
          )
          const again = built.key.encode(values)
          assert(Result.isSuccess(again), candidate)
          assert.strictEqual(textOf(again.success), candidate)
        }
      }
    },
    options
  )
})

/** KEYS.md's order of one part: as written, followed by what ends it; numbers and dates by value. */
const comparePart = (built: Built, index: number, a: unknown, b: unknown): number => {
  const kind = built.kinds[index]
  if (kind === "text" || kind === "boolean") {
    const end = built.after[index] ?? ""
    return compareBytes(built.escape(String(a)) + end, built.escape(String(b)) + end)
  }
  return Number(a) - Number(b)
}

const satisfies = (op: Model.RangeOperator, order: number): boolean =>
  op === "lt" ? order < 0 : op === "lte" ? order <= 0 : op === "gt" ? order > 0 : order >= 0

const check = (
  built: Built,
  bound: Result.Result<Model.Bound, Model.KeyFailure>,
  expected: (values: Model.Values) => boolean
): void => {
  if (Result.isFailure(bound)) {
    rejected++
    return
  }
  assertAllowed(bound.success)
  for (const { text, values } of keyed(built)) {
    selected++
    assert.strictEqual(
      holds(bound.success, text),
      expected(values),
      `${JSON.stringify(bound.success).slice(0, 200)} on ${JSON.stringify(text)}`
    )
  }
}

const leadingEqual = (values: Model.Values, bound: Model.Values, count: number): boolean =>
  names.slice(0, count).every((name) => same(values[name], bound[name]))

const leading = (values: Model.Values, count: number): Model.Values =>
  Object.fromEntries(names.slice(0, count).map((name) => [name, values[name]]))

const Place = Schema.Struct({ count: Schema.Literals([1, 2, 3]), length: Schema.Literals([1, 2, 3]) })

describe("conditions select exactly what KEYS.md says", () => {
  it.prop(
    "ranges",
    { c: Case, place: Place, op: Schema.Literals(["lt", "lte", "gte", "gt"]) },
    ({ c, op, place }) => {
      const built = build(c)
      const count = Math.min(place.count, built.kinds.length)
      if (built.kinds[count - 1] === "plainNumber") {
        return
      }
      for (const bound of built.rows) {
        check(
          built,
          built.key.range(op, leading(bound, count)),
          (values) =>
            leadingEqual(values, bound, count - 1) &&
            satisfies(op, comparePart(built, count - 1, values[names[count - 1] ?? ""], bound[names[count - 1] ?? ""]))
        )
      }
    },
    options
  )

  it.prop(
    "between",
    { c: Case, place: Place },
    ({ c, place }) => {
      const built = build(c)
      const count = Math.min(place.count, built.kinds.length)
      const name = names[count - 1] ?? ""
      if (built.kinds[count - 1] === "plainNumber") {
        return
      }
      for (const [i, lower] of built.rows.entries()) {
        const upper = { ...lower, [name]: built.rows[(i + 1) % built.rows.length]?.[name] }
        const crossed = comparePart(built, count - 1, lower[name], upper[name]) > 0
        const bound = built.key.between(leading(lower, count), leading(upper, count))
        assert(!crossed || Result.isFailure(bound))
        check(
          built,
          bound,
          (values) =>
            leadingEqual(values, lower, count - 1) &&
            comparePart(built, count - 1, lower[name], values[name]) <= 0 &&
            comparePart(built, count - 1, values[name], upper[name]) <= 0
        )
      }
    },
    options
  )

  it.prop(
    "prefix",
    { c: Case, place: Place },
    ({ c, place }) => {
      const built = build(c)
      const count = Math.min(place.count, built.kinds.length)
      for (const bound of built.rows) {
        check(built, built.key.prefix(leading(bound, count)), (values) => leadingEqual(values, bound, count))
      }
    },
    options
  )

  it.prop(
    "beginsWith",
    { c: Case, place: Place },
    ({ c, place }) => {
      const built = build(c)
      const count = Math.min(place.count, built.kinds.length)
      const name = names[count - 1] ?? ""
      if (built.kinds[count - 1] !== "text") {
        return
      }
      for (const bound of built.rows) {
        const beginning = Array.from(String(bound[name])).slice(0, place.length).join("")
        check(
          built,
          built.key.beginsWith({ ...leading(bound, count - 1), [name]: beginning }),
          (values) => leadingEqual(values, bound, count - 1) && String(values[name]).startsWith(beginning)
        )
      }
    },
    options
  )

  it("on enough of them", () => {
    assert.isAbove(selected, 50_000)
    assert.isBelow(rejected, selected / 2)
  })
})
