/**
 * The documentation's site: docs/, and the reference made of the sources' JSDoc. It is built by VitePress, which is installed
 * into site/ when it is first needed.
 *
 * Usage: npm run site                              shows it, and follows changes of docs/
 *        npm run site:build [-- --base=/path/]     into site/.vitepress/dist
 *        npm run docs:reference                    the reference's pages alone, as Markdown, into site/.generated
 *        npm run check:reference                   every public export has a description, `@category` and `@since`, and links
 *                                                  in JSDoc lead somewhere
 */
import { watch } from "node:fs"
import { join } from "node:path"
import { run } from "./lib/run.mjs"
import { generatedFolder, prepare, siteFolder, typedoc, writeGuide, writeReference } from "./lib/site.mjs"
import { fromRoot, root } from "./lib/workspace.mjs"

const [command = "", ...args] = process.argv.slice(2)

/** @param {string} name */
const vitepress = async (name) => {
  const script = join(siteFolder, "node_modules/vitepress/bin/vitepress.js")
  const { ok } = await run("node", [script, name, siteFolder, ...args], { show: true })
  process.exitCode = ok ? 0 : 1
}

if (command === "reference") {
  const { pages } = await writeReference()
  console.log(`${pages} pages in ${fromRoot(join(generatedFolder, "reference"))}`)
} else if (command === "check") {
  const { readReference } = await typedoc()
  const { exports, ok } = await readReference()
  console.log(`${exports} exports are ${ok ? "" : "not all "}documented`)
  process.exitCode = ok ? 0 : 1
} else if (command === "build") {
  await prepare()
  await vitepress("build")
} else if (command === "dev") {
  const { files } = await prepare()
  const watcher = watch(join(root, "docs"), { recursive: true }, () => writeGuide(files))
  await vitepress("dev")
  watcher.close()
} else {
  console.error("usage: node scripts/site.mjs dev|build|reference|check")
  process.exitCode = 1
}
