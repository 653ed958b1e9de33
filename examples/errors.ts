/**
 * Handling errors, as the seed's README shows it: each failure is a tagged error in the
 * error channel, named by the operation's type.
 */
import assert from "node:assert/strict"
import { Console, Data, Effect, Option, Schedule, Schema } from "effect"
import { DynamoClient, DynamoError, Entity, Get, Put, RetryPolicy, Table, TableAdmin } from "effect-dynamo"
import { Dynalite, Faults } from "@effect-dynamo/testing"
import { explained } from "./transactions.ts"

const Users = Table.make("users", { sortKey: null })

class User extends Entity.Class<User>("User")(
  { id: Schema.String, email: Schema.String.check(Schema.isMinLength(3)), name: Schema.String },
  { table: Users, partitionKey: ["id"] }
) {}

class UserNotFound extends Data.TaggedError("UserNotFound")<{ readonly id: string }> {}
class UserExists extends Data.TaggedError("UserExists")<{ readonly id: string }> {}
class Invalid extends Data.TaggedError("Invalid")<{ readonly path: string }> {}
class Unavailable extends Data.TaggedError("Unavailable") {}

// Pattern 1: no item is no failure, unless one says so.
const find = (id: string) =>
  Get.from(User)
    .key({ id })
    .orFail()
    .pipe(
      Effect.catchTag("ItemNotFound", () => Effect.fail(new UserNotFound({ id }))),
      Effect.catchIf(DynamoError.isDynamoError, (error) =>
        Effect.andThen(Effect.logError("Failed to get a user", error), Effect.fail(new Unavailable()))
      )
    )

// Pattern 2: each kind of failure has its tag. Throttles need no code here: the client retries them.
const create = (user: { readonly id: string; readonly email: string; readonly name: string }) =>
  Put.into(User, user)
    .ifNotExists()
    .pipe(
      Effect.catchTags({
        ConditionalCheckFailed: () => Effect.fail(new UserExists({ id: user.id })),
        EncodeError: ({ path }) => Effect.fail(new Invalid({ path: path.join(".") })),
        ThroughputExceeded: () => Effect.fail(new Unavailable())
      })
    )

// Pattern 3: retries are the client's; a policy says how many, how long, and of what.
const patient = RetryPolicy.make({ maxAttempts: 5, baseDelay: "100 millis" })
const createPatiently = (user: Parameters<typeof create>[0]) => create(user).pipe(DynamoClient.withRetry(patient))

// Pattern 4: a transaction tells which operation failed, and why (see transactions.ts).
export const safeTransfer = (id: string, from: string, to: string, amount: number) =>
  explained(id, from, to, amount).pipe(
    // Only conflicts: nothing was written, so it can be tried again.
    Effect.retry({
      while: (error) => error._tag === "TransactionConflict",
      schedule: Schedule.spaced("50 millis").pipe(Schedule.upTo({ times: 10 }))
    }),
    Effect.catchTags({
      ThroughputExceeded: () => Effect.succeed("rate limited" as const),
      TransactionConflict: () => Effect.succeed("conflict" as const)
    })
  )

export const program = Effect.gen(function* () {
  // The table does not exist yet.
  assert.equal((yield* Effect.flip(Get.from(User).key({ id: "1" })))._tag, "ResourceNotFound")
  yield* TableAdmin.create(Users)
  assert.deepEqual(yield* Get.from(User).key({ id: "1" }), Option.none())
  assert.equal((yield* Effect.flip(find("1")))._tag, "UserNotFound")

  const john = { id: "1", email: "john@example.com", name: "John" }
  assert.equal((yield* create(john)).name, "John")
  assert.equal((yield* Effect.flip(createPatiently(john)))._tag, "UserExists")
  const invalid = yield* Effect.flip(create({ id: "2", email: "", name: "" }))
  assert.ok(invalid instanceof Invalid && invalid.path === "email")
  assert.equal((yield* find("1")).email, "john@example.com")

  // Permissions that are missing, and a table that is throttled for longer than one waits: here by a script of faults.
  const failing = (fault: Faults.Fault) =>
    Effect.gen(function* () {
      const { client } = yield* Faults.make([Faults.on("GetItem", Faults.always(fault))])
      const get = Get.from(User).key({ id: "1" }).pipe(DynamoClient.noRetry)
      return (yield* Effect.flip(Effect.provideService(get, DynamoClient.DynamoClient, client)))._tag
    })
  assert.equal(yield* failing(Faults.accessDenied), "AccessDenied")
  assert.equal(yield* failing(Faults.throttle()), "ThroughputExceeded")

  // Every error says what it is about, and whether trying again can help; never keys or values.
  const error = yield* Effect.flip(Put.into(User, { ...john, id: "" }))
  assert.deepEqual(
    [error._tag, error.operation, error.table, error.isRetryable],
    ["KeyError", "PutItem", "users", false]
  )
  yield* Console.log("every failure was what it said it would be")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
