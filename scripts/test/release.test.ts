/** A release, rehearsed in a copy of the manifests: what `npm run version` would make of the changesets. */
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { repositoryOf, withRepository } from "../lib/repositoryFields.mjs"
import { run, runOrExit } from "../lib/run.mjs"
import { packages, readJson, root } from "../lib/workspace.mjs"

const copy = mkdtempSync(join(tmpdir(), "effect-dynamo-release-"))

const changeset = (...args: ReadonlyArray<string>) =>
  run("node", [join(root, "node_modules/@changesets/cli/bin.js"), ...args], { cwd: copy })

const git = (...args: ReadonlyArray<string>) =>
  runOrExit("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false", ...args], {
    cwd: copy
  })

const manifestsOf = (directory: string) =>
  packages.map(({ folder }) => readJson(join(directory, "packages", folder, "package.json")))

beforeAll(async () => {
  const files = [
    "package.json",
    "package-lock.json",
    ".changeset/config.json",
    "{packages,tools}/*/package.json",
    "examples/package.json"
  ]
  for (const file of globSync(files, { cwd: root })) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
  }
  // The changesets that there are stay what they are; one more makes that there is one in any case.
  for (const file of globSync(".changeset/*.md", { cwd: root })) cpSync(join(root, file), join(copy, file))
  writeFileSync(join(copy, ".changeset/rehearsal.md"), '---\n"@effect-dynamo/core": minor\n---\n\nA rehearsal.\n')
  await git("init", "--quiet", "--initial-branch=main")
  await git("add", "--all")
  await git("commit", "--quiet", "--message=all")
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe("a release", () => {
  it("gives all packages one version, and each a changelog", { timeout: 60_000 }, async () => {
    const status = await changeset("status")
    assert.isTrue(status.ok, status.output)
    for (const { manifest } of packages) assert.include(status.output, manifest.name)

    const versioned = await changeset("version")
    assert.isTrue(versioned.ok, versioned.output)

    const before = manifestsOf(root)
    const after = manifestsOf(copy)
    const [version] = new Set(after.map((manifest) => manifest.version))
    assert.notInclude(
      before.map((manifest) => manifest.version),
      version
    )
    for (const manifest of after) {
      assert.strictEqual(manifest.version, version, manifest.name)
      // The packages are made for each other: check-imports wants exactly the version.
      for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
        if (packages.some((pkg) => pkg.manifest.name === name)) assert.strictEqual(range, version, name)
      }
    }
    for (const { folder } of packages) {
      assert.include(readFileSync(join(copy, "packages", folder, "CHANGELOG.md"), "utf8"), `## ${version}`, folder)
    }
    assert.deepStrictEqual(globSync(".changeset/*.md", { cwd: copy }), [])
  })
})

describe("what is published", () => {
  it("is public, with provenance, and has a licence, a changelog and no more than it needs", () => {
    for (const { directory, manifest } of packages) {
      const { engines, files, license, publishConfig } = readJson(join(directory, "package.json"))
      assert.deepStrictEqual(publishConfig, { access: "public", provenance: true }, manifest.name)
      assert.strictEqual(license, "MIT", manifest.name)
      assert.isTrue(existsSync(join(directory, "README.md")), manifest.name)
      assert.include(files, "CHANGELOG.md", manifest.name)
      assert.deepStrictEqual(engines, { node: ">=22.19" }, manifest.name)
      // What is imported stands there: check-imports. What stands there is imported.
      for (const name of Object.keys(manifest.dependencies ?? {})) {
        const uses = globSync(["src/**/*.ts"], { cwd: directory }).some((file) =>
          readFileSync(join(directory, file), "utf8").includes(`"${name}`)
        )
        // What a program bundles brings its own needs with it.
        const brings = packages.some(
          (pkg) =>
            pkg.manifest.name in (manifest.devDependencies ?? {}) &&
            name in { ...pkg.manifest.dependencies, ...pkg.manifest.peerDependencies }
        )
        assert.isTrue(uses || brings, `${manifest.name} has no use for ${name}`)
      }
    }
  })

  it("says where it comes from, all in the same way", () => {
    const url = repositoryOf({ GITHUB_REPOSITORY: "owner/name" })
    assert.strictEqual(url, "https://github.com/owner/name")
    assert.isUndefined(repositoryOf({}))
    const urls = packages.map(({ folder, manifest }) => {
      const { bugs, homepage, name, repository } = withRepository(manifest, url ?? "", folder)
      assert.strictEqual(name, manifest.name)
      return [homepage, JSON.stringify({ bugs, repository }).replace(`packages/${folder}`, "packages/*")].join(" ")
    })
    assert.strictEqual(new Set(urls).size, 1, urls.join("\n"))
  })

  it("keeps what a manifest says of its repository", () => {
    const repository = { type: "git", url: "git+https://example.org/a.git" }
    assert.deepStrictEqual(
      withRepository({ repository }, "https://github.com/owner/name", "core").repository,
      repository
    )
  })
})

describe("the workflows", () => {
  const workflows = globSync(".github/workflows/*.yml", { cwd: root })
  it("use actions of a major version, and scripts that there are", () => {
    assert.sameMembers(workflows, [".github/workflows/ci.yml", ".github/workflows/release.yml"])
    const { scripts } = readJson(join(root, "package.json"))
    for (const file of workflows) {
      const text = readFileSync(join(root, file), "utf8")
      for (const [, action] of text.matchAll(/uses: (\S+)/g)) assert.match(`${action}`, /^[\w-]+\/[\w-]+@v\d+$/, file)
      for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g)) assert.property(scripts, `${script}`, file)
    }
  })
  it("publish with provenance, from a checked tree", () => {
    const text = readFileSync(join(root, ".github/workflows/release.yml"), "utf8")
    assert.include(text, "id-token: write")
    assert.isBelow(text.indexOf("run: .ci/run"), text.indexOf("publish: npm run release"))
    assert.notInclude(text, "NPM_TOKEN")
  })
})
