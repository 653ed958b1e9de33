/**
 * Builds every package for release: JavaScript, declarations and maps in `dist`, without what is `@internal`.
 *
 * Declarations are stripped after everything is built, from the top package down: a package may use what is
 * `@internal` in the public modules of the packages below it, and would not compile against stripped ones.
 *
 * Usage: npm run build
 */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { runOrExit } from "./lib/run.mjs"
import { packages } from "./lib/workspace.mjs"

for (const { directory } of packages) rmSync(join(directory, "dist"), { recursive: true, force: true })

await runOrExit("tsc", ["-b", "tsconfig.build.json"])

// Without a build info: with one the compiler may find everything up to date, and strip nothing.
const strip =
  "--emitDeclarationOnly --stripInternal --composite false --incremental false --tsBuildInfoFile null".split(" ")

for (const { directory } of packages.toReversed()) {
  await runOrExit("tsc", ["-p", directory, ...strip])
  // The next `npm run types` must not take the stripped declarations for its own.
  rmSync(join(directory, "dist/.tsbuildinfo"), { force: true })
}

console.log(`built ${packages.map(({ manifest }) => manifest.name).join(", ")}`)
