/**
 * Holds the documentation together: links and anchors of Markdown files lead somewhere; every page and every module stands in
 * the site's contents. JSDoc is held by `npm run check:reference`, and what the examples say by the tests (`npm run test:docs`).
 *
 * Usage: npm run check:docs
 */
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, sep } from "node:path"
import { guide, reference } from "../site/pages.mjs"
import { firstParagraphOf, headingsOf, isExternal, linksOf } from "./lib/markdown.mjs"
import { docPages } from "./lib/site.mjs"
import { fromRoot, libraries, packages, publicModules, root } from "./lib/workspace.mjs"

/** @type {Array<string>} */
const problems = []

// The modules of the other packages are read by `npm run check:reference`.
for (const pkg of packages.filter(({ folder }) => folder === "effect-dynamo")) {
  for (const name of publicModules(pkg)) {
    const file = join(pkg.directory, "src", `${name}.ts`)
    const [comment = ""] = /^\/\*\*[\s\S]*?\*\//.exec(readFileSync(file, "utf8")) ?? []
    const [description = "", since = ""] = comment.split("* @since ")
    if (!/\w/.test(description) || !/^\d+\.\d+\.\d+\s/.test(since)) {
      problems.push(`${fromRoot(file)}:1: the module has no JSDoc with a description and \`@since\``)
    }
  }
}

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
  libraries.filter(({ folder }) => folder !== "effect-dynamo").flatMap(publicModules),
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
  console.log(`${links} links of ${files.length} files lead somewhere`)
}
