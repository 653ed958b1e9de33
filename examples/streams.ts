/**
 * Much data in constant memory: an import by batches, a parallel scan, an export page by page, and gets for a stream of
 * keys. Nothing here reads on where nobody takes what was read.
 */
import assert from "node:assert/strict"
import { Console, Effect, Option, Schema, Stream } from "effect"
import { Batch, DynamoClient, Entity, Get, Key, Put, Query, Scan, Table, TableAdmin } from "effect-dynamo"
import { Dynalite, Faults } from "@effect-dynamo/testing"

const Weather = Table.make("weather")

// A number in a key is text: with zeros before it, the order of the text is that of the days.
class Reading extends Entity.Class<Reading>("Reading")(
  { station: Schema.String, day: Schema.Int, celsius: Schema.Number },
  { table: Weather, partitionKey: ["station"], sortKey: [Key.padded("day", 5)] }
) {}

// Lines as a file has them; `Stream.splitLines` makes some of the bytes of one.
const lines = Stream.range(0, 999).pipe(Stream.map((n) => `s${n % 10},${Math.floor(n / 10)},${(n % 40) - 5}`))

const parse = (line: string) => {
  const [station = "", day, celsius] = line.split(",")
  return Put.into(Reading, { station, day: Number(day), celsius: Number(celsius) })
}

/** 25 puts in a request, four requests at a time; lines are taken as fast as DynamoDB answers. */
const imported = lines.pipe(Stream.map(parse), Batch.writeStream, Stream.runCount, DynamoClient.withConcurrency(4))

/** All segments are read at the same time, and merged. */
const average = Scan.from(Reading)
  .segments(4)
  .select("celsius")
  .stream()
  .pipe(
    Stream.runFold(
      () => ({ sum: 0, count: 0 }),
      ({ count, sum }, { celsius }) => ({ sum: sum + celsius, count: count + 1 })
    ),
    Effect.map(({ count, sum }) => sum / count)
  )

/** Pages, for what is done by the page, such as a file of each. */
const sizes = Query.from(Reading)
  .pk("s0")
  .pageSize(30)
  .pages()
  .pipe(
    Stream.map(({ items }) => items.length),
    Stream.filter((size) => size > 0),
    Stream.runCollect
  )

/** 100 gets in a request, in the order asked for. */
const firstOfEach = Stream.range(0, 9).pipe(
  Stream.map((n) =>
    Get.from(Reading)
      .key({ station: `s${n}`, day: 0 })
      .orFail()
  ),
  Batch.getStream,
  Stream.map(({ celsius }) => celsius),
  Stream.runCollect
)

/** Ends when it has what it wants: the pages after that are not read. */
const firstHot = Query.from(Reading)
  .pk("s9")
  .pageSize(10)
  .stream()
  .pipe(
    Stream.filter(({ celsius }) => celsius > 30),
    Stream.runHead
  )

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(Weather)
  yield* Console.log(`imported: ${yield* imported}`)
  yield* Console.log(`average: ${yield* average}`)
  assert.deepEqual(yield* sizes, [30, 30, 30, 10])
  assert.deepEqual(yield* firstOfEach, [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4])

  const { client, requests } = yield* Faults.make([])
  const hot = yield* firstHot.pipe(Effect.provideService(DynamoClient.DynamoClient, client))
  assert.ok(Option.exists(hot, ({ day }) => day === 3))
  // Ten pages are there. One was read, and perhaps the next, while the first was worked on.
  assert.ok((yield* requests).length <= 2)

  // What DynamoDB leaves of a batch is sent again, so a stream of writes loses nothing.
  const leaving = yield* Faults.make([
    Faults.on("BatchWriteItem", Faults.times(3, Faults.unprocessed({ fraction: 0.5 })))
  ])
  const again = yield* imported.pipe(Effect.provideService(DynamoClient.DynamoClient, leaving.client))
  assert.equal(again, 1000)
  assert.equal(yield* Scan.from(Reading).segments(4).count(), 1000)
  yield* Console.log("every stream ended where it should")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
