/** The run itself, when what it needs is installed. */
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { fileURLToPath } from "node:url"
import { adapters, type AdapterId } from "../adapters/registry.ts"
import { gates, goals, verdict } from "../goals.ts"
import { suites } from "../suites/registry.ts"
import { measureSize } from "../suites/size.ts"
import { measureTypes } from "../suites/types.ts"
import { measureSuite, type Plan } from "./measure.ts"
import { plot } from "./plot.ts"
import { checkLine, goalDetails, goalTable, type SuiteTitle, suiteTable } from "./report.ts"
import type { Measured, Results } from "./results.ts"
import { start, stop, Worker } from "./worker.ts"

export interface Options {
  /** Suites to run; all where none is named. */
  readonly suites: ReadonlyArray<string>
  readonly only: ReadonlyArray<string>
  readonly short: boolean
}

const titles: ReadonlyArray<SuiteTitle> = [
  ...suites,
  { name: "size", title: "Size and cold start of one small app", baseline: "sdk" },
  { name: "types", title: "Instantiations, with two indexes, a query, a get and a put each", baseline: "electrodb" }
]

/** The plots that README and guide show. */
const plots = [
  ["codec", "decode medium", "Decode an item of 30 attributes", "decode"],
  ["codec", "encode medium", "Encode an item of 30 attributes", "encode"],
  ["plan", "query", "Build the request of a query", "plan"],
  ["stub", "get small", "A get, without the network", "get"],
  ["stub", "page 1 MB small", "A page of 1 MB, without the network", "page"],
  ["sockets", "get ×16", "Gets a second, 16 in flight", "sockets"],
  ["define", "50 entities", "50 entities ready in a cold process", "define"],
  ["size", "import, first get and query", "Cold start of a small app", "cold-start"]
] as const

const folder = fileURLToPath(new URL("..", import.meta.url))

const log = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`)
  else process.stderr.write(`${line}\n`)
}

/** Starts each adapter once, and asks what it is called and what it can do. */
const meet = async (only: ReadonlyArray<string>, kept: Plan["kept"], keep: boolean) => {
  const names = new Map<AdapterId, string>()
  const offers = new Map<AdapterId, ReadonlyArray<string>>()
  for (const id of Object.keys(adapters) as Array<AdapterId>) {
    if (only.length > 0 && !only.includes(id)) continue
    const worker = await Worker.start(id)
    const { name, offers: own } = worker.hello
    if (name !== "") {
      names.set(id, name)
      offers.set(id, own)
    } else log(`${id} is not there yet`)
    if (keep && name !== "") kept.set(id, worker)
    else worker.stop()
  }
  return { names, offers }
}

/** Runs, prints, and gives what went wrong: an adapter that fails or answers wrongly is left out where it does. */
export const run = async ({ only, short, suites: asked }: Options): Promise<ReadonlyArray<string>> => {
  const unknown = asked.find((name) => !titles.some((one) => one.name === name))
  if (unknown !== undefined) {
    throw new Error(`${unknown} is no suite; the suites are ${titles.map(({ name }) => name).join(", ")}`)
  }
  const wanted = (name: string) => asked.length === 0 || asked.includes(name)
  const began = performance.now()
  const kept: Plan["kept"] = new Map()
  const [server, serverUrl] = await start<string>("server.ts", [])
  const local = !short && (wanted("local") || wanted("scan")) ? await start<string>("dynamoLocal.ts", []) : undefined
  if (local?.[1] === "") log("no Java: the suites that need DynamoDB Local are left out")
  const { names, offers } = await meet(only, kept, short)
  const dynamoLocal = local === undefined || local[1] === "" ? undefined : local[1]
  const plan: Plan = {
    generations: short ? 1 : 2,
    rounds: short ? 1 : 3,
    settings: { short, server: serverUrl, dynamoLocal },
    adapters: offers,
    log,
    kept,
    failures: []
  }
  const results: Array<Measured> = []
  for (const suite of suites) if (wanted(suite.name)) results.push(...(await measureSuite(suite, plan)))
  for (const worker of kept.values()) worker.stop()
  const ids = [...names.keys()]
  if (wanted("size")) results.push(...(await measureSize(ids, serverUrl, short ? 1 : 11, log)))
  // The step `check:typecost` has these already.
  if (wanted("types") && !short) results.push(...(await measureTypes(log)))
  stop(server)
  if (local !== undefined) local[0].disconnect()
  log("")
  const tables = titles
    // Times of a smoke run mean nothing: only that all gave the right answer.
    .filter(({ name }) => (!short || name === "size") && results.some(({ suite }) => suite === name))
    .map((title) => suiteTable(title, results, names))
  const touched = goals.filter((goal) => goal.checks.some((check) => verdict(check, results) !== "not measured"))
  console.log((short ? tables : [...tables, `## Goals\n\n${goalTable(touched, results)}`]).join("\n\n"))
  const minutes = (performance.now() - began) / 60_000
  console.log(`\n${results.length} scenarios with ${names.size} adapters in ${minutes.toFixed(1)} minutes`)
  if (asked.length === 0 && only.length === 0 && !short) write(tables, results, names, minutes)
  const exceeded = gates.filter((gate) => verdict(gate, results) === "not met")
  return [...plan.failures, ...exceeded.map((gate) => checkLine(gate, results))]
}

const versions = () => {
  const manifest = JSON.parse(readFileSync(`${folder}package.json`, "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const root = JSON.parse(readFileSync(`${folder}../package.json`, "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>
  }
  const { effect, typescript } = root.devDependencies
  return [
    `Node ${process.versions.node}`,
    `effect ${effect}`,
    `TypeScript ${typescript}`,
    ...Object.entries(manifest.dependencies).map(([name, version]) => `${name} ${version}`)
  ].join(", ")
}

/** `results.md`, `results.json` and the plots: of a run of everything alone. */
const write = (
  tables: ReadonlyArray<string>,
  results: Results,
  names: ReadonlyMap<AdapterId, string>,
  minutes: number
): void => {
  mkdirSync(`${folder}plots`, { recursive: true })
  const images = plots.flatMap(([suite, scenario, title, file]) => {
    const measured = results.find((one) => one.suite === suite && one.scenario === scenario)
    if (measured === undefined) return []
    writeFileSync(`${folder}plots/${file}.svg`, plot(title, measured, names))
    return [`![${title}](plots/${file}.svg)`]
  })
  const [cpu] = cpus()
  const page = [
    "# Results",
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}, in one run of ${minutes.toFixed(0)} minutes. How to read it: [README](README.md).`,
    `Machine: ${cpus().length} × ${cpu?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GB. ${versions()}.`,
    "Ratios are medians of the rounds' own ratios; each table says how far these lay apart. Times are medians too, and differ from machine to machine and from day to day.",
    ...images,
    ...tables,
    `## Goals\n\nWhat we want to reach, set before anything was measured, and how far that is.\n\n${goalTable(goals, results)}`,
    `## Every check of every goal\n\n${goalDetails(goals, results)}`
  ].join("\n\n")
  writeFileSync(`${folder}results.md`, `${page}\n`)
  writeFileSync(`${folder}results.json`, `${JSON.stringify(results)}\n`)
  // As `npm run format:check` wants them.
  spawnSync("oxfmt", ["results.md", "results.json"], { cwd: folder, shell: process.platform === "win32" })
}
