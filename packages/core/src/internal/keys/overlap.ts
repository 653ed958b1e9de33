/**
 * Whether two keys, as declared, could ever be one text: what both can write,
 * compared as automata.
 */
import type { KeyText, PartText } from "./model.ts"

/** What may come next: a character that fits leads on to another state. */
type Step = readonly [fits: (character: string) => boolean, to: number]

interface Automaton {
  readonly steps: ReadonlyArray<ReadonlyArray<Step>>
  readonly end: number
}

const automaton = (key: KeyText): Automaton => {
  const steps: Array<Array<Step>> = [[]]
  let state = 0
  const make = (): number => steps.push([]) - 1
  for (const piece of key) {
    if (typeof piece === "string") {
      for (const character of piece) {
        const next = make()
        steps[state]!.push([(other) => other === character, next])
        state = next
      }
    } else {
      state = addPart(piece, state, steps, make)
    }
  }
  return { steps, end: state }
}

/** A part: characters that stand for themselves, or escaped ones, once or more. */
const addPart = (part: PartText, from: number, steps: Array<Array<Step>>, make: () => number): number => {
  const plain = (pattern: RegExp) => (character: string) => pattern.test(character) && !part.escaped.has(character)
  const special = (pattern: RegExp) => (character: string) => pattern.test(character) && part.escaped.has(character)
  const add = (pattern: RegExp, at: number, to: number): void => {
    const escape = make()
    steps[at]!.push([plain(pattern), to], [(character) => part.escaped.size > 0 && character === "\\", escape])
    steps[escape]!.push([special(pattern), to])
  }
  if (part.fixed !== undefined) {
    // Dates and padded numbers: so many characters, each of its kind.
    return part.fixed.reduce((at, pattern) => {
      const to = make()
      add(pattern, at, to)
      return to
    }, from)
  }
  const after = make()
  add(part.characters, from, after)
  add(part.characters, after, after)
  return after
}

const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))

/** Every character that the keys tell apart, and one for all that they do not. */
const alphabetOf = (...keys: ReadonlyArray<KeyText>): ReadonlyArray<string> => {
  const characters = new Set([...printable, "\u00e9"])
  for (const piece of keys.flat())
    for (const character of typeof piece === "string" ? piece : piece.escaped) characters.add(character)
  return [...characters]
}

/** Whether some text is a key of both kinds. */
export const overlap = (a: KeyText, b: KeyText): boolean => {
  const alphabet = alphabetOf(a, b)
  const [left, right] = [automaton(a), automaton(b)]
  const seen = new Set<string>()
  const open: Array<readonly [number, number]> = [[0, 0]]
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [i, j] = pair
    if (i === left.end && j === right.end) return true
    if (seen.has(`${i},${j}`)) continue
    seen.add(`${i},${j}`)
    for (const character of alphabet) {
      for (const [fits, to] of left.steps[i]!) {
        if (!fits(character)) continue
        for (const [fitsToo, toToo] of right.steps[j]!) if (fitsToo(character)) open.push([to, toToo])
      }
    }
  }
  return false
}
