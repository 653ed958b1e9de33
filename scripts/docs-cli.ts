/**
 * Runs the commands that docs/cli.md shows, on DynamoDB Local, and writes what they print into it. With `--check` it only
 * says where the page is not true.
 *
 * Usage: npm run docs:cli [-- --check]
 */
import { Effect } from "effect"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { DynamoLocal } from "@effect-dynamo/testing"
import { place, render, run, steady, stepsOf } from "./lib/consoleBlocks.ts"
import { root } from "./lib/workspace.mjs"

const path = join(root, "docs/cli.md")
const data = join(root, "scripts/lib/docsData.mjs")

/** The page with what the commands print now, where that differs in more than dates and times; and which commands these are. */
const refresh = async (page: string, endpoint: string) => {
  // Below the repository, so that modules that the commands write and read find its packages.
  const folder = mkdtempSync(join(root, "node_modules/.docs-cli-"))
  const at = place(folder, { AWS_ENDPOINT_URL: endpoint, AWS_REGION: "eu-west-1", DOCS_DATA: data })
  const stale: Array<string> = []
  let text = ""
  let last = 0
  for (const step of stepsOf(page)) {
    if (step._tag === "Run") {
      await run({ command: step.command, output: "", typed: [] }, at)
      continue
    }
    if (step._tag === "File") {
      mkdirSync(dirname(join(folder, step.path)), { recursive: true })
      writeFileSync(join(folder, step.path), step.text)
      continue
    }
    const outputs: Array<string> = []
    for (const shown of step.commands) {
      const output = await run(shown, at)
      const same = steady(output) === steady(shown.output)
      if (!same) stale.push(`$ ${shown.command}\n${output}\n--- the page has\n${shown.output}`)
      outputs.push(same ? shown.output : output)
    }
    text += page.slice(last, step.start) + render(step.commands, outputs)
    last = step.end
  }
  rmSync(folder, { recursive: true, force: true })
  return { page: text + page.slice(last), stale }
}

const program = Effect.gen(function* () {
  const endpoint = yield* DynamoLocal.endpoint
  return yield* Effect.promise(() => refresh(readFileSync(path, "utf8"), endpoint))
})
const { page, stale } = await Effect.runPromise(Effect.provide(program, DynamoLocal.layer))
if (process.argv.includes("--check")) {
  for (const command of stale) console.error(command)
  console.log(
    stale.length === 0 ? "docs/cli.md is true" : `docs/cli.md: ${stale.length} outputs are not: npm run docs:cli`
  )
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  writeFileSync(path, page)
  console.log(`docs/cli.md: ${stale.length} outputs written`)
}
