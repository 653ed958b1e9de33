/** What the scripts need to know of Markdown: its headings, its links, and how both are named. */

/** A line that opens or closes a code block. */
const FENCE = /^\s*(`{3,}|~{3,})/

/**
 * Calls a function with each line that is not part of a code block, and puts what it gives in the line's place.
 *
 * @param {string} text
 * @param {(line: string, number: number) => string} f
 */
export const mapProse = (text, f) => {
  /** @type {string | undefined} */
  let fence
  return text
    .split("\n")
    .map((line, index) => {
      const marker = FENCE.exec(line)?.[1]
      if (fence === undefined) {
        fence = marker
        return marker === undefined ? f(line, index + 1) : line
      }
      const closing = line.trim()
      if (closing.length >= fence.length && closing === (fence[0] ?? "").repeat(closing.length)) fence = undefined
      return line
    })
    .join("\n")
}

/** Code in a line, or a link or an image: `[text](target)`, `<img src="target">`. */
const CODE_OR_LINK = /(`+)[^`].*?\1|(\]\(\s*<?|(?:src|href)=")([^\s)>"]+)/g

/**
 * Puts other targets in the place of those of a text's links and images.
 *
 * @param {string} text
 * @param {(target: string, line: number) => string} f
 */
export const mapLinks = (text, f) =>
  mapProse(text, (line, number) =>
    // Code in the text of a link hides the link's end as little as code before it.
    line.replace(CODE_OR_LINK, (whole, _tick, before, target) =>
      target === undefined ? whole : `${before}${f(target, number)}`
    )
  )

/**
 * The links and images of a text.
 *
 * @param {string} text
 */
export const linksOf = (text) => {
  /** @type {Array<{ readonly target: string, readonly line: number }>} */
  const links = []
  mapLinks(text, (target, line) => {
    links.push({ target, line })
    return target
  })
  return links
}

/** @param {string} target */
export const isExternal = (target) => /^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)

/**
 * The anchor of a heading, as GitHub makes it. The site is told to make the same.
 *
 * @param {string} heading as shown: without its marks
 */
export const slugOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-")

/**
 * The headings of a text, with their anchors.
 *
 * @param {string} text
 */
export const headingsOf = (text) => {
  /** @type {Array<{ readonly level: number, readonly title: string, readonly anchor: string, readonly line: number }>} */
  const headings = []
  /** @type {Map<string, number>} */
  const seen = new Map()
  mapProse(text, (line, number) => {
    const heading = /^(#{1,6})\s+(.+?)\s*#*$/.exec(line)
    if (heading === null) return line
    const title = plainOf(heading[2] ?? "")
    const slug = slugOf(title)
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    const anchor = times === 0 ? slug : `${slug}-${times}`
    headings.push({ level: (heading[1] ?? "").length, title, anchor, line: number })
    return line
  })
  return headings
}

/**
 * A line of Markdown as it is read: without marks and the targets of links.
 *
 * @param {string} line
 */
export const plainOf = (line) =>
  line
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\{@link\s+(?:\S+\s+)?([^}]+)\}/g, "$1")
    .replace(/[*`]/g, "")

/**
 * The first paragraph below a text's title, as it is read.
 *
 * @param {string} text
 */
export const firstParagraphOf = (text) => {
  const paragraph = text
    .replace(/^# .*$/m, "")
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .find((part) => /^[\p{L}`*[]/u.test(part))
  return paragraph === undefined ? undefined : plainOf(paragraph.replace(/\s+/g, " "))
}
