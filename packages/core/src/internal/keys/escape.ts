/**
 * How values are kept apart from the text around them.
 */
import * as utf8 from "./utf8.ts"

/** Writes values into a key and finds them again. */
export interface Escaper {
  /** The text of a value inside a key; `undefined` if it is not well-formed Unicode. */
  readonly escape: (text: string) => string | undefined
  /** The value of text that stood in a key. */
  readonly unescape: (text: string) => string
  /**
   * Where the value that begins at `from` ends: at the first bare separator character or, where `stop` is
   * given, at the first `stop` after the value's first character. `-1` if there is no such end, or the text
   * before it cannot be an escaped value. Without `stop` the end of the text will do too.
   */
  readonly end: (text: string, from: number, stop: string | undefined) => number
}

const backslash = 92

const isSurrogate = (unit: number): boolean => (unit & 0xf800) === 0xd800

/** A `\` before every `\` and every character that occurs in the separator. */
export const escaping = (separator: string): Escaper => {
  const characters = Array.from(separator)
  const special = new Set(characters.map((character) => character.codePointAt(0) ?? 0)).add(backslash)
  // What the scan compares units with: nearly every separator is one character.
  const single = characters.length === 1 && separator.length === 1 ? separator.charCodeAt(0) : undefined

  const needsCare = (text: string): boolean => {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit === backslash || isSurrogate(unit) || (single === undefined ? special.has(unit) : unit === single)) {
        return true
      }
    }
    return false
  }

  return {
    escape: (text) => {
      if (!needsCare(text)) {
        return text
      }
      if (!utf8.isWellFormed(text)) {
        return undefined
      }
      let out = ""
      for (const character of text) {
        out += special.has(character.codePointAt(0) ?? 0) ? "\\" + character : character
      }
      return out
    },
    unescape: (text) => (text.includes("\\") ? text.replace(/\\(.)/gsu, "$1") : text),
    end: (text, from, stop) => {
      if (stop === undefined && single !== undefined) {
        // Values seldom hold what is escaped: then the first separator is the end.
        const bare = text.indexOf(separator, from)
        const end = bare < 0 ? text.length : bare
        const escape = text.indexOf("\\", from)
        if (escape < 0 || escape > end) {
          return end
        }
      }
      for (let i = from; i < text.length;) {
        if (stop !== undefined && i > from && text.startsWith(stop, i)) {
          return i
        }
        let point = text.codePointAt(i) ?? 0
        if (point === backslash) {
          i++
          point = text.codePointAt(i) ?? 0
          if (i === text.length || !special.has(point)) {
            return -1
          }
        } else if (special.has(point)) {
          return stop === undefined ? i : -1
        }
        i += point > 0xffff ? 2 : 1
      }
      return stop === undefined ? text.length : -1
    }
  }
}

/** Values as they are, for tables that were written without escapes. */
export const verbatim: Escaper = {
  escape: (text) => (utf8.isWellFormed(text) ? text : undefined),
  unescape: (text) => text,
  end: (text, from, stop) => (stop === undefined ? text.length : text.indexOf(stop, from + 1))
}

/** Whether `stop` begins inside `text`, after its first character: whole, or going on after the text's end. */
export const mayStop = (text: string, stop: string): boolean => {
  for (let i = 1; i < text.length; i++) {
    if (text.startsWith(stop, i) || stop.startsWith(text.slice(i))) {
      return true
    }
  }
  return false
}
