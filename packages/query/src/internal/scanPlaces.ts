/**
 * Where the segments of a scan are, and the same as text.
 *
 * Segments are begun in order, and a few of them are under way at a time. So what there
 * is to say does not grow with their number.
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as keys from "./cursorKeys.ts"

/** Where the segments are. Those before `next` that are not `open` are at their end. */
export interface Places {
  readonly total: number
  /** The first segment that was not begun. */
  readonly next: number
  /** Where the others go on; `undefined` at the beginning. */
  readonly open: ReadonlyMap<number, Item | undefined>
}

/** At the beginning of all. */
export const beginning = (total: number): Places => ({ total, next: 0, open: new Map() })

/** The same with a segment after a place in it; at its end where there is none. */
export const advance = (places: Places, segment: number, place: Item | undefined): Places => {
  const open = new Map(places.open)
  // Segments begin in order, but another's page may come first.
  for (let i = places.next; i <= segment; i++) open.set(i, undefined)
  if (place === undefined) open.delete(segment)
  else open.set(segment, place)
  return { total: places.total, next: Math.max(places.next, segment + 1), open }
}

/** Whether nothing is left to read. */
export const isComplete = ({ next, open, total }: Places): boolean => next === total && open.size === 0

/** DynamoDB takes so many. */
export const mostSegments = 1_000_000

const Text = Schema.fromJsonString(
  Schema.Tuple([Schema.Int, Schema.Int, Schema.Array(Schema.Tuple([Schema.Int, Schema.NullOr(keys.Key)]))])
)

/** What stands for the places in a text. */
export const toText = ({ next, open, total }: Places): string =>
  JSON.stringify([
    total,
    next,
    Array.from(open, ([segment, place]) => [segment, place === undefined ? null : keys.toText(place)])
  ])

/** The places that stand in a text. */
export const fromText = (text: string): Option.Option<Places> =>
  Option.flatMap(Schema.decodeUnknownOption(Text)(text), ([total, next, places]) => {
    if (total < 1 || total > mostSegments || next < 0 || next > total) return Option.none()
    const open = new Map<number, Item | undefined>()
    for (const [segment, key] of places) {
      const place = key === null ? Option.some(undefined) : keys.fromText(key)
      if (segment < 0 || segment >= next || open.has(segment) || Option.isNone(place)) return Option.none()
      open.set(segment, place.value)
    }
    return Option.some({ total, next, open })
  })
