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

/** Text that cannot steer a terminal: control characters as JSON writes them. */
export const printable = (text: string): string =>
  text.replace(
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )
