/**
 * Looks at the documentation's site in a real browser: builds it, serves it below a path, and opens every page. Pages load
 * without errors and ask no other host, links and anchors lead somewhere, code is highlighted, pictures show, nothing is
 * wider than a phone; the search finds what it should, and the menus and the dark form work.
 *
 * Usage: npm run check:site [-- --built]     `--built`: as the last run built it
 *
 * It needs Chromium (`CHROMIUM_PATH`, else /usr/bin/chromium), which it installs where it can.
 */
import { globSync, mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, sep } from "node:path"
import { openBrowser, serve } from "./lib/browser.mjs"
import { runOrExit } from "./lib/run.mjs"
import { docPages } from "./lib/site.mjs"
import { root } from "./lib/workspace.mjs"

// Many sites live below a path, and a site that works there works at the root.
const base = "/effect-dynamo/"
const folder = join(root, "site/.vitepress/dist-check")
const screenshots = join(tmpdir(), "effect-dynamo-site")
const phone = { width: 390, height: 844 }
const desktop = { width: 1440, height: 900 }

const wantedPages = docPages()
if (!process.argv.includes("--built")) {
  await runOrExit("node", ["scripts/site.mjs", "build", `--base=${base}`, `--outDir=${folder}`])
}

/** @type {Array<string>} */
const problems = []
/** @type {(page: string, problem: string) => void} */
const report = (page, problem) => problems.push(`${page}: ${problem}`)

const server = await serve(folder, base)
const { close, context } = await openBrowser({ viewport: desktop, colorScheme: "light" })
mkdirSync(screenshots, { recursive: true })

/** @param {string} path below the base */
const urlOf = (path) => `${server.origin}${base}${path}`

/**
 * Opens a tab whose errors are reported.
 *
 * @param {{ name: string }} current the page that it is at
 */
const openTab = async (current) => {
  const tab = await context.newPage()
  tab.on("console", (/** @type {any} */ message) => {
    if (message.type() === "error" || message.type() === "warning") report(current.name, `console: ${message.text()}`)
  })
  tab.on("pageerror", (/** @type {Error} */ error) => report(current.name, `threw: ${error.message}`))
  tab.on("requestfailed", (/** @type {any} */ request) => {
    // What is fetched ahead is let go where the tab moves on.
    const why = request.failure()?.errorText
    if (why !== "net::ERR_ABORTED") report(current.name, `${request.url()}: ${why}`)
  })
  tab.on("response", (/** @type {any} */ response) => {
    if (response.status() >= 400) report(current.name, `${response.url()}: status ${response.status()}`)
  })
  tab.on("request", (/** @type {any} */ request) => {
    const url = request.url()
    if (!url.startsWith(server.origin) && !url.startsWith("data:")) report(current.name, `asks another host: ${url}`)
  })
  return tab
}

/** Runs in the page: whether its scripts have taken over. */
const isAlive = () => /** @type {any} */ (globalThis).document.querySelector("#app")?.__vue_app__ !== undefined

/** Runs in the page: what is to be known of it. */
const inspect = () => {
  const { document } = /** @type {any} */ (globalThis)
  const all = (/** @type {string} */ selector) => /** @type {Array<any>} */ ([...document.querySelectorAll(selector)])
  const description = document.querySelector('meta[name="description"]')
  return {
    title: document.title,
    description: description?.getAttribute("content") ?? "",
    links: all("a[href]").map((link) => link.href),
    ids: all("[id]").map(({ id }) => id),
    plainBlocks: all(".vp-doc div[class*=language-]")
      .filter((block) => /language-(ts|js|sh|json|yaml)\b/.test(block.className))
      .filter((block) => (block.querySelector("code")?.textContent ?? "").trim() !== "")
      .filter((block) => block.querySelector("code span[style*='--shiki-dark']") === null)
      .map((block) => (block.textContent ?? "").slice(0, 60)),
    blocks: all(".vp-doc div[class*=language-]").length,
    images: all("img").length,
    brokenImages: all("img")
      .filter((image) => image.naturalWidth === 0)
      .map((image) => image.getAttribute("src"))
  }
}

/** Runs in the page: what is wider than the window, which it scrolls sideways for. */
const overflow = () => {
  const { document } = /** @type {any} */ (globalThis)
  const { clientWidth, scrollWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return undefined
  const widest = [...document.querySelectorAll(".vp-doc *, .VPContent *")].find(
    (element) => element.getBoundingClientRect().right > clientWidth + 1
  )
  return `is ${scrollWidth} wide on a screen of ${clientWidth}: ${widest?.outerHTML.slice(0, 120)}`
}

/** Runs in the page: names in tables that are broken into several lines. */
const brokenNames = () => {
  const { document } = /** @type {any} */ (globalThis)
  return /** @type {Array<any>} */ ([...document.querySelectorAll(".vp-doc td code")])
    .filter((code) => code.getClientRects().length > 1)
    .map((code) => code.textContent ?? "")
}

// ----------------------------------------------------------------------------------------------------------------------
// Every page
// ----------------------------------------------------------------------------------------------------------------------

const pages = globSync("**/*.html", { cwd: folder })
  .map((page) => page.split(sep).join("/"))
  .filter((page) => page !== "404.html")
  .sort()

/** @type {Map<string, Set<string>>} */
const ids = new Map()
/** @type {Array<{ readonly from: string, readonly href: string }>} */
const links = []
let blocks = 0

/** @param {ReadonlyArray<string>} own */
const visit = async (own) => {
  const current = { name: "" }
  const tab = await openTab(current)
  for (const page of own) {
    current.name = page
    await tab.setViewportSize(desktop)
    await tab.goto(urlOf(page), { waitUntil: "load" })
    await tab.waitForFunction(isAlive)
    const found = await tab.evaluate(inspect)
    ids.set(page, new Set(found.ids))
    links.push(...found.links.map((/** @type {string} */ href) => ({ from: page, href })))
    blocks += found.blocks
    if (!/ \| /.test(found.title)) report(page, `its title is "${found.title}"`)
    if (found.description === "") report(page, "has no description")
    for (const text of found.plainBlocks) report(page, `code is not highlighted: ${text}`)
    for (const source of found.brokenImages) report(page, `a picture does not show: ${source}`)
    if (page === "performance.html" && found.images < 4) report(page, `shows ${found.images} plots`)
    await tab.setViewportSize(phone)
    const wide = await tab.evaluate(overflow)
    if (wide !== undefined) report(page, wide)
    for (const name of await tab.evaluate(brokenNames)) report(page, `is broken into lines on a phone: ${name}`)
  }
  await tab.close()
}

const tabs = 3
await Promise.all(
  Array.from({ length: tabs }, (_, index) => visit(pages.filter((_page, position) => position % tabs === index)))
)

for (const name of wantedPages) {
  if (!pages.includes(`${name}.html`)) report(`${name}.html`, "was not built")
}

for (const { from, href } of links) {
  if (!href.startsWith(server.origin)) continue
  const url = new URL(href)
  const path = decodeURIComponent(url.pathname.endsWith("/") ? `${url.pathname}index.html` : url.pathname)
  const target = ids.get(path.slice(base.length))
  const anchor = decodeURIComponent(url.hash.slice(1))
  if (!path.startsWith(base) || target === undefined) report(from, `${href}: there is no such page`)
  else if (anchor !== "" && !target.has(anchor)) report(from, `${href}: there is no such anchor`)
}

// ----------------------------------------------------------------------------------------------------------------------
// What can be done with them
// ----------------------------------------------------------------------------------------------------------------------

const current = { name: "" }
const tab = await openTab(current)

/**
 * @param {string} name
 * @param {() => Promise<void>} f
 */
const step = async (name, f) => {
  current.name = name
  try {
    await f()
  } catch (cause) {
    report(name, cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause))
  }
}

/**
 * @param {boolean} holds
 * @param {string} message
 */
const expect = (holds, message) => {
  if (!holds) throw new Error(message)
}

const openSearch = async () => {
  await tab.click(".VPNavBarSearch button")
  await tab.waitForSelector(".VPLocalSearchBox input")
}

/** What is looked for, and one of the first places that have to be found. */
const searches = {
  beginsWith: "reference/Query.html#SortKey-beginsWith",
  ItemNotFound: "reference/DynamoError.html#ItemNotFound",
  layerDirect: "reference/DynamoClient.html#layerDirect",
  "Repository Service": "reference/Repository.html#Service",
  "generated codecs": "performance.html#generated-codecs",
  checkpoints: "scanning.html"
}

await tab.setViewportSize(desktop)
for (const [query, wanted] of Object.entries(searches)) {
  await step(`search for "${query}"`, async () => {
    await tab.goto(urlOf("getting-started.html"))
    await openSearch()
    await tab.fill(".VPLocalSearchBox input", query)
    const results = tab.locator(".VPLocalSearchBox .result")
    await results.first().waitFor({ timeout: 20_000 })
    const hrefs = await results.evaluateAll((/** @type {ReadonlyArray<any>} */ found) =>
      found.slice(0, 10).map(({ href }) => href)
    )
    const position = hrefs.findIndex((/** @type {string} */ href) => href.startsWith(urlOf(wanted)))
    expect(position >= 0, `finds ${hrefs.slice(0, 5).join(", ")}, not ${wanted}`)
    await results.nth(position).click()
    await tab.waitForURL((/** @type {URL} */ url) => url.href.startsWith(urlOf(wanted)))
  })
}

