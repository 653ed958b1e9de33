/**
 * Follows docs/getting-started.md to the letter in an empty folder: writes its files, runs its commands, and compares
 * what is printed with what the page shows. The packages are those of the repository, packed; the others have the
 * repository's versions.
 *
 * A block of code that stands behind "`name.ext`:" is that file; a `sh` block is commands, one a line; a `text` block is
 * what the command before it prints.
 *
 * Usage: npm run check:guide, after npm run build
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { packAll } from "./lib/pack.mjs"
import { run } from "./lib/run.mjs"
import { packages, readJson, root } from "./lib/workspace.mjs"

const page = "docs/getting-started.md"

/** @param {string} message */
const fail = (message) => {
  console.error(message)
  process.exit(1)
}

/** The blocks of the page, in order, each with its language, its line, and the file that it is. */
const steps = () => {
  const text = readFileSync(join(root, page), "utf8")
  return Array.from(text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms), (match) => {
    const before = text.slice(0, match.index)
    return {
      language: match[1] ?? "",
      content: match[2] ?? "",
      file: /`([\w.-]+\.\w+)`:\s*$/.exec(before)?.[1],
      line: before.split("\n").length
    }
  })
}

const tarballs = await packAll()
/** @type {Record<string, string>} */
const versions = readJson(join(root, "package.json")).devDependencies

/**
 * What is installed for a name: of our packages the tarball, and those of ours that it is made of, as they are not in
 * the registry.
 *
 * @param {string} name
 * @returns {ReadonlyArray<string>}
 */
const specifiers = (name) => {
  const index = packages.findIndex(({ manifest }) => manifest.name === name)
  if (index < 0) return versions[name] === undefined ? [] : [`${name}@${versions[name]}`]
  const own = Object.keys(packages[index]?.manifest.dependencies ?? {})
    .filter((dependency) => packages.some(({ manifest }) => manifest.name === dependency))
    .flatMap(specifiers)
  return [...new Set([...own, `${tarballs[index]}`])]
}

/**
 * @param {string} line
 * @returns {ReadonlyArray<string>}
 */
const commandOf = (line) => {
  const words = line.trim().split(/\s+/)
  if (words[0] !== "npm" || words[1] !== "install") return words
  const names = words.slice(2).filter((word) => !word.startsWith("-"))
  const unknown = names.find((name) => specifiers(name).length === 0)
  if (unknown !== undefined) fail(`${page}: the repository has no ${unknown}, whose version to install is not known`)
  const flags = words.slice(2).filter((word) => word.startsWith("-"))
  // What `npm ci` of the repository has fetched is in npm's cache.
  return ["npm", "install", ...flags, "--prefer-offline", "--no-audit", "--no-fund", ...names.flatMap(specifiers)]
}

const folder = mkdtempSync(join(tmpdir(), "effect-dynamo-guide-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

let printed = ""
let files = 0
let commands = 0
let compared = 0
for (const { content, file, language, line } of steps()) {
  if (file !== undefined) {
    writeFileSync(join(folder, file), content)
    files++
  } else if (language === "sh") {
    for (const text of content.trim().split("\n")) {
      const [command = "", ...args] = commandOf(text)
      const { ok, output } = await run(command, args, { cwd: folder })
      if (!ok) fail(`${page}:${line}: ${text}\n${output}`)
      printed = output
      commands++
      console.log(`${text}: done`)
    }
  } else if (language === "text") {
    if (printed.trim() !== content.trim()) {
      fail(`${page}:${line}: the page shows\n${content}\nbut what is printed is\n${printed}`)
    }
    compared++
  }
}

console.log(`${page}: ${files} files, ${commands} commands, ${compared} outputs as shown`)
// A page that is written otherwise must not pass for one that was followed.
if (files < 2 || commands < 4 || compared < 1) fail(`${page}: its files, commands or output were not found`)
