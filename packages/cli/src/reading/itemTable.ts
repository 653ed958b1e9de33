/** Items as a table for people: keys first, then what most items have, as much of it as fits on the screen. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import type { Item } from "@effect-dynamo/client/DynamoClient"
import { displayWidth } from "effect/cli/CliOutput"
import { textOf } from "../items/plain.ts"
import { printable, table, type Column } from "../table.ts"

/** A table, and what there was no room for. */
export interface ItemTable {
  readonly text: string
  readonly hidden: ReadonlyArray<string>
}

/** What a cell shows: texts without their quotation marks, all else as in plain JSON. */
export const cellText = (value: AttributeValue | undefined): string =>
  value === undefined ? "" : (value.S ?? textOf(value))

const graphemes = new Intl.Segmenter()

/** A text cut to so many columns of the screen, and printable. */
export const shorten = (text: string, width: number): string => {
  // Long texts are not measured: what is beyond this is cut in any case, whatever it consists of.
  const start = printable(text.slice(0, width * 16))
  if (text.length <= width * 16 && displayWidth(start) <= width) return start
  let cut = ""
  let room = width - 1
  for (const { segment } of graphemes.segment(start)) {
    room -= displayWidth(segment)
    if (room < 0) break
    cut += segment
  }
  return `${cut}…`
}

/** Whether a value is short and reads as it is, other than lists, maps, sets and binary. */
const isSimple = ({ BOOL, N, NULL, S }: AttributeValue): boolean => (S ?? N ?? BOOL ?? NULL) !== undefined

/**
 * All attributes: the first ones, then the others by how many items have them. Where as many do, simple values come
 * before what has parts; then by name, since DynamoDB gives attributes in no order.
 */
export const columnsOf = (items: ReadonlyArray<Item>, first: ReadonlyArray<string>): ReadonlyArray<string> => {
  const counts = new Map<string, { all: number; simple: number }>()
  for (const item of items) {
    for (const [name, value] of Object.entries(item)) {
      const counted = counts.get(name) ?? { all: 0, simple: 0 }
      counts.set(name, { all: counted.all + 1, simple: counted.simple + (isSimple(value) ? 1 : 0) })
    }
  }
  const leading = new Set(first.filter((name) => counts.has(name)))
  const others = [...counts]
    .filter(([name]) => !leading.has(name))
    .sort(([a, one], [b, other]) => other.all - one.all || other.simple - one.simple || (a < b ? -1 : 1))
  return [...leading, ...others.map(([name]) => name)]
}

/** How wide a cell is before there is room for more. */
const usual = 30

const gap = 2

/** The widths of the first columns, as many as have room; the first one in any case. */
const fit = (natural: ReadonlyArray<number>, available: number): Array<number> => {
  const widths: Array<number> = []
  let left = available
  for (const width of natural) {
    const least = Math.min(width, usual)
    const needed = least + (widths.length === 0 ? 0 : gap)
    if (needed > left && widths.length > 0) break
    widths.push(Math.min(least, Math.max(1, available)))
    left -= needed
  }
  // What is left over goes to those that were cut.
  return widths.map((width, i) => {
    const more = Math.max(0, Math.min(natural[i]! - width, left))
    left -= more
    return width + more
  })
}

/** Items in a table of at most `width` columns of the screen; of all that they have where that is `undefined`. */
export const itemTable = (
  items: ReadonlyArray<Item>,
  first: ReadonlyArray<string>,
  width: number | undefined
): ItemTable => {
  const most = width ?? Number.MAX_SAFE_INTEGER / 16
  const all = columnsOf(items, first)
  const columns = all.map((name) => {
    const cells = items.map((item) => shorten(cellText(item[name]), most))
    const heading = shorten(name, most)
    return {
      heading,
      cells,
      natural: [heading, ...cells].reduce((widest, text) => Math.max(widest, displayWidth(text)), 0),
      align: items.every((item) => item[name] === undefined || item[name].N !== undefined)
        ? ("right" as const)
        : undefined
    }
  })
  const widths = fit(
    columns.map(({ natural }) => natural),
    most
  )
  const shown = columns.slice(0, widths.length)
  const headings = shown.map(({ align, heading }, i): Column => ({ heading: shorten(heading, widths[i]!), align }))
  const rows = items.map((_, row) => shown.map(({ cells }, i) => shorten(cells[row]!, widths[i]!)))
  return { text: table(headings, rows), hidden: all.slice(widths.length) }
}

/** One item as a table: a line for each attribute, with what type it is. Nothing is cut. */
export const attributeTable = (item: Item, first: ReadonlyArray<string>): string =>
  table(
    [{ heading: "ATTRIBUTE" }, { heading: "TYPE" }, { heading: "VALUE" }],
    columnsOf([item], first).map((name) => [name, Object.keys(item[name]!)[0] ?? "", cellText(item[name])])
  )
