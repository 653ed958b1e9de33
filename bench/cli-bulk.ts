/**
 * 100,000 items through the command line: exported by 1, 2, 4 and 8 segments, to see how fast; then exported and imported
 * into another table by processes that are killed on the way and go on, whose heap is bounded. Nothing may be missing,
 * nothing twice. See README.md.
 */
import { Effect, Redacted, Stream } from "effect"
import { DynamoClient } from "effect-dynamo"
import { DynamoLocal } from "@effect-dynamo/testing"
import { spawn } from "node:child_process"
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { createGunzip } from "node:zlib"
import { createTable, fill } from "../packages/cli/test-support/items.ts"

const items = Number(process.env["ITEMS"] ?? 100_000)

/** What the heap of an exporting or importing process may have. */
const heapMiB = 96

interface Kill {
  /** What to wait for: that it has begun, or that it has noted items of its own. */
  readonly once: "begun" | "noted"
  /** And then so many milliseconds. */
  readonly after: number
}

/** When processes are killed, one after the other. */
const kills: ReadonlyArray<Kill> = [
  { once: "begun", after: 700 },
  { once: "noted", after: 300 },
  { once: "noted", after: 1700 }
]

/** How many items are noted beside a file; -1 before it is begun, and after it is done. */
const notedIn = (notes: string): number => {
  try {
    return (JSON.parse(readFileSync(notes, "utf8")) as { readonly items: number }).items
  } catch {
    // It may go away at any time.
    return -1
  }
}

const bin = fileURLToPath(new URL("../packages/cli/src/bin.ts", import.meta.url))
const text = "A text of some length, so that an item has about half a kilobyte, as they often have. ".repeat(4)

const itemOf = (i: number): DynamoClient.Item => ({
  pk: { S: `P#${i % 1000}` },
  sk: { S: String(i).padStart(8, "0") },
  number: { N: `${i}.${"123456789".repeat(3)}` },
  tags: { SS: ["indoor", `t${i % 7}`] },
  bytes: { B: Uint8Array.of(i & 255, (i >> 8) & 255) },
  nested: { M: { list: { L: [{ NULL: true }, { BOOL: i % 2 === 0 }, { S: "ü" }] } } },
  text: { S: text }
})

