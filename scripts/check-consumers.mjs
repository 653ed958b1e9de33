/**
 * Checks the packages as a user gets them: installs the packed tarballs into an empty project, compiles the examples
 * and an import of every public module with each supported compiler and module resolution, and runs them.
 *
 * Usage: npm run check:consumers, after npm run build
 */
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { packAll } from "./lib/pack.mjs"
import { run, runOrExit } from "./lib/run.mjs"
import { packages, publicModules, readJson, root } from "./lib/workspace.mjs"

const compilers = {
  5.9: join(root, "tools/typescript-5.9/node_modules/typescript/bin/tsc"),
  "6.0": join(root, "tools/typescript-6.0/node_modules/typescript/bin/tsc"),
  "7.0": join(root, "node_modules/typescript/bin/tsc")
}

/** Users differ in these; declarations have to hold in each. */
const resolutions = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext", exactOptionalPropertyTypes: true },
  bundler: { module: "esnext", moduleResolution: "bundler", exactOptionalPropertyTypes: false }
}

const project = mkdtempSync(join(tmpdir(), "effect-dynamo-consumer-"))
process.on("exit", () => rmSync(project, { recursive: true, force: true }))

/** @param {ReadonlyArray<string>} tarballs */
const install = async (tarballs) => {
  const { devDependencies } = readJson(join(root, "package.json"))
  const published = packages.map(({ manifest }, index) => [manifest.name, `file:${tarballs[index]}`])
  const peers = ["effect", "@aws-sdk/client-dynamodb", "@types/node"].map((name) => [name, devDependencies[name]])
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies: Object.fromEntries([...published, ...peers]) })
  )
  // What `npm ci` of the repository has fetched is in npm's cache.
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
  await runOrExit("npm", ["install", ...flags], { cwd: project })
}

/** Writes the programs and gives the names of those to run. */
const writePrograms = () => {
  mkdirSync(join(project, "src"))
  const specifiers = packages.flatMap((pkg) => [
    pkg.manifest.name,
    ...(pkg.manifest.exports["./*"] === undefined
      ? []
      : publicModules(pkg).map((module) => `${pkg.manifest.name}/${module}`))
  ])
  const imports = specifiers.map((specifier, index) => `import * as m${index} from ${JSON.stringify(specifier)}`)
  const use = `console.log([${specifiers.map((_, index) => `m${index}`).join(", ")}].length)`
  writeFileSync(join(project, "src/everything.ts"), [...imports, use, ""].join("\n"))

  const examples = globSync("*.ts", { cwd: join(root, "examples") })
  for (const example of examples) cpSync(join(root, "examples", example), join(project, "src", example))
  return ["everything.ts", ...examples]
}

/**
 * Third-party declarations may fail without `skipLibCheck`: only what is ours counts.
 *
 * @param {string} line
 */
const isOurs = (line) =>
  !line.startsWith("node_modules/") || /^node_modules\/(@effect-dynamo|effect-dynamo)\//.test(line)

/**
 * @param {string} version
 * @param {string} compiler
 * @param {keyof typeof resolutions} resolution
 * @returns {Promise<ReadonlyArray<string>>} the errors
 */
const compile = async (version, compiler, resolution) => {
  const name = `${version}-${resolution}`
  writeFileSync(
    join(project, `tsconfig.${name}.json`),
    JSON.stringify({
      compilerOptions: {
        ...resolutions[resolution],
        target: "es2022",
        lib: ["es2023", "esnext.disposable", "dom", "dom.iterable"],
        types: ["node"],
        strict: true,
        skipLibCheck: false,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
        rootDir: "src",
        outDir: `out/${name}`
      },
      include: ["src"]
    })
  )
  const { ok, output } = await run("node", [compiler, "-p", `tsconfig.${name}.json`, "--pretty", "false"], {
    cwd: project
  })
  const errors = output.split("\n").filter((line) => /error TS\d+/.test(line))
  const ours = errors.filter(isOurs)
  if (!ok && errors.length === 0) ours.push(output)
  console.log(
    `TypeScript ${name}: ${ours.length} errors` +
      (errors.length > ours.length ? ` (and ${errors.length - ours.length} in other packages' declarations)` : "")
  )
  return ours.map((error) => `TypeScript ${name}: ${error}`)
}

await install(await packAll())
const programs = writePrograms()

/** @type {Array<string>} */
const problems = []
for (const resolution of /** @type {const} */ (["nodenext", "bundler"])) {
  const results = await Promise.all(
    Object.entries(compilers).map(([version, compiler]) => compile(version, compiler, resolution))
  )
  problems.push(...results.flat())
}

for (const program of programs) {
  const file = join("out/7.0-nodenext", program.replace(/\.ts$/, ".js"))
  if (!existsSync(join(project, file))) continue
  const { ok, output } = await run("node", [file], { cwd: project })
  console.log(`${program} ${ok ? "runs" : "does not run"}`)
  if (!ok) problems.push(`${program}:\n${output}`)
}

if (problems.length > 0) {
  console.error(problems.join("\n"))
  process.exitCode = 1
}
