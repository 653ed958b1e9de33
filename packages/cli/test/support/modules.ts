/** Modules that commands wrote: type-checked and loaded as those of users are. */
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { fileURLToPath, pathToFileURL } from "node:url"
import { promisify } from "node:util"

/** Where they are written: beside the sources, so that what they import is found. Git does not see it. */
export const folder = fileURLToPath(new URL("../.generated/", import.meta.url))

const config = {
  extends: "../../../../tsconfig.base.json",
  compilerOptions: {
    composite: false,
    incremental: false,
    noEmit: true,
    declaration: false,
    declarationMap: false,
    rootDir: "../../../..",
    types: ["node"]
  },
  include: ["./*.ts"]
}

/** An empty folder, gone when the test is over. */
export const freshFolder = Effect.acquireRelease(
  Effect.promise(async () => {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await writeFile(`${folder}.gitignore`, "*\n")
    await writeFile(`${folder}tsconfig.json`, JSON.stringify(config))
  }),
  () => Effect.promise(() => rm(folder, { recursive: true, force: true }))
)

const tsc = fileURLToPath(new URL("../../../../node_modules/.bin/tsc", import.meta.url))

/** What the compiler says of all modules in the folder: nothing where they are right. */
export const typeErrors: Effect.Effect<string> = Effect.promise(() =>
  promisify(execFile)(tsc, ["-p", folder]).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout
  )
)

/** What a module exports. */
export const load = (file: string): Effect.Effect<{ readonly [name: string]: unknown }> =>
  Effect.promise(
    () => import(/* @vite-ignore */ pathToFileURL(file).href) as Promise<{ readonly [name: string]: unknown }>
  )
