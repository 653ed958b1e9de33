/**
 * The quick start: define an entity, put it, get it, list its partition, update it,
 * delete it, against the embedded engine. Run it with `npm start`.
 */
import { Console, DateTime, Effect, Option, Schema } from "effect"
import { Delete, DynamoClient, Entity, Get, Put, Query, Table, TableAdmin, Update } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

// 1. Define your entity: a schema, a table, and what its keys are made of.
const Users = Table.make("users")

export class User extends Entity.Class<User>("User")(
  {
    id: Schema.String,
    email: Schema.String,
    name: Schema.optionalKey(Schema.String),
    role: Entity.withDefault(Schema.String, "user"),
    active: Entity.withDefault(Schema.Boolean, true),
    createdAt: Schema.optionalKey(Schema.String)
  },
  {
    table: Users,
    partitionKey: ["id"],
    sortKey: ["email"]
  }
) {
  get display() {
    return `${this.name ?? this.id} <${this.email}>`
  }
}

const show = (step: string, value: unknown) => Console.log(`\n${step}\n`, value)

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(Users)
  yield* show("1. The table is there:", Users.name)

  // 2. Create and save a user. Defaults are filled in.
  const user = new User({
    id: "user-123",
    email: "john@example.com",
    name: "John Doe",
    createdAt: DateTime.formatIso(yield* DateTime.now)
  })
  const saved = yield* Put.into(User, user).ifNotExists()
  yield* show(`2. Saved ${saved.display}:`, saved)
  yield* show("   What is stored:", yield* stored)

  // 3. Retrieve a user by primary key: an Option.
  const found = yield* Get.from(User).key({ id: "user-123", email: "john@example.com" })
  yield* show("3. Found:", Option.getOrUndefined(found))

  // 4. List all users with a partition key.
  const users = yield* Query.from(User).pk("user-123")
  yield* show(`4. Listed ${users.length}:`, users)

  // 5. Update a user: what comes back is the user as it is after.
  const updated = yield* Update.in(User)
    .key({ id: "user-123", email: "john@example.com" })
    .set({ name: "John Smith", role: "admin" })
  yield* show("5. Updated:", updated)

  // 6. Delete a user.
  yield* Delete.from(User).key({ id: "user-123", email: "john@example.com" })
  const gone = yield* Get.from(User).key({ id: "user-123", email: "john@example.com" })
  yield* show("6. Deleted. Is it still there?", Option.isSome(gone))

  // Failures are tagged: catch the ones you have an answer to.
  const missing = yield* Update.in(User)
    .key({ id: "user-123", email: "john@example.com" })
    .set({ name: "Nobody" })
    .pipe(Effect.catchTag("ItemNotFound", (error) => Effect.succeed(error.message)))
  yield* show("   Updating it now:", missing)

  return { saved, found, users, updated, gone, missing }
})

/** The items as DynamoDB has them, for the curious: through the client, below the entities. */
const stored = Effect.gen(function* () {
  const client = yield* DynamoClient.DynamoClient
  const { Items } = yield* client.scan({ TableName: Users.name })
  return Items
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
