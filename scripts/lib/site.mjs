/** What the site is made of: the pages of docs/, the reference, and those files of the repository that they link to. */
import { spawnSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, extname, join, posix, sep } from "node:path"
import { pathToFileURL } from "node:url"
import { home } from "../../site/pages.mjs"
import { firstParagraphOf, isExternal, mapLinks } from "./markdown.mjs"
import { packages, root } from "./workspace.mjs"

export const siteFolder = join(root, "site")
export const generatedFolder = join(siteFolder, ".generated")

/**
 * The repository on the web (https://github.com/owner/name), where pages are edited and sources are shown: as the packages'
 * manifest says, or `SITE_REPOSITORY`. Without one the site shows the sources itself.
 *
 * @type {string | undefined}
 */
export const repository =
  process.env["SITE_REPOSITORY"] ??
  packages.find(({ folder }) => folder === "effect-dynamo")?.manifest.repository?.url.replace(/^git\+|\.git$/g, "")

/** Installs what builds the site, unless what is installed is what the lockfile says. */
export const install = () => {
  const lock = readFileSync(join(siteFolder, "package-lock.json"), "utf8")
  const installed = join(siteFolder, "node_modules/.installed")
  if (existsSync(installed) && readFileSync(installed, "utf8") === lock) return
  console.error("Installing what builds the site")
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: siteFolder,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32"
  })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(installed, lock)
}

/** Paths of the files that stand in the folder, as they were written this time. */
const written = new Set()

/**
 * @param {string} path below the generated folder
 * @param {string | Uint8Array} content
 */
const write = (path, content) => {
  const file = join(generatedFolder, path)
  written.add(path)
  // A file that is the same is not touched: the running site reloads what is.
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(content))) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/**
 * @param {Record<string, unknown>} data
 * @param {string} text
 */
const withFrontmatter = (data, text) => `---\n${JSON.stringify(data, null, 2)}\n---\n\n${text}`

/** @param {string} pattern */
const filesOf = (pattern) =>
  globSync(pattern, { cwd: root })
    .map((file) => file.split(sep).join("/"))
    .sort()

/** The pages of docs/, as paths from there without their endings. */
export const docPages = () => filesOf("docs/**/*.md").map((file) => file.slice("docs/".length, -".md".length))

/**
 * The page that shows a file of the repository.
 *
 * @param {string} file
 */
const filePage = (file) => `repository/${file.replace(/\.md$/, "")}`

/**
 * Where the site shows a file of the repository, as a path from the site's root without an ending.
 *
 * @param {string} file
 */
const pageOf = (file) =>
  file.startsWith("docs/") && file.endsWith(".md") ? file.slice("docs/".length, -".md".length) : filePage(file)

const isImage = (/** @type {string} */ file) => /\.(svg|png|jpe?g|gif|webp)$/.test(file)

/**
 * A Markdown file with links to where the site has what they link to.
 *
 * @param {string} file
 * @param {string} text
 * @param {(file: string) => void} linked is told the repository's files that it links to
 */
const relinked = (file, text, linked) =>
  mapLinks(text, (target) => {
    if (isExternal(target) || target.startsWith("#")) return target
    const [path = "", anchor] = target.split("#")
    let to = posix.join(posix.dirname(file), decodeURI(path)).replace(/\/$/, "")
    if (existsSync(join(root, to, "README.md"))) to = `${to}/README.md`
    linked(to)
    const from = posix.dirname(pageOf(file))
    const there = isImage(to) ? `repository/${to}` : `${pageOf(to)}.md`
    const relative = posix.relative(from, there)
    return `${relative.startsWith(".") ? "" : "./"}${relative}${anchor === undefined ? "" : `#${anchor}`}`
  })

/** The first line of a code block that is a whole file, which the site takes out. */
export const fileMark = "// @file\n"

/** @param {string} file */
const codePage = (file) => {
  const title = `# ${posix.basename(file)}\n\n`
  const path = join(root, file)
  if (statSync(path).isDirectory()) {
    const entries = readdirSync(path).map((entry) => `- \`${entry}\``)
    return `${title}The folder \`${file}\` of the repository.\n\n${entries.join("\n")}\n`
  }
  const language = { ".mjs": "js" }[extname(file)] ?? extname(file).slice(1)
  const code = readFileSync(path, "utf8").trimEnd()
  return `${title}The file \`${file}\` of the repository.\n\n\`\`\`\`${language}:line-numbers\n${fileMark}${code}\n\`\`\`\`\n`
}

/** What reads the sources: it is there when what builds the site is installed. */
export const typedoc = () => {
  install()
  return import(pathToFileURL(join(siteFolder, "typedoc/reference.mjs")).href)
}

/** Writes the reference. */
export const writeReference = async () => {
  const { writeReference } = await typedoc()
  const { files, pages } = await writeReference(
    join(generatedFolder, "reference"),
    repository === undefined ? `../${filePage("{path}")}.html#L{line}` : `${repository}/blob/main/{path}#L{line}`
  )
  for (const page of pages) written.add(`reference/${page}`)
  return { files: repository === undefined ? files : [], pages: pages.length }
}

/**
 * Writes the guide, and what the repository's files that it links to are.
 *
 * @param {ReadonlyArray<string>} files others of the repository to show
 */
export const writeGuide = (files) => {
  /** @type {Array<string>} */
  const queue = [...files]
  const seen = new Set(queue)
  const linked = (/** @type {string} */ file) => {
    if (seen.has(file) || (file.startsWith("docs/") && file.endsWith(".md"))) return
    seen.add(file)
    queue.push(file)
  }
  for (const page of docPages()) {
    const file = `docs/${page}.md`
    const text = readFileSync(join(root, file), "utf8")
    const data = { description: firstParagraphOf(text) ?? "", ...(page === "index" ? home : {}) }
    write(`${page}.md`, withFrontmatter(data, relinked(file, text, linked)))
  }
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (!existsSync(join(root, file))) continue
    if (isImage(file)) {
      write(`repository/${file}`, readFileSync(join(root, file)))
      continue
    }
    const text = file.endsWith(".md") ? relinked(file, readFileSync(join(root, file), "utf8"), linked) : codePage(file)
    const data = { description: `${file} of effect-dynamo's repository.`, search: false, editLink: false, aside: false }
    write(`${filePage(file)}.md`, withFrontmatter({ ...data, pageClass: "repository" }, text))
  }
}

/** Writes all pages, and takes away those that are no more. */
export const prepare = async () => {
  const { files } = await writeReference()
  writeGuide(files)
  for (const file of globSync("**/*.*", { cwd: generatedFolder })) {
    if (!written.has(file.split(sep).join("/"))) rmSync(join(generatedFolder, file))
  }
  return { files }
}
