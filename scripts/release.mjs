/**
 * Publishes what `npm run version` has versioned: writes into the manifests where the packages come from, where they do
 * not say so (npm refuses provenance that does not match the repository), builds, looks at what would be published, and
 * publishes those versions that npm does not have.
 *
 * Usage: npm run release, by .github/workflows/release.yml
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { repositoryOf, withRepository } from "./lib/repositoryFields.mjs"
import { run } from "./lib/run.mjs"
import { packages } from "./lib/workspace.mjs"

const url = repositoryOf(process.env)
if (url === undefined && packages.some(({ manifest }) => manifest.repository === undefined)) {
  console.error("Releases are made by GitHub Actions: nothing says where the packages come from (GITHUB_REPOSITORY)")
  process.exit(1)
}
if (url !== undefined) {
  for (const { directory, folder, manifest } of packages) {
    const text = `${JSON.stringify(withRepository(manifest, url, folder), null, 2)}\n`
    writeFileSync(join(directory, "package.json"), text)
  }
}

for (const [command, args] of /** @type {const} */ ([
  ["npm", ["run", "--silent", "build"]],
  ["npm", ["run", "--silent", "check:publish"]],
  ["changeset", ["publish"]]
])) {
  const { ok } = await run(command, args, { show: true })
  if (!ok) process.exit(1)
}
