/** A real browser, and a server of static files for it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { extname, join } from "node:path"
import { run } from "./run.mjs"
import { siteFolder } from "./site.mjs"

/** It is to do what the page says, and nothing of its own. */
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

/** Where Chromium is; installs Debian's package where there is none. */
const findChromium = async () => {
  const path = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium"
  if (existsSync(path)) return path
  if (process.env["CHROMIUM_PATH"] === undefined && existsSync("/usr/bin/apt-get")) {
    console.log("Installing Chromium")
    const [command = "", ...before] = process.getuid?.() === 0 ? ["env"] : ["sudo", "env"]
    const apt = [...before, "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    await run(command, [...apt, "update", "-qq"])
    const { output } = await run(command, [...apt, "install", "-y", "-qq", "chromium"])
    if (existsSync(path)) return path
    console.error(output)
  }
  console.error(`There is no Chromium at ${path}: install it (Debian: apt-get install chromium), or say CHROMIUM_PATH`)
  return process.exit(1)
}

/**
 * Starts Chromium with a profile of its own; `close` ends it.
 *
 * @param {Record<string, unknown>} options of the context
 */
export const openBrowser = async (options) => {
  const executablePath = await findChromium()
  const { chromium } = createRequire(join(siteFolder, "package.json"))("playwright-core")
  const profile = mkdtempSync(join(tmpdir(), "effect-dynamo-chromium-"))
  const context = await chromium.launchPersistentContext(profile, { executablePath, args: flags, ...options })
  return {
    context,
    close: async () => {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    }
  }
}

/** @type {Record<string, string>} */
const types = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2"
}

/**
 * Serves a folder below a path, on a free port of this machine.
 *
 * @param {string} folder
 * @param {string} base
 */
export const serve = async (folder, base) => {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    const path = decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname)
    const file = join(folder, path.slice(base.length))
    if (!path.startsWith(base) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end()
    } else {
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" })
      response.end(readFileSync(file))
    }
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() }
}
