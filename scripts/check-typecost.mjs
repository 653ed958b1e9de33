/**
 * Holds what an entity costs the compiler: programs of 1, 11 and 21 entities, each with twelve attributes, two indexes, a
 * query, a get and a put. Instantiations are what is counted: unlike seconds they are the same on every machine.
 *
 * In the same run, the same entities in ElectroDB, which must cost TypeScript 7 more. Compared are programs that run their operations
 * and use what they give. Operations that are only made are printed too, and there ElectroDB costs less: it works out what
 * an operation gives when `.go()` is called, where ours is an Effect of it from the start.
 *
 * Usage: node scripts/check-typecost.mjs [--trace]
 */
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { compilers, costOf } from "./lib/typeCost.mjs"
import { fromRoot, root } from "./lib/workspace.mjs"
import * as effectDynamo from "./typecost/effect-dynamo.mjs"
import * as electrodb from "./typecost/electrodb.mjs"

/** Instantiations that one entity more may cost, in any stretch of the program. */
const budget = 3500

const traced = process.argv.includes("--trace")

const libraries = { ours: effectDynamo, electrodb }

// Below node_modules: packages are found from there, and git does not see it.
const cache = join(root, "node_modules/.cache/effect-dynamo-typecost")

/**
 * @param {import("./lib/typeCost.mjs").Compiler} compiler
 * @param {keyof typeof libraries} library
 * @param {number} count
 * @param {boolean} runs
 */
const instantiations = async (compiler, library, count, runs) => {
  const name = `${library}-${runs ? "run" : "made"}-${count}`
  const folder = join(cache, compiler.name.replaceAll(" ", "-"))
  mkdirSync(folder, { recursive: true })
  const trace = traced && count === 11 ? join(folder, `trace-${name}`) : undefined
  const cost = await costOf(compiler, { folder, name, source: libraries[library].programOf(count, runs), trace })
  return cost.instantiations
}

/**
 * What each of ten further entities costs.
 *
 * @param {import("./lib/typeCost.mjs").Compiler} compiler
 * @param {keyof typeof libraries} library
 * @param {boolean} runs
 */
const further = async (compiler, library, runs) =>
  ((await instantiations(compiler, library, 11, runs)) - (await instantiations(compiler, library, 1, runs))) / 10

/**
 * @param {boolean} ok
 * @param {string} line
 * @param {string} complaint
 */
const judged = (ok, line, complaint) => ({ ok, line: ok ? line : `${line}: ${complaint}` })

/** @param {import("./lib/typeCost.mjs").Compiler} compiler */
const holdBudget = async (compiler) => {
  /** @type {Array<number>} */
  const totals = []
  for (const count of [0, 1, 11, 21]) totals.push(await instantiations(compiler, "ours", count, false))
  const [none = 0, one = 0, eleven = 0, twentyOne = 0] = totals
  const made = [(eleven - one) / 10, (twentyOne - eleven) / 10]
  return judged(
    Math.max(...made) <= budget,
    `${compiler.name}: ${one - none} instantiations for the first entity, ` +
      `${made.map((each) => each.toFixed(0)).join(" and ")} for each further one (${budget} allowed)`,
    "TOO MANY"
  )
}

/** @param {import("./lib/typeCost.mjs").Compiler} compiler */
const compare = async (compiler) => {
  const [ours, theirs] = [await further(compiler, "ours", true), await further(compiler, "electrodb", true)]
  const [oursMade, theirsMade] = [await further(compiler, "ours", false), await further(compiler, "electrodb", false)]
  return judged(
    ours < theirs,
    `${compiler.name}: ${ours.toFixed(0)} where operations are run, ElectroDB ${theirs.toFixed(0)} ` +
      `(only made: ${oursMade.toFixed(0)}, ElectroDB ${theirsMade.toFixed(0)})`,
    "MORE THAN ELECTRODB"
  )
}

rmSync(cache, { recursive: true, force: true })

// All compilers at once: what they count does not depend on how long it takes.
const budgets = await Promise.all(Object.values(compilers).map(holdBudget))
// They count alike, and this one is quick.
const results = [...budgets, await compare(compilers["7.0"])]
for (const { line } of results) console.log(line)
if (traced) console.log(`traces: ${fromRoot(cache)}`)
const failed = results.filter(({ ok }) => !ok).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
