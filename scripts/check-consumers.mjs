/**
 * Checks the packages as a user gets them: installs the packed tarballs into an empty project, compiles the examples
 * and an import of every public module with each supported compiler and module resolution, and runs them. Then what is
 * said of the AWS SDK: a bundle of an app on the direct client has none of it, and it need not be installed.
 *
 * Usage: npm run check:consumers, after npm run build
 */
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { packAll } from "./lib/pack.mjs"
import { run, runOrExit } from "./lib/run.mjs"
import { libraries, packages, publicModules, readJson, root } from "./lib/workspace.mjs"

const compilers = {
  5.9: join(root, "tools/typescript-5.9/node_modules/typescript/bin/tsc"),
  "6.0": join(root, "tools/typescript-6.0/node_modules/typescript/bin/tsc"),
  "7.0": join(root, "node_modules/typescript/bin/tsc")
}

/** Users differ in these; declarations have to hold in each. */
const resolutions = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext", exactOptionalPropertyTypes: true },
  bundler: { module: "esnext", moduleResolution: "bundler", exactOptionalPropertyTypes: false }
}

const temporary = () => {
  const directory = mkdtempSync(join(tmpdir(), "effect-dynamo-consumer-"))
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
  return directory
}
const project = temporary()

/** The version of a package that the repository itself uses. */
const versions = {
  ...readJson(join(root, "bench/package.json")).dependencies,
  ...readJson(join(root, "package.json")).devDependencies
}

/**
 * @param {string} directory
 * @param {ReadonlyArray<string>} tarballs those of the packages, in their order
 * @param {ReadonlyArray<string>} names of our packages
 * @param {ReadonlyArray<string>} others
 */
const install = async (directory, tarballs, names, others) => {
  const own = packages.flatMap(({ manifest: { name } }, index) =>
    names.includes(name) ? [[name, `file:${tarballs[index]}`]] : []
  )
  writeFileSync(
    join(directory, "package.json"),
    JSON.stringify({
      private: true,
      type: "module",
      dependencies: Object.fromEntries([...own, ...others.map((name) => [name, versions[name]])])
    })
  )
  // What `npm ci` of the repository has fetched is in npm's cache.
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
  await runOrExit("npm", ["install", ...flags], { cwd: directory })
}

/** Writes the programs and gives the names of those to run. */
const writePrograms = () => {
  mkdirSync(join(project, "src"))
  const specifiers = libraries.flatMap((pkg) => [
    pkg.manifest.name,
    ...(pkg.manifest.exports["./*"] === undefined
      ? []
      : publicModules(pkg).map((module) => `${pkg.manifest.name}/${module}`))
  ])
  const imports = specifiers.map((specifier, index) => `import * as m${index} from ${JSON.stringify(specifier)}`)
  const use = `console.log([${specifiers.map((_, index) => `m${index}`).join(", ")}].length)`
  writeFileSync(join(project, "src/everything.ts"), [...imports, use, ""].join("\n"))

  // Their tests are the repository's: they need Vitest.
  const examples = globSync("*.ts", { cwd: join(root, "examples") }).filter((file) => !file.endsWith(".test.ts"))
  for (const example of examples) cpSync(join(root, "examples", example), join(project, "src", example))
  cpSync(join(root, "bench/apps/ours-direct.ts"), join(project, "src/direct.ts"))
  return ["everything.ts", ...examples]
}

/**
 * Third-party declarations may fail without `skipLibCheck`: only what is ours counts.
 *
 * @param {string} line
 */
const isOurs = (line) =>
  !line.startsWith("node_modules/") || /^node_modules\/(@effect-dynamo|effect-dynamo)\//.test(line)

/**
 * @param {string} version
 * @param {string} compiler
 * @param {keyof typeof resolutions} resolution
 * @returns {Promise<ReadonlyArray<string>>} the errors
 */
const compile = async (version, compiler, resolution) => {
  const name = `${version}-${resolution}`
  writeFileSync(
    join(project, `tsconfig.${name}.json`),
    JSON.stringify({
      compilerOptions: {
        ...resolutions[resolution],
        target: "es2022",
        lib: ["es2023", "esnext.disposable", "dom", "dom.iterable"],
        types: ["node"],
        strict: true,
        skipLibCheck: false,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
        rootDir: "src",
        outDir: `out/${name}`
      },
      include: ["src"]
    })
  )
  const { ok, output } = await run("node", [compiler, "-p", `tsconfig.${name}.json`, "--pretty", "false"], {
    cwd: project
  })
  const errors = output.split("\n").filter((line) => /error TS\d+/.test(line))
  const ours = errors.filter(isOurs)
  if (!ok && errors.length === 0) ours.push(output)
  console.log(
    `TypeScript ${name}: ${ours.length} errors` +
      (errors.length > ours.length ? ` (and ${errors.length - ours.length} in other packages' declarations)` : "")
  )
  return ours.map((error) => `TypeScript ${name}: ${error}`)
}

/**
 * Bundles a compiled program as an application is, and gives the files that something of is in the bundle.
 *
 * @param {string} file
 * @returns {Promise<ReadonlyArray<string>>}
 */
