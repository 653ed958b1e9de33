/**
 * Blocks of the documentation that show commands with their output: runs the commands and says what they really print.
 *
 * A block is fenced as `console`. A line that begins with `$ ` is a command, run by a shell; what follows it, up to the next
 * one, is its output on a terminal. `<!-- typed: users -->` before a block is what is typed at its prompts, one line each.
 */
import { spawn } from "@lydell/node-pty"
import xterm from "@xterm/headless"
import { chmodSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { root } from "./workspace.mjs"

/** A command of a block, and what the documentation says that it prints. */
export interface Shown {
  readonly command: string
  readonly output: string
  /** What is typed at its prompts. */
  readonly typed: ReadonlyArray<string>
}

/** A block, where it stands in the text. */
export interface Block {
  readonly start: number
  readonly end: number
  readonly commands: ReadonlyArray<Shown>
}

const pattern = /(?:<!-- typed: (.*?) -->\n+)?```console\n([\s\S]*?)```/g

/** The blocks of a page. */
export const blocksOf = (page: string): ReadonlyArray<Block> =>
  Array.from(page.matchAll(pattern), (match) => {
    const [whole, typed, body = ""] = match
    const start = match.index + whole.length - body.length - 3
    const commands = body
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
    return { start, end: start + body.length, commands }
  })

/** A block with these outputs in place of those it has. */
export const render = (commands: ReadonlyArray<Shown>, outputs: ReadonlyArray<string>): string =>
  commands
    .map(({ command }, index) => [`$ ${command}`, outputs[index] ?? ""].filter((line) => line !== "").join("\n") + "\n")
    .join("\n")

/** What of an output differs from run to run is made the same: dates, spans of time, rates, identifiers. */
export const steady = (output: string): string =>
  output
    .replace(/\d{4}-\d\d-\d\d([T ])\d\d:\d\d(:\d\d)?(\.\d+)?/g, "2026-11-22$112:00$2")
    .replace(/[\d,.]+( +)(items|units|MB|KB)\/s/g, "1,000$1$2/s")
    .replace(/\b\d+(\.\d+)? (ms|s|min)\b/g, "1 s")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "00000000-0000-4000-8000-000000000000")

/** Where commands of blocks run. */
export interface Place {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

/** The width of the terminal; a longer line of output is shown whole. */
const columns = 110

/** Puts a command `effect-dynamo` in a folder that stands first in the path: this repository's, from its sources. */
export const place = (folder: string, env: Readonly<Record<string, string>>): Place => {
  const program = join(folder, "effect-dynamo")
  const bin = join(root, "packages/cli/src/bin.ts")
  writeFileSync(
    program,
    `#!/bin/sh\nexec "${process.execPath}" --conditions=@effect-dynamo/source --no-warnings "${bin}" "$@"\n`
  )
  chmodSync(program, 0o755)
  return { folder, env: { ...env, PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` } }
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
