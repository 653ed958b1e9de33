/**
 * Measures this library beside its peers. See README.md.
 *
 * Usage: npm run bench [-- suite…] [-- --short] [-- --only=adapter,…]
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Installs the peers, unless what is installed is what the lockfile says. */
const install = () => {
  const lock = readFileSync(here("package-lock.json"), "utf8")
  const installed = here("node_modules/.installed")
  if (existsSync(installed) && readFileSync(installed, "utf8") === lock) return
  console.error("Installing what is compared with")
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: here("."),
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32"
  })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(installed, lock)
}

const args = process.argv.slice(2)
const flags = args.filter((arg) => arg.startsWith("--"))
const only = flags
  .filter((flag) => flag.startsWith("--only="))
  .flatMap((flag) => flag.slice("--only=".length).split(","))
const mistaken = flags.find((flag) => flag !== "--short" && !flag.startsWith("--only="))
if (mistaken !== undefined) {
  console.error(`${mistaken} is no option; there are --short and --only=<adapter>,…`)
  process.exit(1)
}

install()
// Not before: it loads what was just installed.
const { run } = await import("./lib/run.ts")
const failures = await run({
  suites: args.filter((arg) => !arg.startsWith("--")),
  short: flags.includes("--short"),
  only
})
for (const failure of failures) console.error(`FAILED: ${failure}`)
process.exit(failures.length === 0 ? 0 : 1)
