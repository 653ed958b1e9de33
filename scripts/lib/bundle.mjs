/** Bundling a program for release. */
import { build } from "esbuild"
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { readJson, root } from "./workspace.mjs"

/** @import { Package } from "./workspace.mjs" */

/**
 * The package that a bundled file is of, as its folder below the root's `node_modules`; none for a file of our own.
 *
 * @param {string} input
 */
const packageOf = (input) => /^(?:.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]

/**
 * The name and licence of a package, whole.
 *
 * @param {string} folder
 */
const notice = (folder) => {
  const directory = join(root, folder)
  const { license, name, version } = readJson(join(directory, "package.json"))
  const file = readdirSync(directory).find((name) => /^licen[cs]e/i.test(name))
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(directory, file), "utf8").trim()
  return `${name} ${version}\n\n${text}\n`
}

/**
 * Writes a program's `dist/bin.js`, with what it loads later in files of their own, maps, and the licences of what is in it.
 *
 * @param {Package} program
 */
export const bundle = async ({ directory, manifest }) => {
  const dist = join(directory, "dist")
  // What `tsc -b` left: a program has no declarations to publish.
  if (existsSync(dist)) rmSync(dist, { recursive: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(directory, "src/bin.ts")],
    outdir: dist,
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    minifySyntax: true,
    format: "esm",
    platform: "node",
    target: "node22.19",
    conditions: ["@effect-dynamo/source"],
    external: [...Object.keys(manifest.dependencies ?? {}), "@aws-sdk/*"],
    sourcemap: true,
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "error"
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : []))
  )
  const folders = new Set(inputs.flatMap((input) => packageOf(input) ?? []))
  writeFileSync(
    join(dist, "LICENSES.txt"),
    [...folders]
      .sort()
      .map(notice)
      .join(`\n${"-".repeat(80)}\n\n`)
  )
}
