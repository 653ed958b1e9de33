/**
 * Everything that CI runs, cheap first; stops at the first failure. With `--full` the long runs too.
 *
 * Usage: npm run check [-- --except=start,test] [-- --only=lint,types]
 *        npm run check:full
 */
import { run } from "./lib/run.mjs"

/** Each step is an npm script, so that a failing one can be run again by itself. */
const usual = [
  "check:imports",
  "check:docs",
  "check:reference",
  "lint",
  "format:check",
  "types",
  "start",
  "test",
  "test:types",
  "check:typecost",
  "bench:short",
  "build",
  "check:size",
  "check:publish",
  "check:consumers",
  "check:guide"
]

/** What takes minutes, or proves something only when it has gone on for a while. */
const long = [
  "soak:short",
  "bench:bulk",
  "bench:cli",
  "cli:bulk",
  "check:cli-docs",
  "check:site",
  "check:nodes",
  "check:typescale"
]

const all = process.argv.includes("--full") ? [...usual, ...long] : usual

/** @param {string} flag */
const listOf = (flag) =>
  process.argv
    .filter((arg) => arg.startsWith(`${flag}=`))
    .flatMap((arg) => arg.slice(flag.length + 1).split(","))
    .map((step) => {
      if (all.includes(step)) return step
      console.error(`${step} is not a step; the steps are ${all.join(", ")}`)
      return process.exit(1)
    })

const except = listOf("--except")
const only = listOf("--only")
const steps = all.filter((step) => !except.includes(step) && (only.length === 0 || only.includes(step)))

let passed = 0
let failed = 0
const started = performance.now()
const seconds = (/** @type {number} */ since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

for (const step of steps) {
  console.log(`\n--- ${step}`)
  const start = performance.now()
  const { ok } = await run("npm", ["run", "--silent", step], { show: true })
  console.log(`--- ${step} ${ok ? "passed" : "FAILED"} in ${seconds(start)}`)
  if (ok) {
    passed++
  } else {
    failed++
    const left = steps.slice(steps.indexOf(step) + 1)
    if (left.length > 0) console.log(`not run: ${left.join(", ")}`)
    break
  }
}

console.log(`\nchecked in ${seconds(started)}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
