/**
 * Holds the architecture: imports between packages point one way, dependencies are declared, `internal/` is private,
 * each package's `main.ts` re-exports exactly its public modules, and the umbrella has each of those of the packages below
 * it under its own name.
 *
 * Usage: node scripts/check-imports.mjs
 */
import { existsSync, readFileSync } from "node:fs"
import { builtinModules } from "node:module"
import { basename, dirname, join, resolve, sep } from "node:path"
import {
  fromRoot,
  isForEffect,
  isProgram,
  libraries,
  packages,
  publicModules,
  readJson,
  root,
  sourceFiles,
  typescript
} from "./lib/workspace.mjs"

/** @import { Package } from "./lib/workspace.mjs" */

/** @type {Array<string>} */
const problems = []

const byName = new Map(packages.map((pkg) => [pkg.manifest.name, pkg]))

/** @param {string} specifier */
const packageName = (specifier) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

/** @param {string} specifier */
const isBuiltin = (specifier) => specifier.startsWith("node:") || builtinModules.includes(packageName(specifier))

/**
 * The imports of a file, of every form, with their lines.
 *
 * @param {string} file
 */
const importsOf = (file) => {
  const text = readFileSync(file, "utf8")
  return typescript.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    specifier: fileName,
    line: text.slice(0, pos).split("\n").length
  }))
}

/** Packages whose code every test and example may use. */
const rootDependencies = Object.keys(readJson(join(root, "package.json")).devDependencies)

/**
 * @param {Package} pkg
 * @param {string} specifier
 * @returns {string | undefined} what is wrong with an import of this package's src
 */
const problemOf = (pkg, specifier) => {
  if (isBuiltin(specifier)) {
    return specifier.startsWith("node:") ? undefined : `write node:${specifier}`
  }
  const name = packageName(specifier)
  if (name === "effect" && specifier === "effect") {
    return "import the module (effect/Effect), not the barrel"
  }
  if (name === pkg.manifest.name) {
    return "a package imports itself by relative path"
  }
  const target = byName.get(name)
  if (target !== undefined) {
    if (!pkg.mayImport.includes(target.folder)) {
      return `packages/${pkg.folder} may not import packages/${target.folder}`
    }
    if (specifier === name && target.folder !== "effect-dynamo") {
      return "import the module (@effect-dynamo/core/Table), not the barrel"
    }
    if (specifier !== name && !publicModules(target).includes(specifier.slice(name.length + 1))) {
      return `${specifier} is not a public module of ${name}`
    }
  }
  const { dependencies, devDependencies, peerDependencies } = pkg.manifest
  // What a program is made of is bundled into it: whoever installs it needs none of that.
  const declared = { ...dependencies, ...peerDependencies, ...(isProgram(pkg) ? devDependencies : undefined) }
  return name in declared ? undefined : `${name} is not a dependency of packages/${pkg.folder}`
}

/** Tests that hold another package's inner parts against an engine: core itself has none to hold them against. */
const looksInside = new Set(["packages/query/test/support/truth.ts"])

