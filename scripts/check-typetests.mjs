/**
 * Runs the type tests (`typetest/` of each package) on the compilers our users have. TypeScript 7 checks the same files in
 * `npm run types`: it has no JavaScript API for tstyche, but `@ts-expect-error` works everywhere.
 *
 * Usage: npm run test:types
 */
import { globSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { run } from "./lib/run.mjs"
import { root } from "./lib/workspace.mjs"

if (globSync("packages/*/typetest/*.tst.ts", { cwd: root }).length === 0) {
  console.log("there are no type tests")
} else {
  const results = await Promise.all(
    ["5.9", "6.0"].map((version) => {
      const module = join(root, `tools/typescript-${version}/node_modules/typescript/lib/typescript.js`)
      return run("tstyche", process.argv.slice(2), { env: { TSTYCHE_TYPESCRIPT_MODULE: pathToFileURL(module).href } })
    })
  )
  for (const { output } of results) console.log(output)
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
}
