/** What entities cost the compiler, by its count of instantiations: exact, and the same on every machine. */
import { execFile } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { AdapterId } from "../adapters/registry.ts"
import type { Measured } from "../lib/results.ts"
import * as ours from "../../scripts/typecost/effect-dynamo.mjs"
import * as electrodb from "../../scripts/typecost/electrodb.mjs"
import * as toolbox from "../typecost/toolbox.mjs"

const libraries = { ours, electrodb, toolbox } satisfies { readonly [Id in AdapterId]?: unknown }

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const root = here("../..")
const folder = here("../node_modules/.cache/types")

const instantiations = async (library: keyof typeof libraries, count: number, runs: boolean): Promise<number> => {
  const program = `${library}-${count}${runs ? "-run" : ""}`
  writeFileSync(`${folder}/${program}.ts`, libraries[library].programOf(count, runs))
  writeFileSync(
    `${folder}/tsconfig.${program}.json`,
    JSON.stringify({
      extends: `${root}/tsconfig.base.json`,
      compilerOptions: {
        composite: false,
        incremental: false,
        tsBuildInfoFile: null,
        noEmit: true,
        rootDir: root,
        types: ["node"]
      },
      files: [`${folder}/${program}.ts`],
      include: []
    })
  )
  const { stdout } = await promisify(execFile)(process.execPath, [
    `${root}/node_modules/typescript/bin/tsc`,
    "--project",
    `${folder}/tsconfig.${program}.json`,
    "--extendedDiagnostics",
    "--singleThreaded"
  ]).catch((error: { readonly stdout: string }) => error)
  const found = /^Instantiations:\s+(\d+)$/m.exec(stdout)
  if (found === null || stdout.includes(`${program}.ts(`)) throw new Error(`${program} does not compile:\n${stdout}`)
  return Number(found[1])
}

export const measureTypes = async (log: (line: string) => void): Promise<ReadonlyArray<Measured>> => {
  mkdirSync(folder, { recursive: true })
  const first: { [Id in AdapterId]?: Array<number> } = {}
  const ten: { [Id in AdapterId]?: Array<number> } = {}
  const fifty: { [Id in AdapterId]?: Array<number> } = {}
  const run: { [Id in AdapterId]?: Array<number> } = {}
  for (const id of Object.keys(libraries) as Array<keyof typeof libraries>) {
    log(`types: ${id}`)
    const one = await instantiations(id, 1, false)
    first[id] = [one - (await instantiations(id, 0, false))]
    ten[id] = [((await instantiations(id, 10, false)) - one) / 9]
    fifty[id] = [((await instantiations(id, 50, false)) - one) / 49]
    run[id] = [((await instantiations(id, 50, true)) - (await instantiations(id, 1, true))) / 49]
  }
  const measured = (scenario: string, values: Measured["values"]): Measured => ({
    suite: "types",
    scenario,
    unit: "instantiations",
    values
  })
  return [
    measured("first entity", first),
    measured("each further, of 10", ten),
    measured("each further, of 50", fifty),
    measured("each further, operations run", run)
  ]
}