for (const width of [960, 1280, 1440, 1720, 1920]) {
  await step(`a window of ${width}`, async () => {
    await tab.setViewportSize({ width, height: 900 })
    await tab.goto(urlOf("reference/Query.html"))
    const sidebar = await tab.locator(".VPSidebar nav").boundingBox()
    expect(sidebar.width > 200, `the sidebar is ${sidebar.width} wide`)
    const last = await tab
      .locator("button.VPSwitchAppearance:visible, .VPNavBarExtra button:visible")
      .first()
      .boundingBox()
    expect(last.x + last.width <= width, "the bar at the top is cut off")
    const wide = await tab.evaluate(overflow)
    expect(wide === undefined, wide ?? "")
  })
}
await tab.setViewportSize(desktop)

await step("a link in a signature", async () => {
  await tab.goto(urlOf("reference/Get.html"))
  await tab.click("code a >> text=Entity.Any >> nth=0")
  await tab.waitForURL((/** @type {URL} */ url) => url.href === urlOf("reference/Entity.html#Any"))
  await tab.waitForSelector("h3#Any")
})

await step("the dark form", async () => {
  await tab.goto(urlOf("getting-started.html"))
  const look = () =>
    tab.evaluate(() => {
      const { document, getComputedStyle } = /** @type {any} */ (globalThis)
      const token = document.querySelector(".vp-doc pre.shiki code span[style]")
      return {
        page: getComputedStyle(document.body).backgroundColor,
        text: getComputedStyle(document.querySelector(".vp-doc p") ?? document.body).color,
        code: token === null ? "" : getComputedStyle(token).color
      }
    })
  const light = await look()
  await tab.click(".VPNavBarAppearance button")
  await tab.waitForSelector("html.dark")
  // Colours change over some time.
  await tab.waitForTimeout(600)
  const dark = await look()
  for (const part of /** @type {const} */ (["page", "text", "code"])) {
    expect(light[part] !== dark[part], `the ${part} is ${dark[part]} in both`)
  }
  await tab.reload()
  expect((await tab.locator("html.dark").count()) === 1, "is forgotten by the next page")
  await tab.click(".VPNavBarAppearance button")
})

await tab.setViewportSize(phone)
await step("the menu on a phone", async () => {
  await tab.goto(urlOf("keys.html"))
  await tab.click(".VPLocalNav .menu")
  await tab.waitForSelector(".VPSidebar.open")
  await tab.click(".VPSidebar.open a >> text=Pagination")
  await tab.waitForURL((/** @type {URL} */ url) => url.href === urlOf("pagination.html"))
  await tab.click(".VPNavBarHamburger")
  await tab.waitForSelector(".VPNavScreen >> text=Reference")
  await tab.click(".VPNavScreen a >> text=Reference")
  await tab.waitForURL((/** @type {URL} */ url) => url.href === urlOf("reference/modules.html"))
})

await step("search on a phone", async () => {
  await tab.goto(urlOf("keys.html"))
  await openSearch()
  await tab.fill(".VPLocalSearchBox input", "pagination")
  await tab.waitForSelector(".VPLocalSearchBox .result")
  const wide = await tab.evaluate(overflow)
  expect(wide === undefined, wide ?? "")
  await tab.screenshot({ path: join(screenshots, "search-phone.png") })
})

// ----------------------------------------------------------------------------------------------------------------------
// For people to look at
// ----------------------------------------------------------------------------------------------------------------------

const views = { desktop, phone }
for (const [view, size] of Object.entries(views)) {
  await tab.setViewportSize(size)
  for (const scheme of ["light", "dark"]) {
    await tab.evaluate(
      (/** @type {string} */ value) => localStorage.setItem("vitepress-theme-appearance", value),
      scheme
    )
    for (const page of [
      "index",
      "getting-started",
      "cli",
      "errors",
      "performance",
      "reference/modules",
      "reference/Query"
    ]) {
      await step(`a screenshot of ${page}`, async () => {
        await tab.goto(urlOf(`${page}.html`), { waitUntil: "networkidle" })
        await tab.screenshot({ path: join(screenshots, `${page.replace("/", "-")}-${view}-${scheme}.png`) })
      })
    }
  }
}

await close()
server.close()

if (problems.length > 0) {
  const different = [...new Set(problems)]
  for (const problem of different) console.error(problem)
  console.error(`\n${different.length} problem(s); screenshots in ${screenshots}`)
  process.exitCode = 1
} else {
  console.log(`${pages.length} pages, ${links.length} links and ${blocks} blocks of code are in order`)
  console.log(`screenshots: ${screenshots}`)
}
