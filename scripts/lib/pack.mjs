/** Packing the packages as they would be published. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { runOrExit } from "./run.mjs"
import { isProgram, packages, root } from "./workspace.mjs"

/**
 * Packs every package's `dist` and gives the tarballs, one for each package and in their order.
 *
 * @returns {Promise<ReadonlyArray<string>>}
 */
export const packAll = async () => {
  for (const pkg of packages) {
    const { directory, folder } = pkg
    if (!existsSync(join(directory, isProgram(pkg) ? "dist/bin.js" : "dist/main.d.ts"))) {
      console.error(`packages/${folder} is not built: npm run build`)
      process.exit(1)
    }
  }
  const destination = join(root, ".pack")
  rmSync(destination, { recursive: true, force: true })
  mkdirSync(destination)
  const workspaces = packages.flatMap(({ folder }) => ["--workspace", `packages/${folder}`])
  await runOrExit("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", destination, ...workspaces])
  const files = readdirSync(destination)
  return packages.map(({ manifest }) => {
    const file = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`
    if (!files.includes(file)) throw new Error(`npm pack made ${files.join(", ")}, not ${file}`)
    return join(destination, file)
  })
}
