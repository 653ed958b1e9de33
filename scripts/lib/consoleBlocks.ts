/**
 * Pages of the documentation that show commands with their output: runs the commands and says what they really print.
 *
 * A block is fenced as `console`. A line that begins with `$ ` is a command, run by a shell; what follows it, up to the next
 * one, is its output on a terminal. Comments, which readers do not see, say the rest:
 *
 * - `<!-- typed: users -->` before a block: what is typed at its prompts, `⏎` between answers.
 * - `<!-- file: src/schema.ts -->` before a block of any language: the file that it is.
 * - `<!-- run: … -->`: a command whose output is of no interest.
 */
import { spawn } from "@lydell/node-pty"
import xterm from "@xterm/headless"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { root } from "./workspace.mjs"

/** A command of a block, and what the documentation says that it prints. */
export interface Shown {
  readonly command: string
  readonly output: string
  /** What is typed at its prompts. */
  readonly typed: ReadonlyArray<string>
}

/** What a page has to be done, in its order. */
export type Step =
  | { readonly _tag: "Run"; readonly command: string }
  | { readonly _tag: "File"; readonly path: string; readonly text: string }
  | {
      readonly _tag: "Block"
      /** Where the block's text begins in the page, and where it ends. */
      readonly start: number
      readonly end: number
      readonly commands: ReadonlyArray<Shown>
    }

const steps =
  /<!-- run: (?<run>[\s\S]*?) -->|<!-- file: (?<path>.*?) -->\n+```\w*\n(?<text>[\s\S]*?)```|(?:<!-- typed: (?<typed>.*?) -->\n+)?```console\n(?<body>[\s\S]*?)```/g

const commandsOf = (body: string, typed: string | undefined): ReadonlyArray<Shown> =>
  body
    .split(/^(?=\$ )/m)
    .filter((part) => part.startsWith("$ "))
    .map((part) => {
      // A command goes on in the next line after a backslash, as a shell has it.
      const [command = ""] = /^\$ (?:.*\\\n)*.*/.exec(part) ?? []
      return {
        command: command.slice(2),
        output: part.slice(command.length).trim(),
        typed: typed === undefined ? [] : typed.split(" ⏎ ")
      }
    })

/** What a page has to be done. */
export const stepsOf = (page: string): ReadonlyArray<Step> =>
  Array.from(page.matchAll(steps), (match): Step => {
    const { body, path, run, text, typed } = match.groups ?? {}
    if (run !== undefined) return { _tag: "Run", command: run }
    if (path !== undefined) return { _tag: "File", path, text: text ?? "" }
    const end = match.index + match[0].length - "```".length
    return { _tag: "Block", start: end - (body ?? "").length, end, commands: commandsOf(body ?? "", typed) }
  })

/** A block with these outputs in place of those it has. */
export const render = (commands: ReadonlyArray<Shown>, outputs: ReadonlyArray<string>): string =>
  commands
    .map(({ command }, index) => [`$ ${command}`, outputs[index] ?? ""].filter((line) => line !== "").join("\n") + "\n")
    .join("\n")

/** What of an output differs from run to run is made the same: dates, spans of time, sizes, capacity, rates,
 * identifiers. */
export const steady = (output: string): string =>
  output
    .replace(/\d{4}-\d\d-\d\d([T ])\d\d:\d\d(:\d\d)?(\.\d+)?/g, "2026-11-22 12:00")
    .replace(/[\d,.]+( +)(items|units|MB|KB)\/s/g, "1,000$1$2/s")
    .replace(/\b\d+(\.\d+)? (ms|s|min)\b/g, "1 s")
    .replace(/[\d,.]+ (KB|MB|read unit|write unit)s?\b/g, "1 $1")
    .replace(/"(seconds|read)": [\d.]+/g, '"$1": 1')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "00000000-0000-4000-8000-000000000000")

/** Where commands of blocks run. */
export interface Place {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

/** The width of the terminal; a longer line of output is shown whole. */
const columns = 110

/** Makes `effect-dynamo` a command in a folder: this repository's, from its sources. */
export const place = (folder: string, env: Readonly<Record<string, string>>): Place => {
  const programs = join(folder, ".bin")
  mkdirSync(programs)
  const program = join(programs, "effect-dynamo")
  const bin = join(root, "packages/cli/src/bin.ts")
  writeFileSync(
    program,
    `#!/bin/sh\nexec "${process.execPath}" --conditions=@effect-dynamo/source --no-warnings "${bin}" "$@"\n`
  )
  chmodSync(program, 0o755)
  return { folder, env: { ...env, PATH: `${programs}${delimiter}${process.env["PATH"] ?? ""}` } }
}

/** Runs a command in a pseudo-terminal and gives what stands on its screen at the end, without colours. */
export const run = ({ command, typed }: Shown, { env, folder }: Place): Promise<string> =>
  new Promise((resolve) => {
    const screen = new xterm.Terminal({ cols: columns, rows: 50, scrollback: 5000, allowProposedApi: true })
    const terminal = spawn("/bin/sh", ["-c", command], {
      cols: columns,
      rows: 50,
      cwd: folder,
      env: { ...process.env, TERM: "xterm-256color", ...env, CI: undefined }
    })
    const answers = [...typed]
    terminal.onData((data) => {
      screen.write(data)
      // A prompt waits with its cursor shown.
      if (answers.length > 0 && /[?›]/.test(data)) terminal.write(`${answers.shift()}\r`)
    })
    terminal.onExit(() => {
      screen.write("", () => {
        const buffer = screen.buffer.active
        const lines: Array<string> = []
        for (let index = 0; index < buffer.length; index++) {
          const line = buffer.getLine(index)
          const text = line?.translateToString() ?? ""
          if (line?.isWrapped === true) lines.push((lines.pop() ?? "") + text)
          else lines.push(text)
        }
        resolve(
          lines
            .map((line) => line.trimEnd())
            .join("\n")
            .trim()
        )
        screen.dispose()
      })
    })
  })
