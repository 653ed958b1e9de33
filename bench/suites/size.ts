/** One small app (an entity, a get, a query) in each library: the size of its bundle, and its cold start. */
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import type { AdapterId } from "../adapters/registry.ts"
import type { Measured } from "../lib/results.ts"

/** Which app shows which adapter's library. */
const apps = {
  ours: "ours",
  "ours-direct": "ours-direct",
  sdk: "sdk",
  "lib-dynamodb": "lib-dynamodb",
  electrodb: "electrodb",
  toolbox: "toolbox",
  onetable: "onetable"
} satisfies { readonly [Id in AdapterId]?: string }

type AppId = keyof typeof apps

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const folder = here("../node_modules/.cache/apps")

const bundle = async (id: AppId, external: ReadonlyArray<string>): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    entryPoints: [here(`../apps/${apps[id]}.ts`)],
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "esm",
    conditions: ["@effect-dynamo/source"],
    // Some libraries are CommonJS inside.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    external: [...external],
    write: false
  })
  return outputFiles[0]!.contents
}

const kilobytes = (code: Uint8Array): number => gzipSync(code, { level: 9 }).length / 1000

const coldStart = async (id: AppId, server: string): Promise<number> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    here("../apps/launch.mjs"),
    `${folder}/${id}.mjs`,
    server
  ])
  return Number(stdout)
}

export const measureSize = async (
  ids: ReadonlyArray<AdapterId>,
  server: string,
  starts: number,
  log: (line: string) => void
): Promise<ReadonlyArray<Measured>> => {
  mkdirSync(folder, { recursive: true })
  const there = (Object.keys(apps) as Array<AppId>).filter(
    (id) => ids.includes(id) && existsSync(here(`../apps/${apps[id]}.ts`))
  )
  const whole: { [Id in AdapterId]?: Array<number> } = {}
  const own: { [Id in AdapterId]?: Array<number> } = {}
  const cold: { [Id in AdapterId]?: Array<number> } = {}
  for (const id of there) {
    log(`size: ${id}`)
    const code = await bundle(id, [])
    writeFileSync(`${folder}/${id}.mjs`, code)
    whole[id] = [kilobytes(code)]
    own[id] = [kilobytes(await bundle(id, ["@aws-sdk/*", "@smithy/*", "effect", "effect/*"]))]
  }
  for (let i = 0; i < starts; i++) {
    log(`size: cold start, ${i + 1} of ${starts}`)
    for (const id of there) (cold[id] ??= []).push(await coldStart(id, server))
  }
  return [
    { suite: "size", scenario: "whole app, gzipped", unit: "KB", values: whole },
    { suite: "size", scenario: "without Effect and AWS SDK, gzipped", unit: "KB", values: own },
    { suite: "size", scenario: "import, first get and query", unit: "ms", values: cold }
  ]
}
