/**
 * Everyday patterns as options of an entity: optimistic locking, timestamps, expiry and unique fields. Unique fields need
 * transactions, so this runs on DynamoDB Local, which needs Java.
 */
import assert from "node:assert/strict"
import { Console, DateTime, Effect, Option, Schedule, Schema } from "effect"
import { Entity, Get, Put, Query, Table, TableAdmin, Update } from "effect-dynamo"
import { DynamoLocal } from "@effect-dynamo/testing"

const App = Table.make("app", { timeToLive: "expiresAt" })

// -----------------------------------------------------------------------------
// Versions and timestamps: nobody's change is lost
// -----------------------------------------------------------------------------

class Page extends Entity.Class<Page>("Page")(
  {
    id: Schema.String,
    text: Schema.String,
    version: Schema.Int,
    createdAt: Schema.DateTimeUtc,
    updatedAt: Schema.DateTimeUtc
  },
  { table: App, partitionKey: ["id"], version: "version", createdAt: "createdAt", updatedAt: "updatedAt" }
) {}

/** Reads, changes, and writes on condition that nobody wrote meanwhile. */
const append = (id: string, line: string) =>
  Effect.gen(function* () {
    const page = yield* Get.from(Page).key({ id }).consistent().orFail()
    yield* Effect.yieldNow
    return yield* Put.into(Page, new Page({ ...page, text: `${page.text}\n${line}` }))
  }).pipe(
    // Somebody was quicker: once more, from what they wrote.
    Effect.retry({
      while: (error) => error._tag === "ConditionalCheckFailed",
      schedule: Schedule.exponential("5 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 20 }))
    })
  )

const versions = Effect.gen(function* () {
  // Version and times are not given: the put fills them in.
  const page = yield* Put.into(Page, { id: "home", text: "Hello" })
  assert.equal(page.version, 1)

  const lines = Array.from({ length: 5 }, (_, i) => `line ${i}`)
  yield* Effect.forEach(lines, (line) => append("home", line), { concurrency: "unbounded" })
  const after = yield* Get.from(Page).key({ id: "home" }).orFail()
  assert.equal(after.version, 6)
  assert.deepEqual(after.text.split("\n").slice(1).sort(), lines)
  assert.ok(DateTime.Equivalence(after.createdAt, page.createdAt))
  yield* Console.log(`five writers at once, and version ${after.version} has all of their lines`)

  const late = yield* Effect.flip(Put.into(Page, new Page({ ...page, text: "Hi" })))
  assert.equal(late._tag, "ConditionalCheckFailed")
  // An update needs no reading; `ifVersion` says what it was decided by.
  assert.equal((yield* Update.in(Page).key({ id: "home" }).ifVersion(6).set({ text: "" })).version, 7)
})

// -----------------------------------------------------------------------------
// Expiry: a lock that nobody holds for ever
// -----------------------------------------------------------------------------

class Lock extends Entity.Class<Lock>("Lock")(
  { name: Schema.String, owner: Schema.String, expiresAt: Schema.DateTimeUtc },
  { table: App, partitionKey: ["name"], timeToLive: "expiresAt" }
) {}

/** DynamoDB removes what has expired within days. An entity with `timeToLive` counts it as gone at once. */
const acquire = (name: string, owner: string, seconds: number) =>
  Effect.gen(function* () {
    const expiresAt = DateTime.add(yield* DateTime.now, { seconds })
    return yield* Put.into(Lock, { name, owner, expiresAt })
      .ifNotExists()
      .pipe(
        Effect.as(true),
        Effect.catchTag("ConditionalCheckFailed", () => Effect.succeed(false))
      )
  })

const expiry = Effect.gen(function* () {
  assert.ok(yield* acquire("nightly", "a", 60))
  assert.ok(!(yield* acquire("nightly", "b", 60)))

  // One whose time is over. The item stands there still, as it would for up to two days.
  assert.ok(yield* acquire("hourly", "a", -1))
  assert.deepEqual(yield* Get.from(Lock).key({ name: "hourly" }), Option.none())
  assert.equal(yield* Query.from(Lock).pk("hourly").count(), 0)
  assert.ok(yield* acquire("hourly", "b", 60))
  yield* Console.log("an expired lock is anybody's")
})

// -----------------------------------------------------------------------------
// Unique fields
// -----------------------------------------------------------------------------

class Member extends Entity.Class<Member>("Member")(
  { id: Schema.String, email: Schema.String, tenant: Schema.String, handle: Schema.String },
  // The address among all members, and a handle among those of a tenant.
  { table: App, partitionKey: ["id"], unique: ["email", ["tenant", "handle"]] }
) {}

const unique = Effect.gen(function* () {
  const ada = { id: "1", email: "ada@example.com", tenant: "acme", handle: "ada" }
  yield* Put.into(Member, ada).ifNotExists()

  const taken = yield* Effect.flip(Put.into(Member, { ...ada, id: "2", handle: "lovelace" }).ifNotExists())
  yield* Console.log(taken.message)
  yield* Put.into(Member, { ...ada, id: "3", email: "ada@example.org", tenant: "globex" }).ifNotExists()

  // A change gives the old value free, in the same transaction.
  yield* Update.in(Member).key({ id: "1" }).set({ email: "countess@example.com" })
  yield* Put.into(Member, { ...ada, id: "2", handle: "lovelace" }).ifNotExists()
})

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(App)
  yield* versions
  yield* expiry
  yield* unique
  yield* Console.log("every pattern held")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(DynamoLocal.layer)))
}