for (const pkg of packages) {
  for (const name of Object.keys({ ...pkg.manifest.dependencies, ...pkg.manifest.peerDependencies })) {
    const target = byName.get(name)
    if (target !== undefined && !pkg.mayImport.includes(target.folder)) {
      problems.push(`packages/${pkg.folder}/package.json: may not depend on ${name}`)
    }
    if (target !== undefined && pkg.manifest.dependencies?.[name] !== target.manifest.version) {
      problems.push(`packages/${pkg.folder}/package.json: ${name} must be exactly ${target.manifest.version}`)
    }
  }

  const src = join(pkg.directory, "src")
  for (const file of sourceFiles(src)) {
    if (!isProgram(pkg) && dirname(file) === src && !/^(main|bin|[A-Z]\w*)\.ts$/.test(basename(file))) {
      problems.push(`${fromRoot(file)}: neither a public module (PascalCase.ts) nor below internal/`)
    }
    for (const { specifier, line } of importsOf(file)) {
      if (!specifier.startsWith(".")) {
        const problem = problemOf(pkg, specifier)
        if (problem !== undefined) problems.push(`${fromRoot(file)}:${line}: ${specifier}: ${problem}`)
      } else {
        const target = resolve(dirname(file), specifier)
        if (!target.startsWith(src + sep)) {
          problems.push(`${fromRoot(file)}:${line}: ${specifier} is outside of the package's src`)
        } else if (target === join(src, "main.ts")) {
          problems.push(`${fromRoot(file)}:${line}: import the module, not the package's own barrel`)
        }
      }
    }
  }

  // Tests may reach into their own package's src, and use any public module besides.
  for (const file of ["test", "test-support", "typetest"].flatMap((folder) =>
    sourceFiles(join(pkg.directory, folder))
  )) {
    for (const { specifier, line } of importsOf(file)) {
      if (/(^|\/)internal\//.test(specifier) && byName.has(packageName(specifier))) {
        problems.push(`${fromRoot(file)}:${line}: ${specifier} is internal to its package`)
      }
      if (specifier.startsWith(".") && /\/src(\/|$)/.test(resolve(dirname(file), specifier))) {
        if (!resolve(dirname(file), specifier).startsWith(src + sep) && !looksInside.has(fromRoot(file))) {
          problems.push(`${fromRoot(file)}:${line}: ${specifier} is another package's source`)
        }
      }
    }
  }
}

for (const file of sourceFiles(join(root, "examples")).filter((file) => !file.includes("node_modules"))) {
  const declared = Object.keys(readJson(join(root, "examples/package.json")).dependencies).concat(rootDependencies)
  for (const { specifier, line } of importsOf(file)) {
    if (!specifier.startsWith(".") && !isBuiltin(specifier) && !declared.includes(packageName(specifier))) {
      problems.push(`${fromRoot(file)}:${line}: ${specifier} is not a dependency of the examples`)
    }
  }
}

/** Public modules that the umbrella leaves out: they are for code that builds on the packages, as `query` does. */
const notForApplications = new Set(["Change", "Expression", "ItemSize", "Projection", "ResolvedEntity"])

/**
 * What stands in a file, without its comments and empty lines.
 *
 * @param {string} file
 */
const statementsOf = (file) =>
  (existsSync(file) ? readFileSync(file, "utf8") : "")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("//"))
    .join("\n")

for (const pkg of libraries) {
  const file = join(pkg.directory, "src/main.ts")
  // A module that is imported for its effect has to be asked for by name.
  const modules = publicModules(pkg).filter((module) => !isForEffect(pkg, module))
  const wanted =
    modules.length === 0 ? "export {}" : modules.map((name) => `export * as ${name} from "./${name}.ts"`).join("\n")
  if (statementsOf(file) !== wanted) {
    problems.push(`${fromRoot(file)}: must re-export exactly the public modules, in this order:\n${wanted}`)
  }
}

const umbrella = packages.find(({ folder }) => folder === "effect-dynamo")
if (umbrella !== undefined) {
  const below = packages
    .filter(({ folder }) => umbrella.mayImport.includes(folder))
    .flatMap((pkg) => publicModules(pkg).map((name) => ({ pkg, name })))
    .filter(({ name }) => !notForApplications.has(name))
  for (const { name, pkg } of below) {
    const file = join(umbrella.directory, "src", `${name}.ts`)
    const wanted = isForEffect(pkg, name)
      ? `import "${pkg.manifest.name}/${name}"\nexport * from "${pkg.manifest.name}/${name}"`
      : `export * from "${pkg.manifest.name}/${name}"`
    if (statementsOf(file) !== wanted) problems.push(`${fromRoot(file)}: must say exactly:\n${wanted}`)
    if (isForEffect(umbrella, name) !== isForEffect(pkg, name)) {
      problems.push(
        `packages/${umbrella.folder}/package.json: sideEffects must name ${name} where ${pkg.folder}'s does`
      )
    }
  }
  for (const name of publicModules(umbrella)) {
    if (!below.some((module) => module.name === name)) {
      problems.push(`packages/${umbrella.folder}/src/${name}.ts: is not a module of a package below`)
    }
  }
}

if (problems.length > 0) {
  for (const problem of problems) console.error(problem)
  console.error(`\n${problems.length} problem(s)`)
  process.exitCode = 1
} else {
  console.log(`imports and barrels of ${packages.length} packages are in order`)
}
