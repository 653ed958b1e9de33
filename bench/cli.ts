/**
 * How fast the command line starts, against Node alone.
 *
 * Usage: npm run build && npm run bench:cli
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { median } from "./lib/results.ts"

/** Help takes at most so many times as long as a Node that does nothing. */
const atMost = 4
const rounds = 21

const bin = fileURLToPath(new URL("../packages/cli/dist/bin.js", import.meta.url))
if (!existsSync(bin)) {
  console.error("The command line is not built: npm run build")
  process.exit(1)
}

const programs = {
  "node -e 0": ["-e", "0"],
  "effect-dynamo --version": [bin, "--version"],
  "effect-dynamo --help": [bin, "--help"],
  "effect-dynamo scan --help": [bin, "scan", "--help"]
}

const took = (args: ReadonlyArray<string>): number => {
  const began = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" })
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`)
  return performance.now() - began
}

const times = new Map(Object.keys(programs).map((name) => [name, Array<number>()]))
// The first round fills the caches, Node's of compiled code among them.
for (let round = 0; round <= rounds; round++) {
  for (const [name, args] of Object.entries(programs)) {
    const time = took(args)
    if (round > 0) times.get(name)?.push(time)
  }
}

const alone = times.get("node -e 0") ?? []
const rows = [...times].map(([name, values]) => ({
  name,
  milliseconds: median(values),
  ratio: median(values.map((value, round) => value / (alone[round] ?? value)))
}))
console.log("| program | ms | ÷ `node -e 0` |\n| --- | ---: | ---: |")
for (const { milliseconds, name, ratio } of rows) {
  console.log(`| \`${name}\` | ${milliseconds.toFixed(0)} | ${ratio.toFixed(1)} |`)
}
const slow = rows.filter(({ ratio }) => ratio > atMost)
for (const { name, ratio } of slow)
  console.error(`${name} takes ${ratio.toFixed(1)} times as long as Node: ${atMost} allowed`)
process.exitCode = slow.length === 0 ? 0 : 1
