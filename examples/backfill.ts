/**
 * A backfill: an entity got a new field and an index on it, and the items that stand there already have neither. A job
 * writes them, no faster than it may, and a run that is stopped (a deployment, a machine that goes away) is gone on with
 * where it was: nothing is read twice, and nothing is written twice.
 */
import assert from "node:assert/strict"
import { Console, Effect, Fiber, Option, Schedule, Schema, Stream } from "effect"
import {
  Batch,
  Condition,
  DynamoClient,
  Entity,
  Get,
  Index,
  Key,
  Put,
  Query,
  Scan,
  Table,
  TableAdmin,
  Update
} from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

const Shop = Table.make("shop", {
  indexes: { gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})

const order = { customer: Schema.String, id: Schema.Int, day: Schema.String }

/** As it was. */
class OldOrder extends Entity.Class<OldOrder>("Order")(order, {
  table: Shop,
  partitionKey: ["customer"],
  sortKey: [Key.padded("id", 6)]
}) {}

/** As it is: the month is optional for as long as there are orders without one. */
class Order extends Entity.Class<Order>("Order")(
  { ...order, month: Schema.optionalKey(Schema.String) },
  {
    table: Shop,
    partitionKey: ["customer"],
    sortKey: [Key.padded("id", 6)],
    indexes: { byMonth: { index: "gsi1", partitionKey: ["month"], sortKey: ["day"] } }
  }
) {}

// -----------------------------------------------------------------------------
// The job
// -----------------------------------------------------------------------------

/** How far a job is. It is an item like any other: the table is where a new machine finds it. */
class Progress extends Entity.Class<Progress>("Progress")(
  { job: Schema.String, checkpoint: Schema.String, isComplete: Schema.Boolean, pages: Schema.Int, items: Schema.Int },
  { table: Shop, partitionKey: ["job"] }
) {}

const job = "orders-month-1"
const progress = Get.from(Progress).key({ job }).consistent()

/** Writes what is missing in one order. The key of the index is written with the field, in the same request. */
const fill = ({ customer, day, id }: Order) =>
  Update.in(Order)
    .key({ customer, id })
    .set({ month: day.slice(0, 7), day })
    // Only what this job is for: the application writes orders too, and what it wrote meanwhile is newer.
    .condition((order) => Condition.and(order.month.notExists(), order.day.eq(day)))
    .pipe(
      Effect.as(1),
      Effect.catchTag(["ConditionalCheckFailed", "ItemNotFound"], () => Effect.succeed(0))
    )

const backfill = Effect.gen(function* () {
  const scan = Scan.from(Order)
    .filter((order) => order.month.notExists())
    .segments(4)
    .pageSize(10)
  const before = yield* progress
  const rest = Option.isNone(before) ? scan : scan.resume(yield* Scan.decodeCheckpoint(before.value.checkpoint))

  const start: Pick<Progress, "items" | "pages"> = Option.getOrElse(before, () => ({ items: 0, pages: 0 }))

  return yield* Scan.checkpoint(rest).pipe(
    Stream.runFoldEffect(
      () => start,
      ({ items, pages }, page) =>
        Effect.gen(function* () {
          const written = yield* Effect.forEach(page.items, fill, { concurrency: 8 })
          const now = { pages: pages + 1, items: items + written.reduce((sum, one) => sum + one, 0) }
          const checkpoint = yield* Scan.encodeCheckpoint(page.checkpoint)
          // When the items are dealt with, not before.
          yield* Put.into(Progress, { job, checkpoint, isComplete: page.checkpoint.isComplete, ...now })
          return now
          // A run that is told to stop ends its page first. Where one is killed, the next reads this page again, and the
          // filter and the condition leave out what was written.
        }).pipe(Effect.uninterruptible)
    )
  )
}).pipe(
  // Capacity units a second. What is left of the table's is for those who are waiting for an answer.
  DynamoClient.withReadRate(200),
  DynamoClient.withWriteRate(400)
)

// -----------------------------------------------------------------------------
// A run that is stopped, and the next one
// -----------------------------------------------------------------------------

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(Shop)
  const days = ["2024-01-15", "2024-02-20", "2024-03-01", "2024-03-31"]
  yield* Batch.write(
    Array.from({ length: 200 }, (_, id) =>
      Put.into(OldOrder, { customer: `c${id % 7}`, id, day: days[id % days.length]! })
    )
  )

  // Somebody looks at how far it is, and stops it.
  const firstRun = yield* Effect.forkChild(backfill)
  const stoppedAt = yield* progress.pipe(
    Effect.repeat({ until: Option.exists(({ pages }) => pages >= 2), schedule: Schedule.spaced("5 millis") }),
    Effect.map(Option.getOrThrow)
  )
  yield* Fiber.interrupt(firstRun)
  assert.ok(!stoppedAt.isComplete && stoppedAt.items < 200)
  yield* Console.log("the first run was stopped")

  // Meanwhile the application writes as it does, in the new form.
  yield* Put.into(Order, { customer: "c0", id: 999, day: "2024-03-31", month: "2024-03" })

  const { items } = yield* backfill
  yield* Console.log(`the second run went on from there: ${items} orders in all`)
  assert.equal(items, 200)

  // The index answers for all of them, the new one too.
  const march = yield* Query.from(Order).index("byMonth").pk("2024-03")
  assert.equal(march.length, 101)
  const left = yield* Scan.from(Order)
    .filter((order) => order.month.notExists())
    .count()
  assert.equal(left, 0)

  // Another run has nothing to do, and knows it.
  const [, consumed] = yield* DynamoClient.withCapacity(backfill)
  assert.equal(consumed.operations.UpdateItem, undefined)
  assert.ok(Option.exists(yield* progress, ({ isComplete }) => isComplete))
  yield* Console.log("every order has its month, and was written once")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
