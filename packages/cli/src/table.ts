/** Text in columns, as wide as what stands in them. */
import { displayWidth } from "effect/cli/CliOutput"

/** A column: its heading, and on which side its cells stand. */
export interface Column {
  readonly heading: string
  readonly align?: "left" | "right" | undefined
}

const pad = (text: string, width: number, align: Column["align"]): string => {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)))
  return align === "right" ? space + text : text + space
}

/**
 * Rows below their headings, two spaces between columns, no space at the ends of lines. Cells are of one line: control
 * characters are written as escapes, so that data cannot steer the terminal.
 */
export const table = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const cells = [columns.map(({ heading }) => heading), ...rows.map((row) => row.map(printable))]
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => displayWidth(row[index] ?? ""))))
  return cells
    .map((row) =>
      columns
        .map(({ align }, index) => pad(row[index] ?? "", widths[index] ?? 0, align))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`

/** Text that cannot steer a terminal, nor turn its direction: control characters as JSON writes them. */
export const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escape)

/** The same for JSON, and for code, which says the same then. What else steers a terminal stands in them escaped already. */
export const printableJson = (json: string): string =>
  json.replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escape)
