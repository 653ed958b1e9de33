/**
 * How much memory a scan of 200,000 items takes as a stream, at 1, 2, 4 and 8 segments: each in a process of its own,
 * whose heap is bounded, against one DynamoDB Local. See README.md.
 */
import { Effect, Redacted, Schedule, Schema, Stream } from "effect"
import { DynamoClient, Entity, Key, Scan, Table, TableAdmin } from "effect-dynamo"
import { DynamoLocal } from "@effect-dynamo/testing"
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const items = Number(process.env["ITEMS"] ?? 200_000)
/** What the resident memory may grow by, whatever the number of items. */
const boundMiB = 96

const Readings = Table.make("readings")

class Reading extends Entity.Class<Reading>("Reading")(
  {
    device: Schema.String,
    sequence: Schema.Number,
    at: Schema.Date,
    tags: Schema.Array(Schema.String),
    note: Schema.String
  },
  { table: Readings, partitionKey: Key.template("D#{device}"), sortKey: Key.template("{sequence:8}") }
) {}

const note = "A note of some length, so that an item has about half a kilobyte as they often have. ".repeat(4)

const itemOf = (i: number) => {
  const device = `device-${i % 1000}`
  return {
    pk: { S: `D#${device}` },
    sk: { S: String(i).padStart(8, "0") },
    _type: { S: "Reading" },
    device: { S: device },
    sequence: { N: String(i) },
    at: { S: "2024-01-15T00:00:00.000Z" },
    tags: { L: [{ S: "indoor" }, { S: "calibrated" }] },
    note: { S: note }
  }
}

const load = Effect.gen(function* () {
  yield* TableAdmin.create(Readings)
  const client = yield* DynamoClient.DynamoClient
  const batches = Array.from({ length: Math.ceil(items / 25) }, (_, i) => i * 25)
  yield* Effect.forEach(
    batches,
    (first) =>
      client
        .batchWriteItem({
          RequestItems: {
            readings: Array.from({ length: Math.min(25, items - first) }, (_, i) => ({
              PutRequest: { Item: itemOf(first + i) }
            }))
          }
        })
        .pipe(Effect.retry(Schedule.recurs(2))),
    { concurrency: 8, discard: true }
  )
})

const mebibytes = (bytes: number) => Math.round(bytes / 1024 / 1024)

/** In a process of its own: reads all, and says how much memory it took beyond what it began with. */
const measure = (segments: number) =>
  Effect.gen(function* () {
    const scan = Scan.from(Reading)
    // What is loaded and compiled once is no part of it.
    yield* scan.limit(2000)
    globalThis.gc?.()
    const before = process.memoryUsage()
    const began = performance.now()
    let rss = before.rss
    let heap = before.heapUsed
    let count = 0
    const stream = segments === 0 ? scan.stream() : scan.segments(segments).stream()
    yield* Stream.runForEachArray(stream, (page) =>
      Effect.sync(() => {
        count += page.length
        const now = process.memoryUsage()
        rss = Math.max(rss, now.rss)
        heap = Math.max(heap, now.heapUsed)
      })
    )
    const seconds = (performance.now() - began) / 1000
    return { segments, count, seconds, rss: mebibytes(rss - before.rss), heap: mebibytes(heap - before.heapUsed) }
  })

type Result = Effect.Success<ReturnType<typeof measure>>

const [endpoint, segments] = process.argv.slice(2)

if (endpoint !== undefined) {
  const client = DynamoClient.layer({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: Redacted.make("test") }
  })
  console.log(JSON.stringify(await Effect.runPromise(Effect.provide(measure(Number(segments)), client))))
} else {
  const all = Effect.gen(function* () {
    const began = performance.now()
    const endpoint = yield* DynamoLocal.endpoint
    const client = DynamoClient.layer({
      region: "us-east-1",
      endpoint,
      credentials: { accessKeyId: "test", secretAccessKey: Redacted.make("test") }
    })
    yield* Effect.provide(load, client)
    console.log(`${items} items loaded in ${Math.round((performance.now() - began) / 1000)} s`)
    let failed = false
    for (const segments of [1, 2, 4, 8]) {
      const flags = ["--conditions=@effect-dynamo/source", "--expose-gc", "--max-old-space-size=128"]
      const child = spawnSync(
        process.execPath,
        [...flags, fileURLToPath(import.meta.url), endpoint, String(segments)],
        {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "inherit"]
        }
      )
      if (child.status !== 0) throw new Error(`The scan in ${segments} segments ended with ${child.status}`)
      const { count, heap, rss, seconds } = JSON.parse(child.stdout) as Result
      console.log(
        `${segments} segments: ${count} items in ${seconds.toFixed(1)} s, memory grew by ${rss} MiB, heap by ${heap} MiB`
      )
      if (count !== items || rss > boundMiB) failed = true
    }
    console.log(failed ? `FAILED: more than ${boundMiB} MiB, or not all items` : `all within ${boundMiB} MiB`)
    process.exitCode = failed ? 1 : 0
  })
  await Effect.runPromise(Effect.provide(all, DynamoLocal.layer))
}
