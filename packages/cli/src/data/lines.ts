/** The lines of a stream of bytes, with where they end in it. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Failure } from "../failure.ts"
import { bytes } from "../quantities.ts"

export interface Line {
  /** From 1. */
  readonly number: number
  readonly text: string
}

/** A place between two lines: so many lines after a byte. */
export interface Place {
  /** The first byte of a line. */
  readonly offset: number
  /** How many lines are before that byte. */
  readonly lines: number
  /** How many more are before the place. */
  readonly more: number
}

/** Some lines that follow one another, and the place before them. */
export interface Lines {
  readonly lines: ReadonlyArray<Line>
  readonly begin: Place
  readonly end: Place
}

/** An item is 400 KB; its JSON may be several times that. What is longer is no line of items. */
const longestLine = 32 * 1024 * 1024

const newline = 10

interface State {
  /** Where the open line begins. */
  place: Place
  /** The beginning of a line whose end has not been seen. */
  readonly open: Array<Uint8Array>
  openBytes: number
}

/** Splits bytes that begin at the byte of a place, into lines after the place. Lines of nothing are counted and left out. */
export const linesFrom =
  (place: Place, source: string) =>
  <E, R>(self: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Lines, E | Failure, R> => {
    const read = (state: State, chunk: Uint8Array): Effect.Effect<ReadonlyArray<Lines>, Failure> => {
      const last = chunk.lastIndexOf(newline)
      const complete = last < 0 ? undefined : takeOpen(state, chunk.subarray(0, last + 1))
      const rest = chunk.subarray(last + 1)
      if (rest.length > 0) {
        state.open.push(rest)
        state.openBytes += rest.length
      }
      if (state.openBytes > longestLine) {
        const number = state.place.lines + (complete === undefined ? 1 : count(complete) + 1)
        return Effect.fail(
          new Failure({
            message: `Line ${number} of ${source} is longer than ${bytes(longestLine)}: it takes one item a line, in JSON`
          })
        )
      }
      return complete === undefined ? Effect.succeed([]) : lines(state, complete)
    }

    const lines = (state: State, block: Uint8Array): Effect.Effect<ReadonlyArray<Lines>, Failure> =>
      Effect.map(decode(block, state.place, source), (text) => {
        const texts = text.split("\n")
        // The text ends with a line's end, unless it is that of the file.
        if (block[block.length - 1] === newline) texts.pop()
        const begin = state.place
        state.place = { offset: begin.offset + block.length, lines: begin.lines + texts.length, more: 0 }
        const found = texts.map((text, index): Line => ({ number: begin.lines + index + 1, text }))
        const wanted = found.filter(({ number, text }) => number > place.lines + place.more && text.trim() !== "")
        return [{ lines: wanted, begin, end: state.place }]
      })

    return Stream.suspend(() => {
      const state: State = { place: { ...place, more: 0 }, open: [], openBytes: 0 }
      const ending = Stream.suspend(() => (state.openBytes === 0 ? Stream.empty : Stream.make(new Uint8Array(0)))).pipe(
        Stream.mapEffect((nothing) => lines(state, takeOpen(state, nothing))),
        Stream.flatMap((found) => Stream.fromIterable(found))
      )
      return self.pipe(
        Stream.mapEffect((chunk) => read(state, chunk)),
        Stream.flatMap((found) => Stream.fromIterable(found)),
        Stream.concat(ending)
      )
    })
  }

/** What was open, with what comes after it. */
const takeOpen = (state: State, bytes: Uint8Array): Uint8Array => {
  if (state.openBytes === 0) return bytes
  const all = Buffer.concat([...state.open, bytes])
  state.open.length = 0
  state.openBytes = 0
  return all
}

const count = (block: Uint8Array): number => {
  let lines = 0
  for (const byte of block) if (byte === newline) lines++
  return lines
}

// One that has failed may not be used again: it remembers what it was in the midst of.
const decode = (block: Uint8Array, { lines }: Place, source: string): Effect.Effect<string, Failure> =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(block),
    catch: (cause) =>
      new Failure({
        message: `${source} is not in UTF-8, after line ${lines}: convert it first, as with iconv -f latin1 -t utf-8`,
        cause
      })
  })

/** Leaves out the first bytes of a stream. */
export const dropBytes =
  (count: number) =>
  <E, R>(self: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Uint8Array, E, R> =>
    count === 0
      ? self
      : Stream.mapAccum(
          self,
          () => count,
          (left, chunk) => {
            const dropped = Math.min(left, chunk.length)
            return [left - dropped, dropped === chunk.length ? [] : [chunk.subarray(dropped)]]
          }
        )
