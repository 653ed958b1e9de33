/**
 * Checks what would be published: `publint` (the manifest against the files) and `attw` (types against resolution).
 *
 * Usage: npm run check:publish, after npm run build
 */
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { packAll } from "./lib/pack.mjs"
import { run } from "./lib/run.mjs"
import { isProgram, packages } from "./lib/workspace.mjs"

/** @type {Array<string>} */
const problems = []

/**
 * @param {string} name
 * @param {string} command
 * @param {ReadonlyArray<string>} args
 */
const check = async (name, command, args) => {
  const { ok, output } = await run(command, args)
  if (!ok) problems.push(`${name}: ${command} ${args.join(" ")}\n${output}`)
}

const tarballs = await packAll()

for (const [index, pkg] of packages.entries()) {
  const { directory, manifest } = pkg
  const tarball = /** @type {string} */ (tarballs[index])
  await Promise.all([
    check(manifest.name, "publint", [tarball, "--strict"]),
    // A program has no types to resolve.
    !isProgram(pkg) &&
      check(manifest.name, "attw", [tarball, "--profile", "esm-only", "--no-emoji", "--format", "ascii"])
  ])
  // Where an editor goes to from a declaration has to be there too.
  for (const map of isProgram(pkg) ? [] : globSync("dist/**/*.d.ts.map", { cwd: directory })) {
    const { sources } = JSON.parse(readFileSync(join(directory, map), "utf8"))
    for (const source of sources) {
      const path = resolve(directory, dirname(map), source)
      if (!existsSync(path) || !path.startsWith(join(directory, "src/"))) {
        problems.push(`${manifest.name}: ${map} leads to ${source}, which is not published`)
      }
    }
    if (sources.length === 0) problems.push(`${manifest.name}: ${map} leads nowhere`)
  }
  for (const file of globSync("dist/**/*.{js,d.ts}", { cwd: directory })) {
    const text = readFileSync(join(directory, file), "utf8")
    if (file.endsWith(".js") && /\bfrom "\.[^"]*\.ts"/.test(text)) {
      problems.push(`${manifest.name}: ${file} imports a .ts file`)
    }
    if (file.endsWith(".d.ts") && /^\s*(?:\/\*\*|\*).*@internal\b/m.test(text)) {
      problems.push(`${manifest.name}: ${file} declares what is @internal: npm run build`)
    }
  }
}

if (problems.length > 0) {
  console.error(problems.join("\n\n"))
  process.exitCode = 1
} else {
  console.log(`publint and attw are content with ${packages.map(({ manifest }) => manifest.name).join(", ")}`)
}
