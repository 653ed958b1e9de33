/** What the scripts need to know about the repository: where it is and which packages it publishes. */
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../../", import.meta.url))

/**
 * The parser of TypeScript 6: TypeScript 7 has no JavaScript API.
 *
 * @type {typeof import("../../tools/typescript-6.0/node_modules/typescript/lib/typescript.d.ts")}
 */
export const typescript = createRequire(join(root, "tools/typescript-6.0/package.json"))("typescript")

/** Which packages a package may import; a package that is not named here is an error. */
const layers = {
  core: [],
  client: ["core"],
  query: ["core", "client"],
  "effect-dynamo": ["core", "client", "query"],
  testing: ["core", "client"],
  cli: ["core", "client", "query", "testing"]
}

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {Record<string, unknown>} exports
 * @property {ReadonlyArray<string>} sideEffects
 * @property {{ readonly url: string }=} repository
 * @property {Record<string, string>=} dependencies
 * @property {Record<string, string>=} peerDependencies
 * @property {Record<string, string>=} devDependencies
 * @property {Record<string, string>=} bin the commands of a program, by name
 *
 * @typedef {object} Package
 * @property {string} folder the folder's name under packages/
 * @property {string} directory
 * @property {Manifest} manifest
 * @property {ReadonlyArray<string>} mayImport folders of the packages below it
 */

/** @param {string} path */
export const readJson = (path) => JSON.parse(readFileSync(path, "utf8"))

/** @param {string} path */
export const fromRoot = (path) => relative(root, path)

/** The published packages, in the order in which they build on each other. */
export const packages = readdirSync(join(root, "packages"))
  .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
  .map((folder) => {
    const mayImport = /** @type {Record<string, ReadonlyArray<string>>} */ (layers)[folder]
    if (mayImport === undefined) {
      throw new Error(`packages/${folder} has no layer: add it to scripts/lib/workspace.mjs`)
    }
    const directory = join(root, "packages", folder)
    return /** @type {Package} */ ({
      folder,
      directory,
      manifest: readJson(join(directory, "package.json")),
      mayImport
    })
  })
  .sort((a, b) => Object.keys(layers).indexOf(a.folder) - Object.keys(layers).indexOf(b.folder))

/** A program has a command and no modules for others; what it is made of is bundled into it. @param {Package} pkg */
export const isProgram = ({ manifest }) => manifest.bin !== undefined

/** The packages that are imported. */
export const libraries = packages.filter((pkg) => !isProgram(pkg))

/** The packages that are run. */
export const programs = packages.filter(isProgram)

/**
 * The TypeScript files below a folder, as absolute paths.
 *
 * @param {string} directory
 */
export const sourceFiles = (directory) =>
  globSync("**/*.ts", { cwd: directory })
    .sort()
    .map((file) => join(directory, file))

/**
 * A package's public modules: the PascalCase files of its src.
 *
 * @param {Package} pkg
 */
export const publicModules = (pkg) =>
  existsSync(join(pkg.directory, "src"))
    ? readdirSync(join(pkg.directory, "src"))
        .filter((file) => /^[A-Z]\w*\.ts$/.test(file))
        .map((file) => file.slice(0, -".ts".length))
        .sort()
    : []

/**
 * Whether a public module is imported for what it does (`import "effect-dynamo/GeneratedCodec"`): its package.json says so,
 * as bundlers would leave such an import out otherwise.
 *
 * @param {Package} pkg
 * @param {string} module
 */
export const isForEffect = (pkg, module) => pkg.manifest.sideEffects.includes(`./src/${module}.ts`)
