/**
 * The soak: mixed load from many fibers, by both clients, through a proxy that makes a fifth of all requests go wrong, against DynamoDB
 * Local; then whether what stands there is what was acknowledged, and what the run has left behind. Ends with 1 where something is
 * wrong.
 *
 * Usage: npm run bench:soak -- --minutes=10 [--seed=1] [--faults=0.2] [--report=bench/soak.md]
 */
import { Context, Effect, Layer, Random } from "effect"
import { DynamoClient, TableAdmin } from "effect-dynamo"
import { DynamoLocal } from "@effect-dynamo/testing"
import { writeFileSync } from "node:fs"
import { makeProxy, type Proxy } from "../packages/testing/test-support/faultProxy/proxy.ts"
import { run } from "../scripts/lib/run.mjs"
import { runArena, Totals } from "./lib/soak/arena.ts"
import { Soak } from "./lib/soak/entities.ts"
import { type Findings, problemsOf, toMarkdown } from "./lib/soak/report.ts"
import { counted } from "./lib/soak/requests.ts"
import { scriptOf } from "./lib/soak/script.ts"
import { countingFibers, Fibers, type Handles, handles, leftOver, type Sample, sample } from "./lib/soak/watch.ts"

const argument = (name: string): string | undefined =>
  process.argv.find((text) => text.startsWith(`--${name}=`))?.slice(name.length + 3)

const seconds = Number(argument("seconds") ?? Number(argument("minutes") ?? 10) * 60)
const seed = Number(argument("seed") ?? 1)
const faults = Number(argument("faults") ?? 0.2)
const report = argument("report")

/** Arenas at the same time; each has its fibers, and every other one the direct client. */
const arenas = 8
const size = { fibers: 4, operations: 25 }

const connection = (endpoint: string) => ({
  region: "us-east-1",
  endpoint,
  credentials: { accessKeyId: "soak", secretAccessKey: "test" }
})

const built = (layer: Layer.Layer<DynamoClient.DynamoClient>) =>
  Effect.map(Layer.build(layer), (context) => Context.get(context, DynamoClient.DynamoClient))

/** How often the proxy did what. */
type Faults = Map<string, number>

/** Begins another script every few seconds, which empties the proxy's log. */
const changeScripts = (proxy: Proxy, done: Faults, requests: { count: number }) => {
  let script = 0
  const collect = () => {
    for (const { action } of proxy.log()) {
      requests.count++
      if (action === "pass") continue
      const name = typeof action === "string" ? action : JSON.stringify(action)
      done.set(name, (done.get(name) ?? 0) + 1)
    }
    proxy.load(scriptOf(seed + ++script, faults))
  }
  return { collect, forEver: Effect.forever(Effect.delay(Effect.sync(collect), "2 seconds")) }
}

const program = Effect.gen(function* () {
  const endpoint = yield* DynamoLocal.endpoint
  const proxy = makeProxy(new URL(endpoint), scriptOf(seed, faults))
  const port = yield* Effect.acquireRelease(Effect.promise(proxy.listen), () => Effect.promise(proxy.close))
  const through = connection(`http://127.0.0.1:${port}`)
  const truth = yield* built(DynamoClient.layer(connection(endpoint)))
  const clients = [
    counted(yield* built(DynamoClient.layer(through))),
    counted(yield* built(DynamoClient.layerDirect(through)))
  ]
  yield* Effect.provideService(TableAdmin.create(Soak), DynamoClient.DynamoClient, truth)

  const totals = new Totals()
  const done: Faults = new Map()
  const requests = { count: 0 }
  const scripts = changeScripts(proxy, done, requests)
  const fibers = new Fibers()
  const samples: Array<Sample> = []
  const began = performance.now()
  const end = began + seconds * 1000

  let next = 0
  const worker = (i: number) =>
    Effect.suspend(() => {
      const name = String(++next)
      return runArena(name, totals, { ...size, end }, clients[i % clients.length]!.service, truth).pipe(
        Random.withSeed(`${seed} ${name}`)
      )
    }).pipe(Effect.repeat({ while: () => performance.now() < end && totals.problems.length < 20 }))
  const workers = Effect.forEach(
    Array.from({ length: arenas }, (_, i) => i),
    worker,
    {
      concurrency: "unbounded",
      discard: true
    }
  )
  const watch = Effect.forever(
    Effect.delay(
      Effect.sync(() => {
        const now = sample(began)
        samples.push(now)
        const { heap, rss, second } = now
        console.error(
          `${second.toFixed(0)} s: ${totals.arenas} arenas, heap ${heap.toFixed(1)} MiB, rss ${rss.toFixed(0)} MiB, ` +
            `${totals.problems.length} problems`
        )
      }),
      Math.max(1000, (seconds * 1000) / 60)
    )
  )
  // Where the load ends, so do those who watch it.
  yield* Effect.raceFirst(workers, Effect.all([watch, scripts.forEver], { concurrency: "unbounded" })).pipe(
    countingFibers(fibers)
  )
  const took = (performance.now() - began) / 1000
  scripts.collect()

  const { Count: left = -1 } = yield* truth.scan({ TableName: Soak.name, Select: "COUNT", ConsistentRead: true })
  return {
    took,
    seed,
    totals,
    left,
    faults: done,
    requests: requests.count,
    clients: clients.map(({ counts, service }, i) => ({
      name: i === 0 ? "sdk" : "direct",
      counts,
      quota: service.quota
    })),
    fibers: { started: fibers.started, active: fibers.active },
    samples
  }
})

/** What is there once all is closed, when what closes slowly has had its time. */
const settled = async (before: Handles): Promise<ReadonlyArray<string>> => {
  for (let tries = 0; tries < 50 && leftOver(before, handles()).length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return leftOver(before, handles())
}

const warnings: Array<string> = []
process.on("warning", ({ message, name }) => warnings.push(`${name}: ${message}`))
console.error(`soak: ${seconds} s, ${faults * 100} % faults, seed ${seed}`)
// Node opens both when they are first asked for, and keeps them.
process.stdout.write("")
const before = handles()
const found = await Effect.runPromise(Effect.provide(Effect.scoped(program), DynamoLocal.layer))
const findings: Findings = { ...found, left: found.left, handles: await settled(before), warnings }
const markdown = toMarkdown(findings)
console.log(markdown)
if (report !== undefined) {
  writeFileSync(report, markdown)
  await run("oxfmt", [report])
}
const problems = problemsOf(findings)
for (const problem of problems) console.error(`PROBLEM: ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0
