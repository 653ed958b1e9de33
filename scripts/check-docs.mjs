/**
 * Holds the documentation together: every public export has JSDoc with a description, `@category` and `@since`; links and
 * anchors of Markdown files and of JSDoc lead somewhere; every page and every module stands in the site's contents. What
 * the examples say is held by the tests (`npm run test:docs`).
 *
 * Usage: npm run check:docs
 */
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, sep } from "node:path"
import { guide, reference } from "../site/pages.mjs"
import { firstParagraphOf, headingsOf, isExternal, linksOf } from "./lib/markdown.mjs"
import { parseDoc, readModules } from "./lib/publicApi.mjs"
import { brokenLinks } from "./lib/reference.mjs"
import { documentedMembers } from "./lib/signature.mjs"
import { docPages } from "./lib/site.mjs"
import { fromRoot, packages, publicModules, root } from "./lib/workspace.mjs"

/** @type {Array<string>} */
const problems = []

// ----------------------------------------------------------------------------------------------------------------------
// JSDoc
// ----------------------------------------------------------------------------------------------------------------------

/**
 * @param {string} where
 * @param {string} what
 * @param {import("./lib/publicApi.mjs").Doc | undefined} doc
 */
const checkDoc = (where, what, doc) => {
  if (doc === undefined) return problems.push(`${where}: ${what} has no JSDoc`)
  if (doc.description === "") problems.push(`${where}: ${what} has no description`)
  if (!/^\d+\.\d+\.\d+$/.test(doc.since ?? "")) problems.push(`${where}: ${what} has no \`@since\` of a version`)
}

/**
 * A link in JSDoc is read in editors too, where no path leads anywhere.
 *
 * @param {string} where
 * @param {string} text
 */
const checkTargets = (where, text) => {
  for (const { target } of linksOf(text)) {
    if (!isExternal(target)) problems.push(`${where}: ${target}: link to symbols as {@link name}`)
  }
}

const modules = readModules()
for (const { doc, name, source, symbols } of modules) {
  const file = fromRoot(source.fileName)
  checkDoc(`${file}:1`, `the module ${name}`, doc)
  checkTargets(`${file}:1`, doc?.description ?? "")
  for (const { declaration, doc, documentedIn, line, name } of symbols) {
    const where = `${fromRoot(documentedIn.fileName)}:${line}`
    checkDoc(where, name, doc)
    if (doc !== undefined && !/^[a-z]/.test(doc.category ?? "")) problems.push(`${where}: ${name} has no \`@category\``)
    checkTargets(where, doc?.description ?? "")
    for (const member of documentedMembers(declaration)) checkTargets(where, member.description)
  }
}
const umbrella = packages.filter(({ folder }) => folder === "effect-dynamo")
for (const pkg of umbrella) {
  for (const name of publicModules(pkg)) {
    const file = join(pkg.directory, "src", `${name}.ts`)
    const comment = /^\/\*\*[\s\S]*?\*\//.exec(readFileSync(file, "utf8"))
    checkDoc(`${fromRoot(file)}:1`, `the module ${name}`, comment === null ? undefined : parseDoc(comment[0]))
  }
}
problems.push(...brokenLinks())

// ----------------------------------------------------------------------------------------------------------------------
// Markdown
// ----------------------------------------------------------------------------------------------------------------------

const patterns = ["*.md", "docs/**/*.md", "packages/*/README.md", "examples/*.md", "bench/*.md"]
const files = [...new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: root })))]
  .map((file) => file.split(sep).join("/"))
  .sort()

/** @type {Map<string, ReadonlySet<string>>} */
const anchors = new Map()
/** @param {string} path */
const anchorsOf = (path) => {
  const known = anchors.get(path) ?? new Set(headingsOf(readFileSync(path, "utf8")).map(({ anchor }) => anchor))
  anchors.set(path, known)
  return known
}

/**
 * @param {string} file
 * @param {string} target
 * @returns {string | undefined} what is wrong with a link
 */
const problemOf = (file, target) => {
  if (isExternal(target)) return undefined
  const [path = "", anchor] = target.split("#")
  const to = path === "" ? join(root, file) : join(root, dirname(file), decodeURI(path))
  if (!existsSync(to)) return "there is no such file"
  if (anchor === undefined) return undefined
  if (!to.endsWith(".md")) return /^L\d+$/.test(anchor) ? undefined : "a file that is not Markdown has no headings"
  return anchorsOf(to).has(anchor) ? undefined : "there is no such heading"
}

let links = 0
for (const file of files) {
  for (const { line, target } of linksOf(readFileSync(join(root, file), "utf8"))) {
    links++
    const problem = problemOf(file, target)
    if (problem !== undefined) problems.push(`${file}:${line}: ${target}: ${problem}`)
  }
}

// ----------------------------------------------------------------------------------------------------------------------
// Contents
// ----------------------------------------------------------------------------------------------------------------------

/**
 * @param {string} what
 * @param {ReadonlyArray<string>} there
 * @param {ReadonlyArray<string>} listed
 */
const checkContents = (what, there, listed) => {
  for (const name of there) {
    const times = listed.filter((one) => one === name).length
    if (times !== 1) problems.push(`site/pages.mjs: ${what} ${name} stands in ${times} groups; it must stand in one`)
  }
  for (const name of listed) {
    if (!there.includes(name)) problems.push(`site/pages.mjs: there is no ${what} ${name}`)
  }
}
const pages = docPages()
checkContents(
  "page",
  pages.filter((page) => page !== "index"),
  guide.flatMap((group) => group.pages)
)
checkContents(
  "module",
  modules.map(({ name }) => name),
  reference.flatMap((group) => group.modules)
)
for (const page of pages) {
  const text = readFileSync(join(root, `docs/${page}.md`), "utf8")
  const titles = headingsOf(text).filter(({ level }) => level === 1)
  if (titles.length !== 1 || titles[0]?.line !== 1)
    problems.push(`docs/${page}.md: begin with the title, the only \`#\``)
  if (firstParagraphOf(text) === undefined) problems.push(`docs/${page}.md: say what the page is about below its title`)
}

if (problems.length > 0) {
  for (const problem of problems) console.error(problem)
  console.error(`\n${problems.length} problem(s)`)
  process.exitCode = 1
} else {
  const symbols = modules.reduce((sum, module) => sum + module.symbols.length, 0)
  console.log(`${symbols} exports are documented; ${links} links of ${files.length} files lead somewhere`)
}
