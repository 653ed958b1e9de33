/**
 * DynamoDB compares and measures strings by their UTF-8 bytes; JavaScript by
 * UTF-16 units. Code point order is byte order, so none of this makes bytes.
 */

const isSurrogate = (unit: number): boolean => (unit & 0xf800) === 0xd800

/** Whether every surrogate has its other half: only such text has UTF-8 bytes. */
export const isWellFormed = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    if (isSurrogate(text.charCodeAt(i))) {
      // A whole pair reads as one code point above the basic plane; a lone half as itself.
      if ((text.codePointAt(i) ?? 0) < 0x10000) {
        return false
      }
      i++
    }
  }
  return true
}

/** The number of UTF-8 bytes of well-formed text. */
export const byteLength = (text: string): number => {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // A pair of surrogates is four bytes: two for each unit.
    length += unit < 0x80 ? 0 : unit < 0x800 || isSurrogate(unit) ? 1 : 2
  }
  return length
}

/** Whether text takes more than `limit` bytes; short text is not even measured. */
export const isLongerThan = (text: string, limit: number): boolean =>
  text.length * 3 > limit && byteLength(text) > limit

// Surrogates stand for the code points above all others, but below U+E000 as units.
const unitOrder = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit)

/** The order of two strings' UTF-8 bytes. */
export const compare = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) {
      return unitOrder(x) - unitOrder(y)
    }
  }
  return a.length - b.length
}

/** Where the last code point of non-empty text begins. */
const lastIndex = (text: string): number => {
  const end = text.length - 1
  return end > 0 && (text.codePointAt(end - 1) ?? 0) > 0xffff ? end - 1 : end
}

const lastPoint = (text: string): number => text.codePointAt(lastIndex(text)) ?? 0

const maxPoint = 0x10ffff

const nextPoint = (point: number): number => (point === 0xd7ff ? 0xe000 : point + 1)

const previousPoint = (point: number): number => (point === 0xe000 ? 0xd7ff : point - 1)

/**
 * The least string above every string that begins with `text`: its last character plus one. `undefined`
 * where there is none, which is where `text` is empty or all U+10FFFF.
 */
export const afterPrefix = (text: string): string | undefined => {
  for (let rest = text; rest !== ""; rest = rest.slice(0, lastIndex(rest))) {
    const last = lastPoint(rest)
    if (last !== maxPoint) {
      return rest.slice(0, lastIndex(rest)) + String.fromCodePoint(nextPoint(last))
    }
  }
  return undefined
}

/** The least string of at most `limit` bytes above `text`, which is no longer; `undefined` where there is none. */
export const above = (text: string, limit: number): string | undefined => {
  if (byteLength(text) < limit) {
    return text + "\u0000"
  }
  // Nothing can be added: the next string ends earlier.
  for (let end = text; end !== ""; end = end.slice(0, lastIndex(end))) {
    const next = afterPrefix(end)
    if (next === undefined || byteLength(next) <= limit) {
      return next
    }
  }
  return undefined
}

/** Well-formed non-empty text with its last character minus one (without it, if it is U+0000). */
export const beforeLast = (text: string): string => {
  const last = lastPoint(text)
  const rest = text.slice(0, lastIndex(text))
  return last === 0 ? rest : rest + String.fromCodePoint(previousPoint(last))
}

/** The greatest string of at most `limit` bytes below `text`, which is not empty. */
export const below = (text: string, limit: number): string => {
  const head = beforeLast(text)
  if (lastPoint(text) === 0) {
    return head
  }
  const room = limit - byteLength(head)
  const rest = room % 4
  // The greatest character of each length fills what four bytes do not.
  const fill = rest === 3 ? "\uffff" : rest === 2 ? "\u07ff" : rest === 1 ? "\u007f" : ""
  return head + String.fromCodePoint(maxPoint).repeat((room - rest) / 4) + fill
}
