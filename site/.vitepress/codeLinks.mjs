/**
 * What is done to highlighted code: the names in a signature become links (its first line says which, `// @links 12`), and
 * the lines of a whole file get anchors (`// @lines`).
 */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const MARK = /^\/\/ @(?:links (\d+)|(lines))\n/

const file = fileURLToPath(new URL("../.generated/code-links.json", import.meta.url))
/** @type {ReadonlyArray<ReadonlyArray<import("../../scripts/lib/reference.mjs").CodeLink>>} */
const all = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []

/**
 * Splits the tokens of a line where its links begin and end, and puts those of a link into it.
 *
 * @param {ReadonlyArray<any>} tokens
 * @param {ReadonlyArray<import("../../scripts/lib/reference.mjs").CodeLink>} links
 */
const linked = (tokens, links) => {
  /** @type {Array<any>} */
  const nodes = []
  let end = 0
  /** @type {{ readonly link: unknown, readonly node: any } | undefined} */
  let open
  for (const token of tokens) {
    const text = String(token.children?.[0]?.value ?? "")
    const start = end
    end += text.length
    const cuts = links.flatMap((link) => [link.start, link.end]).filter((cut) => cut > start && cut < end)
    const points = [start, ...new Set(cuts), end]
    points.slice(1).forEach((to, index) => {
      const from = points[index] ?? start
      const piece = { ...token, children: [{ type: "text", value: text.slice(from - start, to - start) }] }
      const link = links.find((one) => one.start <= from && one.end >= to)
      if (link === undefined) {
        open = undefined
        nodes.push(piece)
      } else if (open?.link === link) {
        open.node.children.push(piece)
      } else {
        const node = { type: "element", tagName: "a", properties: { href: link.href }, children: [piece] }
        open = { link, node }
        nodes.push(node)
      }
    })
  }
  return nodes
}

/** @type {import("vitepress").ShikiTransformer} */
export const codeLinks = {
  name: "effect-dynamo:code-links",
  preprocess(code, options) {
    const mark = MARK.exec(code)
    if (mark === null) return code
    options.meta = { ...options.meta, links: mark[1] === undefined ? undefined : all[Number(mark[1])], lines: mark[2] }
    return code.slice(mark[0].length)
  },
  code(node) {
    const { lines, links } = this.options.meta ?? {}
    const elements = node.children.filter((child) => child.type === "element")
    elements.forEach((element, index) => {
      if (lines !== undefined) element.properties["id"] = `L${index + 1}`
      const own = links?.filter((/** @type {{ line: number }} */ link) => link.line === index) ?? []
      if (own.length > 0) element.children = linked(element.children, own)
    })
  }
}
