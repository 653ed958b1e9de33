/**
 * Runs the packages as a user gets them on every Node that we support, and with the lowest versions of what they want
 * beside them: the tarballs are installed into an empty project, the examples are compiled, and each runs on each Node; so
 * does a program on the direct client, bundled.
 *
 * Usage: npm run check:nodes, after npm run build
 */
import { build } from "esbuild"
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { packAll } from "./lib/pack.mjs"
import { run, runOrExit } from "./lib/run.mjs"
import { packages, readJson, root } from "./lib/workspace.mjs"

/**
 * The lowest and the newest of what `engines` of the packages allow, as npm has them for a platform; and Node 24 as the
 * repository itself runs on it.
 *
 * @type {Record<string, ReadonlyArray<string>>}
 */
const nodes = {
  "linux-x64": ["22.19.0", "22.23.3", "26.10.0"],
  "linux-arm64": ["22.20.0", "22.23.3", "26.10.0"]
}

const manifests = packages.filter(({ manifest }) => manifest.exports !== undefined).map(({ manifest }) => manifest)
const ours = manifests.map(({ name }) => name)

/** What the repository uses, of what a user installs beside our packages. */
const { "@aws-sdk/client-dynamodb": sdk, effect } = readJson(join(root, "package.json")).devDependencies

/** The lowest that a peer range allows: they are all of the form ^x.y.z. @param {string} name */
const lowest = (name) => {
  const ranges = new Set(manifests.flatMap(({ peerDependencies = {} }) => peerDependencies[name] ?? []))
  const [range = "", another] = ranges
  if (another !== undefined || !/^\^\d+\.\d+\.\d+$/.test(range)) {
    console.error(`the packages do not agree on one range of ${name}: ${[...ranges].join(", ")}`)
    process.exit(1)
  }
  return range.slice(1)
}

const platform = `${process.platform}-${process.arch}`
const versions = nodes[platform]
if (versions === undefined) {
  console.log(`npm has no Nodes for ${platform}: not checked`)
  process.exit(process.env["CI"] === undefined ? 0 : 1)
}

const temporary = mkdtempSync(join(tmpdir(), "effect-dynamo-nodes-"))
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }))

/**
 * @param {string} name of the project
 * @param {Record<string, string>} dependencies
 */
const install = async (name, dependencies) => {
  const project = join(temporary, name)
  mkdirSync(project)
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }))
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
  await runOrExit("npm", ["install", ...flags], { cwd: project })
  return project
}

/** @type {Array<{ readonly version: string, readonly command: string }>} */
const engines = [{ version: process.version.slice(1), command: process.execPath }]
for (const version of versions) {
  const project = await install(`node-${version}`, { [`node-${platform}`]: version })
  const command = join(project, `node_modules/node-${platform}/bin/node`)
  const { output } = await run(command, ["--version"])
  if (output.trim() !== `v${version}`) {
    console.error(`node-${platform}@${version} is Node ${output}`)
    process.exit(1)
  }
  engines.push({ version, command })
}

const tarballs = await packAll()
const tarballOf = (/** @type {string} */ name) =>
  `file:${tarballs[packages.findIndex(({ manifest }) => manifest.name === name)]}`
const own = Object.fromEntries(ours.map((name) => [name, tarballOf(name)]))

// Their tests are the repository's: they need Vitest.
const examples = globSync("*.ts", { cwd: join(root, "examples") })
  .filter((file) => !file.endsWith(".test.ts"))
  .sort()

/** The direct client on an engine over HTTP: what the sources of the repository's examples do not show. */
const direct = `
  import * as DynamoClient from "effect-dynamo/DynamoClient"
  import { Dynalite } from "@effect-dynamo/testing"
  import { Effect } from "effect"
  import { program } from "./quickstart.ts"

  const { saved, users } = await Effect.runPromise(
    program.pipe(Effect.provide(Dynalite.layerWith({ client: DynamoClient.layerDirect })))
  )
  if (saved.id !== "user-123" || users.length !== 1) throw new Error("not what was saved")
`

/**
 * Compiles the programs in a project, and bundles that on the direct client as an application is.
 *
 * @param {string} project
 */
const compile = async (project) => {
  for (const example of examples) cpSync(join(root, "examples", example), join(project, "src", example))
  writeFileSync(join(project, "src/direct-client.ts"), direct)
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        module: "nodenext",
        target: "es2022",
        lib: ["es2023", "esnext.disposable", "dom", "dom.iterable"],
        types: ["node"],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
        rootDir: "src",
        outDir: "out"
      },
      include: ["src"]
    })
  )
  await runOrExit(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", project, "--pretty", "false"])
  await build({
    entryPoints: [join(project, "out/direct-client.js")],
    outfile: join(project, "out/bundled.js"),
    absWorkingDir: project,
    bundle: true,
    // The embedded engine is CommonJS with files of its own: an application has none in it.
    external: ["@effect-dynamo/testing"],
    platform: "node",
    target: "node22.19",
    format: "esm",
    logLevel: "error"
  })
  return [...examples.map((file) => file.replace(/\.ts$/, ".js")), "direct-client.js", "bundled.js"]
}

/** What a user has beside our packages: what the repository uses, and the least that the peer ranges say. */
const settings = [
  { name: "newest", effect, sdk, engines },
  { name: "lowest", effect: lowest("effect"), sdk: lowest("@aws-sdk/client-dynamodb"), engines: engines.slice(0, 2) }
]

let passed = 0
let failed = 0
for (const { name, ...setting } of settings) {
  const project = await install(name, {
    ...own,
    effect: setting.effect,
    "@aws-sdk/client-dynamodb": setting.sdk,
    "@types/node": readJson(join(root, "package.json")).devDependencies["@types/node"]
  })
  for (const [dependency, version] of [
    ["effect", setting.effect],
    ["@aws-sdk/client-dynamodb", setting.sdk]
  ]) {
    const installed = readJson(join(project, "node_modules", `${dependency}`, "package.json")).version
    if (installed !== version) throw new Error(`${dependency} ${installed} is installed, not ${version}`)
  }
  const programs = await compile(project)
  for (const { command, version } of setting.engines) {
    /** @type {Array<string>} */
    const wrong = []
    for (const program of programs) {
      const { ok, output } = await run(command, [join("out", program)], { cwd: project })
      if (!ok) wrong.push(`${program}:\n${output}`)
    }
    if (wrong.length === 0) passed++
    else failed++
    console.log(
      `Node ${version}, effect ${setting.effect}, SDK ${setting.sdk}: ` +
        `${programs.length - wrong.length} of ${programs.length} programs run`
    )
    for (const each of wrong) console.error(each)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
