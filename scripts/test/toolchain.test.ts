/** The tools that the repository brings are the ones that run: each of these has fallen back silently once. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { packages, readJson, root } from "../lib/workspace.mjs"

describe("toolchain", () => {
  it("runs on the Node 24 of node_modules, not on the machine's Node", () => {
    const { optionalDependencies } = readJson(join(root, "package.json"))
    assert.match(process.version, /^v24\./)
    for (const [name, version] of Object.entries(optionalDependencies)) {
      assert.strictEqual(`v${String(version)}`, process.version, name)
    }
  })

  it("compiles with TypeScript 7", () => {
    const { devDependencies } = readJson(join(root, "package.json"))
    assert.strictEqual(
      execFileSync("tsc", ["--version"], { encoding: "utf8", shell: process.platform === "win32" }).trim(),
      `Version ${devDependencies.typescript}`
    )
  })

  it("has exact versions in every manifest that is not published", () => {
    for (const manifest of ["package.json", "examples/package.json"]) {
      const { dependencies, devDependencies, optionalDependencies } = readJson(join(root, manifest))
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
        assert.match(String(version), /^\d+\.\d+\.\d+$/, `${manifest}: ${name}`)
      }
    }
  })

  it("has a lockfile that works with any registry", () => {
    const lockfile = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))
    for (const [path, entry] of Object.entries<Record<string, unknown>>(lockfile.packages)) {
      if (!path.includes("node_modules/") || entry["link"] === true) continue
      assert.isString(entry["integrity"], `${path} has no integrity`)
      assert.isUndefined(entry["resolved"], `${path} names a host: see .npmrc`)
    }
  })

  it("releases every package with the others, under the same licence", () => {
    const { fixed } = readJson(join(root, ".changeset/config.json"))
    assert.sameMembers(
      fixed[0],
      packages.map(({ manifest }) => manifest.name)
    )
    for (const { directory } of packages) {
      assert.strictEqual(
        readFileSync(join(directory, "LICENSE"), "utf8"),
        readFileSync(join(root, "LICENSE"), "utf8"),
        directory
      )
    }
  })
})