const bundled = async (file) => {
  const { build } = await import(pathToFileURL(join(project, "node_modules/esbuild/lib/main.js")).href)
  /** @typedef {Record<string, { readonly bytesInOutput: number }>} Inputs */
  /** @type {{ readonly metafile: { readonly outputs: Record<string, { readonly inputs: Inputs }> } }} */
  const { metafile } = await build({
    entryPoints: [join(project, file)],
    absWorkingDir: project,
    bundle: true,
    platform: "node",
    format: "esm",
    metafile: true,
    write: false,
    logLevel: "error"
  })
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : []))
  )
}

/** Calls the service on the SDK and without it, where the SDK is not installed. */
const withoutSdk = `
  import * as Effect from "effect/Effect"
  import * as Layer from "effect/Layer"
  import { DynamoClient, HttpTransport } from "effect-dynamo"

  const list = DynamoClient.DynamoClient.use((client) => client.listTables({}))
  const answers = Layer.succeed(HttpTransport.HttpTransport, {
    send: () => Effect.succeed({ status: 200, headers: {}, body: new TextEncoder().encode('{"TableNames":["orders"]}') })
  })
  const options = { region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } }
  const direct = DynamoClient.layerDirect(options).pipe(Layer.provide(answers))
  const { TableNames } = await Effect.runPromise(Effect.provide(list, direct))
  const error = await Effect.runPromise(Effect.flip(Effect.provide(list, DynamoClient.layer(options))))
  console.log(TableNames.join(), error._tag, error.code)
`

const tarballs = await packAll()
await install(
  project,
  tarballs,
  libraries.map(({ manifest }) => manifest.name),
  ["effect", "@aws-sdk/client-dynamodb", "@types/node", "esbuild"]
)
const programs = writePrograms()

/** @type {Array<string>} */
const problems = []
for (const resolution of /** @type {const} */ (["nodenext", "bundler"])) {
  const results = await Promise.all(
    Object.entries(compilers).map(([version, compiler]) => compile(version, compiler, resolution))
  )
  problems.push(...results.flat())
}

/** @param {string} program */
const runProgram = async (program) => {
  const file = join("out/7.0-nodenext", program.replace(/\.ts$/, ".js"))
  if (!existsSync(join(project, file))) return
  const { ok, output } = await run("node", [file], { cwd: project })
  console.log(`${program} ${ok ? "runs" : "does not run"}`)
  if (!ok) problems.push(`${program}:\n${output}`)
}

// They wait for their engines, more than they compute.
const lanes = 3
await Promise.all(
  Array.from({ length: lanes }, async (_, lane) => {
    for (const program of programs.filter((_program, index) => index % lanes === lane)) await runProgram(program)
  })
)

/** @param {string} input */
const isSdk = (input) => /node_modules\/@(aws-sdk|smithy|aws)\//.test(input)

const ofDirect = await bundled("out/7.0-nodenext/direct.js")
console.log(`direct.ts: its bundle has ${ofDirect.length} files, ${ofDirect.filter(isSdk).length} of the AWS SDK`)
if (ofDirect.some(isSdk)) problems.push(`direct.ts: its bundle has the AWS SDK in it, by ${ofDirect.find(isSdk)}`)

// What is imported for its effect must not be left out of a bundle.
writeFileSync(join(project, "effect.js"), 'import "effect-dynamo/GeneratedCodec"\n')
if (!(await bundled("effect.js")).some((input) => input.endsWith("core/dist/GeneratedCodec.js"))) {
  problems.push("effect-dynamo/GeneratedCodec: a bundle leaves it out")
}

const bare = temporary()
const direct = libraries.map(({ manifest }) => manifest.name).filter((name) => name !== "@effect-dynamo/testing")
await install(bare, tarballs, direct, ["effect"])
writeFileSync(join(bare, "program.js"), withoutSdk)
const { output } = await run("node", ["program.js"], { cwd: bare })
if (existsSync(join(bare, "node_modules/@aws-sdk")))
  problems.push("the AWS SDK is installed, though nobody asked for it")
console.log(`without the AWS SDK: ${output.trim()}`)
if (output.trim() !== "orders RequestRejected MissingSdk") problems.push(`without the AWS SDK:\n${output}`)

// The command line brings all it needs: neither effect nor our libraries are installed beside it.
const cli = temporary()
await install(cli, tarballs, ["@effect-dynamo/cli"], [])
for (const [args, wanted] of /** @type {const} */ ([
  [["--version"], "effect-dynamo v"],
  [["create-table", "users", "--dry-run"], '"TableName": "users"']
])) {
  const { ok, output } = await run("npx", ["--no-install", "effect-dynamo", ...args], { cwd: cli })
  console.log(`effect-dynamo ${args.join(" ")} ${ok ? "runs" : "does not run"}`)
  if (!ok || !output.includes(wanted)) problems.push(`effect-dynamo ${args.join(" ")}:\n${output}`)
}
if (existsSync(join(cli, "node_modules/effect"))) problems.push("the command line installs effect, which it has in it")

if (problems.length > 0) {
  console.error(problems.join("\n"))
  process.exitCode = 1
}
