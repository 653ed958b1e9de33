/**
 * Holds what each entry point of the umbrella weighs in an application: each public module is bundled by itself, without
 * Effect and the AWS SDK, minified and compressed, and must not exceed its budget in size-budgets.json. What is imported
 * for one operation must bring no other: `unwanted` says which.
 *
 * Usage: npm run check:size, after npm run build
 *        npm run check:size -- --update writes budgets of what there is now, and 3% (at least 100 bytes) more
 */
import { build } from "esbuild"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { packages, publicModules, readJson, root } from "./lib/workspace.mjs"

const table = join(root, "scripts/size-budgets.json")

/** Bytes of each module, by its name. @type {Record<string, number>} */
const budgets = readJson(table)

/** Files that a module must not bring: those that its operation has no use for. @type {Record<string, ReadonlyArray<string>>} */
const unwanted = {
  Get: ["Scan", "Transaction", "Collection", "Query", "Put", "Update", "Delete"],
  Put: ["Scan", "Transaction", "Collection", "Query", "Get"],
  Query: ["Transaction", "Put", "Update"],
  Entity: ["Get", "Put", "Query", "Scan", "Transaction", "DynamoClient"]
}

const umbrella = packages.find(({ folder }) => folder === "effect-dynamo")
if (umbrella === undefined || !existsSync(join(umbrella.directory, "dist/main.js"))) {
  console.error("the umbrella is not built: npm run build")
  process.exit(1)
}

/**
 * @param {string} contents a program
 * @returns {Promise<{ readonly bytes: number, readonly files: Map<string, number> }>} what is left of it, and of which files
 */
const bundle = async (contents) => {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    treeShaking: true,
    platform: "node",
    target: "node22.19",
    format: "esm",
    external: ["effect", "@aws-sdk/*", "@smithy/*"],
    metafile: true,
    write: false,
    outdir: "out",
    logLevel: "error"
  })
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) =>
      bytesInOutput > 0 && input !== "<stdin>" ? [/** @type {const} */ ([input, bytesInOutput])] : []
    )
  )
  return { bytes: gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length, files: new Map(files) }
}

/** @type {Array<string>} */
const problems = []
/** @type {Record<string, number>} */
const measured = {}

for (const module of publicModules(umbrella)) {
  const { bytes, files } = await bundle(`import * as it from "effect-dynamo/${module}"\nglobalThis.kept = it`)
  measured[module] = bytes
  const budget = budgets[module]
  const largest = [...files].sort(([, a], [, b]) => b - a).slice(0, 5)
  const brings = largest.map(([file, size]) => `${file} ${size}`).join(", ")
  if (budget === undefined) problems.push(`${module}: ${bytes} bytes, and no budget in scripts/size-budgets.json`)
  else if (bytes > budget) {
    problems.push(
      `${module}: ${bytes} bytes, ${bytes - budget} more than its budget of ${budget}; the largest of its ${files.size} ` +
        `files, before compression: ${brings}`
    )
  }
  for (const other of unwanted[module] ?? []) {
    const file = [...files.keys()].find((file) => file.endsWith(`/dist/${other}.js`))
    if (file !== undefined)
      problems.push(`${module}: brings ${file} (${files.get(file)} bytes), which it has no use for`)
  }
}
for (const module of Object.keys(budgets)) {
  if (!(module in measured)) problems.push(`${module} has a budget, and is no module`)
}

// The barrel gives what is used of it, and no more.
const fromBarrel = await bundle('import { Get } from "effect-dynamo"\nglobalThis.kept = Get')
const fromModule = await bundle('import * as Get from "effect-dynamo/Get"\nglobalThis.kept = Get')
const more = [...fromBarrel.files.keys()].filter((file) => !fromModule.files.has(file))
if (more.length > 0) problems.push(`Get from the barrel brings more than Get by itself: ${more.join(", ")}`)

if (process.argv.includes("--update")) {
  const next = Object.fromEntries(
    Object.entries(measured).map(([name, bytes]) => [name, bytes + Math.max(100, Math.ceil(bytes * 0.03))])
  )
  writeFileSync(table, `${JSON.stringify(next, null, 2)}\n`)
  console.log(`wrote ${Object.keys(next).length} budgets`)
} else if (problems.length > 0) {
  console.error(problems.join("\n"))
  process.exitCode = 1
} else {
  const all = Object.entries(measured).sort(([, a], [, b]) => b - a)
  console.log(`${all.length} modules are within their budgets; the largest: ${all.slice(0, 3).join("; ")} bytes`)
}
