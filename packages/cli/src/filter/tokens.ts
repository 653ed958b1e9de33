/** The words, literals and symbols of a filter. */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import { isNumber } from "../reading/number.ts"
import type { Mistake } from "./mistake.ts"

/** What stands at a position of the text. */
export type Token = { readonly at: number; readonly end: number } & (
  | { readonly _tag: "Word"; readonly text: string }
  | { readonly _tag: "Quoted"; readonly name: string }
  | { readonly _tag: "Literal"; readonly value: AttributeValue }
  | { readonly _tag: "Symbol"; readonly text: string }
  | { readonly _tag: "End" }
)

type Content = Token extends infer Each ? (Each extends Token ? Omit<Each, "at" | "end"> : never) : never

const blank = /\s*/y
const number = /-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
/** What may follow a name's first letter: there is no arithmetic in filters, so that a hyphen is part of a name. */
const word = /[\p{L}_$][\p{L}\p{M}\p{N}_$-]*/uy
const symbol = /<>|!=|<=|>=|[=<>(),.[\]]/y
const binary = /b64(?=["'])/iy

const take = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** What a backslash and a letter stand for. */
const escapes: { readonly [letter: string]: string } = {
  "'": "'",
  '"': '"',
  "`": "`",
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t"
}

interface Quoted {
  readonly text: string
  readonly end: number
}

/** Reads from a quotation mark to the same one. */
const quoted = (source: string, at: number): Quoted | Mistake => {
  const mark = source[at]
  let text = ""
  for (let i = at + 1; i < source.length; i++) {
    const character = source[i]!
    if (character === mark) return { text, end: i + 1 }
    if (character !== "\\") {
      text += character
      continue
    }
    const letter = source[++i] ?? ""
    const unit = letter === "u" ? /^[0-9a-f]{4}/i.exec(source.slice(i + 1, i + 5))?.[0] : undefined
    if (unit !== undefined) {
      text += String.fromCharCode(Number.parseInt(unit, 16))
      i += 4
    } else if (Object.hasOwn(escapes, letter)) text += escapes[letter]
    else
      return { at: i - 1, message: "this escape is none; there are \\\\ \\\" \\' \\` \\/ \\n \\r \\t \\b \\f \\u0000" }
  }
  return { at, message: `this ${mark} is never closed` }
}

const isMistake = (read: object): read is Mistake => "message" in read

const show = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** What begins at a position that is not blank. */
const tokenAt = (source: string, at: number): Token | Mistake => {
  const make = (end: number, token: Content): Token => ({ ...token, at, end })

  const begin = take(binary, source, at)
  if (begin !== undefined) {
    const read = quoted(source, at + begin.length)
    if (isMistake(read)) return read
    const bytes = Base64.decode(read.text)
    return Result.isSuccess(bytes)
      ? make(read.end, { _tag: "Literal", value: { B: bytes.success } })
      : { at, message: "this is no base64" }
  }

  const first = source[at]
  if (first === '"' || first === "'" || first === "`") {
    const read = quoted(source, at)
    if (isMistake(read)) return read
    if (first !== "`") return make(read.end, { _tag: "Literal", value: { S: read.text } })
    return read.text === ""
      ? { at, message: "no attribute has an empty name" }
      : make(read.end, { _tag: "Quoted", name: read.text })
  }

  const digits = take(number, source, at)
  if (digits !== undefined) {
    const end = at + digits.length
    const rest = take(word, source, end)
    if (rest !== undefined) {
      return { at, message: `"${show(digits + rest)}" is no number; an attribute of this name is written in backticks` }
    }
    return isNumber(digits)
      ? make(end, { _tag: "Literal", value: { N: digits } })
      : { at, message: "DynamoDB has numbers of up to 38 digits, between 1E-130 and 9.99E+125" }
  }

  const name = take(word, source, at)
  if (name !== undefined) return make(at + name.length, { _tag: "Word", text: name })

  const sign = take(symbol, source, at)
  if (sign !== undefined) return make(at + sign.length, { _tag: "Symbol", text: sign })

  if (first === "#" || first === ":") {
    return {
      at,
      message: `there are no placeholders here: write names and values in place, as in status = "paid"; a name that has a ${first} in backticks`
    }
  }
  return { at, message: "this character is none of the language; a name that has it is written in backticks" }
}

/** All that stands in a text; the last one is its end. */
export const tokensOf = (source: string): ReadonlyArray<Token> | Mistake => {
  const tokens: Array<Token> = []
  let at = (take(blank, source, 0) ?? "").length
  while (at < source.length) {
    const token = tokenAt(source, at)
    if (isMistake(token)) return token
    tokens.push(token)
    at = token.end + (take(blank, source, token.end) ?? "").length
  }
  tokens.push({ _tag: "End", at, end: at })
  return tokens
}
