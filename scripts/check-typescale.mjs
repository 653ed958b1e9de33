/**
 * Holds what a project of fifty entities costs the compiler, beside the same project in ElectroDB and in DynamoDB-Toolbox:
 * programs that run their operations and use what they give. Counts of instantiations and of types are compared, which are
 * the same on every machine; how long the compiler took is printed, and not asserted.
 *
 * Usage: npm run check:typescale
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as toolbox from "../bench/typecost/toolbox.mjs"
import { runOrExit } from "./lib/run.mjs"
import { compilers, costOf } from "./lib/typeCost.mjs"
import { root } from "./lib/workspace.mjs"
import * as effectDynamo from "./typecost/effect-dynamo.mjs"
import * as electrodb from "./typecost/electrodb.mjs"

const entities = 50

/**
 * The most that ours may be, as a part of each of the others: of what fifty entities add to a project of one, so that what
 * the libraries' own declarations cost is not counted; and of all that the project has, with the libraries.
 */
const most = {
  electrodb: { instantiations: 0.95, types: 2 },
  toolbox: { instantiations: 0.25, types: 0.65 }
}

const bench = join(root, "bench")
const lock = readFileSync(join(bench, "package-lock.json"), "utf8")
const installed = join(bench, "node_modules/.installed")
if (!existsSync(installed) || readFileSync(installed, "utf8") !== lock) {
  console.error("Installing what is compared with")
  await runOrExit("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: bench })
  writeFileSync(installed, lock)
}

// Below node_modules: packages are found from there, and git does not see it.
const folder = join(bench, "node_modules/.cache/typescale")
mkdirSync(folder, { recursive: true })

const libraries = { ours: effectDynamo, electrodb, toolbox }

/**
 * @param {keyof typeof libraries} library
 * @param {number} count
 */
const measure = (library, count) =>
  costOf(compilers["7.0"], { folder, name: `${library}-${count}`, source: libraries[library].programOf(count, true) })

/** @param {keyof typeof libraries} library */
const further = async (library) => {
  const one = await measure(library, 1)
  const all = await measure(library, entities)
  const added = {
    instantiations: (all.instantiations - one.instantiations) / (entities - 1),
    types: (all.types - one.types) / (entities - 1)
  }
  console.log(
    `${library}: ${added.instantiations.toFixed(0)} instantiations and ${added.types.toFixed(0)} types an entity, ` +
      `${all.instantiations} and ${all.types} of the project of ${entities}; checked in ${all.seconds} s`
  )
  return added
}

const ours = await further("ours")
let failed = 0
for (const library of /** @type {const} */ (["electrodb", "toolbox"])) {
  const theirs = await further(library)
  for (const what of /** @type {const} */ (["instantiations", "types"])) {
    const ratio = ours[what] / theirs[what]
    const ok = ratio <= most[library][what]
    if (!ok) failed++
    console.log(
      `${what}: ${ratio.toFixed(2)} of ${library}'s (${most[library][what]} allowed)${ok ? "" : ": TOO MANY"}`
    )
  }
}
console.log(`${4 - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