const load = (table: string) =>
  Stream.range(0, items - 1).pipe(
    Stream.map(itemOf),
    Stream.grouped(1000),
    Stream.runForEach((some) => fill(table, some))
  )

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program, which may be killed. */
const cli = (endpoint: string, args: ReadonlyArray<string>, kill?: Kill & { readonly notes: string }) =>
  Effect.callback<Ended>((resume) => {
    const flags = ["--conditions=@effect-dynamo/source", "--no-warnings", `--max-old-space-size=${heapMiB}`]
    const child = spawn(process.execPath, [...flags, bin, ...args, "--json", "--quiet"], {
      env: {
        PATH: process.env["PATH"],
        AWS_REGION: "us-east-1",
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test"
      },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", (chunk) => (stdout += String(chunk)))
    child.stderr.on("data", (chunk) => (stderr += String(chunk)))
    const before = kill === undefined ? 0 : notedIn(kill.notes)
    const waiting =
      kill === undefined
        ? undefined
        : setInterval(() => {
            const noted = notedIn(kill.notes)
            if (noted < 0 || (kill.once === "noted" && noted <= before)) return
            clearInterval(waiting)
            setTimeout(() => child.kill("SIGKILL"), kill.after)
          }, 5)
    child.on("close", (code) => {
      clearInterval(waiting)
      resume(Effect.succeed({ code, stdout, stderr }))
    })
  })

interface Summary {
  readonly items: number
  readonly itemsBefore: number
  readonly failed?: number
  readonly seconds: number
}

const summaryOf = ({ code, stderr, stdout }: Ended): Summary => {
  if (code !== 0) throw new Error(`It ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as Summary
}

/** Runs a command that is killed again and again, and then goes on to its end. */
const killed = (endpoint: string, args: ReadonlyArray<string>, notes: string) =>
  Effect.gen(function* () {
    let killed = 0
    for (const kill of kills) {
      const ended = yield* cli(endpoint, args, { ...kill, notes })
      if (ended.code !== null) return { killed, summary: summaryOf(ended) }
      killed++
    }
    return { killed, summary: summaryOf(yield* cli(endpoint, args)) }
  })

/** The lines of a file, and how many of them are different. */
const linesIn = (path: string) =>
  Effect.promise(async () => {
    const all = new Set<string>()
    let lines = 0
    const input = createReadStream(path)
    for await (const line of createInterface({ input: path.endsWith(".gz") ? input.pipe(createGunzip()) : input })) {
      lines++
      all.add(line)
    }
    return { lines, different: all.size }
  })

/** So many parts of a table are read at the same time: the engine's time for a page grows with the size of its part. */
const parts = 8

/** A table's items by their keys, as text. */
const contentsOf = (table: string) =>
  Effect.gen(function* () {
    const client = yield* DynamoClient.DynamoClient
    const found = new Map<string, string>()
    const read = (segment: number, after?: DynamoClient.Item): Effect.Effect<void, DynamoClient.ScanError> =>
      client
        .scan({
          TableName: table,
          Segment: segment,
          TotalSegments: parts,
          ...(after === undefined ? undefined : { ExclusiveStartKey: after })
        })
        .pipe(
          Effect.flatMap(({ Items: items = [], LastEvaluatedKey: next }) => {
            for (const item of items) {
              const sorted = Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))
              found.set(`${item["pk"]!.S} ${item["sk"]!.S}`, JSON.stringify(sorted))
            }
            return next === undefined ? Effect.void : read(segment, next)
          })
        )
    const segments = Array.from({ length: parts }, (_, segment) => read(segment))
    yield* Effect.all(segments, { concurrency: parts, discard: true })
    return found
  })

const folder = mkdtempSync(join(tmpdir(), "effect-dynamo-bulk-"))
let failed = false
const check = (right: boolean, what: string) => {
  console.log(`${right ? "ok    " : "FAILED"} ${what}`)
  if (!right) failed = true
}

const program = Effect.gen(function* () {
  const endpoint = yield* DynamoLocal.endpoint
  yield* Effect.gen(function* () {
    yield* createTable("source")
    const began = performance.now()
    yield* load("source")
    console.log(`${items} items loaded in ${((performance.now() - began) / 1000).toFixed(1)} s`)

    for (const segments of [1, 2, 4, 8]) {
      const path = join(folder, `by-${segments}.ndjson`)
      const args = ["export", "source", "--output", path, "--segments", String(segments)]
      const { seconds } = summaryOf(yield* cli(endpoint, args))
      const speed = Math.round(items / seconds)
      console.log(
        `export, ${segments} segments: ${speed} items/s, ${statSync(path).size} bytes in ${seconds.toFixed(1)} s`
      )
      rmSync(path)
    }

    const path = join(folder, "source.ndjson.gz")
    const exported = yield* killed(endpoint, ["export", "source", "--output", path], `${path}.progress`)
    const { different, lines } = yield* linesIn(path)
    check(
      exported.killed > 0,
      `export killed ${exported.killed} times, ${exported.summary.itemsBefore} items before the last run`
    )
    // A short one ends before it has noted anything.
    if (items >= 100_000) check(exported.summary.itemsBefore > 0, "it went on, and did not begin anew")
    check(exported.summary.items === items, `it counted ${exported.summary.items} items`)
    check(lines === items && different === items, `the file has ${lines} lines, ${different} of them different`)

    yield* createTable("target")
    const imported = yield* killed(endpoint, ["import", "target", path], `${path}.target.progress`)
    const { summary } = imported
    check(
      imported.killed > 0,
      `import killed ${imported.killed} times, ${summary.itemsBefore} items before the last run`
    )
    check(
      summary.items === items && summary.failed === 0,
      `it counted ${summary.items} items, ${summary.failed} failed`
    )
    console.log(
      `import: ${Math.round((items - summary.itemsBefore) / summary.seconds)} items/s in ${summary.seconds.toFixed(1)} s`
    )

    const source = yield* contentsOf("source")
    const target = yield* contentsOf("target")
    const same = [...source].filter(([key, item]) => target.get(key) === item).length
    check(same === items && target.size === items, `${same} of ${target.size} items of the other table are the same`)

    yield* createTable("copied")
    const copied = summaryOf(yield* cli(endpoint, ["copy", "source", "copied"]))
    console.log(`copy: ${Math.round(items / copied.seconds)} items/s in ${copied.seconds.toFixed(1)} s`)
    const copy = yield* contentsOf("copied")
    check(
      copy.size === items && [...source].every(([key, item]) => copy.get(key) === item),
      `${copy.size} items of the copy`
    )
    console.log(failed ? "FAILED" : `all right, within a heap of ${heapMiB} MiB`)
    process.exitCode = failed ? 1 : 0
  }).pipe(
    Effect.provide(
      DynamoClient.layer({
        region: "us-east-1",
        endpoint,
        credentials: { accessKeyId: "test", secretAccessKey: Redacted.make("test") }
      })
    )
  )
})

await Effect.runPromise(
  Effect.ensuring(
    Effect.provide(program, DynamoLocal.layer),
    Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
)
