/**
 * Writes the table of errors into docs/errors.md, from what its tests run.
 *
 * Usage: npm run docs:errors
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { toMarkdown } from "../packages/client/test/support/errorTable/table.ts"
import { run } from "./lib/run.mjs"
import { root } from "./lib/workspace.mjs"

const path = join(root, "docs/errors.md")
const text = readFileSync(path, "utf8")
const [begin, end] = ["<!-- errors: begin -->", "<!-- errors: end -->"]
const before = text.slice(0, text.indexOf(begin) + begin.length)
writeFileSync(path, `${before}\n\n${toMarkdown()}\n${text.slice(text.indexOf(end))}`)
await run("oxfmt", [path], { show: true })
