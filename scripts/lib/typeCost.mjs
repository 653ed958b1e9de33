/** What a program costs a compiler, as the compiler itself counts it. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "./run.mjs"
import { fromRoot, root } from "./workspace.mjs"

/**
 * @typedef {object} Compiler
 * @property {string} name
 * @property {string} script
 * @property {ReadonlyArray<string>} options
 */

/** @type {{ readonly [version in "5.9" | "6.0" | "7.0"]: Compiler }} */
export const compilers = {
  5.9: {
    name: "TypeScript 5.9",
    script: join(root, "tools/typescript-5.9/node_modules/typescript/lib/tsc.js"),
    options: []
  },
  "6.0": {
    name: "TypeScript 6.0",
    script: join(root, "tools/typescript-6.0/node_modules/typescript/lib/tsc.js"),
    options: []
  },
  // One thread: how the files are shared out between several changes what is instantiated twice.
  "7.0": {
    name: "TypeScript 7.0",
    script: join(root, "node_modules/typescript/bin/tsc"),
    options: ["--singleThreaded"]
  }
}

/**
 * Compiles a program and gives what the compiler counted; ends the script where the program has errors. Those of other
 * files are for `npm run types` to tell.
 *
 * @param {Compiler} compiler
 * @param {object} program
 * @param {string} program.folder where it is written: below a node_modules, from where it finds its packages
 * @param {string} program.name
 * @param {string} program.source
 * @param {string=} program.trace a folder for the compiler's trace
 */
export const costOf = async ({ name: compiler, options, script }, { folder, name, source, trace }) => {
  const file = join(folder, `${name}.ts`)
  const project = join(folder, `tsconfig.${name}.json`)
  writeFileSync(file, source)
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
  const traced = trace === undefined ? [] : ["--generateTrace", trace]
  const args = [script, "--project", project, "--extendedDiagnostics", ...options, ...traced]
  const { output } = await run(process.execPath, args)
  /** @param {string} figure */
  const figureOf = (figure) => Number(new RegExp(`^${figure}:\\s+([\\d.]+)`, "m").exec(output)?.[1])
  const cost = { instantiations: figureOf("Instantiations"), types: figureOf("Types"), seconds: figureOf("Check time") }
  if (!(cost.instantiations > 0) || !(cost.types > 0) || output.includes(`${name}.ts(`)) {
    console.error(`${compiler} does not compile ${fromRoot(file)}:\n${output}`)
    process.exit(1)
  }
  return cost
}
