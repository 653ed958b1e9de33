/**
 * Builds every package for release: JavaScript, declarations and maps in `dist`, without what is `@internal`.
 *
 * Declarations are stripped after everything is built, from the top package down: a package may use what is
 * `@internal` in the public modules of the packages below it, and would not compile against stripped ones.
 *
 * A program is bundled, with all that it imports but its dependencies: it starts faster, and what it is made of cannot
 * clash with what the project that installs it has.
 *
 * Usage: npm run build
 */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { bundle } from "./lib/bundle.mjs"
import { runOrExit } from "./lib/run.mjs"
import { libraries, packages, programs } from "./lib/workspace.mjs"

for (const { directory } of packages) rmSync(join(directory, "dist"), { recursive: true, force: true })

await runOrExit("tsc", ["-b", "tsconfig.build.json"])

// Without a build info: with one the compiler may find everything up to date, and strip nothing.
const strip =
  "--emitDeclarationOnly --stripInternal --composite false --incremental false --tsBuildInfoFile null".split(" ")

for (const { directory } of libraries.toReversed()) {
  await runOrExit("tsc", ["-p", directory, ...strip])
  // The next `npm run types` must not take the stripped declarations for its own.
  rmSync(join(directory, "dist/.tsbuildinfo"), { force: true })
}

for (const program of programs) await bundle(program)

console.log(`built ${packages.map(({ manifest }) => manifest.name).join(", ")}`)
