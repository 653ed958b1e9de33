/** Modules of users, in a folder where effect-dynamo is installed. */
import type { Effect } from "effect"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { inFolder } from "./folder.ts"

const installed = fileURLToPath(new URL("../../../node_modules", import.meta.url))

/** Runs a test with a folder that has these files. */
export const withModules = <A, E, R>(
  files: Readonly<Record<string, string>>,
  test: (folder: string) => Effect.Effect<A, E, R>
) =>
  inFolder((folder) => {
    symlinkSync(installed, join(folder, "node_modules"))
    for (const [name, text] of Object.entries({ "package.json": `{ "type": "module" }`, ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return test(folder)
  })
