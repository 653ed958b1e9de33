/**
 * Holds what an entity costs the compiler: programs of 1, 11 and 21 entities, each with twelve attributes, two indexes, a
 * query, a get and a put. Instantiations are what is counted: unlike seconds they are the same on every machine.
 *
 * In the same run, the same entities in ElectroDB, which must cost more. Compared are programs that run their operations
 * and use what they give. Operations that are only made are printed too, and there ElectroDB costs less: it works out what
 * an operation gives when `.go()` is called, where ours is an Effect of it from the start.
 *
 * Usage: node scripts/check-typecost.mjs [--trace]
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "./lib/run.mjs"
import { fromRoot, root } from "./lib/workspace.mjs"
import * as effectDynamo from "./typecost/effect-dynamo.mjs"
import * as electrodb from "./typecost/electrodb.mjs"

/** Instantiations that one entity more may cost, in any stretch of the program. */
const budget = 3500

const trace = process.argv.includes("--trace")

const compilers = [
  { name: "5.9", script: join(root, "tools/typescript-5.9/node_modules/typescript/lib/tsc.js"), options: [] },
  { name: "6.0", script: join(root, "tools/typescript-6.0/node_modules/typescript/lib/tsc.js"), options: [] },
  // One thread: how the files are shared out between several changes what is instantiated twice.
  { name: "7.0", script: join(root, "node_modules/typescript/bin/tsc"), options: ["--singleThreaded"] }
]

const libraries = { ours: effectDynamo, electrodb }

// Below node_modules: packages are found from there, and git does not see it.
const folder = join(root, "node_modules/.cache/effect-dynamo-typecost")

/**
 * @param {typeof compilers[number]} compiler
 * @param {keyof typeof libraries} library
 * @param {number} count
 * @param {boolean} runs
 */
const instantiations = async ({ name, options, script }, library, count, runs) => {
  const program = `${library}-${runs ? "run" : "made"}-${count}`
  const file = join(folder, `${program}.ts`)
  const project = join(folder, `tsconfig.${program}.json`)
  writeFileSync(file, libraries[library].programOf(count, runs))
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(root, "tsconfig.base.json"),
      compilerOptions: {
        composite: false,
        incremental: false,
        tsBuildInfoFile: null,
        noEmit: true,
        rootDir: root,
        types: ["node"]
      },
      files: [file],
      include: []
    })
  )
  const traced = trace && count === 11 ? ["--generateTrace", join(folder, `trace-${program}-${name}`)] : []
  const { output } = await run(process.execPath, [
    script,
    "--project",
    project,
    "--extendedDiagnostics",
    ...options,
    ...traced
  ])
  const found = /^Instantiations:\s+(\d+)$/m.exec(output)
  // Errors in the sources are for `npm run types` to tell.
  if (found === null || output.includes(`${program}.ts(`)) {
    console.error(`TypeScript ${name} does not compile ${fromRoot(file)}:\n${output}`)
    process.exit(1)
  }
  return Number(found[1])
}

/**
 * What each of ten further entities costs.
 *
 * @param {typeof compilers[number]} compiler
 * @param {keyof typeof libraries} library
 * @param {boolean} runs
 */
const further = async (compiler, library, runs) =>
  ((await instantiations(compiler, library, 11, runs)) - (await instantiations(compiler, library, 1, runs))) / 10

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

let passed = 0
let failed = 0
/**
 * @param {boolean} ok
 * @param {string} line
 * @param {string} complaint
 */
const report = (ok, line, complaint) => {
  if (ok) passed++
  else failed++
  console.log(ok ? line : `${line}: ${complaint}`)
}

for (const compiler of compilers) {
  /** @type {Array<number>} */
  const totals = []
  for (const count of [0, 1, 11, 21]) totals.push(await instantiations(compiler, "ours", count, false))
  const [none = 0, one = 0, eleven = 0, twentyOne = 0] = totals
  const made = [(eleven - one) / 10, (twentyOne - eleven) / 10]
  report(
    Math.max(...made) <= budget,
    `TypeScript ${compiler.name}: ${one - none} instantiations for the first entity, ` +
      `${made.map((each) => each.toFixed(0)).join(" and ")} for each further one (${budget} allowed)`,
    "TOO MANY"
  )
  const ours = await further(compiler, "ours", true)
  const theirs = await further(compiler, "electrodb", true)
  const theirsMade = await further(compiler, "electrodb", false)
  report(
    ours < theirs,
    `TypeScript ${compiler.name}: ${ours.toFixed(0)} where operations are run, ElectroDB ${theirs.toFixed(0)} ` +
      `(only made: ${Math.max(...made).toFixed(0)}, ElectroDB ${theirsMade.toFixed(0)})`,
    "MORE THAN ELECTRODB"
  )
}
if (trace) console.log(`traces: ${fromRoot(folder)}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
