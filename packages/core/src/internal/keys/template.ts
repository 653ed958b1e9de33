/**
 * Reads templates: literal text, and placeholders in braces.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { KeyData, PartData, Segment } from "./model.ts"
import { separatorProblem } from "./separator.ts"
import { isWellFormed } from "./utf8.ts"

/** See `Key.CustomPart`. */
export interface CustomPart {
  readonly schema: Schema.ConstraintCodec<unknown, unknown, never, never>
  readonly order?: "ascending" | "descending" | undefined
}

/** See `Key.TemplateOptions`. */
export interface Options {
  readonly separator?: string | undefined
  readonly oneWay?: boolean | undefined
  readonly parts?: { readonly [name: string]: CustomPart } | undefined
}

const reserved: ReadonlySet<string> = new Set(["ordered", "desc", "lower", "upper"])

const isWidth = (text: string): boolean => /^\d+$/.test(text)

const customPart = (field: string, { order, schema }: CustomPart): PartData => {
  const encode = Schema.encodeUnknownResult(schema)
  const decode = Schema.decodeUnknownResult(schema)
  return {
    field,
    schema,
    mode: order === "ascending" ? "customAscending" : order === "descending" ? "customDescending" : "custom",
    encodeText: (value) => {
      const result = encode(value)
      return Result.isSuccess(result) && typeof result.success === "string" ? result.success : undefined
    },
    decodeText: (text) => Result.getOrUndefined(decode(text))
  }
}

/** Parses a template. Throws an `Error` that says what is wrong with it. */
export const parse = (source: string, options: Options): Extract<KeyData, { readonly _tag: "Template" }> => {
  const fail = (problem: string): never => {
    throw new Error(`Key.template(${JSON.stringify(source)}): ${problem}`)
  }
  const parts = options.parts ?? {}
  const separator = options.separator ?? "#"

  const placeholder = (body: string): PartData => {
    const colon = body.indexOf(":")
    const field = colon < 0 ? body : body.slice(0, colon)
    if (field === "") {
      return fail(`a placeholder names no field; write "{field}"`)
    }
    if (body.includes("{")) {
      return fail(`a "{" stands inside the placeholder "{${body}}"; close the first one, or write "{{" for a brace`)
    }
    if (colon < 0) {
      return { field, mode: "plain" }
    }
    const form = body.slice(colon + 1)
    switch (form) {
      case "ordered":
      case "desc":
      case "lower":
      case "upper":
        return { field, mode: form }
    }
    if (isWidth(form)) {
      const width = Number(form)
      return width >= 1 && width <= 38
        ? { field, mode: "padded", width }
        : fail(`the width of "{${body}}" must be from 1 to 38`)
    }
    const custom = Object.hasOwn(parts, form) ? parts[form] : undefined
    return custom === undefined
      ? fail(
          `"{${body}}" names a form that is neither built in (ordered, desc, lower, upper, a width) nor in \`parts\``
        )
      : customPart(field, custom)
  }

  const problem = separatorProblem(separator)
  if (problem !== undefined) {
    fail(problem)
  }
  if (source === "") {
    fail("a key cannot be empty")
  }
  if (!isWellFormed(source)) {
    fail("the template is not well-formed Unicode")
  }
  for (const name of Object.keys(parts)) {
    if (reserved.has(name) || isWidth(name)) {
      fail(`"${name}" in \`parts\` is a built-in form; give it another name`)
    }
  }

  const segments: Array<Segment> = []
  let literal = ""
  for (let i = 0; i < source.length; i++) {
    const char = source.charAt(i)
    if (char !== "{" && char !== "}") {
      literal += char
    } else if (source.charAt(i + 1) === char) {
      literal += char
      i++
    } else if (char === "}") {
      fail(`a "}" closes nothing; write "}}" for a brace`)
    } else {
      const close = source.indexOf("}", i)
      if (close < 0) {
        fail(`a "{" is not closed; write "{{" for a brace`)
      }
      if (literal !== "") {
        segments.push(literal)
        literal = ""
      }
      segments.push(placeholder(source.slice(i + 1, close)))
      i = close
    }
  }
  if (literal !== "") {
    segments.push(literal)
  }
  return { _tag: "Template", source, segments, separator, oneWay: options.oneWay === true }
}
